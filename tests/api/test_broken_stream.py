"""Tests with the real web server: a part of a list never looks like all of it."""

import gzip
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from g7plan import web_server
from tests.ports import free_port
from tests.source_files import ROOT

SERVER = [
    sys.executable, "-m", "gunicorn", "tests.api.broken_stream:application",
    "--config", "python:g7plan.web_server", "--workers", "1", "--log-level", "critical",
]  # fmt: skip


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    free = free_port()
    command = [*SERVER, "--bind", f"127.0.0.1:{free}"]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ) as process:
        end = time.monotonic() + 60
        try:
            while not is_ready(free):
                assert process.poll() is None
                assert time.monotonic() < end
                time.sleep(0.1)
            yield free
        finally:
            process.terminate()


def is_ready(port: int) -> bool:
    try:
        return ask(port, "/readyz")[0].status == 204
    except OSError:
        return False


def ask(port: int, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Connection": "close", **headers})
    answer = connection.getresponse()
    return answer, answer.read()


@pytest.mark.long
def test_a_whole_list_arrives_in_chunks(port):
    answer, body = ask(port, "/whole")
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert body.count(b"\r\n") == 20_001
    packed = ask(port, "/whole", **{"Accept-Encoding": "gzip"})[1]
    assert gzip.decompress(packed) == body


@pytest.mark.long
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_list_that_breaks_arrives_as_an_error(port, encoding):
    with pytest.raises(http.client.IncompleteRead) as told:
        ask(port, "/broken", **{"Accept-Encoding": encoding})
    if encoding == "identity":
        assert told.value.partial.count(b"\r\n") > 1


def test_a_client_that_takes_nothing_is_given_up():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        web_server.TAKES_NOTHING_FOR, kept = 1, web_server.TAKES_NOTHING_FOR
        try:
            web_server._limit_sending(SimpleNamespace(sock=ours))
        finally:
            web_server.TAKES_NOTHING_FOR = kept
        with pytest.raises(BlockingIOError):
            ours.sendall(b"-" * 10_000_000)
