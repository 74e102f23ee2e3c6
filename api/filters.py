"""The filters of lists. Each resource builds its own set from these.

django-filter reads and applies them. Values that it would ignore are refused here.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, ClassVar

import django_filters  # type: ignore[import-untyped]  # it ships no types
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import (  # type: ignore[import-untyped]  # nor here
    DjangoFilterBackend,
)
from drf_spectacular.utils import extend_schema_field
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import Member
from api.compiled import OfIds
from api.fields import PLAN_NEEDED
from api.problems import Fault, InvalidParameters
from api.values import (
    DateField,
    NaturalKeyField,
    NaturalKeysField,
    OneOfField,
    OrderField,
    StrictInstantField,
)
from commitments.models import Action, Commitment, Instrument, Plan, SubArea
from commitments.querysets import Concerns
from progress.models import Stocktake

Rows = QuerySet[Model]
MEMBER_HELP = _(
    "Code of a member, for example JP. Repeat the parameter for several members."
)


class StrictFilterBackend(DjangoFilterBackend):  # type: ignore[misc]  # untyped base
    """Applies the view's filters. Raises InvalidParameters for an invalid value."""

    def filter_queryset(self, request: Request, queryset: Rows, view: APIView) -> Rows:
        narrowed: Rows = self.valid_filters(request, queryset, view).qs
        return narrowed

    def valid_filters(self, request: Request, queryset: Rows, view: APIView) -> Any:
        """Return the filters with valid values. Raises InvalidParameters."""
        filters = self.get_filterset(request, queryset, view)
        if not filters.is_valid():
            raise InvalidParameters(parameter_faults(filters.errors.as_data()))
        return filters


def parameter_faults(found: Mapping[str, list[ValidationError]]) -> list[Fault]:
    """Return the faults of parameters, from their errors by name."""
    return [
        Fault(error.messages[0], error.code or "invalid", parameter=name)
        for name, errors in found.items()
        for error in errors
    ]


class Filters(django_filters.FilterSet):  # type: ignore[misc]  # untyped base
    """The filters of one resource."""

    base_filters: ClassVar[Mapping[str, Any]]

    def __init__(self, data: Mapping[str, Any], *args: Any, **named: Any) -> None:
        """Keep only the filters that a request uses: each is copied, and costs time."""
        self.__dict__["base_filters"] = {
            name: given
            for name, given in self.base_filters.items()
            if name in data or given.extra["required"]
        }
        super().__init__(data, *args, **named)

    @classmethod
    def names(cls) -> frozenset[str]:
        return frozenset(cls.base_filters)

    @classmethod
    def repeatable_names(cls) -> frozenset[str]:
        return frozenset(
            name
            for name, given in cls.base_filters.items()
            if isinstance(given, django_filters.MultipleChoiceFilter)
        )


class NaturalKeyFilter(django_filters.CharFilter):  # type: ignore[misc]  # untyped base
    """Rows that belong to the row with this natural key."""

    field_class = NaturalKeyField


# What a list of entries has under this name, drf-spectacular could not find out.
@extend_schema_field({"type": "string", "description": MEMBER_HELP})
class NaturalKeysFilter(django_filters.MultipleChoiceFilter):  # type: ignore[misc]  # untyped base
    """Rows that belong to any of the rows with these natural keys."""

    field_class = NaturalKeysField

    def filter(self, rows: Rows, names: list[str]) -> Rows:
        return rows.filter(OfIds(self.field_name, names, "text")) if names else rows


class ChoiceFilter(django_filters.ChoiceFilter):  # type: ignore[misc]  # untyped base
    """Rows with this value of a field that has a fixed set of values."""

    field_class = OneOfField


class DayFilter(django_filters.DateFilter):  # type: ignore[misc]  # untyped base
    """Rows compared with a day."""

    field_class = DateField


class InstantFilter(django_filters.IsoDateTimeFilter):  # type: ignore[misc]  # untyped base
    """Rows compared with an instant."""

    field_class = StrictInstantField


class SearchFilter(django_filters.CharFilter):  # type: ignore[misc]  # untyped base
    """Rows with the text in one of some columns, in upper or lower case."""

    def __init__(self, *columns: str, **named: str) -> None:
        """`named` are columns that the query adds, by their public names."""
        names = [*(column.split("__")[-1] for column in columns), *named]
        super().__init__(
            help_text=format_lazy(
                _("Case-insensitive substring of {columns}."),
                columns=" or ".join(filter(None, [", ".join(names[:-1]), names[-1]])),
            )
        )
        self.columns = (*columns, *named.values())

    def filter(self, rows: Rows, text: str) -> Rows:
        if not text:
            return rows
        matches = [Q(**{f"{column}__icontains": text}) for column in self.columns]
        return rows.filter(reduce(or_, matches))


class WordFilter(django_filters.CharFilter):  # type: ignore[misc]  # untyped base
    """Rows with all words of a text. `EntryPaging` looks for them."""

    def __init__(self) -> None:
        super().__init__(
            help_text=_(
                "Words that the text of the entry has, in any order. Give whole words"
                " or their beginnings. Case, accents and punctuation make no"
                " difference. Chinese and Japanese are found anywhere."
            )
        )

    def filter(self, rows: Rows, text: str) -> Rows:
        return rows


class OrderFilter(django_filters.CharFilter):  # type: ignore[misc]  # untyped base
    """The order of a list: each public name, with the path to its column."""

    field_class = OrderField

    def __init__(
        self, *, ties: Mapping[str, str] | None = None, **columns: str
    ) -> None:
        """`ties` are paths that order rows with equal values in another path.

        They are in the same table, so that one index serves both.
        """
        super().__init__(
            columns=columns,
            help_text=format_lazy(
                _(
                    "Comma-separated list of {names}. Put a minus before a name for"
                    " descending order."
                ),
                names=", ".join(columns),
            ),
        )
        self.ties = ties or {}

    def filter(self, rows: Rows, order: Sequence[str]) -> Rows:
        if not order:
            return rows
        sign, path = ("-" if order[-1][0] == "-" else ""), order[-1].removeprefix("-")
        tie = [sign + self.ties[path]] if path in self.ties else []
        return rows.order_by(*order, *tie)


class ConcernsFilter(NaturalKeyFilter):
    """Rows whose commitment concerns an instrument: see `CommitmentQuerySet`."""

    def filter(self, rows: Rows, slug: str) -> Rows:
        return rows.filter(Concerns(self.field_name, slug)) if slug else rows


# ---- Filters that several resources use. `path` leads from a resource's rows to the
# column.


def plan_filter(path: str, **options: Any) -> NaturalKeyFilter:
    return NaturalKeyFilter(
        path,
        queryset=Plan.objects.all(),
        by="slug",
        error_messages={"required": PLAN_NEEDED},
        help_text=_("Slug of a plan, for example ise-shima-2016-ct."),
        **options,
    )


def action_filter(path: str) -> NaturalKeyFilter:
    return NaturalKeyFilter(
        path,
        queryset=Action.objects.all(),
        by="number",
        pattern="[1-9][0-9]{0,3}",
        help_text=_("Code of an action, for example 1."),
    )


def sub_area_filter(path: str) -> NaturalKeyFilter:
    return NaturalKeyFilter(
        path,
        queryset=SubArea.objects.all(),
        by="code",
        help_text=_("Code of a sub-area, for example 1.2."),
    )


def commitment_filter(path: str) -> NaturalKeyFilter:
    return NaturalKeyFilter(
        path,
        queryset=Commitment.objects.all(),
        by="code",
        help_text=_("Code of a commitment, for example 1.2.3."),
    )


def instrument_filter(path: str) -> NaturalKeyFilter:
    return NaturalKeyFilter(
        path,
        queryset=Instrument.objects.all(),
        by="slug",
        help_text=_(
            "Slug of an instrument that the commitment names, for example interpol."
        ),
    )


def instrument_owner_filter(path: str) -> ConcernsFilter:
    return ConcernsFilter(
        path,
        queryset=Instrument.objects.all(),
        by="slug",
        help_text=_(
            "Slug of an instrument that the commitment concerns, for example interpol:"
            " it names that instrument, or one that it owns."
        ),
    )


def stocktake_filter(path: str, **options: Any) -> NaturalKeyFilter:
    return NaturalKeyFilter(
        path,
        queryset=Stocktake.objects.all(),
        by="slug",
        help_text=_("Slug of a stocktake."),
        **options,
    )


def member_filter(path: str) -> NaturalKeysFilter:
    return NaturalKeysFilter(
        path,
        queryset=Member.objects.all(),
        by="code",
        help_text=MEMBER_HELP,
    )


def choice_filter(
    path: str, choices: Sequence[tuple[str, Any]], **options: Any
) -> ChoiceFilter:
    return ChoiceFilter(path, choices=choices, **options)


class MemberCommitmentFilters(Filters):
    """The filters by commitment and member, for several resources.

    The paths lead from a member commitment.
    """

    plan = plan_filter("commitment__plan__slug")
    action = action_filter("commitment__action__number")
    sub_area = sub_area_filter("commitment__sub_area__code")
    commitment = commitment_filter("commitment__code")
    instrument = instrument_filter("commitment__instruments__slug")
    instrument_owner = instrument_owner_filter("commitment")
    member = member_filter("member__code")
    member_kind = choice_filter("member__kind", Member.Kind.choices)
