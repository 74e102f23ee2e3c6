"""What a search for entries finds, with the passages that have its words.

Every text here is one that the reader is served on other pages too: of an entry they
may see, and of its evidence.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.querysets import PageNumbers
from accounts.typed.highlights import Passage, Piece, marked, passages
from accounts.typed.words import Words, finds
from commitments.models import MemberCommitment
from commitments.querysets import Concerns
from progress.entries.markdown_dialect import plain_text
from progress.entries.markdown_runs import visible
from progress.models import Entry, EntryEvidence, Evidence, State, Stocktake
from progress.querysets.entries import EntryQuerySet
from progress.querysets.search import (
    EVIDENCE,
    SEARCHED_FIELDS,
    TEXT,
    EntrySearchQuery,
    SearchedPart,
    first_ids,
    words_of_entry,
    words_of_evidence,
)

PAGE_SIZE = 20
# So many pages can be opened. A search that finds more needs a filter or another word.
MOST_PAGES = 25
# Passages of each field of a text.
MOST_PASSAGES = 2
# So many keys of member commitments are given to the database as a list.
MOST_KEYS = 500
LABELS: dict[str, Promise] = {
    "narrative": _("Narrative"),
    "next_steps": _("Next steps"),
    "obstacles": _("Obstacles"),
}


@dataclass(frozen=True)
class EntryCriteria:
    """Filters of a search for entries. An empty one keeps all."""

    plan: str = ""
    action: str = ""
    instrument: str = ""
    member: str = ""
    status: str = ""
    stocktake: str = ""
    since: date | None = None
    until: date | None = None

    def narrow(self, rows: EntryQuerySet) -> EntryQuerySet:
        """Return the entries with all of these. At most one query before them."""
        if self.status:
            rows = rows.filter(status=self.status)
        if self.since:
            rows = rows.filter(as_of__gte=self.since)
        if self.until:
            rows = rows.filter(as_of__lte=self.until)
        if self.stocktake:
            named = Stocktake.objects.filter(slug=self.stocktake, plan__slug=self.plan)
            rows = rows.filter(stocktake__in=named)
        return self._of_member_commitments(rows)

    def _of_member_commitments(self, rows: EntryQuerySet) -> EntryQuerySet:
        owed = MemberCommitment.objects.all()
        if self.plan:
            owed = owed.filter(commitment__plan__slug=self.plan)
        if self.action:
            owed = owed.filter(commitment__action__number=self.action)
        if self.member:
            owed = owed.filter(member=self.member)
        if self.instrument:
            owed = owed.filter(Concerns("commitment", self.instrument))
        if not (self.plan or self.member or self.instrument):
            return rows
        keys = list(owed.values_list("pk", flat=True)[: MOST_KEYS + 1])
        return rows.filter(
            member_commitment__in=keys if len(keys) <= MOST_KEYS else owed
        )


@dataclass(frozen=True)
class FieldPassages:
    """Passages of one field of an entry's text."""

    label: Promise
    passages: Sequence[Passage]


@dataclass(frozen=True)
class MarkedEvidence:
    """An item of evidence, with what the search finds in it."""

    item: Evidence
    title: Sequence[Piece]
    citation: Sequence[Passage]
    url: Sequence[Piece]
    file_name: Sequence[Piece]

    @property
    def has_hits(self) -> bool:
        pieces = [*self.title, *self.url, *self.file_name]
        return any(piece.is_hit for piece in pieces) or bool(self.citation)


@dataclass(frozen=True)
class FoundEntry:
    """An entry with passages of its text, and its evidence that was found."""

    entry: Entry
    fields: Sequence[FieldPassages]
    evidence: Sequence[MarkedEvidence]


@dataclass(frozen=True)
class CitedEvidence:
    """An item of evidence, and the found entries that cite it; the newest first."""

    marked: MarkedEvidence
    entries: Sequence[Entry]


@dataclass(frozen=True)
class FoundEntries(PageNumbers):
    """One page of what was found. It has no total: that takes too long to count."""

    rows: Sequence[FoundEntry]
    number: int
    has_next: bool
    # More was found than can be opened page by page.
    is_cut: bool

    @property
    def by_evidence(self) -> list[CitedEvidence]:
        """Return each item once, with the entries of this page that cite it."""
        found: dict[UUID, CitedEvidence] = {}
        for row in self.rows:
            for one in row.evidence:
                entries = [*found[one.item.pk].entries] if one.item.pk in found else []
                found[one.item.pk] = CitedEvidence(one, [*entries, row.entry])
        return list(found.values())


@dataclass(frozen=True)
class EntrySearcher:
    """A search for entries by a reader, in these parts of them."""

    reader: User
    at: datetime
    sought: Words
    searched: tuple[SearchedPart, ...] = (TEXT, EVIDENCE)

    @property
    def visible(self) -> EntryQuerySet:
        return Entry.objects.visible_to(self.reader, self.at)

    def page(self, criteria: EntryCriteria, number: int) -> FoundEntries:
        """Return one page, the newest first. An entry that was discarded is not found.

        A number after the last page gives the first.
        """
        number = number if 1 <= number <= MOST_PAGES else 1
        shown = self.visible.exclude(state=State.DISCARDED).redacted_to(self.visible)
        rows = criteria.narrow(shown).order_by("-as_of", "-pk")
        query = EntrySearchQuery(self.sought, self.searched)
        ids = first_ids(rows, query, number * PAGE_SIZE + 1)
        if len(ids) <= (number - 1) * PAGE_SIZE:
            number = 1
        has_more = len(ids) > number * PAGE_SIZE
        of_page = ids[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        return FoundEntries(
            rows=list(self._found(of_page)),
            number=number,
            has_next=has_more and number < MOST_PAGES,
            is_cut=has_more and number == MOST_PAGES,
        )

    def _found(self, ids: Sequence[UUID]) -> Iterator[FoundEntry]:
        entries: dict[UUID, Any] = self._read().in_bulk(ids) if ids else {}
        for pk in ids:
            if pk in entries and (row := self._found_in(entries[pk])):
                yield row

    def _read(self) -> EntryQuerySet:
        rows = self.visible.redacted_to(self.visible).with_superseding(self.visible)
        rows = rows.select_related(
            "member_commitment__commitment__plan", "member_commitment__member"
        ).defer(
            "member_commitment__commitment__plan__source_text",
            "member_commitment__commitment__plan__preamble",
            "member_commitment__commitment__text",
        )
        if EVIDENCE not in self.searched:
            return rows
        links = EntryEvidence.objects.select_related("evidence__scan")
        in_order = Prefetch("evidence_links", links.order_by("position"))
        return rows.prefetch_related(in_order)

    def _found_in(self, entry: Any) -> FoundEntry | None:
        """Return what the search finds in an entry, or None if that has just gone."""
        fields: list[FieldPassages] = []
        evidence: list[MarkedEvidence] = []
        if TEXT in self.searched and finds(self.sought, words_of_entry(entry)):
            fields = list(self._fields(entry))
        if EVIDENCE in self.searched:
            items = [link.evidence for link in entry.evidence_links.all()]
            if finds(self.sought, words_of_evidence(items)):
                evidence = list(self._evidence(items))
        return FoundEntry(entry, fields, evidence) if fields or evidence else None

    def _fields(self, entry: Entry) -> Iterator[FieldPassages]:
        for name in SEARCHED_FIELDS:
            text = getattr(entry, name)
            # What is only in the address of a link is shown as it was typed.
            found = self._passages(plain_text(text)) or self._passages(text)
            if found:
                yield FieldPassages(LABELS[name], found)

    def _evidence(self, items: Iterable[Evidence]) -> Iterator[MarkedEvidence]:
        for item in items:
            one = MarkedEvidence(
                item,
                title=self._marked(item.title),
                citation=self._passages(item.citation),
                url=self._marked(item.url),
                file_name=self._marked(item.file_name),
            )
            if one.has_hits:
                yield one

    def _passages(self, text: str) -> list[Passage]:
        found = passages(text, self.sought, most=MOST_PASSAGES)
        return [replace(each, pieces=_shown(each.pieces)) for each in found]

    def _marked(self, text: str) -> list[Piece]:
        return _shown(marked(text, self.sought))


def _shown(pieces: Iterable[Piece]) -> list[Piece]:
    """Return pieces with a mark for each character that turns letters around."""
    return [Piece(visible(piece.text), piece.is_hit) for piece in pieces]
