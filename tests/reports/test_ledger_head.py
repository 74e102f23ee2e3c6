"""Tests of a report's sealed snapshot: an entry is in it, or published after it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from threading import Event

import pytest
from django.db import connection, transaction
from pypdf import PdfReader

from accounts.dates import next_second
from accounts.models import Role
from progress.actions.checkpoints import sign_checkpoint
from progress.actions.ledger import lock_ledger, seal_ledger
from progress.actions.review import publish_entry
from progress.models import Handling, LedgerRecord, State
from reports.actions.requests import request_report
from reports.ledger_heads import printed_heads
from reports.models import Report
from reports.report_request import ReportRequest
from reports.runner import compile_if_waiting
from tests.factories import CHAIR, make_entry, make_user, member_commitment_of, publish
from tests.progress.tampering import as_superuser


@pytest.fixture
def submitted(plan, stocktake, officer_jp):
    """`submitted(code)` makes an entry of Japan that waits for its review."""

    def make(code):
        return make_entry(
            member_commitment_of(plan, code, "JP"),
            by=officer_jp,
            state=State.SUBMITTED,
            stocktake=stocktake,
        )

    return make


@pytest.fixture
def compiled(plan, coordinator):
    """`compiled(known_at)` makes a report, frozen and typeset.

    Each is of another coordinator: one person would get the same report again.
    """

    def compile_one(known_at, audience=Handling.AMBER):
        request = ReportRequest(plan, audience, known_at.date(), known_at)
        by = make_user(Role.COORDINATOR, member=CHAIR)
        asked = request_report(request=request, by=by, at=known_at)
        assert compile_if_waiting(asked.pk)
        report = Report.objects.get(pk=asked.pk)
        assert report.state == Report.State.DONE, report.problem
        return report

    return compile_one


def entries_in(report):
    return list(report.snapshot["facts"]["entries"].values())


def in_a_thread_of_its_own(threads, act):
    def run():
        try:
            return act()
        finally:
            connection.close()

    return threads.submit(run)


def publish_slowly(publish, *, is_dated_before, holds, may_commit):
    """Dated while it holds the ledger, or its clock read before and the ledger late."""
    with transaction.atomic():
        lock_ledger()
        if is_dated_before:
            publish()
        holds.set()
        assert may_commit.wait(timeout=20)
    if not is_dated_before:
        publish()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_dated_before", [True, False])
def test_a_publication_in_flight_is_in_the_report_or_dated_after_it(
    submitted, compiled, coordinator, is_dated_before
):
    """A real second connection holds the ledger while the report is compiled."""
    entry, known_at = submitted("1.2.2"), next_second(datetime.now(UTC))
    act = partial(
        publish_slowly,
        partial(
            publish_entry, entry_id=entry.pk, version=1, by=coordinator, at=known_at
        ),
        is_dated_before=is_dated_before,
        holds=(holds := Event()),
        may_commit=(may_commit := Event()),
    )
    with ThreadPoolExecutor(2) as threads:
        publishing = in_a_thread_of_its_own(threads, act)
        assert holds.wait(timeout=20)
        compiling = in_a_thread_of_its_own(threads, partial(compiled, known_at))
        with pytest.raises(TimeoutError):
            compiling.result(timeout=1.5)  # its second is past: it waits for the ledger
        may_commit.set()
        publishing.result(timeout=20)
        report = compiling.result(timeout=20)

    entry.refresh_from_db()
    record = LedgerRecord.objects.get()
    assert entry.published_at is not None
    is_in = bool(entries_in(report))
    assert is_in == (entry.published_at <= known_at)
    assert is_in or not is_dated_before
    assert report.snapshot["envelope"]["ledger_head"] == (
        record.sha256 if is_in else ""
    )
    # Each later compilation gives the same.
    assert entries_in(compiled(known_at)) == entries_in(report)


@pytest.mark.long
def test_nothing_is_dated_before_what_a_report_has_read(
    submitted, compiled, coordinator, now
):
    known_at = next_second(now)
    compiled(known_at)
    published = publish_entry(
        entry_id=submitted("1.2.2").pk, version=1, by=coordinator, at=now
    )
    assert published.published_at is not None
    assert published.published_at > known_at


def test_the_head_is_that_of_the_report_s_own_instant(
    submitted, compiled, coordinator, now
):
    whole = now.replace(microsecond=0)
    for code, hours in (("1.1.1", -3), ("1.2.1", -2), ("1.2.2", -1)):
        at = whole + timedelta(hours=hours)
        publish(submitted(code), by=coordinator, at=at)
    report = compiled(whole - timedelta(hours=2))
    second = LedgerRecord.objects.get(sequence=2)
    assert report.snapshot["envelope"]["ledger_head"] == second.sha256
    assert len(entries_in(report)) == 2


def test_the_head_is_printed_and_no_number_of_the_ledger(
    submitted, compiled, coordinator, now
):
    at = now - timedelta(hours=1)
    publish(submitted("1.2.2"), by=coordinator, at=at)
    report = compiled(now.replace(microsecond=0))
    pages = PdfReader(BytesIO(report.files.get(format="pdf").content)).pages
    text = "\n".join(page.extract_text() for page in pages).replace("\n", "")
    assert LedgerRecord.objects.get().sha256 in text
    assert "sequence" not in str(report.snapshot)


def test_the_seal_never_falls(now, db):
    seal_ledger(now)
    seal_ledger(now - timedelta(days=1))
    assert seal_ledger(now) is None


@pytest.mark.long
@pytest.mark.django_db(transaction=True, databases=["default", "signer"])
@pytest.mark.parametrize("audience", [Handling.CLEAR, Handling.GREEN])
def test_below_amber_the_head_is_that_of_the_last_checkpoint(
    submitted, compiled, coordinator, now, audience
):
    """Otherwise two reports would show that something amber came between."""
    whole = now.replace(microsecond=0)
    first, second = submitted("1.2.1"), submitted("1.2.2")
    publish(first, by=coordinator, at=whole - timedelta(hours=3))
    none_yet = compiled(whole - timedelta(hours=3), audience)
    signed = sign_checkpoint(at=whole - timedelta(hours=2))
    publish(second, by=coordinator, at=whole - timedelta(hours=1))
    report = compiled(whole, audience)
    envelope = report.snapshot["envelope"]
    assert none_yet.snapshot["envelope"]["ledger_head"] == ""
    assert envelope["ledger_head"] == signed.sha256 == first.ledger_record.sha256
    assert datetime.fromisoformat(envelope["ledger_head_at"]["iso"]) == signed.signed_at
    heads = [(head.sha256, head.at) for head in printed_heads()]
    assert heads == [(signed.sha256, signed.signed_at)]


@pytest.mark.django_db(transaction=True)
def test_heads_of_snapshots_from_before_there_were_facts_are_still_compared(
    compiled, now
):
    report = compiled(now.replace(microsecond=0))
    with as_superuser() as admin:
        admin.execute(
            "UPDATE reports_report SET snapshot = %s",
            ['{"schema": 3, "report": {"ledger_head": "' + "a" * 64 + '"}}'],
        )
    assert [(head.sha256, head.at) for head in printed_heads()] == [
        ("a" * 64, report.known_at)
    ]
