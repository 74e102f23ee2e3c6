"""Tests of writing through the API that is refused, and of how the answer says why."""

from uuid import uuid4

import pytest

from accounts.models import Scope
from progress.models import Entry, State
from tests.api.writing.conftest import BODY, LINK, NOBODY, URL, draft_of, faults_of


def test_what_a_key_may_not_know_of_is_not_found(sender, plan, officer_fr, problem_of):
    theirs = draft_of(plan, officer_fr, member="FR")
    for pk in (theirs.pk, uuid4()):
        told = [
            problem_of(sender.patch(pk, '"x"', narrative="Three."), 404),
            problem_of(sender.delete(pk), 404),
            *(problem_of(sender.do(verb, pk), 404) for verb in ("submit", "correct")),
        ]
        assert {body["detail"] for body in told} == {told[0]["detail"]}


def test_what_a_key_may_read_but_not_write_is_forbidden(
    sender, plan, officer_fr, problem_of
):
    theirs = draft_of(plan, officer_fr, member="FR", state=State.PUBLISHED)
    tag = sender.tag(theirs.pk)
    problem_of(sender.patch(theirs.pk, tag, narrative="Three."), 403)
    problem_of(sender.do("correct", theirs.pk, tag, reason="Why."), 403)
    problem_of(sender.send(member="FR"), 403)


@pytest.mark.parametrize("verb", ["clear", "publish", "send_back", "return", "edit"])
def test_no_route_clears_or_publishes(sender, problem_of, verb):
    pk = sender.send().json()["id"]
    problem_of(sender.do(verb, pk, sender.tag(pk), reason="Why."), 404)


@pytest.mark.parametrize(
    ("scopes", "missing"),
    [
        ((Scope.READ_OWN, Scope.READ_GREEN), "write:entries"),
        ((Scope.WRITE_ENTRIES, Scope.READ_GREEN), "read:own"),
    ],
)
def test_a_key_that_writes_also_reads_what_it_writes(
    sender_for, problem_of, scopes, missing
):
    told = problem_of(sender_for("JP", *scopes).send(), 403)
    assert told["type"].endswith("missing-scope")
    assert missing in told["detail"]


def test_the_state_decides_about_each_verb(sender, problem_of):
    pk = sender.send().json()["id"]
    told = problem_of(sender.do("recall", pk, sender.tag(pk)), 409)
    assert told["errors"][0]["code"] == "illegal_transition"
    problem_of(sender.do("correct", pk, sender.tag(pk), reason="Why."), 409)
    second = problem_of(sender.send(), 409)
    assert second["errors"][0]["code"] == "draft_exists"


def test_an_incomplete_entry_is_not_submitted(sender):
    pk = sender.send(status=..., narrative="").json()["id"]
    answer = sender.do("submit", pk, sender.tag(pk))
    assert answer.status_code == 422
    assert faults_of(answer) == [
        ("/status", "incomplete"),
        ("/narrative", "incomplete"),
    ]


REFUSED = [
    ({"as_of": ...}, "/as_of", "required"),
    ({"as_of": "2017-3-1"}, "/as_of", "invalid_date"),
    ({"as_of": "2999-01-01"}, "/as_of", "out_of_range"),
    ({"as_of": None}, "/as_of", "null"),
    ({"status": "excellent"}, "/status", "invalid_choice"),
    ({"status": ["limited"]}, "/status", "invalid_choice"),
    ({"handling": "red"}, "/handling", "invalid_choice"),
    ({"handling": None}, "/handling", "null"),
    ({"is_at_risk": "true"}, "/is_at_risk", "invalid"),
    ({"is_at_risk": 1}, "/is_at_risk", "invalid"),
    ({"narrative": 5}, "/narrative", "invalid"),
    ({"narrative": "x" * 10_001}, "/narrative", "max_length"),
    ({"narrative": "a\u202eb"}, "/narrative", "character"),
    ({"language": "tlhx-"}, "/language", "invalid"),
    ({"language": ""}, "/language", "blank"),
    ({"external_ref": "x" * 201}, "/external_ref", "max_length"),
    ({"external_ref": "a\u200bb"}, "/external_ref", "character"),
    ({"external_ref": 7}, "/external_ref", "invalid"),
    ({"state": "published"}, "/state", "unknown"),
    ({"a/b~c": 1}, "/a~1b~0c", "unknown"),
    ({"plan": ...}, "/member_commitment", "required"),
    ({"commitment": "9.9"}, "/commitment", "unknown_value"),
    ({"member_commitment": NOBODY}, "/member_commitment", "several"),
    ({"stocktake": "none"}, "/stocktake", "other_stocktake"),
    ({"evidence": {}}, "/evidence", "not_a_list"),
    ({"evidence": [5]}, "/evidence/0", "invalid"),
    ({"evidence": [LINK, {"id": NOBODY}]}, "/evidence/1/id", "unknown_value"),
    ({"evidence": [{"id": 5}]}, "/evidence/0/id", "invalid"),
    ({"evidence": [{"id": NOBODY, **LINK}]}, "/evidence/0", "several"),
    ({"evidence": [{**LINK, "size": 5}]}, "/evidence/0/size", "unknown"),
    ({"evidence": [{**LINK, "url": "ftp://a"}]}, "/evidence", "invalid"),
    ({"evidence": [LINK] * 21}, "/evidence", "max_length"),
]


@pytest.mark.parametrize(
    ("changes", "pointer", "code"), REFUSED, ids=[str(one)[:60] for one in REFUSED]
)
def test_each_wrong_field_is_pointed_to(sender, changes, pointer, code):
    answer = sender.send(**changes)
    assert answer.status_code == 422, answer.content
    assert faults_of(answer) == [(pointer, code)]
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'{"narrative": "a\\u0000b"}', 400),
        (b'{"narrative": "a\\ud800b"}', 400),
        (b'{"evidence": [{"title": "a\\ud800b"}]}', 400),
        (b'{"evidence": [{"title": ["a\\u0000b"]}]}', 400),
        (b'{"narrative": ' + b"[" * 100_000, 400),
        (b'{"evidence": ' + b"[" * 500 + b"]" * 500 + b"}", 422),
        (b'{"narrative": "' + b"x" * 1_000_000 + b'"}', 400),
        (b'{"narrative": "a", "narrative": "b"}', 400),
    ],
    ids=range(10),
)
def test_a_body_that_cannot_be_read_is_refused(sender, problem_of, body, status):
    problem_of(sender.post(body=body), status)
    pk = sender.send().json()["id"]
    problem_of(
        sender._send("patch", f"{pk}/", body, {"If-Match": sender.tag(pk)}), status
    )


def test_only_json_is_read(sender, problem_of):
    problem_of(sender.client.post(URL, BODY), 415)
    problem_of(sender.client.post(URL, "a=b", "text/plain"), 415)
