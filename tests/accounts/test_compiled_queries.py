"""SQL that is made once: equal to Django's for each reader, and bound to no value."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db.models import QuerySet
from django.db.models.functions import Left

from accounts.compiled_queries import CompiledOnce, Sql, StatementOnce
from accounts.models import Member, Presidency, Role, Scope, User
from progress.models import LedgerRecord
from tests.factories import make_user


def statement_by_django(rows: QuerySet[User]) -> tuple[str, tuple[object, ...]]:
    return rows.query.sql_with_params()


def test_sql_is_made_once_and_gets_each_callers_values(members):
    made: list[str] = []

    @CompiledOnce
    def named(*, name: str, since: datetime) -> QuerySet[User]:
        made.append(name)
        return User.objects.filter(name=name, created_at__gte=since).order_by("email")

    people = [make_user(Role.OFFICER, member="JP", name=name) for name in ("A", "B")]
    before = people[0].created_at - timedelta(days=1)
    for person in people:
        assert named(name=person.name, since=before) == [person]
    assert named(name="A", since=datetime.now(UTC) + timedelta(days=1)) == []
    assert len(made) == 1
    assert not {"A", "B"} & set(made)


def test_each_kind_of_value_gets_its_own_sql(members):
    @CompiledOnce
    def found(
        *, member: str | None, keys: tuple[UUID, ...], day: date
    ) -> QuerySet[User]:
        return User.objects.filter(
            member=member, pk__in=keys, created_at__date__lte=day
        )

    officer = make_user(Role.OFFICER, member="JP")
    observer = make_user(Role.OBSERVER)
    today = datetime.now(UTC).date()
    assert found(member="JP", keys=(officer.pk,), day=today) == [officer]
    assert found(member="FR", keys=(officer.pk,), day=today) == []
    assert found(member="JP", keys=(uuid4(), officer.pk), day=today) == [officer]
    assert found(member=None, keys=(observer.pk,), day=today) == [observer]
    assert found(member="JP", keys=(), day=today) == []


def test_readers_of_a_kind_share_sql_and_others_do_not(
    officer_jp, officer_fr, head_jp, coordinator, observer, now
):
    made: list[UUID] = []

    @CompiledOnce
    def colleagues(*, reader: User, at: datetime) -> QuerySet[User]:
        made.append(reader.pk)
        found = User.objects.filter(member=reader.delegation)
        if reader.is_presidency(at):
            return found
        return found | User.objects.filter(member=reader.chair_at(at), pk=reader.pk)

    with_key = User.objects.get(pk=officer_jp.pk)
    with_key.scopes = frozenset({Scope.READ_OWN})
    people = [officer_jp, officer_fr, head_jp, coordinator, observer, with_key]
    statements = [colleagues.statement(reader=one, at=now) for one in people]
    assert len(made) == len(people) - 1  # the two officers share theirs
    assert not {person.pk for person in people} & set(made)
    for person, statement in zip(people, statements, strict=True):
        expected = colleagues.build(reader=person, at=now)
        assert statement == statement_by_django(expected), person


def test_limited_readers_share_sql_and_each_has_their_own_limit(officer_jp, now):
    made: list[str | None] = []

    @CompiledOnce
    def found(*, reader: User, at: datetime) -> QuerySet[User]:
        made.append(reader.instrument_owner)
        limit = reader.instrument_owner or "not limited"
        return User.objects.filter(name=limit)

    readers = []
    for limit in (None, "interpol", "icao"):
        reader = User.objects.get(pk=officer_jp.pk)
        reader.scopes = frozenset({Scope.READ_OWN})
        reader.instrument_owner = limit
        readers.append(reader)
    statements = [found.statement(reader=one, at=now) for one in readers]
    assert len(made) == 2
    for reader, statement in zip(readers, statements, strict=True):
        expected = found.build(reader=reader, at=now)
        assert statement == statement_by_django(expected)


def test_sql_that_is_made_once_cannot_depend_on_what_a_reader_is_asked(
    officer_jp, chair, now
):
    @CompiledOnce
    def of_reviewer(*, reader: User, at: datetime) -> QuerySet[User]:
        was_named = reader.ask_once("was named", lambda: True)
        return User.objects.filter(is_active=was_named)

    with pytest.raises(LookupError, match="was named"):
        of_reviewer(reader=officer_jp, at=now)


def test_sql_that_is_made_once_cannot_depend_on_a_changed_instant(db, now):
    @CompiledOnce
    def a_day_later(*, at: datetime) -> QuerySet[Presidency]:
        return Presidency.objects.filter(starts_at__lt=at + timedelta(days=1))

    with pytest.raises(LookupError, match="changed day"):
        a_day_later(at=now)


def test_a_number_is_looked_for_in_a_column_that_has_none_below_zero(db):
    """Django leaves a condition out that no value of the column can meet."""

    @CompiledOnce
    def record(*, number: int) -> QuerySet[LedgerRecord]:
        return LedgerRecord.objects.filter(sequence=number)

    expected = LedgerRecord.objects.filter(sequence=7).query.sql_with_params()
    assert record.statement(number=7) == expected


def test_sql_from_several_queries_is_made_once_too(members):
    made: list[int] = []

    @StatementOnce
    def both(*, names: tuple[str, ...], number: int) -> Sql:
        made.append(number)
        parts = [
            User.objects.filter(name=name).values("pk").query.sql_with_params()
            for name in names
        ]
        together = " UNION ALL ".join(sql for sql, _values in parts)
        values = tuple(value for _sql, some in parts for value in some)
        return f"{together} LIMIT %s", (*values, number)

    one, values = both(names=("A", "B"), number=1)
    assert values == ("A", "B", 1)
    assert both(names=("C", "D"), number=2) == (one, ("C", "D", 2))
    assert len(made) == 1


def test_a_value_without_a_stand_in_is_refused(officer_jp):
    @CompiledOnce
    def people(*, member: Member) -> QuerySet[User]:
        return User.objects.filter(member=member)

    with pytest.raises(TypeError, match="member has a value of no known type"):
        people(member=officer_jp.member)


def test_rows_have_what_the_query_joins_and_adds(officer_jp, django_assert_num_queries):
    @CompiledOnce
    def people(*, name: str) -> QuerySet[User]:
        return (
            User.objects.filter(name=name)
            .select_related("member")
            .annotate(initial=Left("name", 1))
        )

    people(name="")
    with django_assert_num_queries(1):
        [person] = people(name=officer_jp.name)
        assert person.member == Member(code="JP")
    assert vars(person)["initial"] == officer_jp.name[0]


def test_a_query_with_prefetches_is_refused(db):
    @CompiledOnce
    def people(*, name: str) -> QuerySet[User]:
        return User.objects.filter(name=name).prefetch_related("notices")

    with pytest.raises(TypeError, match="Prefetch from the rows"):
        people(name="")
