"""Queries whose SQL is made once for each kind of reader: only their values change.

Django often needs longer to build the SQL of a query than PostgreSQL to answer it.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar, cast
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

from accounts.models import User
from audit.statements import run_planned

Given = ParamSpec("Given")
Row = TypeVar("Row")
Made = TypeVar("Made")
# A statement and its parameters.
Sql = tuple[str, tuple[Any, ...]]

_MINUTE = timedelta(minutes=1)
# Values that no query has. SQL is made with them, and they show where the values go.
_STAND_INS: Mapping[type, Callable[[int], object]] = {
    # Of 31 bits and above zero: a column of integers that cannot have it has no rows.
    int: lambda number: 2**31 - number,
    str: lambda number: f"\x01{number}",
    UUID: lambda number: UUID(int=number),
    date: lambda number: date.fromordinal(number),
    datetime: lambda number: datetime(1, 1, 1, tzinfo=UTC) + number * _MINUTE,
}
# The stand-ins of days and instants are before this year, and no others are.
_FIRST_YEAR = 100
_PERSON, _MEMBER, _CHAIR = UUID(int=2**64), "\x02member", "\x02chair"
_BODY, _ASSESSING_BODY = "\x02body", "\x02assessing-body"
_PUBLIC_SINCE = datetime(1, 1, 1, 1, tzinfo=UTC)


class _ByKind(Generic[Made]):
    """Keeps what a function makes, for all calls with values of the same types.

    Readers count by their kind: roles and scopes, with or without a member or a body,
    in the chair or not. The function runs for the first call of each kind. It gets
    stand-ins instead of the values, so it cannot depend on anything else.

    It may not compare or change the values. Where it branches, give it a boolean; what
    follows from a value is a value of its own. A tuple of identifiers counts by its
    length. A `reader` needs the instant as `at`.
    """

    def __init__(self, build: Callable[..., Any], make: Callable[[Any], Made]) -> None:
        update_wrapper(cast("Callable[..., Any]", self), build)
        self.build = build
        self._make = make
        self._made: dict[Hashable, Made] = {}

    def made_for(self, values: Mapping[str, Any]) -> tuple[Made, dict[Any, Any]]:
        """Return what was made for values of these types, and values by stand-in."""
        kind: list[Hashable] = []
        stand_ins: dict[str, Any] = {}
        bound: dict[Any, Any] = {}
        for number, (name, value) in enumerate(values.items(), 1):
            if isinstance(value, User):
                chair = value.chair_at(values["at"])
                kind.append((name, *_kind_of(value, chair)))
                stand_ins[name] = _stand_in(value, chair)
                bound |= {_PERSON: value.pk, _MEMBER: value.member_id, _CHAIR: chair}
                bound[_BODY] = value.instrument_owner
                bound[_ASSESSING_BODY] = value.body_id
                bound[_PUBLIC_SINCE] = value.public_since
            elif type(value) in _STAND_INS:
                kind.append((name, type(value)))
                stand_ins[name] = _STAND_INS[type(value)](number)
                bound[stand_ins[name]] = value
            elif isinstance(value, tuple):
                kind.append((name, *map(type, value)))
                stand_ins[name] = tuple(
                    _STAND_INS[type(one)](place)
                    for place, one in enumerate(value, 1000 * number)
                )
                bound |= dict(zip(stand_ins[name], value, strict=True))
            elif value is None or isinstance(value, bool) or callable(value):
                kind.append((name, value))
                stand_ins[name] = value
            else:
                raise TypeError(f"{name} has a value of no known type: {value!r}")
        key = tuple(kind)
        if key not in self._made:
            self._made[key] = self._make(self.build(**stand_ins))
        return self._made[key], bound


class CompiledOnce(_ByKind["_Made"], Generic[Given, Row]):
    """A decorator for a function that returns a queryset, by its keyword arguments.

    Calls return the rows as a list. The SQL is made once for each kind of arguments.

    With `is_planned`, each connection keeps the plan too. That suits a query by keys.
    """

    def __init__(
        self, build: Callable[Given, QuerySet[Any, Row]], *, is_planned: bool = False
    ) -> None:
        super().__init__(build, _Made.of)
        self.is_planned = is_planned

    def __call__(self, *_none: Given.args, **values: Given.kwargs) -> list[Row]:
        made, bound = self.made_for(values)
        return list(made.rows(bound, is_planned=self.is_planned))

    def statement(self, **values: Any) -> Sql:
        """Return the SQL and its parameters."""
        made, bound = self.made_for(values)
        return made.sql, _bound(made.stand_ins, bound)


class StatementOnce(_ByKind[Sql], Generic[Given]):
    """A decorator for a function that puts SQL together from several queries.

    Calls return the SQL, made once for each kind of arguments, and its parameters.
    """

    def __init__(self, build: Callable[Given, Sql]) -> None:
        super().__init__(build, lambda made: made)

    def __call__(self, *_none: Given.args, **values: Given.kwargs) -> Sql:
        (sql, stand_ins), bound = self.made_for(values)
        return sql, _bound(stand_ins, bound)


def _kind_of(reader: User, chair: str | None) -> tuple[Hashable, ...]:
    """Return all that a stand-in has of a reader, apart from its identifiers."""
    has_chair = None if chair is None else chair == reader.member_id
    return (
        tuple(reader.roles),
        reader.scopes,
        reader.instrument_owner is None,
        reader.public_since is None,
        reader.is_active,
        reader.is_service,
        reader.member_id is None,
        reader.body_id is None,
        has_chair,
    )


def _stand_in(reader: User, chair: str | None) -> User:
    """Return a reader of the same kind. It knows the chair, and may ask nothing."""
    person = User(
        id=_PERSON,
        member_id=reader.member_id and _MEMBER,
        body_id=reader.body_id and _ASSESSING_BODY,
        roles=list(reader.roles),
        is_active=reader.is_active,
        is_service=reader.is_service,
    )
    person.scopes = reader.scopes
    person.instrument_owner = reader.instrument_owner and _BODY
    person.public_since = reader.public_since and _PUBLIC_SINCE
    known = _MEMBER if chair == reader.member_id else _CHAIR

    def chair_at(_at: datetime) -> str | None:
        return known if chair else None

    def refuse(question: Hashable, _query: object) -> None:
        raise LookupError(f"SQL that is made once cannot depend on: {question}")

    person.chair_at = chair_at  # type: ignore[method-assign,assignment]
    person.ask_once = refuse  # type: ignore[method-assign,assignment]
    return person


@dataclass(frozen=True)
class _Made:
    """A query with its SQL. Threads share it, and so each run has its own compiler.

    Rows are made by private names of a queryset: tried with Django 5.2.
    """

    queryset: QuerySet[Any, Any]
    compiler: Any
    sql: str
    stand_ins: tuple[Any, ...]
    converters: Mapping[int, Any]

    @classmethod
    def of(cls, queryset: QuerySet[Any, Any]) -> "_Made":
        if queryset._prefetch_related_lookups:  # type: ignore[attr-defined]  # noqa: SLF001
            raise TypeError("Prefetch from the rows: one query is made once.")
        compiler: Any = queryset.query.get_compiler(using=queryset.db)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            sql, params = "", ()
        read = [column[0] for column in (compiler.select or ())[: compiler.col_count]]
        converters = compiler.get_converters(read)
        return cls(queryset, compiler, sql, tuple(params), converters)

    def rows(self, bound: Mapping[Any, Any], *, is_planned: bool) -> Iterator[Any]:
        source: Any = self.queryset
        sql, params = self.sql, _bound(self.stand_ins, bound)
        compiler = copy(self.compiler)
        compiler.connection = connections[compiler.using]
        compiler.as_sql = lambda: (sql, params)
        compiler.get_converters = lambda _columns: self.converters
        if is_planned and sql:
            compiler.execute_sql = lambda *_given, **_options: [
                run_planned(sql, params).fetchall()
            ]
        query = copy(source.query)
        query.get_compiler = lambda *_given, **_options: compiler
        queryset: Any = QuerySet(source.model, query, compiler.using)
        queryset._fields = source._fields
        yield from source._iterable_class(queryset)  # noqa: SLF001


def _bound(stand_ins: tuple[Any, ...], bound: Mapping[Any, Any]) -> tuple[Any, ...]:
    return tuple(_value_of(param, bound) for param in stand_ins)


def _value_of(param: Any, bound: Mapping[Any, Any]) -> Any:
    """Return the value for a stand-in, and other parameters as they are."""
    if isinstance(param, date) and param.year < _FIRST_YEAR and param not in bound:
        raise LookupError(f"SQL that is made once was made with a changed day: {param}")
    try:
        value = bound.get(param, param)
    except TypeError:  # a list
        return param
    # Integers come as a type of their column.
    is_integer = isinstance(param, int) and not isinstance(param, bool)
    return type(param)(value) if is_integer else value
