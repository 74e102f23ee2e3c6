"""Tests of the pages on which a head manages the people of their delegation."""

import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.actions.delegation_people import invite_to_delegation
from accounts.models import PendingGrant, Role, User
from accounts.profiles import Profile
from audit.models import Event
from tests.factories import make_user

LIST, NEW = "/people/delegation/", "/people/delegation/new/"
TAKEN = "taken@tests.example"
FREE = "free@tests.example"


@pytest.fixture
def browser(signed_in, head_jp):
    return signed_in(head_jp)


@pytest.fixture
def elsewhere(members) -> User:
    """A person of another delegation."""
    return make_user(Role.OFFICER, member="FR", name="Elsewhere", email=TAKEN)


def invite(browser, email=FREE, **values):
    typed = {"name": "New Person", "email": email, "roles": ["officer"], **values}
    return browser.post(NEW, typed, follow=True)


def page_of(pk, verb):
    return f"{LIST}{pk}/{verb}/"


def test_a_head_invites_an_officer_of_their_own_delegation(browser, head_jp):
    answer = invite(browser)
    assert answer.redirect_chain == [(LIST, 302)]
    person = User.objects.get(email=FREE)
    assert (person.delegation, person.roles) == ("JP", ["officer"])
    assert [message.to for message in mail.outbox] == [[FREE]]
    assert Event.objects.get(verb="user.invite").actor == head_jp.email


@pytest.mark.parametrize("roles", [["head"], ["coordinator"], ["administrator"], []])
def test_a_head_gives_no_other_role(browser, head_jp, now, roles):
    assert invite(browser, roles=roles).status_code == 422
    profile = Profile("New Person", "JP", frozenset(roles))
    with pytest.raises(ValidationError):
        invite_to_delegation(email=FREE, profile=profile, by=head_jp, at=now)
    assert not User.objects.filter(email=FREE).exists()


@pytest.mark.parametrize("who", ["officer_jp", "coordinator", "administrator"])
def test_nobody_else_invites_to_a_delegation(request, now, who):
    profile = Profile("New Person", "JP", frozenset({"officer"}))
    with pytest.raises(PermissionDenied):
        invite_to_delegation(
            email=FREE, profile=profile, by=request.getfixturevalue(who), at=now
        )


def test_the_member_is_the_head_s_whatever_is_sent(browser):
    invite(browser, member="FR")
    assert User.objects.get(email=FREE).member_id == "JP"


def seen_of(page):
    """What a head can tell two invitations apart by: all but what they typed."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "PK", page.text)
    text = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text)
    text = re.sub(r'name="form_token" value="[^"]+"', "", text)
    text = re.sub(r'nonce="[^"]*"', "", text)
    return text.replace(TAKEN, "X").replace(FREE, "X")


def test_a_head_does_not_learn_that_an_address_is_in_use_elsewhere(
    browser, elsewhere, members
):
    """Each step shows the same for an address in use and for a free one."""
    steps = {}
    for email in (FREE, TAKEN):
        shown = [invite(browser, email)]
        shown.append(invite(browser, email))
        [pk] = [
            str(row.pk)
            for model in (User, PendingGrant)
            for row in model.objects.filter(email=email).exclude(name="Elsewhere")
        ]
        shown.append(browser.get(LIST))
        shown.append(browser.get(page_of(pk, "edit")))
        shown.append(browser.post(page_of(pk, "invite-again"), follow=True))
        shown.append(browser.post(page_of(pk, "reactivate"), {"version": 1}))
        shown.append(browser.get(page_of(pk, "deactivate")))
        shown.append(
            browser.post(page_of(pk, "deactivate"), {"version": 1}, follow=True)
        )
        shown.append(browser.get(page_of(pk, "deactivate")))
        shown.append(invite(browser, email))
        steps[email] = [(one.status_code, seen_of(one)) for one in shown]
        User.objects.filter(email=FREE).update(email="gone@tests.example", member="FR")
        PendingGrant.objects.clashes_of("JP").update(
            decision="refused", decided_at=datetime.now(UTC), decided_by=elsewhere
        )
    for free, taken in zip(steps[FREE], steps[TAKEN], strict=True):
        assert free == taken
    assert [message.to for message in mail.outbox].count([TAKEN]) == 3
    assert User.objects.get(pk=elsewhere.pk).member_id == "FR"


def test_administrators_see_that_an_address_is_in_use(
    browser, signed_in, administrator, elsewhere
):
    invite(browser, TAKEN)
    grant = PendingGrant.objects.get()
    page = signed_in(administrator).get(f"/people/grants/{grant.pk}/").text
    assert "This address has an account already." in page
    assert browser.get(f"/people/grants/{grant.pk}/").status_code == 404
    again = mail.outbox[0]
    assert "has an account already" in str(again.body)
    assert "Japan" not in str(again.message())


def test_a_head_changes_and_deactivates_an_officer(browser, officer_jp):
    values = {"name": "Renamed", "roles": ["contributor"], "version": 1}
    assert browser.post(page_of(officer_jp.pk, "edit"), values).status_code == 302
    officer_jp.refresh_from_db()
    assert (officer_jp.name, officer_jp.roles) == ("Renamed", ["contributor"])
    stale = browser.post(page_of(officer_jp.pk, "edit"), {**values, "name": "Other"})
    assert stale.status_code == 409
    browser.post(page_of(officer_jp.pk, "deactivate"), {"version": 2})
    assert not User.objects.get(pk=officer_jp.pk).is_active


def test_a_head_lets_in_again_who_had_come(browser, officer_jp, now):
    User.objects.update(last_login=now)
    browser.post(page_of(officer_jp.pk, "deactivate"), {"version": 1})
    browser.post(page_of(officer_jp.pk, "reactivate"), {"version": 2})
    assert User.objects.get(pk=officer_jp.pk).is_active
    assert [message.to for message in mail.outbox] == [[officer_jp.email]]


@pytest.mark.parametrize("roles", [["head"], ["officer", "coordinator"], ["observer"]])
def test_a_head_does_not_change_others_of_the_delegation(browser, roles):
    other = make_user(*map(Role, roles), member="JP")
    for verb in ("edit", "deactivate"):
        assert browser.get(page_of(other.pk, verb)).status_code == 403
        sent = browser.post(page_of(other.pk, verb), {"version": 1, "name": "X"})
        assert sent.status_code == 403
    assert User.objects.get(pk=other.pk).is_active


def test_a_head_knows_nobody_of_another_delegation(browser, elsewhere):
    assert "Elsewhere" not in browser.get(LIST).text
    for verb in ("edit", "deactivate"):
        assert browser.get(page_of(elsewhere.pk, verb)).status_code == 404
