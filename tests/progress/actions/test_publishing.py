"""Tests that a publication asks little of the database, least under the lock."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Presidency
from audit.models import Event
from progress.actions import publication
from progress.actions.ledger import seal_ledger
from progress.actions.review import publish_entry
from progress.ledger.trail import parsed
from progress.ledger.trail_content import contents_of
from progress.models import Entry, LedgerRecord, State, TrailRecord
from tests.factories import make_entry, member_commitment_of

LOCK = "SELECT * FROM lock_ledger_ends()"
# Read before the lock, for which every other publication waits.
READ_BEFORE = ("progress_entryevidence", "commitments_plan", "progress_clearance")


@pytest.fixture
def two_waiting(plan, stocktake, officer_jp, officer_fr) -> list[Entry]:
    return [
        make_entry(
            member_commitment_of(plan, "1.2.2", person.member_id),
            by=person,
            stocktake=stocktake,
            state=State.SUBMITTED,
            evidence=2,
        )
        for person in (officer_jp, officer_fr)
    ]


def test_publishing_asks_few_queries_and_reads_before_the_lock(
    two_waiting, coordinator, now
):
    first, second = two_waiting
    # The first one adds the wording of the plan and the Presidency to the trail.
    publish_entry(entry_id=first.pk, version=1, by=coordinator, at=now)
    with CaptureQueriesContext(connection) as queries:
        publish_entry(entry_id=second.pk, version=1, by=coordinator, at=now)
    asked = [query["sql"] for query in queries.captured_queries]
    assert asked.count(LOCK) == 1
    before, after = asked[: asked.index(LOCK)], asked[asked.index(LOCK) + 1 :]
    # One statement writes, and one releases the savepoint of the test.
    assert [sql.split()[0] for sql in after] == ["WITH", "RELEASE"]
    assert len(before) <= 6  # one of them: is a file held back?
    for table in READ_BEFORE:
        assert any(table in sql for sql in before)
    assert not any("preamble" in sql for sql in asked)


@pytest.mark.django_db(transaction=True)
def test_what_is_written_under_the_lock_is_sent_with_the_commit(
    two_waiting, coordinator, now, monkeypatch
):
    sent: list[tuple[str, bool]] = []

    def note(execute, sql, params, many, context):
        sent.append((sql, in_pipeline()))
        return execute(sql, params, many, context)

    def in_pipeline() -> bool:
        return bool(connection.connection.pgconn.pipeline_status)

    def commit() -> None:
        sent.append(("COMMIT", in_pipeline()))
        usual()

    usual = connection.commit
    monkeypatch.setattr(connection, "commit", commit)
    with connection.execute_wrapper(note):
        publish_entry(entry_id=two_waiting[0].pk, version=1, by=coordinator, at=now)
    read, *written = [(sql.split()[0], together) for sql, together in sent[-3:]]
    assert sent[-3][0] == LOCK
    assert read == ("SELECT", False)
    assert written == [("WITH", True), ("COMMIT", True)]
    assert not in_pipeline()


@pytest.mark.parametrize("is_nested", [True, False])
@pytest.mark.django_db(transaction=True)
def test_a_publication_that_the_database_refuses_leaves_nothing(
    two_waiting, coordinator, now, monkeypatch, is_nested
):
    first, second = two_waiting
    publish = {"entry_id": first.pk, "version": 1, "by": coordinator, "at": now}
    fields = [name for name in publication._FIELDS if name != "was_clearance_needed"]
    around = transaction.atomic() if is_nested else nullcontext()
    with monkeypatch.context() as patch:
        patch.setattr(publication, "_FIELDS", fields)
        with pytest.raises(DatabaseError, match="whether a clearance"), around:
            publish_entry(**publish)
    first.refresh_from_db()
    assert (first.state, first.version) == (State.SUBMITTED, 1)
    assert not LedgerRecord.objects.exists()
    assert not Event.objects.filter(verb="entry.publish").exists()
    # The connection works as before, and the chain begins at 1.
    publish_entry(**{**publish, "entry_id": second.pk})
    assert LedgerRecord.objects.get().sequence == 1


def test_the_trail_has_what_the_database_has_of_each_step(
    two_waiting, coordinator, now
):
    for entry in two_waiting:
        publish_entry(entry_id=entry.pk, version=1, by=coordinator, at=now)
    rows = TrailRecord.objects.filter(kind="publication")
    assert len(rows) == 2
    for row in rows:
        present = contents_of(row.kind, {row.subject: row.salt})[row.subject]
        assert parsed(row.content) == present


def test_a_publication_dated_after_the_end_of_a_presidency_has_the_next_one(
    two_waiting, former_coordinator, now
):
    present = Presidency.objects.at(now).get()
    handed_over_at = present.starts_at
    seal_ledger(handed_over_at)
    published = publish_entry(
        entry_id=two_waiting[0].pk,
        version=1,
        by=former_coordinator,
        at=handed_over_at - timedelta(seconds=1),
    )
    assert published.published_at == handed_over_at + timedelta(microseconds=1)
    acts = TrailRecord.objects.order_by("sequence").values_list("kind", "subject")
    assert list(acts)[-1] == ("publication", str(published.pk))
    assert ("presidency", str(present.pk)) in acts


def test_no_index_is_kept_for_the_beginnings_of_hashes(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%pattern_ops%'"
            " AND tablename IN ('progress_ledgerrecord', 'progress_trailrecord')"
        )
        assert cursor.fetchall() == []


def test_a_row_of_the_present_is_not_read_for_the_check_of_its_times(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgqual IS NULL FROM pg_trigger JOIN pg_proc"
            " ON pg_proc.oid = tgfoid WHERE proname = 'refuse_other_times'"
        )
        found = dict(cursor.fetchall())
    # Decisions of public reading are few.
    always = {"public_reading_in_time", "public_agreement_in_time"}
    assert {name for name, reads_all in found.items() if reads_all} == always
    assert len(found) == 20
