"""Tests that a page of changes reads a range of an index, and nothing hidden."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Scope
from commitments.models import MemberCommitment
from progress.changes.change import ChangeFilters, ChangeSubject
from progress.changes.reading import last_cursor, read_changes
from tests.explain import explain, no_sequential_scan, rows_read

SIZE = 10
# What each part of the query reads: a page, and one row more.
PART = SIZE + 1


def page(reader, since=None, filters=ChangeFilters()):  # noqa: B008 - it is frozen
    now = datetime.now(UTC)
    return read_changes(reader, now, since=since, filters=filters, size=SIZE)


def placing_queries(reader, since, filters):
    """Return the queries that find the rows of a page."""
    with CaptureQueriesContext(connection) as queries:
        page(reader, since, filters)
    return [one["sql"] for one in queries if "AS placed" in one["sql"]]


def rows_removed(plan):
    """Return how many rows were read in vain."""
    own = plan.get("Rows Removed by Filter", 0) * plan["Actual Loops"]
    return own + sum(rows_removed(inner) for inner in plan.get("Plans", ()))


@pytest.mark.parametrize(
    ("who", "parts"),
    [("observer", 2), ("assessor", 2), ("coordinator", 3), ("clear key", 1)],
)
def test_a_page_reads_what_its_reader_sees_and_no_other_entry(large, who, parts):
    reader = large.people["observer" if who == "clear key" else who]
    reader.scopes = frozenset({Scope.READ_CLEAR}) if who == "clear key" else None
    entries = ChangeFilters(about=ChangeSubject.ENTRY)
    with no_sequential_scan():
        first, first_entries = page(reader), page(reader, None, entries)
    assert len(first.changes) == len(first_entries.changes) == SIZE
    for since in (None, first.cursor):
        for sql in placing_queries(reader, since, ChangeFilters()):
            assert rows_read(sql)["progress_entry"] <= parts * PART
    for since in (None, first_entries.cursor):
        for sql in placing_queries(reader, since, entries):
            assert rows_read(sql)["progress_entry"] <= parts * PART
            assert rows_removed(explain(sql)) == 0


@pytest.mark.parametrize("who", ["officer_jp", "observer", "coordinator"])
@pytest.mark.parametrize("is_filtered", [False, True])
def test_no_page_reads_a_whole_table(large, who, is_filtered):
    filters = ChangeFilters(plan=large.plan.slug) if is_filtered else ChangeFilters()
    reader = large.people[who]
    with no_sequential_scan():
        first = page(reader, None, filters)
        second = page(reader, first.cursor, filters)
    assert len(first.changes) == len(second.changes) == SIZE


def test_a_poll_reads_the_scores_of_the_newest_table_alone(large):
    """Clients and webhooks poll all day: no table before their cursor is read."""
    filters = ChangeFilters(about=ChangeSubject.ASSESSMENT)
    reader = large.people["observer"]
    since = last_cursor(reader, datetime.now(UTC), filters=filters)
    cells = MemberCommitment.objects.filter(commitment__plan=large.plan).count()
    with no_sequential_scan():
        assert not page(reader, since, filters).changes
    polled = placing_queries(reader, since, filters)
    assert sum(rows_read(sql)["progress_assessment"] for sql in polled) <= 2 * cells


def test_a_page_of_scores_scans_no_table(large):
    filters = ChangeFilters(about=ChangeSubject.ASSESSMENT)
    with no_sequential_scan():
        first = page(large.people["observer"], None, filters)
        second = page(large.people["observer"], first.cursor, filters)
    assert len(first.changes) == len(second.changes) == SIZE
