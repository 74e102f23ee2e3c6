"""Fields that read the value of a query parameter. Each accepts one spelling only."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.fields import ChoiceField  # type: ignore[import-untyped]

from api.compiled import CompiledQuery, OfIds, Parameter
from api.fields import select_one_of

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})"
)


class NaturalKeyField(forms.Field):
    """The natural key of an existing row: a value of the column `by` in `queryset`."""

    default_error_messages = {
        "unknown": gettext_lazy("There is no “%(name)s”. Check the spelling and case.")
    }

    def __init__(
        self, *, queryset: QuerySet[Model], by: str, pattern: str = ".+", **options: Any
    ) -> None:
        super().__init__(**options)
        self.queryset, self.by, self.pattern = queryset, by, re.compile(pattern)

    def to_python(self, value: str | None) -> str | None:
        if value and not self._is_known(value):
            raise self.unknown_error(value)
        return value

    def _is_known(self, value: str) -> bool:
        return bool(self.pattern.fullmatch(value) and self.known([value]))

    def known(self, names: list[str]) -> set[str]:
        """Return those of these natural keys that a row has."""
        query = _known_names(self.queryset.model, self.by)
        return {str(row["name"]) for row in query.rows(names=names)}

    def unknown_error(self, value: str) -> ValidationError:
        return ValidationError(
            self.error_messages["unknown"], code="unknown_value", params={"name": value}
        )


class NaturalKeysField(NaturalKeyField):
    """Several natural keys, from a parameter that may be repeated."""

    widget = forms.SelectMultiple

    def to_python(self, value: list[str] | None) -> list[str]:  # type: ignore[override]  # a list
        names = value or []
        known = self.known(names) if names else set()
        if unknown := [name for name in names if name not in known]:
            raise self.unknown_error(unknown[0])
        return names


@lru_cache(maxsize=64)
def _known_names(model: type[Model], by: str) -> CompiledQuery:
    """Return the query of those of some natural keys that a row has."""
    column = model._meta.get_field(by).db_type(connection)
    kind = "text" if column is None or "char" in column else column
    rows = QuerySet[Any](model).filter(OfIds(by, Parameter("names"), kind))
    return CompiledQuery.of(rows.distinct(), {"name": by})


class OneOfField(ChoiceField):  # type: ignore[misc]  # untyped base
    """One of a fixed set of values. A refusal lists them."""

    def validate(self, value: str) -> None:
        if value and not self.valid_value(value):
            values = (known for known, _label in self.choices if known)
            raise ValidationError(select_one_of(values), code="invalid_choice")


class DateField(forms.Field):
    """A day in the form `2017-05-25`."""

    def to_python(self, value: str | None) -> date | None:
        return read_date(value) if value else None


class StrictInstantField(forms.Field):
    """An instant with its time zone, in the form `2017-05-20T12:00:00Z`."""

    def to_python(self, value: str | None) -> datetime | None:
        return read_instant(value) if value else None


class OrderField(forms.Field):
    """An order such as `-as_of,member`; the minus means descending."""

    def __init__(self, *, columns: Mapping[str, str], **options: Any) -> None:
        super().__init__(**options)
        self.columns = columns

    def to_python(self, value: str | None) -> list[str]:
        names = value.split(",") if value else []
        bare = [name.removeprefix("-") for name in names]
        if not set(bare) <= set(self.columns) or len(set(bare)) < len(bare):
            raise ValidationError(
                _("Use only these names, each at most once: %(names)s."),
                code="unknown_order",
                params={"names": ", ".join(self.columns)},
            )
        return [
            f"{'-' if name.startswith('-') else ''}{self.columns[column]}"
            for name, column in zip(names, bare, strict=True)
        ]


def read_date(value: str) -> date:
    """Return the day a value holds. Raises ValidationError `invalid_date`."""
    try:
        if _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValidationError(
        _("Write the day in the form 2017-05-25."), code="invalid_date"
    )


def read_instant(value: str) -> datetime:
    """Return the instant a value holds, in UTC.

    Raises ValidationError `invalid_instant`, also if the instant in UTC is outside the
    range of Python's calendar.
    """
    try:
        if _INSTANT.fullmatch(value):
            return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValidationError(
        _(
            "Write the instant with its time zone, in the form 2017-05-20T12:00:00Z."
            " Encode a + as %2B."
        ),
        code="invalid_instant",
    )
