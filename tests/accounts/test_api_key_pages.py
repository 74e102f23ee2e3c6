"""Tests of the administrators' pages of API keys."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.actions.api_keys import create_api_key
from accounts.backends import find_api_key
from accounts.models import ApiKey

LIST = "/people/keys/"


@pytest.fixture
def made(members, now):
    """A key, and its token, which no page shows again."""
    return create_api_key(
        name="INTERPOL <b>",
        scopes=["read:own", "read:reports"],
        member="JP",
        life=timedelta(days=30),
        at=now,
    )


def revoke_page(key):
    return reverse("accounts:api-key-revoke", args=[key.pk])


def test_the_list_shows_what_is_known_of_a_key(signed_in, administrator, made):
    key, token = made
    page = signed_in(administrator).get(LIST).text
    for words in (f"g7p_{key.prefix}…", "Japan", "read:own, read:reports", "Active"):
        assert words in page
    assert "INTERPOL &lt;b&gt;" in page
    assert token.removeprefix(f"g7p_{key.prefix}_") not in page
    assert key.digest not in page


def test_no_key_is_made_yet(signed_in, administrator):
    page = signed_in(administrator).get(LIST).text
    assert "No API keys" in page
    assert "create_api_key" in page


def test_an_expired_key_says_so(signed_in, administrator, made, now):
    ApiKey.objects.update(
        created_at=now - timedelta(days=2), expires_at=now - timedelta(days=1)
    )
    assert "Expired" in signed_in(administrator).get(LIST).text


def test_revoking_asks_first_and_ends_the_key(signed_in, administrator, made, now):
    key, token = made
    browser = signed_in(administrator)
    assert "Revoke the key INTERPOL &lt;b&gt;?" in browser.get(revoke_page(key)).text
    assert find_api_key(token, now) == key
    answer = browser.post(revoke_page(key), follow=True)
    assert "has been revoked. It no longer works." in answer.text
    assert "Revoked" in answer.text
    assert revoke_page(key) not in answer.text
    assert find_api_key(token, now) is None


@pytest.mark.parametrize(
    "role",
    ["contributor_jp", "officer_jp", "head_jp", "coordinator", "observer", "assessor"],
)
def test_for_others_there_are_no_keys(signed_in, request, made, now, role):
    key, token = made
    browser = signed_in(request.getfixturevalue(role))
    assert browser.get(LIST).status_code == 404
    assert browser.get(revoke_page(key)).status_code == 404
    assert browser.post(revoke_page(key)).status_code == 404
    assert find_api_key(token, now) == key


def test_who_is_not_signed_in_is_asked_to(client, made):
    key, _token = made
    for url in (LIST, revoke_page(key)):
        assert client.post(url).url == f"/accounts/login/?next={url}"


def test_the_lists_lead_to_each_other(signed_in, administrator):
    browser = signed_in(administrator)
    assert LIST in browser.get("/people/").text
    assert 'href="/people/"' in browser.get(LIST).text
