"""The configuration of gunicorn, for every start: `--config python:g7plan.web_server`.

Tried with gunicorn 27.0. It overrides three methods of gunicorn's threaded worker that
are not documented: `init_process`, `enqueue_req` and `handle`.
"""

import errno
import re
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from select import POLLIN, poll
from selectors import EVENT_READ
from socket import MSG_DONTWAIT, MSG_PEEK, SO_RCVLOWAT, SO_SNDTIMEO, SOL_SOCKET, socket
from struct import pack
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.workers.gthread import TConn, ThreadWorker

from g7plan.logs import event_logger, formatter_of, without_queries
from g7plan.metrics.start import MetricsServer, start_metrics
from g7plan.settings_of.operation import METRICS_ADDRESS, METRICS_PORT
from g7plan.settings_of.start import is_production

_ASKS_FOR_HEALTH = re.compile(rb"(?:GET|HEAD) /(?:healthz|readyz)[ ?]")
_SILENT_FOR = 5.0  # seconds that a connection may send nothing
HEAD_WITHIN = 10.0  # seconds from the first byte of a request to the end of its head
# A longer head goes to a thread before all of it is there. gunicorn then limits it.
LONGEST_HEAD = 32 * 1024
END_OF_HEAD = b"\r\n\r\n"
# Seconds that a thread waits in all for the bytes of a request: so many, and more for
# what arrives at this rate, in bytes a second.
BODY_WITHIN, LEAST_RATE = 20.0, 10_000
TAKES_NOTHING_FOR = 60  # seconds that a client may accept nothing of its answer


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn is untyped
    """gunicorn's threaded worker, with threads of their own for checks of its health.

    Those are `/healthz` and `/readyz`. Pages that wait for the database can fill all
    other threads. The first bytes of a request decide which threads answer it. Until
    the head of the request is there, the connection waits in the poller and takes no
    thread: a client that sends it slowly holds up no one. A body that comes too slowly
    is given up.
    """

    def init_process(self) -> None:
        self.health_threads = ThreadPoolExecutor(2, thread_name_prefix="health")
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        _limit_sending(conn)
        start = _first_bytes(conn)
        if self._waits_for_head(conn, start):
            return
        is_check = _ASKS_FOR_HEALTH.match(start or b"") is not None
        threads = self.health_threads if is_check else self.tpool
        handled: Future[Any] = threads.submit(self.handle, conn)
        handled.add_done_callback(
            lambda done: self.method_queue.defer(self.finish_request, conn, done)
        )

    def handle(self, conn: TConn) -> Any:
        """Answer a request, with a limit on how long its bytes may take."""
        try:
            conn.sock.setblocking(True)
            conn.init()
            unreader = conn.parser.unreader
        except (OSError, AttributeError):
            return super().handle(conn)  # which meets the same and answers it
        unreader.sock = LimitedReading(conn.sock)
        return super().handle(conn)

    def _waits_for_head(self, conn: TConn, start: bytes | None) -> bool:
        """Wait in the poller if more of the head must come, and return whether it does.

        The poller reports the connection again once there is more than now. If there is
        not, the client has closed it.
        """
        seen, conn.seen = getattr(conn, "seen", 0), 0
        if start is None:
            if not conn.initialized:
                self._wait_for_data(conn, _SILENT_FOR)
            return not conn.initialized
        is_whole = END_OF_HEAD in start or len(start) >= LONGEST_HEAD
        if is_whole or len(start) <= seen or _has_read_ahead(conn):
            conn.sock.setsockopt(SOL_SOCKET, SO_RCVLOWAT, 1)
            return False
        conn.seen = len(start)
        conn.sock.setsockopt(SOL_SOCKET, SO_RCVLOWAT, conn.seen + 1)
        self._wait_for_data(conn, None if seen else HEAD_WITHIN)
        return True

    def _wait_for_data(self, conn: TConn, seconds: float | None) -> None:
        """As gunicorn does for a connection that sends nothing at first.

        Without `seconds` the time that it was given before goes on.
        """
        conn.sock.setblocking(False)
        if seconds is not None:
            conn.timeout = time.monotonic() + seconds
        self.pending_conns.append(conn)
        readable = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, EVENT_READ, readable)


def _limit_sending(conn: TConn) -> None:
    """Give up a client that takes nothing for a while: it would keep a thread for ever.

    The send that waits for it then fails, and gunicorn closes the connection.
    """
    wait = pack("ll", TAKES_NOTHING_FOR, 0)
    conn.sock.setsockopt(SOL_SOCKET, SO_SNDTIMEO, wait)


class LimitedReading:
    """A connection as the parser of one request reads it: not for ever.

    Only the time that is spent waiting for the client counts, and a client that was
    quick at first cannot be slow for long afterwards.
    """

    def __init__(self, sock: socket) -> None:
        self.sock = sock
        self.left = BODY_WITHIN

    def recv(self, size: int) -> bytes:
        """Return what has come. Raises ConnectionResetError, as if it were closed."""
        ready, start = poll(), time.monotonic()
        ready.register(self.sock, POLLIN)
        limit = self.sock.gettimeout()
        wait = self.left if limit is None else min(self.left, limit)
        if not ready.poll(max(wait, 0) * 1000):
            raise ConnectionResetError(errno.ECONNRESET, "the client is too slow")
        sent = self.sock.recv(size)
        left = self.left + len(sent) / LEAST_RATE - (time.monotonic() - start)
        self.left = min(left, BODY_WITHIN)
        return sent

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sock, name)


def _has_read_ahead(conn: TConn) -> bool:
    """Return whether the parser holds bytes of this request already."""
    return conn.initialized and bool(conn.parser.unreader.buf.getvalue())


def _first_bytes(conn: TConn) -> bytes | None:
    """Return the beginning of what was sent, or None if nothing was. It stays there."""
    try:
        sent: bytes = conn.sock.recv(LONGEST_HEAD, MSG_PEEK | MSG_DONTWAIT)
    except BlockingIOError:
        return None
    except OSError:  # the thread that reads it meets the same error and answers it
        return b""
    return sent


class QuietLogger(Logger):  # type: ignore[misc]  # gunicorn is untyped
    """gunicorn's log, without the queries of the addresses that it quotes.

    In production each line is JSON, as all lines of the product.
    """

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.addFilter(without_queries)
        self.writes_json = is_production()
        if self.writes_json:
            for handler in (*self.error_log.handlers, *self.access_log.handlers):
                handler.setFormatter(formatter_of(is_production=True))

    def access(
        self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta
    ) -> None:
        if not self.writes_json:
            super().access(resp, req, environ, request_time)
            return
        headers = {name.lower(): value for name, value in resp.headers}
        event_logger(self.access_log).info(
            "request",
            method=environ["REQUEST_METHOD"],
            path=environ.get("LOGGED_PATH", ""),
            status=resp.status_code,
            ms=round(request_time / timedelta(milliseconds=1)),
            request_id=headers.get("x-request-id", ""),
        )


_metrics: list[MetricsServer] = []


def when_ready(_server: Any) -> None:
    """Serve metrics beside the web processes, which begin after this."""
    if METRICS_PORT:
        _metrics.append(start_metrics(METRICS_ADDRESS, METRICS_PORT))


def on_exit(_server: Any) -> None:
    for server in _metrics:
        server.end()


# ---- gunicorn's settings, by its own names -------------------------------------------
worker_class = Worker
logger_class = QuietLogger
threads = 8
# Gunicorn's highest: an address that is too long is then refused by the API in words.
limit_request_line = 8190
graceful_timeout = 30
control_socket_disable = True
accesslog = "-"
access_log_format = "%(m)s %({LOGGED_PATH}e)s %(s)s %(M)s ms"
