"""Tests of the ledger and of streams through a real PgBouncer, in transaction mode.

Here every connection of the application goes through it, and it has fewer sessions of
PostgreSQL than there are connections. So two transactions of one connection are often
in two sessions. Some tests are those of other folders, which run here once more.
"""

import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from accounts.models import Member, Scope
from audit.statements import run_planned
from g7plan import readiness
from g7plan.databases import LIMITS
from progress.models import State
from tests.api.conftest import API, client_for_key
from tests.audit.test_transactions import (
    test_an_act_that_read_what_another_changed_reads_again,
)
from tests.deploy.pooler import (
    FILE,
    PROGRAM,
    SESSIONS,
    WITH_LIMITS,
    connected_through,
    running_pooler,
)
from tests.factories import make_entry, member_commitment_of
from tests.progress.actions.test_many_at_once import (
    check_ledger,
    check_positions,
    check_traces,
    check_versions,
    crowd,
)

__all__ = [
    "client_for_key",
    "crowd",
    "test_an_act_that_read_what_another_changed_reads_again",
]
pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


@pytest.fixture(scope="module")
def pooler(django_db_setup):
    if not (shutil.which(PROGRAM) or Path(PROGRAM).exists()):
        pytest.fail("PgBouncer is not installed: apt-get install pgbouncer")
    with running_pooler(connection.settings_dict["NAME"]) as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def _through_it(pooler, django_db_blocker):
    with (
        django_db_blocker.unblock(),
        connected_through(pooler.url(connection.settings_dict["NAME"])),
    ):
        yield


def in_threads(count, act):
    def run(number):
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def session_of():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_many_connections_share_few_sessions(members):
    found = in_threads(20, lambda _number: [session_of() for _time in range(20)])
    used = {session for sessions in found for session in sessions}
    assert len(used) <= SESSIONS
    assert connection.settings_dict["THROUGH_POOLER"]


def test_many_publish_at_once_and_the_ledger_is_one_chain(crowd):
    crowd.run(threads=8, acts=60, seed=4)
    assert crowd.broken == []
    check_versions(crowd)
    check_traces(crowd)
    check_ledger()
    check_positions()


def test_a_prepared_statement_is_never_left_in_a_session(members):
    for _time in range(3):
        in_threads(6, lambda number: run_planned("SELECT %s::int", [number]).fetchone())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone() == (0,)


def test_rows_in_portions_need_a_transaction_and_others_come_whole(members):
    """A cursor that outlives its transaction would be in another session."""
    names = set(Member.objects.values_list("pk", flat=True))
    assert len(names) > 4
    assert {row.pk for row in Member.objects.iterator(chunk_size=2)} == names
    with transaction.atomic():
        assert {row.pk for row in Member.objects.iterator(chunk_size=2)} == names
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors WHERE is_holdable")
        assert cursor.fetchone() == (0,)


def test_a_stream_is_one_transaction_that_sees_one_instant(
    plan, stocktake, officer_jp, client_for_key, monkeypatch
):
    for module in ("api.viewsets", "api.resources.entries"):
        monkeypatch.setattr(f"{module}.PORTION", 2)

    def publish_one(code, member):
        return make_entry(
            member_commitment_of(plan, code, member),
            by=officer_jp,
            state=State.PUBLISHED,
            stocktake=stocktake,
            handling="green",
        )

    made = [publish_one(code, "JP") for code in ("1.2.2", "2.1") for _number in "1234"]
    client = client_for_key(Scope.READ_OWN, Scope.READ_GREEN, member="JP")
    answer = client.get(f"{API}entries/?state=published&format=jsonl")
    parts = iter(answer.streaming_content)
    first = next(parts)

    # Others work in the meantime, in the sessions that are left, and publish one more.
    def work(number):
        return session_of() if number else str(publish_one("2.1", "US").pk)

    late, *_sessions = in_threads(8, work)
    rows = [json.loads(line) for line in (first + b"".join(parts)).splitlines()]
    assert {row["id"] for row in rows} == {str(entry.pk) for entry in made}
    assert late not in {row["id"] for row in rows}
    # Its limits were those of its transaction, and of no other.
    found = in_threads(SESSIONS * 2, lambda _number: limit("statement_timeout"))
    assert set(found) == {"0"}


def limit(name):
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("name", LIMITS["web"])
def test_the_pooler_gives_each_session_the_limits_of_its_kind(members, pooler, name):
    with connected_through(pooler.url(WITH_LIMITS)):
        found = in_threads(8, lambda _number: limit(name))
    assert set(found) == {LIMITS["web"][name]}


def test_readyz_names_a_pooler_that_gives_no_limits(members, pooler, monkeypatch):
    monkeypatch.setattr(settings, "PROCESS", "web")
    assert readiness.failing_of_database() == ["limits"]
    with connected_through(pooler.url(WITH_LIMITS)):
        assert readiness.failing_of_database() == []


# ---- Its file


def test_the_file_has_the_limits_of_each_kind_of_process():
    text = FILE.read_text("utf-8")
    for kind in ("web", "worker"):
        [line] = re.findall(rf"^g7plan_{kind} = (.*)$", text, re.MULTILINE)
        said = dict(re.findall(r"SET (\w+_timeout) = ''(\w+)''", line))
        assert said == LIMITS[kind]
        assert "jit = off" in line
        assert "random_page_cost = 1.1" in line
    assert "pool_mode = transaction" in text
