"""The ledger in the database, row by row, for verification and export."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import CharField, Exists, F, Func, OuterRef, Q, Value

from progress.ledger.chain import NOTHING, Link
from progress.ledger.checkpoints import good_checkpoints
from progress.ledger.closing_hash import closing_hash
from progress.ledger.content import content_sql, read_content
from progress.ledger.verification import Erasure, Head, LedgerRow, Subject
from progress.models import (
    Entry,
    Evidence,
    LedgerRecord,
    Stocktake,
)

Row = tuple[Any, ...]
_ALWAYS = datetime.max.replace(tzinfo=UTC)
# Rows read at once, so that memory use does not grow with the ledger.
CHUNK = 2000


def ledger_rows(
    *, after: int = 0, known_at: datetime | None = None, using: str = DEFAULT_DB_ALIAS
) -> Iterator[LedgerRow]:
    """Yield the records after a number, in order, with their content as it is now.

    With `known_at`, only those recorded by then. `using` is the database's alias.
    """
    while chunk := _records(after, known_at or _ALWAYS, using):
        yield from map(_row, chunk)
        after = chunk[-1][0]


def _records(after: int, known_at: datetime, using: str) -> list[Row]:
    """Return the next records. Each chunk is a query: a cursor would copy them all."""
    with connections[using].cursor() as cursor:
        cursor.execute(_records_sql(), [after, known_at, CHUNK])
        rows: list[Row] = cursor.fetchall()
    return rows


@cache
def _records_sql() -> str:
    return f"""
        SELECT record.sequence, record.kind, record.recorded_at,
            record.content_sha256, record.previous_sha256, record.sha256,
            tombstone.content_sha256, tombstone.erased_at, tombstone.erased_by,
            tombstone.reason, entry.handling,
            COALESCE(superseded.handling, entry.handling),
            CASE WHEN entry.id IS NOT NULL THEN {content_sql()} END
        FROM (SELECT * FROM progress_ledgerrecord
            WHERE sequence > %s AND recorded_at <= %s
            ORDER BY sequence LIMIT %s) AS record
        LEFT JOIN progress_entry AS entry ON entry.ledger_record_id = record.sequence
        LEFT JOIN progress_entry AS superseded ON superseded.id = entry.supersedes_id
        LEFT JOIN progress_tombstone AS tombstone ON tombstone.entry_id = entry.id
        LEFT JOIN progress_stocktake AS stocktake ON stocktake.id = entry.stocktake_id
        LEFT JOIN commitments_membercommitment AS owed
            ON owed.id = entry.member_commitment_id
        LEFT JOIN commitments_commitment AS commitment
            ON commitment.id = owed.commitment_id
        LEFT JOIN commitments_plan AS plan ON plan.id = commitment.plan_id
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
    content = read_content(text)
    return Subject(
        name=_name(content["commitment"], content["member"], content["id"]),
        content=content,
        erasure=None if erasure[0] is None else Erasure(*erasure),
        handlings=frozenset(handlings),
    )


def _name(commitment: str, member: str, pk: object) -> str:
    return f"{commitment} of {member}, entry {pk}"


def name_of_entry(entry: Entry) -> str:
    """Return what names an entry in a finding: its commitment, member and id."""
    commitment = entry.member_commitment.commitment
    return _name(commitment.code, entry.member_code, entry.pk)


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
    record = LedgerRecord.objects.filter(pk=OuterRef("ledger_record_id"))
    is_published = Q(state="published")
    wrong = (
        Entry.objects.alias(has_record=Exists(record))
        .filter(Q(is_published, has_record=False) | Q(~is_published, has_record=True))
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
