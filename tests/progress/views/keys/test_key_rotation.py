"""Tests of the pages that rotate a key and revoke it."""

from datetime import timedelta

import pytest

from accounts.backends import find_api_key
from accounts.models import ApiKey, Scope
from audit.models import Event
from tests.api.conftest import store_key
from tests.progress.keys import LIST, NEW, SENT, page_of, secret_in


@pytest.fixture
def key_jp(members):
    return store_key(Scope.READ_OWN, member="JP")[0]


# ---- Rotating a key


def test_two_keys_live_for_a_while_after_a_rotation(signed_in, head_jp, now):
    key, token = store_key(
        Scope.READ_OWN, member="JP", purpose="Nightly", networks=["127.0.0.0/8"]
    )
    browser = signed_in(head_jp)
    answer = browser.post(page_of(key, "rotate"), {"life": "100", "overlap": "3"})
    assert answer["Cache-Control"] == "no-store"
    secret = secret_in(answer)
    new = ApiKey.objects.get(replaces=key)
    for name in ("name", "purpose", "user_id", "scopes", "networks"):
        assert getattr(new, name) == getattr(key, name), name
    client = {"REMOTE_ADDR": "127.0.0.1"}
    for one in (token, secret):
        me = browser.get(
            "/api/v1/me/", headers={"Authorization": f"Bearer {one}"}, **client
        )
        assert me.status_code == 200
    key.refresh_from_db()
    assert timedelta(days=2) < key.expires_at - now < timedelta(days=4)
    assert not key.is_usable(key.expires_at)
    assert new.is_usable(key.expires_at)
    page = browser.get(LIST).text
    assert page.count(key.name) >= 2
    assert "Replaced, still works" in page
    event = Event.objects.get(verb="api_key.rotate")
    assert event.data["replaces"] == str(key.pk)
    assert event.actor_id == head_jp.pk


def test_a_rotation_never_lets_the_earlier_key_live_longer(signed_in, head_jp, now):
    ends = now + timedelta(days=2)
    key, _token = store_key(Scope.READ_OWN, member="JP", expires_at=ends)
    signed_in(head_jp).post(page_of(key, "rotate"), {"life": "100", "overlap": "30"})
    key.refresh_from_db()
    assert key.expires_at == ends


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"life": "100", "overlap": "31"}, "for between 1 and 30 days"),
        ({"life": "100", "overlap": "0"}, "for between 1 and 30 days"),
        ({"life": "0", "overlap": "7"}, "between 1 and 1825 days"),
        ({}, "Enter a number of days."),
    ],
)
def test_a_wrong_rotation_changes_nothing(signed_in, head_jp, key_jp, sent, sentence):
    answer = signed_in(head_jp).post(page_of(key_jp, "rotate"), sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert ApiKey.objects.get().replaced_at is None


@pytest.mark.parametrize("over", ["replaced_at", "revoked_at"])
def test_a_key_that_is_over_is_not_rotated(signed_in, head_jp, key_jp, now, over):
    ApiKey.objects.update(**{over: now})
    sent = {"life": "100", "overlap": "7"}
    answer = signed_in(head_jp).post(page_of(key_jp, "rotate"), sent)
    assert answer.status_code == 422
    assert "has ended or has been replaced already" in answer.text
    assert ApiKey.objects.count() == 1


def test_a_name_is_free_once_its_keys_are_revoked(signed_in, head_jp, key_jp):
    browser = signed_in(head_jp)
    sent = {**SENT, "name": key_jp.name}
    browser.post(page_of(key_jp, "rotate"), {"life": "100", "overlap": "7"})
    assert browser.post(NEW, sent).status_code == 422
    browser.post(page_of(ApiKey.objects.get(replaces=key_jp), "revoke"))
    assert browser.post(NEW, sent).status_code == 200


# ---- Revoking a key


def test_revoking_asks_first_and_ends_that_key_alone(signed_in, head_jp, now):
    key, token = store_key(Scope.READ_OWN, member="JP")
    browser = signed_in(head_jp)
    answer = browser.post(page_of(key, "rotate"), {"life": "100", "overlap": "3"})
    secret = secret_in(answer)
    assert f"Revoke the key {key.name}?" in browser.get(page_of(key, "revoke")).text
    assert find_api_key(token, now)
    answer = browser.post(page_of(key, "revoke"), follow=True)
    assert "has been revoked. It no longer works." in answer.text
    assert find_api_key(token, now) is None
    assert find_api_key(secret, now)
    assert Event.objects.get(verb="api_key.revoke").actor_id == head_jp.pk


def test_an_administrator_revokes_any_key(signed_in, administrator, key_jp):
    assert signed_in(administrator).post(page_of(key_jp, "revoke")).status_code == 302
    key_jp.refresh_from_db()
    assert key_jp.revoked_at
