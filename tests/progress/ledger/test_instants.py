"""Tests of the instants of the record: the database's clock, and never the future."""

import os
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import DatabaseError

from progress.actions.checkpoints import sign_checkpoint
from progress.actions.clearance import clear_entry, submit_entry
from progress.actions.instants import database_clock
from progress.actions.ledger import seal_ledger
from progress.actions.review import publish_entry
from progress.actions.stocktakes import close_stocktake
from progress.ledger.checkpoints import good_checkpoints, wrong_checkpoints
from progress.models import Checkpoint, LedgerRecord, State
from tests.factories import make_entry, member_commitment_of
from tests.progress.tampering import as_superuser

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "signer"])
# How far the clock of the application is from that of the database.
WRONG = [timedelta(days=2), timedelta(days=-100)]
JUNK = (
    "INSERT INTO progress_checkpoint (day, sequence, sha256, trail_sha256, signed_at,"
    " key_sha256, signature) SELECT (({at}) AT TIME ZONE 'UTC')::date, {sequence},"
    " {sha256}, '', {at}, repeat('a', 64), repeat('b', 128)"
)


def as_signer(statement: str) -> None:
    with closing(psycopg.connect(os.environ["DATABASE_SIGNER_URL"])) as session:
        session.execute(statement.encode())
        session.commit()


def junk(**changed: str) -> str:
    values = {"at": "now()", "sequence": "0", "sha256": "repeat('0', 64)", **changed}
    return JUNK.format(**values)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_clock_of_the_application_dates_nothing(
    wrong, plan, stocktake, officer_jp, head_jp, coordinator, now, request
):
    entry = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp, stocktake=stocktake
    )
    request.getfixturevalue("all_rules")
    before, _ = database_clock()
    for act, by in (
        (submit_entry, officer_jp),
        (clear_entry, head_jp),
        (publish_entry, coordinator),
    ):
        entry.refresh_from_db()
        act(entry_id=entry.pk, version=entry.version, by=by, at=now + wrong)
    close_stocktake(
        stocktake_id=stocktake.pk, version=1, by=coordinator, at=now + wrong
    )
    entry.refresh_from_db()
    stocktake.refresh_from_db()
    times = [*entry.transitions.values_list("at", flat=True), stocktake.closed_at]
    times += [entry.submitted_at, entry.published_at]
    assert all(before <= at <= database_clock()[0] for at in times)
    assert LedgerRecord.objects.get().recorded_at == entry.published_at
    assert sign_checkpoint(at=now + wrong).day == before.date()


def test_the_seal_is_never_in_the_future(db, now):
    with pytest.raises(DatabaseError, match="in the future"):
        seal_ledger(now + timedelta(days=1))


def test_a_seal_waits_for_a_clock_that_is_a_little_behind(db):
    near = database_clock()[0] + timedelta(milliseconds=300)
    seal_ledger(near)
    assert database_clock()[0] >= near


def test_a_junk_row_is_named_and_takes_no_day_from_the_checkpoint(time_rules, now):
    as_signer(junk())
    signed = sign_checkpoint(at=now)
    assert [row.pk for row in good_checkpoints()] == [signed.pk]
    (finding,) = wrong_checkpoints()
    row = Checkpoint.objects.exclude(pk=signed.pk).get()
    assert finding.startswith(f"Row {row.pk} of the checkpoints, of {row.day},")


@pytest.mark.parametrize(
    "changed",
    [
        {"at": "now() - interval '1 day'"},
        {"at": "now() + interval '1 day'"},
        {"at": "now() + interval '1 hour'"},
        {"sha256": "repeat('c', 64)"},
        {"sequence": "1"},
    ],
)
def test_the_signer_adds_the_head_of_today_only(time_rules, changed):
    with pytest.raises(psycopg.IntegrityError, match="checkpoint"):
        as_signer(junk(**changed))
    assert not Checkpoint.objects.exists()


def test_a_head_is_not_signed_over_a_record_that_was_changed(
    plan, officer_jp, coordinator, now
):
    make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        state=State.PUBLISHED,
        published_by=coordinator,
    )
    with as_superuser() as admin:
        admin.execute("UPDATE progress_entry SET narrative = 'Never.'")
    with pytest.raises(ValidationError, match="not intact"):
        sign_checkpoint(at=now)
    assert not Checkpoint.objects.exists()


def test_a_process_without_the_key_cannot_sign(db, now, settings):
    settings.LEDGER_SIGNING_KEY = ""
    with pytest.raises(ImproperlyConfigured, match="LEDGER_SIGNING_KEY is not set"):
        sign_checkpoint(at=now)
