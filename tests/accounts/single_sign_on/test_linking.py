"""Tests of linking a person with their account at the provider, and ending that."""

import re
import time
from datetime import UTC, datetime

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.actions import sign_in_identities as actions
from accounts.actions.people import end_access
from accounts.actions.purge import delete_expired
from accounts.mail import send_invitation
from accounts.models import AccountState, Role, SignInCode, SignInIdentity, User
from accounts.sign_in.recent import is_recent
from accounts.single_sign_on.begun import Identity
from accounts.single_sign_on.id_token import LEEWAY
from accounts.views import single_sign_on
from audit.models import Event
from tests.accounts.factors.test_recently_signed_in import make_long_ago
from tests.accounts.single_sign_on.provider import (
    CONFIRM,
    LINK,
    LINK_OWN,
    address_in,
    answer_for,
    link,
    visit,
)
from tests.factories import make_user

# A thread of the provider warns of its own package.
pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config")
ME = "/people/me/"
CODE = re.compile(r"\b[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}\b")


def is_signed_in(client):
    return client.get(ME).status_code == 200


@pytest.fixture
def invited(members):
    person = make_user(Role.OFFICER, member="JP", email="sato@tests.example")
    person.set_unusable_password()
    person.save()
    return person


def send_code(browser, person):
    answer = browser.post(f"/people/{person.pk}/single-sign-on/code/", follow=True)
    return answer, CODE.findall(str(mail.outbox[-1].body))[0]


def test_an_invited_person_links_by_the_mailed_code(
    client, provider, signed_in, administrator, invited
):
    send_invitation(invited)
    answer, code = send_code(signed_in(administrator), invited)
    assert "has been sent to sato@tests.example" in answer.text
    assert code not in answer.text
    assert mail.outbox[-1].to == [invited.email]
    assert visit(client, "sato", next=ME).url == LINK
    typed = f" {code.lower().replace('-', ' ')} "
    assert client.post(LINK, {"code": typed}).url == ME
    assert invited.email in client.get(ME).text
    found = SignInIdentity.objects.get()
    assert (found.user, found.subject, found.issuer) == (
        invited,
        "sato",
        provider.issuer,
    )
    assert User.objects.get(pk=invited.pk).account_state is AccountState.ACTIVE
    assert "now opens your account" in mail.outbox[-1].subject
    # The mailed link of the invitation has ended too.
    [path] = re.findall(r"(/accounts/password\S+)", str(mail.outbox[0].body))
    assert "no longer works" in Client().get(path, follow=True).text
    # From now on no code is needed.
    again = Client()
    visit(again, "sato")
    assert is_signed_in(again)


def test_a_code_works_once_and_for_one_browser(
    provider, signed_in, administrator, invited
):
    _answer, code = send_code(signed_in(administrator), invited)
    first, second = Client(), Client()
    visit(first, "sato")
    visit(second, "another")
    first.post(LINK, {"code": code})
    answer = second.post(LINK, {"code": code})
    assert answer.status_code == 422
    assert "This code does not work" in answer.text
    assert SignInIdentity.objects.count() == 1


def test_a_new_code_ends_the_earlier_one(
    client, provider, signed_in, administrator, invited
):
    browser = signed_in(administrator)
    _answer, earlier = send_code(browser, invited)
    _answer, code = send_code(browser, invited)
    visit(client, "sato")
    assert client.post(LINK, {"code": earlier}).status_code == 422
    assert client.post(LINK, {"code": code}).status_code == 302


def test_a_code_expires_with_the_invitation(
    client, provider, signed_in, administrator, invited, now
):
    _answer, code = send_code(signed_in(administrator), invited)
    with time_machine.travel(now, tick=True) as clock:
        clock.shift(3 * 24 * 3600 + 60)
        visit(client, "sato")
        assert client.post(LINK, {"code": code}).status_code == 422
    SignInCode.objects.update(expires_at=now)
    delete_expired(at=now)
    assert not SignInCode.objects.exists()


def test_a_code_is_of_no_use_without_the_provider(
    client, provider, signed_in, administrator, invited
):
    _answer, code = send_code(signed_in(administrator), invited)
    assert client.post(LINK, {"code": code}).url == "/accounts/login/"
    assert SignInCode.objects.get().digest not in {code, code.replace("-", "")}


def test_who_was_known_is_forgotten_after_ten_minutes(client, provider, members, now):
    with time_machine.travel(now, tick=True) as clock:
        visit(client, "sato")
        clock.shift(601)
        assert client.get(LINK).url == "/accounts/login/"


def test_codes_cannot_be_guessed(client, provider, members):
    cache.clear()
    visit(client, "sato")
    statuses = [
        client.post(LINK, {"code": f"ABCD-{number}"}).status_code
        for number in range(11)
    ]
    assert statuses == [*[422] * 10, 429]


def test_no_code_replaces_the_sign_in_of_an_active_person(
    provider, signed_in, administrator, officer_jp
):
    """A stolen mailbox would get past the person's second factor."""
    browser = signed_in(administrator)
    assert "Send a code" not in browser.get(f"/people/{officer_jp.pk}/edit/").text
    answer = browser.post(f"/people/{officer_jp.pk}/single-sign-on/code/", follow=True)
    assert "A code is for invited people only" in answer.text
    assert mail.outbox == []


def test_a_code_ends_when_the_person_sets_a_password(
    provider, signed_in, administrator, invited, now
):
    _answer, code = send_code(signed_in(administrator), invited)
    invited.set_password("another long one")
    invited.save()
    with pytest.raises(ValidationError, match="does not work"):
        actions.link_by_code(code=code, identity=Identity("i", "s"), at=now)


@pytest.mark.parametrize("act", [actions.make_sign_in_code, actions.end_identity])
def test_only_administrators_act_for_others(head_jp, officer_jp, now, act):
    with pytest.raises(PermissionDenied):
        act(person_id=officer_jp.pk, by=head_jp, at=now)


def test_an_account_at_the_provider_is_of_one_person(officer_jp, officer_fr, now):
    identity = Identity("https://id.example", "one")
    actions.link_own(identity=identity, by=officer_jp, at=now)
    with pytest.raises(ValidationError, match="another account here"):
        actions.link_own(identity=identity, by=officer_fr, at=now)
    with pytest.raises(ValidationError, match="End that link first"):
        actions.link_own(identity=Identity("i", "two"), by=officer_jp, at=now)


# ---- A person's own link


def test_a_person_links_and_ends_their_own(signed_in, provider, officer_jp):
    browser = signed_in(officer_jp)
    assert "Link with Ministry ID" in browser.get(ME).text
    assert visit(browser, "mine", LINK_OWN).url == ME
    assert (
        "You have been able to sign in with Ministry ID since" in browser.get(ME).text
    )
    assert mail.outbox[-1].to == [officer_jp.email]
    answer = browser.post("/people/me/single-sign-on/end/", follow=True)
    assert "You can no longer use single sign-on" in answer.text
    assert visit(Client(), "mine").url == LINK
    verbs = Event.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["user.link_identity", "user.end_identity"]
    browser.post("/people/me/single-sign-on/end/")
    assert Event.objects.count() == 2


def test_a_link_is_for_the_person_who_began_it(
    signed_in, client, provider, officer_jp, officer_fr
):
    """Another person has signed in, in the same browser, in between."""
    browser = signed_in(officer_jp)
    answer = answer_for(address_in(browser.post(LINK_OWN)), "mine")
    session = browser.session
    session["_auth_user_id"] = str(officer_fr.pk)
    session["_auth_user_hash"] = officer_fr.get_session_auth_hash()
    session.save()
    assert browser.get(answer).status_code == 400
    assert not SignInIdentity.objects.exists()


def test_an_administrator_ends_a_link_and_its_sessions(
    signed_in, provider, officer_jp, administrator, now
):
    link(officer_jp, "subject-1", provider, now)
    theirs = Client()
    visit(theirs, "subject-1")
    browser = signed_in(administrator)
    page = browser.get(f"/people/{officer_jp.pk}/edit/").text
    assert "Known there as" in page
    assert "subject-1" in page
    answer = browser.post(f"/people/{officer_jp.pk}/single-sign-on/end/", follow=True)
    assert "can no longer use single sign-on" in answer.text
    assert "Ended the link with single sign-on" in answer.text
    assert not is_signed_in(theirs)
    assert SignInIdentity.objects.get().ended_by == administrator


def test_the_end_of_the_roles_ends_the_link(officer_jp, now):
    actions.link_own(identity=Identity("i", "s"), by=officer_jp, at=now)
    end_access("user.deactivate", officer_jp, by=None, at=now)
    assert SignInIdentity.objects.get().ended_at == now
    assert Event.objects.get(verb="user.end_identity").actor == "system"


# ---- Showing again who one is


def test_a_person_confirms_who_they_are(signed_in, provider, officer_jp, now):
    link(officer_jp, "subject-1", provider, now)
    browser = signed_in(officer_jp)
    make_long_ago(browser)
    answer = visit(browser, "subject-1", CONFIRM, next=ME)
    assert answer.url == ME
    asked = [got for path, got in provider.requests_got if path.endswith("authorize")]
    assert (asked[-1]["prompt"], asked[-1]["max_age"]) == ("login", "0")
    assert is_recent(browser.session, datetime.now(UTC))


@pytest.mark.parametrize("seconds", [LEEWAY + 5, None])
def test_a_sign_in_of_earlier_there_confirms_nothing(
    signed_in, provider, officer_jp, now, monkeypatch, seconds
):
    """A provider may not ask again, or not say when it did."""
    link(officer_jp, "subject-1", provider, now)
    browser = signed_in(officer_jp)
    make_long_ago(browser)
    there = time.time() - seconds if seconds else None
    answer = Identity(provider.issuer, "subject-1", signed_in_at=there)
    monkeypatch.setattr(single_sign_on, "identity_of", lambda *_, **__: answer)
    assert visit(browser, "subject-1", CONFIRM).status_code == 403
    assert not is_recent(browser.session, datetime.now(UTC))


def test_another_person_confirms_nothing(
    signed_in, provider, officer_jp, officer_fr, now
):
    link(officer_fr, "subject-2", provider, now)
    browser = signed_in(officer_jp)
    answer = visit(browser, "subject-2", CONFIRM)
    assert answer.status_code == 403
    assert "signed in here as another person" in answer.text
    assert "account_authentication_methods" not in browser.session
