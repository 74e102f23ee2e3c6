"""Tests of the web server's threads: pages that wait do not fill those of /readyz."""

import select
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from g7plan import web_server
from g7plan.web_server import LimitedReading, Worker

pytestmark = pytest.mark.enable_socket


class Wired(Worker):
    """The worker without its processes: what it hands to which threads is noted."""

    def __init__(self):
        self.tpool = ThreadPoolExecutor(1, thread_name_prefix="pages")
        self.health_threads = ThreadPoolExecutor(1, thread_name_prefix="health")
        self.pending_conns = []
        self.handled = []
        self.poller = SimpleNamespace(register=lambda *_args: None)
        self.method_queue = SimpleNamespace(defer=lambda *_args: None)

    def handle(self, conn):
        threads = threading.current_thread().name.partition("_")[0]
        self.handled.append((threads, conn.sent))


@pytest.fixture
def worker():
    worker = Wired()
    yield worker
    worker.tpool.shutdown()
    worker.health_threads.shutdown()


def connection(sent, *, initialized=False):
    ours, theirs = socket.socketpair()
    theirs.sendall(sent)
    return SimpleNamespace(
        sock=ours, client=theirs, sent=sent, initialized=initialized, timeout=None
    )


def closed(*connections):
    for conn in connections:
        conn.sock.close()
        conn.client.close()


@pytest.mark.parametrize("path", [b"/readyz", b"/healthz"])
def test_its_health_is_answered_while_every_other_thread_waits(worker, path):
    over = threading.Event()
    worker.tpool.submit(over.wait)
    page = connection(b"GET /matrix/ HTTP/1.1\r\n\r\n")
    probe = connection(b"GET " + path + b" HTTP/1.1\r\n\r\n")
    worker.enqueue_req(page)
    worker.enqueue_req(probe)
    worker.health_threads.shutdown()
    assert worker.handled == [("health", probe.sent)]
    # Its bytes are still there for the thread that reads them.
    assert probe.sock.recv(100) == probe.sent
    over.set()
    worker.tpool.shutdown()
    assert worker.handled[1:] == [("pages", page.sent)]
    closed(page, probe)


@pytest.mark.parametrize(
    "sent",
    [b"GET /readyzz HTTP/1.1", b"POST /readyz HTTP/1.1", b"GET /x?/healthz ", b"G"],
)
def test_no_other_request_takes_a_thread_of_readyz(worker, sent):
    conn = connection(sent + web_server.END_OF_HEAD)
    worker.enqueue_req(conn)
    worker.tpool.shutdown()
    assert worker.handled == [("pages", conn.sent)]
    closed(conn)


def test_a_connection_that_sends_nothing_takes_no_thread(worker):
    silent, lost = connection(b""), connection(b"")
    worker.enqueue_req(silent)
    assert worker.pending_conns == [silent]
    assert silent.timeout is not None
    lost.client.close()
    worker.enqueue_req(lost)  # the thread finds out that it is closed
    worker.tpool.shutdown()
    assert worker.handled == [("pages", b"")]
    closed(silent, lost)


# ---- Slow clients --------------------------------------------------------------------
def pair():
    """Both ends of a connection, as from another machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        theirs = socket.create_connection(server.getsockname())
        return server.accept()[0], theirs


def tcp_connection(sent):
    ours, theirs = pair()
    theirs.sendall(sent)
    select.select([ours], [], [], 5)
    return SimpleNamespace(
        sock=ours, client=theirs, sent=sent, initialized=False, timeout=None
    )


def is_reported(conn, *, within):
    """Whether the poller would report the connection."""
    return bool(select.select([conn.sock], [], [], within)[0])


def test_a_head_that_comes_in_pieces_takes_no_thread_until_it_is_there(worker):
    slow = tcp_connection(b"GET /")
    worker.enqueue_req(slow)
    assert (worker.pending_conns, worker.handled) == ([slow], [])
    # It is not reported again before there is more, so nothing turns in circles.
    assert not is_reported(slow, within=0.05)
    given = slow.timeout
    slow.client.sendall(b" HTTP/1.1\r\n")
    assert is_reported(slow, within=5)
    worker.enqueue_req(slow)
    assert slow.timeout == given  # more bytes give no more time
    assert worker.handled == []
    slow.client.sendall(b"\r\n")
    assert is_reported(slow, within=5)
    worker.enqueue_req(slow)
    worker.tpool.shutdown()
    assert worker.handled == [("pages", slow.sent)]
    assert is_reported(slow, within=0)
    closed(slow)


def test_a_client_that_closes_in_mid_head_goes_to_the_thread_that_finds_out(worker):
    lost = tcp_connection(b"GET /")
    worker.enqueue_req(lost)
    lost.client.close()
    assert is_reported(lost, within=5)
    worker.enqueue_req(lost)
    worker.tpool.shutdown()
    assert worker.handled == [("pages", lost.sent)]
    closed(lost)


def test_a_head_without_an_end_is_left_to_gunicorns_own_limits(worker):
    endless = tcp_connection(b"x" * web_server.LONGEST_HEAD)
    while len(web_server._first_bytes(endless) or b"") < web_server.LONGEST_HEAD:
        pass
    worker.enqueue_req(endless)
    worker.tpool.shutdown()
    assert [threads for threads, _sent in worker.handled] == ["pages"]
    closed(endless)


def test_a_body_that_comes_too_slowly_is_given_up(monkeypatch):
    monkeypatch.setattr(web_server, "BODY_WITHIN", 0.1)
    ours, theirs = pair()
    with ours, theirs:
        reading = LimitedReading(ours)
        theirs.sendall(b"x" * 10_000)
        assert reading.recv(20_000)
        assert reading.left == pytest.approx(0.1, abs=0.05)  # quick is no credit
        with pytest.raises(ConnectionResetError, match="too slow"):
            reading.recv(1)
        # Each byte gives back less time than the wait for it took.
        reading.left = 0.0005
        theirs.sendall(b"y")
        select.select([ours], [], [], 5)
        assert reading.recv(1) == b"y"
        assert reading.left < 0.0006
        assert reading.fileno() == ours.fileno()
