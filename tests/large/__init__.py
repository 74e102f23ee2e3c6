"""The large database of the tests, and the rows that fill it."""
