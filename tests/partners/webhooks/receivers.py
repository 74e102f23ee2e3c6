"""A partner's receiver on this machine, with https, that can misbehave."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext, create_default_context
from threading import Event, Thread

from progress.evidence.public_addresses import Address
from progress.evidence.web_connection import Network

HOST = "hooks.example"
URL = f"https://{HOST}/g7"


@dataclass
class Receiver:
    """It records what it gets. `behave` answers; by default with 204."""

    certificate: Path
    behave: Callable[[BaseHTTPRequestHandler], None] | None = None
    status: int = 204
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    arrived: Event = field(default_factory=Event)
    # Set to end what hangs.
    over: Event = field(default_factory=Event)
    port: int = 0
    # What the resolver answers, one after the other; the last one for ever.
    addresses: list[list[str]] = field(default_factory=lambda: [["127.0.0.1"]])

    @property
    def bodies(self) -> list[bytes]:
        return [body for _headers, body in self.got]

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _body in self.got]

    def network(self) -> Network:
        """A network in which only this receiver is public."""

        def look_up(host: str, port: int) -> list[Address]:
            assert host == HOST
            found = self.addresses.pop(0) if self.addresses[1:] else self.addresses[0]
            return [ip_address(address) for address in found]

        return Network(
            resolve=look_up,
            is_allowed=lambda address: str(address) == "127.0.0.1",
            tls=lambda: create_default_context(cafile=str(self.certificate)),
            ports=(("http", self.port), ("https", self.port)),
        )


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 30

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((dict(self.headers.items()), body))
            receiver.arrived.set()
            if receiver.behave is not None:
                receiver.behave(self)
                return
            self.send_response(receiver.status)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Write no log: tests read the recorded requests."""

    return Handler


@contextmanager
def receiving(certificate: Path) -> Iterator[Receiver]:
    receiver = Receiver(certificate)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(receiver))
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    receiver.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
