"""Rule 1, cell by cell: what happens, and that a refusal changes nothing."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import Member, Role, User
from audit.models import Event
from progress.actions.amendments import correct_entry, withdraw_entry
from progress.actions.clearance import (
    clear_entry,
    recall_entry,
    send_back_entry,
    submit_entry,
)
from progress.actions.drafting import discard_entry, edit_entry
from progress.actions.review import publish_entry, return_entry
from progress.entry_text import EntryText
from progress.models import Entry, State, Transition
from progress.permissions import allowed_verbs
from progress.transitions import RULES, Verb, next_state
from tests.factories import (
    CHAIR,
    FORMER_CHAIR,
    assign,
    make_entry,
    make_user,
    member_commitment_of,
)

TABLE = list(
    csv.DictReader(
        (Path(__file__).parent / "workflow.csv").read_text("utf-8").splitlines()
    )
)
PEOPLE = list(TABLE[0])[3:]
OTHERS_ENTRY = {
    "coordinator_own_entry": CHAIR,
    "second_reviewer_chair_entry": CHAIR,
    "former_coordinator_own_entry": FORMER_CHAIR,
}
TEXT = EntryText(as_of=datetime.now(UTC).date(), status="limited", narrative="Begun.")

ACTIONS: dict[Verb, Callable[..., Entry]] = {
    Verb.EDIT: lambda **about: edit_entry(**about, text=TEXT),
    Verb.SUBMIT: submit_entry,
    Verb.SEND_BACK: lambda **about: send_back_entry(**about, reason="Too long."),
    Verb.CLEAR: clear_entry,
    Verb.RECALL: recall_entry,
    Verb.DISCARD: discard_entry,
    Verb.RETURN: lambda **about: return_entry(**about, reason="Which year?"),
    Verb.PUBLISH: publish_entry,
    Verb.CORRECT: lambda **about: correct_entry(**about, reason="Wrong year."),
    Verb.WITHDRAW: lambda **about: withdraw_entry(**about, reason="Wrong."),
}


@pytest.fixture
def person(plan, chair, second_reviewer, stocktake) -> Callable[[str], User]:
    def find(name: str) -> User:
        makers: dict[str, Callable[[], User]] = {
            "contributor_assigned": lambda: make_user(Role.CONTRIBUTOR, member="JP"),
            "contributor_unassigned": lambda: make_user(Role.CONTRIBUTOR, member="JP"),
            "officer": lambda: make_user(Role.OFFICER, member="JP"),
            "head": lambda: make_user(Role.HEAD, member="JP"),
            "head_who_wrote_it": lambda: make_user(Role.HEAD, member="JP"),
            "officer_other": lambda: make_user(Role.OFFICER, member="FR"),
            "head_other": lambda: make_user(Role.HEAD, member="FR"),
            "coordinator": lambda: make_user(Role.COORDINATOR, member=CHAIR),
            "coordinator_own_entry": lambda: make_user(Role.COORDINATOR, member=CHAIR),
            "second_reviewer_chair_entry": lambda: second_reviewer,
            "second_reviewer_other_entry": lambda: second_reviewer,
            "former_coordinator": lambda: make_user(
                Role.COORDINATOR, member=FORMER_CHAIR
            ),
            "former_coordinator_own_entry": lambda: make_user(
                Role.COORDINATOR, member=FORMER_CHAIR
            ),
            "observer": lambda: make_user(Role.OBSERVER),
            "assessor": lambda: make_user(Role.ASSESSOR),
            "administrator": lambda: make_user(Role.ADMINISTRATOR),
        }
        return makers[name]()

    return find


def entry_for(name: str, user: User, row: dict[str, str], plan, stocktake) -> Entry:
    member = OTHERS_ENTRY.get(name, "JP")
    Member.objects.filter(code=member).update(
        skips_clearance=row["skips_clearance"] == "yes"
    )
    member_commitment = member_commitment_of(plan, "1.2.2", member)
    if name == "contributor_assigned":
        assign(user, member_commitment)
    writer = make_user(Role.OFFICER, member=member)
    entry = make_entry(
        member_commitment,
        by=user if name == "head_who_wrote_it" else writer,
        state=State(row["state"]),
        stocktake=stocktake,
    )
    return Entry.objects.with_successors().get(pk=entry.pk)


def marked(row: dict[str, str]) -> object:
    """Skipping clearance changes `submit` alone: that nothing else does is `long`."""
    is_long = row["skips_clearance"] == "yes" and row["verb"] != "submit"
    return pytest.param(row, marks=[pytest.mark.long] if is_long else [])


@pytest.mark.parametrize(
    "row",
    [marked(row) for row in TABLE],
    ids=lambda row: f"{row['verb']}-{row['state']}-skips-{row['skips_clearance']}",
)
def test_workflow(row, person, plan, stocktake):
    """One row of the table; each person in a transaction that is rolled back."""
    for name in PEOPLE:
        with transaction.atomic():
            user = person(name)
            entry = entry_for(name, user, row, plan, stocktake)
            check_cell(Verb(row["verb"]), row[name], user, entry)
            transaction.set_rollback(True)


def check_cell(verb: Verb, expected: str, user: User, entry: Entry) -> None:
    at = datetime.now(UTC)
    before = list(Entry.objects.order_by("pk").values())
    is_offered = verb in allowed_verbs(user, entry, at=at)
    about = {"entry_id": entry.pk, "version": entry.version, "by": user, "at": at}
    if expected == "-":
        with pytest.raises((Entry.DoesNotExist, PermissionDenied, ValidationError)):
            ACTIONS[verb](**about)
        assert list(Entry.objects.order_by("pk").values()) == before, user.roles
        assert not Transition.objects.exists()
        assert not Event.objects.exists()
        assert not is_offered, user.roles
    else:
        assert is_offered, user.roles
        check_result(ACTIONS[verb](**about), expected, entry)
        event = Event.objects.get()
        assert (event.actor_id, event.member) == (user.pk, entry.member_code)


def check_result(result: Entry, expected: str, entry: Entry) -> None:
    result.refresh_from_db()
    entry.refresh_from_db()
    if expected == "new draft":
        assert result.pk != entry.pk
        assert (result.state, result.supersedes_id) == (State.DRAFT, entry.pk)
        assert entry.state == State.PUBLISHED
    else:
        assert (result.pk, result.state) == (entry.pk, expected)


def test_every_state_and_verb_is_in_the_table():
    cells = {(row["verb"], row["state"], row["skips_clearance"]) for row in TABLE}
    assert cells == {
        (verb, state, skips)
        for verb in Verb
        for state in State.values
        for skips in ("yes", "no")
    }
    assert set(RULES) == set(Verb)


def test_a_submission_after_the_deadline_is_late_and_after_grace_refused(
    plan, stocktake, officer_jp
):
    Member.objects.filter(code="JP").update(skips_clearance=True)
    draft = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp, stocktake=stocktake
    )
    about = {"entry_id": draft.pk, "version": draft.version, "by": officer_jp}
    with pytest.raises(ValidationError) as refusal:
        submit_entry(**about, at=stocktake.grace_ends_at + timedelta(seconds=1))
    assert refusal.value.code == "too_late"

    late = submit_entry(**about, at=stocktake.due_at + timedelta(seconds=1))
    assert late.is_late

    recalled = recall_entry(
        entry_id=late.pk, version=late.version, by=officer_jp, at=stocktake.due_at
    )
    in_time = submit_entry(
        entry_id=late.pk, version=recalled.version, by=officer_jp, at=stocktake.due_at
    )
    assert not in_time.is_late


def test_an_entry_returned_and_sent_again_after_the_deadline_was_in_time(
    plan, stocktake, officer_jp, coordinator
):
    Member.objects.filter(code="JP").update(skips_clearance=True)
    draft = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp, stocktake=stocktake
    )
    at = stocktake.due_at
    sent = submit_entry(entry_id=draft.pk, version=1, by=officer_jp, at=at)
    back = return_entry(
        entry_id=sent.pk, version=sent.version, reason="When?", by=coordinator, at=at
    )
    again = submit_entry(
        entry_id=back.pk,
        version=back.version,
        by=officer_jp,
        at=at + timedelta(hours=1),
    )
    assert (again.state, again.is_late) == (State.SUBMITTED, False)


def test_an_incomplete_draft_is_kept_but_not_submitted(plan, officer_jp):
    draft = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        status="",
        narrative=" ",
    )
    with pytest.raises(ValidationError) as refusal:
        submit_entry(entry_id=draft.pk, version=1, by=officer_jp, at=datetime.now(UTC))
    assert set(refusal.value.message_dict) == {"status", "narrative"}
    assert Entry.objects.get().state == State.DRAFT


def test_the_chairs_own_entries_need_a_stocktake(plan, chair, officer_of_the_chair):
    draft = make_entry(
        member_commitment_of(plan, "1.2.2", chair), by=officer_of_the_chair
    )
    with pytest.raises(ValidationError) as refusal:
        submit_entry(
            entry_id=draft.pk, version=1, by=officer_of_the_chair, at=datetime.now(UTC)
        )
    assert refusal.value.code == "chair_alone"


def test_what_was_corrected_once_is_not_corrected_twice(plan, officer_jp, coordinator):
    entry = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        state=State.PUBLISHED,
        published_by=coordinator,
        evidence=2,
    )
    at = datetime.now(UTC)
    about = {"entry_id": entry.pk, "version": 1, "by": officer_jp, "at": at}
    draft = correct_entry(**about, reason="Wrong year.")
    assert draft.evidence.count() == 2
    for action in (correct_entry, withdraw_entry):
        with pytest.raises(ValidationError) as refusal:
            action(**about, reason="Again.")
        assert refusal.value.code == "illegal_transition"


def test_submit_leads_past_clearance_only_where_the_member_skips_it(plan, officer_jp):
    entry = make_entry(member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp)
    assert next_state(Verb.SUBMIT, entry) is State.IN_CLEARANCE
    entry.member_commitment.member.skips_clearance = True
    assert next_state(Verb.SUBMIT, entry) is State.SUBMITTED
