"""All entries on one member commitment: published, withdrawn and in progress."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.core.paginator import Page, Paginator

from commitments.models import MemberCommitment
from progress.models import Entry, State
from progress.permissions import can, name_of_writer
from progress.positions.position import with_evidence
from progress.positions.status_line import StatusLine, status_line
from progress.positions.viewpoint import Viewpoint
from progress.querysets.entries import IN_PROGRESS, position_rank
from progress.transitions import Verb, is_legal

PAGE_SIZE = 20
# What decides on the order of entries, and on the line of statuses.
_OUTLINE_FIELDS = (
    "as_of",
    "is_at_risk",
    "kind",
    "ledger_record",
    "published_at",
    "state",
    "status",
    "supersedes",
)


@dataclass(frozen=True)
class Chapter:
    """A published entry or withdrawal in force, with the entries it replaced."""

    entry: Entry
    # The last replaced entry first.
    replaced: Sequence[Entry]
    is_position: bool

    @property
    def entries(self) -> list[Entry]:
        return [self.entry, *self.replaced]

    @property
    def shows_again(self) -> bool:
        """Whether it is the position because a later entry was withdrawn.

        An older entry carries the annotation too, but it is not the position.
        """
        return self.is_position and self.entry.shows_again


@dataclass(frozen=True)
class TimelinePiece:
    """An entry in progress or discarded, with the reason of its last move, if any."""

    entry: Entry
    author: str
    reason: str
    can_edit: bool


@dataclass(frozen=True)
class PageChoice:
    """The page that a reader asks for: by its number, or by an entry on it."""

    number: str | None = None
    entry: str | None = None

    def of(self, chapters: Sequence[Chapter]) -> "Page[Chapter]":
        """Return that page, or the first if there is no such entry or number."""
        return Paginator(chapters, PAGE_SIZE).get_page(
            self.number or self._of(chapters)
        )

    def _of(self, chapters: Sequence[Chapter]) -> int:
        for place, chapter in enumerate(chapters):
            if self.entry in {str(entry.pk) for entry in chapter.entries}:
                return place // PAGE_SIZE + 1
        return 1


@dataclass(frozen=True)
class Timeline:
    """One page of it. All lists have the newest entry first."""

    page: "Page[Chapter]"
    # These are on the first page only.
    in_progress: Sequence[TimelinePiece]
    discarded: Sequence[TimelinePiece]
    # Whether these exist, on any page.
    has_position: bool
    has_update_in_progress: bool
    status_line: StatusLine | None
    # The oldest entry, which no other comes before.
    oldest: UUID | None
    # Whether there are two entries to compare.
    has_pair: bool


@dataclass(frozen=True)
class Outline:
    """The order of all entries that a reader may see, without their texts."""

    # The one written last first.
    entries: Sequence[Entry]
    # The position's chapter is the first that is no withdrawal.
    chapters: Sequence[Chapter]

    @property
    def unpublished(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.state != State.PUBLISHED]

    @property
    def in_order(self) -> list[Entry]:
        """The published entries from the newest to the oldest, without withdrawals.

        What an entry replaced comes after it.
        """
        entries = [entry for chapter in self.chapters for entry in chapter.entries]
        return [entry for entry in entries if not entry.is_withdrawal]


def read_outline(member_commitment: MemberCommitment, viewpoint: Viewpoint) -> Outline:
    """Return the order of what the reader may see under both clocks. Two queries."""
    entries = _outline(member_commitment, viewpoint)
    known = {entry.pk: entry for entry in entries if _is_known(entry, viewpoint)}
    standing = _standing(member_commitment, viewpoint)
    return Outline(entries, list(_chapters(known, standing)))


def build_timeline(
    member_commitment: MemberCommitment, viewpoint: Viewpoint, choice: PageChoice
) -> Timeline:
    """Return what the reader may see of it under both clocks. Four queries.

    The order of all entries is found first. Texts are read for one page only.
    """
    outline = read_outline(member_commitment, viewpoint)
    chapters, in_order = outline.chapters, outline.in_order
    page = choice.of(chapters)
    # A look back shows no workflow state: states are kept for now only.
    unpublished = outline.unpublished if viewpoint.clocks.is_now else []
    shown = [entry for chapter in page for entry in chapter.entries]
    if page.number == 1:
        shown += unpublished
    entries = _entries(member_commitment, viewpoint, shown)
    page.object_list = [_filled(chapter, entries) for chapter in page]
    pieces = [
        _piece(entry, viewpoint)
        for entry in entries.values()
        if entry.state != State.PUBLISHED
    ]
    return Timeline(
        page=page,
        in_progress=[piece for piece in pieces if piece.entry.state in IN_PROGRESS],
        discarded=[piece for piece in pieces if piece.entry.state == State.DISCARDED],
        has_position=any(chapter.is_position for chapter in chapters),
        has_update_in_progress=any(
            entry.kind == Entry.Kind.UPDATE and entry.state in IN_PROGRESS
            for entry in unpublished
        ),
        status_line=_status_line(chapters, viewpoint),
        oldest=in_order[-1].pk if in_order else None,
        has_pair=len([*in_order, *unpublished]) > 1,
    )


def _status_line(
    chapters: Iterable[Chapter], viewpoint: Viewpoint
) -> StatusLine | None:
    entries = (chapter.entry for chapter in chapters)
    last = viewpoint.clocks.at
    return status_line(entries, first=viewpoint.plan.adopted_on, last=last)


def _outline(
    member_commitment: MemberCommitment, viewpoint: Viewpoint
) -> Sequence[Entry]:
    """Return all entries that the reader may see, with what decides on their order."""
    visible = viewpoint.visible
    return list(
        visible.filter(member_commitment=member_commitment)
        .redacted_to(visible)
        .only(*_OUTLINE_FIELDS)
        .order_by("-written_at", "pk")
    )


def _standing(
    member_commitment: MemberCommitment, viewpoint: Viewpoint
) -> frozenset[UUID]:
    """Return the entries that were published and not superseded by then."""
    here = viewpoint.visible.filter(member_commitment=member_commitment)
    standing = here.as_known_at(viewpoint.clocks.known_at)
    return frozenset(standing.values_list("pk", flat=True))


def _entries(
    member_commitment: MemberCommitment, viewpoint: Viewpoint, shown: Iterable[Entry]
) -> dict[UUID, Entry]:
    """Return these entries by their primary keys, with all that the page shows."""
    visible, clocks = viewpoint.visible, viewpoint.clocks
    found = (
        with_evidence(visible)
        .filter(pk__in=[entry.pk for entry in shown])
        .with_successors()
        .annotated(visible.withdrawals_above(at=clocks.at, known_at=clocks.known_at))
        .redacted_to(visible)
        .with_last_move()
        .select_related("stocktake", "written_by")
        .order_by("-written_at", "pk")
    )
    for entry in found:
        # One object for all entries, so that its relations are read once.
        entry.member_commitment = member_commitment
    return {entry.pk: entry for entry in found}


def _filled(chapter: Chapter, entries: Mapping[UUID, Entry]) -> Chapter:
    return replace(
        chapter,
        entry=entries[chapter.entry.pk],
        replaced=[entries[entry.pk] for entry in chapter.replaced],
    )


def _is_known(entry: Entry, viewpoint: Viewpoint) -> bool:
    clocks = viewpoint.clocks
    return (
        entry.published_at is not None
        and entry.published_at <= clocks.known_at
        and entry.as_of <= clocks.at
    )


def _chapters(
    known: Mapping[UUID, Entry], standing: frozenset[UUID]
) -> Iterator[Chapter]:
    """Yield chapters in rule 3's order.

    The first that is no withdrawal is the position. An entry replaced by one that the
    reader may not see is left out (rule 3 b).
    """
    has_position = False
    heads = [entry for entry in known.values() if entry.pk in standing]
    for entry in sorted(heads, key=position_rank, reverse=True):
        is_position = not has_position and not entry.is_withdrawal
        has_position = has_position or is_position
        yield Chapter(entry, list(_replaced(entry, known)), is_position)


def _replaced(entry: Entry, known: Mapping[UUID, Entry]) -> Iterator[Entry]:
    """Yield the entries it superseded, as far back as the reader may see."""
    before = known.get(entry.supersedes_id) if entry.supersedes_id else None
    if before is not None:
        yield before
        yield from _replaced(before, known)


def _piece(entry: Entry, viewpoint: Viewpoint) -> TimelinePiece:
    return TimelinePiece(
        entry=entry,
        author=name_of_writer(entry.written_by, entry, viewpoint.reader),
        reason=entry.last_reason or "",
        can_edit=is_legal(Verb.EDIT, entry)
        and can(Verb.EDIT, viewpoint.reader, entry, at=viewpoint.reading_at),
    )
