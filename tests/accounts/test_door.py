"""Tests of sign-in: each attempt is recorded, and guessing is slowed down."""

import json

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from audit.models import Event
from tests.accounts.test_new_devices import come_again
from tests.accounts.test_sessions import SESSIONS, come_in, is_signed_in
from tests.accounts.test_sign_in import SIGN_IN, WRONG, sign_in
from tests.factories import PASSWORD, make_user

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}


def events(verb):
    return list(Event.objects.filter(verb=verb).order_by("pk"))


# ---- What is recorded


def test_a_sign_in_and_a_sign_out_are_written_down(officer_jp):
    browser = come_in(officer_jp, **ELSEWHERE)
    browser.post("/accounts/logout/")
    [came], [went] = events("user.sign_in"), events("user.sign_out")
    for event in (came, went):
        assert (event.actor, event.target_id) == (officer_jp.email, str(officer_jp.pk))
        assert event.member == "JP"
    assert came.data == {"address": "203.0.113.7"}


@pytest.mark.parametrize("who", ["officer", "nobody"])
def test_a_refusal_is_written_down_without_what_was_typed(client, members, who):
    """People type their password where the address belongs."""
    person = make_user(Role.OFFICER, member="JP", email="officer@tests.example")
    sign_in(client, f"{who}@tests.example", "my-secret")
    [event] = events("user.sign_in_refused")
    assert event.data["reason"] == "wrong"
    assert (event.target_id == str(person.pk)) == (who == "officer")
    row = json.dumps(Event.objects.filter(pk=event.pk).values().get(), default=str)
    assert "my-secret" not in row
    assert "nobody" not in row


def test_too_many_attempts_and_closed_accounts_are_written_down(client, members):
    gone = make_user(Role.OBSERVER, is_active=False)
    sign_in(client, gone.email)
    for _attempt in range(6):
        sign_in(client, "nobody@tests.example")
    reasons = [event.data["reason"] for event in events("user.sign_in_refused")]
    assert reasons == ["inactive", *["wrong"] * 5, "too_many_attempts"]


def test_a_refusal_costs_the_same_queries_for_anybody(officer_jp):
    """Otherwise the time it takes would reveal who has an account."""

    def queries(email):
        with CaptureQueriesContext(connection) as captured:
            sign_in(Client(), email, "wrong")
        return [query["sql"].split()[0] for query in captured]

    assert queries(officer_jp.email) == queries("nobody@tests.example")


def test_people_see_who_tried_their_door(officer_jp, officer_fr):
    for person in (officer_jp, officer_fr):
        come_in(person, password="wrong", **ELSEWHERE)
    page = come_in(officer_jp).get(SESSIONS).text
    assert page.count("Refused: the password was wrong") == 1
    assert page.count("203.0.113.7") == 1


def test_arrivals_do_not_bury_what_was_done_to_an_account(
    signed_in, administrator, officer_jp
):
    come_in(officer_jp)
    page = signed_in(administrator).get(f"/people/{officer_jp.pk}/edit/").text
    assert "Signed in" not in page
    assert "user.sign_in" not in page


# ---- Guessing


def guess(person, times, **environment):
    browser = Client(**environment)
    return [sign_in(browser, person.email, "wrong").text for _time in range(times)]


def test_an_attacker_cannot_keep_somebody_out_of_their_own_browser(officer_jp):
    browser = come_in(officer_jp)
    browser.post("/accounts/logout/")
    assert "Too many attempts" in guess(officer_jp, 6, **ELSEWHERE)[-1]
    come_again(browser, officer_jp)
    assert is_signed_in(browser)


def test_guessing_in_a_known_browser_is_stopped_too(officer_jp):
    browser = come_in(officer_jp)
    browser.post("/accounts/logout/")
    answers = [sign_in(browser, officer_jp.email, "wrong").text for _time in range(6)]
    assert ["Too many attempts" in answer for answer in answers] == [False] * 5 + [True]


@pytest.mark.long
def test_a_neighbour_at_the_same_address_does_not_keep_a_known_browser_out(
    officer_jp, members
):
    """A whole delegation can have one network address."""
    browser = come_in(officer_jp, **ELSEWHERE)
    browser.post("/accounts/logout/")
    neighbour = Client(REMOTE_ADDR="203.0.113.7")
    answers = [
        sign_in(neighbour, f"nobody{number}@tests.example") for number in range(11)
    ]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    # Nor do the attempts of the known browser count against the neighbour.
    for _attempt in range(5):
        assert sign_in(browser, officer_jp.email, "wrong").status_code == 200
    answer = sign_in(browser, officer_jp.email, "wrong")
    assert answer.status_code == 429  # the account's own limit stays
    cache.clear()
    for number in range(10):
        sign_in(neighbour, f"nobody{number}@tests.example")
    come_again(browser, officer_jp)
    assert is_signed_in(browser)


def test_a_browser_known_to_one_is_no_help_with_another(officer_jp, officer_fr):
    """An attacker with an account of their own guesses as slowly as all others."""
    guess(officer_fr, 5)
    browser = come_in(officer_jp)
    browser.post("/accounts/logout/")
    assert "Too many attempts" in sign_in(browser, officer_fr.email).text
    assert not is_signed_in(browser)


@pytest.mark.parametrize("host", ["127.0.0.1:{number}", "localhost:{number}"])
def test_another_host_gives_no_more_attempts(officer_jp, settings, host):
    """The client chooses the port in the Host header."""
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    answers = [
        Client(headers={"host": host.format(number=8000 + number)}).post(
            SIGN_IN, {"login": officer_jp.email, "password": "wrong"}
        )
        for number in range(6)
    ]
    assert [WRONG in answer.text for answer in answers] == [True] * 5 + [False]


def test_another_address_or_case_gives_no_more_attempts(officer_jp):
    for number in range(5):
        sign_in(Client(REMOTE_ADDR=f"203.0.113.{number}"), officer_jp.email, "wrong")
    answer = sign_in(Client(), f" {officer_jp.email.upper()} ", PASSWORD)
    assert "Too many attempts" in answer.text
    assert "Forgotten your password?" in answer.text
