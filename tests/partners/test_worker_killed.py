"""Tests of a worker that is killed after the mail server took a mail.

At that moment the row does not yet record the mail. A real server takes the mail and
keeps its answer; a real process is ended with SIGKILL.
"""

import os
import signal
import socketserver
import subprocess
import sys
from datetime import timedelta
from threading import Event, Thread

import pytest
from django.utils import timezone

from partners.models import Digest, NoticePreference
from partners.runner import make_due_digests
from partners.tasks import sweep_digests
from progress.models import State
from tests.factories import make_entry, member_commitment_of
from tests.partners.conftest import make_notice
from tests.source_files import ROOT

SEND = """
import sys, django
django.setup()
from partners.tasks import send_digest
send_digest(sys.argv[1])
"""

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
]


class KeepsItsAnswer(socketserver.StreamRequestHandler):
    """A mail server that takes a whole mail and never confirms it."""

    timeout = 60

    def handle(self) -> None:
        self._say("220 ready")
        for line in self.rfile:
            word = line.strip().upper()[:4]
            if word == b"DATA":
                self._say("354 go on")
                self._read_mail()
                return
            self._say("250 fine")

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())

    def _read_mail(self) -> None:
        for line in self.rfile:
            if line == b".\r\n":
                self.server.mails += 1  # type: ignore[attr-defined]  # set below
                self.server.taken.set()  # type: ignore[attr-defined]  # set below
                self.rfile.read()  # until the other side is gone
                return


@pytest.fixture
def server():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), KeepsItsAnswer) as server:
        server.daemon_threads = True
        server.taken, server.mails = Event(), 0  # type: ignore[attr-defined]
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def worker(server, digest):
    return subprocess.Popen(
        [sys.executable, "-c", SEND, str(digest.pk)],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "g7plan.settings",
            "EMAIL_URL": f"smtp://127.0.0.1:{server.server_address[1]}",
        },
    )


def test_a_mail_that_may_have_gone_is_never_sent_again(
    server, plan, stocktake, officer_jp
):
    entry = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp, state=State.RETURNED
    )
    NoticePreference.objects.create(user=officer_jp, mail="at_once")
    make_notice(officer_jp, entry)
    [digest] = make_due_digests(timezone.now())

    process = worker(server, digest)
    assert server.taken.wait(30)
    assert Digest.objects.get().state == "sending"  # committed before it was sent
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)

    Digest.objects.update(lease_ends_at=timezone.now() - timedelta(seconds=1))
    sweep_digests()
    assert Digest.objects.get().state == "unknown"
    again = worker(server, digest)
    assert again.wait(30) == 0
    assert (Digest.objects.get().state, server.mails) == ("unknown", 1)
