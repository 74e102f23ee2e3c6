"""People with second factors, and browsers at the host that passkeys work at."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from accounts.actions.second_factors import add_app
from accounts.models import User
from accounts.second_factors.app_codes import SECONDS, new_secret
from tests.accounts.factors.soft_passkey import SoftPasskey
from tests.factories import PASSWORD

SIGN_IN = "/accounts/login/"
STEP = "/accounts/second-step/"
OPTIONS = "/accounts/passkeys/options/"


@dataclass
class App:
    """An authenticator app on a telephone."""

    secret: str

    def code(self, *, steps: int = 0) -> str:
        """Return the code of now, or of so many steps later."""
        step = int(time.time()) // SECONDS + steps
        return str(format_hotp_value(hotp_value(self.secret, step)))


def give_app(person: User) -> tuple[App, list[str]]:
    """Give a person an app, added a step ago, and return it with the recovery codes."""
    app = App(new_secret())
    added = add_app(
        secret=app.secret,
        code=app.code(steps=-1),
        keep=None,
        by=person,
        at=datetime.now(UTC),
    )
    return app, added.codes


def browser() -> Client:
    return Client(SERVER_NAME="localhost")


def with_password(person: User, client: Client | None = None) -> Client:
    """Return a browser that has typed the right password."""
    client = client or browser()
    client.post(SIGN_IN, {"login": person.email, "password": PASSWORD})
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/people/me/").status_code == 200


@pytest.fixture
def with_app(officer_jp):
    """An officer with an app, the app, and their recovery codes."""
    app, codes = give_app(officer_jp)
    return officer_jp, app, codes


@pytest.fixture
def with_passkey(officer_jp):
    """An officer with a passkey, which they have made in a browser."""
    passkey, client = SoftPasskey(), with_password(officer_jp)
    options = client.post(OPTIONS, {"add": "yes"}).json()
    sent = {"name": "Laptop", "credential": passkey.make(options)}
    client.post("/accounts/second-factors/passkey/", sent)
    return officer_jp, passkey
