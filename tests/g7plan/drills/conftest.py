"""Fixtures of the drills: processes on the suite's own servers, for all of them."""

import socketserver
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest

from tests.g7plan.drills.buttons import Cast
from tests.g7plan.drills.processes import Starter, Web, starter, web_server
from tests.g7plan.drills.queues import Queues, own_valkey
from tests.partners.webhooks.receivers import HOST, Receiver, receiving
from tests.progress.servers import certificate_for


@pytest.fixture(scope="package")
def drill_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("drills")


@pytest.fixture(scope="package")
def valkey() -> Iterator[Queues]:
    """A server of queues for the drills alone, which they stop, kill and fill."""
    with own_valkey() as queues:
        yield queues


@pytest.fixture(scope="package")
def shared_web(drill_folder, valkey, django_db_setup) -> Iterator[Web]:
    with web_server(drill_folder, REDIS_URL=valkey.url) as web:
        yield web


@pytest.fixture(scope="package")
def shared_receiver(drill_folder) -> Iterator[Receiver]:
    with receiving(certificate_for(HOST, drill_folder)) as receiver:
        yield receiver


class TakesMails(socketserver.StreamRequestHandler):
    """A mail server that takes every mail, and counts them."""

    timeout = 60

    def handle(self) -> None:
        server: Any = self.server
        self.wfile.write(b"220 ready\r\n")
        is_in_mail = False
        for line in self.rfile:
            if is_in_mail and line != b".\r\n":
                continue
            server.mails += is_in_mail
            is_in_mail = line.strip().upper() == b"DATA"
            self.wfile.write(b"354 go on\r\n" if is_in_mail else b"250 fine\r\n")


@pytest.fixture(scope="package")
def shared_mailer() -> Iterator[Any]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), TakesMails) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def mailer(shared_mailer) -> Any:
    """The mail server, which has taken no mail yet."""
    shared_mailer.mails = 0
    return shared_mailer


@pytest.fixture(scope="package")
def shared_starter(
    drill_folder, valkey, shared_receiver, shared_mailer, django_db_setup
) -> Iterator[Starter]:
    given = {
        "REDIS_URL": valkey.url,
        "EMAIL_URL": f"smtp://127.0.0.1:{shared_mailer.server_address[1]}",
        "RECEIVER_PORT": str(shared_receiver.port),
        "RECEIVER_CERTIFICATE": str(shared_receiver.certificate),
    }
    with starter(drill_folder, **given) as made:
        yield made


@pytest.fixture
def web(shared_web: Web) -> Web:
    """A web server with one process, which the test may kill."""
    return shared_web


@pytest.fixture
def receiver(shared_receiver: Receiver) -> Receiver:
    """The receiver of webhooks, which has got nothing yet."""
    shared_receiver.got.clear()
    shared_receiver.arrived.clear()
    return shared_receiver


@pytest.fixture
def processes(shared_starter, queue) -> Iterator[Starter]:
    """Starts workers, signers and beats. They end with the test."""
    yield shared_starter
    shared_starter.kill_all()


@pytest.fixture
def queue(valkey) -> Iterator[Queues]:
    """The server of the queues, without messages before and after."""
    valkey.empty()
    yield valkey
    valkey.empty()


@pytest.fixture
def cast(web, plan, stocktake, officer_jp, coordinator) -> Cast:
    return Cast(web, plan, stocktake, officer_jp, coordinator)
