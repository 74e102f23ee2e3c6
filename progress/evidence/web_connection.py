"""One connection to a web address that someone outside chose. Plain Python.

People who can name an address choose a host that this server then visits: to check a
link, or to deliver to a webhook. So each name is resolved once, and all its addresses
are checked. The connection goes to one of these addresses. The name is not resolved
again, since it could give another address a moment later (DNS rebinding). No proxy of
the environment is used and no cookie is kept. Time and bytes are limited.
"""

import http.client
import io
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
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
# The most bytes read of one answer, up to the end of its head. The page is not read.
MOST_BYTES = 65_536
# The most addresses of one name that are tried. All of them are checked.
MOST_ADDRESSES = 3
# Characters that a path or a query may hold; others are percent-encoded.
PLAIN = "/%:@!$&'()*+,;=~-._?"


class LinkProblem(StrEnum):
    """Why a link could not be found alive."""

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


@dataclass(frozen=True)
class Network:
    """How to reach other servers. Tests put their own functions here."""

    resolve: Resolve = resolve
    is_allowed: Callable[[Address], bool] = is_public
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context
    # Scheme → the port to connect to, for tests. A port that an address names must
    # still be the scheme's own.
    ports: tuple[tuple[str, int], ...] = tuple(PORTS.items())


class NotFetched(Exception):  # noqa: N818 - it ends a check, it is no fault
    """Raised when a check ends without an answer. `problem` says why."""

    def __init__(self, problem: LinkProblem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Countdown:
    """The time left for a whole check."""

    ends_at: float

    @classmethod
    def of(cls, seconds: float) -> "Countdown":
        return cls(monotonic() + seconds)

    @property
    def left(self) -> float:
        """The seconds left. Raises TimeoutError if there are none."""
        left = self.ends_at - monotonic()
        if left <= 0:
            raise TimeoutError
        return left


@dataclass(frozen=True)
class LinkTarget:
    """The parts of a web address, after a check of its form."""

    scheme: str
    host: str
    path: str

    @classmethod
    def of(cls, url: str) -> "LinkTarget":
        """Return the parts. Raises NotFetched if it is not a plain web address."""
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
        """Return where a redirect leads. Headers are read as Latin-1, sent as UTF-8."""
        there = location.encode("latin-1").decode(errors="replace")
        try:
            return urljoin(f"{self.scheme}://{self.host_header}{self.path}", there)
        except ValueError as error:
            raise NotFetched(LinkProblem.NOT_AN_ADDRESS) from error


def _ascii(host: str) -> str:
    """Return a host name as the DNS writes it: xn--wgv71a.example for 日本.example.

    An IPv6 address stays as it is. Raises ValueError for one with a zone (`%eth0`),
    which names a network of our own.
    """
    if "%" in host or any(sign in host for sign in "/\\ "):
        raise ValueError
    name = host.encode("idna").decode("ascii").lower().rstrip(".")
    if len(name) > 253:
        raise ValueError
    return name


@dataclass(frozen=True)
class WebAnswer:
    """The head of an answer: its status, and the headers that someone asks for."""

    status: int
    location: str = ""
    retry_after: str = ""


@dataclass(frozen=True)
class WebConnections:
    """Opens connections on a network, within the time that is left."""

    network: Network
    clock: Countdown
    # Of one answer.
    most_bytes: int = MOST_BYTES

    def allowed_addresses(self, target: LinkTarget) -> list[Address]:
        """Return the addresses to try. Refuse the name if one of them is not public."""
        addresses = resolve_within(
            self.clock.left, target.host, self._port(target), by=self.network.resolve
        )
        if not addresses:
            raise NotFetched(LinkProblem.NO_SUCH_NAME)
        if not all(self.network.is_allowed(address) for address in addresses):
            raise NotFetched(LinkProblem.NOT_PUBLIC)
        return addresses[:MOST_ADDRESSES]

    def ask(
        self,
        method: str,
        target: LinkTarget,
        addresses: list[Address],
        *,
        headers: Iterable[tuple[str, str]],
        body: bytes = b"",
    ) -> WebAnswer:
        """Send one request, and read the head of the answer. Follow no redirect."""
        connection = http.client.HTTPConnection(target.host)
        with self._connected(target, addresses) as wire:
            # The connection uses this socket. It does not resolve the name again.
            connection.sock = _Metered(wire, self.clock, self.most_bytes)
            connection.putrequest(
                method, target.path, skip_host=True, skip_accept_encoding=True
            )
            for name, value in headers:
                connection.putheader(name, value)
            connection.endheaders(body or None)
            answer = connection.getresponse()
            return WebAnswer(
                answer.status,
                location=answer.getheader("Location") or "",
                retry_after=answer.getheader("Retry-After") or "",
            )

    def _port(self, target: LinkTarget) -> int:
        """Return the port to connect to. Raises NotFetched for another scheme."""
        port = dict(self.network.ports).get(target.scheme)
        if port is None:
            raise NotFetched(LinkProblem.NOT_AN_ADDRESS)
        return port

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
        """Return a socket to the first address that answers. They share the time."""
        port = self._port(target)
        problem: OSError = OSError()
        for number, address in enumerate(addresses):
            share = self.clock.left / (len(addresses) - number)
            try:
                return socket.create_connection((str(address), port), timeout=share)
            except OSError as error:
                problem = error
        raise problem


@contextmanager
def as_problems() -> Iterator[None]:
    """Turn errors of the network into NotFetched."""
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
    """A socket as `http.client` uses one, with a limit of time and of bytes.

    The time-out of a plain socket starts again with every byte that arrives.
    """

    def __init__(self, wire: socket.socket, clock: Countdown, most_bytes: int) -> None:
        self._wire, self._clock, self._most_bytes = wire, clock, most_bytes

    def sendall(self, content: bytes) -> None:
        self._wire.settimeout(self._clock.left)
        self._wire.sendall(content)

    def makefile(self, *_mode: object) -> io.BufferedReader:
        return io.BufferedReader(
            _MeteredReader(self._wire, self._clock, self._most_bytes)
        )

    def close(self) -> None:
        """Do nothing: the caller that opened the socket closes it."""


class _MeteredReader(io.RawIOBase):
    def __init__(self, wire: socket.socket, clock: Countdown, most_bytes: int) -> None:
        self._wire, self._clock, self._left = wire, clock, most_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._left <= 0:
            raise http.client.HTTPException
        self._wire.settimeout(self._clock.left)
        count = self._wire.recv_into(buffer[: self._left])
        self._left -= count
        return count
