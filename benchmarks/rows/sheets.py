"""An update sheet of 10,000 rows: its preview, and applying it, beside a bare read."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from benchmarks.databases import Cluster
from benchmarks.probing import Probe, probe
from benchmarks.processes import cpu_seconds
from benchmarks.run import say

ROWS = 10_000
OF_THE_PLAN = 28
MOST_PREVIEW, MOST_APPLY = 5.0, 10.0  # seconds
# Commitments of the first plan, beside its own, owed by one member.
_MANY_COMMITMENTS = """
WITH first AS (
    SELECT * FROM commitments_commitment
    WHERE plan_id = (SELECT id FROM commitments_plan ORDER BY id LIMIT 1)
    ORDER BY position LIMIT 1),
made AS (
    INSERT INTO commitments_commitment
        (plan_id, action_id, sub_area_id, position, code, text, short_title, is_joint,
         version)
    SELECT plan_id, action_id, sub_area_id, number, number || '.1', text,
        'Commitment ' || number, is_joint, 1
    FROM first CROSS JOIN generate_series(1001, 1000 + %(count)s) AS number
    RETURNING id)
INSERT INTO commitments_membercommitment (id, commitment_id, member_id, version)
SELECT gen_random_uuid(), id, 'JP', 1 FROM made
"""


@dataclass(frozen=True)
class SheetStep:
    """What one step of a sheet cost."""

    name: str
    count: int
    # Seconds of CPU: of the process and of the database; and of waiting.
    cpu: float
    wall: float
    peak_mb: float


def steps(cluster: Cluster, database: str) -> Iterator[SheetStep]:
    """Yield the steps of a sheet of new updates, then of one that changes them all."""
    with psycopg.connect(cluster.address("owner", database)) as owner:
        count = {"count": ROWS - OF_THE_PLAN}
        owner.execute(_MANY_COMMITMENTS.encode(), count)
    with probe(cluster, database, "sheet") as asked:
        for rows in ("new", "changed"):
            asked.ask({"step": "fill", "word": rows})
            for step in ("bare", "preview", "apply"):
                yield _measured(cluster, asked, step, rows)


def _measured(cluster: Cluster, asked: Probe, step: str, rows: str) -> SheetStep:
    before = cpu_seconds(cluster.postmaster)
    answer = asked.ask({"step": step})
    spent = answer["cpu"] + cpu_seconds(cluster.postmaster) - before
    found = SheetStep(
        f"{step}, {rows}", answer["count"], spent, answer["seconds"], answer["peak_mb"]
    )
    say(str(found))
    return found
