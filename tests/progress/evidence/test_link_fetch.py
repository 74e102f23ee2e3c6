"""Tests of visiting a link: servers' answers, and addresses that are never visited."""

import socket
import time
from dataclasses import replace
from ipaddress import ip_address

import pytest

from progress.evidence.link_fetch import USER_AGENT, Finding, Verdict, fetch
from progress.evidence.web_connection import MOST_BYTES, LinkProblem
from tests.progress.servers import certificate_for, raw_server, town, web_site

PAGE = "http://town.example/page"


@pytest.fixture
def site():
    with web_site() as site:
        site.answers["/page"] = (200, {})
        yield site


def test_a_page_that_is_there_is_alive(site):
    assert fetch(PAGE, network=town(site.port)) == Finding(Verdict.ALIVE, 200)
    assert site.asked == [("HEAD", "/page")]


def test_the_visitor_says_its_name_and_nothing_else(site):
    fetch(PAGE, network=town(site.port))
    assert site.headers == [
        {
            "Host": "town.example",
            "User-Agent": USER_AGENT,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
    ]


def test_a_page_that_is_gone_is_dead(site):
    found = fetch("http://town.example/gone", network=town(site.port))
    assert found == Finding(Verdict.DEAD, 404, LinkProblem.STATUS)


@pytest.mark.parametrize("status", [403, 404, 405, 500, 501])
def test_where_the_head_is_refused_the_first_byte_decides(site, status):
    site.refuses_head = status
    assert fetch(PAGE, network=town(site.port)).verdict == Verdict.ALIVE
    assert site.asked == [("HEAD", "/page"), ("GET", "/page")]
    assert site.headers[1]["Range"] == "bytes=0-0"


@pytest.mark.parametrize("status", [401, 403, 429, 451, 500, 503])
def test_a_server_that_is_busy_or_for_people_only_leaves_us_unsure(site, status):
    site.answers["/page"] = (status, {})
    found = fetch(PAGE, network=town(site.port))
    assert found == Finding(Verdict.UNSURE, status, LinkProblem.STATUS)


def test_a_server_that_asks_for_patience_is_not_asked_twice(site):
    site.answers["/page"] = (429, {})
    fetch(PAGE, network=town(site.port))
    assert site.asked == [("HEAD", "/page")]


# ---- Redirects ---------------------------------------------------------------------
def test_three_redirects_are_followed_and_no_fourth(site):
    for number in range(1, 6):
        site.answers[f"/{number}"] = (302, {"Location": f"/{number + 1}"})
    site.answers["/4"] = (200, {})
    assert fetch("http://town.example/1", network=town(site.port)).status == 200
    site.answers["/4"] = (302, {"Location": "/page"})
    found = fetch("http://town.example/1", network=town(site.port))
    assert found == Finding(Verdict.DEAD, problem=LinkProblem.TOO_MANY_REDIRECTS)


@pytest.mark.parametrize(
    "location",
    [
        "http://metadata.example/latest",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "//inside.example/",
    ],
)
def test_a_redirect_into_our_own_network_is_not_followed(site, location):
    site.answers["/page"] = (302, {"Location": location})
    names = {
        "town.example": ["127.0.0.1"],
        "metadata.example": ["169.254.169.254"],
        "inside.example": ["10.0.0.7"],
        "169.254.169.254": ["169.254.169.254"],
        "::1": ["::1"],
    }
    found = fetch(PAGE, network=town(site.port, names=names))
    assert found == Finding(Verdict.REFUSED, problem=LinkProblem.NOT_PUBLIC)
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "gopher://town.example/",
        "ftp://town.example/",
        "http://town.example:6379/",
        "https://town.example:80/",
        "http://user:secret@town.example/",
        "http://[bad/",
        "http://town.example:port/",
    ],
)
def test_a_redirect_to_what_is_no_web_address_is_not_followed(site, location):
    site.answers["/page"] = (302, {"Location": location})
    found = fetch(PAGE, network=town(site.port))
    assert found == Finding(Verdict.REFUSED, problem=LinkProblem.NOT_AN_ADDRESS)
    assert len(site.asked) == 1


def test_a_redirect_written_in_utf_8_arrives(site):
    there = "/日本".encode().decode("latin-1")
    site.answers["/page"] = (302, {"Location": there})
    site.answers["/%E6%97%A5%E6%9C%AC"] = (200, {})
    assert fetch(PAGE, network=town(site.port)).verdict == Verdict.ALIVE


# ---- Addresses ---------------------------------------------------------------------
def test_by_default_this_machine_is_not_visited(site):
    for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "0"):
        found = fetch(f"http://{host}/page")
        assert found == Finding(Verdict.REFUSED, problem=LinkProblem.NOT_PUBLIC), host
    assert site.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://town.example/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "//town.example/",
        "http://",
        "http://town.example:8080/",
        "http://me@town.example/",
        "http://town.example\\@evil.example/",
        "http://[fe80::1%25eth0]/",
        "http://town .example/",
        "http://town.example/\r\nX: 1",
        "http://town..example/",
        "http://" + "a" * 64 + ".example/",
        "http://" + "abcdefghi." * 26 + "example/",
        "http://[::1/",
    ],
)
def test_what_is_no_plain_web_address_is_refused_before_anything_is_asked(url):
    found = fetch(url, network=town(1, names={}))
    assert found == Finding(Verdict.REFUSED, problem=LinkProblem.NOT_AN_ADDRESS)


def test_one_address_of_ours_among_many_is_one_too_many(site):
    names = {"town.example": ["127.0.0.1", "10.0.0.1"]}
    found = fetch(PAGE, network=town(site.port, names=names))
    assert found.problem == LinkProblem.NOT_PUBLIC
    assert site.asked == []


def test_a_name_is_asked_once_so_that_it_cannot_change_its_mind(site):
    """DNS rebinding: the address that was checked is also the one that is visited."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]])
    network = replace(
        town(site.port),
        resolve=lambda *_: [ip_address(one) for one in next(answers)],
    )
    site.refuses_head = 405  # a second connection, and still the first answer
    assert fetch(PAGE, network=network).verdict == Verdict.ALIVE
    assert next(answers) == ["10.0.0.1"]


def test_a_name_in_any_script_is_asked_as_the_dns_knows_it(site):
    names = {"xn--wgv71a.example": ["127.0.0.1"]}
    found = fetch("http://日本.example/page", network=town(site.port, names=names))
    assert found.verdict == Verdict.ALIVE
    assert site.headers[0]["Host"] == "xn--wgv71a.example"


def test_a_path_in_any_script_is_sent_percent_encoded(site):
    site.answers["/%E5%A0%B1%E5%91%8A?q=%E6%9C%AC%20a"] = (200, {})
    found = fetch("http://town.example/報告?q=本 a", network=town(site.port))
    assert found.verdict == Verdict.ALIVE


def test_an_ipv6_address_is_connected_to_as_it_stands():
    network = town(9, names={"2606:4700::1": ["10.0.0.1"]})
    found = fetch("http://[2606:4700::1]/", network=network)
    assert found.problem == LinkProblem.NOT_PUBLIC


def test_the_next_address_is_tried_where_the_first_does_not_answer(site):
    names = {"town.example": ["::1", "127.0.0.1"]}
    public = frozenset({"127.0.0.1", "::1"})
    network = town(site.port, names=names, public=public)
    assert fetch(PAGE, network=network).verdict == Verdict.ALIVE


def test_no_proxy_is_asked(site, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert fetch(PAGE, network=town(site.port)).verdict == Verdict.ALIVE


# ---- Missing pages and servers -----------------------------------------------------
def test_a_name_that_does_not_exist_is_dead():
    found = fetch(PAGE, network=town(9, names={}))
    assert found == Finding(Verdict.DEAD, problem=LinkProblem.NO_SUCH_NAME)
    found = fetch(PAGE, network=town(9, names={"town.example": []}))
    assert found.problem == LinkProblem.NO_SUCH_NAME


def test_a_resolver_in_trouble_leaves_us_unsure():
    def troubled(host, port):
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    found = fetch(PAGE, network=replace(town(9), resolve=troubled))
    assert found == Finding(Verdict.UNSURE, problem=LinkProblem.NOT_RESOLVED)


def test_a_machine_where_nobody_listens_is_dead():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    found = fetch(PAGE, network=town(port))
    assert found == Finding(Verdict.DEAD, problem=LinkProblem.NOT_REACHED)


# ---- Hostile servers ---------------------------------------------------------------
def _trickle(wire: socket.socket) -> None:
    wire.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(100):
        wire.sendall(b"a")
        time.sleep(0.05)
    wire.sendall(b"\r\nContent-Length: 0\r\n\r\n")


def test_a_server_that_trickles_gets_no_more_than_the_time_for_everything():
    """The whole answer would be good, but it takes too long."""
    with raw_server(_trickle) as port:
        found = fetch(PAGE, network=town(port), seconds=0.4)
    assert found == Finding(Verdict.UNSURE, problem=LinkProblem.TOO_SLOW)


def _silent(wire: socket.socket) -> None:
    wire.recv(1)


def test_a_server_that_says_nothing_leaves_us_unsure():
    with raw_server(_silent) as port:
        found = fetch(PAGE, network=town(port), seconds=0.3)
    assert found == Finding(Verdict.UNSURE, problem=LinkProblem.TOO_SLOW)


def test_a_body_without_end_is_not_read():
    sent = []

    def endless(wire: socket.socket) -> None:
        wire.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(10_000):
            wire.sendall(b"x" * 65_536)
            sent.append(65_536)

    with raw_server(endless) as port:
        assert fetch(PAGE, network=town(port)).verdict == Verdict.ALIVE
    assert sum(sent) < 50_000_000


def test_a_head_without_end_is_cut():
    def endless(wire: socket.socket) -> None:
        wire.sendall(b"HTTP/1.1 200 OK\r\n")
        for number in range(MOST_BYTES):
            wire.sendall(b"X-%d: %s\r\n" % (number, b"x" * 2000))

    with raw_server(endless) as port:
        found = fetch(PAGE, network=town(port))
    assert found == Finding(Verdict.DEAD, problem=LinkProblem.NO_HTTP)


def test_answers_that_never_become_final_are_cut():
    def continues(wire: socket.socket) -> None:
        for _ in range(MOST_BYTES):
            wire.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    with raw_server(continues) as port:
        found = fetch(PAGE, network=town(port))
    assert found == Finding(Verdict.DEAD, problem=LinkProblem.NO_HTTP)


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_what_speaks_no_http_is_dead(answer):
    with raw_server(lambda wire: wire.sendall(answer)) as port:
        found = fetch(PAGE, network=town(port))
    assert found == Finding(Verdict.DEAD, problem=LinkProblem.NO_HTTP)


# ---- TLS ---------------------------------------------------------------------------
def test_the_certificate_is_asked_for_by_name_though_the_address_is_used(tmp_path):
    certificate = certificate_for("town.example", tmp_path)
    with web_site(certificate) as site:
        site.answers["/page"] = (200, {})
        network = town(site.port, trusted=certificate)
        found = fetch("https://town.example/page", network=network)
    assert found == Finding(Verdict.ALIVE, 200)


def test_a_certificate_of_another_name_or_of_nobody_leaves_us_unsure(tmp_path):
    certificate = certificate_for("other.example", tmp_path)
    with web_site(certificate) as site:
        for trusted in (certificate, None):
            network = town(site.port, trusted=trusted)
            found = fetch("https://town.example/page", network=network)
            assert found == Finding(Verdict.UNSURE, problem=LinkProblem.CERTIFICATE)
    assert site.asked == []


def test_what_speaks_no_tls_at_an_https_address_is_dead(site):
    found = fetch("https://town.example/page", network=town(site.port))
    assert found == Finding(Verdict.DEAD, problem=LinkProblem.NO_HTTP)
