"""Ask a ClamAV daemon whether a file holds malware. Plain Python.

The file goes over the connection (INSTREAM), so that the daemon needs no access to our
files. No answer is ever read as "clean": only the daemon's own words are.
"""

import re
import socket
import struct
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from time import monotonic
from typing import Self
from urllib.parse import urlsplit

from accounts.dates import utc_day

# Seconds for one file, from the connection to the answer.
SECONDS = 60.0
_PIECE = 64 * 1024
_LONGEST_ANSWER = 4096
_PORT = 3310
# What the daemon calls a finding. It is shown to readers.
_NAME = re.compile(r"[\w.:/+()~-]{1,200}", re.ASCII)


class ScanProblem(StrEnum):
    """Why a file could not be scanned."""

    NOT_READ = "not_read"
    NOT_REACHED = "not_reached"
    TOO_SLOW = "too_slow"
    NOT_SCANNED = "not_scanned"


class ScanProblemError(Exception):
    """The file could not be scanned: nothing is known about it."""

    def __init__(self, problem: ScanProblem, detail: str = "") -> None:
        super().__init__(f"{problem}: {detail}")
        self.problem, self.detail = problem, detail


@dataclass(frozen=True)
class ScanFinding:
    """What the daemon says of a file: `malware` is its name, or empty."""

    malware: str
    # The version of the daemon and of its signatures, in its own words.
    engine: str


@dataclass(frozen=True)
class ScannerAddress:
    """Where the daemon listens: a host and a port, or the path of a socket file."""

    host: str = ""
    port: int = _PORT
    path: str = ""

    @classmethod
    def of(cls, url: str) -> Self:
        """Read `tcp://host:port` or `unix:/path`. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc:
            return cls(path=parts.path)
        is_plain = not (parts.path.strip("/") or parts.query or parts.username)
        if parts.scheme == "tcp" and parts.hostname and is_plain:
            return cls(host=parts.hostname, port=parts.port or _PORT)
        raise ValueError(f"“{url}” is not an address such as tcp://clamav:3310")


def scan(
    content: bytes, address: ScannerAddress, *, seconds: float = SECONDS
) -> ScanFinding:
    """Return what the daemon says of this content. Raises ScanProblemError."""
    until = monotonic() + seconds
    try:
        engine = _ask(address, [b"zVERSION\0"], until)
        answer = _ask(address, _stream_of(content), until)
    except TimeoutError as error:
        raise ScanProblemError(ScanProblem.TOO_SLOW, str(error)) from error
    except OSError as error:
        raise ScanProblemError(ScanProblem.NOT_REACHED, str(error)) from error
    if answer == "stream: OK":
        return ScanFinding("", engine[:200])
    found = answer.removeprefix("stream: ").removesuffix(" FOUND")
    if answer == f"stream: {found} FOUND" and _NAME.fullmatch(found):
        return ScanFinding(found, engine[:200])
    raise ScanProblemError(ScanProblem.NOT_SCANNED, answer[:200])


def engine_of(address: ScannerAddress, *, seconds: float) -> str:
    """Return the version of the daemon and its signatures. Raises ScanProblemError."""
    try:
        return _ask(address, [b"zVERSION\0"], monotonic() + seconds)
    except OSError as error:  # TimeoutError is one
        raise ScanProblemError(ScanProblem.NOT_REACHED, str(error)) from error


def signed_on(engine: str) -> date | None:
    """Return the day of the signatures, as `ClamAV 1.4.6/27000/Mon Nov 27 …` says."""
    try:
        made_at = engine.split("/")[2].strip()
        read = datetime.strptime(f"{made_at} +0000", "%a %b %d %H:%M:%S %Y %z")
        return utc_day(read)
    except (IndexError, ValueError):
        return None


def _stream_of(content: bytes) -> list[bytes]:
    """Return the command INSTREAM: each piece after its length, then a length of 0."""
    pieces = [b"zINSTREAM\0"]
    for start in range(0, len(content), _PIECE):
        piece = content[start : start + _PIECE]
        pieces.append(struct.pack("!I", len(piece)) + piece)
    return [*pieces, struct.pack("!I", 0)]


def _ask(address: ScannerAddress, pieces: list[bytes], until: float) -> str:
    """Send a command on a connection of its own, and return the answer."""
    with _connection_to(address, until) as connection:
        try:
            for piece in pieces:
                connection.settimeout(_left(until))
                connection.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass  # It refused the rest, and has said why.
        return _read_answer(connection, until)


def _connection_to(address: ScannerAddress, until: float) -> socket.socket:
    if not address.path:
        place = (address.host, address.port)
        return socket.create_connection(place, timeout=_left(until))
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(_left(until))
        connection.connect(address.path)
    except OSError:
        connection.close()
        raise
    return connection


def _read_answer(connection: socket.socket, until: float) -> str:
    """Read up to the zero byte that ends an answer. One that is cut off is none."""
    read = b""
    while not read.endswith(b"\0"):
        connection.settimeout(_left(until))
        piece = connection.recv(_LONGEST_ANSWER)
        read += piece
        if not piece or len(read) > _LONGEST_ANSWER:
            raise ScanProblemError(ScanProblem.NOT_SCANNED, "no complete answer")
    return read[:-1].decode("utf-8", "replace").strip()


def _left(until: float) -> float:
    """Return the seconds that are left. Raises TimeoutError."""
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError("the time for one file is over")
    return left
