"""Write what a search for entries looks into: the only place that does."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from django.db import transaction

from accounts.typed.words import stored
from progress.models import Entry, EntryEvidence, EntrySearch, Evidence
from progress.querysets.search import words_of_entry, words_of_evidence

BATCH = 1_000
_CONTENT = ("as_of", "words", "runs", "evidence_words", "evidence_runs")


def put_search_rows(entries: Iterable[Entry], *, using: str = "default") -> None:
    """Store the words of these entries, instead of what was stored for them.

    Call it once their evidence is stored. Two queries.
    """
    EntrySearch.objects.using(using).bulk_create(
        search_rows_of(entries, using=using),
        update_conflicts=True,
        unique_fields=["entry"],
        update_fields=_CONTENT,
    )


def search_rows_of(
    entries: Iterable[Entry], *, using: str = "default"
) -> list[EntrySearch]:
    """Return the rows that entries should have. One query."""
    entries = list(entries)
    evidence = _evidence_of(entries, using=using)
    return [_row_of(entry, evidence[entry.pk]) for entry in entries]


def _evidence_of(
    entries: Iterable[Entry], *, using: str
) -> defaultdict[UUID, list[Evidence]]:
    links = EntryEvidence.objects.using(using).filter(entry__in=entries)
    found: defaultdict[UUID, list[Evidence]] = defaultdict(list)
    for link in links.select_related("evidence"):
        found[link.entry_id].append(link.evidence)
    return found


def _row_of(entry: Entry, evidence: Sequence[Evidence]) -> EntrySearch:
    of_text, of_evidence = words_of_entry(entry), words_of_evidence(evidence)
    return EntrySearch(
        entry=entry,
        as_of=entry.as_of,
        words=stored(of_text.words),
        runs=stored(of_text.runs),
        evidence_words=stored(of_evidence.words),
        evidence_runs=stored(of_evidence.runs),
    )


def rebuild_search(*, only_missing: bool) -> Iterator[int]:
    """Make the rows again, in batches that commit. Yields the number done so far."""
    count = 0
    for ids in _batches(only_missing=only_missing):
        with transaction.atomic():
            # Locked, so that no edit or erasure comes between reading and writing.
            entries = Entry.objects.filter(pk__in=ids).select_for_update(no_key=True)
            put_search_rows(entries)
        count += len(ids)
        yield count


def differing_rows() -> Iterator[UUID]:
    """Yield the entries whose stored words are missing or differ from the text."""
    for ids in _batches(only_missing=False):
        entries = Entry.objects.filter(pk__in=ids)
        stored_rows = EntrySearch.objects.in_bulk(ids)
        for expected in search_rows_of(entries):
            row = stored_rows.get(expected.pk)
            if row is None or _content(row) != _content(expected):
                yield expected.pk


def _content(row: EntrySearch) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in _CONTENT)


def _batches(*, only_missing: bool) -> Iterator[list[UUID]]:
    """Yield the ids of all entries, or of those not stored whole, a batch at a time."""
    entries = Entry.objects.order_by("pk")
    if only_missing:
        # Without a row, or with one from before evidence was stored too.
        entries = entries.filter(search_row__evidence_words__isnull=True)
    last: UUID | None = None
    while True:
        rest = entries.filter(pk__gt=last) if last else entries
        ids = list(rest.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        yield ids
        last = ids[-1]
