"""Which entries a reader may know of: rule 4 as conditions of a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Q, QuerySet

from accounts.models import Scope
from commitments.models import MemberCommitment

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


def readable_handlings(reader: User) -> list[str]:
    """Return the labels that this reader may read from every member."""
    if not reader.reads_entries:
        return []
    if reader.may(Scope.READ_GREEN):
        return ["clear", "green"]
    return ["clear"] if reader.may(Scope.READ_CLEAR) else []


def highest_handling(reader: User, at: datetime) -> str:
    """Return the most restricted label of what this reader may read, or nothing."""
    if reader.is_presidency(at) or (reader.may(Scope.READ_OWN) and reader.delegation):
        return "amber"
    return next(reversed(readable_handlings(reader)), "")


def visibility_q(reader: User, at: datetime) -> Q:
    """Return rule 4 as one condition: the union of what each role lets a reader see."""
    visible = Q(pk__in=[])
    published = Q(state="published")
    if handlings := readable_handlings(reader):
        visible |= published & Q(handling__in=handlings)
    if reader.delegation and reader.may(Scope.READ_OWN):
        visible |= Q(member_commitment__in=_owed_by(reader.delegation))
    if reader.is_presidency(at):
        # It reads its own member's entries as their delegation: see above.
        visible |= published | Q(state="submitted")
    if reader.delegation and reader.scopes is None:
        reached = Q(state__in=["submitted", "published"])
        visible |= reached & second_reviewed(reader, at)
    return visible


def _owed_by(member: str | None) -> QuerySet[MemberCommitment]:
    """Return what a member owes, for a condition that needs no join.

    A join would keep the index of positions from giving its rows in order.
    """
    return MemberCommitment.objects.filter(member=member)


def reviewed_by(reader: User, at: datetime, *, of: str = "") -> Q:
    """Return the condition that the reader reviews a row's entry, at an instant.

    `of` is the path from the row to the entry; without it the row is the entry itself.
    `permissions.is_reviewer` is the same rule for one entry.
    """
    if reader.delegation is None:
        return Q(pk__in=[])
    is_own = Q((f"{of}member_commitment__member", reader.delegation))
    if reader.is_presidency(at):
        return ~is_own
    return second_reviewed(reader, at, of=of) & ~is_own


def second_reviewed(reader: User, at: datetime, *, of: str = "") -> Q:
    """Return the condition that the reader is second reviewer of a row's entry.

    `of` is the path from the row to the entry; without it the row is the entry itself.
    """
    stocktakes = apps.get_model("progress", "Stocktake").objects
    return Q(
        (f"{of}stocktake__in", stocktakes.filter(second_reviewer=reader.pk)),
        (f"{of}member_commitment__in", _owed_by(reader.chair_at(at))),
    )
