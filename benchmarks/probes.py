"""Measurements inside a process of the product, each in a process of its own.

`python -m benchmarks.probes NAME` reads lines of JSON and answers each with one. The
settings are in its environment.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from io import StringIO
from typing import Any
from uuid import UUID

import django

from benchmarks.load.prepare import add_cast
from benchmarks.processes import cpu_seconds
from benchmarks.sheet_steps import SheetSteps, take_step

THREADS = 4  # of each of the two processes that publish
Answer = dict[str, Any]


def publish(ids: Sequence[str]) -> Answer:
    """Publish entries by the product's action, in threads."""
    from django.db import connection  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415 - once Django is set up
    from benchmarks.seeding.world import email_of  # noqa: PLC0415
    from progress.actions.review import publish_entry  # noqa: PLC0415

    coordinator = User.objects.get(email=email_of("coordinator", "FR"))

    def publish_each(some: Sequence[str]) -> None:
        for pk in some:
            now = datetime.now(UTC)
            publish_entry(entry_id=UUID(pk), version=3, by=coordinator, at=now)
        connection.close()

    return _in_threads(publish_each, ids)


def write_bare(ids: Sequence[str], *first: str) -> Answer:
    """Make four writes and a commit for each, on tables without rules."""
    import psycopg  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    given = settings.DATABASES["owner"]
    address = {
        "host": given["HOST"], "user": given["USER"], "password": given["PASSWORD"],
        "dbname": given["NAME"],
    }  # fmt: skip

    def write_each(some: Sequence[str]) -> None:
        with psycopg.connect(**address) as connection:
            for pk in some:
                for statement in (*first, *BARE_WRITES):
                    connection.execute(statement.encode(), {"id": pk})
                connection.commit()

    return _in_threads(write_each, ids)


def write_in_turn(ids: Sequence[str]) -> Answer:
    """Write as `write_bare`, one after another: each waits for the commit before it.

    A chain needs that. The next record has the hash of the one before it.
    """
    return write_bare(ids, "SELECT pg_advisory_xact_lock(1)")


# A record, the entry, a transition and an event. `benchmarks.rows.writes` makes the
# tables, as copies of the product's with their indexes.
BARE_WRITES = (
    "INSERT INTO bare_ledgerrecord VALUES (nextval('bare_numbers'), 'publication',"
    " now(), md5(%(id)s), gen_random_uuid()::text, gen_random_uuid()::text)",
    "UPDATE bare_entry SET state = 'published', published_at = now(), version = 4"
    " WHERE id = %(id)s",
    "INSERT INTO bare_transition (id, entry_id, verb, before, after, reason, at, by_id)"
    " VALUES (nextval('bare_numbers'), %(id)s, 'publish', 'submitted', 'published', '',"
    " now(), %(id)s)",
    "INSERT INTO bare_event (id, at, actor, verb, target_type, target_id, target,"
    " member, request_id, job_id, data) VALUES (nextval('bare_numbers'), now(), '',"
    " 'entry.publish', 'progress.Entry', %(id)s, '', 'JP', '', '', '{}')",
)


def _in_threads(work: Callable[[Sequence[str]], None], ids: Sequence[str]) -> Answer:
    """Share the work among threads. Return the seconds that it took."""
    parts = [ids[number::THREADS] for number in range(THREADS)]
    began_at, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(THREADS) as threads:
        for done in [threads.submit(work, part) for part in parts]:
            done.result()
    return {
        "count": len(ids),
        "seconds": time.perf_counter() - began_at,
        "cpu": time.process_time() - cpu,
    }


def read_news(_given: object) -> Answer:
    """Read all new events, and return what one cost."""
    from django.utils import timezone  # noqa: PLC0415

    from partners.event_consumer import read_new_events  # noqa: PLC0415

    read, cpu, began_at = 0, time.process_time(), time.perf_counter()
    while count := read_new_events(timezone.now()):
        read += count
    return {
        "count": read,
        "seconds": time.perf_counter() - began_at,
        "cpu": time.process_time() - cpu,
    }


def compile_report(given: Answer) -> Answer:
    """Compile a report of a kind and layout, in all formats.

    Answer with the CPU of each format. `bare` is the typesetter of the PDF alone. With
    `characters`, each narrative is made that long first.
    """
    from reports.actions.requests import request_report  # noqa: PLC0415
    from reports.report_request import ReportRequest  # noqa: PLC0415
    from reports.runner import compile_if_waiting  # noqa: PLC0415

    now, characters = datetime.now(UTC), given.pop("characters", 0)
    request = _request(ReportRequest, now, **given)
    report = request_report(request=request, by=_chair(), at=now)
    with _rendering_measured(characters) as spent:
        began, at = cpu_seconds_of_this(), time.perf_counter()
        is_done = compile_if_waiting(report.pk)
        cpu, wall = cpu_seconds_of_this() - began, time.perf_counter() - at
    return {
        "done": is_done,
        "cpu": cpu,
        "wall": wall,
        "bare": spent.pop("typesetter"),
        "formats": spent,
    }


@contextmanager
def _rendering_measured(characters: int) -> Iterator[dict[str, float]]:
    """Yield the CPU seconds of each renderer, and of the typesetter of the PDF."""
    documents: Any = import_module("reports.renderers.documents")
    typesetter: Any = import_module("reports.renderers.typesetter").Typesetter
    runner: Any = import_module("reports.runner")
    spent: dict[str, float] = {}
    kept = dict(documents.RENDERERS), typesetter.typeset, runner.build_snapshot

    def measured(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **options: Any) -> Any:
            began = cpu_seconds_of_this()
            found = work(*args, **options)
            spent[name] = cpu_seconds_of_this() - began
            return found

        return run

    def build_long_snapshot(*args: Any, **options: Any) -> Any:
        snapshot = kept[2](*args, **options)
        for entry in snapshot["facts"]["entries"].values():
            words = entry["narrative"]
            entry["narrative"] = (words * (characters // len(words) + 1))[:characters]
        return snapshot

    try:
        for name, render in kept[0].items():
            documents.RENDERERS[name] = measured(name, render)
        # The last document that it typesets is the report.
        typesetter.typeset = measured("typesetter", typesetter.typeset)
        if characters:
            runner.build_snapshot = build_long_snapshot
        yield spent
    finally:
        documents.RENDERERS.update(kept[0])
        typesetter.typeset, runner.build_snapshot = kept[1:]


def queue_report(given: Answer) -> Answer:
    """Let a worker compile a report. Answer once it is finished."""
    from reports.actions.requests import request_report  # noqa: PLC0415
    from reports.models import Report  # noqa: PLC0415
    from reports.report_request import ReportRequest  # noqa: PLC0415
    from reports.tasks import compile_report as task  # noqa: PLC0415

    import_module("g7plan.celery")
    now = datetime.now(UTC)
    report = request_report(request=_request(ReportRequest, now), by=_chair(), at=now)
    task.delay(str(report.pk))
    end = time.monotonic() + given["seconds"]
    while not Report.objects.get(pk=report.pk).is_finished:
        if time.monotonic() > end:
            raise RuntimeError("no worker has compiled the report")
        time.sleep(0.1)
    return {"state": Report.objects.get(pk=report.pk).state}


def cpu_seconds_of_this() -> float:
    return cpu_seconds(os.getpid())


def _chair() -> Any:
    from accounts.models import User  # noqa: PLC0415
    from benchmarks.seeding.world import email_of  # noqa: PLC0415

    return User.objects.get(email=email_of("coordinator", "FR"))


def _request(
    request: Any, now: datetime, kind: str = "stocktake", layout: str = "full"
) -> Any:
    """Return the request for a report of the open stocktake, for the Presidency."""
    from accounts.dates import next_second  # noqa: PLC0415
    from accounts.models import Member  # noqa: PLC0415
    from benchmarks.seeding.world import PLAN  # noqa: PLC0415
    from commitments.models import Plan  # noqa: PLC0415
    from progress.models import Stocktake  # noqa: PLC0415
    from reports.report_request import Since  # noqa: PLC0415

    plan = Plan.objects.get(slug=PLAN)
    about: dict[str, Answer] = {
        "member": {"member": Member.objects.get(pk="JP")},
        "brief": {"action": plan.actions.get(number=1)},
        "changes": {"since": Since(at=plan.adopted_on)},
    }
    stocktake = Stocktake.objects.filter(plan=plan, closed_at=None).first()
    return request(
        plan=plan,
        audience="amber",
        at=now.date(),
        known_at=next_second(now),
        stocktake=stocktake,
        kind=kind,
        layout=layout,
        **about.get(kind, {}),
    )


def verify_ledger(_given: object) -> Answer:
    """Verify the whole ledger in this process, which has started already."""
    from django.core.management import call_command  # noqa: PLC0415

    began = cpu_seconds_of_this()
    call_command("verify_ledger", stdout=StringIO())
    return {"cpu": cpu_seconds_of_this() - began}


def count_queries(given: Answer) -> Answer:
    """Open a page in this process, and return its queries and the buffers they read."""
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415

    client = Client(SERVER_NAME="127.0.0.1", headers=given.get("headers", {}))
    if email := given.get("email"):
        client.force_login(User.objects.get(email=email))
    for _ in range(2):
        client.get(given["path"])
    before = _buffers(connection)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(given["path"])
    connection.close()
    return {
        "status": answer.status_code,
        "queries": len(queries),
        "buffers": _buffers(connection) - before,
    }


def _buffers(connection: Any) -> int:
    """Return how many buffers this database has read, in memory or not.

    The process has one connection: what it did is counted once it reports.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT 1")
        cursor.execute(
            "SELECT blks_hit + blks_read FROM pg_stat_database"
            " WHERE datname = current_database()"
        )
        return int(cursor.fetchone()[0])


_sheets: list[SheetSteps] = []


def sheet(given: Answer) -> Answer:
    """Take one step of an update sheet. The steps of a process share one sheet."""
    return take_step(given, _sheets)


PROBES: dict[str, Callable[[Any], Answer]] = {
    "publish": publish,
    "write_bare": write_bare,
    "write_in_turn": write_in_turn,
    "read_news": read_news,
    "compile_report": compile_report,
    "queue_report": queue_report,
    "verify_ledger": verify_ledger,
    "count_queries": count_queries,
    "sheet": sheet,
    "cast": add_cast,
}


def main(name: str) -> None:
    django.setup()
    probe = PROBES[name]
    for line in sys.stdin:
        print(json.dumps(probe(json.loads(line))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
