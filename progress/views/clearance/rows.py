"""The list of a head of delegation: what waits for clearance, and what was cleared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from uuid import UUID

from django.core.paginator import Page
from django.db.models import Q

from accounts.requests import UserRequest
from progress.entries.signatories import SigningNotice, signing_notice
from progress.models import Clearance, Entry, State
from progress.permissions import can
from progress.querysets.entries import EntryQuerySet
from progress.transitions import Verb
from progress.views.batches import list_page
from progress.views.lookups import in_plan_order

# How long the list says that a head has just cleared an entry.
JUST_NOW = timedelta(hours=1)


@dataclass(frozen=True)
class DeskRow:
    """An entry in the list, and what this head can do with it."""

    entry: Entry
    can_clear: bool
    is_just_cleared: bool
    # Why this head cannot clear it, and who can. Only where it waits for clearance.
    signing: SigningNotice | None

    @property
    def is_waiting(self) -> bool:
        return self.entry.state == State.IN_CLEARANCE


@dataclass(frozen=True)
class DeskList:
    """The entries of a delegation in clearance, then those with the Presidency."""

    request: UserRequest
    entries: Sequence[Entry]
    # What was decided last, also if it has left the list, in its place.
    after: UUID | None = None

    @cached_property
    def waiting(self) -> list[Entry]:
        return [one for one in self.entries if one.state == State.IN_CLEARANCE]

    @cached_property
    def sent(self) -> list[Entry]:
        return [one for one in self.entries if one.state == State.SUBMITTED]

    @cached_property
    def to_clear(self) -> list[Entry]:
        """Return what this head can clear."""
        return [one for one in self.waiting if self.can_clear(one)]

    @cached_property
    def decided(self) -> Entry | None:
        """Return what was decided last, if it is known."""
        return next((one for one in self.entries if one.pk == self.after), None)

    def can_clear(self, entry: Entry) -> bool:
        return can(Verb.CLEAR, self.request.user, entry, at=self.request.at)

    def next_one(self) -> Entry | None:
        """Return the next to clear, from the start after the last, or to send back."""
        in_plan_order = list(self.entries)
        place = in_plan_order.index(self.decided) + 1 if self.decided else 0
        around = [*in_plan_order[place:], *in_plan_order[:place]]
        for choice in (self.to_clear, self.waiting):
            if found := next((one for one in around if one in choice), None):
                return found
        return None

    def page_of(self, entry: Entry | None) -> "Page[Entry]":
        """Return the page of the list that the address names, or that of an entry."""
        rows = [*self.waiting, *self.sent]
        return list_page(self.request, rows, holding=entry)

    def rows_of(self, page: Sequence[Entry]) -> list[DeskRow]:
        """Return the rows of a page: a query, and one for all heads."""
        sent = {one.pk for one in page if one.state == State.SUBMITTED}
        just_cleared = self._just_cleared(sent) if sent else set()
        return [self._row(entry, just_cleared) for entry in page]

    def _just_cleared(self, sent: set[UUID]) -> set[UUID]:
        user, at = self.request.user, self.request.at
        by_me = Clearance.objects.filter(cleared_by=user, entry__in=sent)
        recent = by_me.filter(cleared_at__gte=at - JUST_NOW)
        return set(recent.values_list("entry", flat=True))

    def _row(self, entry: Entry, just_cleared: set[UUID]) -> DeskRow:
        is_waiting = entry.state == State.IN_CLEARANCE
        can_clear = is_waiting and self.can_clear(entry)
        is_mine = is_waiting and not can_clear
        user, at = self.request.user, self.request.at
        return DeskRow(
            entry=entry,
            can_clear=can_clear,
            is_just_cleared=not is_waiting and entry.pk in just_cleared,
            signing=signing_notice(entry, user, at) if is_mine else None,
        )


def desk_list(request: UserRequest, after: UUID | None = None) -> DeskList:
    """Return the list of this head. Two queries."""
    of_list = Q(state__in=[State.IN_CLEARANCE, State.SUBMITTED])
    wanted = own_entries(request).filter(of_list | Q(pk=after))
    entries = in_plan_order(wanted).without_text().prefetch_related("authors")
    return DeskList(request, list(entries), after)


def own_entries(request: UserRequest) -> EntryQuerySet:
    """Return the entries of the head's own delegation."""
    visible = Entry.objects.visible_to(request.user, request.at)
    return visible.filter(member_commitment__member=request.user.delegation)
