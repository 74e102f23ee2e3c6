"""Tests that two administrators are needed for what reads a member's entries."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.actions.approvals import (
    agree_to_grant,
    ask_for_access,
    ask_for_address,
    ask_for_sign_in_reset,
    refuse_grant,
)
from accounts.actions.people import (
    change_person,
    deactivate_person,
    invite_person,
    reactivate_person,
)
from accounts.models import PendingGrant, Role, User
from accounts.profiles import Profile, profile_of
from accounts.versions import StaleRow
from audit.models import Event
from tests.accounts.approvals.requests import EMAIL, ask_account, ask_roles, notified
from tests.factories import make_user

State = PendingGrant.State


@pytest.fixture
def second(members) -> User:
    return make_user(Role.ADMINISTRATOR, name="Second administrator")


def agree(grant, by, at):
    return agree_to_grant(grant_id=notified(grant, at).pk, by=by, at=at)


def now_of(person):
    return User.objects.get(pk=person.pk)


def test_an_account_is_made_when_a_second_administrator_agrees(
    administrator, second, head_jp, now
):
    grant = ask_account(administrator, now)
    assert not User.objects.filter(email=EMAIL).exists()
    agreed = agree(grant, second, now)
    person = User.objects.get(email=EMAIL)
    assert agreed.person == person
    assert (person.delegation, person.roles) == ("JP", ["officer"])
    assert person.time_zone == "Asia/Tokyo"
    verbs = Event.objects.order_by("pk").values_list("verb", "actor")
    assert list(verbs) == [
        ("grant.request", administrator.email),
        ("user.invite", second.email),
        ("grant.agree", second.email),
    ]


@pytest.mark.parametrize(
    ("roles", "member"),
    [
        ({"contributor"}, "JP"),
        ({"officer"}, "JP"),
        ({"head"}, "JP"),
        ({"coordinator"}, "JP"),
        ({"observer", "officer"}, "JP"),
        ({"administrator"}, None),
    ],
)
def test_no_administrator_gives_these_roles_alone(administrator, now, roles, member):
    profile = Profile("New Person", member, frozenset(roles))
    with pytest.raises(ValidationError) as refusal:
        invite_person(email=EMAIL, profile=profile, by=administrator, at=now)
    assert refusal.value.error_dict["roles"][0].code == "needs_agreement"
    observer = make_user(Role.OBSERVER)
    with pytest.raises(ValidationError):
        change_person(
            person_id=observer.pk, version=1, profile=profile, by=administrator, at=now
        )
    assert now_of(observer).roles == ["observer"]


@pytest.mark.parametrize("who", ["requester", "person", "head_jp", "observer"])
def test_only_another_administrator_agrees(
    request, administrator, second, head_jp, now, who
):
    grant = notified(ask_roles(second, "administrator", "officer", member="JP",
                               by=administrator, at=now), now)  # fmt: skip
    by = {"requester": administrator, "person": second}.get(who)
    with pytest.raises(PermissionDenied):
        agree_to_grant(grant_id=grant.pk, by=by or request.getfixturevalue(who), at=now)
    assert now_of(second).roles == ["administrator"]


def test_nothing_takes_effect_before_the_heads_are_notified(
    administrator, second, head_jp, now
):
    grant = ask_account(administrator, now)
    with pytest.raises(ValidationError) as refusal:
        agree_to_grant(grant_id=grant.pk, by=second, at=now)
    assert refusal.value.code == "not_notified"
    assert not User.objects.filter(email=EMAIL).exists()


def test_the_first_account_of_a_member_is_for_the_presidency(
    administrator, head_jp, now
):
    first = ask_account(administrator, now, member="FR")
    assert first.is_for_presidency
    assert not ask_account(
        administrator, now, email="b@tests.example"
    ).is_for_presidency
    assert not ask_account(
        administrator, now, email="c@tests.example", member=None,
        roles=frozenset({"administrator"}),
    ).is_for_presidency  # fmt: skip


def test_other_fields_are_saved_at_once_and_roles_wait(
    administrator, second, officer_jp, now
):
    grant = ask_roles(officer_jp, "head", name="Renamed", by=administrator, at=now)
    assert (now_of(officer_jp).name, now_of(officer_jp).roles) == (
        "Renamed",
        ["officer"],
    )
    agree(grant, second, now)
    assert now_of(officer_jp).roles == ["head"]


def test_rights_are_taken_away_by_one_administrator(administrator, now):
    head = make_user(Role.OFFICER, Role.HEAD, member="JP")
    wanted = {**vars(profile_of(head)), "roles": frozenset({"officer"})}
    changed = change_person(
        person_id=head.pk,
        version=1,
        profile=Profile(**wanted),
        by=administrator,
        at=now,
    )
    assert changed.roles == ["officer"]


def test_a_move_to_another_member_needs_a_second(administrator, officer_jp, now):
    moved = Profile(**{**vars(profile_of(officer_jp)), "member": "FR"})
    with pytest.raises(ValidationError):
        change_person(
            person_id=officer_jp.pk, version=1, profile=moved, by=administrator, at=now
        )


def test_a_later_end_of_roles_needs_a_second(administrator, second, officer_jp, now):
    today = now.date()
    profile = partial(Profile, "Officer JP", "JP", frozenset({"officer"}))
    soon, late = profile(role_ends_on=today), profile(role_ends_on=None)
    change = partial(change_person, person_id=officer_jp.pk, by=administrator, at=now)
    assert change(version=1, profile=soon).role_ends_on == today
    with pytest.raises(ValidationError):
        change(version=2, profile=late)
    grant = ask_roles(now_of(officer_jp), "officer", role_ends_on=None,
                      by=administrator, at=now)  # fmt: skip
    agree(grant, second, now)
    assert now_of(officer_jp).role_ends_on is None


def test_access_again_needs_a_second(administrator, second, officer_jp, now):
    deactivate_person(person_id=officer_jp.pk, version=1, by=administrator, at=now)
    again = {"person_id": officer_jp.pk, "version": 2, "by": administrator, "at": now}
    with pytest.raises(ValidationError) as refusal:
        reactivate_person(**again)
    assert refusal.value.code == "needs_agreement"
    grant = ask_for_access(**again)
    assert not now_of(officer_jp).is_active
    agree(grant, second, now)
    assert now_of(officer_jp).is_active


def test_a_new_address_needs_a_second(administrator, second, officer_jp, now):
    grant = ask_for_address(
        person_id=officer_jp.pk, version=1, email=EMAIL, by=administrator, at=now
    )
    assert now_of(officer_jp).email != EMAIL
    agree(grant, second, now)
    assert now_of(officer_jp).email == EMAIL


def test_a_sign_in_is_reset_by_two(administrator, second, officer_jp, now):
    grant = ask_for_sign_in_reset(
        person_id=officer_jp.pk, version=1, by=administrator, at=now
    )
    assert now_of(officer_jp).has_usable_password()
    agree(grant, second, now)
    assert not now_of(officer_jp).has_usable_password()
    assert now_of(officer_jp).is_active


def test_a_request_about_an_account_that_changed_has_no_effect(
    administrator, second, officer_jp, now
):
    grant = notified(ask_roles(officer_jp, "head", by=administrator, at=now), now)
    deactivate_person(person_id=officer_jp.pk, version=1, by=second, at=now)
    with pytest.raises(ValidationError) as refusal:
        agree_to_grant(grant_id=grant.pk, by=second, at=now)
    assert refusal.value.code == "changed"
    assert now_of(officer_jp).roles == ["officer"]


def test_one_request_waits_for_a_person_at_a_time(administrator, officer_jp, now):
    ask_roles(officer_jp, "head", by=administrator, at=now)
    with pytest.raises(ValidationError) as refusal:
        ask_roles(officer_jp, "coordinator", by=administrator, at=now)
    assert refusal.value.code == "waits_already"
    with pytest.raises(StaleRow):
        ask_for_sign_in_reset(
            person_id=officer_jp.pk, version=9, by=administrator, at=now
        )


def test_a_request_expires(administrator, second, head_jp, now):
    grant = notified(ask_account(administrator, now), now)
    later = now + timedelta(days=14)
    assert grant.state_at(later) is State.EXPIRED
    assert grant not in PendingGrant.objects.waiting(later)
    with pytest.raises(ValidationError) as refusal:
        agree_to_grant(grant_id=grant.pk, by=second, at=later)
    assert refusal.value.code == "not_waiting"


def test_a_head_of_the_member_refuses_it(
    administrator, second, head_jp, head_fr, officer_jp, now
):
    grant = ask_account(administrator, now)
    for stranger in (head_fr, officer_jp):
        with pytest.raises(PendingGrant.DoesNotExist):
            refuse_grant(grant_id=grant.pk, by=stranger, at=now)
    refused = refuse_grant(grant_id=grant.pk, by=head_jp, at=now)
    assert refused.state_at(now) is State.REFUSED
    with pytest.raises(ValidationError):
        agree(grant, second, now)


def test_the_database_refuses_to_change_what_was_decided(
    administrator, second, head_jp, now
):
    grant = ask_account(administrator, now)
    rows = PendingGrant.objects.filter(pk=grant.pk)
    agreed = {"decision": "agreed", "decided_at": now, "notified_at": now}
    person = make_user(Role.OBSERVER)
    for wrong in (
        {"email": "other@tests.example"},
        {"roles": ["head"]},
        {**agreed, "person": person, "decided_by": administrator},
        {**agreed, "person": person, "decided_by": head_jp},
        {**agreed, "person": second, "decided_by": second},
        {"decision": "agreed", "decided_at": now, "decided_by": second},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    agree(grant, second, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(decided_by=administrator)
