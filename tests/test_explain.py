"""Tests of the helper that finds out what the database does for a query."""

import pytest

from progress.models import Entry
from tests.explain import no_sequential_scan, rows_read, tables_scanned


def test_a_table_that_is_read_whole_is_found(large):
    whole = Entry.objects.filter(narrative="Nothing like it.")
    assert tables_scanned(whole) == {"progress_entry"}
    assert rows_read(whole)["progress_entry"] == Entry.objects.count()
    with pytest.raises(AssertionError, match="progress_entry"), no_sequential_scan():
        list(whole)


def test_a_table_that_is_looked_up_is_not_found(large):
    few = Entry.objects.filter(member_commitment__commitment__plan=large.plan)
    assert tables_scanned(few) == set()
    assert rows_read(few)["progress_entry"] == few.count()
    with no_sequential_scan() as queries:
        list(few)
    assert len(queries) >= 1


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_a_test_writes_in_the_large_database_is_undone(large, time):
    assert not large.stocktake.title.endswith("!"), f"seen the {time} time"
    large.stocktake.title += "!"
    large.stocktake.save()
