"""Tests of the permissions on accounts. No database: no person is saved."""

import pytest

from accounts.models import Role, Scope, User
from accounts.permissions import (
    can_deactivate,
    can_manage_people,
    can_set_password,
    can_steer_jobs,
)


def person(role: Role, **fields) -> User:
    return User(roles=[role], **fields)


def by_key(user: User) -> User:
    user.scopes = frozenset(Scope.values)
    return user


@pytest.mark.parametrize("permission", [can_manage_people, can_steer_jobs])
def test_administrators_manage_people_and_jobs_in_person(permission):
    assert {role for role in Role if permission(person(role))} == {Role.ADMINISTRATOR}
    assert not permission(by_key(person(Role.ADMINISTRATOR)))
    assert not permission(person(Role.ADMINISTRATOR, is_active=False))


def test_administrators_deactivate_everybody_but_themselves():
    administrator, officer = person(Role.ADMINISTRATOR), person(Role.OFFICER)
    assert can_deactivate(administrator, officer)
    assert not can_deactivate(administrator, administrator)
    assert not can_deactivate(officer, administrator)


@pytest.mark.parametrize(
    ("is_active", "is_service", "may"),
    [(True, False, True), (True, True, False), (False, False, False)],
)
def test_an_active_person_may_have_a_password(is_active, is_service, may):
    user = person(Role.OFFICER, is_active=is_active, is_service=is_service)
    assert can_set_password(user) is may
