"""Lists of the API on many rows: what the database reads for a page of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from progress.models import Entry
from tests.api.conftest import API
from tests.explain import no_sequential_scan, rows_read, tables_scanned

# Each filter of the list of entries, alone in its default order.
FILTERS = (
    "", "plan=test-plan", "action=1", "sub_area=1.2", "commitment=1.2.2",
    "instrument=interpol", "member=JP", "member_kind=organization", "kind=correction",
    "kind=update", "state=published", "state=draft", "status=substantial",
    "handling=green", "handling=amber", "language=ja", "as_of_before=2017-01-01",
    "as_of_after=2017-01-01", "published_since=2100-01-01T00:00:00Z",
    "published_since=2017-01-01T00:00:00Z", "plan=test-plan&member=JP",
    "stocktake=first", "plan=test-plan&stocktake=first",
    "plan=test-plan&ordering=-published_at",
)  # fmt: skip
# Each of its orders, alone.
ORDERS = ("as_of", "written_at", "published_at", "plan", "commitment", "member")


def entry_query(answered) -> str:
    """Return the query that found the page's entries, in their order."""
    return next(
        str(query["sql"])
        for query in answered
        if query["sql"].startswith("SELECT") and "ORDER BY" in query["sql"]
        and 'FROM "progress_entry"' in query["sql"]
    )  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("role", ["observer", "officer_jp"])
def test_no_filter_and_no_order_of_entries_scans_a_table(large, signed_in, role):
    client = signed_in(large.people[role])
    orders = [f"ordering={sign}{name}" for name in ORDERS for sign in ("", "-")]
    for query in (*FILTERS, *orders):
        with no_sequential_scan() as first:
            answer = client.get(f"{API}entries/?page_size=20&{query}")
        assert answer.status_code == 200, (query, answer.content)
        url = answer.json()["next"]
        if url is None:
            continue
        with no_sequential_scan() as second:
            assert client.get(url).json()["results"]
        for page in (first, second):
            assert rows_read(entry_query(page))["progress_entry"] < 4000, query


@pytest.mark.parametrize("order", ["as_of", "-as_of", "-published_at", "plan"])
def test_a_page_deep_in_the_list_reads_no_more_than_the_first(large, signed_in, order):
    client = signed_in(large.people["observer"])
    path = f"{API}entries/?ordering={order}"
    deep = client.get(f"{path}&page_size=1000").json()["next"]
    for _ in range(5):
        deep = client.get(deep).json()["next"]
    read = []
    for url in (path, deep.replace("page_size=1000", "page_size=100")):
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(url).json()["results"]) == 100
        assert not tables_scanned(entry_query(queries))
        read.append(rows_read(entry_query(queries))["progress_entry"])
    assert read[1] <= 3 * read[0] + 100
    assert read[1] < Entry.objects.count() / 10


def quickly_stopped(execute, sql, *args):
    """Let a query of entries run for 1 ms, and each other query as long as it takes."""
    limit = "1ms" if 'FROM "progress_entry"' in sql else "0"
    with connection.connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{limit}'")
    return execute(sql, *args)


def test_a_list_that_takes_too_long_is_answered_as_a_problem(
    large, signed_in, problem_of
):
    """Two directions in one order: no index has it, so all rows are sorted."""
    client = signed_in(large.people["observer"])
    with connection.execute_wrapper(quickly_stopped):
        answer = client.get(f"{API}entries/?ordering=written_at,-member,as_of")
    assert problem_of(answer, 503)["type"].endswith("#problem-unavailable")
    assert int(answer.headers["Retry-After"]) > 0
