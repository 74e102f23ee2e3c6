"""A plan as a table: its commitments in plan order, and the members they bind.

It takes one query, because the matrix may take few: the members and instruments of each
commitment come as arrays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from accounts.compiled_queries import CompiledOnce
from accounts.models import Member, members_in_order
from commitments.models import Commitment, Instrument, Plan, Summit

# All columns of a member, and those columns of an instrument that a list needs.
_MEMBER = {field.name: field.name for field in Member._meta.concrete_fields}
_NAMED = {"slug": "slug", "name": "name", "kind": "kind"}


@dataclass(frozen=True)
class NamedInstrument:
    """An instrument with the columns that a list needs."""

    slug: str
    name: str
    kind: str

    @property
    def kind_label(self) -> str:
        return str(Instrument.Kind(self.kind).label)


@dataclass(frozen=True)
class PlanLine:
    """One commitment, the members it binds, and the instruments it names."""

    commitment: Commitment
    member_codes: frozenset[str]
    instruments: Sequence[NamedInstrument]


@dataclass(frozen=True)
class LastSummit:
    """The last summit that ended before a given day."""

    name: str
    year: int
    ended_on: date


@dataclass(frozen=True)
class NextSummit:
    """The first summit that has not ended before a given day."""

    name: str
    year: int
    starts_on: date


@dataclass(frozen=True)
class PlanTable:
    """A plan with its commitments, members and last summit."""

    plan: Plan
    lines: Sequence[PlanLine]
    members: Sequence[Member]
    last_summit: LastSummit | None
    next_summit: NextSummit | None

    @property
    def instruments(self) -> list[NamedInstrument]:
        """The instruments that the plan names, each once, ordered by name."""
        named = {instrument for line in self.lines for instrument in line.instruments}
        return sorted(named, key=lambda named: (named.name.casefold(), named.slug))


def newest_plans() -> QuerySet[Plan]:
    return Plan.objects.order_by("-adopted_on", "pk")


def plan_table(slug: str | None, *, on: date) -> PlanTable | None:
    """Return the named plan, or the newest, or None. One query."""
    rows = _rows(slug=slug, on=on)
    if not rows:
        return None
    bound_by_code = {bound["code"]: bound for row in rows for bound in row.bound}
    return PlanTable(
        plan=rows[0].plan,
        lines=[
            PlanLine(
                commitment=row,
                member_codes=frozenset(bound["code"] for bound in row.bound),
                instruments=[NamedInstrument(**named) for named in row.named],
            )
            for row in rows
        ],
        members=members_in_order(Member(**bound) for bound in bound_by_code.values()),
        last_summit=_last_summit(rows[0]),
        next_summit=_next_summit(rows[0]),
    )


def _last_summit(row: Any) -> LastSummit | None:
    if row.summit_name is None:
        return None
    return LastSummit(row.summit_name, row.summit_year, row.summit_ended_on)


def _next_summit(row: Any) -> NextSummit | None:
    if row.next_name is None:
        return None
    return NextSummit(row.next_name, row.next_year, row.next_starts_on)


@CompiledOnce
def _rows(*, slug: str | None, on: date) -> Any:
    """Return commitments with annotations, which is why the type is `Any`."""
    plan = newest_plans().values("pk")[:1]
    named = Instrument.objects.filter(commitments=OuterRef("pk")).order_by("name", "pk")
    bound = Member.objects.filter(member_commitments__commitment=OuterRef("pk"))
    summit = Summit.objects.filter(ends_on__lt=on).order_by("-ends_on", "-pk")
    following = Summit.objects.filter(ends_on__gte=on).order_by("starts_on", "pk")
    return (
        Commitment.objects.filter(
            **({"plan__slug": slug} if slug else {"plan": Subquery(plan)})
        )
        .select_related("plan__summit", "action", "sub_area")
        .defer("plan__source_text", "plan__preamble")
        .annotate(
            bound=ArraySubquery(bound.values(row=JSONObject(**_MEMBER))),
            named=ArraySubquery(named.values(row=JSONObject(**_NAMED))),
            summit_name=Subquery(summit.values("name")[:1]),
            summit_year=Subquery(summit.values("year")[:1]),
            summit_ended_on=Subquery(summit.values("ends_on")[:1]),
            next_name=Subquery(following.values("name")[:1]),
            next_year=Subquery(following.values("year")[:1]),
            next_starts_on=Subquery(following.values("starts_on")[:1]),
        )
        .order_by("position", "pk")
    )
