"""Tests of acting heads: who names whom, for how long, and when a period is over."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.actions.acting_heads import end_acting_head, name_acting_head
from accounts.actions.people import deactivate_person
from accounts.models import (
    LONGEST_PERIOD,
    ActingHead,
    Role,
    Scope,
    User,
    remember_acting_heads,
)
from audit.models import Event
from tests.accounts.approvals.requests import agreed, ask_roles
from tests.factories import make_acting_head, make_user

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def acting(officer_jp, head_jp) -> ActingHead:
    return make_acting_head(officer_jp, head_jp)


def is_head(person: User, at: datetime) -> bool:
    """Ask as a new request does."""
    return User.objects.get(pk=person.pk).is_head_at(at)


def refusal_of(user: User, by: User, **fields: Any) -> set[str]:
    """Return the fields that the action refuses, and check that nothing was written."""
    before = ActingHead.objects.count()
    with pytest.raises(ValidationError) as refusal:
        make_acting_head(user, by, **fields)
    assert ActingHead.objects.count() == before
    return set(refusal.value.error_dict)


# ---- Who names whom


def test_a_head_names_an_officer_with_an_event(officer_jp, head_jp):
    named = make_acting_head(officer_jp, head_jp)
    assert (named.member_id, named.user, named.named_by) == ("JP", officer_jp, head_jp)
    assert named.starts_at == named.named_at
    event = Event.objects.get()
    assert (event.verb, event.actor_id, event.member) == (
        "acting_head.name", head_jp.pk, "JP",
    )  # fmt: skip
    assert event.data == {
        "user": str(officer_jp.pk),
        "starts_at": named.starts_at.isoformat(),
        "ends_at": named.ends_at.isoformat(),
    }


@pytest.mark.parametrize(
    "who",
    [
        "officer_jp", "contributor_jp", "coordinator", "administrator", "observer",
        "assessor", "officer_fr",
    ],
)  # fmt: skip
def test_no_one_but_a_head_names_one(request, head_jp, who):
    person = make_user(Role.OFFICER, member="JP")
    with pytest.raises(PermissionDenied):
        make_acting_head(person, request.getfixturevalue(who))
    assert not ActingHead.objects.exists()


def test_an_acting_head_names_no_other(acting, officer_jp):
    with pytest.raises(PermissionDenied):
        make_acting_head(make_user(Role.OFFICER, member="JP"), officer_jp)


def test_a_head_whose_role_was_taken_meanwhile_names_no_one(head_jp, officer_jp):
    User.objects.filter(pk=head_jp.pk).update(roles=["officer"])
    with pytest.raises(PermissionDenied):
        make_acting_head(officer_jp, head_jp)


def test_no_key_names_or_ends(head_jp, officer_jp, acting):
    head_jp.scopes = frozenset(Scope)
    with pytest.raises(PermissionDenied):
        make_acting_head(make_user(Role.OFFICER, member="JP"), head_jp)
    with pytest.raises(ActingHead.DoesNotExist):
        end_acting_head(acting_head_id=acting.pk, by=head_jp, at=datetime.now(UTC))


@pytest.mark.parametrize(
    ("roles", "member", "fields"),
    [
        ([Role.CONTRIBUTOR], "JP", {}),
        ([Role.COORDINATOR], "JP", {}),
        ([Role.HEAD], "JP", {}),
        ([Role.HEAD, Role.OFFICER], "JP", {}),
        ([Role.OFFICER], "FR", {}),
        ([Role.OFFICER], "JP", {"is_active": False}),
        ([Role.OFFICER], "JP", {"is_service": True}),
    ],
)
def test_only_an_active_officer_of_the_delegation_is_named(
    head_jp, roles, member, fields
):
    person = make_user(*roles, member=member, **fields)
    assert refusal_of(person, head_jp) == {"user"}


def test_no_head_names_themselves(head_jp):
    assert refusal_of(head_jp, head_jp) == {"user"}


# ---- For how long


@pytest.mark.parametrize(
    ("starts_in", "ends_in", "field"),
    [
        (-SECOND, DAY, "starts_at"),
        (367 * DAY, 368 * DAY, "starts_at"),
        (2 * DAY, DAY, "ends_at"),
        (DAY, DAY, "ends_at"),
        (None, -DAY, "ends_at"),
        (None, LONGEST_PERIOD * DAY + SECOND, "ends_at"),
    ],
)
def test_a_period_out_of_order_or_too_long_is_refused(
    officer_jp, head_jp, now, starts_in, ends_in, field
):
    starts_at = now + starts_in if starts_in else None
    with pytest.raises(ValidationError) as refusal:
        name_acting_head(
            user=officer_jp, starts_at=starts_at, ends_at=now + ends_in, by=head_jp,
            at=now,
        )  # fmt: skip
    assert set(refusal.value.error_dict) == {field}


def test_the_longest_period_is_accepted(officer_jp, head_jp, now):
    ends_at = now + LONGEST_PERIOD * DAY
    name_acting_head(
        user=officer_jp, starts_at=None, ends_at=ends_at, by=head_jp, at=now
    )
    assert is_head(officer_jp, ends_at - SECOND)


def test_periods_of_one_person_do_not_overlap_but_may_follow(
    officer_jp, head_jp, acting
):
    assert refusal_of(officer_jp, head_jp) == {"user"}
    after = {"starts_at": acting.ends_at, "ends_at": acting.ends_at + DAY}
    make_acting_head(officer_jp, head_jp, **after)
    make_acting_head(make_user(Role.OFFICER, member="JP"), head_jp)
    assert ActingHead.objects.count() == 3


def test_a_person_is_head_from_the_start_until_just_before_the_end(officer_jp, head_jp):
    named = make_acting_head(officer_jp, head_jp, starts_in=DAY)
    instants = [named.starts_at - SECOND, named.starts_at, named.ends_at - SECOND,
                named.ends_at]  # fmt: skip
    assert [is_head(officer_jp, at) for at in instants] == [False, True, True, False]
    states = [str(named.state_at(at)) for at in instants]
    assert states == ["planned", "acting", "acting", "over"]


def test_many_people_are_asked_with_one_query(
    django_assert_num_queries, officer_jp, head_jp, officer_fr, acting, now
):
    people = list(User.objects.order_by("pk"))
    at = datetime.now(UTC)
    with django_assert_num_queries(1):
        remember_acting_heads(people, at)
        heads = {person.name for person in people if person.is_head_at(at)}
    assert heads == {"Officer JP", "Head JP"}


def test_a_key_of_an_officer_never_acts(officer_jp, acting):
    at = datetime.now(UTC)
    assert is_head(officer_jp, at)
    with_key = User.objects.get(pk=officer_jp.pk)
    with_key.scopes = frozenset(Scope)
    assert not with_key.is_head_at(at)


# ---- When it ends early


def end(acting: ActingHead, by: User) -> ActingHead:
    return end_acting_head(acting_head_id=acting.pk, by=by, at=datetime.now(UTC))


@pytest.fixture
def other_head(members) -> User:
    return make_user(Role.HEAD, member="JP")


@pytest.mark.parametrize("who", ["head_jp", "officer_jp", "other_head"])
def test_a_head_or_the_person_ends_it_at_once(request, officer_jp, acting, who):
    by = request.getfixturevalue(who)
    ended = end(acting, by)
    assert ended.ended_by == by
    assert not is_head(officer_jp, datetime.now(UTC))
    event = Event.objects.get(verb="acting_head.end")
    assert (event.actor_id, event.member) == (by.pk, "JP")


def test_ending_twice_keeps_the_first_end(head_jp, officer_jp, acting):
    first = end(acting, head_jp)
    again = end(acting, officer_jp)
    assert (again.ended_at, again.ended_by) == (first.ended_at, head_jp)
    assert Event.objects.filter(verb="acting_head.end").count() == 1


def test_no_one_else_of_the_delegation_ends_it(acting, contributor_jp):
    other = make_user(Role.OFFICER, member="JP")
    for person in (contributor_jp, other):
        with pytest.raises(PermissionDenied):
            end(acting, person)


@pytest.mark.parametrize("who", ["head_fr", "coordinator", "administrator"])
def test_others_do_not_know_of_it(request, acting, who):
    with pytest.raises(ActingHead.DoesNotExist):
        end(acting, request.getfixturevalue(who))


def changed(person: User, by: User, **fields: Any) -> None:
    """One administrator asks for it, and `by` agrees."""
    asking, at = make_user(Role.ADMINISTRATOR), datetime.now(UTC)
    roles = fields.pop("roles", frozenset(person.roles))
    agreed(ask_roles(person, *roles, by=asking, at=at, **fields), at, by=by)


LOSSES: dict[str, dict[str, Any]] = {
    "another delegation": {"member": "FR"},
    "another role": {"roles": frozenset({"contributor"})},
    "a head in office": {"roles": frozenset({"officer", "head"})},
}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_person_who_is_no_longer_such_an_officer_loses_every_period(
    officer_jp, head_jp, administrator, acting, loss
):
    make_acting_head(officer_jp, head_jp, starts_in=30 * DAY)
    changed(officer_jp, administrator, **LOSSES[loss])
    ended = set(ActingHead.objects.values_list("ended_by", flat=True))
    assert ended == {administrator.pk}
    changed(User.objects.get(pk=officer_jp.pk), administrator,
            member="JP", roles=frozenset({"officer"}))  # fmt: skip
    assert not is_head(officer_jp, datetime.now(UTC))


def test_deactivation_ends_it_for_good(officer_jp, administrator, acting):
    deactivate_person(
        person_id=officer_jp.pk, version=1, by=administrator, at=datetime.now(UTC)
    )
    User.objects.update(is_active=True)
    assert not is_head(officer_jp, datetime.now(UTC))


def test_another_change_of_the_person_ends_nothing(officer_jp, administrator, acting):
    changed(officer_jp, administrator, name="東京 太郎")
    assert is_head(officer_jp, datetime.now(UTC))


def test_it_outlives_the_head_who_named_them(
    officer_jp, head_jp, administrator, acting
):
    """The delegation needs an acting head most when its head has just left."""
    deactivate_person(
        person_id=head_jp.pk, version=1, by=administrator, at=datetime.now(UTC)
    )
    assert is_head(officer_jp, datetime.now(UTC))


# ---- What the database refuses


def row(user: User, by: User, **fields: object) -> ActingHead:
    at = datetime.now(UTC)
    values = {
        "member_id": "JP", "user": user, "named_by": by, "named_at": at,
        "starts_at": at, "ends_at": at + DAY,
    }  # fmt: skip
    return ActingHead(**{**values, **fields})


WRONG_ROWS = {
    "ends before it starts": lambda at: {"ends_at": at - DAY},
    "too long": lambda at: {"ends_at": at + 93 * DAY},
    "starts in the past": lambda at: {"starts_at": at - DAY},
    "of another member": lambda _at: {"member_id": "FR"},
    "over when it is added": lambda at: {"ended_at": at, "ended_by_id": None},
}


@pytest.mark.parametrize("wrong", WRONG_ROWS)
def test_the_database_refuses_a_wrong_row(officer_jp, head_jp, wrong):
    fields = WRONG_ROWS[wrong](datetime.now(UTC))
    with pytest.raises(IntegrityError), transaction.atomic():
        row(officer_jp, head_jp, **fields).save(force_insert=True)
    row(officer_jp, head_jp).save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_the_database_records_no_naming_in_the_past(officer_jp, head_jp, time_rules):
    past = datetime.now(UTC) - DAY
    with pytest.raises(IntegrityError, match="only the present time"):
        row(officer_jp, head_jp, named_at=past).save(force_insert=True)


@pytest.mark.parametrize("roles", [["contributor"], ["head", "officer"], []])
def test_the_database_refuses_a_person_who_is_no_plain_officer(head_jp, roles):
    person = make_user(*map(Role, roles), member="JP")
    with pytest.raises(IntegrityError), transaction.atomic():
        row(person, head_jp).save(force_insert=True)


def test_the_database_refuses_a_row_that_no_head_of_the_member_named(
    officer_jp, head_fr
):
    for by in (head_fr, make_user(Role.OFFICER, member="JP")):
        with pytest.raises(IntegrityError), transaction.atomic():
            row(officer_jp, by).save(force_insert=True)


def test_the_database_refuses_overlapping_periods(officer_jp, head_jp, acting):
    with pytest.raises(IntegrityError), transaction.atomic():
        row(officer_jp, head_jp).save(force_insert=True)
    end(acting, head_jp)
    row(officer_jp, head_jp, starts_at=datetime.now(UTC) + DAY,
        ends_at=datetime.now(UTC) + 2 * DAY).save(force_insert=True)  # fmt: skip


def test_the_database_keeps_every_row_but_for_one_end(officer_jp, head_jp, acting):
    mine = ActingHead.objects.filter(pk=acting.pk)
    other = make_user(Role.OFFICER, member="JP")
    changes = [
        {"user": other}, {"ends_at": acting.ends_at + DAY}, {"named_by": other},
        {"starts_at": acting.starts_at + SECOND}, {"member_id": "FR"},
    ]  # fmt: skip
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            mine.update(**change)
    end(acting, head_jp)
    for change in ({"ended_at": None, "ended_by": None}, {"ended_by": officer_jp}):
        with pytest.raises(IntegrityError), transaction.atomic():
            mine.update(**change)
