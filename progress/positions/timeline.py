"""One member commitment through time: said, corrected, withdrawn, and at work."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, Subquery

from commitments.models import MemberCommitment
from progress.entries.history import known_as
from progress.models import Entry, State, Transition
from progress.permissions import can
from progress.positions.position import with_evidence
from progress.positions.viewpoint import Viewpoint
from progress.querysets.entries import AT_WORK
from progress.transitions import Verb, is_legal


@dataclass(frozen=True)
class Chapter:
    """A published entry that stands, or a withdrawal, with what it replaced."""

    entry: Entry
    # From the last replaced to the first.
    replaced: Sequence[Entry]
    is_position: bool

    @property
    def shows_again(self) -> bool:
        """Only where it stands again: an older one was passed over before, too."""
        return self.is_position and self.entry.shows_again


@dataclass(frozen=True)
class TimelinePiece:
    """An entry at work or put away; why it last came back, if it did."""

    entry: Entry
    author: str
    reason: str
    can_edit: bool


@dataclass(frozen=True)
class Timeline:
    """Newest first, both."""

    chapters: Sequence[Chapter]
    pieces: Sequence[TimelinePiece]

    @property
    def at_work(self) -> list[TimelinePiece]:
        return [piece for piece in self.pieces if piece.entry.state in AT_WORK]

    @property
    def discarded(self) -> list[TimelinePiece]:
        return [piece for piece in self.pieces if piece.entry.state == State.DISCARDED]

    @property
    def has_update_at_work(self) -> bool:
        return any(piece.entry.kind == Entry.Kind.UPDATE for piece in self.at_work)


def build_timeline(
    member_commitment: MemberCommitment, viewpoint: Viewpoint
) -> Timeline:
    """All that the reader may see of it by the clocks. Three queries."""
    entries = _entries(member_commitment, viewpoint)
    standing = (
        viewpoint.visible.filter(member_commitment=member_commitment)
        .as_known_at(viewpoint.clocks.known_at)
        .values_list("pk", flat=True)
    )
    known = {entry.pk: entry for entry in entries if _is_known(entry, viewpoint)}
    at_work = [entry for entry in entries if entry.state != State.PUBLISHED]
    return Timeline(
        chapters=list(_chapters(known, frozenset(standing))),
        # Where a row is in the workflow is a thing of now.
        pieces=[_piece(entry, viewpoint) for entry in at_work]
        if viewpoint.clocks.is_now
        else [],
    )


def _entries(member_commitment: MemberCommitment, viewpoint: Viewpoint) -> list[Entry]:
    visible, clocks = viewpoint.visible, viewpoint.clocks
    moves = Transition.objects.filter(entry=OuterRef("pk")).order_by("-at", "-pk")
    found = (
        with_evidence(visible)
        .filter(member_commitment=member_commitment)
        .with_successors()
        .annotated(visible.withdrawals_above(at=clocks.at, known_at=clocks.known_at))
        .redacted_to(visible)
        .annotate(last_reason=Subquery(moves.values("reason")[:1]))
        .select_related("stocktake", "written_by")
        .order_by("-written_at", "pk")
    )
    entries: list[Entry] = []
    for entry in found:
        # The same object for all: what its rules ask of it is read once.
        entry.member_commitment = member_commitment
        entries.append(entry)
    return entries


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
    """In the order of rule 3, so that the first that is not withdrawn is the position.

    What an entry that the reader may not see replaced has left the page (rule 3 b).
    """
    has_position = False
    heads = [entry for entry in known.values() if entry.pk in standing]
    for entry in sorted(heads, key=_rank, reverse=True):
        is_position = not has_position and not entry.is_withdrawal
        has_position = has_position or is_position
        yield Chapter(entry, list(_replaced(entry, known)), is_position)


def _rank(entry: Entry) -> tuple[object, ...]:
    return entry.as_of, entry.published_at, entry.ledger_record_id


def _replaced(entry: Entry, known: Mapping[UUID, Entry]) -> Iterator[Entry]:
    """Back along the chain, as far as the reader may see."""
    before = known.get(entry.supersedes_id) if entry.supersedes_id else None
    if before is not None:
        yield before
        yield from _replaced(before, known)


def _piece(entry: Entry, viewpoint: Viewpoint) -> TimelinePiece:
    return TimelinePiece(
        entry=entry,
        author=known_as(entry.written_by, entry, viewpoint.reader),
        reason=getattr(entry, "last_reason", None) or "",
        can_edit=is_legal(Verb.EDIT, entry)
        and can(Verb.EDIT, viewpoint.reader, entry, at=viewpoint.reading_at),
    )
