"""Tests of dangerous acts: who does them has just shown who they are."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import ApiKey
from accounts.sign_in.recent import CONFIRMED_AT, RECENT
from audit.models import Event
from tests.accounts.factors.conftest import give_app
from tests.factories import PASSWORD

NEW_KEY = "/people/keys/new/"
CONFIRM = "/accounts/confirm/"
TYPED = {"name": "Ministry’s tool", "scopes": ["read:own"], "life": "90"}


@pytest.fixture
def long_ago(signed_in, head_jp):
    """A browser whose person signed in more than fifteen minutes ago."""
    client = signed_in(head_jp)
    make_long_ago(client)
    return client


def make_long_ago(client):
    """Let the last proof in this browser be too old. Return the session's key."""
    session = client.session
    session[CONFIRMED_AT] -= RECENT.total_seconds() + 1
    session.save()
    return session.session_key


GUARDED = [
    "progress:api-key-new",
    "account_app_add",
    "account_passkey_add",
    "account_recovery_codes",
    "progress:public-reading-propose",
    "partners:feed-new",
]


@pytest.mark.parametrize("route", GUARDED)
def test_each_page_asks_first_and_leads_back(long_ago, route):
    answer = long_ago.get(reverse(route))
    assert answer["Location"] == f"{CONFIRM}?next={reverse(route).replace('/', '%2F')}"


@pytest.mark.parametrize(
    ("route", "values"),
    [
        ("progress:handover-give", [1]),
        ("progress:api-key-rotate", ["00000000-0000-0000-0000-000000000000"]),
        ("account_factor_remove", [1]),
    ],
)
def test_it_asks_before_it_says_what_there_is(long_ago, route, values):
    url = reverse(route, args=values)
    assert long_ago.get(url)["Location"].startswith(CONFIRM)
    assert long_ago.post(url).status_code == 403


def test_the_password_confirms_and_the_session_gets_a_new_key(long_ago):
    before = long_ago.session.session_key
    answer = long_ago.post(f"{CONFIRM}?next={NEW_KEY}", {"confirm-password": PASSWORD})
    assert answer["Location"] == NEW_KEY
    assert long_ago.session.session_key != before
    assert long_ago.get(NEW_KEY).status_code == 200


def test_what_was_typed_is_kept_and_sent_with_the_password(long_ago):
    page = long_ago.post(NEW_KEY, TYPED)
    assert page.status_code == 403
    assert 'name="name" value="Ministry’s tool"' in page.text
    assert not ApiKey.objects.exists()
    wrong = long_ago.post(NEW_KEY, {**TYPED, "confirm-password": "wrong"})
    assert wrong.status_code == 422
    assert 'name="name" value="Ministry’s tool"' in wrong.text
    made = long_ago.post(NEW_KEY, {**TYPED, "confirm-password": PASSWORD})
    assert "This is the secret of the key" in made.text
    assert PASSWORD not in made.text + wrong.text + page.text


def test_the_password_is_not_enough_for_who_has_a_factor(long_ago, head_jp):
    app, _codes = give_app(head_jp)
    refused = long_ago.post(NEW_KEY, {**TYPED, "confirm-password": PASSWORD})
    assert refused.status_code == 422
    assert not ApiKey.objects.exists()
    long_ago.post(NEW_KEY, {**TYPED, "confirm-code": app.code()})
    assert ApiKey.objects.exists()


def test_wrong_passwords_are_counted_as_at_sign_in(long_ago):
    sent = {"confirm-password": "wrong"}
    statuses = [long_ago.post(CONFIRM, sent).status_code for _try in range(6)]
    assert statuses == [422] * 5 + [429]
    assert Event.objects.filter(verb="user.sign_in_refused").count() == 6


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example"])
def test_nobody_is_led_elsewhere(long_ago, elsewhere):
    url = f"{CONFIRM}?next={elsewhere}"
    answer = long_ago.post(url, {"confirm-password": PASSWORD})
    assert answer["Location"] == reverse("accounts:me")


def test_a_sign_in_is_enough_for_fifteen_minutes(client, head_jp):
    with time_machine.travel("2026-11-27T12:00:00Z", tick=False) as clock:
        client.post("/accounts/login/", {"login": head_jp.email, "password": PASSWORD})
        clock.shift(RECENT)
        assert client.get(NEW_KEY).status_code == 200
        clock.shift(timedelta(seconds=1))
        assert client.get(NEW_KEY).status_code == 302


def test_a_clock_that_was_wrong_proves_nothing(long_ago):
    session = long_ago.session
    session[CONFIRMED_AT] += 2 * RECENT.total_seconds() + 60
    session.save()
    assert long_ago.get(NEW_KEY).status_code == 302
