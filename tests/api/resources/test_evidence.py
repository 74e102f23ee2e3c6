"""Tests of files of evidence in the API."""

from hashlib import sha256
from uuid import uuid4

import pytest

from accounts.models import Scope
from progress.models import Handling, State
from tests.api.conftest import API
from tests.factories import add_evidence, make_entry, member_commitment_of


@pytest.fixture
def entry_with_file(plan, officer_jp, stocktake):
    def make(state=State.PUBLISHED, **fields):
        mine = member_commitment_of(plan, "1.2.2", "JP")
        return make_entry(
            mine,
            by=officer_jp,
            state=state,
            stocktake=stocktake,
            file_name="protocol.txt",
            **fields,
        )

    return make


def file_url(entry) -> str:
    return f"{API}evidence/{entry.evidence_links.get().evidence_id}/file/"


def test_an_entry_tells_of_its_file_and_where_it_is(entry_with_file, client_for_key):
    entry = entry_with_file()
    client = client_for_key(Scope.READ_GREEN)
    (told,) = client.get(f"{API}entries/{entry.pk}/").json()["evidence"]
    content = b"What protocol.txt says."
    assert told["kind"] == "file"
    assert (told["file_name"], told["media_type"]) == ("protocol.txt", "text/plain")
    assert (told["size"], told["sha256"]) == (len(content), sha256(content).hexdigest())
    answer = client.get(told["file"])
    assert answer.getvalue() == content
    assert answer["Content-Disposition"] == 'attachment; filename="protocol.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("accept", ["application/json", "text/plain", "image/png"])
def test_a_file_has_the_type_it_has(entry_with_file, client_for_key, accept):
    url = file_url(entry_with_file())
    client = client_for_key(Scope.READ_GREEN)
    answer = client.get(url, headers={"Accept": accept})
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


def test_what_a_key_may_not_read_is_not_there(
    entry_with_file, client_for_key, problem_of
):
    url = file_url(entry_with_file(handling=Handling.AMBER))
    for client in (
        client_for_key(Scope.READ_CLEAR),
        client_for_key(Scope.READ_GREEN),
        client_for_key(Scope.READ_OWN, member="FR"),
    ):
        problem_of(client.get(url), 404)
        problem_of(client.get(f"{API}evidence/{uuid4()}/file/"), 404)
    assert client_for_key(Scope.READ_OWN, member="JP").get(url).status_code == 200


def test_a_draft_is_its_own_members_alone(entry_with_file, client_for_key, problem_of):
    url = file_url(entry_with_file(State.DRAFT))
    problem_of(client_for_key(Scope.READ_GREEN).get(url), 404)
    problem_of(client_for_key(Scope.READ_OWN, member="FR").get(url), 404)
    assert client_for_key(Scope.READ_OWN, member="JP").get(url).status_code == 200


def test_a_key_without_a_reading_scope_is_told_which_would_do(
    entry_with_file, client_for_key, problem_of
):
    client = client_for_key(Scope.READ_REPORTS)
    problem_of(client.get(file_url(entry_with_file())), 403)


def test_a_link_has_no_file(plan, officer_jp, client_for_key, problem_of):
    entry = make_entry(member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp)
    link = add_evidence(entry, by=officer_jp)
    client = client_for_key(Scope.READ_OWN, member="JP")
    problem_of(client.get(f"{API}evidence/{link.pk}/file/"), 404)
    problem_of(client.get(f"{API}evidence/{link.pk}/file/?page=1"), 400)


def test_a_file_is_not_written_here(entry_with_file, client_for_key, problem_of):
    client = client_for_key(Scope.READ_OWN, member="JP")
    problem_of(client.put(file_url(entry_with_file()), b"x", "text/plain"), 405)
