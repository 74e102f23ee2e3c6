"""Tests of passwords: changing one, and setting one by a mailed link."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.actions.passwords import set_password
from accounts.actions.people import deactivate_person
from accounts.models import Role, User
from audit.models import Event
from tests.factories import PASSWORD, make_user

FORGOTTEN = "/accounts/password/reset/"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
NEW_PASSWORD = "a rather new horse 7"


def sign_in(client, email, password):
    client.post("/accounts/login/", {"login": email, "password": password})


def is_signed_in(client):
    return client.get(reverse("accounts:me")).status_code == 200


def link_in(message):
    [path] = re.findall(r"http://127\.0\.0\.1:8000(/accounts/\S+)", str(message.body))
    return path


def html_of(message):
    [(html, kind)] = message.alternatives
    assert kind == "text/html"
    return html


# ---- Changing a password


def change_password(browser, old=PASSWORD, new=NEW_PASSWORD, again=NEW_PASSWORD):
    data = {"oldpassword": old, "password1": new, "password2": again}
    return browser.post("/accounts/password/change/", data, follow=True)


def test_a_person_changes_their_password(signed_in, officer_jp):
    browser, elsewhere = signed_in(officer_jp), signed_in(officer_jp)
    answer = change_password(browser)
    assert answer.redirect_chain == [(reverse("accounts:me"), 302)]
    assert "Your password has been changed." in answer.text
    assert is_signed_in(browser)
    assert not is_signed_in(elsewhere)
    officer_jp.refresh_from_db()
    assert officer_jp.check_password(NEW_PASSWORD)
    event = Event.objects.get(verb="user.set_password")
    assert (event.actor, event.data) == (officer_jp.email, {})


@pytest.mark.parametrize(
    ("passwords", "sentence"),
    [
        ({"old": "wrong"}, "This is not your current password."),
        ({"again": "another horse 8"}, "You must type the same password each time."),
        ({"new": "password", "again": "password"}, "This password is too common."),
        ({"new": "short", "again": "short"}, "This password is too short."),
        (
            {"new": "a\x00bcdefgh", "again": "a\x00bcdefgh"},
            "a null character (U+0000)",
        ),
        ({"new": "", "again": ""}, "This field is required."),
    ],
)
def test_a_bad_new_password_is_refused(signed_in, officer_jp, passwords, sentence):
    answer = change_password(signed_in(officer_jp), **passwords)
    assert sentence in answer.text
    officer_jp.refresh_from_db()
    assert officer_jp.check_password(PASSWORD)


def test_a_new_password_overwrites_nothing_else(
    signed_in, officer_jp, administrator, now
):
    """The row may have changed since the person opened the form."""
    browser = signed_in(officer_jp)
    browser.get("/accounts/password/change/")
    User.objects.filter(pk=officer_jp.pk).update(name="Renamed")
    change_password(browser)
    assert User.objects.get(pk=officer_jp.pk).name == "Renamed"


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_service": True}])
def test_who_cannot_sign_in_gets_no_password(members, now, fields):
    person = make_user(Role.OBSERVER, **fields)
    with pytest.raises(PermissionDenied):
        set_password(person_id=person.pk, password=NEW_PASSWORD, at=now)


# ---- Resetting a password


def ask(client, email):
    return client.post(FORGOTTEN, {"email": email}, follow=True)


def shown(answer):
    """Return the page without the token against forgery, which differs every time."""
    return TOKEN.sub("", answer.text)


def test_a_link_is_sent_to_an_address_with_marks_around_it(client, officer_jp):
    ask(client, f"\ufeff{officer_jp.email}\u200e")
    assert [message.to for message in mail.outbox] == [[officer_jp.email]]
    answer = ask(client, officer_jp.email.replace("@", "\u200b@"))
    assert "The address has a zero width space (U+200B) after" in answer.text
    assert len(mail.outbox) == 1


def test_a_forgotten_password_is_set_anew_by_mail(client, officer_jp):
    assert "Check your e-mail" in ask(client, officer_jp.email.upper()).text
    [message] = mail.outbox
    assert message.to == [officer_jp.email]
    assert message.subject == "Set a new password for g7plan"
    assert officer_jp.name not in message.body
    form = client.get(link_in(message), follow=True)
    assert "Set a password" in form.text
    answer = client.post(
        form.redirect_chain[-1][0],
        {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
        follow=True,
    )
    assert "You can sign in now" in answer.text
    assert not is_signed_in(client)
    sign_in(client, officer_jp.email, NEW_PASSWORD)
    assert is_signed_in(client)
    assert Event.objects.filter(verb="user.set_password").count() == 1


def test_the_mail_comes_as_text_and_as_html(client, officer_jp):
    ask(client, officer_jp.email)
    [message] = mail.outbox
    assert link_in(message) in html_of(message)
    assert "3 days" in html_of(message)
    assert "3 days" in str(message.body)


def test_the_mail_links_to_our_own_address(client, officer_jp, settings):
    settings.ALLOWED_HOSTS = ["evil.example"]
    client.post(
        FORGOTTEN, {"email": officer_jp.email}, headers={"host": "evil.example"}
    )
    [message] = mail.outbox
    assert "evil.example" not in f"{message.body}{html_of(message)}"
    assert link_in(message)


def test_nobody_learns_which_addresses_have_an_account(client, officer_jp):
    known = ask(client, officer_jp.email)
    unknown = ask(client, "nobody@tests.example")
    assert shown(known) == shown(unknown)
    assert known.redirect_chain == unknown.redirect_chain
    assert [message.to for message in mail.outbox] == [
        [officer_jp.email],
        ["nobody@tests.example"],
    ]
    assert "/accounts/" not in mail.outbox[1].body


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_service": True}])
def test_who_cannot_sign_in_gets_no_link(client, members, fields):
    person = make_user(Role.OBSERVER, **fields)
    assert "Check your e-mail" in ask(client, person.email).text
    [message] = mail.outbox
    assert "No active account uses this e-mail address" in message.body
    assert "/accounts/" not in message.body


def test_a_link_works_once(client, officer_jp):
    ask(client, officer_jp.email)
    link = link_in(mail.outbox[0])
    form = client.get(link, follow=True)
    data = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(form.redirect_chain[-1][0], data)
    assert "This link no longer works" in client.get(link, follow=True).text


def test_a_link_works_for_three_days(client, officer_jp):
    ask(client, officer_jp.email)
    link = link_in(mail.outbox[0])
    with time_machine.travel(datetime.now(UTC) + timedelta(days=3, minutes=-1)):
        assert "Set a password" in client.get(link, follow=True).text
    with time_machine.travel(datetime.now(UTC) + timedelta(days=3, minutes=1)):
        assert "This link no longer works" in client.get(link, follow=True).text


@pytest.mark.parametrize(
    "key",
    [
        "abc-def",
        "0-set-password",
        "x" * 3000 + "-y",
        "00000000000000000000000000000000-a-b",
    ],
)
def test_a_made_up_link_does_not_work(client, db, key):
    answer = client.get(f"/accounts/password/reset/key/{key}/")
    assert "This link no longer works" in answer.text


def test_a_link_of_somebody_deactivated_since_does_not_work(
    client, officer_jp, administrator, now
):
    ask(client, officer_jp.email)
    deactivate_person(person_id=officer_jp.pk, version=1, by=administrator, at=now)
    answer = client.get(link_in(mail.outbox[0]), follow=True)
    assert "This link no longer works" in answer.text


@pytest.mark.parametrize("is_known", [False, True])
def test_who_guessed_too_often_can_come_in_by_mail(client, officer_jp, is_known):
    if is_known:
        sign_in(client, officer_jp.email, PASSWORD)
        client.post("/accounts/logout/")
    for _attempt in range(6):
        sign_in(client, officer_jp.email, "wrong")
    ask(client, officer_jp.email)
    form = client.get(link_in(mail.outbox[0]), follow=True)
    data = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(form.redirect_chain[-1][0], data)
    sign_in(client, officer_jp.email, NEW_PASSWORD)
    assert is_signed_in(client)


def test_a_mail_server_that_fails_shows_nobody_an_error(client, officer_jp, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    known = ask(client, officer_jp.email)
    unknown = ask(client, "nobody@tests.example")
    assert shown(known) == shown(unknown)
    assert "Check your e-mail" in known.text


@pytest.mark.parametrize("email", ["", "nobody", "a\x00@tests.example", "a" * 100_000])
def test_an_odd_address_is_answered_kindly(client, db, email):
    assert "Please correct 1 field" in ask(client, email).text
    assert not mail.outbox


def test_nobody_s_mailbox_is_flooded(client, officer_jp):
    """Others who ask for it cannot keep a person from a link: the first five work."""
    answers = [ask(client, officer_jp.email) for _time in range(7)]
    assert len({shown(answer) for answer in answers}) == 1
    assert len(mail.outbox) == 5
    for message in mail.outbox:
        assert "Set a password" in client.get(link_in(message), follow=True).text


def test_asking_for_links_again_and_again_is_stopped(client, officer_jp):
    with time_machine.travel(datetime.now(UTC), tick=False):
        answers = [ask(client, f"nobody{n}@tests.example") for n in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert answers[-1]["Retry-After"] == "60"
    assert "Wait 60 seconds, then go back" in answers[-1].text


def test_a_link_goes_to_the_address_on_file(client, members):
    """An address with a look-alike letter may belong to another mailbox."""
    person = make_user(Role.OFFICER, member="JP", email="officer@kiosk.example")
    ask(client, "officer@\u212aiosk.example")
    assert [message.to for message in mail.outbox] == [[person.email]]
    ask(client, "officer@kiosk.example".replace("o", "\u043e", 1))
    assert len(mail.outbox) == 1
