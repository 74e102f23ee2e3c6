"""Tests of a worker that is killed while a receiver has its notification.

At that moment the row does not yet record the answer. A real receiver keeps its answer;
a real process is ended with SIGKILL. The notification is sent again with the same id.
"""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from partners.models import WebhookDelivery
from partners.webhook_runner import endpoints_due, send_due
from tests.partners.webhooks.conftest import read_all
from tests.source_files import ROOT

SEND = """
import sys, django
django.setup()
from ipaddress import ip_address
from ssl import create_default_context
from uuid import UUID
from partners.webhook_runner import send_due
from progress.evidence.web_connection import Network
endpoint, port, certificate = sys.argv[1:]
send_due(UUID(endpoint), network=Network(
    resolve=lambda *_: [ip_address("127.0.0.1")],
    is_allowed=lambda _: True,
    tls=lambda: create_default_context(cafile=certificate),
    ports=(("https", int(port)),),
))
"""

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
]


def worker(receiver, endpoint):
    arguments = [str(endpoint.pk), str(receiver.port), str(receiver.certificate)]
    return subprocess.Popen(
        [sys.executable, "-c", SEND, *arguments],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "g7plan.settings"},
    )


def test_a_notification_of_a_killed_worker_is_sent_again_with_its_id(
    endpoint, publish_one, receiver
):
    publish_one()
    read_all()
    receiver.behave = lambda _handler: receiver.over.wait(30)

    process = worker(receiver, endpoint)
    assert receiver.arrived.wait(30)
    assert WebhookDelivery.objects.get().state == "sending"  # before it was sent
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)

    receiver.behave = None
    assert endpoints_due(timezone.now()) == []  # the lease has not ended
    past = timezone.now() - timedelta(seconds=1)
    WebhookDelivery.objects.update(lease_ends_at=past)
    assert endpoints_due(timezone.now()) == []  # put back, due in some seconds
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.last_problem) == ("waiting", "worker_lost")
    WebhookDelivery.objects.update(due_at=past)
    assert send_due(endpoint.pk, network=receiver.network()) == 1
    assert receiver.ids == [str(delivery.pk)] * 2
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts.count()) == ("delivered", 2)
