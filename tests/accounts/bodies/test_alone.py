"""Attacks of one administrator alone, who wants to read the draft scores of a body.

They have all pages of administrators, and a mailbox of their own. What they try needs a
second administrator, or opens nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from accounts.actions.people import deactivate_person
from accounts.models import ApiKey, PendingGrant, Role, User
from progress.models import AssessmentTable
from tests.accounts.signed_in import client_of
from tests.factories import make_body, make_user
from tests.progress.assessments.scoring import make_table
from tests.progress.keys import NEW, SENT

OBSERVATORY, MINE = "university-observatory", "mine@attacker.example"
ROLE = {"roles": ["assessor"], "body": OBSERVATORY}


@dataclass
class LoneAdministrator:
    """One administrator, and an assessor of the body whose drafts they want to read."""

    user: User
    victim: User

    def post(self, path: str, **values: Any) -> Any:
        return client_of(self.user).post(f"/people/{path}", values)

    def edit(self, person: User, **values: Any) -> Any:
        now = User.objects.get(pk=person.pk)
        usual = {"name": now.name, "time_zone": "UTC", "version": now.version}
        return self.post(f"{person.pk}/edit/", **usual | values)

    def accounts(self) -> list[User]:
        """Every account that they control: theirs, and those of their mailbox."""
        mine = User.objects.filter(email=MINE)
        return [*mine, User.objects.get(pk=self.user.pk)]


def a_new_assessor(attacker):
    attacker.post("new/", name="Mine", email=MINE, **ROLE)


def a_role_of_their_own(attacker):
    attacker.edit(attacker.user, roles=["administrator", "assessor"], body=OBSERVATORY)


def a_body_for_an_observer(attacker):
    attacker.post("new/", name="Mine", email=MINE, roles=["observer"])
    attacker.edit(User.objects.get(email=MINE), **ROLE)


def a_body_for_an_assessor_of_before(attacker):
    attacker.edit(make_user(Role.ASSESSOR, email=MINE), **ROLE)


def a_move_from_another_body(attacker):
    person = make_user(Role.ASSESSOR, email=MINE, body=make_body("policy-institute"))
    attacker.edit(person, **ROLE)


def a_move_from_a_delegation(attacker):
    attacker.edit(make_user(Role.OFFICER, email=MINE, member="JP"), **ROLE)


def a_return_of_who_left(attacker):
    person = make_user(Role.ASSESSOR, email=MINE, body=make_body())
    at = attacker.user.created_at
    deactivate_person(person_id=person.pk, version=1, by=attacker.user, at=at)
    attacker.post(f"{person.pk}/reactivate/", version=2)
    attacker.post(f"{person.pk}/invite-again/")


def the_address_of_an_assessor(attacker):
    attacker.post(f"{attacker.victim.pk}/address/", email=MINE, version=1)
    attacker.edit(attacker.victim, email=MINE, **ROLE)


def a_reset_of_the_sign_in(attacker):
    attacker.post(f"{attacker.victim.pk}/reset-sign-in/", version=1, email=MINE)


def a_key_of_the_body(attacker):
    for scopes in (["write:assessments"], ["read:green"]):
        sent = {**SENT, "networks": "", "scopes": scopes, "body": OBSERVATORY}
        client_of(attacker.user).post(NEW, sent)
    assert all(key.user.body_id is None for key in ApiKey.objects.all())


@pytest.mark.parametrize(
    "attack",
    [
        a_new_assessor, a_role_of_their_own, a_body_for_an_observer,
        a_body_for_an_assessor_of_before, a_move_from_another_body,
        a_move_from_a_delegation, a_return_of_who_left, the_address_of_an_assessor,
        a_reset_of_the_sign_in, a_key_of_the_body,
    ],
    ids=lambda attack: attack.__name__,
)  # fmt: skip
def test_one_administrator_alone_reads_no_draft_of_a_body(
    administrator, assessor, stocktake, now, attack: Callable[..., None]
):
    table = make_table(assessor.body, stocktake)
    attacker = LoneAdministrator(administrator, assessor)
    attack(attacker)
    PendingGrant.objects.update(notified_at=now)
    for grant in PendingGrant.objects.all():
        attacker.post(f"grants/{grant.pk}/agree/")
    assert not PendingGrant.objects.filter(decision="agreed").exists()
    for account in attacker.accounts():
        assert table not in AssessmentTable.objects.visible_to(account, now)
    assert User.objects.get(pk=assessor.pk).email == assessor.email
