"""Write what a search for entries looks into: the only place that does."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import transaction

from progress.models import Entry, EntrySearch
from progress.querysets.search import stored, words_of_entry

BATCH = 1_000


def put_search_rows(entries: Iterable[Entry], *, using: str = "default") -> None:
    """Store the words of these entries, instead of what was stored for them."""
    EntrySearch.objects.using(using).bulk_create(
        map(search_row_of, entries),
        update_conflicts=True,
        unique_fields=["entry"],
        update_fields=["as_of", "words", "runs"],
    )


def search_row_of(entry: Entry) -> EntrySearch:
    """Return the row that an entry should have."""
    words = words_of_entry(entry)
    return EntrySearch(
        entry=entry,
        as_of=entry.as_of,
        words=stored(words.words),
        runs=stored(words.runs),
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
        for entry in entries:
            row, expected = stored_rows.get(entry.pk), search_row_of(entry)
            if row is None or _content(row) != _content(expected):
                yield entry.pk


def _content(row: EntrySearch) -> tuple[object, ...]:
    return row.as_of, row.words, row.runs


def _batches(*, only_missing: bool) -> Iterator[list[UUID]]:
    """Yield the ids of all entries, or of those without a row, a batch at a time."""
    entries = Entry.objects.order_by("pk")
    if only_missing:
        entries = entries.filter(search_row__isnull=True)
    last: UUID | None = None
    while True:
        rest = entries.filter(pk__gt=last) if last else entries
        ids = list(rest.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        yield ids
        last = ids[-1]
