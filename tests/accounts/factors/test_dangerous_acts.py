"""Tests of all acts that give access: who does one has just shown who they are."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.urls import get_resolver, reverse

from tests.accounts.factors.test_recently_signed_in import CONFIRM, make_long_ago

ID = uuid4()
# The route of each act, the person of the cast who may do it, and what its address has.
# A person is asked before anything is looked up, so nothing need be there.
GUARDED = {
    "progress:api-key-new": ("head_jp",),
    "progress:api-key-rotate": ("head_jp", ID),
    "partners:feed-new": ("officer_jp",),
    "progress:handover-give": ("coordinator", 1),
    "progress:handover-receive": ("coordinator", 1),
    "account_app_add": ("officer_jp",),
    "account_passkey_add": ("officer_jp",),
    "account_recovery_codes": ("officer_jp",),
    "account_factor_remove": ("officer_jp", 1),
    "progress:public-reading-propose": ("administrator",),
    "progress:public-reading-confirm": ("administrator", ID),
    "progress:public-reading-end": ("administrator", ID),
    "accounts:sign-in-identity-link": ("officer_jp",),
    "accounts:sign-in-identity-end": ("officer_jp",),
    "accounts:grant-agree": ("administrator", ID),
    "accounts:user-address": ("administrator", ID),
    "accounts:user-reset-sign-in": ("administrator", ID),
}
# Routes with such a word in their name that give no one any access, and why.
HARMLESS = {
    # Pages that show what there is, and no secret.
    "account_second_factors",
    "accounts:grant-detail",
    "accounts:grant-list",
    "partners:feed-list",
    "progress:api-key-list",
    "progress:api-key-requests",
    "progress:public-reading",
    # They end something.
    "accounts:grant-refuse",
    "accounts:user-end-identity",
    "partners:feed-revoke",
    "progress:api-key-revoke",
    # Ways to sign in, and to show who one is.
    "account_passkey_options",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_passkey_sign_in",
    "account_single_sign_on",
    "account_single_sign_on_callback",
    "account_single_sign_on_confirm",
    "account_single_sign_on_link",
    # The address itself is the secret.
    "partners:feed-changes",
    "partners:feed-deadlines",
    # A key of the browser, for texts that are not sent yet.
    "accounts:unsent-text-key",
    # For API keys alone: a session reaches none of them.
    "api:webhook-delivery-list",
    "api:webhook-delivery-replay",
    "api:webhook-detail",
    "api:webhook-list",
    "api:webhook-ping",
    "api:webhook-rotate-secret",
}
WORDS = re.compile(
    r"key|feed(?!back)|handover|factor|app_add|recovery|public-reading|grant|address"
    r"|identity|webhook|single_sign_on|reset-sign-in"
)


def names_of(patterns, space="") -> Iterator[str]:
    for one in patterns:
        if hasattr(one, "url_patterns"):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from names_of(one.url_patterns, inner)
        elif one.name:
            yield f"{space}{one.name}"


def test_every_route_that_gives_access_is_in_one_of_the_tables():
    found = set(names_of(get_resolver().url_patterns))
    assert {name for name in found if WORDS.search(name)} == {*GUARDED, *HARMLESS}


@pytest.mark.parametrize("route", GUARDED)
def test_it_is_asked_who_is_there(request, signed_in, route):
    who, *values = GUARDED[route]
    browser = signed_in(request.getfixturevalue(who))
    make_long_ago(browser)
    url = reverse(route, args=values)
    page = browser.get(url)
    assert page.status_code == 302
    assert page.url.startswith(CONFIRM)
    sent = browser.post(url, {"name": "Typed"})
    assert sent.status_code == 403
    assert "Confirm that it is you" in sent.text
    assert 'value="Typed"' in sent.text


def test_a_session_reaches_no_secret_of_a_webhook(signed_in, head_jp):
    browser = signed_in(head_jp)
    url = reverse("api:webhook-rotate-secret", args=[ID])
    assert browser.post(url).status_code in {403, 404}
