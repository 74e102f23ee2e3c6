"""Tests of API keys: their form, and which requests they authenticate."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.actions.api_keys import create_api_key, revoke_api_key
from accounts.api_keys import digest_of, has_digest, make_key, prefix_of
from accounts.backends import find_api_key, find_service_reader
from accounts.models import ApiKey, Role, User
from audit.models import Event


def make(now, *scopes, name="INTERPOL", member=None, days=30):
    return create_api_key(
        name=name,
        scopes=scopes or ["read:green"],
        member=member,
        life=timedelta(days=days),
        at=now,
    )


def codes_of(refusal):
    return {
        field: [error.code for error in errors]
        for field, errors in refusal.value.error_dict.items()
    }


# ---- The key itself


def test_a_key_names_its_prefix_and_hides_its_secret():
    new = make_key()
    start, prefix, secret = new.token.split("_", 2)
    assert (start, prefix) == ("g7p", new.prefix)
    assert len(secret) == 43
    assert new.token not in repr(new)
    assert prefix_of(new.token) == new.prefix
    assert has_digest(new.token, new.digest)


def test_no_two_keys_are_alike():
    assert len({make_key().token for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "token",
    [
        "",
        "g7p",
        "g7p__",
        "g7p_deadbeef",
        "g7p_deadbeef_short",
        "G7P_deadbeef_" + "a" * 43,
        "g7p_DEADBEEF_" + "a" * 43,
        "g7p_deadbeef_" + "a" * 44,
        "g7p_deadbeef_" + "a" * 42 + "\n",
        "g7p_deadbeef_" + "a" * 43 + "\n",
        "g7p_deadbeef_" + "a" * 42 + "\x00",
        "g7p_deadbeef_" + "あ" * 43,
        "\ud800" * 56,
        "a" * 1_000_000,
    ],
)
def test_what_has_no_key_s_form_has_no_prefix(token):
    assert prefix_of(token) is None


# ---- Making a key


def test_a_key_of_a_member_acts_as_its_officer(members, now):
    key, token = make(now, "read:own", "write:entries", member="JP")
    assert key.user.is_service
    assert key.user.roles == [Role.OFFICER]
    assert key.user.delegation == "JP"
    assert not key.user.has_usable_password()
    assert key.scopes == ["read:own", "write:entries"]
    assert key.digest == digest_of(token)
    assert token not in str(key.__dict__)


def test_a_key_of_no_member_acts_as_an_observer(members, now):
    key, _token = make(now, "read:clear")
    assert key.user.roles == [Role.OBSERVER]
    assert key.user.member is None


def test_making_a_key_is_written_down_without_the_key(members, now):
    key, token = make(now, "read:own", member="JP")
    event = Event.objects.get(verb="api_key.create")
    assert (event.actor, event.member) == ("system", "JP")
    assert event.target_id == str(key.pk)
    assert event.data["scopes"] == ["read:own"]
    assert token not in f"{event.target}{event.data}"


def test_a_key_reads_what_it_writes(members, now):
    with pytest.raises(ValidationError) as refusal:
        make(now, "read:green", "write:entries", member="JP")
    assert codes_of(refusal) == {"scopes": ["read_missing"]}


@pytest.mark.parametrize("scope", ["read:own", "write:entries"])
def test_a_scope_that_is_for_one_member_needs_it(members, now, scope):
    with pytest.raises(ValidationError) as refusal:
        make(now, scope)
    assert codes_of(refusal) == {"member": ["member_missing"]}
    assert not User.objects.services().exists()


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"scopes": ["read:all"]}, {"scopes": ["unknown_scope"]}),
        ({"scopes": []}, {"scopes": ["unknown_scope"]}),
        ({"member": "XX"}, {"member": ["unknown_member"]}),
        ({"member": "jp"}, {"member": ["unknown_member"]}),
        ({"member": ""}, {"member": ["unknown_member"]}),
        ({"name": "  "}, {"name": ["required"]}),
        ({"name": "a\x00b"}, {"name": ["text"]}),
        ({"name": "a" * 81}, {"name": ["text"]}),
        ({"life": timedelta(0)}, {"life": ["out_of_range"]}),
        ({"life": timedelta(days=-1)}, {"life": ["out_of_range"]}),
        ({"life": timedelta(days=10_000)}, {"life": ["out_of_range"]}),
    ],
)
def test_an_unsound_key_is_refused(members, now, values, codes):
    sound = {
        "name": "INTERPOL",
        "scopes": ["read:green"],
        "member": None,
        "life": timedelta(days=1),
    }
    with pytest.raises(ValidationError) as refusal:
        create_api_key(**{**sound, **values}, at=now)
    assert codes_of(refusal) == codes
    assert not ApiKey.objects.exists()


def test_an_unknown_scope_is_told_all_that_there_are(members, now):
    with pytest.raises(ValidationError) as refusal:
        make(now, "read:all")
    sentence = refusal.value.message_dict["scopes"][0]
    assert "read:all" in sentence
    assert "compile:reports" in sentence


def test_a_second_key_of_a_name_is_refused_while_the_first_stands(members, now):
    key, _token = make(now)
    with pytest.raises(ValidationError) as refusal:
        make(now, name="interpol")
    assert codes_of(refusal) == {"name": ["name_taken"]}
    assert User.objects.services().count() == 1
    revoke_api_key(key_id=key.pk, by=None, at=now)
    make(now)


# ---- Authenticating with a key


def test_a_key_is_found_by_its_token(members, now):
    key, token = make(now)
    assert find_api_key(token, now) == key


def test_what_is_no_key_finds_none(members, now):
    _key, token = make(now)
    wrong = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert find_api_key(wrong, now) is None
    assert find_api_key(make_key().token, now) is None
    assert find_api_key("Bearer", now) is None


def test_a_key_ends_at_its_instant(members, now):
    _key, token = make(now, days=30)
    end = now + timedelta(days=30)
    assert find_api_key(token, end - timedelta(seconds=1)) is not None
    assert find_api_key(token, end) is None


def test_a_key_of_a_deactivated_user_opens_nothing(members, now):
    key, token = make(now)
    User.objects.filter(pk=key.user_id).update(is_active=False)
    assert find_api_key(token, now) is None


# ---- Without a request


def test_a_service_user_has_the_rights_of_its_newest_usable_key(members, now):
    key, _token = make(now, "read:clear")
    newer = ApiKey.objects.get(pk=key.pk)
    newer.pk, newer.prefix, newer.name = uuid4(), "0000ffff", "The next"
    newer.scopes, newer.created_at = ["read:green"], now + timedelta(minutes=1)
    newer.save(force_insert=True)
    assert scopes_at(key, now + timedelta(days=1)) == {"read:green"}
    ApiKey.objects.filter(pk=newer.pk).update(revoked_at=now)
    assert scopes_at(key, now + timedelta(days=1)) == {"read:clear"}


def test_a_service_user_without_a_usable_key_reads_nothing(members, now):
    key, _token = make(now, days=30)
    assert scopes_at(key, now + timedelta(days=30)) is None
    User.objects.filter(pk=key.user_id).update(is_active=False)
    assert scopes_at(key, now) is None


def scopes_at(key, at):
    reader = find_service_reader(key.user_id, at)
    return reader and reader.scopes


# ---- Revoking


def test_a_revoked_key_opens_nothing_any_more(administrator, now):
    key, token = make(now, "read:own", member="JP")
    revoke_api_key(key_id=key.pk, by=administrator, at=now)
    assert find_api_key(token, now) is None
    event = Event.objects.get(verb="api_key.revoke")
    assert (event.actor, event.member) == (administrator.email, "JP")


def test_revoking_twice_is_once(administrator, now):
    key, _token = make(now)
    revoke_api_key(key_id=key.pk, by=administrator, at=now)
    later = revoke_api_key(key_id=key.pk, by=administrator, at=now + timedelta(hours=1))
    assert later.revoked_at == now
    assert Event.objects.filter(verb="api_key.revoke").count() == 1


def test_only_an_administrator_revokes(officer_jp, now):
    key, token = make(now, "read:own", member="JP")
    with pytest.raises(PermissionDenied):
        revoke_api_key(key_id=key.pk, by=officer_jp, at=now)
    assert find_api_key(token, now) == key
