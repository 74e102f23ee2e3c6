"""Tests of the pages for signing in and signing out."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from accounts.actions.attempts import attempt_of
from accounts.actions.people import deactivate_person
from accounts.adapter import AccountAdapter
from accounts.models import Role, User
from tests.accounts.hashing import CountingHasher
from tests.factories import PASSWORD, make_user

SIGN_IN = "/accounts/login/"
FORGOTTEN = "/accounts/password/reset/"
NEW_PASSWORD = "a rather new horse 7"
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
WRONG = "The e-mail address or the password is wrong."


def sign_in(client, email, password=PASSWORD, **query):
    return client.post(
        SIGN_IN, {"login": email, "password": password}, query_params=query
    )


def is_signed_in(client):
    return client.get(reverse("accounts:me")).status_code == 200


# ---- Signing in


def test_a_person_signs_in_and_comes_home(client, officer_jp):
    answer = sign_in(client, officer_jp.email)
    assert (answer.status_code, answer.url) == (302, reverse("home"))
    assert is_signed_in(client)


def test_the_field_hides_a_password_and_takes_what_is_pasted(client, db):
    page = client.get(SIGN_IN).text
    fields = re.findall(r"<input[^>]*type=.password.[^>]*>", page)
    assert [field for field in fields if 'name="password"' in field]
    assert all('autocomplete="current-password"' in field for field in fields)
    assert "paste" not in page


def test_no_password_expires(client, officer_jp):
    with time_machine.travel(NOON.replace(year=2036)):
        sign_in(client, officer_jp.email)
        assert is_signed_in(client)


def test_an_address_is_the_same_in_any_case(client, members):
    make_user(Role.OFFICER, member="JP", email="officer.jp@demo.example")
    sign_in(client, " Officer.JP@Demo.Example ")
    assert is_signed_in(client)


def test_who_wanted_a_page_is_taken_there(client, officer_jp):
    wanted = reverse("accounts:me")
    page = client.get(wanted)
    assert page.url == f"{SIGN_IN}?next={wanted}"
    assert f'name="next" value="{wanted}"' in client.get(page.url).text
    assert sign_in(client, officer_jp.email, next=wanted).url == wanted


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"]
)
def test_nobody_is_taken_elsewhere(client, officer_jp, elsewhere):
    assert sign_in(client, officer_jp.email, next=elsewhere).url == reverse("home")


def test_marks_around_the_address_do_not_keep_a_person_out(client, officer_jp):
    sign_in(client, f"\u200b{officer_jp.email}\u200e ")
    assert is_signed_in(client)


def test_a_mark_inside_the_address_is_named(client, officer_jp):
    local, _at, domain = officer_jp.email.partition("@")
    answer = sign_in(client, f"{local}\u00ad@{domain}")
    assert f"The address has a soft hyphen (U+00AD) after “{local}”." in answer.text
    assert not is_signed_in(client)


def test_who_is_signed_in_is_not_asked_again(signed_in, officer_jp):
    assert signed_in(officer_jp).get(SIGN_IN).url == reverse("home")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("{email}", "wrong"),
        ("{email}", PASSWORD + " "),
        ("nobody@tests.example", PASSWORD),
        ("invited@tests.example", PASSWORD),
        ("service@tests.example", PASSWORD),
        ("gone@tests.example", "wrong"),
    ],
)
def test_every_wrong_attempt_gets_the_same_answer(client, officer_jp, email, password):
    invited = make_user(Role.OBSERVER, email="invited@tests.example")
    service = make_user(Role.OBSERVER, email="service@tests.example", is_service=True)
    for user in (invited, service):
        user.set_unusable_password()
        user.save()
    make_user(Role.OBSERVER, email="gone@tests.example", is_active=False)
    answer = sign_in(client, email.format(email=officer_jp.email), password)
    assert answer.status_code == 200
    assert WRONG in answer.text
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "email", ["{email}", "nobody@tests.example", "invited@tests.example"]
)
def test_every_wrong_attempt_is_as_much_work(client, officer_jp, email, settings):
    """One hash each: the time an answer takes reveals nothing."""
    settings.PASSWORD_HASHERS = ["tests.accounts.hashing.CountingHasher"]
    officer_jp.set_password(PASSWORD)
    officer_jp.save()
    invited = make_user(Role.OBSERVER, email="invited@tests.example")
    invited.set_unusable_password()
    invited.save()
    CountingHasher.count = 0
    sign_in(client, email.format(email=officer_jp.email), "wrong")
    assert CountingHasher.count == 1


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("a\x00b@tests.example", PASSWORD),
        ("officer@tests.example", "a\x00b"),
        ("not an address", PASSWORD),
        ("", ""),
        ("a" * 1_000_000, PASSWORD),
        ("nobody@tests.example", "a" * 1_000_000),
        ("<script>alert(1)</script>@tests.example", PASSWORD),
    ],
)
def test_odd_input_is_answered_kindly(client, db, email, password):
    answer = sign_in(client, email, password)
    assert answer.status_code == 200
    assert re.search(r"Please correct (the following|1 field|2 fields)<", answer.text)
    assert "<script>alert" not in answer.text


def test_a_password_is_never_sent_back(client, officer_jp):
    assert "a-wrong-one" not in sign_in(client, officer_jp.email, "a-wrong-one").text


def test_who_is_deactivated_is_told_so_only_by_their_password(client, members):
    person = make_user(Role.OBSERVER, is_active=False)
    answer = client.post(
        SIGN_IN, {"login": person.email, "password": PASSWORD}, follow=True
    )
    assert "This account is deactivated" in answer.text
    assert not is_signed_in(client)


def test_a_session_ends_as_soon_as_its_person_is_deactivated(
    client, officer_jp, administrator, now
):
    sign_in(client, officer_jp.email)
    deactivate_person(person_id=officer_jp.pk, version=1, by=administrator, at=now)
    assert client.get("/").url == f"{SIGN_IN}?next=/"
    # When the account is reactivated, the session stays ended.
    User.objects.filter(pk=officer_jp.pk).update(is_active=True)
    assert not is_signed_in(client)


# ---- Limits


def test_guessing_one_address_is_stopped(client, officer_jp):
    for _attempt in range(5):
        assert WRONG in sign_in(client, officer_jp.email, "wrong").text
    answer = sign_in(client, officer_jp.email)
    assert "Too many attempts" in answer.text
    assert not is_signed_in(client)


def test_guessing_addresses_is_stopped(client, db):
    for number in range(10):
        sign_in(client, f"nobody{number}@tests.example")
    answer = sign_in(client, "nobody@tests.example")
    assert answer.status_code == 429
    assert "Too many attempts" in answer.text


@pytest.mark.parametrize(
    ("guesses", "shown", "retry_after"), [(5, "5 minutes", 300), (10, "60 seconds", 60)]
)
def test_the_answer_names_the_true_time(client, db, guesses, shown, retry_after):
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(guesses):
            name = "nobody" if guesses == 5 else f"nobody{number}"
            assert sign_in(client, f"{name}@tests.example").status_code == 200
        answer = sign_in(client, "nobody@tests.example")
        assert answer.status_code == 429
        assert answer["Retry-After"] == str(retry_after)
        assert f"Wait {shown}, then try again." in answer.text
        clock.shift(retry_after - 1)
        answer = sign_in(client, "nobody@tests.example")
        assert (answer.status_code, answer["Retry-After"]) == (429, "1")
        assert "Wait 1 second, then try again." in answer.text
        clock.shift(1)
        assert sign_in(client, "nobody@tests.example").status_code == 200


def test_a_refused_attempt_makes_nobody_wait_longer(client, officer_jp):
    with time_machine.travel(NOON, tick=False) as clock:
        for _attempt in range(5):
            sign_in(client, officer_jp.email, "wrong")
        for _attempt in range(20):
            sign_in(client, officer_jp.email)
            clock.shift(10)
        clock.shift(100)
        assert sign_in(client, officer_jp.email).status_code == 302


def test_many_attempts_at_once_do_not_all_pass(officer_jp):
    """An attempt counts before the password is checked."""
    attempts = [
        attempt_of(email=officer_jp.email, device="", is_known=False, address="::1")
        for _number in range(8)
    ]
    assert [attempt.begin() > 0 for attempt in attempts] == [False] * 5 + [True] * 3


def test_a_sign_in_that_was_cut_off_is_soon_no_attempt(officer_jp, monkeypatch):
    """By a killed worker, or by a database that was away."""

    def cut_off(*_arguments, **_more):
        raise OperationalError

    browser = Client(raise_request_exception=False)
    with time_machine.travel(NOON, tick=False) as clock:
        with monkeypatch.context() as patch:
            patch.setattr("allauth.account.adapter.authenticate", cut_off)
            for _attempt in range(5):
                assert sign_in(browser, officer_jp.email).status_code == 503
        assert sign_in(browser, officer_jp.email).status_code == 429
        clock.shift(15)
        assert sign_in(browser, officer_jp.email).status_code == 302


def test_signing_in_often_is_no_attempt(client, officer_jp):
    for _time in range(8):
        sign_in(client, officer_jp.email)
        assert is_signed_in(client)
        client.post("/accounts/logout/")


# ---- Signing out


def test_a_person_signs_out(signed_in, officer_jp):
    browser = signed_in(officer_jp)
    answer = browser.post("/accounts/logout/", follow=True)
    assert answer.redirect_chain == [(SIGN_IN, 302)]
    assert "You have signed out." in answer.text
    assert not is_signed_in(browser)


def test_a_link_signs_nobody_out(signed_in, officer_jp):
    browser = signed_in(officer_jp)
    assert "Sign out?" in browser.get("/accounts/logout/").text
    assert is_signed_in(browser)


def test_who_is_not_signed_in_signs_out_in_peace(client, db):
    assert client.post("/accounts/logout/").url == SIGN_IN
    assert client.get("/accounts/logout/").url == SIGN_IN


# ---- Pages that do not exist


@pytest.mark.parametrize(
    "path",
    [
        "signup/", "email/", "confirm-email/", "password/set/", "login/code/",
        "login/code/confirm/", "reauthenticate/", "social/connections/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["get", "post"])
def test_there_is_no_sign_up_nor_anything_else(client, db, path, method):
    answer = getattr(client, method)(f"/accounts/{path}")
    assert answer.status_code == 404


def test_nobody_can_sign_up_by_another_door_of_allauth_s(rf):
    assert AccountAdapter().is_open_for_signup(rf.get("/")) is False


@pytest.mark.parametrize(
    "path",
    [
        "login/",
        "inactive/",
        "password/reset/",
        "password/reset/done/",
        "password/reset/key/done/",
    ],
)
def test_these_pages_are_open_to_everybody(client, db, path):
    answer = client.get(f"/accounts/{path}")
    assert answer.status_code == 200
    assert "<h1>" in answer.text


def test_changing_a_password_is_for_who_is_signed_in(client, db):
    path = "/accounts/password/change/"
    assert client.get(path).url == f"{SIGN_IN}?next={path}"


def test_pages_answer_in_pages_only(client, officer_jp):
    """By itself, allauth would answer scripts with its own JSON."""
    data = {"login": officer_jp.email, "password": "wrong"}
    answer = client.post(SIGN_IN, data, headers={"x-requested-with": "XMLHttpRequest"})
    assert answer.headers["Content-Type"].startswith("text/html")
