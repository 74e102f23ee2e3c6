"""Pages of a list, by keyset: each page begins after the sort keys of the last row.

Rows are not counted from the start of the list. So a row that is added or removed
before a page does not shift it: no row comes twice and none is missed. The cursor does
not reveal how many rows there are.

The cursor is signed. An altered one, or one from another reader, list, filter, order or
clock, is refused like any other invalid value.

An example, with `page_size=2` and the order `-as_of`, which becomes `-as_of,-pk`:

    as_of        pk
    2017-03-01   9
    2017-03-01   4   the last row of page 1: `next` holds [false, "2017-03-01", 4]
    2017-03-01   2   the first row of page 2
    2016-11-15   7

`false` says that the page goes forward from that row, not back.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import takewhile
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.db.models import BooleanField, F, Field, Func, Model, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.compiled import Parameter
from api.problems import Fault, InvalidParameters

DEFAULT_SIZE, MAX_SIZE = 100, 1_000
PARAMETERS = frozenset({"cursor", "page_size"})
# What may differ from page to page of one list.
FREE_PARAMETERS = PARAMETERS | {"expand", "format"}
Row = TypeVar("Row", bound=Model)
SortValue = str | int | bool | None


@dataclass(frozen=True)
class SortKey:
    """One column of an order, and its direction."""

    path: str
    is_descending: bool
    may_be_null: bool
    field: "Field[Any, Any]"

    @property
    def term(self) -> str:
        return f"-{self.path}" if self.is_descending else self.path

    @property
    def table(self) -> str:
        """The path to the table of this column."""
        return self.path.rpartition("__")[0]

    def reversed(self) -> "SortKey":
        return replace(self, is_descending=not self.is_descending)

    def value_of(self, row: Model | Mapping[str, Any]) -> SortValue:
        """Return the row's value in this column, as JSON can hold it."""
        if isinstance(row, Mapping):
            value = row[self.path]
        else:
            value = reduce(getattr, self.path.split("__"), cast("Any", row))
        if value is None or isinstance(value, int | str):
            return value
        return value.isoformat() if hasattr(value, "isoformat") else str(value)

    def same_as(self, value: SortValue | Parameter) -> Q:
        """Return the condition for rows with the same value in this column."""
        if value is None:
            return Q(**{f"{self.path}__isnull": True})
        return Q(**{self.path: value})

    def beyond(self, value: SortValue | Parameter) -> Q:
        """Return the condition for rows that come after this value in this column."""
        # PostgreSQL sorts null as the greatest value. With the values 1, 2 and null:
        #   ascending,  1 2 null: after 2 comes null; after null comes nothing.
        #   descending, null 2 1: after null come all values; after 2 comes 1.
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
    """Where a page begins: after a row's sort values, going forward or back."""

    values: Sequence[SortValue]
    is_back: bool = False


class CursorPaging(BasePagination):
    """Answers with `results`, `next` and `previous`.

    The Link header (RFC 8288) holds the same two addresses.
    """

    def paginate_queryset(  # type: ignore[override]  # rows are models here
        self, queryset: QuerySet[Row], request: Request, view: APIView | None = None
    ) -> list[Row]:
        self.request, self.view = request, view
        self.size = page_size_of(request)
        self.keys = keys = keys_of(queryset)
        self.cursor = cursor = self.read(request.query_params.get("cursor"))
        # Going back reads the list in reverse, so that the nearest rows come first, and
        # reverses the page again. In the list A B C D E with two rows a page,
        # `previous` of the page E reads D C (and B, the extra row) and shows C D.
        is_back = cursor is not None and cursor.is_back
        towards = [key.reversed() for key in keys] if is_back else keys
        # One extra row tells whether there is another page in this direction.
        rows = self.read_page(queryset, towards, view)
        has_more, rows = len(rows) > self.size, rows[: self.size]
        if is_back:
            rows.reverse()
        has_previous = has_more if is_back else cursor is not None
        has_next = is_back or has_more
        self.next_cursor = self.write(rows[-1:], is_back=False) if has_next else None
        before = self.write(rows[:1], is_back=True) if has_previous else None
        self.next, self.previous = self.link(self.next_cursor), self.link(before)
        return rows

    @cached_property
    def pinned(self) -> Mapping[str, str]:
        """Return what the view fixes for all pages of a list: see `ClockedResource`."""
        pinned: Mapping[str, str] = getattr(self.view, "pinned_parameters", {})
        return pinned

    @cached_property
    def signer(self) -> Signer:
        """Return the signer of cursors of this reader and list, and of no others.

        The list is its address, order, filters and clocks. The page's size and form may
        change on the way.
        """
        free = FREE_PARAMETERS | self.pinned.keys()
        filters = sorted(
            (name, sorted(values))
            for name, values in self.request.query_params.lists()
            if name not in free
        )
        order = [key.term for key in self.keys]
        address = self.request.path
        bound = [self.request.user.pk, address, order, filters, dict(self.pinned)]
        return Signer(salt=f"api.paging:{json.dumps(bound, default=str)}")

    def read_page(
        self, queryset: QuerySet[Row], towards: Sequence[SortKey], view: Any
    ) -> list[Row]:
        """Return the rows of a page in this order, and one more."""
        if self.cursor is not None:
            queryset = queryset.filter(rows_beyond(towards, self.cursor.values))
        ordered = queryset.order_by(*(key.term for key in towards))
        return self.fetch(ordered, towards, view)

    def fetch(
        self, ordered: QuerySet[Row], _keys: Sequence[SortKey], _view: Any
    ) -> list[Row]:
        """Return the rows of a page, and one more."""
        return list(ordered[: self.size + 1])

    def read(self, text: str | None) -> PagePosition | None:
        """Return the position in a cursor. Raises InvalidParameters."""
        if text is None:
            return None
        try:
            is_back, *values = self.signer.unsign_object(text)
        except (BadSignature, ValueError) as error:
            detail = _(
                "This cursor does not belong to this list, with these filters, in this"
                " order and at these clocks. Follow the next and previous URLs"
                " unchanged, or start again without a cursor."
            )
            raise InvalidParameters(
                [Fault(detail, "invalid_cursor", parameter="cursor")]
            ) from error
        return PagePosition(values, is_back=is_back)

    def write(self, edge: list[Any], *, is_back: bool) -> str | None:
        """Return the cursor of the page that begins after the row in `edge`.

        None if `edge` is empty, as it is on an empty page.
        """
        if not edge:
            return None
        values = [key.value_of(edge[0]) for key in self.keys]
        return self.signer.sign_object([is_back, *values])

    def link(self, cursor: str | None) -> str | None:
        """Return the address of the page with this cursor, if there is one."""
        if cursor is None:
            return None
        given = {**self.pinned, **dict(self.request.query_params.lists())}
        query = urlencode({**given, "cursor": cursor}, doseq=True)
        return self.request.build_absolute_uri(f"{self.request.path}?{query}")

    def get_paginated_response(self, data: Any) -> Response:
        body = {
            "results": data,
            "next": self.next,
            "previous": self.previous,
            "next_cursor": self.next_cursor,
        }
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
            "required": ["results", "next", "previous", "next_cursor"],
            "properties": {
                "results": schema,
                "next": {**url, "description": _("URL of the next page.")},
                "previous": {**url, "description": _("URL of the previous page.")},
                "next_cursor": {
                    "type": ["string", "null"],
                    "description": _(
                        "The cursor of the next page, as it is in the URL. It belongs"
                        " to this key and to the list's filters, order and clocks."
                    ),
                },
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": MAX_SIZE}
        formats = {
            "name": "format",
            "in": "query",
            "description": _(
                "The format, instead of the Accept header. CSV and JSON Lines hold all"
                " rows at once, and take neither cursor nor page_size."
            ),
            "schema": {"type": "string", "enum": ["json", "csv", "jsonl"]},
        }
        return [
            *([formats] if getattr(view, "is_streamed", False) else []),
            {
                "name": "cursor",
                "in": "query",
                "description": _(
                    "Where the page begins. Follow the next and previous URLs instead"
                    " of setting it yourself."
                ),
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "in": "query",
                "description": _("Number of rows on a page."),
                "schema": {**size, "default": DEFAULT_SIZE},
            },
        ]


def page_size_of(request: Request) -> int:
    """Return the page size the client asks for. Raises InvalidParameters."""
    given = request.query_params.get("page_size", str(DEFAULT_SIZE))
    if re.fullmatch("[1-9][0-9]{0,3}", given) and int(given) <= MAX_SIZE:
        return int(given)
    detail = _("Give a whole number from 1 to %d.") % MAX_SIZE
    raise InvalidParameters([Fault(detail, "invalid_size", parameter="page_size")])


def keys_of(rows: QuerySet[Any]) -> list[SortKey]:
    """Return the sort keys of a queryset. The last is always the primary key.

    So no two rows are equal in the order, and every row has one place in it.
    """
    terms = [term for term in rows.query.order_by if isinstance(term, str)]
    if not any(term.removeprefix("-") == "pk" for term in terms):
        is_descending = bool(terms) and terms[-1].startswith("-")
        terms.append("-pk" if is_descending else "pk")
    return [sort_key(rows, term) for term in terms]


def sort_key(rows: QuerySet[Any], term: str) -> SortKey:
    """Return the sort key of one term of an order.

    It may be null if its column is nullable, or a relation on the path to it. A column
    that the query adds may be null unless it is coalesced.
    """
    path = term.removeprefix("-")
    is_descending = term.startswith("-")
    if added := rows.query.annotations.get(path):
        may_be_null = not isinstance(added, Coalesce)
        return SortKey(path, is_descending, may_be_null, added.output_field)
    fields = list(_fields(rows.model, path))
    may_be_null = any(field.null for field in fields)
    return SortKey(path, is_descending, may_be_null, fields[-1])


def _fields(model: type[Model], path: str) -> "Iterator[Field[Any, Any]]":
    for name in path.split("__"):
        field: Any = model._meta.pk if name == "pk" else model._meta.get_field(name)
        yield field
        model = field.related_model or model


class RowComparison(Func):
    """Compares several columns at once, as `(as_of, id) < (2017-03-01, 4)`.

    PostgreSQL finds the first such row in an index of these columns. It cannot do so
    for the same condition written with AND and OR.
    """

    output_field = BooleanField()

    def __init__(
        self,
        keys: Sequence[SortKey],
        operator: str,
        values: Sequence[SortValue | Parameter],
    ) -> None:
        columns = [F(key.path) for key in keys]
        limits = [
            value
            if hasattr(value, "resolve_expression")
            else Value(value, output_field=key.field)
            for key, value in zip(keys, values, strict=True)
        ]
        super().__init__(*columns, *limits)
        places = ", ".join(["%s"] * len(keys))
        self.row_template = f"({places}) {operator} ({places})"

    def as_sql(self, compiler: Any, *_given: Any, **_options: Any) -> Any:
        compiled = [compiler.compile(one) for one in self.get_source_expressions()]
        sql = self.row_template % tuple(sql for sql, _params in compiled)
        return sql, tuple(param for _sql, params in compiled for param in params)


def rows_beyond(keys: Sequence[SortKey], values: Sequence[SortValue | Parameter]) -> Q:
    """Return the condition for all rows after the row with these sort values."""
    # With the order `-as_of,-pk` and the last row (2017-03-01, 4), this is:
    #   (as_of, pk) < (2017-03-01, 4)
    # With `-as_of,plan,-pk`, whose directions differ, it has three parts: as_of is
    # less, or as_of is equal and plan is greater, or both are equal and pk is less.
    # Then the columns at the start that have one direction and are in one table still
    # bound the part of an index that is read: as_of <= 2017-03-01.
    if is_comparable(keys):
        beyond = Q(RowComparison(keys, "<" if keys[0].is_descending else ">", values))
    else:
        beyond, level = Q(pk__in=[]), Q()
        for key, value in zip(keys, values, strict=True):
            beyond |= level & key.beyond(value)
            level &= key.same_as(value)
    first = leading(keys)
    if 0 < len(first) < len(keys):
        operator = "<=" if first[0].is_descending else ">="
        beyond &= Q(RowComparison(first, operator, values[: len(first)]))
    return beyond


def is_comparable(keys: Sequence[SortKey]) -> bool:
    """Return whether one comparison of rows is the whole order."""
    directions = {key.is_descending for key in keys}
    return len(directions) == 1 and not any(key.may_be_null for key in keys)


def leading(keys: Sequence[SortKey]) -> list[SortKey]:
    """Return the first keys that share a table and a direction, and are never null."""
    first = keys[0]
    same = takewhile(
        lambda key: (
            (key.table, key.is_descending) == (first.table, first.is_descending)
            and not key.may_be_null
        ),
        keys,
    )
    return list(same)
