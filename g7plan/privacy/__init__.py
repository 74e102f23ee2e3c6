"""Personal data: where it is, one person's as a file, and what erasing a person takes.

docs/privacy.md explains it.
"""
