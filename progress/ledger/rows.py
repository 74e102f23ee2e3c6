"""The ledger in the database, row by row, for verification and export."""

from collections.abc import Iterator
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS
from django.db.models import CharField, Exists, F, Func, OuterRef, Prefetch, Q, Value

from progress.ledger.chain import NOTHING, Link
from progress.ledger.checkpoints import good_checkpoints
from progress.ledger.closing_hash import closing_hash
from progress.ledger.content import content_of
from progress.ledger.verification import Erasure, Head, LedgerRow, Subject
from progress.models import (
    Entry,
    EntryEvidence,
    Evidence,
    LedgerRecord,
    Stocktake,
)

# Rows read at once, so that memory use does not grow with the ledger.
CHUNK = 500


def ledger_rows(
    *, after: int = 0, known_at: datetime | None = None, using: str = DEFAULT_DB_ALIAS
) -> Iterator[LedgerRow]:
    """Yield the records after a number, in order, with their content as it is now.

    With `known_at`, only those recorded by then. `using` is the database's alias.
    """
    links = EntryEvidence.objects.select_related("evidence").order_by("position")
    records = (
        LedgerRecord.objects.using(using)
        .filter(sequence__gt=after)
        .order_by("sequence")
        .select_related("entry__member_commitment__commitment__plan")
        .select_related("entry__stocktake", "entry__tombstone", "entry__supersedes")
        .prefetch_related(Prefetch("entry__evidence_links", queryset=links))
    )
    if known_at is not None:
        records = records.filter(recorded_at__lte=known_at)
    return (
        _row(record, getattr(record, "entry", None))
        for record in records.iterator(chunk_size=CHUNK)
    )


def bare_row(sequence: int, *, using: str = DEFAULT_DB_ALIAS) -> LedgerRow | None:
    """Return one record without its content, or None if there is no such record."""
    record = LedgerRecord.objects.using(using).filter(pk=sequence).first()
    return _row(record, None) if record else None


def _row(record: LedgerRecord, entry: Entry | None) -> LedgerRow:
    return LedgerRow(
        link=Link(
            sequence=record.sequence,
            kind=record.kind,
            recorded_at=record.recorded_at,
            content_sha256=record.content_sha256,
            previous_sha256=record.previous_sha256,
        ),
        sha256=record.sha256,
        subject=_subject(entry) if entry else None,
    )


def _subject(entry: Entry) -> Subject:
    evidence = [link.evidence for link in entry.evidence_links.all()]
    tombstone = getattr(entry, "tombstone", None)
    superseded = entry.supersedes
    return Subject(
        name=name_of_entry(entry),
        handlings=frozenset(
            {entry.handling, superseded.handling if superseded else entry.handling}
        ),
        content=content_of(entry, evidence),
        erasure=tombstone
        and Erasure(
            content_sha256=tombstone.content_sha256,
            at=tombstone.erased_at,
            by=tombstone.erased_by,
            reason=tombstone.reason,
        ),
    )


def name_of_entry(entry: Entry) -> str:
    """Return what names an entry in a finding: its commitment, member and id."""
    commitment = entry.member_commitment.commitment
    return f"{commitment.code} of {entry.member_code}, entry {entry.pk}"


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
