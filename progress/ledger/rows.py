"""The ledger in the database, row by row, for verification and export."""

from collections.abc import Generator, Iterable, Iterator
from datetime import UTC, datetime
from functools import cache

from django.db import DEFAULT_DB_ALIAS
from django.db.models import CharField, F, Func, Q, Value

from progress.ledger.assessment_content import BESIDE_SCORES, assessment_content_sql
from progress.ledger.chain import NOTHING, Link
from progress.ledger.checkpoints import good_checkpoints
from progress.ledger.closing_hash import closing_hash
from progress.ledger.content import all_evidence_sql, content_sql, content_text
from progress.ledger.reading import CHUNK, Row, chunks_of
from progress.ledger.verification import (
    Erasure,
    Head,
    LedgerRow,
    Subject,
    subject_name,
)
from progress.models import (
    Entry,
    Evidence,
    LedgerRecord,
    Stocktake,
)

_ALWAYS = datetime.max.replace(tzinfo=UTC)


def ledger_rows(
    *, after: int = 0, known_at: datetime | None = None, using: str = DEFAULT_DB_ALIAS
) -> Generator[LedgerRow]:
    """Yield the records after a number, in order, with their content as it is now.

    With `known_at`, only those recorded by then. `using` is the database's alias. One
    query joins whole tables: see `chunks_of`.
    """
    values = {"after": after, "known_at": known_at or _ALWAYS}
    for rows in chunks_of(records_sql(), values, using=using):
        yield from map(_row, rows)


@cache
def records_sql() -> str:
    """Return the query for the records, each with the entry or the score it covers."""
    return f"""
        SELECT record.sequence, record.kind, record.recorded_at,
            record.content_sha256, record.previous_sha256, record.sha256,
            tombstone.content_sha256, tombstone.erased_at, tombstone.erased_by,
            tombstone.reason, COALESCE(entry.handling, score_table.handling),
            COALESCE(superseded.handling, former_table.handling, entry.handling,
                score_table.handling),
            CASE WHEN entry.id IS NOT NULL
                THEN {content_sql("evidence.items")}::text
                WHEN assessment.id IS NOT NULL
                THEN {assessment_content_sql()}::text END
        FROM progress_ledgerrecord AS record
        LEFT JOIN progress_entry AS entry ON entry.ledger_record_id = record.sequence
        LEFT JOIN progress_entry AS superseded ON superseded.id = entry.supersedes_id
        LEFT JOIN progress_assessment AS assessment
            ON assessment.ledger_record_id = record.sequence
        LEFT JOIN progress_assessmenttable AS score_table
            ON score_table.id = assessment.table_id
        LEFT JOIN progress_assessmenttable AS former_table
            ON former_table.id = score_table.supersedes_id
        LEFT JOIN progress_tombstone AS tombstone
            ON tombstone.id = COALESCE(entry.id, assessment.id)
            -- Without a hash it is from before the release, which has the mark.
            AND tombstone.content_sha256 <> ''
        LEFT JOIN progress_stocktake AS stocktake
            ON stocktake.id = COALESCE(entry.stocktake_id, score_table.stocktake_id)
        LEFT JOIN commitments_membercommitment AS owed
            ON owed.id = COALESCE(
                entry.member_commitment_id, assessment.member_commitment_id)
        LEFT JOIN commitments_commitment AS commitment
            ON commitment.id = owed.commitment_id
        LEFT JOIN commitments_plan AS plan ON plan.id = commitment.plan_id
        LEFT JOIN ({all_evidence_sql("%(after)s")}) AS evidence
            ON evidence.sequence = record.sequence
        {BESIDE_SCORES}
        WHERE record.sequence > %(after)s AND record.recorded_at <= %(known_at)s
        ORDER BY record.sequence
    """  # noqa: S608 - our own names only


def bare_row(sequence: int, *, using: str = DEFAULT_DB_ALIAS) -> LedgerRow | None:
    """Return one record without its content, or None if there is no such record."""
    record = LedgerRecord.objects.using(using).filter(pk=sequence).first()
    if record is None:
        return None
    link = Link(
        sequence=record.sequence,
        kind=record.kind,
        recorded_at=record.recorded_at,
        content_sha256=record.content_sha256,
        previous_sha256=record.previous_sha256,
    )
    return LedgerRow(link, record.sha256, None)


def _row(row: Row) -> LedgerRow:
    link, sha256, erasure, (*handlings, text) = row[:5], row[5], row[6:10], row[10:]
    return LedgerRow(Link(*link), sha256, text and _subject(text, handlings, erasure))


def _subject(text: str, handlings: Iterable[str], erasure: Row) -> Subject:
    return Subject(
        content_text(text),
        None if erasure[0] is None else Erasure(*erasure),
        frozenset(handlings),
    )


def name_of_entry(entry: Entry) -> str:
    """Return what names an entry in a finding: its commitment, member and id."""
    commitment = entry.member_commitment.commitment
    return subject_name(commitment.code, entry.member_code, entry.pk)


def recorded_heads() -> list[Head]:
    """Return the heads recorded by checkpoints and by closed stocktakes."""
    closed = Stocktake.objects.exclude(closed_at=None)
    return [
        Head(f"the checkpoint of {row.day}", row.sha256, row.signed_at)
        for row in good_checkpoints()
    ] + [
        Head(f"the closing of stocktake {row.slug}", row.closing_head or NOTHING, at)
        for row in closed
        if (at := row.closed_at) is not None
    ]


def wrong_closings() -> Iterator[str]:
    """Yield a sentence for each closed stocktake whose positions have changed."""
    closed = Stocktake.objects.filter(closed_at__isnull=False).select_related("plan")
    for stocktake in closed.order_by("closed_at", "pk"):
        if closing_hash(stocktake) != stocktake.closing_sha256:
            yield (
                f"The positions that stocktake {stocktake.slug} of plan"
                f" {stocktake.plan.slug} froze when it closed have been changed."
            )


def unrecorded_entries() -> Iterator[str]:
    """Yield a sentence for each published entry without record, and the reverse."""
    is_published = Q(state="published")
    # Only a column that is not the key makes a join, which finds a record that is gone.
    has_record = Q(ledger_record__sha256__isnull=False)
    wrong = (
        Entry.objects.filter(is_published & ~has_record | ~is_published & has_record)
        .select_related("member_commitment__commitment")
        .order_by("pk")
    )
    for entry in wrong.iterator(chunk_size=CHUNK):
        how = (
            "is published and has no record in the ledger"
            if entry.state == "published"
            else "has a record in the ledger and is not published"
        )
        yield f"The entry on {name_of_entry(entry)} {how}."


def changed_files() -> Iterator[str]:
    """Files of evidence whose bytes are not those that were hashed when added."""
    found = Func(
        Func(F("file__content"), function="sha256"),
        Value("hex"),
        function="encode",
        output_field=CharField(),
    )
    files = Evidence.objects.filter(kind=Evidence.Kind.FILE).annotate(found=found)
    wrong = files.filter(Q(found=None) | ~Q(found=F("sha256"))).order_by("pk")
    for evidence_id, member, found_sha256 in wrong.values_list(
        "pk", "member_id", "found"
    ).iterator(chunk_size=CHUNK):
        how = "has been changed" if found_sha256 else "is gone"
        yield f"The file of evidence {evidence_id}, added by {member}, {how}."
