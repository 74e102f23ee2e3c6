"""How an entry came to be where it is, as far as a reader may know.

Inside a delegation people have names. Outside, its entry is its member's: who wrote it
is nobody else's business; nor is what happened to it before it was submitted.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from progress.models import Entry, Release, State, Transition
from progress.names import is_colleague, name_of_reviewer, name_of_writer
from progress.permissions import is_reviewer
from progress.transitions import Verb

REVIEWERS_VERBS = frozenset({Verb.RETURN, Verb.PUBLISH})
DONE = {
    Verb.EDIT: gettext_lazy("Draft begun"),
    Verb.SUBMIT: gettext_lazy("Submitted"),
    Verb.SEND_BACK: gettext_lazy("Sent back"),
    Verb.CLEAR: gettext_lazy("Cleared"),
    Verb.RECALL: gettext_lazy("Recalled"),
    Verb.DISCARD: gettext_lazy("Discarded"),
    Verb.RETURN: gettext_lazy("Returned"),
    Verb.PUBLISH: gettext_lazy("Published"),
}
# What the Presidency sees of a clearance is that the entry arrives.
ARRIVED = gettext_lazy("Submitted")


@dataclass(frozen=True)
class Step:
    """One move of an entry, in words."""

    what: str
    who: str
    at: datetime
    after: State
    reason: str


def trail_of(entry: Entry, *, reader: User, at: datetime) -> list[Step]:
    """Every move for the delegation, from submission on for its reviewer, else none."""
    is_ours = reader.delegation == entry.member_code
    if not is_ours and not is_reviewer(reader, entry, at=at):
        return []
    moves = (
        entry.transitions.with_chair_then().select_related("by").order_by("at", "pk")
    )
    steps = [
        Step(
            what=str(DONE[Verb(move.verb)] if is_ours else _seen_outside(move)),
            who=_actor(move, entry, reader),
            at=move.at,
            after=State(move.after),
            reason=move.reason,
        )
        for move in moves
        if is_ours or _is_outside(move)
    ]
    # Python's sort is stable: two moves of one instant keep their order.
    return sorted([*steps, *_releases(entry, reader, at)], key=lambda step: step.at)


def _releases(entry: Entry, reader: User, at: datetime) -> list[Step]:
    """It left its stocktake: a decision about it, not a move of its own."""
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
    """Of a review: whoever reviewed then, though another be the second reviewer now."""
    if Verb(move.verb) not in REVIEWERS_VERBS:
        return name_of_writer(move.by, entry, reader)
    if is_colleague(move.by, reader):
        return str(move.by)
    return name_of_reviewer(entry, chair_then=move.chair_then)


def _is_outside(move: Transition) -> bool:
    """Did the Presidency have it before or after this move?"""
    return State.SUBMITTED in {move.before, move.after}


def _seen_outside(move: Transition) -> object:
    return ARRIVED if move.verb == Verb.CLEAR else DONE[Verb(move.verb)]
