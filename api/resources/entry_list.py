"""The list of entries: its filters, its orders, and the entries of a page.

A page is found by keys alone; `entry_rows` reads what it shows. The SQL that finds it
is made once for all lists with the same filters, order and rights.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

import django_filters  # type: ignore[import-untyped]  # it ships no types
from django.db.models import (
    BooleanField,
    Case,
    Expression,
    Q,
    QuerySet,
    UUIDField,
    When,
)
from django.utils.translation import gettext_lazy as _

from accounts.languages import language_choices
from api.compiled import CompiledQuery, OfIds, Parameter
from api.filters import (
    ChoiceFilter,
    DayFilter,
    InstantFilter,
    MemberCommitmentFilters,
    NaturalKeyFilter,
    OrderFilter,
    WordFilter,
    choice_filter,
)
from api.key_paging import KeyPaging, begin_after, page_query
from api.paging import SortKey
from api.resources.entry_rows import redacted
from commitments.models import MemberCommitment, Plan
from progress.models import (
    Entry,
    ExternalRef,
    Handling,
    State,
    Status,
    Stocktake,
)
from progress.querysets.entries import EntryQuerySet
from progress.querysets.search import first_matches
from progress.querysets.visibility import Rights

COMMITMENT_PATH = "member_commitment__commitment__"
PLAN_PATH = f"{COMMITMENT_PATH}plan__slug"
AS_OF_AFTER_HELP = _("Only entries with an as_of on or after this day.")
AS_OF_BEFORE_HELP = _("Only entries with an as_of on or before this day.")
STOCKTAKE_HELP = _("Slug of a stocktake.")
EXTERNAL_REF_HELP = _(
    "What your own system calls the entry. Entries of other members are never found."
)
PUBLISHED_SINCE_HELP = _("Only entries published at or after this instant.")
# Keys of member commitments that a query gets one by one.
MOST_KEYS = 500
# Filters that a large part of all member commitments passes.
WIDE = frozenset({"action", "member_kind"})
# The reader may know of the entry that a correction or a withdrawal supersedes.
SEEN = Q(is_supersession_seen=True)
# So many times the entries that a page has of each stocktake, on average, are read.
SPARE = 4
# The orders in which an index has the entries of one stocktake.
BY_DAY = frozenset({("as_of", "pk"), ("-as_of", "-pk")})


class KindFilter(ChoiceFilter):
    """Entries of a kind, as their reader may know it: see `redacted`."""

    def filter(self, rows: EntryQuerySet, kind: str) -> EntryQuerySet:
        if not kind:
            return rows
        if kind == Entry.Kind.UPDATE:
            return rows.filter(Q(kind=kind) | ~SEEN)
        return rows.filter(SEEN, kind=kind)


class StocktakeFilter(NaturalKeyFilter):
    """Checks the slug of a stocktake. `Asked` finds the stocktakes that have it."""

    def filter(self, rows: EntryQuerySet, slug: str) -> EntryQuerySet:
        return rows


class PublishedSinceFilter(InstantFilter):
    """Entries published at or after an instant, by the index of their order."""

    def filter(self, rows: EntryQuerySet, at: datetime | None) -> EntryQuerySet:
        if at is None:
            return rows
        return rows.filter(Q(publication__gte=at), published_at__isnull=False)


class ExternalRefFilter(django_filters.CharFilter):  # type: ignore[misc]  # untyped base
    """Entries that a system of the reader's own member sent under this name."""

    def filter(self, rows: EntryQuerySet, text: str) -> EntryQuerySet:
        if not text:
            return rows
        # An index finds the few with this name, of any member.
        named = ExternalRef.objects.filter(text=text)
        return rows.filter(pk__in=named.values("entry"), external_ref_text=text)


class EntryFilters(MemberCommitmentFilters):
    stocktake = StocktakeFilter(
        queryset=Stocktake.objects.all(), by="slug", help_text=STOCKTAKE_HELP
    )
    kind = KindFilter(choices=Entry.Kind.choices)
    state = choice_filter("state", State.choices)
    status = choice_filter("status", Status.choices)
    handling = choice_filter("handling", Handling.choices)
    language = choice_filter("language", language_choices())
    external_ref = ExternalRefFilter(help_text=EXTERNAL_REF_HELP)
    as_of_after = DayFilter("as_of", "gte", help_text=AS_OF_AFTER_HELP)
    as_of_before = DayFilter("as_of", "lte", help_text=AS_OF_BEFORE_HELP)
    published_since = PublishedSinceFilter(help_text=PUBLISHED_SINCE_HELP)
    search = WordFilter()
    ordering = OrderFilter(
        as_of="as_of",
        written_at="written_at",
        published_at="publication",
        plan=PLAN_PATH,
        commitment=f"{COMMITMENT_PATH}position",
        member="member_commitment__member_id",
        ties={
            PLAN_PATH: f"{COMMITMENT_PATH}position",
            f"{COMMITMENT_PATH}position": f"{COMMITMENT_PATH}plan_id",
            "member_commitment__member_id": "member_commitment__commitment_id",
        },
    )

    def filter_queryset(self, rows: EntryQuerySet) -> EntryQuerySet:
        """Order the rows. `EntryPaging` filters them, as `Asked` says."""
        name, given = "ordering", self.form.cleaned_data
        ordered: EntryQuerySet = (
            self.filters[name].filter(rows, given[name]) if name in given else rows
        )
        return ordered


Values = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Asked:
    """Which entries a list asks for.

    Lists that are equal in `general` have the same SQL.
    """

    rights: Rights
    # The filters of entries, and those of their member commitments, with their values.
    filters: Values
    owed_filters: Values
    # The keys of these member commitments, if they are few.
    owed: Any = None
    # The keys of the stocktakes that have the slug.
    stocktakes: Any = None

    @classmethod
    def of(cls, rights: Rights, given: Mapping[str, Any]) -> "Asked":
        """Return what valid filters ask for."""
        values = {name: value for name, value in given.items() if value}
        of_owed = MemberCommitmentFilters.names() & values.keys()
        stocktakes = None
        if "stocktake" in values:
            stocktakes = _stocktakes_of(values)
            # A stocktake has entries of its plan alone.
            of_owed -= {"plan"}
        others = values.keys() - of_owed - {"plan", "stocktake", "search", "ordering"}
        asked = cls(
            rights,
            filters=tuple((name, values[name]) for name in sorted(others)),
            owed_filters=tuple((name, values[name]) for name in sorted(of_owed)),
            stocktakes=stocktakes,
        )
        return asked.with_few_owed() if of_owed else asked

    def with_few_owed(self) -> "Asked":
        """Add the keys of the member commitments, if they are few.

        With the keys, PostgreSQL guesses the number of entries well. A long list of
        them would cost more than it saves.
        """
        names = tuple(name for name, _value in self.owed_filters)
        query = _owed_query(names)
        keys = [row["pk"] for row in query.rows(**dict(self.owed_filters))]
        return self if len(keys) > MOST_KEYS else replace(self, owed=keys)

    @property
    def general(self) -> "Asked":
        """Return the same with parameters instead of values.

        The kind stays: what it means as a condition differs from kind to kind.
        """
        return replace(
            self,
            filters=tuple(
                (name, value if name == "kind" else Parameter(name))
                for name, value in self.filters
            ),
            owed_filters=()
            if self.owed is not None
            else tuple((name, Parameter(name)) for name, _value in self.owed_filters),
            owed=None if self.owed is None else Parameter("owed"),
            stocktakes=None if self.stocktakes is None else Parameter("stocktakes"),
        )

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the values that `general` leaves out."""
        listed = {"owed": self.owed, "stocktakes": self.stocktakes}
        return {**dict(self.filters), **dict(self.owed_filters), **listed}

    def is_merged(self, terms: tuple[str, ...]) -> bool:
        """Return whether a list in this order is merged from those of stocktakes."""
        return self.stocktakes is not None and terms in BY_DAY

    def narrow(self, rows: EntryQuerySet, *, is_of_one: bool = False) -> EntryQuerySet:
        """Return the rows that are asked for.

        `is_of_one`: those of one stocktake, for `_merged`.
        """
        for name, value in self.filters:
            rows = EntryFilters.base_filters[name].filter(rows, value)
        if self.owed is not None:
            rows = rows.filter(OfIds("member_commitment", self.owed))
        elif self.owed_filters:
            owed = _owed(self.owed_filters)
            is_wide = WIDE.issuperset(name for name, _value in self.owed_filters)
            among = Q(member_commitment__in=owed)
            rows = rows.filter(among if is_wide else _looked_up(among))
        if is_of_one:
            rows = rows.filter(stocktake=_OneKey(output_field=UUIDField()))
        elif self.stocktakes is not None:
            rows = rows.filter(OfIds("stocktake", self.stocktakes))
        return rows


class _OneKey(Expression):
    """In `_merged`: the key of the stocktake whose entries are read."""

    def as_sql(self, *_given: Any, **_options: Any) -> Any:
        return "one.key", ()


def _looked_up(among: Q) -> Case:
    """Return the same condition, with the keys of its subquery in a table in memory.

    Without CASE, PostgreSQL would join the tables of the subquery for each entry.
    """
    return Case(When(among, then=True), default=False, output_field=BooleanField())


def _owed(filters: Values) -> QuerySet[MemberCommitment]:
    rows = MemberCommitment.objects.all()
    for name, value in filters:
        rows = MemberCommitmentFilters.base_filters[name].filter(rows, value)
    return rows


@lru_cache(maxsize=64)
def _owed_query(names: tuple[str, ...]) -> CompiledQuery:
    """Return the query of member commitments with these filters, some too many."""
    rows = _owed(tuple((name, Parameter(name)) for name in names))
    return CompiledQuery.of(rows, {"pk": "pk"}, limit=str(MOST_KEYS + 1))


def _stocktakes_of(values: Mapping[str, Any]) -> list[UUID]:
    named = {"slug": values["stocktake"]}
    if "plan" in values:
        named["plan__slug"] = values["plan"]
    return [row["pk"] for row in _stocktakes_query(tuple(named)).rows(**named)]


@lru_cache(maxsize=2)
def _stocktakes_query(names: tuple[str, ...]) -> CompiledQuery:
    rows = Stocktake.objects.filter(**{name: Parameter(name) for name in names})
    return CompiledQuery.of(rows, {"pk": "pk"})


@lru_cache(maxsize=1024)
def _page(
    asked: Asked, terms: tuple[str, ...], are_set: tuple[bool, ...]
) -> CompiledQuery:
    """Return the query that finds the entries of a page: see `KeyPaging.run`."""
    rows: Any = begin_after(redacted(asked.rights).order_by(*terms), are_set)
    if not asked.is_merged(terms):
        return page_query(asked.narrow(rows))
    of_one = page_query(asked.narrow(rows, is_of_one=True))
    if not of_one.sql:
        return of_one
    return _merged(of_one, is_descending=terms[0].startswith("-"))


def _merged(of_one: CompiledQuery, *, is_descending: bool) -> CompiledQuery:
    """Return the query of the first entries by day among the first of each stocktake.

    An index has the entries of one stocktake in the order of days. PostgreSQL would
    sort all entries of several.
    """
    direction = "DESC" if is_descending else "ASC"
    of_each = of_one.sql.replace("%(limit)s", "%(of_each)s")
    sql = (
        "SELECT found.*, one.key"  # noqa: S608 - compiled SQL and constants
        " FROM unnest(%(stocktakes)s::uuid[]) AS one (key)"
        f" CROSS JOIN LATERAL ({of_each}) AS found"
        f" ORDER BY 1 {direction}, 2 {direction} LIMIT %(limit)s"
    )
    return replace(of_one, sql=sql, names=(*of_one.names, "stocktake"))


class EntryPaging(KeyPaging):
    """Finds the entries that `Asked` of the view asks for."""

    def read_page(
        self, queryset: QuerySet[Any], towards: Sequence[SortKey], view: Any
    ) -> list[Any]:
        if view.search or towards[0].path == PLAN_PATH:
            return super().read_page(view.asked.narrow(queryset), towards, view)
        query_of = partial(_page, view.asked.general)
        values = view.asked.parameters
        if not view.asked.is_merged(tuple(key.term for key in towards)):
            return self.run(query_of, towards, **values)
        # A page seldom has many entries of one stocktake, so few of each are read. If
        # it has all that were read of some, it may need more of those.
        most = self.size + 1
        few = min(most, SPARE + SPARE * most // max(len(values["stocktakes"]), 1))
        rows = self.run(query_of, towards, of_each=few, **values)
        counts = Counter(row["stocktake"] for row in rows)
        busy = [key for key, count in counts.items() if count == few < most]
        if busy:
            rows = [row for row in rows if row["stocktake"] not in busy]
            of_busy = {**values, "stocktakes": busy}
            rows += self.run(query_of, towards, of_each=most, **of_busy)
            rows.sort(
                key=lambda row: (row["as_of"], row["pk"]),
                reverse=towards[0].is_descending,
            )
        return rows[:most]

    def fetch(self, ordered: Any, keys: Sequence[SortKey], view: Any) -> list[Any]:
        """Return the first entries that a search finds, or those of each plan in turn.

        PostgreSQL finds those of one plan in an index. It would sort those of all
        plans.
        """
        if view.search:
            ordered = first_matches(ordered, view.search, self.size + 1)
        if keys[0].path != PLAN_PATH:
            return super().fetch(ordered, keys, view)
        is_descending, others = keys[0].is_descending, keys[1:]
        plans = Plan.objects.order_by("-slug" if is_descending else "slug")
        if self.cursor:
            bound = "slug__lte" if is_descending else "slug__gte"
            plans = plans.filter(**{bound: self.cursor.values[0]})
        within = ordered.order_by(*(key.term for key in others))
        within = within.values(*sorted({"pk", *(key.path for key in others)}))
        found: list[Any] = []
        for plan, slug in plans.values_list("pk", "slug"):
            rows = within.filter(**{f"{COMMITMENT_PATH}plan": plan})
            found += [
                {PLAN_PATH: slug, **row} for row in rows[: self.size + 1 - len(found)]
            ]
            if len(found) > self.size:
                break
        return found
