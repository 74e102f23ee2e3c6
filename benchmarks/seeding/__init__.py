"""A seeded, valid set of data of any size, written by COPY as the database's owner.

It uses none of the product's code, so that it can fill the tables of an earlier commit
too, and so that `verify_ledger` compares two independent implementations.
"""
