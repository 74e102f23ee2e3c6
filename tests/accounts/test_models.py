"""Tests of the database's constraints on accounts: they hold for every caller."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from accounts.models import ApiKey, User


@pytest.mark.parametrize(
    "values",
    [
        {"email": "Upper@tests.example"},
        {"roles": ["king"], "email": "a@tests.example"},
        {"roles": ["officer"], "email": "a@tests.example"},
    ],
)
def test_the_database_refuses_unsound_accounts(members, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(name="A", created_at=datetime.now(UTC), **values)


def test_administrators_know_of_every_account_and_others_of_their_own(
    administrator, officer_jp, now
):
    assert User.objects.visible_to(administrator).count() == 2
    assert list(User.objects.visible_to(officer_jp)) == [officer_jp]


def test_a_key_of_an_administrator_would_see_no_other_account(
    administrator, officer_jp
):
    administrator.scopes = frozenset({"read:green"})
    assert list(User.objects.visible_to(administrator)) == [administrator]
    assert not ApiKey.objects.visible_to(administrator).exists()


def test_an_address_finds_its_person_in_any_case(officer_jp):
    found = User.objects.get_by_natural_key(officer_jp.email.upper())
    assert found == officer_jp
