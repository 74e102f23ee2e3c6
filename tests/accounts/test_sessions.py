"""Tests of active sessions: where a person is signed in, and ending it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.actions.people import deactivate_person
from accounts.actions.purge import delete_expired
from accounts.models import KnownDevice, NewDeviceMail
from audit.models import Event
from tests.accounts.approvals.requests import agreed, ask_roles
from tests.factories import PASSWORD

SESSIONS = "/people/me/sessions/"
END_OTHERS = f"{SESSIONS}end-others/"
NEW_PASSWORD = "a rather new horse 7"
NONE_SUCH = f"{SESSIONS}6169bce7-010a-4195-9182-83ae8e4f1346/end/"
FIREFOX = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0"
)
CHROME = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36"
    " (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36"
)


def come_in(person, user_agent=FIREFOX, password=PASSWORD, **environment):
    """Return a browser in which the person signed in on the page."""
    browser = Client(headers={"user-agent": user_agent}, **environment)
    browser.post("/accounts/login/", {"login": person.email, "password": password})
    return browser


def is_signed_in(browser):
    return browser.get("/people/me/").status_code == 200


def ends_offered_by(browser):
    return re.findall(
        r'action="(/people/me/sessions/[0-9a-f-]{36}/end/)"', browser.get(SESSIONS).text
    )


# ---- The list


def test_each_session_is_shown_in_words(officer_jp):
    come_in(officer_jp, CHROME, REMOTE_ADDR="203.0.113.7")
    page = come_in(officer_jp).get(SESSIONS).text
    assert "Firefox on Windows" in page
    assert "Chrome on macOS" in page
    assert "203.0.113.7" in page
    assert page.count("This session") == 1
    assert page.index("This session") < page.index("Chrome on macOS")


def test_a_session_s_key_stands_on_no_page(officer_jp):
    come_in(officer_jp)
    page = come_in(officer_jp).get(SESSIONS).text
    for key in Session.objects.values_list("pk", flat=True):
        assert key not in page


@pytest.mark.parametrize(
    "user_agent", ["", "<script>alert(1)</script>", "curl/8", "é" * 5000, "日本語"]
)
def test_an_odd_name_of_a_browser_is_shown_harmlessly(officer_jp, user_agent):
    page = come_in(officer_jp, user_agent.encode().decode("latin-1")).get(SESSIONS)
    assert "Unknown browser" in page.text
    assert "<script>alert" not in page.text


def test_only_one_s_own_sessions_are_listed(officer_jp, officer_fr):
    come_in(officer_fr, CHROME)
    assert "Chrome" not in come_in(officer_jp).get(SESSIONS).text


def test_a_session_lasts_twelve_hours_whatever_is_done_in_it(officer_jp):
    """Some pages write into the session, also without a proof of who is there."""
    with time_machine.travel("2026-11-27T08:00:00Z", tick=False) as clock:
        browser = come_in(officer_jp)
        for _hour in range(11):
            clock.shift(timedelta(hours=1))
            browser.post("/accounts/passkeys/options/")
            browser.post("/accounts/confirm/", {"confirm-password": PASSWORD})
        clock.shift(timedelta(minutes=59))
        assert is_signed_in(browser)
        clock.shift(timedelta(minutes=2))
        assert not is_signed_in(browser)


def test_an_expired_session_is_not_listed(officer_jp):
    come_in(officer_jp, CHROME)
    Session.objects.update(expire_date=datetime.now(UTC) - timedelta(minutes=1))
    assert "Chrome" not in come_in(officer_jp).get(SESSIONS).text


def test_who_signed_out_is_listed_no_more(officer_jp):
    come_in(officer_jp, CHROME).post("/accounts/logout/")
    assert "Chrome on" not in come_in(officer_jp).get(SESSIONS).text
    assert UserSession.objects.count() == 1


def test_the_account_page_leads_there(officer_jp):
    assert f'href="{SESSIONS}"' in come_in(officer_jp).get("/people/me/").text


def test_the_list_costs_few_queries(officer_jp, django_assert_max_num_queries):
    browser = come_in(officer_jp)
    for _number in range(10):
        come_in(officer_jp, CHROME)
    with django_assert_max_num_queries(8):
        assert browser.get(SESSIONS).text.count("Chrome on macOS") >= 10


# ---- Last activity


def test_last_seen_is_kept_to_five_minutes(officer_jp):
    start = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        browser = come_in(officer_jp)
    seen = {}
    for minutes in (4, 6, 9, 12):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            browser.get("/people/me/")
            seen[minutes] = UserSession.objects.get().last_seen_at - start
    assert seen[4] == timedelta(0)
    assert seen[6] == timedelta(minutes=6)


def test_reading_a_page_writes_nothing_in_the_first_minutes(
    officer_jp, django_assert_max_num_queries
):
    browser = come_in(officer_jp)
    with django_assert_max_num_queries(12) as queries:
        browser.get("/people/me/")
    assert not [q for q in queries if not q["sql"].startswith("SELECT")]


# ---- Ending


def test_one_session_is_ended(officer_jp):
    elsewhere, browser = come_in(officer_jp, CHROME), come_in(officer_jp)
    [address] = ends_offered_by(browser)
    answer = browser.post(address, follow=True)
    assert "The session with Chrome on macOS has ended." in answer.text
    assert not is_signed_in(elsewhere)
    assert is_signed_in(browser)
    event = Event.objects.get(verb="session.end")
    assert (event.actor, event.target_id) == (officer_jp.email, str(officer_jp.pk))
    assert event.data == {"count": 1}


def test_a_session_of_somebody_else_is_not_found(officer_jp, officer_fr, administrator):
    owner, other = come_in(officer_fr), come_in(officer_fr)
    [address] = ends_offered_by(other)
    for stranger in (officer_jp, administrator):
        assert come_in(stranger).post(address).status_code == 404
    assert is_signed_in(owner)


def test_a_session_that_has_ended_is_not_found(officer_jp):
    come_in(officer_jp, CHROME)
    browser = come_in(officer_jp)
    [address] = ends_offered_by(browser)
    assert [browser.post(address).status_code for _time in "ab"] == [302, 404]


def test_a_made_up_session_is_not_found(officer_jp):
    assert come_in(officer_jp).post(NONE_SUCH).status_code == 404


def test_a_link_ends_nothing(officer_jp):
    elsewhere, browser = come_in(officer_jp, CHROME), come_in(officer_jp)
    [address] = ends_offered_by(browser)
    assert browser.get(address).status_code == 405
    assert "End all other sessions?" in browser.get(END_OTHERS).text
    assert is_signed_in(elsewhere)


def test_the_session_one_is_in_is_ended_by_signing_out(officer_jp):
    browser, other = come_in(officer_jp), come_in(officer_jp)
    [address] = ends_offered_by(other)
    assert browser.post(address).url == reverse("account_logout")
    assert is_signed_in(browser)


def test_all_other_sessions_are_ended(officer_jp, officer_fr):
    others = [come_in(officer_jp), come_in(officer_jp)]
    stranger, browser = come_in(officer_fr), come_in(officer_jp)
    answer = browser.post(END_OTHERS, follow=True)
    assert "2 other sessions have ended." in answer.text
    assert [is_signed_in(other) for other in others] == [False, False]
    assert is_signed_in(browser)
    assert is_signed_in(stranger)
    assert "0 other sessions" in browser.post(END_OTHERS, follow=True).text
    assert Event.objects.get(verb="session.end").data == {"count": 2}


@pytest.mark.parametrize("path", [SESSIONS, END_OTHERS, NONE_SUCH])
def test_who_is_not_signed_in_is_asked_to(client, db, path):
    answer = client.post(path)
    assert (answer.status_code, answer.url.partition("?")[0]) == (
        302,
        "/accounts/login/",
    )


@pytest.mark.parametrize("path", [END_OTHERS, "{end}", "/accounts/logout/"])
def test_another_site_ends_nothing(officer_jp, path):
    other = come_in(officer_jp)
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = come_in(officer_jp).cookies
    [address] = ends_offered_by(browser)
    answer = browser.post(path.format(end=address))
    assert answer.status_code == 403
    assert is_signed_in(other)


# ---- Passwords and rights


def test_another_password_ends_the_other_sessions(officer_jp):
    other, browser = come_in(officer_jp, CHROME), come_in(officer_jp)
    signed_in_at = UserSession.objects.latest("pk").created_at
    data = {
        "oldpassword": PASSWORD,
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD,
    }
    browser.post("/accounts/password/change/", data)
    assert not is_signed_in(other)
    page = browser.get(SESSIONS).text
    assert "Chrome on" not in page
    assert page.count("This session") == 1
    assert UserSession.objects.get().created_at == signed_in_at
    assert Session.objects.count() == 1


def test_a_password_set_by_mail_ends_every_session(client, officer_jp):
    others = [come_in(officer_jp), come_in(officer_jp, CHROME)]
    client.post("/accounts/password/reset/", {"email": officer_jp.email})
    [link] = re.findall(r"8000(/accounts/\S+)", str(mail.outbox[-1].body))
    form = client.get(link, follow=True)
    data = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(form.redirect_chain[-1][0], data)
    assert [is_signed_in(other) for other in others] == [False, False]
    assert not UserSession.objects.exists()


def test_who_is_deactivated_is_signed_out_everywhere(officer_jp, administrator, now):
    browser = come_in(officer_jp)
    deactivate_person(person_id=officer_jp.pk, version=1, by=administrator, at=now)
    assert not is_signed_in(browser)
    assert not UserSession.objects.exists()
    assert not Session.objects.exists()
    assert not KnownDevice.objects.exists()
    event = Event.objects.get(verb="session.end")
    assert (event.actor, event.target_id) == (administrator.email, str(officer_jp.pk))


def test_who_is_moved_goes_on_with_other_rights_at_once(officer_jp, administrator, now):
    """Rights are read with every request: ending sessions would only lose drafts."""
    browser = come_in(officer_jp)
    assert browser.get(reverse("progress:clearance-list")).status_code == 404
    asked = ask_roles(officer_jp, "head", member="FR", by=administrator, at=now)
    assert browser.get(reverse("progress:clearance-list")).status_code == 404
    agreed(asked, now)
    assert browser.get(reverse("progress:clearance-list")).status_code == 200
    assert "France" in browser.get("/people/me/").text


# ---- Fixation and clean-up


def test_a_session_from_before_the_sign_in_is_worth_nothing(client, officer_jp):
    """A session planted in a browser does not become its person's on sign-in."""
    client.get("/accounts/password/reset/key/abc-def/")
    session = client.session
    session["planted"] = 1
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    client.post("/accounts/login/", {"login": officer_jp.email, "password": PASSWORD})
    assert client.session.session_key != planted
    attacker = Client()
    attacker.cookies["sessionid"] = planted
    assert not is_signed_in(attacker)


def test_tidying_leaves_what_still_opens_something(officer_jp, now):
    browser = come_in(officer_jp)
    come_in(officer_jp, CHROME)
    Session.objects.exclude(pk=browser.session.session_key).update(expire_date=now)
    KnownDevice.objects.filter(pk=KnownDevice.objects.latest("pk").pk).update(
        last_seen_at=now - timedelta(days=401)
    )
    for _time in range(2):
        delete_expired(at=now)
    assert Session.objects.count() == UserSession.objects.count() == 1
    assert KnownDevice.objects.count() == 1
    assert is_signed_in(browser)


def test_a_mail_that_was_sent_is_forgotten_after_ninety_days(officer_jp, now):
    for days, state in ((91, "sent"), (89, "sent"), (91, "failed")):
        NewDeviceMail.objects.create(
            user=officer_jp,
            signed_in_at=now,
            due_at=now,
            state=state,
            finished_at=now - timedelta(days=days),
        )
    delete_expired(at=now)
    left = NewDeviceMail.objects.order_by("finished_at")
    assert list(left.values_list("state", flat=True)) == ["failed", "sent"]
