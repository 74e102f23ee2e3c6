"""Real servers on this machine that answer in every bad way a link may meet."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from progress.evidence.public_addresses import Address
from progress.evidence.web_connection import Network

LOOPBACK = ip_address("127.0.0.1")


class Site:
    """A web server that records its requests; path → (status, headers)."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str]]] = {}
        self.refuses_head: int | None = None
        self.asked: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.port = 0


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            site.asked.append((self.command, self.path))
            site.headers.append(dict(self.headers.items()))
            status, headers = site.answers.get(self.path, (404, {}))
            if self.command == "HEAD" and site.refuses_head is not None:
                status, headers = site.refuses_head, {}
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_HEAD = _answer  # noqa: N815 - the server calls them so

        def log_message(self, *args: object) -> None:
            """Write no log: tests read the recorded requests."""

    return Handler


@contextmanager
def web_site(certificate: Path | None = None) -> Iterator[Site]:
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    site.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def raw_server(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """Start a server with its own handler for each connection; give its port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                wire, _ = listening.accept()
            except OSError:
                return
            with wire:
                try:
                    wire.recv(4096)
                    behave(wire)
                except OSError:
                    continue

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(timeout=5)


def certificate_for(name: str, folder: Path) -> Path:
    """A self-signed certificate with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


def town(
    port: int,
    *,
    names: dict[str, list[str]] | None = None,
    public: frozenset[str] = frozenset({"127.0.0.1"}),
    trusted: Path | None = None,
) -> Network:
    """A network of one machine: its names, and which addresses count as public."""
    known = names if names is not None else {"town.example": ["127.0.0.1"]}

    def look_up(host: str, port: int) -> list[Address]:
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [ip_address(address) for address in known[host]]

    return Network(
        resolve=look_up,
        is_allowed=lambda address: str(address) in public,
        tls=lambda: ssl.create_default_context(cafile=trusted and str(trusted)),
        ports=(("http", port), ("https", port)),
    )
