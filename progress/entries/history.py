"""The history of an entry, as far as a reader may know it.

Inside a delegation, people are named. Others read only the member's name, and see
nothing that happened before the entry was submitted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ActingHead, User
from progress.models import Entry, Release, State, Transition
from progress.permissions import (
    HEADS_VERBS,
    is_colleague,
    is_reviewer,
    name_of_reviewer,
    name_of_writer,
)
from progress.transitions import Verb

REVIEWERS_VERBS = frozenset({Verb.RETURN, Verb.PUBLISH})
DONE = {
    Verb.EDIT: gettext_lazy("Draft created"),
    Verb.SUBMIT: gettext_lazy("Sent for clearance"),
    Verb.SEND_BACK: gettext_lazy("Sent back"),
    Verb.CLEAR: gettext_lazy("Cleared"),
    Verb.RECALL: gettext_lazy("Recalled"),
    Verb.DISCARD: gettext_lazy("Discarded"),
    Verb.RETURN: gettext_lazy("Returned"),
    Verb.PUBLISH: gettext_lazy("Published"),
}
# The act that brings an entry to its reviewer, who does not see which act it was.
SENT_FOR_REVIEW = gettext_lazy("Sent for review")


@dataclass(frozen=True)
class Step:
    """One move of an entry, as a reader sees it."""

    what: str
    who: str
    at: datetime
    after: State
    reason: str
    # Who named the person, if they did it as acting head. The delegation sees it.
    named_by: str = ""


def history_of(entry: Entry, *, reader: User, at: datetime) -> list[Step]:
    """Return every move for the delegation, and for the reviewer those it may know.

    A reviewer sees moves from or to `submitted`. Others see none.
    """
    is_ours = reader.delegation == entry.member_code
    if not is_ours and not is_reviewer(reader, entry, at=at):
        return []
    moves = list(
        entry.transitions.with_chair_then().select_related("by").order_by("at", "pk")
    )
    named_by = _named_by(moves, entry) if is_ours else {}
    steps = [
        Step(
            what=str(_done(move) if is_ours else _done_as_seen_outside(move)),
            who=_actor(move, entry, reader),
            at=move.at,
            after=State(move.after),
            reason=move.reason,
            named_by=named_by.get(move.pk, ""),
        )
        for move in moves
        if is_ours or _is_outside(move)
    ]
    # The sort is stable: two moves at the same instant keep their order.
    return sorted([*steps, *_releases(entry, reader, at)], key=lambda step: step.at)


def _named_by(moves: Iterable[Transition], entry: Entry) -> dict[int, str]:
    """Return who named the acting head that made a move, by the key of the move."""
    by_heads = [move for move in moves if move.verb in HEADS_VERBS]
    if not by_heads:
        return {}
    periods = ActingHead.objects.filter(
        member=entry.member_code, user__in={move.by_id for move in by_heads}
    )
    return {
        move.pk: str(period.named_by)
        for period in periods.select_related("named_by").order_by("named_at", "pk")
        for move in by_heads
        if move.by_id == period.user_id and period.covers(move.at)
    }


def _releases(entry: Entry, reader: User, at: datetime) -> list[Step]:
    """Return its releases from a stocktake, which are no moves of the workflow."""
    if not entry.was_released:
        return []
    known = Release.objects.visible_to(reader, at).filter(entry=entry)
    return [
        Step(
            what=_("Released from “%(title)s”") % {"title": release.stocktake.title},
            who=_("The Presidency"),
            at=release.released_at,
            after=State.SUBMITTED,
            reason=release.reason,
        )
        for release in known.select_related("stocktake")
    ]


def _actor(move: Transition, entry: Entry, reader: User) -> str:
    """Return who made a move. A review keeps the reviewer of that time."""
    if Verb(move.verb) not in REVIEWERS_VERBS:
        return name_of_writer(move.by, entry, reader)
    if is_colleague(move.by, reader):
        return str(move.by)
    return name_of_reviewer(entry, chair_then=move.chair_then)


def _is_outside(move: Transition) -> bool:
    """Return whether the entry was with its reviewer before or after this move."""
    return State.SUBMITTED in {move.before, move.after}


def _done(move: Transition) -> object:
    """Return what was done, for the delegation."""
    if move.verb == Verb.SUBMIT and move.after == State.SUBMITTED:
        return SENT_FOR_REVIEW
    return DONE[Verb(move.verb)]


def _done_as_seen_outside(move: Transition) -> object:
    """Return what was done, for the reviewer."""
    return SENT_FOR_REVIEW if move.after == State.SUBMITTED else DONE[Verb(move.verb)]
