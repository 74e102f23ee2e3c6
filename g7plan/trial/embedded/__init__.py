"""PostgreSQL and Valkey from wheels, for a trial on one machine and for tests.

Plain Python, no Django.
"""


class EmbeddedError(Exception):
    """Why a service cannot run here, as one sentence for the person at the terminal."""
