"""The buttons of the drills: submit, publish, compile and deliver, in real requests."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from django.utils import timezone

from accounts.models import Scope, User
from audit.models import Event
from commitments.models import Plan
from partners.actions.webhooks import create_endpoint
from partners.models import WebhookDelivery
from partners.webhooks.rights import find_webhook_reader
from progress.changes.change import ChangeFilters
from progress.models import Entry, LedgerRecord, State, Stocktake, Transition
from reports.models import Report
from tests.api.conftest import store_key
from tests.factories import make_entry, member_commitment_of
from tests.g7plan.drills.holding import AT_LEDGER, COMMITTING, WRITING
from tests.g7plan.drills.processes import Person, Web
from tests.g7plan.trial.visitor import Answer
from tests.partners.webhooks.receivers import URL


@dataclass
class Cast:
    """The plan, and who acts on it."""

    web: Web
    plan: Plan
    stocktake: Stocktake
    officer: User
    coordinator: User
    code: str = "1.2.2"

    def entry(self, state: State) -> Entry:
        owed = member_commitment_of(self.plan, self.code, "JP")
        return make_entry(owed, by=self.officer, state=state, stocktake=self.stocktake)


class Press:
    """A button on a page: `press` sends what the page had when it was opened."""

    def __init__(self, person: Person, page: str, **typed: str) -> None:
        self.person, self.page = person, page
        self.form = person.fill(page, **typed)

    def press(self) -> Answer:
        return self.person.post(self.page, self.form)


class Ping:
    """A call of the API with an `Idempotency-Key`, as a partner's tool repeats it."""

    def __init__(self, web: Web, page: str, token: str) -> None:
        self.web, self.page, self.token = web, page, token

    def press(self) -> Answer:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": "one",
            "Content-Type": "application/json",
        }
        connection = HTTPConnection("127.0.0.1", self.web.port, timeout=60)
        try:
            connection.request("POST", self.page, json.dumps({}), headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            return Answer(answer.status, dict(answer.headers), text, 0.0)
        except OSError as error:
            return Answer(0, {}, str(error), 0.0)
        finally:
            connection.close()


def submit(cast: Cast) -> Press:
    entry = cast.entry(State.DRAFT)
    return Press(cast.web.person(cast.officer), f"/entries/{entry.pk}/submit/")


def publish(cast: Cast) -> Press:
    entry = cast.entry(State.SUBMITTED)
    return Press(cast.web.person(cast.coordinator), f"/entries/{entry.pk}/publish/")


def compile_report(cast: Cast) -> Press:
    page = "/reports/new/stocktake/?plan=test-plan"
    chosen = {
        "audience": "green",
        "layout": "full",
        "language": "en",
        "at": "",
        "known_at": "",
    }
    return Press(cast.web.person(cast.coordinator), page, plan="test-plan", **chosen)


def deliver(cast: Cast) -> Ping:
    key, token = store_key(Scope.READ_GREEN, Scope.MANAGE_WEBHOOKS)
    now = timezone.now()
    reader = find_webhook_reader(key.user_id, now)
    assert reader
    endpoint, _secret = create_endpoint(
        url=URL, filters=ChangeFilters(), by=reader, at=now
    )
    return Ping(cast.web, f"/api/v1/webhooks/{endpoint.pk}/ping/", token)


@dataclass(frozen=True)
class Button:
    """A button, the table that its act writes, and how often the act was done."""

    make: Callable[[Cast], Any]
    table: str
    done: Callable[[], int]


def moves(verb: str) -> Callable[[], int]:
    def count() -> int:
        done = Transition.objects.filter(verb=verb).count()
        assert Event.objects.filter(verb=f"entry.{verb}").count() == done
        return done

    return count


def published() -> int:
    done = LedgerRecord.objects.count()
    assert moves("publish")() == done
    return done


BUTTONS = {
    "submit": Button(submit, "progress_transition", moves("submit")),
    "publish": Button(publish, "progress_ledgerrecord", published),
    "compile": Button(compile_report, "reports_report", Report.objects.count),
    "deliver": Button(
        deliver, "partners_webhookdelivery", WebhookDelivery.objects.count
    ),
}
# A publication sends its rows together with the commit: what happens comes before.
MOMENTS = [
    (name, AT_LEDGER if (name, moment) == ("publish", WRITING) else moment)
    for name in BUTTONS
    for moment in (WRITING, COMMITTING)
]

# What the page says to the press after one that was not saved, and to a later one.
SENT_BEFORE = "You sent this form before"
DONE = {
    "submit": "Sent to your head of delegation for clearance.",
    "publish": "The entry is published.",
    "compile": "Waiting to be compiled",
    "deliver": '"state":"waiting"',
}

# What it says to the press after one that was saved and not answered.
SAVED_BEFORE = {**DONE, "submit": "Its state is now", "compile": SENT_BEFORE}
AGAIN = {**DONE, "submit": SENT_BEFORE, "compile": SENT_BEFORE}
