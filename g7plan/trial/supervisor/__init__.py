"""One terminal for a trial: services, web, worker and beat. `make run` starts it."""


class CannotRunError(Exception):
    """The trial cannot run. The message is for the person at the terminal."""


class Stopped(Exception):  # noqa: N818  # not an error: a person asked for it
    """Raised after Ctrl-C, or a signal with the same meaning."""
