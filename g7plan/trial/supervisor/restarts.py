"""Start a part again when it has ended by itself, and give up if it keeps ending."""

import sys
from time import monotonic
from typing import Protocol

from g7plan.trial.supervisor import CannotRunError

# Seconds before each new start. A part that ends once more is not started again.
PAUSES = (0.2, 1.0, 2.0, 4.0, 8.0)
# After so many seconds a part counts as running, and its earlier ends are forgotten.
STEADY_AFTER = 60.0


class RunningPart(Protocol):
    """A process of the trial that should run until the trial stops."""

    @property
    def name(self) -> str: ...
    @property
    def last_words(self) -> str:
        """Where its last lines are, as the end of a sentence."""

    def ended(self) -> int | None:
        """Return its exit code, or None while it runs."""

    def start_again(self) -> None:
        """Start it as before, without waiting until it is ready."""


class Restarts:
    """The restarts of one part."""

    def __init__(self, part: RunningPart) -> None:
        self._part = part
        self._ends = 0
        self._began_at = monotonic()
        self._due_at: float | None = None

    def look(self) -> None:
        """Start the part again if it is due, or note that it has ended."""
        now = monotonic()
        if self._due_at is not None:
            if now >= self._due_at:
                self._due_at, self._began_at = None, now
                self._part.start_again()
            return
        code = self._part.ended()
        if code is not None:
            self._due_at = now + self._pause(code, ran=now - self._began_at)

    def _pause(self, code: int, *, ran: float) -> float:
        """Return the seconds until the next start, or give up."""
        if ran >= STEADY_AFTER:
            self._ends = 0
        name, how = self._part.name, _how(code)
        if self._ends == len(PAUSES):
            raise CannotRunError(
                f"{name} ended by itself again and again (last with {how}), so"
                f" everything was stopped. The reason is in {self._part.last_words}."
            )
        pause = PAUSES[self._ends]
        self._ends += 1
        say(f"{name} ended by itself ({how}). It starts again in {pause:g} s.")
        return pause


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def say(*lines: str) -> None:
    """Print for the person at the terminal. A closed terminal stops nothing."""
    try:
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()
    except OSError:
        return
