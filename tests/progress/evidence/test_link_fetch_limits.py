"""Tests of the parts of a web address, and of the limits of time and bytes.

No server: a false connection records what is asked of it.
"""

from dataclasses import dataclass, field
from ipaddress import ip_address

import pytest

from progress.evidence import web_connection
from progress.evidence.link_fetch import Finding, Verdict, fetch
from progress.evidence.web_connection import (
    MOST_BYTES,
    LinkProblem,
    LinkTarget,
    Network,
    NotFetched,
)

ADDRESSES = [ip_address("192.0.2.1"), ip_address("192.0.2.2")]
NETWORK = Network(resolve=lambda *_: list(ADDRESSES), is_allowed=lambda _: True)
URL = "http://town.example/page"
# Four labels and their dots: the longest name that the DNS has.
LONGEST_NAME = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 61])


# ---- Web addresses
@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("http://town.example", ("http", "town.example", "/")),
        ("HTTPS://Town.Example:443/A", ("https", "town.example", "/A")),
        ("http://town.example.:80/?q=1", ("http", "town.example", "/?q=1")),
        ("http://x.example/a?", ("http", "x.example", "/a")),
        ("http://x.example/a:b@c;d%20e?f=g&h=/#i", (
            "http", "x.example", "/a:b@c;d%20e?f=g&h=/",
        )),
        ("http://[2606:4700::1]/", ("http", "2606:4700::1", "/")),
        (f"http://{LONGEST_NAME}/", ("http", LONGEST_NAME, "/")),
    ],
)  # fmt: skip
def test_a_web_address_is_read_into_its_parts(url, parts):
    target = LinkTarget.of(url)
    assert (target.scheme, target.host, target.path) == parts


@pytest.mark.parametrize(
    "url",
    [
        "http:///page",
        "https://me@town.example/",
        "http://town.example:443/",
        "http://town.example/\u200b",
        "http://a%20b.example/",
        f"http://{LONGEST_NAME}d/",
    ],
)
def test_any_other_web_address_is_refused(url):
    with pytest.raises(NotFetched) as caught:
        LinkTarget.of(url)
    assert caught.value.problem == LinkProblem.NOT_AN_ADDRESS
    assert str(caught.value) == "not_an_address"


def test_a_redirect_that_is_not_utf_8_is_read_as_far_as_it_can_be():
    target = LinkTarget.of("http://town.example/a/b")
    assert target.joined("c\xff") == "http://town.example/a/c\ufffd"


# ---- Statuses
@dataclass
class Wire:
    """A socket that answers from a text, some bytes at a time."""

    answer: bytes
    step: int = MOST_BYTES
    sent: list[bytes] = field(default_factory=list)
    timeouts: list[float | None] = field(default_factory=list)
    read: int = 0

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""

    def settimeout(self, seconds: float | None) -> None:
        self.timeouts.append(seconds)

    def sendall(self, content: bytes) -> None:
        self.sent.append(content)

    def recv_into(self, buffer: memoryview) -> int:
        part = self.answer[self.read : self.read + min(self.step, len(buffer))]
        buffer[: len(part)] = part
        self.read += len(part)
        return len(part)


@pytest.fixture
def connect(monkeypatch):
    """`connect(wire, …)` gives each connection the next wire and 10 seconds."""
    made = []

    def connect_to(*wires: Wire | OSError) -> list[tuple[tuple[str, int], float]]:
        left = iter(wires)

        def create_connection(address, timeout=None):
            made.append((address, timeout))
            wire = next(left)
            if isinstance(wire, OSError):
                raise wire
            return wire

        monkeypatch.setattr("socket.create_connection", create_connection)
        return made

    monkeypatch.setattr(web_connection, "monotonic", lambda: 100.0)
    return connect_to


def answer(status: int, headers: str = "") -> Wire:
    return Wire(f"HTTP/1.1 {status} Status\r\n{headers}\r\n".encode())


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.ALIVE),
        (399, Verdict.ALIVE),
        (400, Verdict.DEAD),
        (499, Verdict.DEAD),
        (500, Verdict.UNSURE),
        (501, Verdict.UNSURE),
    ],
)
def test_the_verdict_follows_from_the_status(connect, status, verdict):
    connect(answer(status), answer(status))
    found = fetch(URL, network=NETWORK)
    assert (found.verdict, found.status) == (verdict, status)


@pytest.mark.parametrize(("status", "asked"), [(399, 1), (400, 2), (429, 1), (430, 2)])
def test_the_first_byte_is_asked_for_where_the_head_is_refused(connect, status, asked):
    made = connect(answer(status), answer(200))
    fetch(URL, network=NETWORK)
    assert len(made) == asked


def test_a_redirect_to_nowhere_is_an_answer(connect):
    connect(answer(302))
    assert fetch(URL, network=NETWORK) == Finding(Verdict.ALIVE, 302)


def test_both_requests_word_for_word(connect):
    head, get = answer(404), answer(200)
    connect(head, get)
    fetch(URL, network=NETWORK)
    headers = (
        b"Host: town.example\r\nUser-Agent: g7plan link check\r\nAccept: */*\r\n"
        b"Accept-Encoding: identity\r\nConnection: close\r\n"
    )
    assert b"".join(head.sent) == b"HEAD /page HTTP/1.1\r\n" + headers + b"\r\n"
    assert b"".join(get.sent) == (
        b"GET /page HTTP/1.1\r\n" + headers + b"Range: bytes=0-0\r\n\r\n"
    )


# ---- Time and bytes
def test_the_addresses_of_a_name_share_the_time(connect):
    made = connect(ConnectionRefusedError(), answer(200))
    assert fetch(URL, network=NETWORK, seconds=10).verdict == Verdict.ALIVE
    assert made == [(("192.0.2.1", 80), 5.0), (("192.0.2.2", 80), 10.0)]


def test_at_most_three_addresses_of_a_name_are_tried(connect):
    many = [ip_address(f"192.0.2.{number}") for number in range(1, 9)]
    made = connect(*[ConnectionRefusedError() for _ in many])
    network = Network(resolve=lambda *_: many, is_allowed=lambda _: True)
    assert fetch(URL, network=network).problem == LinkProblem.NOT_REACHED
    assert len(made) == 3


def test_sending_and_reading_end_when_the_time_is_over(connect):
    wire = answer(200)
    connect(wire)
    fetch(URL, network=NETWORK, seconds=7)
    assert set(wire.timeouts) == {7.0}
    assert len(wire.timeouts) >= 2


@pytest.mark.parametrize("step", [5, 4096])
def test_exactly_so_many_bytes_of_an_answer_are_read(connect, step):
    line = b"X: " + b"x" * 2000 + b"\r\n"
    wire = Wire(b"HTTP/1.1 200 OK\r\n" + line * 60, step)
    connect(wire)
    found = fetch(URL, network=NETWORK)
    assert found == Finding(Verdict.DEAD, problem=LinkProblem.NO_HTTP)
    assert wire.read == MOST_BYTES
