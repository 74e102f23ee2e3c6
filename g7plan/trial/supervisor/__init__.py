"""One terminal for a trial: services, web, worker and beat. `make run` starts it."""


class CannotRunError(Exception):
    """Why nothing runs, as a sentence for the person at the terminal."""


class Stopped(Exception):  # noqa: N818  # nothing went wrong: somebody asked for it
    """Ctrl-C, or a signal that means the same."""
