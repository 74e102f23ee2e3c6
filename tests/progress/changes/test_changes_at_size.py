"""Tests that a page of changes reads a range of an index, and nothing hidden."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Scope
from progress.changes.change import ChangeFilters
from progress.changes.reading import read_changes
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
    with no_sequential_scan():
        first = page(reader)
    assert len(first.changes) == SIZE
    for since in (None, first.cursor):
        for sql in placing_queries(reader, since, ChangeFilters()):
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
