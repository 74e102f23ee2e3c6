"""Tests of how a draft goes round: who sends it, objects, and takes it back."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import Presidency, Role
from audit.models import Event
from progress.models import SilenceProcedure
from reports.actions.circulation import (
    circulate_report,
    object_to_report,
    stop_circulation,
)
from reports.actions.finals import approve_final
from reports.models import Report
from tests.factories import CHAIR, FORMER_CHAIR, NEXT_CHAIR, make_acting_head, make_user
from tests.reports.circulation.circulations import circulate, make_draft, make_final
from tests.reports.circulation.conftest import SOON

pytestmark = pytest.mark.django_db

Shown = Report.Circulation
LEAST = timedelta(microseconds=1)
DAYS = timedelta(days=3)


def send(draft, by, at):
    return circulate_report(report_id=draft.pk, ends_at=at + DAYS, by=by, at=at)


def objects(draft, by, at, reason="Our text is not in it."):
    return object_to_report(report_id=draft.pk, reason=reason, by=by, at=at)


def stop(draft, by, at):
    return stop_circulation(report_id=draft.pk, by=by, at=at)


def approve(draft, by, at):
    return approve_final(report_id=draft.pk, by=by, at=at)


def outcome(act, *args) -> str:
    """Return "done", the code of a refusal, "forbidden", or "unknown"."""
    try:
        act(*args)
    except Report.DoesNotExist:
        return "unknown"
    except PermissionDenied:
        return "forbidden"
    except ValidationError as error:
        return str(error.error_list[0].code)
    return "done"


# Sending


def test_a_draft_goes_to_all_members_but_the_chair(sent):
    procedure = sent.circulations.get().procedure
    asked = set(procedure.members.values_list("pk", flat=True))
    assert asked == {"CA", "FR", "DE", "JP", "GB", "US", "EU"}
    assert sent.circulation == Shown.CIRCULATED
    event = Event.objects.get(verb="report.circulate")
    assert event.target_id == str(sent.pk)
    assert event.data["is_of_presidency"] is True


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"audience": "amber"}, "amber"),
        ({"is_of_presidency": False}, "not_a_draft"),
        ({"draft_number": None}, "not_a_draft"),
    ],
)
def test_only_drafts_that_all_may_read_go_round(plan, coordinator, now, fields, code):
    draft = make_draft(plan, by=coordinator, **fields)
    assert outcome(send, draft, coordinator, now) == code
    assert not SilenceProcedure.objects.exists()


def test_what_is_not_compiled_does_not_go_round(plan, coordinator, now):
    waiting = Report.objects.create(
        plan=plan,
        at=now.date(),
        known_at=now,
        audience="green",
        requested_at=now,
        requested_by=coordinator,
        is_of_presidency=True,
        draft_number=1,
    )
    assert outcome(send, waiting, coordinator, now) == "not_done"


def test_a_draft_goes_round_again_after_its_silence_only(sent, coordinator, now):
    assert outcome(send, sent, coordinator, now) == "running"
    stop(sent, coordinator, now)
    assert outcome(send, sent, coordinator, now + LEAST) == "done"
    assert sent.circulations.count() == 2


def test_a_draft_that_was_objected_to_may_go_round_again(
    draft, coordinator, head_jp, now
):
    objects(draft, head_jp, circulate(draft, by=coordinator).procedure.ends_at)
    send(draft, coordinator, now)
    draft.refresh_from_db()
    assert draft.circulation == Shown.CIRCULATED


def test_the_next_draft_ends_the_silence_on_the_one_before(
    plan, sent, coordinator, head_jp, now
):
    following = make_draft(plan, by=coordinator)
    assert (sent.draft_number, following.draft_number) == (1, 2)
    send(following, coordinator, now)
    first = sent.circulations.get().procedure
    assert first.stopped_by == coordinator
    assert outcome(objects, sent, head_jp, now) == "stopped"
    sent.refresh_from_db()
    assert sent.circulation == Shown.CIRCULATED
    # The earlier draft neither goes round again nor becomes final.
    assert outcome(send, sent, coordinator, now) == "later_draft"


def test_a_draft_of_another_line_ends_no_silence(plan, sent, coordinator, now):
    other = make_draft(plan, by=coordinator, language="fr")
    assert other.draft_number == 1
    send(other, coordinator, now)
    assert sent.circulations.get().procedure.stopped_at is None


# Who, and when


PEOPLE = {
    "coordinator": (Role.COORDINATOR, CHAIR),
    "head of the chair": (Role.HEAD, CHAIR),
    "head": (Role.HEAD, "JP"),
    "officer": (Role.OFFICER, "JP"),
    "contributor": (Role.CONTRIBUTOR, "JP"),
    "coordinator of a member": (Role.COORDINATOR, "JP"),
    "former coordinator": (Role.COORDINATOR, FORMER_CHAIR),
    "observer": (Role.OBSERVER, None),
    "assessor": (Role.ASSESSOR, None),
    "administrator": (Role.ADMINISTRATOR, None),
}
ACTS = {"send": send, "object": objects, "stop": stop, "approve": approve}
DELEGATIONS = {
    "head of the chair",
    "head",
    "officer",
    "contributor",
    "coordinator of a member",
    "former coordinator",
}


def expected(act: str, person: str, state: str) -> str:
    """Return the outcome by the rules of docs/reports.md, read a second time here."""
    if person == "coordinator":
        return {
            ("send", "draft"): "done",
            ("send", "open"): "running",
            ("send", "agreed"): "done",
            ("send", "broken"): "done",
            ("stop", "draft"): "not_circulated",
            ("stop", "open"): "done",
            ("stop", "agreed"): "ended",
            ("stop", "broken"): "ended",
            ("approve", "draft"): "not_circulated",
            ("approve", "open"): "running",
            ("approve", "agreed"): "done",
            ("approve", "broken"): "objected",
        }.get((act, state), "forbidden")
    if person not in DELEGATIONS or state == "draft":
        return "unknown"
    if act == "object" and person == "head":
        return "done" if state == "open" else "too_late"
    return "forbidden"


WHOLE = pytest.mark.long


@pytest.mark.parametrize(
    "state",
    [
        "draft",
        "open",
        pytest.param("agreed", marks=WHOLE),
        pytest.param("broken", marks=WHOLE),
    ],
)
def test_each_person_has_the_acts_of_their_role_at_each_time(
    plan, coordinator, head_fr, now, state
):
    draft = make_draft(plan, by=coordinator)
    if state == "open":
        circulate(draft, by=coordinator, ended=-SOON)
    elif state != "draft":
        procedure = circulate(draft, by=coordinator).procedure
    if state == "broken":
        objects(draft, head_fr, procedure.ends_at)
    people = {
        name: make_user(role, member=member) for name, (role, member) in PEOPLE.items()
    }
    for act, person in product(ACTS, PEOPLE):
        rows = Report.objects.filter(pk=draft.pk)
        shown = rows.get().circulation
        found = tried(ACTS[act], draft, people[person], now)
        assert found == expected(act, person, state), (act, person)
        assert rows.get().circulation == shown


def tried(act, draft, by, at) -> str:
    """Return the outcome, and take the act back: the next one meets the same rows."""
    with transaction.atomic():
        found = outcome(act, draft, by, at)
        transaction.set_rollback(True)
    return found


def test_a_key_has_no_act_of_a_circulation(sent, head_jp, coordinator, now):
    for person in (head_jp, coordinator):
        person.scopes = frozenset({"reports:read"})
        for act in ACTS.values():
            assert outcome(act, sent, person, now) in {"forbidden", "unknown"}


def test_an_acting_head_objects_as_a_head_does(sent, officer_jp, head_jp):
    now = datetime.now(UTC)
    assert outcome(objects, sent, officer_jp, now) == "forbidden"
    make_acting_head(officer_jp, head_jp)
    officer_jp = type(officer_jp).objects.get(pk=officer_jp.pk)
    assert outcome(objects, sent, officer_jp, datetime.now(UTC)) == "done"


# Objections


def test_an_objection_counts_at_the_deadline_and_not_after_it(
    draft, coordinator, head_jp, head_fr
):
    procedure = circulate(draft, by=coordinator).procedure
    assert outcome(objects, draft, head_jp, procedure.ends_at) == "done"
    late = procedure.ends_at + LEAST
    assert outcome(objects, draft, head_fr, late) == "too_late"
    draft.refresh_from_db()
    assert draft.circulation == Shown.OBJECTED


def test_a_head_objects_once_and_all_keep_the_draft(sent, head_jp, head_fr, now):
    assert objects(sent, head_jp, now).member_id == "JP"
    sent.refresh_from_db()
    assert sent.circulation == Shown.OBJECTED
    assert outcome(objects, sent, head_jp, now) == "objected"
    assert outcome(objects, sent, head_fr, now) == "done"
    assert Report.objects.visible_to(head_fr, now).contains(sent)
    assert Event.objects.filter(verb="report.object").count() == 2


def test_an_objection_needs_a_reason(sent, head_jp, now):
    with pytest.raises(ValidationError) as refused:
        objects(sent, head_jp, now, reason=" ")
    assert set(refused.value.message_dict) == {"reason"}
    sent.refresh_from_db()
    assert sent.circulation == Shown.CIRCULATED


# Handover


def hand_over(at: datetime) -> None:
    """The next chair begins at an instant of the past."""
    Presidency.objects.filter(member=CHAIR).update(ends_at=at)
    Presidency.objects.filter(member=NEXT_CHAIR).update(starts_at=at)


def test_a_handover_keeps_deadline_and_objections(
    sent, coordinator, head_jp, head_fr, now
):
    deadline = sent.circulations.get().procedure.ends_at
    objects(sent, head_jp, now)
    hand_over(datetime.now(UTC))
    after = datetime.now(UTC)
    procedure = sent.circulations.get().procedure
    assert procedure.ends_at == deadline
    assert procedure.objections.count() == 1
    assert outcome(objects, sent, head_fr, after) == "done"
    for act in (send, stop, approve):
        assert outcome(act, sent, coordinator, after) == "forbidden"
    new = make_user(Role.COORDINATOR, member=NEXT_CHAIR)
    assert outcome(stop, sent, new, after) == "done"


def test_the_new_presidency_finalises_by_two_of_its_own(
    agreed, coordinator, colleague, now
):
    assert approve(agreed, coordinator, now) is None
    hand_over(datetime.now(UTC))
    after = datetime.now(UTC)
    first, second = (make_user(Role.COORDINATOR, member=NEXT_CHAIR) for _ in range(2))
    assert outcome(approve, agreed, colleague, after) == "forbidden"
    # The approval of the former Presidency counts no more.
    assert approve(agreed, first, after) is None
    final = approve(agreed, second, after)
    assert final is not None
    assert final.requested_by == second


def test_a_final_is_not_sent_round(agreed, coordinator, colleague, now):
    final = make_final(agreed, by=coordinator, other=colleague)
    assert outcome(send, final, coordinator, now) == "not_a_draft"
    assert outcome(send, agreed, coordinator, now) == "final"
