"""All entries as CSV, beside what the database alone takes for the same columns."""

import http.client
import time
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.processes import cpu_seconds, memory_watched
from benchmarks.servers import HOST
from benchmarks.sites import Site

REACH, MOST_MB = 4.0, 200.0
PATH = "/api/v1/entries/?format=csv"
_PIECE = 1 << 20
_COPY = """
COPY (
    SELECT entry.id, owed.id, plan.slug, commitment.code, owed.member_id,
        stocktake.slug, entry.kind, entry.supersedes_id, successor.id, entry.reason,
        entry.state, successor.id IS NULL, entry.as_of, entry.status, entry.is_at_risk,
        entry.language, entry.narrative, entry.next_steps, entry.obstacles,
        entry.handling, evidence.listed, entry.unchanged_since, entry.written_at,
        entry.submitted_at, entry.published_at, entry.submitted_at > stocktake.due_at
    FROM progress_entry AS entry
    JOIN commitments_membercommitment AS owed ON owed.id = entry.member_commitment_id
    JOIN commitments_commitment AS commitment ON commitment.id = owed.commitment_id
    JOIN commitments_plan AS plan ON plan.id = commitment.plan_id
    LEFT JOIN progress_stocktake AS stocktake ON stocktake.id = entry.stocktake_id
    LEFT JOIN progress_entry AS successor
        ON successor.supersedes_id = entry.id AND successor.state = 'published'
    LEFT JOIN LATERAL (
        SELECT json_agg(json_build_object(
            'id', item.id, 'kind', item.kind, 'title', item.title, 'url', item.url,
            'citation', item.citation, 'accessed_on', item.accessed_on,
            'file_name', item.file_name, 'media_type', item.media_type,
            'size', item.size, 'sha256', item.sha256) ORDER BY link.position) AS listed
        FROM progress_entryevidence AS link
        JOIN progress_evidence AS item ON item.id = link.evidence_id
        WHERE link.entry_id = entry.id
    ) AS evidence ON true
    WHERE entry.state = 'published' AND entry.handling IN ('clear', 'green')
    ORDER BY entry.as_of DESC, entry.id DESC
) TO STDOUT WITH (FORMAT csv, HEADER)
"""


@dataclass(frozen=True)
class Export:
    """What all entries cost: seconds of CPU, and MB of the largest web process."""

    rows: int
    cpu: float
    bare: float
    peak_mb: float

    @property
    def times(self) -> float:
        return self.cpu / self.bare


def export(site: Site) -> Export:
    """Read all entries that a green key sees as CSV, and copy the same bare."""
    count = site.one(
        "SELECT count(*) FROM progress_entry WHERE state = 'published'"
        " AND handling IN ('clear', 'green')"
    )
    database = site.cluster.postmaster
    began = time.process_time() + cpu_seconds(database)
    with site.sql.cursor().copy(_COPY.encode()) as copied:
        for _piece in copied:
            pass
    bare = time.process_time() + cpu_seconds(database) - began
    began = cpu_seconds(site.server.pid) + cpu_seconds(database)
    with memory_watched(site.server.pid) as memory:
        for _piece in _pieces(site):
            pass
    cpu = cpu_seconds(site.server.pid) + cpu_seconds(database) - began
    return Export(int(count), cpu, bare, memory.largest)


def _pieces(site: Site) -> Iterator[bytes]:
    visitor = site.key("green")
    asking = http.client.HTTPConnection(HOST, visitor.server.port, timeout=600)
    asking.request("GET", PATH, headers=visitor.headers)
    answer = asking.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"{PATH} answers {answer.status}")
    while piece := answer.read(_PIECE):
        yield piece
    asking.close()
