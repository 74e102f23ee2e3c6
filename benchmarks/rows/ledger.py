"""Verification and export of the whole ledger, beside reading and hashing it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import orjson
import psycopg

from benchmarks.databases import ROOT, Cluster
from benchmarks.probing import probe
from benchmarks.processes import cpu_seconds
from benchmarks.run import say

REACH, MOST_MB = 3.0, 200
_CHUNK = 2000
# Both chains are read to their ends, and most of it from disk.
_PLANNED_FOR_ALL = "-c cursor_tuple_fraction=1 -c random_page_cost=30"
# One join of a record with what it covers.
_RECORDS = """
SELECT record.sequence, record.kind, record.recorded_at::text, record.previous_sha256,
    record.content_sha256, entry.id::text, plan.slug, commitment.code, owed.member_id,
    stocktake.slug, entry.kind, entry.supersedes_id::text, entry.reason,
    entry.as_of::text, entry.status, entry.is_at_risk, entry.narrative,
    entry.next_steps, entry.obstacles, entry.handling, entry.unchanged_since::text,
    entry.confirmed_at::text, entry.confirmed_by_id::text, entry.written_at::text,
    entry.written_by_id::text, entry.submitted_at::text, entry.submitted_by_id::text,
    entry.published_at::text, entry.published_by_id::text, entry.publisher_member_id,
    entry.was_clearance_needed, entry.language
FROM progress_ledgerrecord AS record
JOIN progress_entry AS entry ON entry.ledger_record_id = record.sequence
JOIN commitments_membercommitment AS owed ON owed.id = entry.member_commitment_id
JOIN commitments_commitment AS commitment ON commitment.id = owed.commitment_id
JOIN commitments_plan AS plan ON plan.id = commitment.plan_id
LEFT JOIN progress_stocktake AS stocktake ON stocktake.id = entry.stocktake_id
ORDER BY record.sequence
"""
# One join of a row of the trail with the steps that led to its publication.
_TABLES = {
    "transition": "verb, before, after, at, by_id, reason",
    "entryauthor": "user_id, first_changed_at",
    "clearance": "sent_at, sent_by_id, cleared_at, cleared_by_id, capital_dated_on,"
    " capital_reference",
    "round": "number, returned_at, returned_by_id, reason, text",
    "release": "stocktake_id, released_at, released_by_id, reason",
}
_STEPS = "\n".join(
    f"""LEFT JOIN (
    SELECT entry_id, string_agg(concat_ws('|', id, {columns}), ';' ORDER BY id) AS rows
    FROM progress_{table} GROUP BY entry_id
) AS {table} ON {table}.entry_id = entry.id"""
    for table, columns in _TABLES.items()
)
_TRAIL = f"""
SELECT trail.sequence, trail.kind, trail.subject, trail.previous_sha256,
    trail.content_sha256, trail.content, trail.salt, record.sha256,
    {", ".join(f"{table}.rows" for table in _TABLES)}
FROM progress_trailrecord AS trail
LEFT JOIN progress_entry AS entry
    ON entry.id::text = trail.subject AND trail.kind = 'publication'
LEFT JOIN progress_ledgerrecord AS record
    ON record.sequence = entry.ledger_record_id
{_STEPS}
ORDER BY trail.sequence
"""


@dataclass(frozen=True)
class Run:
    """One run over the whole ledger: seconds of CPU, and the highest memory."""

    own: float
    database: float
    wall: float
    peak_mb: float

    @property
    def cpu(self) -> float:
        return self.own + self.database


def hash_all(address: str) -> int:
    """Read each row of both chains with what it covers, and hash both.

    Return how many rows there were.
    """
    count = 0
    with psycopg.connect(address, options=_PLANNED_FOR_ALL) as connection:
        for chain in (_RECORDS, _TRAIL):
            with connection.cursor("all") as cursor:
                cursor.itersize = _CHUNK
                for row in cursor.execute(chain.encode()):
                    sha256(orjson.dumps(row[5:])).hexdigest()
                    sha256(orjson.dumps(row[:5])).hexdigest()
                    count += 1
    return count


def times_the_limit(cluster: Cluster, database: str) -> float:
    """Return what verification costs beside the limit, once both have started."""
    postmaster, address = cluster.postmaster, cluster.address("owner", database)
    ratios = []
    with probe(cluster, database, "verify_ledger") as asked:
        for _ in range(3):
            before = cpu_seconds(postmaster)
            own = float(asked.ask({})["cpu"])
            verified = own + cpu_seconds(postmaster) - before
            before = cpu_seconds(postmaster) + time.process_time()
            hash_all(address)
            limit = cpu_seconds(postmaster) + time.process_time() - before
            ratios.append(verified / limit)
    say(f"verify_ledger: {', '.join(f'{ratio:.1f}' for ratio in ratios)} times")
    return ratios[-1]


def runs(cluster: Cluster, database: str, repetitions: int) -> dict[str, list[Run]]:
    """Verify, hash, export and hash in turn."""
    found: dict[str, list[Run]] = {
        "verify_ledger": [],
        "export_ledger": [],
        "limit": [],
    }
    out = cluster.folder / "ledger.jsonl"
    limit = [sys.executable, "-m", "benchmarks.rows.ledger"]
    for _ in range(repetitions):
        for name, command in _commands(out):
            found[name].append(_run(cluster, database, command))
            found["limit"].append(_run(cluster, database, limit))
            say(f"{name}: {found[name][-1]}, limit: {found['limit'][-1]}")
    return found


def _commands(out: Path) -> Iterator[tuple[str, list[str]]]:
    yield "verify_ledger", [sys.executable, "manage.py", "verify_ledger"]
    out.unlink(missing_ok=True)
    yield (
        "export_ledger",
        [sys.executable, "manage.py", "export_ledger", "--out", str(out)],
    )
    out.unlink(missing_ok=True)


def _run(cluster: Cluster, database: str, command: list[str]) -> Run:
    environment = cluster.environment(database, role="command")
    postmaster = cluster.postmaster
    before, began_at = cpu_seconds(postmaster), time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[-1]} ended with {process.returncode}")
    return Run(
        own=usage.ru_utime + usage.ru_stime,
        database=cpu_seconds(postmaster) - before,
        wall=time.perf_counter() - began_at,
        peak_mb=usage.ru_maxrss / 1024,
    )


if __name__ == "__main__":
    hash_all(os.environ["DATABASE_OWNER_URL"])
