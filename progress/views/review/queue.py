"""The list of a reviewer: what waits, what waits for another, and what is not back."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.compiled_queries import CompiledOnce
from accounts.models import User
from accounts.requests import UserRequest
from accounts.wording.names import name_order
from progress.models import Entry, Round, State
from progress.permissions import is_reviewer
from progress.querysets.visibility import reviewed_by
from progress.views.batches import list_page
from progress.views.lookups import in_plan_order

# Where a returned entry can be until it is sent again. Named one by one, so that an
# index finds the few entries in them.
AWAY = [state for state in State if state not in {State.SUBMITTED, State.PUBLISHED}]
ORDERS = {
    "oldest": _("Oldest first"),
    "commitment": _("By commitment"),
    "member": _("By member"),
}
# What an address says of the list. It is kept from one entry to the next.
LIST_PARAMETERS = ("order", "member", "stocktake")
_PLACE = (
    "-member_commitment__commitment__plan__adopted_on",
    "member_commitment__commitment__position",
)
_NAME = "member_commitment__member__name"


class Waiting(NamedTuple):
    """A submitted entry, as the list counts, narrows and orders it."""

    pk: UUID
    member: str
    member_name: str
    # A state before an organization: their names are in this order.
    member_kind: str
    # Its slug and its plan's, as an address names it. None: it is in no stocktake.
    stocktake: str | None
    plan: str | None
    stocktake_title: str | None

    @property
    def stocktake_key(self) -> str:
        return f"{self.plan}:{self.stocktake}" if self.stocktake else "none"


@dataclass(frozen=True)
class Choice:
    """A value by which the list can be narrowed or ordered, with its count."""

    value: str
    label: str | Promise
    count: int | None
    is_chosen: bool


@dataclass(frozen=True)
class ReviewRow:
    """A row of the page: `part` says which of the three lists it is in."""

    part: str
    entry: Entry
    # The last return, where the entry is not back yet.
    returned: Round | None = None


@dataclass(frozen=True)
class ReviewQueue:
    """What a reviewer has to do, in the order and of the member they chose."""

    request: UserRequest
    # All that waits for this reviewer, and at the chair for its second reviewer.
    keys: Sequence[Waiting]
    all_returned: Sequence[Round]

    @cached_property
    def order(self) -> str:
        return _known(self.request, "order", ORDERS) or "oldest"

    @cached_property
    def member(self) -> str:
        return _known(self.request, "member", {key.member for key in self._mine})

    @cached_property
    def stocktake(self) -> str:
        keys = {key.stocktake_key for key in self._mine}
        return _known(self.request, "stocktake", keys)

    @cached_property
    def _mine(self) -> list[Waiting]:
        own = self.request.user.delegation
        return [key for key in self.keys if key.member != own]

    @cached_property
    def all_waiting(self) -> list[UUID]:
        """Return all that waits for this reviewer, also of what is not listed now."""
        return [key.pk for key in self._mine]

    @cached_property
    def waiting(self) -> list[UUID]:
        return [key.pk for key in self._mine if self._is_listed(key)]

    def _is_listed(self, key: Waiting) -> bool:
        return self.member in {"", key.member} and (
            self.stocktake in {"", key.stocktake_key}
        )

    @cached_property
    def for_second_reviewer(self) -> list[UUID]:
        """Return what waits of the chair's own member: no one there may review it."""
        if self.is_narrowed:
            return []
        own = self.request.user.delegation
        return [key.pk for key in self.keys if key.member == own]

    @cached_property
    def returned(self) -> list[Round]:
        """Return the last returns. Of a stocktake only the submitted entries tell."""
        if self.stocktake:
            return []
        return [
            one
            for one in self.all_returned
            if self.member in {"", one.entry.member_code}
        ]

    def has(self, entry: UUID | None) -> bool:
        """Return whether this reviewer can open an entry, listed or not."""
        away = {one.entry_id for one in self.all_returned}
        return entry in away or entry in self.all_waiting

    @property
    def is_narrowed(self) -> bool:
        return bool(self.member or self.stocktake)

    def query(self) -> str:
        """Return the query that keeps this list, with its "?", or nothing."""
        order = "" if self.order == "oldest" else self.order
        kept = {"order": order, "member": self.member, "stocktake": self.stocktake}
        query = urlencode({name: value for name, value in kept.items() if value})
        return f"?{query}" if query else ""

    def query_and(self) -> str:
        """Return the start of a query that keeps this list. A field must follow."""
        query = self.query()
        return f"{query}&" if query else "?"

    def page_of(self, chosen: UUID | None) -> "Page[UUID | Round]":
        """Return the page that the address names, or else the one with an entry."""
        rows: list[UUID | Round] = [*self.waiting, *self.for_second_reviewer]
        rows += self.returned
        holding = next((row for row in rows if _key_of(row) == chosen), None)
        return list_page(self.request, rows, holding=holding)

    def rows_of(self, page: Iterable[UUID | Round]) -> list[ReviewRow]:
        """Return the rows of a page. One query."""
        rows = list(page)
        wanted = tuple(row for row in rows if isinstance(row, UUID))
        found = {entry.pk: entry for entry in _entries(keys=wanted)} if wanted else {}
        theirs = set(self.for_second_reviewer)
        return [
            ReviewRow("returned", row.entry, row)
            if isinstance(row, Round)
            else ReviewRow("second" if row in theirs else "waiting", found[row])
            for row in rows
            if isinstance(row, Round) or row in found
        ]

    # ---- What it can be narrowed to and ordered by -----------------------------------

    def orders(self) -> list[Choice]:
        return [
            Choice(value, label, None, value == self.order)
            for value, label in ORDERS.items()
        ]

    def members(self) -> list[Choice]:
        counts = Counter(key.member for key in self._mine)
        members = {key.member: (key.member_kind, key.member_name) for key in self._mine}
        in_order = sorted(
            (kind != "state", name_order(name), code)
            for code, (kind, name) in members.items()
        )
        return [
            Choice(code, name, counts[code], code == self.member)
            for _is_last, (_folded, name), code in in_order
        ]

    def stocktakes(self) -> list[Choice]:
        """Return the stocktakes of what waits. One alone is no choice."""
        counts = Counter(key.stocktake_key for key in self._mine)
        titles = {key.stocktake_key: key.stocktake_title for key in self._mine}
        if len(titles) < 2:
            return []
        return [
            Choice(value, title or _("Outside a stocktake"), counts[value],
                   value == self.stocktake)
            for value, title in titles.items()
        ]  # fmt: skip


def review_queue(request: UserRequest) -> ReviewQueue:
    """Return the list of this reviewer. Two queries."""
    user, at = request.user, request.at
    order = request.GET.get("order")
    rows = _keys(
        reader=user,
        at=at,
        by_commitment=order == "commitment",
        by_member=order == "member",
    )
    waiting = [Waiting(*row) for row in rows]
    if order == "member":
        # The database knows the English names only.
        waiting.sort(key=lambda one: name_order(one.member_name))
    return ReviewQueue(request, waiting, _away(user, at))


@CompiledOnce
def _keys(
    *, reader: User, at: datetime, by_commitment: bool, by_member: bool
) -> QuerySet[Entry, tuple[Any, ...]]:
    wanted = reviewed_by(reader, at)
    if reader.is_presidency(at):
        wanted |= Q(member_commitment__member=reader.delegation)
    visible = Entry.objects.visible_to(reader, at)
    order: tuple[str, ...] = ("submitted_at",)
    if by_commitment:
        order = (*_PLACE, _NAME)
    elif by_member:
        order = (_NAME, *_PLACE)
    waiting = visible.filter(wanted, state=State.SUBMITTED)
    return waiting.order_by(*order, "pk").values_list(
        "pk",
        "member_commitment__member",
        "member_commitment__member__name",
        "member_commitment__member__kind",
        "stocktake__slug",
        "stocktake__plan__slug",
        "stocktake__title",
    )


@CompiledOnce
def _entries(*, keys: tuple[UUID, ...]) -> QuerySet[Entry]:
    """Return entries that the list has found to be visible."""
    return in_plan_order(Entry.objects.filter(pk__in=keys)).without_text()


def _away(user: User, at: datetime) -> list[Round]:
    """Return the last return of each entry that is not submitted again, newest first.

    The reviewer does not learn in which state such an entry is.
    """
    last = {one.entry_id: one for one in _returns(reader=user, at=at)}
    mine = [one for one in last.values() if is_reviewer(user, one.entry, at=at)]
    return sorted(mine, key=attrgetter("returned_at"), reverse=True)


@CompiledOnce
def _returns(*, reader: User, at: datetime) -> QuerySet[Round]:
    rounds = Round.objects.visible_to(reader, at).filter(entry__state__in=AWAY)
    commitment = "entry__member_commitment__commitment"
    return (
        rounds.select_related(commitment, "entry__member_commitment__member")
        .select_related("entry__stocktake")
        .only(
            "entry", "number", "returned_at",
            "entry__member_commitment", "entry__stocktake", "entry__state",
            "entry__member_commitment__member__name",
            f"{commitment}__code", f"{commitment}__short_title",
            "entry__stocktake__second_reviewer",
        )
        .order_by("entry", "number")
    )  # fmt: skip


def _known(request: UserRequest, name: str, values: Iterable[str]) -> str:
    """Return the value of an address, or nothing if the list knows none such."""
    asked = request.GET.get(name, "")
    return asked if asked in values else ""


def _key_of(row: UUID | Round) -> UUID:
    return row.entry_id if isinstance(row, Round) else row
