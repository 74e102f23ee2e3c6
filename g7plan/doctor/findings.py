"""What was found out about a part, in a sentence, and what to do."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

SECONDS = 5  # for each answer of another machine


class Level(Enum):
    """How much a finding matters. The value is what the terminal shows."""

    GOOD = "ok"
    DOUBTFUL = "look"
    WRONG = "FAIL"


@dataclass(frozen=True)
class Diagnosis:
    level: Level
    sentence: str
    # What to do about it. Empty if it is good.
    remedy: str = ""


Try = Callable[[], Iterator[Diagnosis]]


def good(sentence: str) -> Diagnosis:
    return Diagnosis(Level.GOOD, sentence)


def doubtful(sentence: str, remedy: str) -> Diagnosis:
    return Diagnosis(Level.DOUBTFUL, sentence, remedy)


def wrong(sentence: str, remedy: str) -> Diagnosis:
    return Diagnosis(Level.WRONG, sentence, remedy)


def reason_of(error: BaseException) -> str:
    """Return why something failed: its first line, for an operator's own terminal."""
    return str(error).strip().partition("\n")[0] or type(error).__name__


def where(address: str) -> str:
    """Return the host and port of an address, without its user and password."""
    parts = urlsplit(address)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.hostname or address}{port}"


def can_be_reached(name: str, address: str, default_port: int) -> Diagnosis:
    """Try to open a connection to the host of an address, and send nothing."""
    parts = urlsplit(address)
    target = (parts.hostname or "", parts.port or default_port)
    try:
        socket.create_connection(target, timeout=SECONDS).close()
    except OSError as error:
        return wrong(
            f"{name} is {where(address)}, and nothing answers: {reason_of(error)}.",
            f"Check {name}, and that this machine may open connections to that host.",
        )
    return good(f"{name}: {where(address)} answers.")
