"""A web server in this process, in the same transaction as the test that starts it."""

import gzip
import io
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections

MANAGE = "/manage.py"


@dataclass(frozen=True)
class Exchange:
    """One request and its answer."""

    method: str
    path: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        is_packed = self.headers.get("Content-Encoding") == "gzip"
        return (gzip.decompress(self.body) if is_packed else self.body).decode()


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Write no line for a request."""


class Recorder:
    """The product as a WSGI application that keeps what it answered.

    A command sent to `MANAGE` runs in the same transaction, and is not kept.
    """

    def __init__(self) -> None:
        self.product = get_wsgi_application()
        self.exchanges: list[Exchange] = []

    def __call__(
        self, environ: dict[str, Any], start: Callable[..., Any]
    ) -> Iterable[bytes]:
        if environ["PATH_INFO"] == MANAGE:
            return [self.manage(environ, start)]
        answered: list[Any] = []

        def keep(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            answered[:] = [int(status[:3]), dict(headers)]
            return start(status, headers, *rest)

        answer: Any = self.product(environ, keep)
        body = b"".join(answer)
        answer.close()
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        status, headers = answered
        self.exchanges.append(Exchange(method, path, status, headers, body))
        return [body]

    def manage(self, environ: dict[str, Any], start: Callable[..., Any]) -> bytes:
        length = int(environ["CONTENT_LENGTH"])
        name, *arguments = json.loads(environ["wsgi.input"].read(length))
        out = io.StringIO()
        call_command(name, *arguments, stdout=out)
        start("200 OK", [])
        return out.getvalue().encode()

    def take(self) -> list[Exchange]:
        """Return what was answered since the last time."""
        taken, self.exchanges = self.exchanges, []
        return taken


@contextmanager
def serving(recorder: Recorder) -> Iterator[str]:
    """Serve on a free port, one request after the other. Yields the address.

    The test waits for each answer, so both threads may use its connection, which must
    stay open from one request to the next.
    """
    server: WSGIServer = make_server("127.0.0.1", 0, recorder, handler_class=Quiet)
    shared = connections["default"]
    shared.inc_thread_sharing()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)

    def serve() -> None:
        connections["default"] = shared
        server.serve_forever(poll_interval=0.05)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
        shared.dec_thread_sharing()
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
