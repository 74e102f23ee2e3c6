"""Tests of the last administrator: one always remains, and none removes themselves."""

import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts.actions.people import change_person, deactivate_person
from accounts.models import Role, User
from accounts.profiles import Profile, profile_of
from tests.factories import make_user


def change(person, by, now, *, version=None, **values):
    profile = Profile(**{**vars(profile_of(person)), **values})
    return change_person(
        person_id=person.pk,
        version=version or person.version,
        profile=profile,
        by=by,
        at=now,
    )


def codes_of(refusal):
    return {
        field: [error.code for error in errors]
        for field, errors in refusal.value.error_dict.items()
    }


@pytest.fixture
def second_administrator(members):
    return make_user(Role.ADMINISTRATOR, name="Second administrator")


def test_the_last_administrator_is_not_deactivated(administrator, now):
    make_user(Role.ADMINISTRATOR, is_active=False)
    make_user(Role.ADMINISTRATOR, is_service=True)
    with pytest.raises(ValidationError) as refusal:
        deactivate_person(
            person_id=administrator.pk, version=1, by=administrator, at=now
        )
    assert refusal.value.code == "last_administrator"


def test_the_last_administrator_is_not_demoted(administrator, now):
    with pytest.raises(ValidationError) as refusal:
        change(administrator, administrator, now, roles=frozenset({"observer"}))
    assert codes_of(refusal) == {"roles": ["last_administrator"]}


def test_nobody_ends_their_own_administration(administrator, second_administrator, now):
    with pytest.raises(ValidationError) as refusal:
        deactivate_person(
            person_id=administrator.pk, version=1, by=administrator, at=now
        )
    assert refusal.value.code == "own_account"
    with pytest.raises(ValidationError) as refusal:
        change(administrator, administrator, now, roles=frozenset({"observer"}))
    assert codes_of(refusal) == {"roles": ["own_account"]}


def test_an_administrator_may_change_their_own_name(administrator, now):
    assert change(administrator, administrator, now, name="Ada").name == "Ada"


def test_another_administrator_is_demoted_and_deactivated(
    administrator, second_administrator, now
):
    changed = change(
        second_administrator, administrator, now, roles=frozenset({"observer"})
    )
    deactivate_person(
        person_id=changed.pk, version=changed.version, by=administrator, at=now
    )
    assert list(User.objects.active_administrators()) == [administrator]


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_deactivate_each_other_leave_one(
    administrator, second_administrator, now
):
    refusals = []
    start = threading.Barrier(2)

    def deactivate(by, person):
        try:
            start.wait()
            deactivate_person(person_id=person.pk, version=1, by=by, at=now)
        except PermissionDenied as refusal:
            refusals.append(refusal)
        finally:
            connection.close()

    pair = (administrator, second_administrator)
    threads = [
        threading.Thread(target=deactivate, args=args) for args in (pair, pair[::-1])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refusals) == 1
    assert User.objects.active_administrators().count() == 1
