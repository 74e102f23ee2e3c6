"""Find entries by words, quickly for common words and for rare ones.

Two ways lead to the entries that a search finds. One goes through the list in its order
and looks at the words of each entry: quick if many entries have the words. The other
asks the index of words: quick if few entries have them. Which is quicker is not known
beforehand, and PostgreSQL guesses badly. So `first_matches` tries a small part of the
first way. If that finds few entries, it tries the second, and then more of both.

The tokens in the index begin with the month of the entry's day. So the index is asked
month by month, in the order of the list, and for no more months than the page needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.db import connections, models
from django.db.models import Exists, Max, Min, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Concat

from accounts.typed.words import Words, words_of

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from progress.models import Entry, EntrySearch, Evidence  # noqa: F401
    from progress.querysets.entries import EntryQuerySet

SEARCHED_FIELDS = ("narrative", "next_steps", "obstacles")
EVIDENCE_FIELDS = ("title", "citation", "url", "file_name")
# How many rows are looked at first, and how many times more at each further try. An
# entry that the index names takes less time than one of a list with filters.
FIRST_TRY, FROM_INDEX, GROWTH = 100, 4, 8
# Common words: how many more rows are looked at than those before them make likely.
SPARE = 1.25
# The index is asked for tokens that at most this share of the rows has, and for so many
# of them. All others are looked for in the entries that it names.
RARE, INDEXED_TOKENS = 0.05, 8
# The orders in which the index can be asked month by month, and whether newest first.
DAY_ORDERS: dict[tuple[str, ...], bool] = {
    ("-as_of", "-pk"): True,
    ("as_of", "pk"): False,
}


class SearchedPart(NamedTuple):
    """What of an entry is searched: the columns with its words and its runs."""

    words: str
    runs: str


TEXT = SearchedPart("words", "runs")
EVIDENCE = SearchedPart("evidence_words", "evidence_runs")


def words_of_entry(entry: Entry) -> Words:
    """Return what a search looks for in the text of an entry."""
    return words_of(*(getattr(entry, name) for name in SEARCHED_FIELDS))


def words_of_evidence(items: Iterable[Evidence]) -> Words:
    """Return what a search looks for in the evidence of one entry, taken together."""
    return words_of(
        *(getattr(item, name) for item in items for name in EVIDENCE_FIELDS)
    )


class ListedEntry(NamedTuple):
    """A row of a list: its place in an order by day, and its stored words and runs.

    A line for each part that is searched.
    """

    entry_id: UUID
    as_of: date
    text: str | None


class Token(NamedTuple):
    """The start of a word or a part of a run, as it is stored, and as a `tsquery`."""

    stored: str
    query: str


@dataclass(frozen=True)
class EntrySearchQuery:
    """The words of a search, as the database is asked for them.

    An entry is found if one of these parts of it has all words.
    """

    words: Words
    searched: tuple[SearchedPart, ...] = (TEXT,)

    def finds(self, entry: ListedEntry) -> bool:
        parts = self.words.parts
        return any(
            all(part in line for part in parts)
            for line in (entry.text or "").split("\n")
        )

    @cached_property
    def tokens(self) -> list[Token]:
        """Return what the index knows: starts of words, pairs of characters of runs.

        In a `tsquery`, @ marks the place of the month.
        """
        tokens = {Token(f" {word}", f"'@{word}':*") for word in self.words.words}
        for run in self.words.runs:
            pairs = {run[start : start + 2] for start in range(len(run) - 1)}
            tokens |= {Token(pair, f"'@{pair}'") for pair in pairs}
            tokens |= set() if pairs else {Token(run, f"'@{run}':*")}
        return sorted(tokens, key=lambda token: (-len(token.stored), token))

    def tsquery(self, sample: Sequence[ListedEntry] = ()) -> str:
        """Return the tokens to ask the index for: those that are rare in a sample."""
        texts = [entry.text or "" for entry in sample]
        counts = {
            token: sum(token.stored in text for text in texts) for token in self.tokens
        }
        rare = [token for token in counts if counts[token] <= RARE * len(texts)]
        chosen = rare[:INDEXED_TOKENS] or [min(counts, key=counts.__getitem__)]
        return " & ".join(token.query for token in chosen)


class EntrySearchQuerySet(models.QuerySet["EntrySearch"]):
    def first_from_index(
        self,
        query: EntrySearchQuery,
        limit: int,
        *,
        is_newest_first: bool = True,
        after: Sequence[ListedEntry] = (),
    ) -> list[UUID]:
        """Return the first entries by day that a search finds, asked of the index.

        They come after these rows of the list, if there are any.
        """
        days = apps.get_model("progress", "Entry").objects.aggregate(
            first=Min("as_of"), last=Max("as_of")
        )
        if days["first"] is None:
            return []
        start, end = days["first"], days["last"]
        if is_newest_first:
            start, end = end, start
        asked: dict[str, Any] = {
            "start": month_number(after[-1].as_of if after else start),
            "end": month_number(end),
            "tsquery": query.tsquery(after),
            "words": [f"% {word}%" for word in query.words.words],
            "runs": [f"%{run}%" for run in query.words.runs],
            "limit": limit,
        }
        if after:
            asked |= {"as_of": after[-1].as_of, "entry": after[-1].entry_id}
        statement = _statement(
            query.searched, is_newest_first=is_newest_first, is_later=bool(after)
        )
        with connections[self.db].cursor() as cursor:
            cursor.execute(statement, asked)
            return [pk for (pk,) in cursor.fetchall()]


def month_number(day: date) -> int:
    """Return the number of a day's month, as `entry_search_tokens` in SQL counts it."""
    return day.year * 12 + day.month


def _statement(
    searched: Sequence[SearchedPart], *, is_newest_first: bool, is_later: bool
) -> str:
    """Return the SQL that asks the index for one month after another."""
    step, order, beyond = (-1, "DESC", "<") if is_newest_first else (1, "ASC", ">")
    place = f"AND (as_of, entry_id) {beyond} (%(as_of)s, %(entry)s)" if is_later else ""
    found = " OR ".join(
        f"""(entry_search_tokens(as_of, {part.words}, {part.runs})
                @@ replace(%(tsquery)s, '@', month || ':')::tsquery
            AND {part.words} LIKE ALL (%(words)s::text[])
            AND {part.runs} LIKE ALL (%(runs)s::text[]))"""
        for part in searched
    )
    # Only constants of this module are put into the text.
    return f"""
        SELECT found.entry_id
        FROM generate_series(%(start)s::int, %(end)s::int, {step}) AS month
        CROSS JOIN LATERAL (
            SELECT entry_id FROM progress_entrysearch
            WHERE ({found}) {place}
            ORDER BY as_of {order}, entry_id {order} LIMIT %(limit)s
        ) AS found LIMIT %(limit)s
    """  # noqa: S608


def first_matches(rows: EntryQuerySet, text: str, limit: int) -> EntryQuerySet:
    """Return the first rows of an ordered list whose text a search finds.

    `rows` are what the reader may see. Other entries have no influence on the result.
    """
    query = EntrySearchQuery(words_of(text))
    return rows.filter(pk__in=first_ids(rows, query, limit))


def all_matches(rows: EntryQuerySet, text: str) -> EntryQuerySet:
    """Return all rows that a search finds. It looks at the words of each row."""
    words = words_of(text)
    if not words:
        return rows.none()
    found = apps.get_model("progress", "EntrySearch").objects.filter(pk=OuterRef("pk"))
    for word in words.words:
        found = found.filter(words__contains=f" {word}")
    for run in words.runs:
        found = found.filter(runs__contains=run)
    return rows.filter(Exists(found))


def first_ids(rows: EntryQuerySet, query: EntrySearchQuery, limit: int) -> list[UUID]:
    """Return the keys of the first rows of an ordered list that a search finds.

    `rows` are what the reader may see, as for `first_matches`.
    """
    if not query.words:
        return []
    index = apps.get_model("progress", "EntrySearch").objects
    is_newest_first = DAY_ORDERS.get(tuple(map(str, rows.query.order_by)))
    size = first_size = max(FIRST_TRY, limit)
    while True:
        seen = _first_rows(rows, query.searched, size)
        found = [entry.entry_id for entry in seen if query.finds(entry)][:limit]
        if len(found) == limit or len(seen) < size:
            return found
        if size == first_size and len(found) * GROWTH >= limit * SPARE:
            # The words are common: a part of the list may well have the page.
            size = int(SPARE * size * limit / len(found)) + 1
            continue
        most = size * FROM_INDEX
        if is_newest_first is None:
            # The index does not know this order. It helps if it names all entries.
            ids, found = index.first_from_index(query, most), []
        else:
            ids = index.first_from_index(
                query, most, is_newest_first=is_newest_first, after=seen
            )
        are_all = len(ids) < most
        if are_all or is_newest_first is not None:
            found = [*found, *_ids_in_order(rows, ids)][:limit]
            if are_all or len(found) == limit:
                return found
        size *= GROWTH


def _ids_in_order(rows: EntryQuerySet, ids: list[UUID]) -> list[UUID]:
    # Without a limit: with one, PostgreSQL might go through the whole list instead.
    listed = rows.filter(pk__in=ids).prefetch_related(None)
    return list(listed.values_list("pk", flat=True))


def _first_rows(
    rows: EntryQuerySet, searched: Sequence[SearchedPart], size: int
) -> list[ListedEntry]:
    words = apps.get_model("progress", "EntrySearch").objects.filter(pk=OuterRef("pk"))
    # A subquery in the columns: it is looked up for these rows only, one at a time.
    first, *others = (Concat(part.words, part.runs) for part in searched)
    line: Any = first
    for other in others:
        # Null where the evidence is not stored yet.
        stored = Coalesce(other, Value(""), output_field=TextField())
        line = Concat(line, Value("\n"), stored, output_field=TextField())
    text = Subquery(words.annotate(text=line).values("text"))
    listed = rows.annotate(searched_text=text).prefetch_related(None)
    found = listed.values_list("pk", "as_of", "searched_text")[:size]
    return [ListedEntry(*row) for row in found]
