"""Tests of conditional requests: ETag, If-None-Match and 304 on every answer."""

from typing import Any

import pytest

from accounts.models import Scope
from api.resources.entry_rows import entry_bytes
from api.tags import tag_of
from commitments.models import MemberCommitment
from progress.models import State
from tests.api.conftest import API, client_with, store_key
from tests.factories import make_entry


@pytest.fixture
def entry(plan, officer_jp):
    owed = MemberCommitment.objects.filter(member="JP")[0]
    return make_entry(owed, by=officer_jp, state=State.PUBLISHED, evidence=2)


def test_an_entry_has_the_tag_of_its_bytes(entry):
    key, token = store_key(Scope.READ_OWN, Scope.WRITE_ENTRIES, member="JP")
    answer = client_with(token).get(f"{API}entries/{entry.pk}/")
    request: Any = answer.wsgi_request
    request.user = key.user
    key.user.scopes = frozenset(key.scopes)
    assert answer.content == entry_bytes(request, entry.pk)
    assert answer.headers["ETag"] == tag_of(key.user, answer.content)


def test_a_client_that_has_the_answer_gets_no_body(entry, own_key_jp):
    for path in ("", "entries/", f"entries/{entry.pk}/", "plans/", "schema/"):
        first = own_key_jp.get(f"{API}{path}")
        tag = first.headers["ETag"]
        for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            answer = own_key_jp.get(f"{API}{path}", headers={"If-None-Match": given})
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["ETag"].removeprefix("W/") == tag
            for name in ("Vary", "Cache-Control"):
                assert answer.headers[name] == first.headers[name]
            assert "Content-Type" not in answer.headers
        answer = own_key_jp.get(f"{API}{path}", headers={"If-None-Match": '"other"'})
        assert (answer.status_code, answer.headers["ETag"]) == (200, tag)
        head = own_key_jp.head(f"{API}{path}")
        assert head.headers["ETag"] == tag
