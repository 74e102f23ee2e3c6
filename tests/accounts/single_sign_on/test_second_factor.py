"""Tests of second factors beside single sign-on: neither is a way round the other."""

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.single_sign_on.links import is_linked
from tests.accounts.factors.conftest import (
    SIGN_IN,
    STEP,
    give_app,
    is_signed_in,
    with_password,
)
from tests.accounts.factors.test_recently_signed_in import TYPED, make_long_ago
from tests.accounts.single_sign_on.provider import (
    CONFIRM,
    WITH_TWO_FACTORS,
    link,
    visit,
)
from tests.factories import PASSWORD

# A thread of the provider warns of its own package.
pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config")
FACTORS, NEW_APP = "/accounts/second-factors/", "/accounts/second-factors/app/"
NEW_KEY = "/people/keys/new/"


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_ROLES = ["head"]


def test_who_has_a_second_factor_here_shows_it(client, provider, officer_jp, now):
    link(officer_jp, "subject-1", provider, now)
    app, _codes = give_app(officer_jp)
    assert visit(client, "subject-1").url == STEP
    assert not is_signed_in(client)
    assert client.get("/api/v1/me/").status_code == 401
    client.post(STEP, {"confirm-code": app.code()})
    assert is_signed_in(client)


def test_one_that_the_provider_has_asked_for_counts(
    client, provider, required, head_jp, now
):
    link(head_jp, WITH_TWO_FACTORS, provider, now)
    give_app(head_jp)
    assert visit(client, WITH_TWO_FACTORS).url == "/"
    assert is_signed_in(client)
    assert client.get("/api/v1/me/").status_code == 200


def test_one_that_no_setting_trusts_counts_for_nothing(
    client, provider, required, settings, head_jp, now
):
    settings.SINGLE_SIGN_ON = provider.configured(second_factors=frozenset())
    link(head_jp, WITH_TWO_FACTORS, provider, now)
    visit(client, WITH_TWO_FACTORS)
    assert client.get("/people/me/").url == FACTORS
    # Who came from the provider may set one up.
    assert client.get(NEW_APP).status_code == 200


def test_a_password_typed_later_begins_anew(client, provider, required, head_jp, now):
    """As after a sign-in that was refused, in a browser that others use too."""
    link(head_jp, WITH_TWO_FACTORS, provider, now)
    User.objects.filter(pk=head_jp.pk).update(is_active=False)
    visit(client, WITH_TWO_FACTORS)
    User.objects.filter(pk=head_jp.pk).update(is_active=True)
    client.post(SIGN_IN, {"login": head_jp.email, "password": PASSWORD})
    assert client.get("/people/me/").url == FACTORS


def test_a_stolen_mailbox_sets_a_password_and_no_factor(
    client, provider, required, head_jp, now
):
    """The provider is the second factor: a mailed link does not replace it."""
    link(head_jp, WITH_TWO_FACTORS, provider, now)
    client.post("/accounts/password/reset/", {"email": head_jp.email})
    [path] = re.findall(r"(/accounts/password\S+)", str(mail.outbox[-1].body))
    form = client.get(path, follow=True).redirect_chain[-1][0]
    new = "a rather new horse 7"
    client.post(form, {"password1": new, "password2": new})
    client.post(SIGN_IN, {"login": head_jp.email, "password": new})
    assert client.get(NEW_APP).url == FACTORS
    passkey = {"name": "Mine", "credential": "{}"}
    assert client.post(f"{FACTORS}passkey/", passkey).url == FACTORS
    assert client.get("/people/me/").url == FACTORS
    assert client.post("/people/me/single-sign-on/end/").url == FACTORS
    assert is_linked(head_jp)
    page = client.get(FACTORS).text
    assert "Sign in there before you add your first second factor." in page
    assert "Add an authenticator app" not in page
    # The person themselves goes on at the provider.
    assert visit(client, WITH_TWO_FACTORS, CONFIRM, next=FACTORS).url == FACTORS
    assert client.get("/people/me/").status_code == 200
    assert client.get(NEW_APP).status_code == 200


# ---- Before dangerous acts


def test_the_provider_confirms_and_what_was_typed_waits(
    client, provider, required, head_jp, now
):
    link(head_jp, WITH_TWO_FACTORS, provider, now)
    visit(client, WITH_TWO_FACTORS)
    before = make_long_ago(client)
    page = client.post(NEW_KEY, TYPED)
    assert page.status_code == 403
    assert "Confirm with Ministry ID" in page.text
    # A password does not take the place of two factors.
    refused = client.post(NEW_KEY, {**TYPED, "confirm-password": PASSWORD})
    assert refused.status_code == 422
    visit(client, WITH_TWO_FACTORS, CONFIRM)
    assert client.session.session_key != before
    made = client.post(NEW_KEY, TYPED)
    assert "This is the secret of the key" in made.text


def test_one_factor_there_is_not_enough_for_who_has_one_here(provider, officer_jp, now):
    link(officer_jp, "subject-1", provider, now)
    app, _codes = give_app(officer_jp)
    client = with_password(officer_jp, Client())
    client.post(STEP, {"confirm-code": app.code()})
    make_long_ago(client)
    answer = visit(client, "subject-1", CONFIRM, next=NEW_APP)
    assert answer.status_code == 403
    again = client.get(f"{FACTORS}recovery-codes/")
    assert again["Location"].startswith("/accounts/confirm/")


def test_linking_and_ending_a_link_ask_who_is_there(
    signed_in, provider, officer_jp, now
):
    client = signed_in(officer_jp)
    make_long_ago(client)
    for act in ("link", "end"):
        page = client.post(f"/people/me/single-sign-on/{act}/")
        assert page.status_code == 403
        assert "Confirm that it is you" in page.text
    sent = {"confirm-password": PASSWORD}
    page = client.post("/people/me/single-sign-on/link/", sent)
    assert "Continue at Ministry ID" in page.text


def test_it_is_offered_to_who_is_linked_and_to_no_one_else(
    signed_in, provider, officer_jp, now
):
    client = signed_in(officer_jp)
    assert "Ministry ID" not in client.get("/accounts/confirm/").text
    link(officer_jp, "subject-1", provider, now)
    assert "Confirm with Ministry ID" in client.get("/accounts/confirm/").text
