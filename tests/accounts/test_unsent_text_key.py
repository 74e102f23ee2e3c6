"""Tests of the key with which a browser encrypts what it could not send."""

from base64 import b64decode


def key_served_to(client):
    answer = client.get("/people/me/unsent-text-key/")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return answer.json()


def test_each_person_has_a_key_of_their_own(signed_in, officer_jp, head_jp):
    mine, theirs = (
        key_served_to(signed_in(officer_jp)),
        key_served_to(signed_in(head_jp)),
    )
    assert mine["person"] == str(officer_jp.pk)
    assert len(b64decode(mine["key"])) == 32
    assert mine["key"] != theirs["key"]


def test_the_key_is_the_same_after_signing_in_again(signed_in, officer_jp):
    first, second = signed_in(officer_jp), signed_in(officer_jp)
    assert key_served_to(first)["key"] == key_served_to(second)["key"]


def test_the_key_depends_on_the_secret_of_the_installation(
    settings, signed_in, officer_jp
):
    client = signed_in(officer_jp)
    before = key_served_to(client)["key"]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 10
    assert key_served_to(client)["key"] != before


def test_nobody_gets_a_key_without_signing_in(client, db):
    assert client.get("/people/me/unsent-text-key/").status_code == 302


def test_an_installation_can_forbid_it(settings, signed_in, officer_jp):
    settings.KEEP_UNSENT_TEXT = False
    assert key_served_to(signed_in(officer_jp))["key"] == ""
