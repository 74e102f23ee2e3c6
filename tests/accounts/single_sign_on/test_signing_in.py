"""Tests of signing in at the provider: by issuer and subject, and by nothing else."""

from base64 import urlsafe_b64encode
from hashlib import sha256

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.actions.people import deactivate_person
from accounts.models import SignInIdentity, User
from audit.models import Event
from tests.accounts.single_sign_on.provider import (
    AWAY,
    BEGIN,
    CONFIRM,
    LINK,
    LINK_OWN,
    address_in,
    answer_for,
    link,
    parameters,
    visit,
)

# A thread of the provider warns of its own package.
pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config")
ME = "/people/me/"


def is_signed_in(client):
    return client.get(ME).status_code == 200


def test_a_linked_person_signs_in_and_comes_home(client, provider, officer_jp, now):
    link(officer_jp, "subject-1", provider, now)
    answer = visit(client, "subject-1")
    assert (answer.status_code, answer.url) == (302, reverse("home"))
    assert officer_jp.email in client.get(ME).text
    event = Event.objects.get(verb="user.sign_in")
    assert event.actor == officer_jp.email
    assert officer_jp.devices.count() == 1


def test_the_page_they_wanted_is_the_next_and_no_page_elsewhere(
    client, provider, officer_jp, now
):
    link(officer_jp, "subject-1", provider, now)
    assert visit(client, "subject-1", next=ME).url == ME
    answer = visit(Client(), "subject-1", next="https://evil.example/")
    assert answer.url == reverse("home")


def test_the_sign_in_page_offers_it(client, provider, members):
    page = client.get("/accounts/login/", {"next": ME})
    assert "Sign in with Ministry ID" in page.text
    assert (
        page.text.count(f'name="next" value="{ME}"') == 4
    )  # three forms and the languages


def test_only_the_subject_is_asked_for_with_proof_of_the_browser(
    client, provider, officer_jp, now
):
    link(officer_jp, "subject-1", provider, now)
    address = address_in(client.post(BEGIN))
    asked = parameters(address)
    assert asked["scope"] == "openid"
    assert (
        asked["redirect_uri"]
        == "http://127.0.0.1:8000/accounts/single-sign-on/callback/"
    )
    assert asked["code_challenge_method"] == "S256"
    client.get(answer_for(address, "subject-1"))
    [sent] = [got for path, got in provider.requests_got if path == "/oauth2/token"]
    digest = sha256(sent["code_verifier"].encode()).digest()
    assert urlsafe_b64encode(digest).decode().rstrip("=") == asked["code_challenge"]
    assert "g7plan" not in address.partition("client_id=g7plan")[2]


def test_no_token_is_kept_or_given_to_the_browser(client, provider, officer_jp, now):
    link(officer_jp, "subject-1", provider, now)
    answer = visit(client, "subject-1")
    held = f"{answer.headers} {answer.content!r} {dict(client.session.items())}"
    # Each part of a token begins with a bracket of JSON, in base 64.
    assert "eyJ" not in held
    assert "subject-1" not in held


def test_a_sign_in_begins_by_a_press_and_never_by_itself(client, provider, db):
    assert client.get(BEGIN).status_code == 405
    assert client.get(CONFIRM).status_code in {302, 405}
    assert not provider.requests_got


def test_our_own_address_is_used_and_not_the_clients(client, provider, settings, db):
    settings.ALLOWED_HOSTS = ["evil.example"]
    page = client.post(BEGIN, headers={"host": "evil.example"})
    assert "evil.example" not in address_in(page)


# ---- Who it is not


def test_a_mail_address_names_nobody(client, provider, officer_jp):
    """The provider of these tests gives each subject as the mail address too."""
    answer = visit(client, officer_jp.email)
    assert answer.url == LINK
    page = client.get(LINK)
    assert "no account here is linked" in page.text
    assert "ask an administrator" in page.text
    assert officer_jp.name not in page.text
    assert not is_signed_in(client)
    assert not SignInIdentity.objects.exists()


@pytest.mark.parametrize("subject", ["Subject-1", "subject-1 ", "subject-2"])
def test_another_subject_is_another_person(client, provider, officer_jp, now, subject):
    link(officer_jp, "subject-1", provider, now)
    assert visit(client, subject).url == LINK


def test_the_subject_of_another_issuer_is_another_person(
    client, provider, officer_jp, now
):
    link(officer_jp, "subject-1", provider, now)
    SignInIdentity.objects.update(issuer="https://elsewhere.example")
    assert visit(client, "subject-1").url == LINK


def test_an_ended_link_opens_nothing(client, provider, officer_jp, now):
    link(officer_jp, "subject-1", provider, now)
    SignInIdentity.objects.update(ended_at=now, ended_by=officer_jp)
    assert visit(client, "subject-1").url == LINK


def test_no_account_is_made(client, provider, members):
    count = User.objects.count()
    visit(client, "someone new")
    assert User.objects.count() == count


def test_a_deactivated_person_stays_outside(
    client, provider, officer_jp, administrator, now
):
    link(officer_jp, "subject-1", provider, now)
    User.objects.filter(pk=officer_jp.pk).update(is_active=False)
    assert visit(client, "subject-1").url == reverse("account_inactive")
    assert not is_signed_in(client)
    assert Event.objects.get(verb="user.sign_in_refused").data["reason"] == "inactive"


def test_who_was_deactivated_is_linked_anew(
    client, provider, officer_jp, administrator, now
):
    link(officer_jp, "subject-1", provider, now)
    deactivate_person(
        person_id=officer_jp.pk, version=officer_jp.version, by=administrator, at=now
    )
    assert SignInIdentity.objects.get().ended_by == administrator
    assert visit(client, "subject-1").url == LINK


def test_who_was_signed_in_as_another_person_is_signed_out_first(
    signed_in, provider, officer_jp, officer_fr, now
):
    link(officer_jp, "subject-1", provider, now)
    client = signed_in(officer_fr)
    visit(client, "subject-1")
    assert officer_jp.email in client.get(ME).text
    assert Event.objects.get(verb="user.sign_out").actor == officer_fr.email


# ---- Answers that prove nothing


def test_an_answer_is_taken_once(client, provider, officer_jp, now):
    link(officer_jp, "subject-1", provider, now)
    answer = answer_for(address_in(client.post(BEGIN)), "subject-1")
    client.get(answer)
    client.post("/accounts/logout/")
    again = client.get(answer)
    assert again.status_code == 400
    assert "was used before" in again.text


def test_an_answer_is_of_no_use_in_another_browser(client, provider, officer_jp, now):
    """No one can be made to sign in as someone else."""
    link(officer_jp, "subject-1", provider, now)
    answer = answer_for(address_in(client.post(BEGIN)), "subject-1")
    other = Client()
    assert other.get(answer).status_code == 400
    assert not is_signed_in(other)


def test_an_answer_of_another_visit_is_refused(client, provider, officer_jp, now):
    """The state is that of this visit, the code that of another one."""
    link(officer_jp, "subject-1", provider, now)
    first = parameters(answer_for(address_in(Client().post(BEGIN)), "subject-1"))
    mine = parameters(address_in(client.post(BEGIN)))
    stolen = {"state": mine["state"], "code": first["code"]}
    answer = client.get(f"{BEGIN}callback/", stolen)
    assert answer.status_code == 403
    assert "could not be verified" in answer.text
    assert not is_signed_in(client)


def test_an_answer_is_late_after_ten_minutes(client, provider, officer_jp, now):
    link(officer_jp, "subject-1", provider, now)
    with time_machine.travel(now, tick=True) as clock:
        answer = answer_for(address_in(client.post(BEGIN)), "subject-1")
        clock.shift(601)
        assert client.get(answer).status_code == 400


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ({"error": "access_denied"}, 403, "did not let you continue"),
        ({"error": "server_error"}, 403, "could not be verified"),
        ({"code": "made up"}, 403, "could not be verified"),
        ({}, 403, "could not be verified"),
        ({"code": "x", "iss": "https://evil.example"}, 403, "could not be verified"),
    ],
)
def test_a_refusal_says_what_happened(client, provider, db, query, status, sentence):
    state = parameters(address_in(client.post(BEGIN)))["state"]
    answer = client.get(f"{BEGIN}callback/", {"state": state, **query})
    assert answer.status_code == status
    assert sentence in answer.text
    assert "made up" not in answer.text


@pytest.mark.parametrize("issuer", [AWAY, "other"])
def test_a_provider_that_is_away_is_a_503(client, provider, settings, db, issuer):
    """So is one that calls itself by another name."""
    if issuer == "other":
        issuer = f"{provider.issuer}/"
    settings.SINGLE_SIGN_ON = provider.configured(issuer=issuer)
    answer = client.post(BEGIN)
    assert answer.status_code == 503
    assert "Ministry ID does not answer as it should" in answer.text
    assert "sign in with your password" in answer.text


def test_visits_from_one_address_are_limited(client, provider, settings, db):
    limits = settings.RATE_LIMITS
    few = limits["single-sign-on-address"].__class__(2, 60)
    settings.RATE_LIMITS = {**limits, "single-sign-on-address": few}
    assert [client.post(BEGIN).status_code for _each in range(3)] == [200, 200, 429]


def test_refused_answers_and_wrong_passwords_share_a_limit(
    client, provider, settings, db
):
    limits = settings.RATE_LIMITS
    few = limits["sign-in-address"].__class__(2, 60)
    settings.RATE_LIMITS = {**limits, "sign-in-address": few}
    client.post("/accounts/login/", {"login": "nobody@tests.example", "password": "x"})
    state = parameters(address_in(client.post(BEGIN)))["state"]
    client.get(f"{BEGIN}callback/", {"state": state, "code": "made up"})
    answer = client.post(BEGIN, follow=True)
    assert "Too many attempts in a short time" in answer.text
    assert answer.redirect_chain == [("/accounts/login/", 302)]


def test_there_is_none_where_none_is_set(client, signed_in, officer_jp, settings):
    settings.SINGLE_SIGN_ON = None
    assert "single-sign-on" not in client.get("/accounts/login/").text
    assert client.post(BEGIN).status_code == 404
    assert client.get(f"{BEGIN}callback/", {"state": "a"}).status_code == 404
    assert client.get(LINK).status_code == 404
    person = signed_in(officer_jp)
    assert "ingle sign-on" not in person.get(ME).text
    assert person.post(LINK_OWN).status_code == 404
    assert person.post(CONFIRM).status_code == 404
