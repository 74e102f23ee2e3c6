"""Tests of the web server's threads: pages that wait do not fill those of /readyz."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from g7plan.web_server import Worker

pytestmark = pytest.mark.enable_socket


class Wired(Worker):
    """The worker without its processes: what it hands to which threads is noted."""

    def __init__(self):
        self.tpool = ThreadPoolExecutor(1, thread_name_prefix="pages")
        self.readyz_threads = ThreadPoolExecutor(1, thread_name_prefix="readyz")
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
    worker.readyz_threads.shutdown()


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


def test_readyz_is_answered_while_every_other_thread_waits(worker):
    over = threading.Event()
    worker.tpool.submit(over.wait)
    page = connection(b"GET /matrix/ HTTP/1.1\r\n")
    probe = connection(b"GET /readyz HTTP/1.1\r\n")
    worker.enqueue_req(page)
    worker.enqueue_req(probe)
    worker.readyz_threads.shutdown()
    assert worker.handled == [("readyz", probe.sent)]
    # Its bytes are still there for the thread that reads them.
    assert probe.sock.recv(100) == probe.sent
    over.set()
    worker.tpool.shutdown()
    assert worker.handled[1:] == [("pages", page.sent)]
    closed(page, probe)


@pytest.mark.parametrize(
    "sent",
    [b"GET /readyzz HTTP/1.1", b"POST /readyz HTTP/1.1", b"GET /x?/readyz ", b"G"],
)
def test_no_other_request_takes_a_thread_of_readyz(worker, sent):
    conn = connection(sent)
    worker.enqueue_req(conn)
    worker.tpool.shutdown()
    assert worker.handled == [("pages", sent)]
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
