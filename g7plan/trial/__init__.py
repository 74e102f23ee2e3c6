"""What only a trial on one machine needs: embedded services, one terminal, demo data.

Production never imports this package (an import contract holds it).
"""
