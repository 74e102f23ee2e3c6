"""Tests of what a search looks into: written with the entry, emptied, made again."""

from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.dates import utc_day
from progress.actions.amendments import correct_entry
from progress.actions.carry_forward import carry_forward, confirm_entry
from progress.actions.drafting import draft_entry, edit_entry
from progress.actions.search import search_rows_of
from progress.entries.text import EntryText, EvidenceItem
from progress.models import Entry, EntrySearch, State
from tests.factories import make_entry, member_commitment_of

FIELDS = ("as_of", "words", "runs", "evidence_words", "evidence_runs")


def is_current(entry_id):
    row = EntrySearch.objects.get(pk=entry_id)
    [expected] = search_rows_of([Entry.objects.get(pk=entry_id)])
    return all(getattr(row, name) == getattr(expected, name) for name in FIELDS)


@pytest.fixture
def owed(plan):
    return member_commitment_of(plan, "1.2.2", "JP")


@pytest.fixture
def text(now):
    return EntryText(
        as_of=utc_day(now), narrative="Été 税関", next_steps="Next", obstacles="None"
    )


def test_a_draft_has_its_words_from_the_start(owed, officer_jp, text, now):
    entry = draft_entry(member_commitment=owed, text=text, by=officer_jp, at=now)
    row = EntrySearch.objects.get(pk=entry.pk)
    assert [getattr(row, name) for name in FIELDS] == [
        text.as_of, " ete next none", " 税関", "", ""
    ]  # fmt: skip


def test_an_edit_replaces_the_words(owed, officer_jp, text, now):
    entry = draft_entry(member_commitment=owed, text=text, by=officer_jp, at=now)
    other = replace(text, narrative="Winter", as_of=text.as_of - timedelta(days=40))
    edit_entry(
        entry_id=entry.pk, version=entry.version, text=other, by=officer_jp, at=now
    )
    assert EntrySearch.objects.get(pk=entry.pk).words == " next none winter"
    assert is_current(entry.pk)


CITED = (
    EvidenceItem(title="Été", url="https://example.org/report"),
    EvidenceItem(title="Law 12", citation="税関"),
)
CITED_WORDS = " 12 ete example https law org report"


def test_a_draft_has_the_words_of_its_evidence(owed, officer_jp, text, now):
    text = replace(text, evidence=CITED)
    entry = draft_entry(member_commitment=owed, text=text, by=officer_jp, at=now)
    row = EntrySearch.objects.get(pk=entry.pk)
    assert (row.evidence_words, row.evidence_runs) == (CITED_WORDS, " 税関")
    assert is_current(entry.pk)


def test_evidence_that_is_taken_out_is_not_found_any_more(owed, officer_jp, text, now):
    text = replace(text, evidence=CITED)
    entry = draft_entry(member_commitment=owed, text=text, by=officer_jp, at=now)
    text = replace(text, evidence=CITED[1:])
    edit_entry(
        entry_id=entry.pk, version=entry.version, text=text, by=officer_jp, at=now
    )
    assert EntrySearch.objects.get(pk=entry.pk).evidence_words == " 12 law"
    assert is_current(entry.pk)


def test_words_stored_before_evidence_was_are_stored_again(entries):
    EntrySearch.objects.update(evidence_words=None, evidence_runs=None)
    assert command("--missing") == "Stored the words of 3 entries.\n"
    assert all(is_current(entry.pk) for entry in entries)


def test_a_text_carried_forward_and_confirmed_has_its_words(owed, officer_jp, now):
    make_entry(owed, by=officer_jp, state=State.PUBLISHED)
    entry = carry_forward(member_commitment=owed, by=officer_jp, at=now)
    assert is_current(entry.pk)
    Entry.objects.filter(pk=entry.pk).update(unchanged_since=utc_day(now) - DAYS_10)
    confirm_entry(
        entry_id=entry.pk,
        version=entry.version,
        as_of=utc_day(now) - timedelta(days=1),
        by=officer_jp,
        at=now,
    )
    assert is_current(entry.pk)


DAYS_10 = timedelta(days=10)


def test_a_correction_has_its_words(owed, officer_jp, now):
    published = make_entry(owed, by=officer_jp, state=State.PUBLISHED)
    successor = correct_entry(
        entry_id=published.pk, version=published.version, reason="Typo", by=officer_jp,
        at=now,
    )  # fmt: skip
    assert is_current(successor.pk)


@pytest.fixture
def entries(owed, plan, officer_jp):
    """Three entries: one without stored words, one with those of another text."""
    made = [
        make_entry(member_commitment_of(plan, code, "JP"), by=officer_jp)
        for code in ("1.1.1", "1.2.1", "1.2.2")
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    EntrySearch.objects.filter(pk=made[1].pk).update(words=" another")
    return made


def command(*arguments):
    out = StringIO()
    call_command("index_entries", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_stores_all_words_again(entries):
    with pytest.raises(CommandError, match=str(entries[1].pk)):
        command("--check")
    assert command() == "Stored the words of 3 entries.\n"
    assert all(is_current(entry.pk) for entry in entries)
    assert "are those of their texts" in command("--check")


def test_the_command_works_in_batches(entries, monkeypatch):
    monkeypatch.setattr("progress.actions.search.BATCH", 2)
    assert command() == "Stored the words of 3 entries.\n"
    assert all(is_current(entry.pk) for entry in entries)


def test_only_missing_words_can_be_stored(plan, officer_jp, entries):
    missing = Entry.objects.get(pk=entries[0].pk)
    missing.pk, missing.state = None, State.DISCARDED
    missing.save(force_insert=True)
    with pytest.raises(CommandError, match=str(missing.pk)):
        command("--check")
    assert command("--missing") == "Stored the words of 1 entries.\n"
    assert is_current(missing.pk)
    assert not is_current(entries[1].pk)
    assert command("--missing") == ""


@pytest.mark.long
def test_prepare_stores_missing_words(entries, monkeypatch):
    monkeypatch.setattr("g7plan.management.commands.prepare.migrate", lambda **_: None)
    copy = Entry.objects.get(pk=entries[0].pk)
    copy.pk, copy.state = None, State.DISCARDED
    copy.save(force_insert=True)
    call_command("prepare", stdout=StringIO())
    assert is_current(copy.pk)


@pytest.mark.parametrize("statement", ["DELETE FROM", "TRUNCATE"])
@pytest.mark.django_db
def test_the_application_never_removes_stored_words(statement):
    refused = pytest.raises(DatabaseError, match="permission denied")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{statement} progress_entrysearch")
