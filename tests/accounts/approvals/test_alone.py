"""Attacks of one administrator alone, who wants to read a draft of a delegation.

They have all pages of administrators, a mailbox of their own, and an account that they
invited a minute ago. What they try needs a second administrator, or opens nothing.
"""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.actions.people import deactivate_person
from accounts.actions.role_ends import end_passed_roles
from accounts.models import PendingGrant, Role, SignInIdentity, User
from tests.accounts.signed_in import client_of
from tests.factories import make_entry, make_user, member_commitment_of

SECRET, MINE = "zanzibar draft", "mine@attacker.example"
PASSWORD = "a rather new horse 7"


@dataclass
class Attacker:
    """One administrator, the accounts that they control, and what they want to read."""

    user: User
    victim: User
    entry: Any

    def __post_init__(self) -> None:
        self.pages = client_of(self.user)

    def post(self, path: str, **values: Any) -> Any:
        return self.pages.post(f"/people/{path}", values)

    def edit(self, person: User, **values: Any) -> Any:
        now = User.objects.get(pk=person.pk)
        usual = {"name": now.name, "time_zone": "UTC", "version": now.version}
        return self.post(f"{person.pk}/edit/", **usual | values)

    def invite_observer(self, **values: Any) -> User:
        """Invite themselves under another address, which needs no second."""
        self.post("new/", name="Mine", email=MINE, roles=["observer"], **values)
        return User.objects.get(email=MINE)

    def browsers(self) -> list[Client]:
        """Return a browser of every account that their mailbox opens."""
        Client().post("/accounts/password/reset/", {"email": MINE})
        found = [self.pages]
        for message in mail.outbox:
            links = re.findall(r"(/accounts/password/\S+)", str(message.body))
            found += map(_browser_of, links if message.to == [MINE] else [])
        return found

    def reads(self) -> bool:
        """Agree to all that waits, from each browser, and look for the text."""
        browsers = self.browsers()
        PendingGrant.objects.update(notified_at=self.user.created_at)
        for browser in browsers:
            for grant in PendingGrant.objects.all():
                browser.post(f"/people/grants/{grant.pk}/agree/")
        return any(self._reads(browser) for browser in [*browsers, *self.browsers()])

    def _reads(self, browser: Client) -> bool:
        pages = [
            reverse("progress:entry-detail", args=[self.entry.pk]),
            f"/api/v1/entries/{self.entry.pk}/",
        ]
        answers = [browser.get(page) for page in pages]
        return any(SECRET in str(answer.content) for answer in answers)


def _browser_of(link: str) -> Client:
    browser = Client()
    form = browser.get(link, follow=True)
    if form.redirect_chain:
        sent = {"password1": PASSWORD, "password2": PASSWORD}
        browser.post(form.redirect_chain[-1][0], sent)
    browser.post("/accounts/login/", {"login": MINE, "password": PASSWORD})
    return browser


# ---- What they try


def a_new_person(attacker):
    role = {"name": "Mine", "email": MINE, "member": "JP", "roles": ["officer"]}
    attacker.post("new/", **role)


def a_role_of_their_own(attacker):
    attacker.edit(attacker.user, member="JP", roles=["administrator", "officer"])


def another_address_and_then_a_reset(attacker):
    attacker.post(f"{attacker.victim.pk}/address/", email=MINE, version=1)
    attacker.edit(attacker.victim, email=MINE, member="JP", roles=["officer"])


def a_reset_of_the_sign_in(attacker):
    attacker.post(f"{attacker.victim.pk}/reset-sign-in/", version=1, email=MINE)


def a_second_administrator_of_a_minute_ago(attacker):
    second = attacker.invite_observer()
    attacker.edit(second, roles=["administrator"])
    attacker.edit(attacker.user, member="JP", roles=["administrator", "officer"])


def a_role_given_later(attacker):
    person = attacker.invite_observer(member="JP")
    attacker.edit(person, member="JP", roles=["observer", "contributor"])
    attacker.edit(person, member="JP", roles=["head"])


def a_move_of_an_officer_elsewhere(attacker):
    person = make_user(Role.OFFICER, member="FR", email=MINE)
    attacker.edit(person, member="JP", roles=["officer"])


def a_return_of_who_left(attacker):
    person = make_user(Role.OFFICER, member="JP", email=MINE)
    deactivate_person(
        person_id=person.pk, version=1, by=attacker.user, at=attacker.user.created_at
    )
    attacker.post(f"{person.pk}/reactivate/", version=2)
    attacker.post(f"{person.pk}/invite-again/")
    attacker.post("new/", name="Mine", email=MINE, member="JP", roles=["officer"])


def an_invitation_to_another_address(attacker):
    User.objects.filter(pk=attacker.victim.pk).update(password="!unusable")
    attacker.post(f"{attacker.victim.pk}/invite-again/", email=MINE, to=MINE)
    assert [message.to for message in mail.outbox] == [[attacker.victim.email]]


def single_sign_on_of_another(attacker):
    User.objects.filter(pk=attacker.victim.pk).update(password="!unusable")
    attacker.post(f"{attacker.victim.pk}/single-sign-on/code/", email=MINE)
    page = attacker.pages.get(f"/people/{attacker.victim.pk}/edit/").text
    [message] = mail.outbox
    [code] = re.findall(r"\b(?:\w{4}-){3}\w{4}\b", str(message.body))
    assert message.to == [attacker.victim.email]
    assert code not in page
    assert not SignInIdentity.objects.exists()


def a_later_last_day(attacker):
    person = make_user(Role.OFFICER, member="JP", email=MINE, role_ends_on="2026-01-01")
    attacker.edit(person, member="JP", roles=["officer"], role_ends_on="")
    end_passed_roles(at=attacker.user.created_at)
    attacker.edit(person, member="JP", roles=["officer"], role_ends_on="2036-01-01")
    attacker.post(f"{person.pk}/reactivate/", version=2)


def a_key_of_the_delegation(attacker):
    typed = {"name": "Tool", "scopes": ["read:own"], "life": "90", "member": "JP"}
    made = attacker.post("keys/new/", **typed)
    assert "This is the secret" not in made.text


def the_pages_of_heads(attacker):
    typed = {"name": "Mine", "email": MINE, "roles": ["officer"], "member": "JP"}
    assert attacker.post("delegation/new/", **typed).status_code == 404
    acting = {"user": str(attacker.user.pk), "member": "JP"}
    assert attacker.pages.post("/acting-heads/new/", acting).status_code in {403, 404}


NEEDS_A_SECOND = [
    a_new_person,
    a_role_of_their_own,
    another_address_and_then_a_reset,
    a_reset_of_the_sign_in,
    a_second_administrator_of_a_minute_ago,
    a_role_given_later,
    a_move_of_an_officer_elsewhere,
    a_return_of_who_left,
    a_later_last_day,
]
OPENS_NOTHING = [
    an_invitation_to_another_address,
    single_sign_on_of_another,
    a_key_of_the_delegation,
    the_pages_of_heads,
]


@pytest.fixture
def attacker(plan, officer_jp, head_jp, administrator):
    # Who could agree is there, and does not.
    make_user(Role.ADMINISTRATOR, name="Second administrator")
    entry = make_entry(
        member_commitment_of(plan, "1.2.1", "JP"), by=officer_jp, narrative=SECRET
    )
    return Attacker(administrator, officer_jp, entry)


@pytest.mark.parametrize("attack", [*NEEDS_A_SECOND, *OPENS_NOTHING])
def test_an_administrator_alone_reads_no_draft(attacker, attack):
    victim = User.objects.get(pk=attacker.victim.pk)
    attack(attacker)
    assert PendingGrant.objects.exists() == (attack in NEEDS_A_SECOND)
    assert not attacker.reads()
    now = User.objects.get(pk=victim.pk)
    assert (now.email, now.roles, now.is_active) == (victim.email, ["officer"], True)
    assert not PendingGrant.objects.filter(decision="agreed").exists()


def test_with_a_second_administrator_it_works(attacker):
    """Test the test itself: the same steps, and another one agrees."""
    a_new_person(attacker)
    assert not attacker.reads()
    second = client_of(User.objects.get(name="Second administrator"))
    grant = PendingGrant.objects.get()
    second.post(f"/people/grants/{grant.pk}/agree/")
    assert attacker.reads()
