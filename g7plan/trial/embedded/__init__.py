"""PostgreSQL and Valkey from wheels, for a trial on one machine and for tests.

Plain Python, no Django.
"""


class EmbeddedError(Exception):
    """A service cannot run here. The message is for the person at the terminal."""
