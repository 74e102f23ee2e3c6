"""What a list can be narrowed by. Each resource names its filters from these.

django-filter reads and applies them; what it would pass over in silence is refused.
"""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

import django_filters  # type: ignore[import-untyped]  # it ships no types
from django.db.models import Model, Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import (  # type: ignore[import-untyped]  # nor here
    DjangoFilterBackend,
)
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import Member
from api.problems import Fault, InvalidParameters
from api.values import (
    DateField,
    NamingSeveralField,
    NaturalKeyField,
    OrderField,
    StrictInstantField,
)
from commitments.models import Action, Commitment, Instrument, Plan, SubArea
from progress.models import Stocktake

Rows = QuerySet[Model]


class StrictFilterBackend(DjangoFilterBackend):  # type: ignore[misc]  # untyped base
    """Applies the view's filters, and refuses a value that cannot be read."""

    def filter_queryset(self, request: Request, queryset: Rows, view: APIView) -> Rows:
        filters = self.get_filterset(request, queryset, view)
        if not filters.is_valid():
            raise InvalidParameters(
                [
                    Fault(error.messages[0], error.code or "invalid", parameter=name)
                    for name, errors in filters.errors.as_data().items()
                    for error in errors
                ]
            )
        narrowed: Rows = filters.qs
        return narrowed


class Filters(django_filters.FilterSet):  # type: ignore[misc]  # untyped base
    """The filters of one resource."""

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


class NamingFilter(django_filters.CharFilter):  # type: ignore[misc]  # untyped base
    field_class = NaturalKeyField


class NamingSeveralFilter(django_filters.MultipleChoiceFilter):  # type: ignore[misc]  # untyped base
    field_class = NamingSeveralField

    def filter(self, rows: Rows, names: list[str]) -> Rows:
        return rows.filter(**{f"{self.field_name}__in": names}) if names else rows


class ChoiceFilter(django_filters.ChoiceFilter):  # type: ignore[misc]  # untyped base
    """One of the words that a field can hold."""


class DayFilter(django_filters.DateFilter):  # type: ignore[misc]  # untyped base
    field_class = DateField


class InstantFilter(django_filters.IsoDateTimeFilter):  # type: ignore[misc]  # untyped base
    field_class = StrictInstantField


class SearchFilter(django_filters.CharFilter):  # type: ignore[misc]  # untyped base
    """Rows in which one of some columns holds the words, whatever their case."""

    def __init__(self, *columns: str) -> None:
        super().__init__(
            help_text=format_lazy(
                _("Words as they stand in {columns}, whatever their case."),
                columns=", ".join(column.split("__")[-1] for column in columns),
            )
        )
        self.columns = columns

    def filter(self, rows: Rows, words: str) -> Rows:
        if not words:
            return rows
        holds = [Q(**{f"{column}__icontains": words}) for column in self.columns]
        return rows.filter(reduce(or_, holds))


class OrderFilter(django_filters.CharFilter):  # type: ignore[misc]  # untyped base
    """The columns a list can be ordered by, each with where it is found."""

    field_class = OrderField

    def __init__(self, **columns: str) -> None:
        super().__init__(
            columns=columns,
            help_text=format_lazy(
                _("By {names}; several with commas, a minus for descending."),
                names=", ".join(columns),
            ),
        )

    def filter(self, rows: Rows, order: Sequence[str]) -> Rows:
        return rows.order_by(*order) if order else rows


# ---- The filters of more than one resource; `path` leads from its rows to the column


def plan_filter(path: str, **options: Any) -> NamingFilter:
    return NamingFilter(
        path,
        queryset=Plan.objects.all(),
        by="slug",
        help_text=_("Slug of a plan."),
        **options,
    )


def action_filter(path: str) -> NamingFilter:
    return NamingFilter(
        path,
        queryset=Action.objects.all(),
        by="number",
        pattern="[1-9][0-9]{0,3}",
        help_text=_("Code of an action: 1."),
    )


def sub_area_filter(path: str) -> NamingFilter:
    return NamingFilter(
        path,
        queryset=SubArea.objects.all(),
        by="code",
        help_text=_("Code of a sub-area: 1.2."),
    )


def commitment_filter(path: str) -> NamingFilter:
    return NamingFilter(
        path,
        queryset=Commitment.objects.all(),
        by="code",
        help_text=_("Code of a commitment: 1.2.3."),
    )


def instrument_filter(path: str) -> NamingFilter:
    return NamingFilter(
        path,
        queryset=Instrument.objects.all(),
        by="slug",
        help_text=_("Slug of an instrument that the commitment names."),
    )


def stocktake_filter(path: str, **options: Any) -> NamingFilter:
    return NamingFilter(
        path,
        queryset=Stocktake.objects.all(),
        by="slug",
        help_text=_("Slug of a stocktake."),
        **options,
    )


def member_filter(path: str) -> NamingSeveralFilter:
    return NamingSeveralFilter(
        path,
        queryset=Member.objects.all(),
        by="code",
        help_text=_("Code of a member; repeat it for several."),
    )


def choice_filter(
    path: str, choices: Sequence[tuple[str, Any]], **options: Any
) -> ChoiceFilter:
    return ChoiceFilter(path, choices=choices, **options)
