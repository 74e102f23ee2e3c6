"""Stocktakes, and the decisions about them that a reader may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, Count, F, Max, Q, When
from django.db.models.functions import Collate

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from progress.models import Extension, Release, Stocktake  # noqa: F401


# The values of `Stocktake.State`, in the order of the list of stocktakes.
_IN_STATE = {
    "open": Q(opened_at__isnull=False, closed_at__isnull=True),
    "planned": Q(opened_at__isnull=True, closed_at__isnull=True),
    "closed": Q(closed_at__isnull=False),
}


class StocktakeQuerySet(models.QuerySet["Stocktake"]):
    def visible_to(self, reader: User) -> Self:
        """Return all stocktakes to everyone who reads entries."""
        reads = reader.reads_entries
        return self.all() if reads else self.none()

    def open(self) -> Self:
        return self.in_state("open")

    def in_state(self, state: str) -> Self:
        return self.filter(_IN_STATE[state])

    def count_states(self) -> dict[str, int]:
        """Return how many are in each state. One query."""
        counts = {state: Count("pk", filter=of) for state, of in _IN_STATE.items()}
        return self.aggregate(**counts)

    def in_list_order(self, ordering: str) -> Self:
        """Order by one column of the list, by default open ones first, then the newest.

        Titles are in the order of their characters, as Python sorts them.
        """
        sign = "-" if ordering.startswith("-") else ""
        column = ordering.removeprefix("-")
        if column not in {"title", "opens_at", "due_at"}:
            places = [
                When(of, then=place) for place, of in enumerate(_IN_STATE.values())
            ]
            return self.order_by(Case(*places), "-opens_at", "pk")
        key = Collate("title", "C") if column == "title" else F(column)
        return self.order_by(key.desc() if sign else key.asc(), f"{sign}pk")

    def with_time_for(self, member: str | None) -> Self:
        """Annotate `extended_until`, from extensions for this member and for all.

        Without a member only extensions for all count.
        """
        theirs = Q(extensions__member=None) | Q(extensions__member=member)
        return self.annotate(extended_until=Max("extensions__ends_at", filter=theirs))

    def in_hand_at(self, at: datetime) -> Self:
        """Return the stocktakes opened by an instant: the one in hand comes first.

        It is the newest of a plan. It stays in hand after its close, until the next one
        opens.
        """
        return self.filter(opened_at__lte=at).order_by("-opened_at", "-pk")


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """Return extensions for all, and those of the reader's own member.

        Another member's extension would reveal that it still owes entries.
        """
        if reader.is_presidency(at):
            return self.all()
        return self.filter(Q(member=None) | Q(member=reader.delegation or ""))


class ReleaseQuerySet(models.QuerySet["Release"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """Return releases of the reader's own entries; the Presidency sees all."""
        if reader.is_presidency(at):
            return self.all()
        return self.filter(entry__member_commitment__member=reader.delegation or "")
