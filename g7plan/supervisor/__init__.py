"""One terminal for a trial: services, web, worker and beat. `make run` starts it."""


class CannotRunError(Exception):
    """Why nothing runs, as a sentence for the person at the terminal."""
