"""Tests of every way to sign in: each obeys the same throttle and second factor.

The tests beside these try parts of it every day.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.mail import send_invitation
from accounts.models import User
from tests.accounts.factors.conftest import (
    OPTIONS,
    SIGN_IN,
    STEP,
    App,
    browser,
    give_app,
    is_signed_in,
    with_password,
)
from tests.accounts.factors.soft_passkey import SoftPasskey
from tests.accounts.factors.test_recently_signed_in import CONFIRM, make_long_ago
from tests.accounts.signed_in import client_of
from tests.accounts.single_sign_on.conftest import provider, running
from tests.accounts.single_sign_on.provider import (
    BEGIN,
    LINK,
    address_in,
    link,
    parameters,
    visit,
)
from tests.accounts.single_sign_on.provider import CONFIRM as CONFIRM_THERE
from tests.factories import PASSWORD

__all__ = ["provider", "running"]  # fixtures
# A thread of the provider warns of its own package.
pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore:get_jwt_config")]
CODE = re.compile(r"\b(?:[a-z2-9]{4}-){3}[a-z2-9]{4}\b")
API, FACTORS = "/api/v1/me/", "/accounts/second-factors/"
PASSKEY_ALONE = "/accounts/passkeys/sign-in/"
TOO_MANY = "Too many attempts"
WRONG_CODE = {"confirm-code": "000000"}
WRONG_PASSKEY = {"confirm-credential": "{}"}
NEW_PASSWORD = "a rather new horse 7"


@dataclass
class Visitor:
    """A person with a password, and all else that may sign them in."""

    person: User
    subject: str = "subject-1"
    app: App | None = None
    codes: list[str] = field(default_factory=list)
    passkey: SoftPasskey = field(default_factory=SoftPasskey)


@pytest.fixture
def plain(officer_jp, provider, now):
    return Visitor(link(officer_jp, "subject-1", provider, now))


@pytest.fixture
def guarded(officer_jp, provider, now):
    """The same with a passkey, recovery codes and an app."""
    held, client = SoftPasskey(), with_password(officer_jp)
    made = held.make(client.post(OPTIONS, {"add": "yes"}).json())
    sent = {"name": "Laptop", "credential": made}
    codes = CODE.findall(client.post(f"{FACTORS}passkey/", sent).text)
    app, _none = give_app(officer_jp)
    person = link(officer_jp, "subject-1", provider, now)
    return Visitor(person, app=app, codes=codes, passkey=held)


# ---- The first steps


def by_password(visitor: Visitor, client: Client) -> None:
    with_password(visitor.person, client)


def by_provider(visitor: Visitor, client: Client) -> None:
    visit(client, visitor.subject)


def _by_mailed_link(visitor: Visitor, client: Client) -> None:
    [path] = re.findall(r"(/accounts/password\S+)", str(mail.outbox[-1].body))
    form = client.get(path, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert not is_signed_in(client), "a link sets a password, and signs nobody in"
    sent = {"login": visitor.person.email, "password": NEW_PASSWORD}
    client.post(SIGN_IN, sent)


def by_reset_link(visitor: Visitor, client: Client) -> None:
    client.post("/accounts/password/reset/", {"email": visitor.person.email})
    _by_mailed_link(visitor, client)


def by_invitation(visitor: Visitor, client: Client) -> None:
    send_invitation(User.objects.get(pk=visitor.person.pk))
    _by_mailed_link(visitor, client)


FIRST_STEPS = [by_password, by_provider, by_reset_link, by_invitation]


# ---- The second steps, of which each is enough


def app_code(visitor: Visitor, _client: Client) -> dict[str, str]:
    assert visitor.app
    return {"confirm-code": visitor.app.code()}


def recovery_code(visitor: Visitor, _client: Client) -> dict[str, str]:
    return {"confirm-code": visitor.codes[0]}


def passkey(visitor: Visitor, client: Client) -> dict[str, str]:
    shown = visitor.passkey.show(client.post(OPTIONS).json())
    return {"confirm-credential": shown}


SECOND_STEPS = [app_code, recovery_code, passkey]


# ---- The second factor


def opens(client: Client) -> tuple[bool, bool]:
    """Return whether the pages are open, and whether the API is in this session."""
    return is_signed_in(client), client.get(API).status_code == 200


@pytest.mark.parametrize("second", SECOND_STEPS)
@pytest.mark.parametrize("first", FIRST_STEPS)
def test_who_has_a_factor_shows_it_after_every_first_step(guarded, first, second):
    client = browser()
    first(guarded, client)
    assert opens(client) == (False, False)
    assert client.get(CONFIRM).status_code == 302
    client.post(STEP, second(guarded, client))
    assert opens(client) == (True, True)


@pytest.mark.parametrize("first", FIRST_STEPS)
def test_who_needs_one_reads_nothing_after_any_first_step(plain, settings, first):
    settings.SECOND_FACTOR_ROLES = ["officer"]
    client = browser()
    first(plain, client)
    # Their password once more does not take its place.
    client.post(CONFIRM, {"confirm-password": PASSWORD})
    assert opens(client) == (False, False)
    assert client.get("/people/me/").headers["Location"] == FACTORS
    assert client.get(API).status_code == 403


def test_a_passkey_alone_is_both(guarded, settings):
    settings.SECOND_FACTOR_ROLES = ["officer"]
    client = browser()
    client.post(PASSKEY_ALONE, passkey(guarded, client))
    assert opens(client) == (True, True)


@pytest.mark.parametrize("second", SECOND_STEPS)
def test_what_signs_in_also_confirms(guarded, second):
    client = client_of(guarded.person)
    client.defaults["SERVER_NAME"] = "localhost"
    make_long_ago(client)
    client.post(CONFIRM, {"confirm-password": PASSWORD})
    assert visit(client, guarded.subject, CONFIRM_THERE).status_code == 403
    assert client.get(f"{FACTORS}passkey/").status_code == 302
    client.post(CONFIRM, second(guarded, client))
    assert client.get(f"{FACTORS}passkey/").status_code == 200


# ---- The throttle: what is used up on one way is used up on all


@dataclass
class Computer:
    """One computer's browsers: of who has shown nothing, the first step, or all."""

    visitor: Visitor
    new: Client
    after_first: Client
    unknown_here: Client
    signed_in: Client

    def password(self, *, right: bool) -> Any:
        typed = PASSWORD if right else "wrong"
        sent = {"login": self.visitor.person.email, "password": typed}
        return self.new.post(SIGN_IN, sent)

    def password_again(self, *, right: bool) -> Any:
        typed = PASSWORD if right else "wrong"
        return self.signed_in.post(CONFIRM, {"confirm-password": typed})

    def app(self, *, right: bool) -> Any:
        sent = app_code(self.visitor, self.new) if right else WRONG_CODE
        return self.after_first.post(STEP, sent)

    def recovery_code(self, *, right: bool) -> Any:
        wrong = {"confirm-code": "aaaa-bbbb-cccc-dddd"}
        sent = recovery_code(self.visitor, self.new) if right else wrong
        return self.after_first.post(STEP, sent)

    def code_again(self, *, right: bool) -> Any:
        sent = app_code(self.visitor, self.new) if right else WRONG_CODE
        return self.signed_in.post(CONFIRM, sent)

    def passkey(self, *, right: bool) -> Any:
        sent = passkey(self.visitor, self.new) if right else WRONG_PASSKEY
        return self.new.post(PASSKEY_ALONE, sent, follow=True)

    def passkey_second(self, *, right: bool) -> Any:
        sent = passkey(self.visitor, self.after_first) if right else WRONG_PASSKEY
        return self.after_first.post(STEP, sent)

    def passkey_again(self, *, right: bool) -> Any:
        sent = passkey(self.visitor, self.signed_in) if right else WRONG_PASSKEY
        return self.signed_in.post(CONFIRM, sent)

    def provider(self, *, right: bool) -> Any:
        page = self.new.post(BEGIN, follow=True)
        if right or TOO_MANY in page.text:
            return page
        state = parameters(address_in(page))["state"]
        return self.new.get(f"{BEGIN}callback/", {"state": state, "code": "made up"})

    def provider_again(self, *, right: bool) -> Any:  # noqa: ARG002
        return self.signed_in.post(CONFIRM_THERE, follow=True)

    def link_code(self, *, right: bool) -> Any:  # noqa: ARG002
        """Type a code as someone whom the provider knows, and no one here."""
        return self.unknown_here.post(LINK, {"code": "ABCD-EFGH-JKMN-PQRS"})


def computer_of(visitor: Visitor) -> Computer:
    unknown_here, signed_in = browser(), client_of(visitor.person)
    visit(unknown_here, "nobody here")
    signed_in.defaults["SERVER_NAME"] = "localhost"
    make_long_ago(signed_in)
    first = with_password(visitor.person)
    cache.clear()
    return Computer(visitor, browser(), first, unknown_here, signed_in)


def is_refused(answer: Any) -> bool:
    return answer.status_code == 429 or TOO_MANY in answer.text


def ways_open(computer: Computer, ways: list[str]) -> list[str]:
    """Return the ways that are not refused, each tried with what is right."""
    return [way for way in ways if not is_refused(getattr(computer, way)(right=True))]


GUESSED = ["password", "app", "recovery_code", "code_again"]
GUESSED_WITHOUT_FACTOR = ["password", "password_again"]
# What no one can guess: only its network address counts.
OF_THE_ADDRESS = ["passkey", "passkey_second", "passkey_again", "provider", "link_code"]


@pytest.mark.parametrize("used_up", GUESSED)
def test_five_wrong_guesses_one_way_close_all_ways_to_guess(guarded, used_up):
    computer = computer_of(guarded)
    answers = [getattr(computer, used_up)(right=False) for _guess in range(5)]
    assert not any(map(is_refused, answers))
    assert ways_open(computer, GUESSED) == []
    # What is not guessed stays open, so no one is locked out by another's guesses.
    assert ways_open(computer, ["provider", "passkey"]) == ["provider", "passkey"]


@pytest.mark.parametrize("used_up", GUESSED_WITHOUT_FACTOR)
def test_it_is_so_without_a_second_factor(plain, used_up):
    computer = computer_of(plain)
    for _guess in range(5):
        assert not is_refused(getattr(computer, used_up)(right=False))
    assert ways_open(computer, GUESSED_WITHOUT_FACTOR) == []


@pytest.mark.parametrize("used_up", OF_THE_ADDRESS)
def test_ten_refusals_at_an_address_close_all_ways_there(guarded, used_up):
    computer = computer_of(guarded)
    answers = [getattr(computer, used_up)(right=False) for _try in range(10)]
    assert not any(map(is_refused, answers))
    all_ways = [*GUESSED, *OF_THE_ADDRESS, "provider_again"]
    assert ways_open(computer, all_ways) == []
    assert not is_signed_in(computer.new)
    assert not is_signed_in(computer.after_first)
