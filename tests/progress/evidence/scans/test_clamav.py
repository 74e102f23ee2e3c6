"""Tests of asking ClamAV: only its own words make a file clean."""

import socket
from datetime import date

import pytest

from progress.evidence.clamav import (
    ScannerAddress,
    ScanProblem,
    ScanProblemError,
    engine_of,
    scan,
    signed_on,
)
from tests.progress.evidence.scans.scanners import EICAR, ENGINE, scanner_here

# The whole of a file, of as many bytes as one may have.
LARGEST = b"x" * 20_000_000


@pytest.fixture
def scanner():
    with scanner_here() as scanner:
        yield scanner


def problem_of(content=b"x", *, url, **options):
    with pytest.raises(ScanProblemError) as caught:
        scan(content, ScannerAddress.of(url), **options)
    return caught.value.problem


@pytest.mark.parametrize(
    ("content", "malware"),
    [(b"Words.", ""), (b"", ""), (EICAR, "Eicar-Test"), (b"x" * 200_000, "")],
)
def test_the_whole_file_is_sent_and_the_answer_is_read(scanner, content, malware):
    finding = scan(content, ScannerAddress.of(scanner.url))
    assert (finding.malware, finding.engine) == (malware, ENGINE)
    assert scanner.scanned == [content]


@pytest.mark.parametrize(
    "answer",
    [
        b"stream: OK",
        b"OK\0",
        b"",
        b"stream:  FOUND\0",
        b"stream: two words FOUND\0",
        b"stream: <b>name</b> FOUND\0",
        b"stream: OK FOUND ERROR\0",
        b"\xff\xfe\0",
        b"x" * 10_000,
    ],
)
def test_no_other_answer_makes_a_file_clean(scanner, answer):
    scanner.answer = answer
    assert problem_of(url=scanner.url) is ScanProblem.NOT_SCANNED


def test_a_file_that_the_daemon_refuses_is_not_clean(scanner):
    scanner.most_bytes = 100_000
    assert problem_of(LARGEST, url=scanner.url) is ScanProblem.NOT_SCANNED


def test_a_daemon_that_does_not_answer_is_given_up(scanner):
    scanner.is_silent = True
    assert problem_of(url=scanner.url, seconds=0.2) is ScanProblem.TOO_SLOW


@pytest.mark.enable_socket  # a socket file, which is no connection to another host
def test_a_daemon_that_is_away_is_a_problem_of_ours(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for url in (f"tcp://127.0.0.1:{port}", f"unix:{tmp_path}/none.ctl"):
        assert problem_of(url=url) is ScanProblem.NOT_REACHED


@pytest.mark.parametrize(
    ("engine", "day"),
    [
        (ENGINE, date(2017, 11, 27)),
        ("ClamAV 1.4.6", None),  # as a daemon without its own signatures
        ("ClamAV 1.4.6/27000/yesterday", None),
        ("", None),
    ],
)
def test_the_age_of_the_signatures_is_known_or_not(engine, day):
    assert signed_on(engine) == day


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("tcp://clamav:3311", ScannerAddress("clamav", 3311)),
        ("tcp://clamav", ScannerAddress("clamav", 3310)),
        ("tcp://[::1]:3310/", ScannerAddress("::1", 3310)),
        ("unix:///run/clamav/clamd.ctl", ScannerAddress(path="/run/clamav/clamd.ctl")),
        ("unix:/run/clamd.ctl", ScannerAddress(path="/run/clamd.ctl")),
    ],
)
def test_an_address_is_a_host_or_a_socket_file(url, address):
    assert ScannerAddress.of(url) == address


@pytest.mark.parametrize(
    "url",
    ["clamav:3310", "http://clamav", "tcp://", "unix:here", "tcp://a:x", "tcp://a/b"],
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(ValueError, match=r"address|Port"):
        ScannerAddress.of(url)


@pytest.mark.long
@pytest.mark.enable_socket
def test_clamd_finds_eicar_over_tcp_and_over_its_socket_file(
    debians_scanner,
):
    folder, url = debians_scanner
    for address in (url, f"unix:{folder}/clamd.ctl"):
        place = ScannerAddress.of(address)
        found = scan(EICAR, place)
        assert found.malware == "Eicar-Signature.UNOFFICIAL"
        assert found.engine.startswith("ClamAV ")
        assert engine_of(place, seconds=5) == found.engine
        assert scan(LARGEST, place).malware == ""
    assert problem_of(b"x" * 40_000_000, url=url) is ScanProblem.NOT_SCANNED
