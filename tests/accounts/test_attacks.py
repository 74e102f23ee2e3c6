"""Tests of attacks with another member's officer account, or from another site."""

import csv
from contextlib import suppress
from itertools import product
from pathlib import Path
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import Role, User
from tests.accounts.test_sessions import come_in, is_signed_in
from tests.accounts.test_sign_in import SIGN_IN, sign_in
from tests.factories import PASSWORD, make_user

TABLE = Path(__file__).parents[1] / "access.csv"
POSTS = sorted(
    {
        row["route"]
        for row in csv.DictReader(TABLE.read_text("utf-8").splitlines())
        if row["method"] == "post"
    }
)
# Every parameter that a route's address may have.
VALUES = (uuid4(), 1, "report", "1.2.2", "JP")
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https:///evil.example",
    "http://testserver@evil.example/",
    "https://testserver.evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\t/evil.example",
    "\x01https://evil.example",
    " https://evil.example",
    "https://evil.example\r\nSet-Cookie: a=b",
]


# ---- Redirects


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_nobody_is_led_elsewhere(client, officer_jp, elsewhere):
    assert sign_in(client, officer_jp.email, next=elsewhere).url == reverse("home")
    client.post("/accounts/logout/")
    answer = client.post(
        SIGN_IN, {"login": officer_jp.email, "password": PASSWORD, "next": elsewhere}
    )
    assert answer.url == reverse("home")
    assert client.get(SIGN_IN, {"next": elsewhere}).url == reverse("home")
    assert client.post("/accounts/logout/", {"next": elsewhere}).url == SIGN_IN
    page = client.get(SIGN_IN, {"next": elsewhere}).text
    assert 'href="/accounts/password/reset/"' in page or "evil" not in page


# ---- Requests from another site


def address_of(route):
    for length in range(4):
        for arguments in product(VALUES, repeat=length):
            with suppress(NoReverseMatch):
                return reverse(route, args=arguments)
    pytest.fail(f"no arguments fit {route}")


# A check of a code or a file changes nothing, and answers without a cookie.
OPEN_POSTS = {"verify", "csp-reports"}


@pytest.mark.parametrize(
    "route",
    [
        *(route for route in POSTS if route not in OPEN_POSTS),
        "account_logout",
        "account_change_password",
    ],
)
def test_another_site_cannot_post(signed_in, administrator, route):
    """The request is refused first: the answer reveals nothing of what exists."""
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = signed_in(administrator).cookies
    answer = browser.post(address_of(route), {"version": "1"})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", [SIGN_IN, "/accounts/password/reset/"])
def test_another_site_cannot_sign_anybody_in(db, officer_jp, path):
    browser = Client(enforce_csrf_checks=True)
    answer = sign_in(browser, officer_jp.email)
    assert answer.status_code == 403
    assert not is_signed_in(browser)


# ---- Input beyond what a form allows


def test_nobody_gives_themselves_rights(officer_jp):
    browser = come_in(officer_jp)
    browser.post(
        "/people/me/",
        {
            "name": "Officer", "time_zone": "UTC", "version": "1", "member": "FR",
            "member_id": "FR", "roles": ["administrator", "head"], "is_active": "",
            "email": "other@tests.example", "password": "x", "is_service": "on",
            "id": str(uuid4()),
        },
    )  # fmt: skip
    now = User.objects.get(pk=officer_jp.pk)
    assert now.name == "Officer", "the edit itself was made"
    for field in ("member_id", "roles", "email", "is_active", "is_service", "password"):
        assert getattr(now, field) == getattr(officer_jp, field), field


def test_an_administrator_s_form_changes_what_it_shows_alone(
    signed_in, administrator, officer_jp
):
    signed_in(administrator).post(
        f"/people/{officer_jp.pk}/edit/",
        {
            "name": "Renamed", "time_zone": "UTC", "version": "1", "member": "JP",
            "roles": ["officer"], "email": "other@tests.example", "is_service": "on",
            "is_active": "", "password": "x",
        },
    )  # fmt: skip
    now = User.objects.get(pk=officer_jp.pk)
    assert now.name == "Renamed"
    for field in ("email", "is_active", "is_service", "password"):
        assert getattr(now, field) == getattr(officer_jp, field), field


@pytest.mark.parametrize(
    "name", ["A\r\nBcc: evil@tests.example", "A\nSubject: x", "A\x0bB\x85C"]
)
def test_a_name_makes_no_header(signed_in, administrator, name):
    signed_in(administrator).post(
        "/people/new/",
        {"name": name, "email": "new@tests.example", "member": "", "roles": "observer"},
    )
    for message in mail.outbox:
        assert message.to == ["new@tests.example"]
        assert "evil@tests.example" not in message.message().as_string()
        assert "\n" not in message.subject


@pytest.mark.parametrize(
    "email", ["a@tests.example\r\nBcc: evil@tests.example", "a@b.example,c@d.example"]
)
def test_an_address_makes_no_header(client, signed_in, administrator, email):
    client.post("/accounts/password/reset/", {"email": email})
    data = {"name": "A", "email": email, "member": "", "roles": "observer"}
    assert signed_in(administrator).post("/people/new/", data).status_code == 422
    assert not mail.outbox


# ---- Frames, cookies and kept pages


@pytest.mark.parametrize(
    "path", ["/", SIGN_IN, "/people/me/sessions/", "/people/", "/nowhere/", "/api/v1/"]
)
def test_no_page_is_shown_inside_another_site(officer_jp, path):
    for browser in (Client(), come_in(officer_jp)):
        answer = browser.get(path)
        assert answer.headers["X-Frame-Options"] == "DENY"
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self'" in policy
        assert "unsafe" not in policy


def test_cookies_are_out_of_reach(officer_jp, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    browser = Client()
    browser.get(SIGN_IN)
    sign_in(browser, officer_jp.email)
    assert {"sessionid", "csrftoken", "device"} <= set(browser.cookies)
    for name, cookie in browser.cookies.items():
        assert cookie["secure"], name
        assert cookie["samesite"] == "Lax", name
        assert cookie["domain"] == "", name
        assert cookie["httponly"] or name == "csrftoken", name
    assert not browser.cookies["sessionid"]["max-age"]


def test_signing_out_clears_what_the_browser_kept(officer_jp):
    browser = come_in(officer_jp)
    assert browser.get("/").headers["Cache-Control"] == "private, no-cache"
    answer = browser.post("/accounts/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache"'


def test_who_has_two_accounts_takes_nothing_from_one_to_the_other(officer_jp):
    """A session that changes its person is a new one, empty."""
    other = make_user(Role.OBSERVER)
    browser = come_in(officer_jp)
    session = browser.session
    session["kept"] = "of the officer"
    session.save()
    browser.post("/accounts/logout/")
    sign_in(browser, other.email)
    assert "kept" not in browser.session
