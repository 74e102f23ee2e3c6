"""What the database does for a query: which tables it reads whole, and how many rows.

    with no_sequential_scan():
        client.get("/tasks/")

    assert not tables_scanned(Entry.objects.filter(…))
    assert rows_read(Entry.objects.filter(…))["progress_entry"] <= 64

Use it on the rows of tests/large: in a small table PostgreSQL scans, whatever the
indexes.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

# The tables that grow with every act. Reading one whole takes longer every year.
GROWING = frozenset(
    {
        "audit_event",
        "partners_notice",
        "progress_assessment",
        "progress_comment",
        "progress_entry",
        "progress_entryevidence",
        "progress_entrysearch",
        "progress_evidence",
        "progress_ledgerrecord",
        "progress_question",
        "progress_trailrecord",
        "progress_transition",
    }
)


def explain(query: QuerySet[Any] | str) -> dict[str, Any]:
    """Run a query, and return the plan that the database had for it, with its rows."""
    with connection.cursor() as cursor:
        if isinstance(query, str):
            statement, params = query, None
        else:
            statement, params = query.query.sql_with_params()
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", params)
        (answer,) = cursor.fetchone()
    plan: dict[str, Any] = (json.loads(answer) if isinstance(answer, str) else answer)[
        0
    ]["Plan"]
    return plan


def tables_scanned(query: QuerySet[Any] | str) -> set[str]:
    """Return the growing tables that the query reads from their start to their end."""
    return {
        node["Relation Name"]
        for node in _nodes(explain(query))
        if node["Node Type"] == "Seq Scan"
        and node["Relation Name"] in GROWING
        # A part of the plan that never ran has read nothing.
        and node["Actual Loops"]
    }


def rows_read(query: QuerySet[Any] | str) -> Counter[str]:
    """Return how many rows of each growing table the query looked at."""
    found: Counter[str] = Counter()
    for node in _nodes(explain(query)):
        if node.get("Relation Name") in GROWING:
            each = node["Actual Rows"] + sum(
                node.get(f"Rows Removed by {why}", 0)
                for why in ("Filter", "Index Recheck", "Join Filter")
            )
            found[node["Relation Name"]] += round(each * node["Actual Loops"])
    return found


@contextmanager
def no_sequential_scan() -> Iterator[CaptureQueriesContext]:
    """Fail if a query inside reads a growing table whole. Gives the queries."""
    with CaptureQueriesContext(connection) as queries:
        yield queries
    found = {
        query["sql"][:2000]: tables
        for query in list(queries)
        if query["sql"].startswith(("SELECT", "("))
        and "FOR UPDATE" not in query["sql"]
        and (tables := tables_scanned(query["sql"]))
    }
    assert not found, found


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)
