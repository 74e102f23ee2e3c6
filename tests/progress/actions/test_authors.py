"""Tests of rule 1 on signing: no head clears what they changed."""

import importlib
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from accounts.models import Role
from audit.models import Event
from progress.actions.amendments import correct_entry, withdraw_entry
from progress.actions.carry_forward import carry_forward
from progress.actions.clearance import clear_entry, recall_entry, submit_entry
from progress.actions.drafting import add_author, draft_entry, edit_entry
from progress.actions.review import return_entry
from progress.entries.signatories import heads_of, signatories_among
from progress.entries.text import EntryText, EvidenceItem
from progress.models import Clearance, Entry, EntryAuthor, State
from tests.factories import make_user, member_commitment_of
from tests.progress.confirming import confirm_today

CHANGES = {
    "as_of": lambda text: text.as_of - timedelta(days=1),
    "status": lambda _text: "implemented",
    "is_at_risk": lambda _text: True,
    "language": lambda _text: "ja",
    "narrative": lambda _text: "Six bureaus.",
    "next_steps": lambda _text: "The seventh.",
    "obstacles": lambda _text: "None left.",
    "handling": lambda _text: "amber",
    "evidence": lambda _text: (EvidenceItem("Report", citation="p. 3"),),
}


@pytest.fixture
def text(now):
    return EntryText(
        as_of=now.date() - timedelta(days=3), status="limited", narrative="Two bureaus."
    )


@pytest.fixture
def drafted(jp_122, text, now):
    return lambda by: draft_entry(member_commitment=jp_122, text=text, by=by, at=now)


@pytest.fixture
def step(now):
    """`step(action, entry, by)` acts on the entry as it is now."""

    def act(action, entry, by, **given):
        version = Entry.objects.values_list("version", flat=True).get(pk=entry.pk)
        return action(entry_id=entry.pk, version=version, by=by, at=now, **given)

    return act


def authors_of(entry):
    rows = EntryAuthor.objects.filter(entry=entry)
    return {author.user for author in rows.select_related("user")}


def test_a_head_does_not_clear_own_words_that_an_officer_saved_last(
    drafted, step, text, head_jp, officer_jp, stocktake
):
    draft = drafted(head_jp)
    step(edit_entry, draft, officer_jp, text=text)
    step(submit_entry, draft, officer_jp)
    with pytest.raises(PermissionDenied):
        step(clear_entry, draft, head_jp)
    draft.refresh_from_db()
    assert (draft.state, draft.written_by) == (State.IN_CLEARANCE, head_jp)
    assert not Clearance.objects.exists()


def test_a_head_does_not_clear_what_an_officer_rewrote_after_them(
    drafted, step, text, head_jp, officer_jp, stocktake, coordinator
):
    """Not even after a recall and a return: it is still the same draft."""
    second_head = make_user(Role.HEAD, member="JP")
    draft = drafted(head_jp)
    step(edit_entry, draft, officer_jp, text=replace(text, narrative="All of it."))
    step(submit_entry, draft, officer_jp)
    step(recall_entry, draft, officer_jp)
    step(submit_entry, draft, officer_jp)
    step(clear_entry, draft, second_head)
    step(return_entry, draft, coordinator, reason="When?")
    step(edit_entry, draft, officer_jp, text=replace(text, narrative="In May."))
    step(submit_entry, draft, officer_jp)
    with pytest.raises(PermissionDenied):
        step(clear_entry, draft, head_jp)
    assert authors_of(draft) == {head_jp, officer_jp}


def test_every_field_of_a_text_is_tried():
    assert set(CHANGES) == set(EntryText.__dataclass_fields__)


@pytest.mark.parametrize("field", CHANGES)
def test_a_change_of_any_field_makes_an_author(
    field, drafted, step, text, officer_jp, head_jp
):
    draft = drafted(officer_jp)
    step(
        edit_entry, draft, head_jp, text=replace(text, **{field: CHANGES[field](text)})
    )
    assert authors_of(draft) == {officer_jp, head_jp}
    draft.refresh_from_db()
    assert draft.written_by == head_jp


def test_a_save_without_a_change_adds_nobody_and_writes_nothing(
    jp_122, step, text, officer_jp, head_jp, now
):
    text = replace(text, evidence=(EvidenceItem("Report", citation="p. 3"),))
    draft = draft_entry(member_commitment=jp_122, text=text, by=officer_jp, at=now)
    events = Event.objects.count()
    saved = step(edit_entry, draft, head_jp, text=EntryText.of(draft))
    assert (saved.version, saved.written_by) == (1, officer_jp)
    assert authors_of(draft) == {officer_jp}
    assert Event.objects.count() == events


def test_who_changes_a_text_back_is_an_author_of_it(
    drafted, step, text, officer_jp, head_jp
):
    draft = drafted(officer_jp)
    step(edit_entry, draft, head_jp, text=replace(text, narrative="Three."))
    step(edit_entry, draft, head_jp, text=text)
    assert authors_of(draft) == {officer_jp, head_jp}
    assert EntryAuthor.objects.count() == 2


def test_carrying_a_text_forward_makes_no_author_but_confirming_it_does(
    reported, jp_122, step, officer_jp, head_jp, stocktake, now
):
    reported(stocktake=None)
    draft = carry_forward(member_commitment=jp_122, by=head_jp, at=now)
    assert authors_of(draft) == set()
    assert signatories_among(heads_of("JP", now), draft, now) == [head_jp]
    step(confirm_today, draft, officer_jp)
    assert authors_of(draft) == {officer_jp}
    step(submit_entry, draft, officer_jp)
    assert step(clear_entry, draft, head_jp).state == State.SUBMITTED


def test_a_head_does_not_clear_a_text_that_they_confirmed(
    reported, jp_122, step, officer_jp, head_jp, stocktake, now
):
    reported(stocktake=None)
    draft = carry_forward(member_commitment=jp_122, by=officer_jp, at=now)
    step(confirm_today, draft, head_jp)
    step(confirm_today, draft, officer_jp)
    step(submit_entry, draft, officer_jp)
    with pytest.raises(PermissionDenied):
        step(clear_entry, draft, head_jp)


@pytest.mark.parametrize("amend", [correct_entry, withdraw_entry])
def test_who_begins_a_correction_or_a_withdrawal_is_its_author(
    amend, reported, step, head_jp, officer_jp, now
):
    published = reported()
    draft = step(amend, published, head_jp, reason="The year was wrong.")
    assert authors_of(draft) == {head_jp}
    text = replace(EntryText.of(draft), narrative="In 2017.")
    step(edit_entry, draft, officer_jp, text=text)
    assert signatories_among(heads_of("JP", now), draft, draft.written_at) == []


def test_a_new_entry_begins_with_nobody_of_the_last_one(
    reported, jp_122, text, head_jp, officer_jp, now
):
    add_author(reported(), by=head_jp, at=now)
    draft = draft_entry(member_commitment=jp_122, text=text, by=officer_jp, at=now)
    assert authors_of(draft) == {officer_jp}


def old_entry(plan, code, by, now, **fields):
    """An entry of Japan as it was before authors were kept."""
    return Entry.objects.create(
        member_commitment=member_commitment_of(plan, code, "JP"),
        as_of=now.date(),
        written_at=now,
        written_by=by,
        **fields,
    )


def test_an_entry_from_before_authors_were_kept_goes_by_who_wrote_it_last(
    plan, head_jp, officer_jp, now
):
    own = old_entry(plan, "1.1.1", head_jp, now)
    other = old_entry(plan, "1.2.1", officer_jp, now)
    assert [
        signatories_among(heads_of("JP", now), entry, now) for entry in (own, other)
    ] == [[], [head_jp]]


def test_the_migration_keeps_the_one_author_that_is_known(
    plan, officer_jp, head_jp, now
):
    at_work = old_entry(plan, "1.1.1", head_jp, now)
    carried = old_entry(plan, "1.2.1", head_jp, now, unchanged_since=now.date())
    given_up = old_entry(plan, "2.1", head_jp, now, state=State.DISCARDED)
    migration = importlib.import_module("progress.migrations.0012_entry_authors")
    with connection.cursor() as cursor:
        cursor.execute(migration.KNOWN_AUTHORS)
    assert authors_of(at_work) == {head_jp}
    assert authors_of(carried) == authors_of(given_up) == set()


def test_the_database_refuses_the_clearance_of_an_author(
    reported, head_jp, officer_jp, now
):
    entry = reported(state=State.IN_CLEARANCE)
    add_author(entry, by=head_jp, at=now)
    row = {"entry": entry, "sent_at": now, "sent_by": officer_jp, "cleared_at": now}
    with pytest.raises(DatabaseError, match="one of its authors"), transaction.atomic():
        Clearance.objects.create(**row, cleared_by=head_jp)
    Clearance.objects.create(**row, cleared_by=make_user(Role.HEAD, member="JP"))
