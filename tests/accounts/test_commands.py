"""Tests of the commands that administrators run on the server."""

import io
import sys

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from accounts.backends import find_api_key
from accounts.management.commands import create_administrator
from accounts.models import AccountState, ApiKey, User
from audit.models import Event
from tests.factories import PASSWORD, make_user


def run(command, *arguments, typed=None, monkeypatch=None):
    out = io.StringIO()
    if typed is not None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


WHO = ("--email", "Ada@Tests.Example", "--name", "Ada")


# ---- create_administrator


def test_an_administrator_with_a_password_can_sign_in(db, client, monkeypatch):
    said = run(
        "create_administrator", *WHO, "--password-stdin",
        typed=f"{PASSWORD}\n", monkeypatch=monkeypatch,
    )  # fmt: skip
    assert "ada@tests.example is an administrator." in said
    client.post(
        "/accounts/login/", {"login": "ada@tests.example", "password": PASSWORD}
    )
    assert client.get("/people/").status_code == 200
    event = Event.objects.get(verb="user.create_administrator")
    assert event.actor == "system"
    assert event.data["roles"] == [[], ["administrator"]]


def test_the_command_cleans_an_address_as_a_form_does(db, monkeypatch):
    who = ("--email", "\u200eAda@Tests.Example\u200b", "--name", "Ada")
    typed = {"typed": f"{PASSWORD}\n", "monkeypatch": monkeypatch}
    run("create_administrator", *who, "--password-stdin", **typed)
    assert User.objects.get().email == "ada@tests.example"
    for email, sentence in (
        ("ada\u200b@tests.example", r"email: The address has a zero width space"),
        ("ada\udc80@tests.example", r"email: The address has a half of a character"),
        ("ädä@tests.example", r"email: No mail can be sent to this address"),
    ):
        with pytest.raises(CommandError, match=sentence):
            run(
                "create_administrator", "--email", email, "--name", "Ada",
                "--password-stdin", **typed,
            )  # fmt: skip


def test_an_administrator_is_asked_for_a_password(db, monkeypatch):
    monkeypatch.setattr(create_administrator, "getpass", lambda _prompt: PASSWORD)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    run("create_administrator", *WHO)
    assert User.objects.get().check_password(PASSWORD)


def test_two_passwords_that_differ_are_refused(db, monkeypatch):
    typed = iter([PASSWORD, "another"])
    monkeypatch.setattr(create_administrator, "getpass", lambda _prompt: next(typed))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    with pytest.raises(CommandError, match="The two passwords differ"):
        run("create_administrator", *WHO)
    assert not User.objects.exists()


def test_without_a_terminal_one_is_told_the_other_ways(db, monkeypatch):
    with pytest.raises(CommandError, match="Use --password-stdin, or --invite"):
        run("create_administrator", *WHO, typed="", monkeypatch=monkeypatch)


def test_an_administrator_is_invited(db):
    said = run("create_administrator", *WHO, "--invite")
    assert "An invitation to set a password has been sent." in said
    assert User.objects.get().account_state == AccountState.INVITED
    [message] = mail.outbox
    assert message.to == ["ada@tests.example"]
    assert "http://127.0.0.1:8000/accounts/password/reset/key/" in str(message.body)


def test_a_mail_that_cannot_be_sent_is_said(db, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(CommandError, match="did not take the invitation"):
        run("create_administrator", *WHO, "--invite")


@pytest.mark.parametrize(
    ("arguments", "typed", "sentence"),
    [
        (("--email", "nobody", "--name", "Ada"), PASSWORD, "email: Enter a valid"),
        (("--email", "", "--name", "Ada"), PASSWORD, "email: Enter a mail address."),
        (("--email", "a@tests.example", "--name", " "), PASSWORD, "name: Enter a name"),
        (WHO, "short", "password: This password is too short"),
        (WHO, "", "password: This password is too short"),
        (WHO, "ada@tests.example", "password: The password is too similar"),
        (("--email", "TAKEN@tests.example", "--name", "Ada"), PASSWORD, "already an"),
    ],
)  # fmt: skip
def test_an_unsound_administrator_is_refused(
    members, monkeypatch, arguments, typed, sentence
):
    make_user(email="taken@tests.example")
    with pytest.raises(CommandError, match=sentence):
        run(
            "create_administrator", *arguments, "--password-stdin",
            typed=f"{typed}\n", monkeypatch=monkeypatch,
        )  # fmt: skip
    assert User.objects.count() == 1


# ---- create_api_key


def test_a_key_is_printed_alone_on_the_last_line(members, now):
    said = run(
        "create_api_key", "--name", "INTERPOL", "--scope", "read:own",
        "--scope", "write:entries", "--member", "jp",
    )  # fmt: skip
    *explanation, token = said.splitlines()
    key = find_api_key(token, now)
    assert key is not None
    assert (key.name, key.user.member_id) == ("INTERPOL", "JP")
    assert round((key.expires_at - now).total_seconds() / 86_400) == 365
    assert "an officer of Japan" in explanation[0]
    assert "the only time the key is shown" in explanation[-1]


def test_a_key_of_nobody_is_an_observer_s(members, now):
    said = run("create_api_key", "--name", "X", "--scope", "read:clear", "--days", "1")
    assert "an observer" in said
    assert find_api_key(said.splitlines()[-1], now) is not None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--scope", "read:all"], "There is no scope read:all. Scopes are read:clear"),
        (["--scope", "read:own"], "these scopes are for one member"),
        (["--scope", "read:clear", "--member", "XX"], "Members are CA, DE, EU"),
        (["--scope", "read:clear", "--days", "0"], "between 1 and"),
        (["--scope", "read:clear", "--days", "99999999999"], "too large"),
        ([], "--scope"),
    ],
)
def test_an_unsound_key_is_refused_in_a_sentence(members, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        run("create_api_key", "--name", "INTERPOL", *arguments)
    assert not ApiKey.objects.exists()


def test_a_name_is_given_to_one_key(members):
    run("create_api_key", "--name", "INTERPOL", "--scope", "read:clear")
    with pytest.raises(CommandError, match="already a key with this name"):
        run("create_api_key", "--name", "INTERPOL", "--scope", "read:clear")


# ---- revoke_api_key


@pytest.mark.parametrize("written", ["{prefix}", "g7p_{prefix}", "g7p_{prefix}…"])
def test_a_key_is_revoked_by_how_it_begins(members, now, written):
    said = run("create_api_key", "--name", "INTERPOL", "--scope", "read:clear")
    key = ApiKey.objects.get()
    answer = run("revoke_api_key", written.format(prefix=key.prefix))
    assert "is revoked" in answer
    assert find_api_key(said.splitlines()[-1], now) is None
    assert Event.objects.get(verb="api_key.revoke").actor == "system"


def test_a_key_revoked_before_stays_so(members):
    run("create_api_key", "--name", "INTERPOL", "--scope", "read:clear")
    prefix = ApiKey.objects.get().prefix
    run("revoke_api_key", prefix)
    assert "was revoked on" in run("revoke_api_key", prefix)
    assert Event.objects.filter(verb="api_key.revoke").count() == 1


def test_a_key_that_is_not_there_is_said(members):
    with pytest.raises(CommandError, match="no key that begins with g7p_deadbeef"):
        run("revoke_api_key", "deadbeef")
