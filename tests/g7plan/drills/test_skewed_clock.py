"""Drills: the clock of a machine is ten minutes before or after the database's.

The instants of all that is on record are the database's: an act is never in the future
and never before the act that it follows.
"""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from progress.actions.checkpoints import sign_checkpoint
from progress.models import Checkpoint, LedgerRecord, State, Transition
from reports.models import Report
from reports.runner import compile_if_waiting
from tests.databases import as_owner
from tests.g7plan.drills.buttons import AGAIN, BUTTONS, DONE, Cast
from tests.g7plan.drills.processes import web_server

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "signer"]),
    pytest.mark.enable_socket,
]
SKEWS = [timedelta(minutes=10), timedelta(minutes=-10)]


def database_now() -> Any:
    with as_owner() as owner:
        [[now]] = owner.execute("SELECT clock_timestamp()").fetchall()
    return now


@pytest.mark.parametrize("skew", SKEWS, ids=["fast", "slow"])
def test_a_web_process_whose_clock_is_wrong_acts_at_the_right_instant(
    skew, cast: Cast, valkey, tmp_path, request
):
    seconds = str(skew.total_seconds())
    with web_server(tmp_path, REDIS_URL=valkey.url, SKEW=seconds) as cast.web:
        presses = {name: BUTTONS[name].make(cast) for name in ("publish", "deliver")}
        cast.code = "1.2.1"
        presses["submit"] = BUTTONS["submit"].make(cast)
        request.getfixturevalue("time_rules")
        before = database_now()
        for name, press in presses.items():
            assert DONE[name] in press.press().text
            assert AGAIN[name] in press.press().text
            assert BUTTONS[name].done() == 1
    acts = Transition.objects.filter(by__in=[cast.officer, cast.coordinator])
    assert sorted(act.verb for act in acts) == ["publish", "submit"]
    for act in acts:
        assert before < act.at < database_now()
    record = LedgerRecord.objects.get()
    assert before < record.entry.published_at < database_now()


@pytest.mark.parametrize("skew", SKEWS, ids=["fast", "slow"])
def test_a_worker_and_a_signer_whose_clocks_are_wrong_lose_nothing(
    skew, cast: Cast, made_up_reports
):
    cast.entry(State.PUBLISHED)
    press = BUTTONS["compile"].make(cast)
    assert DONE["compile"] in press.press().text
    report = Report.objects.get()
    with time_machine.travel(timezone.now() + skew):
        # One whose clock is slow leaves it to another, or to a later time.
        assert compile_if_waiting(report.pk) == (skew > timedelta())
        sign_checkpoint(at=timezone.now())
        sign_checkpoint(at=timezone.now())
    compile_if_waiting(report.pk)
    report.refresh_from_db()
    assert (report.state, report.attempts) == ("done", 1)
    assert Checkpoint.objects.get().signed_at < database_now()
