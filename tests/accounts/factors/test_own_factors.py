"""Tests of the pages on which a person adds and removes their second factors."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail, signing

from accounts.mail import send_new_device
from accounts.models import NewDeviceMail
from accounts.runner import send_if_waiting
from audit.models import Event
from tests.accounts.factors.conftest import (
    OPTIONS,
    App,
    give_app,
    is_signed_in,
    with_password,
)
from tests.accounts.factors.soft_passkey import SoftPasskey

LIST = "/accounts/second-factors/"
APP, PASSKEY = f"{LIST}app/", f"{LIST}passkey/"
CODES = f"{LIST}recovery-codes/"
CODE = re.compile(r"\b(?:[a-z2-9]{4}-){3}[a-z2-9]{4}\b")


def types():
    rows = Authenticator.objects.order_by("type")
    return list(rows.values_list("type", flat=True))


def shown(page):
    """The secret of a page, as a person would type it, and as the page sends it."""
    secret = re.findall(r"<code>([A-Z2-7 ]+)</code>", page.text)[0].replace(" ", "")
    return App(secret), re.findall(r'name="secret" value="([^"]+)"', page.text)[0]


def test_an_app_is_added_with_its_first_code_and_gives_recovery_codes(officer_jp):
    client, elsewhere = with_password(officer_jp), with_password(officer_jp)
    app, sent = shown(client.get(APP))
    wrong = client.post(APP, {"secret": sent, "code": "000000"})
    assert wrong.status_code == 422
    assert shown(wrong)[0] == app
    page = client.post(APP, {"secret": sent, "code": app.code()})
    assert len(set(CODE.findall(page.text))) == 10
    assert page.headers["Cache-Control"] == "no-store"
    assert types() == ["recovery_codes", "totp"]
    assert is_signed_in(client)
    # A session that began with the password alone has ended.
    assert not is_signed_in(elsewhere)


def test_a_second_app_or_somebody_elses_secret_is_refused(officer_jp, head_jp):
    client = with_password(officer_jp)
    app, _sent = shown(client.get(APP))
    salt = "accounts.second_factors.new_app"
    for owner, salted in ((str(head_jp.pk), salt), (str(officer_jp.pk), "x")):
        sent = signing.dumps([owner, app.secret], salt=salted)
        client.post(APP, {"secret": sent, "code": app.code()})
    assert types() == []
    give_app(officer_jp)
    assert with_password(officer_jp).get(APP).status_code == 302


def test_a_passkey_is_added_under_its_name(with_passkey):
    person, _passkey = with_passkey
    row = Authenticator.objects.get(type="webauthn")
    assert (row.user, row.data["name"]) == (person, "Laptop")
    event = Event.objects.get(verb="user.add_second_factor")
    assert event.data == {"kind": "webauthn"}


def test_a_passkey_without_a_pin_or_a_challenge_is_refused(officer_jp):
    client = with_password(officer_jp)
    options = client.post(OPTIONS, {"add": "yes"}).json()
    without_pin = SoftPasskey(verifies=False).make(options)
    client.post(PASSKEY, {"name": "Key", "credential": without_pin})
    answer = client.post(
        PASSKEY, {"name": "Key", "credential": SoftPasskey().make(options)}
    )
    assert answer.status_code == 422
    assert types() == []


def test_each_change_is_mailed_without_saying_what(with_app, client_of_factor):
    for job in NewDeviceMail.objects.order_by("pk"):
        send_if_waiting(NewDeviceMail, job.pk, send_new_device)
    client_of_factor.post(CODES)
    row = Authenticator.objects.get(type="totp")
    client_of_factor.post(f"{LIST}{row.pk}/remove/")
    about = NewDeviceMail.objects.values_list("about", flat=True)
    assert sorted(set(about) - {"new_device"}) == [
        "recovery_codes_made",
        "second_factor_added",
        "second_factor_removed",
    ]
    for job in NewDeviceMail.objects.exclude(state="sent"):
        send_if_waiting(NewDeviceMail, job.pk, send_new_device)
    texts = [str(sent.subject) + str(sent.body) for sent in mail.outbox]
    assert any("A second factor was removed" in text for text in texts)
    assert not any("authenticator app" in text for text in texts)


@pytest.fixture
def client_of_factor(with_app):
    person, app, _codes = with_app
    client = with_password(person)
    client.post("/accounts/second-step/", {"confirm-code": app.code()})
    return client


def test_new_recovery_codes_replace_the_earlier_ones(with_app, client_of_factor):
    person, _app, codes = with_app
    made = CODE.findall(client_of_factor.post(CODES).text)
    client = with_password(person)
    assert (
        client.post("/accounts/second-step/", {"confirm-code": codes[0]}).status_code
        == 422
    )
    client.post("/accounts/second-step/", {"confirm-code": made[0]})
    assert is_signed_in(client)


def test_the_last_factor_takes_the_recovery_codes_along(with_app, client_of_factor):
    row = Authenticator.objects.get(type="totp")
    assert (
        "It is your only second factor."
        in client_of_factor.get(f"{LIST}{row.pk}/remove/").text
    )
    client_of_factor.post(f"{LIST}{row.pk}/remove/")
    assert types() == []


def test_nobody_finds_or_removes_the_factor_of_another(with_app, signed_in, head_jp):
    row = Authenticator.objects.get(type="totp")
    other = signed_in(head_jp)
    for answer in (
        other.get(f"{LIST}{row.pk}/remove/"),
        other.post(f"{LIST}{row.pk}/remove/"),
        other.get(f"{LIST}999999/remove/"),
    ):
        assert answer.status_code == 404
    assert "totp" in types()
    assert "None yet." in other.get(LIST).text
