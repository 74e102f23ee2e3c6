"""Release a score table: the record of each score on the ledger, and its trail row.

All records of a table follow each other and have one instant. Releases and publications
wait for each other at the ledger's lock.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from accounts.models import User
from audit.statements import run_planned
from progress.actions.instants import wait_until
from progress.actions.ledger import LedgerEnds, lock_ledger_ends
from progress.actions.trail import append_basis, append_to_trail
from progress.ledger.assessment_content import contents_of_scores
from progress.ledger.chain import Link, hash_of, instant
from progress.models import Assessment, AssessmentTable, LedgerRecord, TrailRecord


def put_table_on_record(table: AssessmentTable, *, by: User, at: datetime) -> None:
    """Release a locked table: it gets its state, and each score gets its record.

    The instant is that of the database, read under the ledger's lock, as for a
    publication; the table has it afterwards. The label of the table is saved too. The
    ledger is locked until the commit.
    """
    # A save in progress finishes first: what is hashed is what is released.
    cells = Assessment.objects.filter(table=table).select_for_update(of=("self",))
    list(cells.order_by("pk").values_list("pk"))
    append_basis(table.stocktake.plan.slug, at=at)
    ends = lock_ledger_ends()
    released_at = ends.instant_of(at)
    wait_until(released_at, ends.clock)
    released = {
        "released_at": instant(released_at),
        "released_by": str(by.pk),
        "handling": str(table.handling),
    }
    contents = contents_of_scores(table)
    hashes = [hash_of(content | released) for content in contents.values()]
    records = _records_after(ends, hashes, at=released_at)
    LedgerRecord.objects.bulk_create(records)
    _give_records(map(UUID, contents), records)
    table.state = AssessmentTable.State.RELEASED
    table.released_at, table.released_by = released_at, by
    table.version += 1
    table.save(
        update_fields=["state", "handling", "released_at", "released_by", "version"]
    )
    append_to_trail(TrailRecord.Kind.RELEASE, table.pk)


def _records_after(
    ends: LedgerEnds, hashes: Iterable[str], *, at: datetime
) -> list[LedgerRecord]:
    """Return a record for each content, after the ledger's end. They are not saved."""
    records: list[LedgerRecord] = []
    previous_sha256 = ends.sha256
    for sequence, content_sha256 in enumerate(hashes, start=ends.sequence + 1):
        link = Link(
            sequence=sequence,
            kind=LedgerRecord.Kind.ASSESSMENT.value,
            recorded_at=at,
            content_sha256=content_sha256,
            previous_sha256=previous_sha256,
        )
        previous_sha256 = link.sha256
        records.append(LedgerRecord(**vars(link), sha256=previous_sha256))
    return records


def _give_records(cells: Iterable[UUID], records: Iterable[LedgerRecord]) -> None:
    """Let each cell point to its record, in the same order."""
    run_planned(
        "UPDATE progress_assessment AS cell SET ledger_record_id = given.sequence"
        " FROM unnest(%s::uuid[], %s::bigint[]) AS given (id, sequence)"
        " WHERE cell.id = given.id",
        [list(cells), [record.sequence for record in records]],
    )
