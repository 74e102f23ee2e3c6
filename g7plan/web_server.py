"""The configuration of gunicorn, for every start: `--config python:g7plan.web_server`.

Tried with gunicorn 27.0. It overrides two methods of gunicorn's threaded worker that
are not documented: `init_process` and `enqueue_req`.
"""

import re
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from selectors import EVENT_READ
from socket import MSG_DONTWAIT, MSG_PEEK, SO_SNDTIMEO, SOL_SOCKET
from struct import pack
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.workers.gthread import TConn, ThreadWorker

from g7plan.logs import without_queries

_ASKS_READYZ = re.compile(rb"(?:GET|HEAD) /readyz[ ?]")
_LONGEST = len(b"HEAD /readyz?")
_SILENT_FOR = 5.0  # seconds that a connection may send nothing
TAKES_NOTHING_FOR = 60  # seconds that a client may accept nothing of its answer


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn is untyped
    """gunicorn's threaded worker, with threads of their own for `/readyz`.

    Pages that wait for the database can fill all other threads. The first bytes of a
    request decide which threads answer it. Until they arrive, the connection waits in
    the poller and takes no thread.
    """

    def init_process(self) -> None:
        self.readyz_threads = ThreadPoolExecutor(2, thread_name_prefix="readyz")
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        _limit_sending(conn)
        start = _first_bytes(conn)
        if start is None and not conn.initialized:
            self._wait_for_data(conn)
            return
        is_readyz = _ASKS_READYZ.match(start or b"") is not None
        threads = self.readyz_threads if is_readyz else self.tpool
        handled: Future[Any] = threads.submit(self.handle, conn)
        handled.add_done_callback(
            lambda done: self.method_queue.defer(self.finish_request, conn, done)
        )

    def _wait_for_data(self, conn: TConn) -> None:
        """As gunicorn does for a connection that sends nothing at first."""
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + _SILENT_FOR
        self.pending_conns.append(conn)
        readable = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, EVENT_READ, readable)


def _limit_sending(conn: TConn) -> None:
    """Give up a client that takes nothing for a while: it would keep a thread for ever.

    The send that waits for it then fails, and gunicorn closes the connection.
    """
    wait = pack("ll", TAKES_NOTHING_FOR, 0)
    conn.sock.setsockopt(SOL_SOCKET, SO_SNDTIMEO, wait)


def _first_bytes(conn: TConn) -> bytes | None:
    """Return the beginning of what was sent, or None if nothing was. It stays there."""
    try:
        sent: bytes = conn.sock.recv(_LONGEST, MSG_PEEK | MSG_DONTWAIT)
    except BlockingIOError:
        return None
    except OSError:  # the thread that reads it meets the same error and answers it
        return b""
    return sent


class QuietLogger(Logger):  # type: ignore[misc]  # gunicorn is untyped
    """gunicorn's log, without the queries of the addresses that it quotes."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.addFilter(without_queries)


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
