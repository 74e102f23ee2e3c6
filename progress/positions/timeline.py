"""All entries on one member commitment: published, withdrawn and in progress."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from commitments.models import MemberCommitment
from progress.models import Entry, State
from progress.permissions import can, name_of_writer
from progress.positions.position import with_evidence
from progress.positions.viewpoint import Viewpoint
from progress.querysets.entries import IN_PROGRESS, position_rank
from progress.transitions import Verb, is_legal


@dataclass(frozen=True)
class Chapter:
    """A published entry or withdrawal in force, with the entries it replaced."""

    entry: Entry
    # The last replaced entry first.
    replaced: Sequence[Entry]
    is_position: bool

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
class Timeline:
    """Everything on one page; both lists have the newest entry first."""

    chapters: Sequence[Chapter]
    pieces: Sequence[TimelinePiece]

    @property
    def has_position(self) -> bool:
        return any(chapter.is_position for chapter in self.chapters)

    @property
    def in_progress(self) -> list[TimelinePiece]:
        return [piece for piece in self.pieces if piece.entry.state in IN_PROGRESS]

    @property
    def discarded(self) -> list[TimelinePiece]:
        return [piece for piece in self.pieces if piece.entry.state == State.DISCARDED]

    @property
    def has_update_in_progress(self) -> bool:
        return any(piece.entry.kind == Entry.Kind.UPDATE for piece in self.in_progress)


def build_timeline(
    member_commitment: MemberCommitment, viewpoint: Viewpoint
) -> Timeline:
    """Return what the reader may see of it under both clocks. Three queries."""
    entries = _entries(member_commitment, viewpoint)
    standing = (
        viewpoint.visible.filter(member_commitment=member_commitment)
        .as_known_at(viewpoint.clocks.known_at)
        .values_list("pk", flat=True)
    )
    known = {entry.pk: entry for entry in entries if _is_known(entry, viewpoint)}
    unpublished = [entry for entry in entries if entry.state != State.PUBLISHED]
    return Timeline(
        chapters=list(_chapters(known, frozenset(standing))),
        # A look back shows no workflow state: states are kept for now only.
        pieces=[_piece(entry, viewpoint) for entry in unpublished]
        if viewpoint.clocks.is_now
        else [],
    )


def _entries(member_commitment: MemberCommitment, viewpoint: Viewpoint) -> list[Entry]:
    visible, clocks = viewpoint.visible, viewpoint.clocks
    found = (
        with_evidence(visible)
        .filter(member_commitment=member_commitment)
        .with_successors()
        .annotated(visible.withdrawals_above(at=clocks.at, known_at=clocks.known_at))
        .redacted_to(visible)
        .with_last_move()
        .select_related("stocktake", "written_by")
        .order_by("-written_at", "pk")
    )
    entries: list[Entry] = []
    for entry in found:
        # One object for all entries, so that its relations are read once.
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
