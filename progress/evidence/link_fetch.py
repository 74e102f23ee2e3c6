"""Is there still something at a web address? Plain Python, and nobody's errand boy.

Whoever can add a link can name an address for this server to visit. So each name is
resolved once, every address it has is judged, and the connection goes to one that was
judged: a name that answers otherwise a moment later (DNS rebinding) is not asked again.
Redirects are judged like the first address. Nothing of the answer is kept but its
status.
"""

import http.client
import io
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from urllib.parse import quote, urljoin, urlsplit

from progress.evidence.public_addresses import (
    Address,
    Resolve,
    is_public,
    resolve,
    resolve_within,
)

PORTS = {"http": 80, "https": 443}
MOST_REDIRECTS = 3
SECONDS = 10.0
# Of one answer's head, and of what comes before it. The page itself is not read.
MOST_BYTES = 65_536
# Of a name that has many: the others are judged, and not tried.
MOST_ADDRESSES = 3
USER_AGENT = "g7plan link check"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# The server is there and says nothing about the page: for people only, or too busy.
SAYS_NOTHING = frozenset({401, 403, 407, 408, 425, 429, 451})
# What stands for itself in a path or a query; the rest is percent-encoded.
PLAIN = "/%:@!$&'()*+,;=~-._?"


class Verdict(StrEnum):
    ALIVE = "alive"
    DEAD = "dead"
    UNSURE = "unsure"
    REFUSED = "refused"


class LinkProblem(StrEnum):
    """Why a link is not known to be alive."""

    STATUS = "status"
    NO_SUCH_NAME = "no_such_name"
    NOT_RESOLVED = "not_resolved"
    NOT_REACHED = "not_reached"
    NO_WAY = "no_way"
    TOO_SLOW = "too_slow"
    CERTIFICATE = "certificate"
    NO_HTTP = "no_http"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    NOT_AN_ADDRESS = "not_an_address"
    NOT_PUBLIC = "not_public"


VERDICTS = {
    LinkProblem.NO_SUCH_NAME: Verdict.DEAD,
    LinkProblem.NOT_REACHED: Verdict.DEAD,
    LinkProblem.NO_HTTP: Verdict.DEAD,
    LinkProblem.TOO_MANY_REDIRECTS: Verdict.DEAD,
    LinkProblem.NOT_RESOLVED: Verdict.UNSURE,
    # Our own network, more likely than theirs.
    LinkProblem.NO_WAY: Verdict.UNSURE,
    LinkProblem.TOO_SLOW: Verdict.UNSURE,
    # Many a ministry's server leaves out an intermediate that browsers have at hand.
    LinkProblem.CERTIFICATE: Verdict.UNSURE,
    LinkProblem.NOT_AN_ADDRESS: Verdict.REFUSED,
    LinkProblem.NOT_PUBLIC: Verdict.REFUSED,
}


@dataclass(frozen=True)
class Finding:
    """What a visit showed; `status` is the server's, if one answered."""

    verdict: Verdict
    status: int | None = None
    problem: LinkProblem | None = None


@dataclass(frozen=True)
class Network:
    """How to reach the world: tests put their own here."""

    resolve: Resolve = resolve
    is_allowed: Callable[[Address], bool] = is_public
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context
    # Scheme → the port that is connected to. The port an address names must be the
    # scheme's own, whatever this says.
    ports: tuple[tuple[str, int], ...] = tuple(PORTS.items())


class NotFetched(Exception):  # noqa: N818 - it ends a visit, it is no fault
    def __init__(self, problem: LinkProblem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Clock:
    """What is left of the time for everything together."""

    ends_at: float

    @classmethod
    def of(cls, seconds: float) -> "Clock":
        return cls(monotonic() + seconds)

    @property
    def left(self) -> float:
        left = self.ends_at - monotonic()
        if left <= 0:
            raise TimeoutError
        return left


@dataclass(frozen=True)
class LinkTarget:
    """A web address, taken apart and judged by its form."""

    scheme: str
    host: str
    path: str

    @classmethod
    def of(cls, url: str) -> "LinkTarget":
        """Raises NotFetched for whatever is not a plain web address."""
        try:
            parts = urlsplit(url)
            port, host = parts.port, _ascii(parts.hostname or "")
        except ValueError as error:  # UnicodeError is one
            raise NotFetched(LinkProblem.NOT_AN_ADDRESS) from error
        scheme = parts.scheme.lower()
        if scheme not in PORTS or not host or "@" in parts.netloc:
            raise NotFetched(LinkProblem.NOT_AN_ADDRESS)
        if port not in (None, PORTS[scheme]) or not url.isprintable():
            raise NotFetched(LinkProblem.NOT_AN_ADDRESS)
        query = f"?{parts.query}" if parts.query else ""
        return cls(scheme, host, quote(f"{parts.path or '/'}{query}", safe=PLAIN))

    @property
    def host_header(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host

    def joined(self, location: str) -> str:
        """Where a redirect leads. Headers are read as Latin-1, and sent as UTF-8."""
        there = location.encode("latin-1").decode(errors="replace")
        try:
            return urljoin(f"{self.scheme}://{self.host_header}{self.path}", there)
        except ValueError as error:
            raise NotFetched(LinkProblem.NOT_AN_ADDRESS) from error


def _ascii(host: str) -> str:
    """日本.example as the DNS knows it. A zone (`%eth0`) names a network of our own."""
    if "%" in host or any(sign in host for sign in "/\\ "):
        raise ValueError(host)
    if ":" in host:
        return host
    name = host.encode("idna").decode("ascii").lower().rstrip(".")
    if len(name) > 253:
        raise ValueError(host)
    return name


def fetch(
    url: str, *, network: Network | None = None, seconds: float = SECONDS
) -> Finding:
    """Look whether something is there. Never raises for what the world does."""
    visit = _Visit(network or Network(), Clock.of(seconds))
    try:
        return _finding(visit.status_of(url))
    except NotFetched as error:
        return Finding(VERDICTS[error.problem], problem=error.problem)


def _finding(status: int) -> Finding:
    if 200 <= status < 400:
        return Finding(Verdict.ALIVE, status)
    is_unsure = status in SAYS_NOTHING or status >= 500
    verdict = Verdict.UNSURE if is_unsure else Verdict.DEAD
    return Finding(verdict, status, LinkProblem.STATUS)


@dataclass(frozen=True)
class _Visit:
    network: Network
    clock: Clock

    def status_of(self, url: str) -> int:
        for _hop in range(MOST_REDIRECTS + 1):
            target = LinkTarget.of(url)
            status, location = self._answer(target)
            if status not in REDIRECTS or not location:
                return status
            url = target.joined(location)
        raise NotFetched(LinkProblem.TOO_MANY_REDIRECTS)

    def _answer(self, target: LinkTarget) -> tuple[int, str]:
        """Ask for the head alone; where that is refused, for the first byte.

        Some servers answer HEAD wrongly: a link is dead by what GET says.
        """
        with _as_problems():
            addresses = self._judged(target)
            status, location = self._ask("HEAD", target, addresses)
            if status >= 400 and status != 429:
                status, location = self._ask("GET", target, addresses)
        return status, location

    def _judged(self, target: LinkTarget) -> list[Address]:
        """All the addresses of the name, or none: one that is not ours to visit is one
        too many, since nobody can say which of them a name's owner had in mind."""
        port = dict(self.network.ports)[target.scheme]
        addresses = resolve_within(
            self.clock.left, target.host, port, by=self.network.resolve
        )
        if not addresses:
            raise NotFetched(LinkProblem.NO_SUCH_NAME)
        if not all(self.network.is_allowed(address) for address in addresses):
            raise NotFetched(LinkProblem.NOT_PUBLIC)
        return addresses[:MOST_ADDRESSES]

    def _ask(
        self, method: str, target: LinkTarget, addresses: list[Address]
    ) -> tuple[int, str]:
        connection = http.client.HTTPConnection(target.host)
        with self._connected(target, addresses) as wire:
            # What is given here is used as it is; the name is not resolved again.
            connection.sock = _Metered(wire, self.clock)
            connection.putrequest(
                method, target.path, skip_host=True, skip_accept_encoding=True
            )
            for name, value in _headers(target, method):
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location") or ""

    @contextmanager
    def _connected(
        self, target: LinkTarget, addresses: list[Address]
    ) -> Iterator[socket.socket]:
        with self._reached(target, addresses) as wire:
            if target.scheme == "http":
                yield wire
                return
            wire.settimeout(self.clock.left)
            with self.network.tls().wrap_socket(
                wire, server_hostname=target.host
            ) as sealed:
                yield sealed

    def _reached(self, target: LinkTarget, addresses: list[Address]) -> socket.socket:
        """The first judged address that answers; each has its share of the time."""
        port = dict(self.network.ports)[target.scheme]
        problem: OSError = OSError()
        for number, address in enumerate(addresses):
            share = self.clock.left / (len(addresses) - number)
            try:
                return socket.create_connection((str(address), port), timeout=share)
            except OSError as error:
                problem = error
        raise problem


def _headers(target: LinkTarget, method: str) -> Iterator[tuple[str, str]]:
    """Nothing of us but our name: no cookie, no page that led there."""
    yield "Host", target.host_header
    yield "User-Agent", USER_AGENT
    yield "Accept", "*/*"
    yield "Accept-Encoding", "identity"
    yield "Connection", "close"
    if method == "GET":
        yield "Range", "bytes=0-0"


@contextmanager
def _as_problems() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise NotFetched(LinkProblem.TOO_SLOW) from error
    except ssl.SSLCertVerificationError as error:
        raise NotFetched(LinkProblem.CERTIFICATE) from error
    except socket.gaierror as error:
        is_final = error.errno in {socket.EAI_NONAME, socket.EAI_NODATA}
        problem = LinkProblem.NO_SUCH_NAME if is_final else LinkProblem.NOT_RESOLVED
        raise NotFetched(problem) from error
    except ssl.SSLError as error:
        raise NotFetched(LinkProblem.NO_HTTP) from error
    except (http.client.HTTPException, ValueError) as error:
        raise NotFetched(LinkProblem.NO_HTTP) from error
    except OSError as error:
        is_theirs = isinstance(error, ConnectionError)
        problem = LinkProblem.NOT_REACHED if is_theirs else LinkProblem.NO_WAY
        raise NotFetched(problem) from error


class _Metered:
    """A socket as `http.client` uses one, with an end to its time and its bytes.

    A time-out of the socket's own begins again with every byte that trickles in.
    """

    def __init__(self, wire: socket.socket, clock: Clock) -> None:
        self._wire, self._clock = wire, clock

    def sendall(self, content: bytes) -> None:
        self._wire.settimeout(self._clock.left)
        self._wire.sendall(content)

    def makefile(self, *_mode: object) -> io.BufferedReader:
        return io.BufferedReader(_MeteredReader(self._wire, self._clock))

    def close(self) -> None:
        """Whoever connected closes it."""


class _MeteredReader(io.RawIOBase):
    def __init__(self, wire: socket.socket, clock: Clock) -> None:
        self._wire, self._clock, self._left = wire, clock, MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._left <= 0:
            raise http.client.HTTPException
        self._wire.settimeout(self._clock.left)
        count = self._wire.recv_into(buffer[: self._left])
        self._left -= count
        return count
