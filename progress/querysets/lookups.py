"""Conditions that PostgreSQL looks up row by row, where its own choice is slow."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Func, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce


class IsAnyOf(Func):
    """Whether a column is one of the values of a subquery, which runs once.

    With IN, PostgreSQL runs a subquery of one look-up a row twice for each row.
    """

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()


def is_among(rows: QuerySet[Any]) -> Coalesce:
    """Return an expression: whether an outer entry is among these rows.

    PostgreSQL looks them up for each outer entry. With EXISTS it may read the whole
    table first, also for a page of a hundred.
    """
    return Coalesce(
        Subquery(rows.values(is_among=Value(value=True))[:1]), Value(value=False)
    )
