"""Tests of the second step: after the password, the factor is needed too."""

import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache

from accounts.models import User
from audit.models import Event
from tests.accounts.factors.conftest import (
    OPTIONS,
    SIGN_IN,
    STEP,
    browser,
    is_signed_in,
    with_password,
)
from tests.factories import PASSWORD

CODE = "confirm-code"
NEW_PASSWORD = "a rather new horse 7"


def reasons():
    events = Event.objects.filter(verb="user.sign_in_refused").order_by("pk")
    return [event.data["reason"] for event in events]


def test_the_password_alone_opens_nothing(with_app):
    person, _app, _codes = with_app
    client = browser()
    answer = client.post(SIGN_IN, {"login": person.email, "password": PASSWORD})
    assert answer["Location"] == STEP
    assert not is_signed_in(client)
    assert client.get("/api/v1/me/").status_code == 401
    assert not Event.objects.filter(verb="user.sign_in").exists()


def test_the_code_of_the_app_signs_in_and_leads_to_the_wanted_page(with_app):
    person, app, _codes = with_app
    client = browser()
    sent = {"login": person.email, "password": PASSWORD}
    client.post(SIGN_IN, sent, query_params={"next": "/people/me/"})
    answer = client.post(STEP, {CODE: f" {app.code()[:3]} {app.code()[3:]}"})
    assert answer["Location"] == "/people/me/"
    assert is_signed_in(client)


def test_a_code_works_once(with_app):
    person, app, _codes = with_app
    code = app.code()
    with_password(person).post(STEP, {CODE: code})
    second = with_password(person)
    answer = second.post(STEP, {CODE: code})
    assert answer.status_code == 422
    assert "This code is wrong or was used before." in answer.text
    assert not is_signed_in(second)


def test_a_telephone_may_be_one_step_off_and_no_more(with_app):
    person, app, _codes = with_app
    late = with_password(person)
    late.post(STEP, {CODE: app.code(steps=2)})
    assert not is_signed_in(late)
    late.post(STEP, {CODE: app.code(steps=1)})
    assert is_signed_in(late)


def test_a_recovery_code_signs_in_once_however_it_is_typed(with_app):
    person, _app, codes = with_app
    typed = codes[3].upper().replace("-", " ")
    client = with_password(person)
    client.post(STEP, {CODE: typed})
    assert is_signed_in(client)
    second = with_password(person)
    assert second.post(STEP, {CODE: typed}).status_code == 422
    assert not is_signed_in(second)
    left = Authenticator.objects.get(type="recovery_codes").data["digests"]
    assert len(left) == len(codes) - 1


def test_the_database_holds_neither_the_secret_nor_a_code(with_app):
    _person, app, codes = with_app
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert app.secret not in stored
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)


def test_wrong_codes_are_counted_like_wrong_passwords(with_app):
    person, app, _codes = with_app
    client = with_password(person)
    answers = [client.post(STEP, {CODE: "000000"}) for _try in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 200
    assert reasons() == ["wrong_code"] * 5 + ["too_many_attempts"]
    # The right one is refused as well, and so is the password in another browser.
    assert client.post(STEP, {CODE: app.code()}).status_code == 429
    sent = {"login": person.email, "password": PASSWORD}
    assert browser().post(SIGN_IN, sent).status_code == 429


def test_a_right_password_gives_no_new_codes_to_try(with_app):
    """Who knows the password cannot clear the count of wrong codes with it."""
    person, _app, _codes = with_app
    statuses = []
    for _try in range(6):
        client = with_password(person)
        statuses.append(client.post(STEP, {CODE: "000000"}).status_code)
    assert statuses[:5] == [422] * 5
    assert statuses[5] != 422


def test_a_stolen_mailbox_gives_no_new_codes_to_try(with_app, settings):
    """Each mailed link forgets wrong passwords and makes a browser known: not codes."""
    person, app, _codes = with_app
    limits = settings.RATE_LIMITS
    few = limits["second-factor-codes"].__class__(3, 3600)
    settings.RATE_LIMITS = {**limits, "second-factor-codes": few}
    statuses = []
    for _link in range(2):
        client = browser()
        client.post("/accounts/password/reset/", {"email": person.email})
        [path] = re.findall(r"(/accounts/password\S+)", str(mail.outbox[-1].body))
        form = client.get(path, follow=True).redirect_chain[-1][0]
        client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
        client.post(SIGN_IN, {"login": person.email, "password": NEW_PASSWORD})
        for _try in range(2):
            answer = client.post(STEP, {CODE: "000000"})
            statuses.append(answer.status_code)
    assert statuses == [422, 422, 422, 429]
    assert "Forgotten your password?" not in answer.text
    assert client.post(STEP, {CODE: app.code()}).status_code == 429


def test_a_second_step_ends_after_fifteen_minutes(with_app):
    person, app, _codes = with_app
    with time_machine.travel(0, tick=False) as clock:
        clock.move_to("2026-11-27T12:00:00Z")
        client = with_password(person)
        clock.move_to("2026-11-27T12:16:00Z")
        answer = client.post(STEP, {CODE: app.code()})
    assert answer["Location"] == SIGN_IN


def test_a_second_step_can_be_cancelled(with_app):
    person, _app, _codes = with_app
    client = with_password(person)
    assert client.get(SIGN_IN)["Location"] == STEP
    assert client.post(STEP, {"cancel": "yes"})["Location"] == SIGN_IN
    assert client.get(SIGN_IN).status_code == 200


def test_a_person_who_was_deactivated_meanwhile_does_not_get_in(with_app):
    person, app, _codes = with_app
    client = with_password(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    client.post(STEP, {CODE: app.code()})
    assert not is_signed_in(client)


def test_a_new_password_does_not_replace_the_factor(with_app):
    """A mailed link sets a password, and the second step stays."""
    person, _app, _codes = with_app
    person.set_password("a rather new horse 7")
    person.save()
    client = browser()
    sent = {"login": person.email, "password": "a rather new horse 7"}
    assert client.post(SIGN_IN, sent)["Location"] == STEP


# ---- Passkeys


def sign_in_with(passkey, client=None):
    client = client or browser()
    options = client.post(OPTIONS).json()
    sent = {"confirm-credential": passkey.show(options), "next": "/people/me/"}
    return client, client.post("/accounts/passkeys/sign-in/", sent)


def test_a_passkey_signs_in_by_itself(with_passkey):
    _person, passkey = with_passkey
    client, answer = sign_in_with(passkey)
    assert answer["Location"] == "/people/me/"
    assert is_signed_in(client)


def test_a_passkey_is_the_second_step_too(with_passkey):
    person, passkey = with_passkey
    client = with_password(person)
    options = client.post(OPTIONS).json()
    client.post(STEP, {"confirm-credential": passkey.show(options)})
    assert is_signed_in(client)


def test_which_passkeys_a_person_has_is_said_only_after_the_password(with_passkey):
    person, _passkey = with_passkey
    assert not browser().post(OPTIONS).json()["publicKey"].get("allowCredentials")
    asked = with_password(person).post(OPTIONS).json()["publicKey"]
    assert len(asked["allowCredentials"]) == 1


def test_an_answer_works_once_and_for_its_own_browser(with_passkey):
    _person, passkey = with_passkey
    client = browser()
    sent = {"confirm-credential": passkey.show(client.post(OPTIONS).json())}
    other = browser()
    other.post(OPTIONS)
    other.post("/accounts/passkeys/sign-in/", sent)
    assert not is_signed_in(other)
    client.post("/accounts/passkeys/sign-in/", sent)
    assert is_signed_in(client)
    client.post("/accounts/logout/")
    client.post("/accounts/passkeys/sign-in/", sent)
    assert not is_signed_in(client)


def test_a_passkey_for_another_site_or_without_a_pin_is_refused(with_passkey):
    _person, passkey = with_passkey
    passkey.origin = "https://evil.example"
    client, _answer = sign_in_with(passkey)
    assert not is_signed_in(client)
    passkey.origin, passkey.flags = "http://localhost", 0x01
    client, _answer = sign_in_with(passkey)
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "sent",
    ["", "x", "[]", "{}", "1", '{"response": []}', "[" * 5000, "{" * 30_000],
    ids=["none", "word", "list", "empty", "number", "half", "deep", "long"],
)
def test_what_is_no_answer_is_refused_in_words(client, db, sent):
    client.post(OPTIONS)
    url = "/accounts/passkeys/sign-in/"
    answer = client.post(url, {"confirm-credential": sent}, follow=True)
    assert "This passkey was not accepted." in answer.text


def test_wrong_passkeys_and_passwords_share_the_limit_of_an_address(db, officer_jp):
    cache.clear()
    client = browser()
    for _try in range(10):
        client.post("/accounts/passkeys/sign-in/", {"confirm-credential": "{}"})
    sent = {"login": officer_jp.email, "password": PASSWORD}
    assert browser().post(SIGN_IN, sent).status_code == 429


def test_the_passkey_of_a_deactivated_person_opens_nothing(with_passkey):
    person, passkey = with_passkey
    User.objects.filter(pk=person.pk).update(is_active=False)
    client, _answer = sign_in_with(passkey)
    assert not is_signed_in(client)
    assert reasons() == ["inactive"]
