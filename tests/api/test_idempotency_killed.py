"""A process that is killed between the effect of a request and its answer.

The process is a real one. It is killed at the two instants at which a lost answer could
make a second row: just before the commit, and just after it.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from accounts.models import IdempotencyKey
from reports.models import Report
from tests.api.conftest import client_with, store_key
from tests.api.test_idempotency import BODY, SCOPES, URL, ask, told

KILLED = """
import os, signal
import django
django.setup()
from django.test import Client
from accounts.models import IdempotencyKey
from api import idempotency

def die(*_arguments, **_more):
    os.kill(os.getpid(), signal.SIGKILL)

if os.environ["KILL"] == "before the commit":
    IdempotencyKey.save = die
else:
    idempotency.HttpResponse = die
headers = {"Authorization": "Bearer " + os.environ["KEY"], "Idempotency-Key": "one"}
Client(headers=headers).post(os.environ["URL"], os.environ["BODY"], "application/json")
"""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("kill", "rows_left"), [("before the commit", 0), ("after the commit", 1)]
)
def test_a_request_whose_process_was_killed_makes_one_row_when_sent_again(
    plan, kill, rows_left
) -> None:
    token = store_key(*SCOPES)[1]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "g7plan.settings",
        "ALLOWED_HOSTS": "testserver",
        "KILL": kill,
        "KEY": token,
        "URL": URL,
        "BODY": json.dumps(BODY),
    }
    root = Path(__file__).parents[2]
    process = subprocess.run(
        [sys.executable, "-c", KILLED],
        cwd=root, env=environment, timeout=120, check=False,
    )  # fmt: skip
    assert process.returncode == -signal.SIGKILL
    assert Report.objects.count() == IdempotencyKey.objects.count() == rows_left
    first, again = (ask(client_with(token)) for _time in range(2))
    assert first.status_code == 202
    assert ("Idempotent-Replayed" in first) == bool(rows_left)
    assert told(again) == told(first)
    assert Report.objects.count() == IdempotencyKey.objects.count() == 1
