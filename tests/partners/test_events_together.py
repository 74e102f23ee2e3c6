"""Tests of reading many events at once: the notices of each event by itself."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.acting_heads import end_acting_head
from accounts.models import Presidency, Role, Scope, User
from audit.models import Event
from audit.record import record
from partners.actions.webhooks import create_endpoint
from partners.event_consumer import read_new_events
from partners.models import Notice, NoticePreference
from partners.notice_rules import NOTICE_RULES
from progress.changes.change import ChangeFilters
from progress.models import Assignment, Comment, Entry, Handover, State, Transition
from tests.conversations import make_question
from tests.factories import (
    CHAIR,
    make_acting_head,
    make_entry,
    make_user,
    member_commitment_of,
)
from tests.partners.conftest import make_focal_point
from tests.partners.one_by_one import notices_of
from tests.partners.webhooks.readers import webhook_reader
from tests.partners.webhooks.receivers import URL
from tests.progress.public_reading.opening import make_public_reading

FIELDS = (
    "user", "key", "kind", "told_as", "member", "created_at",
    "entry", "comment", "question", "stocktake", "presidency", "acting_head",
    "webhook_endpoint", "public_reading",
)  # fmt: skip
STATES = {
    "JP": (State.IN_CLEARANCE, State.SUBMITTED, State.RETURNED, State.PUBLISHED),
    "FR": (State.SUBMITTED, State.DRAFT, State.PUBLISHED, State.IN_CLEARANCE),
    CHAIR: (State.SUBMITTED, State.RETURNED, State.PUBLISHED, State.DRAFT),
}


@pytest.fixture
def cast(
    officer_jp, head_jp, contributor_jp, officer_fr, head_fr, coordinator,
    former_coordinator, officer_of_the_chair, second_reviewer, observer, administrator,
):  # fmt: skip
    """Everyone, with people who left, changed their delegation, or muted a kind."""
    gone = make_user(Role.OFFICER, member="JP", name="Gone", is_active=False)
    moved = make_user(Role.OFFICER, member="DE", name="Moved to Germany")
    machine = make_user(Role.OFFICER, member="FR", name="Machine", is_service=True)
    both = make_user(Role.HEAD, Role.OFFICER, member="FR", name="Head and officer FR")
    NoticePreference.objects.create(user=head_fr, muted=["clearance", "opened"])
    make_focal_point("FR")
    User.objects.filter(pk=make_focal_point("JP").pk).update(is_active=False)
    return {
        "JP": [officer_jp, head_jp, contributor_jp, gone],
        "FR": [officer_fr, machine, both, moved],
        CHAIR: [officer_of_the_chair, coordinator, moved, gone],
    }


@pytest.fixture
def entries(plan, stocktake, cast):
    """Entries of three members in many states, with their authors and senders."""
    made = []
    for member, states in STATES.items():
        codes = ("1.1.1", "1.2.1", "1.2.2", "2.1")
        for code, state, author in zip(codes, states, cast[member], strict=True):
            owed = member_commitment_of(plan, code, member)
            entry = make_entry(
                owed,
                by=author,
                state=state,
                stocktake=stocktake if code != "2.1" or member == CHAIR else None,
                handling="amber" if code == "1.2.2" else "green",
            )
            has_reached = state in {State.SUBMITTED, State.PUBLISHED}
            senders = [] if has_reached else cast[member][:2]
            for number, sender in enumerate(senders):
                Transition.objects.create(
                    entry=entry, verb="submit", before="draft", after=state,
                    at=entry.written_at + timedelta(hours=number), by=sender,
                )  # fmt: skip
            made.append(entry)
    for member, code in (("JP", "1.2.1"), ("FR", "1.1.1"), ("FR", "2.1")):
        owed = member_commitment_of(plan, code, member)
        person = cast[member][1 if code == "1.2.1" else 3]
        Assignment.objects.create(
            member_commitment=owed, user=person, kind="responsible"
        )
    return made


def say(entry: Entry, thread: str, by: User) -> None:
    at = timezone.now()
    member = by.member_id or entry.member_code
    Comment.objects.create(
        entry=entry, thread=thread, body="When?", written_at=at, written_by=by,
        member_id=member,
    )  # fmt: skip
    record(verb="comment.add", target=entry, by=by, at=at, data={"thread": thread})


def do_everything(entries, stocktake, cast, coordinator) -> None:
    """Record every verb that makes notices, by several people, on every entry."""
    now = timezone.now()
    for entry in entries:
        officer, head, *_others = cast[entry.member_code]
        for verb in sorted(NOTICE_RULES):
            noun, _dot, _name = verb.partition(".")
            if noun == "entry":
                states = ("in_clearance", "submitted")
                for state in states[: 2 if verb == "entry.submit" else 1]:
                    by = officer if state == "submitted" else coordinator
                    record(
                        verb=verb, target=entry, by=by, at=now,
                        data={"state": state},
                    )  # fmt: skip
            if noun == "question" and entry.state == State.PUBLISHED:
                asker = cast["FR" if entry.member_code == "JP" else "JP"][0]
                question = make_question(entry, by=asker)
                record(verb=verb, target=question, by=asker, at=now)
                record(verb=verb, target=question, by=officer, at=now)
        say(entry, "delegation", officer)
        say(entry, "delegation", head)
        say(entry, "presidency", officer)
        say(entry, "presidency", coordinator)
    for verb in ("open", "extend", "close"):
        for member in ("", "JP"):
            record(
                verb=f"stocktake.{verb}", target=stocktake, by=coordinator, at=now,
                member=member,
            )  # fmt: skip
    handover = Handover.objects.create(
        presidency=Presidency.objects.get(member=CHAIR),
        handed_over_at=now,
        handed_over_by=coordinator,
    )
    acting_head = make_acting_head(cast["JP"][0], cast["JP"][1])
    end_acting_head(acting_head_id=acting_head.pk, by=cast["JP"][0], at=now)
    disable_webhooks(now)
    record(verb="handover.give", target=handover, by=None, at=now)
    record(verb="handover.receive", target=handover, by=coordinator, at=now)


def decide_on_public_reading(now: datetime) -> None:
    reading = make_public_reading(started=timedelta(days=-1))
    for verb in ("propose", "confirm", "end"):
        by = reading.proposed_by
        record(verb=f"public_reading.{verb}", target=reading, by=by, at=now)


def disable_webhooks(now: datetime) -> None:
    for whose in ("JP", None):
        reader = webhook_reader(Scope.READ_GREEN, member=whose)
        endpoint, _secret = create_endpoint(
            url=URL, filters=ChangeFilters(), by=reader, at=now
        )
        record(verb="webhook.disable", target=endpoint, by=None, at=now)


def is_told_here(verb: str) -> bool:
    """Return whether an event of this verb is recorded above.

    Reports, files and scores have tests of their own here, requests about rights in
    tests/accounts/approvals.
    """
    elsewhere = {"report", "evidence", "grant"}
    return verb.partition(".")[0] not in elsewhere | {
        "assessment_table", "assessment_comment",
    }  # fmt: skip


@pytest.mark.long
def test_many_events_make_the_notices_of_each_by_itself(
    entries, stocktake, cast, coordinator
):
    do_everything(entries, stocktake, cast, coordinator)
    decide_on_public_reading(timezone.now())
    at = timezone.now()
    expected = set().union(*(notices_of(event, at) for event in Event.objects.all()))
    kinds = {kind for _user, _key, kind, *_rest in expected}
    others = [rules for verb, rules in NOTICE_RULES.items() if is_told_here(verb)]
    assert kinds == {rule.kind for rules in others for rule in rules}
    while read_new_events(at):
        pass
    assert set(Notice.objects.values_list(*FIELDS)) == expected
    assert Notice.objects.count() == len(expected)


def test_more_events_cost_no_more_queries(entries, stocktake, officer_jp, coordinator):
    read_new_events(timezone.now())
    costs = []
    for times in (1, 20):
        for entry in entries * times:
            record(verb="entry.return", target=entry, by=coordinator, at=timezone.now())
            say(entry, "presidency", coordinator)
        with CaptureQueriesContext(connection) as queries:
            assert read_new_events(timezone.now()) > times
        costs.append(len(queries))
    assert costs[0] == costs[1]
