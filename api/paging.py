"""Pages that neither repeat nor miss a row: each begins after the last row's own keys.

No page is counted from the start, so a row added or taken away before it moves nothing,
and the cursor says nothing about how many rows there are. It is signed: one that was
altered, or that belongs to another order, is a bad value like any other.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Protocol, TypeVar, cast
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.problems import Fault, InvalidParameters

DEFAULT_SIZE, MAX_SIZE = 100, 1_000
PARAMETERS = frozenset({"cursor", "page_size"})
Row = TypeVar("Row", bound=Model)
Value = str | int | bool | None


class HasPinnedParameters(Protocol):
    """A view that fixes what its first page was asked without, for the next pages."""

    pinned_parameters: Mapping[str, str]


@dataclass(frozen=True)
class Key:
    """One column of an order; `may_be_null` counts as greater than every value."""

    path: str
    is_descending: bool
    may_be_null: bool

    @property
    def term(self) -> str:
        return f"-{self.path}" if self.is_descending else self.path

    def reversed(self) -> "Key":
        return Key(self.path, not self.is_descending, self.may_be_null)

    def value_of(self, row: Model) -> Value:
        value = reduce(getattr, self.path.split("__"), cast("Any", row))
        if value is None or isinstance(value, int | str):
            return value
        return value.isoformat() if hasattr(value, "isoformat") else str(value)

    def same_as(self, value: Value) -> Q:
        if value is None:
            return Q(**{f"{self.path}__isnull": True})
        return Q(**{self.path: value})

    def beyond(self, value: Value) -> Q:
        """PostgreSQL sorts nulls as the greatest, in both directions."""
        if self.is_descending:
            if value is None:
                return Q(**{f"{self.path}__isnull": False})
            return Q(**{f"{self.path}__lt": value})
        if value is None:
            return Q(pk__in=[])
        greater = Q(**{f"{self.path}__gt": value})
        if self.may_be_null:
            greater |= Q(**{f"{self.path}__isnull": True})
        return greater


@dataclass(frozen=True)
class PagePosition:
    """Where a page begins: beyond a row's keys, onward or back."""

    values: Sequence[Value]
    is_back: bool = False


class CursorPaging(BasePagination):
    """`results`, `next`, `previous`, and the same two as a Link header (RFC 8288)."""

    def paginate_queryset(  # type: ignore[override]  # rows are models here
        self, queryset: QuerySet[Row], request: Request, view: APIView | None = None
    ) -> list[Row]:
        self.request, self.pinned = request, getattr(view, "pinned_parameters", {})
        self.size = page_size_of(request)
        keys = keys_of(queryset)
        self.signer = signer_for(queryset, keys)
        cursor = self.read(request.query_params.get("cursor"))
        is_back = cursor is not None and cursor.is_back
        towards = [key.reversed() for key in keys] if is_back else keys
        if cursor is not None:
            queryset = queryset.filter(rows_beyond(towards, cursor.values))
        rows = list(queryset.order_by(*(key.term for key in towards))[: self.size + 1])
        has_more, rows = len(rows) > self.size, rows[: self.size]
        if is_back:
            rows.reverse()
        has_previous = has_more if is_back else cursor is not None
        has_next = is_back or has_more
        self.next = self.link(keys, rows[-1:], is_back=False) if has_next else None
        self.previous = (
            self.link(keys, rows[:1], is_back=True) if has_previous else None
        )
        return rows

    def read(self, text: str | None) -> PagePosition | None:
        if text is None:
            return None
        try:
            is_back, *values = self.signer.unsign_object(text)
        except (BadSignature, ValueError) as error:
            detail = _(
                "This cursor was not given for this list and this order. Begin again"
                " without one."
            )
            raise InvalidParameters(
                [Fault(detail, "invalid_cursor", parameter="cursor")]
            ) from error
        return PagePosition(values, is_back=is_back)

    def link(
        self, keys: Sequence[Key], edge: list[Row], *, is_back: bool
    ) -> str | None:
        """The address of the page beyond a row; None where the page is empty."""
        if not edge:
            return None
        values = [key.value_of(edge[0]) for key in keys]
        cursor = self.signer.sign_object([is_back, *values])
        given = {**self.pinned, **dict(self.request.query_params.lists())}
        query = urlencode({**given, "cursor": cursor}, doseq=True)
        return self.request.build_absolute_uri(f"{self.request.path}?{query}")

    def get_paginated_response(self, data: Any) -> Response:
        body = {"results": data, "next": self.next, "previous": self.previous}
        links = [
            f'<{url}>; rel="{relation}"'
            for relation, url in (("next", self.next), ("prev", self.previous))
            if url
        ]
        return Response(body, headers={"Link": ", ".join(links)} if links else None)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        url = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {
                "results": schema,
                "next": {**url, "description": _("The page after this one.")},
                "previous": {**url, "description": _("The page before this one.")},
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": MAX_SIZE}
        return [
            {
                "name": "cursor",
                "in": "query",
                "description": _("Where the page begins: taken from next or previous."),
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "in": "query",
                "description": _("How many rows a page holds."),
                "schema": {**size, "default": DEFAULT_SIZE},
            },
        ]


def page_size_of(request: Request) -> int:
    given = request.query_params.get("page_size", str(DEFAULT_SIZE))
    if re.fullmatch("[1-9][0-9]{0,3}", given) and int(given) <= MAX_SIZE:
        return int(given)
    detail = _("A whole number from 1 to %d.") % MAX_SIZE
    raise InvalidParameters([Fault(detail, "invalid_size", parameter="page_size")])


def keys_of(rows: QuerySet[Any]) -> list[Key]:
    """The order of a queryset, ended by the primary key: no two rows are level."""
    terms = [term for term in rows.query.order_by if isinstance(term, str)]
    if not any(term.removeprefix("-") == "pk" for term in terms):
        is_descending = bool(terms) and terms[-1].startswith("-")
        terms.append("-pk" if is_descending else "pk")
    return [
        Key(path, term.startswith("-"), may_be_null(rows.model, path))
        for term in terms
        for path in [term.removeprefix("-")]
    ]


def may_be_null(model: type[Model], path: str) -> bool:
    """Is some column on the way to this one nullable?"""
    for name in path.split("__"):
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        if field.null:
            return True
        model = field.related_model or model
    return False


def rows_beyond(keys: Sequence[Key], values: Sequence[Value]) -> Q:
    """(a > x) or (a = x and b > y) or …: the rows after one row, in an order."""
    beyond, level = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        beyond |= level & key.beyond(value)
        level &= key.same_as(value)
    return beyond


def signer_for(rows: QuerySet[Any], keys: Sequence[Key]) -> Signer:
    order = ",".join(key.term for key in keys)
    return Signer(salt=f"api.paging:{rows.model._meta.label}:{order}")
