"""What the product costs at a size, measured beside the least that it could cost.

`make bench` runs it: docs/benchmarks.md describes the method.
"""
