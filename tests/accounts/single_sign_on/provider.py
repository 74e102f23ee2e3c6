"""An OpenID provider on this machine, and a browser's visits to it."""

import html
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from django.test import Client
from werkzeug.serving import make_server

from accounts.models import SignInIdentity, User
from accounts.single_sign_on.configured import ConfiguredProvider

BEGIN = "/accounts/single-sign-on/"
LINK = f"{BEGIN}link/"
CONFIRM = f"{BEGIN}confirm/"
LINK_OWN = "/people/me/single-sign-on/link/"
# A person of the provider's who has shown two factors there, and says so.
WITH_TWO_FACTORS = "b7c1-two-factors"
AWAY = "http://127.0.0.1:1"
_LEADS_TO = re.compile(r'http-equiv="refresh" content="0; url=([^"]+)"')


class RunningProvider:
    """The provider, and the parameters of each request that it got, by path."""

    def __init__(self, issuer: str, requests_got: list[tuple[str, dict[str, str]]]):
        self.issuer = issuer
        self.requests_got = requests_got

    def configured(self, **changed: Any) -> ConfiguredProvider:
        values = {
            "issuer": self.issuer,
            "client_id": "g7plan",
            "client_secret": "a secret between two machines",
            "name": "Ministry ID",
            "second_factors": frozenset({"mfa"}),
            **changed,
        }
        return ConfiguredProvider(**values)

    def variables(self) -> dict[str, str]:
        """Return the environment of a product that uses it."""
        return {
            "OIDC_ISSUER": self.issuer,
            "OIDC_CLIENT_ID": "g7plan",
            "OIDC_CLIENT_SECRET": "a secret between two machines",
            "OIDC_NAME": "Ministry ID",
        }


@contextmanager
def running_provider() -> Iterator[RunningProvider]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of its own packages
        import flask  # noqa: PLC0415 - loaded by these tests only
        import oidc_provider_mock as mock  # noqa: PLC0415 - as above
    people = [mock.User(sub=WITH_TWO_FACTORS, claims={"amr": ["pwd", "mfa"]})]
    app, got = mock.app(user_claims=people), []
    app.before_request(
        lambda: got.append((flask.request.path, flask.request.values.to_dict()))
    )
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield RunningProvider(f"http://127.0.0.1:{server.server_port}", got)
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


def address_in(page: Any) -> str:
    """Return where a page of ours leads to."""
    assert page.status_code == 200, page.status_code
    return html.unescape(_LEADS_TO.findall(page.text)[0])


def answer_for(address: str, subject: str, **form: str) -> str:
    """Sign in at the provider, and return the path that it sends the browser to."""
    data = {"sub": subject, **form}
    answer = requests.post(address, data=data, allow_redirects=False, timeout=5)
    came_back = urlsplit(answer.headers["Location"])
    return f"{came_back.path}?{came_back.query}"


def visit(
    client: Client, subject: str, path: str = BEGIN, form: Any = None, **data: str
) -> Any:
    """Go to the provider, sign in there and come back."""
    address = address_in(client.post(path, data))
    return client.get(answer_for(address, subject, **(form or {})))


def parameters(address: str) -> dict[str, str]:
    return {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}


def link(person: User, subject: str, provider: RunningProvider, now: Any) -> User:
    SignInIdentity.objects.create(
        user=person, issuer=provider.issuer, subject=subject, linked_at=now
    )
    return person
