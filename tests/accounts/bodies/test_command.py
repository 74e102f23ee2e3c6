"""Tests of `create_api_key --body`, which is run on the server."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts.backends import find_api_key
from accounts.models import ApiKey
from audit.models import Event
from tests.factories import make_body

OBSERVATORY = "university-observatory"


def run(*arguments: str) -> list[str]:
    out = io.StringIO()
    call_command("create_api_key", "--name", "Scores", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_command_makes_a_key_of_a_body(members, now):
    make_body()
    *said, token = run("--body", OBSERVATORY, "--scope", "write:assessments")
    assert "Scores acts as an assessor of University Observatory, with" in said[0]
    key = find_api_key(token, now + timedelta(days=364))
    assert key is not None
    actor = key.acting_user()
    assert actor.assessing_body == OBSERVATORY
    assert Event.objects.get(verb="api_key.create").actor == "system"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--body", "nobody", "--scope", "write:assessments"],
            "body: There is no assessing body nobody. Bodies are:"
            " university-observatory.",
        ),
        (
            ["--scope", "write:assessments"],
            "body: write:assessments: this scope is for one assessing body. Name the"
            " body.",
        ),
        (
            ["--body", OBSERVATORY, "--scope", "write:entries"],
            "member: write:entries: these scopes are for one member. Name the member.",
        ),
        (
            ["--body", OBSERVATORY, "--member", "JP", "--scope", "read:green"],
            "not allowed with argument --body",
        ),
    ],
)
def test_the_command_says_what_does_not_fit(members, arguments, sentence):
    make_body()
    with pytest.raises(CommandError) as refusal:
        run(*arguments)
    assert sentence in str(refusal.value)
    assert not ApiKey.objects.exists()


def test_without_bodies_the_command_says_so(members):
    with pytest.raises(CommandError, match="Bodies are: none"):
        run("--body", OBSERVATORY, "--scope", "write:assessments")
