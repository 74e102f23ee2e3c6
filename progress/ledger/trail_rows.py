"""The trail in the database, row by row, and the acts that are not in it."""

import re
from collections import Counter, defaultdict
from collections.abc import Generator, Iterator
from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from progress.ledger.chain import NOTHING, TrailLink, instant
from progress.ledger.checkpoints import good_checkpoints
from progress.ledger.reading import CHUNK, chunks_of
from progress.ledger.trail import TrailRow, parsed
from progress.ledger.trail_content import (
    Content,
    Kind,
    all_publications_sql,
    contents_of,
    read_publication,
)
from progress.models import (
    AssessmentTable,
    Entry,
    Extension,
    Handover,
    Question,
    Stocktake,
    Tombstone,
    TrailRecord,
)

_COLUMNS = (
    "sequence",
    "kind",
    "subject",
    "content_sha256",
    "previous_sha256",
    "sha256",
    "content",
    "salt",
)
# Their subjects are numbers. The others are UUIDs, and slugs of plans.
NUMBERED = {Kind.PRESIDENCY, Kind.EXTENSION, Kind.HANDOVER, Kind.RECEIPT}
NAMED = {Kind.PLAN, Kind.START}
KEYED = set(Kind) - NUMBERED - NAMED
# Whose texts are of an entry, and can be erased by law.
OF_ENTRIES = {Kind.PUBLICATION, Kind.QUESTION, Kind.ANSWER}
# Every act that must be in the trail: its rows, their key, and the time of the act.
ACTS = {
    Kind.OPENING: (Stocktake.objects, "pk", "opened_at"),
    Kind.EXTENSION: (Extension.objects, "pk", "granted_at"),
    Kind.PUBLICATION: (Entry.objects, "pk", "published_at"),
    Kind.QUESTION: (Question.objects, "pk", "asked_at"),
    Kind.ANSWER: (Question.objects, "pk", "answered_at"),
    Kind.RELEASE: (AssessmentTable.objects, "pk", "released_at"),
    Kind.CLOSING: (Stocktake.objects, "pk", "closed_at"),
    Kind.HANDOVER: (Handover.objects, "presidency_id", "handed_over_at"),
    Kind.RECEIPT: (Handover.objects, "presidency_id", "received_at"),
    Kind.ERASURE: (Tombstone.objects, "pk", "erased_at"),
}


def trail_head() -> str:
    """Return the hash of the trail's last row: it confirms every row before it."""
    head = TrailRecord.objects.order_by("-sequence").values_list("sha256", flat=True)
    return head.first() or NOTHING


def signed_trail_heads() -> list[tuple[str, str]]:
    """Return the heads of the trail that checkpoints signed, with their sources."""
    return [
        (f"the checkpoint of {row.day}", row.trail_sha256)
        for row in good_checkpoints()
        if row.trail_sha256
    ]


def trail_rows(
    *, after: int = 0, compared: bool = True, using: str = DEFAULT_DB_ALIAS
) -> Generator[TrailRow]:
    """Yield the rows after a number, in order.

    `compared` reads what each covers as it is now. The database compares most
    publications itself. It does not where it cannot hash their texts.
    """
    sql = compared_sql() if compared else _rows_sql("", "NULL", "false")
    for rows in chunks_of(sql, {"after": after}, using=using):
        records = [_Record(TrailLink(*row[:5]), *row[5:]) for row in rows]
        present = _present(records) if compared else {}
        erased = {_entry_of(row) for row in records if compared and not row.salt}
        tombstones = set(
            Tombstone.objects.filter(entry__in=erased - {None}).values_list(
                "entry_id", flat=True
            )
            if erased
            else ()
        )
        for row in records:
            yield TrailRow(
                link=row.link,
                sha256=row.sha256,
                content=row.content,
                present=present.get((row.link.kind, row.link.subject)),
                is_compared=compared and not row.is_same,
                is_erased=not row.salt,
                has_tombstone=not row.salt and _entry_of(row) in tombstones,
            )


def _rows_sql(joined: str, present: str, is_same: str) -> str:
    """Return the query for the rows, with what they cover as the database reads it."""
    columns = ", ".join(f"record.{name}" for name in _COLUMNS)
    return f"""
        SELECT {columns}, CASE WHEN NOT ({is_same}) THEN {present} END,
            COALESCE({is_same}, false)
        FROM progress_trailrecord AS record {joined}
        WHERE record.sequence > %(after)s ORDER BY record.sequence
    """  # noqa: S608 - our own names only


@cache
def compared_sql() -> str:
    return _rows_sql(
        f"LEFT JOIN ({all_publications_sql()}) AS publication"
        " ON publication.sequence = record.sequence",
        "publication.content",
        "publication.content = record.content AND NOT publication.has_texts"
        " AND record.salt <> ''",
    )


class _Record(NamedTuple):
    link: TrailLink
    sha256: str
    content: str
    salt: str
    # A publication as it is now, and whether it is equal and has no text to hash.
    publication: str | None
    is_same: bool


def _present(records: list[_Record]) -> dict[tuple[str, str], Content]:
    """Return what these rows cover now: one query for each other kind among them."""
    salts: dict[str, dict[str, str]] = defaultdict(dict)
    present: dict[tuple[str, str], Content] = {}
    for row in records:
        kind, subject = row.link.kind, row.link.subject
        if row.publication is not None:
            present[kind, subject] = read_publication(row.publication, row.salt)
        elif kind == Kind.START:
            present[kind, subject] = parsed(row.content) or {}
        elif kind != Kind.PUBLICATION and _is_key(kind, subject):
            salts[kind][subject] = row.salt
    for kind, of_kind in salts.items():
        for subject, content in contents_of(kind, of_kind).items():
            present[kind, subject] = content
    return present


def _is_key(kind: str, subject: str) -> bool:
    """Whether a row can have this key: a forged one may be anything."""
    if kind in NAMED:
        return True
    if kind in NUMBERED:
        return subject.isdecimal() and len(subject) < len(str(2**63 - 1))
    return kind in KEYED and _is_uuid(subject)


def _entry_of(row: _Record) -> UUID | None:
    """Return the entry whose texts a row has hashed."""
    if row.link.kind not in OF_ENTRIES:
        return None
    if row.link.kind == Kind.PUBLICATION:
        return _uuid(row.link.subject)
    return _uuid(str((parsed(row.content) or {}).get("entry")))


def _uuid(text: str) -> UUID | None:
    return UUID(text) if _is_uuid(text) else None


def _is_uuid(text: str) -> bool:
    return re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text) is not None


class MissingActs:
    """The acts without a row in the trail.

    Those from before the trail began are counted, as often as its first row says. The
    others are findings.
    """

    def __init__(self) -> None:
        self.unrecorded: Counter[str] = Counter()

    def findings(self) -> Iterator[str]:
        """Yield a sentence for each act that should be in the trail and is not."""
        began_at, counts = _start()
        for kind in ACTS:
            for subject, at in _missing(kind):
                if instant(at) < began_at:
                    self.unrecorded[kind] += 1
                else:
                    yield f"The {kind} {subject} of {instant(at)} is not in the trail."
            known = counts[kind]
            if self.unrecorded[kind] > known:
                yield (
                    f"There are {self.unrecorded[kind]} acts of the kind {kind} from"
                    f" before the trail. When it began there were {known}."
                )


def _start() -> tuple[str, Counter[str]]:
    """Return when the trail began, and how many acts of each kind there were before.

    A changed row may say neither: then every act is missing.
    """
    first = TrailRecord.objects.filter(sequence=1, kind=Kind.START).first()
    match parsed(first.content) if first else None:
        case {"at": str(began_at), "counts": dict(counts)}:
            known = {k: n for k, n in counts.items() if isinstance(n, int)}
            return began_at, Counter(known)
    return "", Counter()


def _missing(kind: str) -> Iterator[tuple[str, datetime]]:
    manager, key, time = ACTS[Kind(kind)]
    recorded = TrailRecord.objects.filter(kind=kind, subject=OuterRef("subject"))
    acts: Iterator[tuple[str, datetime]] = (
        manager.filter(**{f"{time}__isnull": False})
        .annotate(subject=Cast(key, CharField()))
        .filter(~Exists(recorded))
        .order_by(time, "pk")
        .values_list("subject", time)
        .iterator(chunk_size=CHUNK)
    )
    return acts
