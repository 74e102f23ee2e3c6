"""Tests of `verify_ledger`: it reports what changed, where, and since when."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from progress.actions.amendments import withdraw_entry
from progress.actions.checkpoints import sign_checkpoint
from progress.actions.clearance import clear_entry, submit_entry
from progress.actions.review import publish_entry
from progress.actions.stocktakes import close_stocktake
from progress.actions.trail import append_to_trail
from progress.ledger.chain import NOTHING, hash_of
from progress.ledger.rows import ledger_rows
from progress.models import (
    EntryEvidence,
    Evidence,
    EvidenceFile,
    LedgerRecord,
    State,
    Tombstone,
    TrailRecord,
)
from reports.actions.requests import request_report
from reports.report_request import ReportRequest
from reports.runner import compile_if_waiting
from tests.factories import make_entry, member_commitment_of
from tests.progress.tampering import as_superuser, rewrite_trail

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "signer"])
CODES = ("1.1.1", "1.2.1", "1.2.2", "2.1")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def verified(*options: str) -> str:
    out = StringIO()
    call_command("verify_ledger", *options, stdout=out)
    return out.getvalue()


def found(*parts: str, options: tuple[str, ...] = ()) -> str:
    """Check that it fails, with all these words in one sentence."""
    out = StringIO()
    with pytest.raises(CommandError, match="The ledger is not intact"):
        call_command("verify_ledger", *options, stdout=out)
    lines = out.getvalue().splitlines()
    assert any(all(part in line for part in parts) for line in lines), lines
    return out.getvalue()


@pytest.fixture
def published(plan, stocktake, officer_jp, coordinator, now):
    """Four publications of two days ago, an hour apart, each with a link and a file."""
    entries = []
    for number, code in enumerate(CODES):
        at = now - 2 * DAY - (8 - number) * HOUR
        entry = make_entry(
            member_commitment_of(plan, code, "JP"),
            by=officer_jp,
            state=State.SUBMITTED,
            stocktake=stocktake,
            evidence=1,
            narrative=f"Canary in {code}.",
            submitted_at=at,
            submitted_by=officer_jp,
        )
        add_file(entry, officer_jp)
        entries.append(
            publish_entry(entry_id=entry.pk, version=1, by=coordinator, at=at)
        )
    return entries


def add_file(entry, by):
    content = f"File of {entry.pk}".encode()
    evidence = Evidence.objects.create(
        kind=Evidence.Kind.FILE,
        title="Decree",
        file_name="decree.pdf",
        media_type="application/pdf",
        size=len(content),
        sha256=sha256(content).hexdigest(),
        member_id="JP",
        added_at=entry.written_at,
        added_by=by,
    )
    EvidenceFile.objects.create(evidence=evidence, content=content)
    EntryEvidence.objects.create(entry=entry, evidence=evidence, position=1)


def test_an_empty_ledger_is_whole(members):
    assert "Nothing has been published" in verified()


@pytest.mark.usefixtures("made_up_reports")
def test_what_the_product_writes_is_whole(
    published, plan, stocktake, officer_jp, head_jp, coordinator, now
):
    withdrawal = withdraw_entry(
        entry_id=published[0].pk, version=2, reason="Wrong.", by=officer_jp, at=now
    )
    submitted = submit_entry(entry_id=withdrawal.pk, version=1, by=officer_jp, at=now)
    cleared = clear_entry(
        entry_id=withdrawal.pk, version=submitted.version, by=head_jp, at=now
    )
    publish_entry(
        entry_id=withdrawal.pk, version=cleared.version, by=coordinator, at=now
    )
    close_stocktake(stocktake_id=stocktake.pk, version=1, by=coordinator, at=now)
    sign_checkpoint(at=now)
    asked = request_report(
        request=ReportRequest(plan, "green", now.date(), now.replace(microsecond=0)),
        by=coordinator,
        at=now,
    )
    assert compile_if_waiting(asked.pk)
    said = verified()
    assert "5 records" in said
    assert LedgerRecord.objects.get(sequence=5).sha256 in said
    assert "The ledger is intact." in said
    assert "Canary" not in said


@pytest.mark.parametrize(
    ("table", "column", "value", "where"),
    [
        ("progress_entry", "narrative", "replace(narrative, 'C', 'c')", "id = {entry}"),
        ("progress_entry", "status", "'implemented'", "id = {entry}"),
        ("progress_entry", "published_at", "now()", "id = {entry}"),
        ("progress_evidence", "title", "title || '.'",
         "id = (SELECT evidence_id FROM progress_entryevidence WHERE entry_id = {entry}"
         " AND position = 0)"),
        ("progress_entryevidence", "position", "position + 5",
         "entry_id = {entry} AND position = 0"),
        ("commitments_commitment", "code", "'9.9'", "code = '1.2.2'"),
    ],
)  # fmt: skip
def test_one_changed_byte_of_what_was_published_names_its_record(
    published, table, column, value, where
):
    entry = published[2]
    with as_superuser() as admin:
        condition = where.format(entry=f"'{entry.pk}'")
        changed = admin.execute(
            f"UPDATE {table} SET {column} = {value} WHERE {condition}"
        )
        assert changed.rowcount == 1
    said = found("Record 3 of ", str(entry.pk), "has been changed", "record 2 of ")
    assert "Record 2 of" not in said
    assert "Record 4 of" not in said


def test_a_changed_hash_of_the_ledger_names_its_record(published):
    with as_superuser() as admin:
        admin.execute(
            "UPDATE progress_ledgerrecord SET sha256 = translate(left(sha256, 1),"
            " '0123456789abcdef', '123456789abcdef0') || substr(sha256, 2)"
            " WHERE sequence = 2"
        )
    found("Record 2 of ", "its own fields or its hash have been changed")


@pytest.mark.long
def test_a_record_deleted_from_the_middle_is_named(published):
    with as_superuser() as admin:
        admin.execute("DELETE FROM progress_ledgerrecord WHERE sequence = 2")
    said = found("Record 3 of ", "records 2 to 2 are missing before it")
    assert f"entry {published[1].pk} is published and has no record" in said


def test_a_last_record_that_is_gone_is_named_by_its_checkpoint(published, now):
    sign_checkpoint(at=published[1].published_at)
    sign_checkpoint(at=now)
    with as_superuser() as admin:
        admin.execute("DELETE FROM progress_entryevidence WHERE entry_id = %s",
                      [published[3].pk])  # fmt: skip
        admin.execute("DELETE FROM progress_entry WHERE id = %s", [published[3].pk])
        admin.execute("DELETE FROM progress_ledgerrecord WHERE sequence = 4")
    found(f"of the checkpoint of {now.date()} is not", "cut off or rewritten")


@pytest.mark.long
@pytest.mark.usefixtures("made_up_reports")
def test_a_last_record_that_is_gone_is_named_by_a_report(
    published, plan, coordinator, now
):
    asked = request_report(
        request=ReportRequest(plan, "amber", now.date(), now.replace(microsecond=0)),
        by=coordinator,
        at=now,
    )
    assert compile_if_waiting(asked.pk)
    with as_superuser() as admin:
        admin.execute("DELETE FROM progress_ledgerrecord WHERE sequence = 4")
    found(f"of report {asked.pk}, as known at", "cut off or rewritten")


def test_a_record_that_was_put_in_is_named(published):
    with as_superuser() as admin:
        admin.execute(
            "INSERT INTO progress_ledgerrecord SELECT 5, kind, recorded_at,"
            " content_sha256, sha256, repeat('a', 64) FROM progress_ledgerrecord"
            " WHERE sequence = 4"
        )
    found("Record 5 of ", "its own fields or its hash have been changed")


@pytest.mark.long
@pytest.mark.parametrize(
    ("change", "how"),
    [
        (
            "UPDATE progress_evidencefile SET content = content || '!'",
            "has been changed",
        ),
        ("DELETE FROM progress_evidencefile", "is gone"),
    ],
)
def test_a_changed_file_is_named_and_not_its_title(published, change, how):
    with as_superuser() as admin:
        admin.execute(change)
    said = found("The file of evidence", "added by JP", how)
    assert "Decree" not in said


def test_a_closed_stocktake_s_changed_positions_are_named(
    published, stocktake, coordinator, now
):
    close_stocktake(stocktake_id=stocktake.pk, version=1, by=coordinator, at=now)
    with as_superuser() as admin:
        admin.execute("UPDATE progress_stocktake SET closing_sha256 = repeat('a', 64)")
    found("stocktake first of plan test-plan", "froze when it closed")


def test_a_forged_checkpoint_is_named(published, now):
    sign_checkpoint(at=now)
    with as_superuser() as admin:
        admin.execute("UPDATE progress_checkpoint SET signature = repeat('ab', 64)")
    found("Row ", f"of the checkpoints, of {now.date()}, is no checkpoint", "signature")


def test_a_former_key_still_verifies_and_an_unknown_one_is_named(
    published, now, settings
):
    sign_checkpoint(at=now)
    former, settings.LEDGER_PUBLIC_KEY = settings.LEDGER_PUBLIC_KEY, "ab" * 32
    found(f"of {now.date()}, is no checkpoint: it is signed by an unknown key")
    settings.LEDGER_FORMER_PUBLIC_KEYS = [former]
    verified()


@pytest.mark.long
def test_a_tombstone_is_listed_and_a_false_one_is_named(published, now):
    record = LedgerRecord.objects.get(sequence=2)
    insert = (
        "INSERT INTO progress_tombstone (id, entry_id, content_sha256, reason,"
        " erased_at, erased_by, number, ledger_head)"
        " VALUES (%s, %s, %s, 'An order', now(), 'A clerk', 1, 1)"
    )
    key = published[1].pk
    with as_superuser() as admin:
        admin.execute(insert, [key, key, record.content_sha256])
        admin.execute("UPDATE progress_entry SET narrative = '[erased]' WHERE id = %s",
                      [published[1].pk])  # fmt: skip
    append_to_trail(TrailRecord.Kind.ERASURE, published[1].pk)
    said = verified()
    assert "Erased by law, record 2 of" in said
    assert "by A clerk: An order" in said
    with as_superuser() as admin:
        admin.execute("UPDATE progress_tombstone SET content_sha256 = repeat('a', 64)")
    found("Record 2 of ", "its tombstone names a different content")
    assert Tombstone.objects.count() == 1


@pytest.mark.long
def test_it_asks_few_queries_however_long_the_ledger_is(
    published, plan, stocktake, officer_fr, coordinator
):
    with CaptureQueriesContext(connection) as few:
        verified()
    for code in CODES:
        make_entry(
            member_commitment_of(plan, code, "FR"),
            by=officer_fr,
            state=State.PUBLISHED,
            published_by=coordinator,
            stocktake=stocktake,
            evidence=2,
        )
    with CaptureQueriesContext(connection) as more:
        verified()
    assert len(more) == len(few) <= 50


def write_anew(sequence: int, narrative: str) -> None:
    """Change a word and then all hashes, as a superuser without the key could."""
    with as_superuser() as admin:
        admin.execute(
            "UPDATE progress_entry SET narrative = %s WHERE ledger_record_id = %s",
            [narrative, sequence],
        )
    previous, records = NOTHING, []
    for row in ledger_rows():
        assert row.subject
        link = replace(
            row.link,
            content_sha256=hash_of(row.subject.content),
            previous_sha256=previous,
        )
        previous = link.sha256
        records.append([link.content_sha256, link.previous_sha256, previous])
    with as_superuser() as admin:
        for number, hashes in enumerate(records, start=1):
            admin.execute(
                "UPDATE progress_ledgerrecord SET content_sha256 = %s,"
                " previous_sha256 = %s, sha256 = %s WHERE sequence = %s",
                [*hashes, number],
            )
        admin.execute("DELETE FROM progress_checkpoint")
    rewrite_trail()


@pytest.mark.long
def test_a_history_written_anew_does_not_hold_against_a_head_held_elsewhere(
    published, now
):
    """Sound in itself, and no checkpoint is left: only the head held outside is."""
    sign_checkpoint(at=now)
    head = LedgerRecord.objects.get(sequence=3).sha256
    said = verified("--head", f" {head.upper()}")
    assert f"1 checkpoints from {now.date()} to {now.date()}; days without" in said
    write_anew(2, "It never was so.")
    assert "There is no checkpoint here" in verified()
    found(head, "of the option --head is not", "rewritten", options=("--head", head))


@pytest.mark.long
def test_days_without_a_checkpoint_are_counted(published, now):
    for days in (4, 1, 0):
        sign_checkpoint(at=now - days * DAY)
    assert "3 checkpoints from" in verified()
    assert "days without one: 2." in verified()


@pytest.mark.parametrize("head", ["", "abc", "g" * 64, "a" * 65, "\u0661" * 64])
def test_what_is_no_head_is_refused(db, head):
    with pytest.raises(CommandError, match="64 hexadecimal digits"):
        verified(f"--head={head}")
