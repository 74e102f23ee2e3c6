"""Talk to the OpenID provider: where to send a person, and who came back.

The code goes with a proof of the browser that asked for it (PKCE), so that a stolen one
is worth nothing. No answer is awaited for longer than five seconds, which is allauth's
limit, and no redirect is followed.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import quote_plus, urlencode, urljoin, urlsplit

import requests
from allauth.socialaccount.adapter import get_adapter
from django.conf import settings
from django.urls import reverse
from requests.auth import HTTPBasicAuth

from accounts.single_sign_on.begun import Identity, ProviderVisit, Purpose
from accounts.single_sign_on.configured import ConfiguredProvider
from accounts.single_sign_on.id_token import InvalidTokenError, identity_in

_DISCOVERY = "/.well-known/openid-configuration"
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderAwayError(Exception):
    """The provider cannot be reached, or its configuration is not usable."""


def configured() -> ConfiguredProvider | None:
    """Return the provider of this installation, or None: there is no single sign-on."""
    provider: ConfiguredProvider | None = settings.SINGLE_SIGN_ON
    return provider


def callback_url() -> str:
    """Return our own address, never that of the request's Host header."""
    return urljoin(settings.SITE_URL, reverse("account_single_sign_on_callback"))


def address_for(provider: ConfiguredProvider, state: str, begun: ProviderVisit) -> str:
    """Return the provider's address to send a person to. Raises ProviderAwayError.

    Only `openid` is asked for: no name, no mail address.
    """
    digest = sha256(begun.code_verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": callback_url(),
        "scope": "openid",
        "state": state,
        "nonce": begun.nonce,
        "code_challenge": urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    if begun.purpose is Purpose.CONFIRM:
        asked |= {"prompt": "login", "max_age": "0"}
    endpoint = discover(provider)["authorization_endpoint"]
    mark = "&" if "?" in endpoint else "?"
    return f"{endpoint}{mark}{urlencode(asked)}"


def identity_of(
    provider: ConfiguredProvider, begun: ProviderVisit, *, code: str, issuer: str
) -> Identity:
    """Return who came back, by the code that the browser brought.

    `issuer` is whose answer the browser says it is (RFC 9207). Raises
    ProviderAwayError or InvalidTokenError.
    """
    if issuer != provider.issuer:
        raise InvalidTokenError("iss")
    config = discover(provider)
    token = _id_token_for(code, provider, begun, config)
    keys = _fetch(config["jwks_uri"])
    return identity_in(token, keys, provider=provider, nonce=begun.nonce)


def _id_token_for(
    code: str,
    provider: ConfiguredProvider,
    begun: ProviderVisit,
    config: dict[str, Any],
) -> str:
    """Exchange the code for the ID token. No other token is kept."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback_url(),
        "code_verifier": begun.code_verifier,
    }
    names = provider.client_id, provider.client_secret
    basic = None
    if _uses_basic(config):
        basic = HTTPBasicAuth(*map(quote_plus, names))
    else:
        form["client_id"], form["client_secret"] = names
    try:
        with get_adapter().get_requests_session() as session:
            answer = session.post(
                config["token_endpoint"], data=form, auth=basic, allow_redirects=False
            )
        found = answer.json() if answer.ok else {}
    except (requests.RequestException, ValueError) as error:
        raise ProviderAwayError(type(error).__name__) from error
    if answer.status_code >= requests.codes.server_error:
        raise ProviderAwayError("token_endpoint")
    if not isinstance(found, dict) or not isinstance(found.get("id_token"), str):
        raise InvalidTokenError("code")
    token: str = found["id_token"]
    return token


def discover(provider: ConfiguredProvider) -> dict[str, Any]:
    """Return the provider's own configuration. Raises ProviderAwayError."""
    config = _fetch(f"{provider.issuer.rstrip('/')}{_DISCOVERY}")
    if config.get("issuer") != provider.issuer:
        raise ProviderAwayError("issuer")
    scheme = urlsplit(provider.issuer).scheme
    for name in _ENDPOINTS:
        if urlsplit(str(config.get(name, ""))).scheme not in {scheme, "https"}:
            raise ProviderAwayError(name)
    return config


def _uses_basic(config: dict[str, Any]) -> bool:
    """Return whether we name ourselves in a header, which is what a provider expects.

    Basic is the default of the standard. Where a form is offered too, it is safer: an
    identifier may hold a colon.
    """
    offered = config.get("token_endpoint_auth_methods_supported")
    return "client_secret_post" not in (offered or ["client_secret_basic"])


def _fetch(url: str) -> dict[str, Any]:
    try:
        with get_adapter().get_requests_session() as session:
            answer = session.get(url, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise ProviderAwayError(type(error).__name__) from error
    if answer.status_code != requests.codes.ok or not isinstance(found, dict):
        raise ProviderAwayError("answer")
    return found
