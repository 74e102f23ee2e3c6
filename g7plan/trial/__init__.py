"""A trial on one machine: embedded services, a supervisor and demonstration data.

Production never imports this package: an import contract and a test make sure.
"""
