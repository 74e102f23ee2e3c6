"""Tests of evidence that is added through the API."""

from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from progress import limits
from progress.models import Evidence
from tests.api.conftest import API
from tests.api.writing.conftest import LINK, NOBODY, faults_of
from tests.factories import member_commitment_of

EVIDENCE = f"{API}evidence/"
TEXT = b"What was agreed."


@pytest.fixture
def owed(plan) -> str:
    return str(member_commitment_of(plan, "1.2.2", "JP").pk)


def upload(sender, owed, content=TEXT, name="protocol.txt", **fields):
    file = SimpleUploadedFile(name, content)
    return sender.client.post(
        EVIDENCE, {"member_commitment": owed, "file": file, **fields}
    )


def add(sender, body, **headers):
    return sender.client.post(EVIDENCE, body, "application/json", headers=headers)


def test_a_file_is_kept_and_named_by_an_entry(sender, owed):
    answer = upload(sender, owed, title="The protocol")
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert answer["Location"].endswith(f"{EVIDENCE}{told['id']}/")
    assert (told["kind"], told["title"]) == ("file", "The protocol")
    assert told["sha256"] == sha256(TEXT).hexdigest()
    assert sender.client.get(answer["Location"]).json() == told
    assert sender.client.get(told["file"]).content == TEXT
    entry = sender.send(evidence=[{"id": told["id"]}]).json()
    assert [one["id"] for one in entry["evidence"]] == [told["id"]]
    again = upload(sender, owed, title="The protocol")
    assert again.json()["id"] == told["id"]


def test_a_link_and_a_citation_are_added(sender, owed):
    for item in (
        {**LINK, "accessed_on": "2017-03-01"},
        {"title": "A law", "citation": "Act 5"},
    ):
        ids = {
            add(sender, {"member_commitment": owed, **item}).json()["id"] for _ in "12"
        }
        told = sender.client.get(f"{EVIDENCE}{ids.pop()}/").json()
        assert not ids
        assert item.items() <= told.items()


def test_a_person_uploads_in_a_session(officer_jp, plan, signed_in, owed):
    person = signed_in(officer_jp)
    file = SimpleUploadedFile("a.txt", TEXT)
    body = {"member_commitment": owed, "file": file}
    assert person.post(EVIDENCE, body).status_code == 201


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "protocol.txt", "empty"),
        (b"MZ\x90", "virus.exe", "unfit"),
        (b"%PDF-1.7", "protocol.txt", "unfit"),
        (b"no pdf", "protocol.pdf", "unfit"),
        (b"<script>1</script>", "a.txt", "unfit"),
        (b"x" * (limits.EVIDENCE_FILE_BYTES + 1), "a.txt", "unfit"),
        (b"x" * (limits.EVIDENCE_FILE_BYTES + 1_100_000), "a.txt", "unfit"),
    ],
    ids=range(7),
)
def test_a_file_that_is_not_accepted_is_refused(sender, owed, content, name, code):
    answer = upload(sender, owed, content, name)
    assert answer.status_code == 422, answer.content
    assert faults_of(answer) == [("/file", code)]
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"member_commitment": NOBODY}, "/member_commitment", "unknown_value"),
        ({"member_commitment": 5}, "/member_commitment", "invalid"),
        ({"title": ""}, "/title", "blank"),
        ({"url": "x" * 2001}, "/url", "max_length"),
        ({"url": "ftp://a"}, None, "invalid"),
        ({"url": ""}, None, "invalid"),
        ({"citation": "Both."}, None, "invalid"),
        ({"title": "a\u202eb"}, "/title", "character"),
        ({"accessed_on": "2999-01-01"}, None, "invalid"),
        ({"file": "a.txt"}, "/file", "unknown"),
    ],
)
def test_each_wrong_field_is_pointed_to(sender, owed, change, pointer, code):
    answer = add(sender, {"member_commitment": owed, **LINK, **change})
    assert answer.status_code == 422, answer.content
    assert faults_of(answer) == [(pointer, code)]


def test_a_form_is_read_as_strictly(sender, owed):
    assert faults_of(upload(sender, owed, colour="red")) == [("/colour", "unknown")]
    assert faults_of(upload(sender, [owed, owed])) == [
        ("/member_commitment", "repeated")
    ]
    body = {"member_commitment": owed, "file": "words"}
    assert faults_of(sender.client.post(EVIDENCE, body)) == [("/file", "invalid")]


def test_what_is_no_form_and_no_json_is_refused(sender, officer_jp, signed_in):
    broken = "multipart/form-data; boundary=x", "multipart/form-data"
    for client in (sender.client, signed_in(officer_jp)):
        for kind in broken:
            answer = client.post(EVIDENCE, b"--y\r\nbroken", kind)
            assert answer.status_code in {400, 422}, answer.content
        assert client.post(EVIDENCE, b"a", "text/plain").status_code == 415
    # Now the form is read before its token is checked.
    client.handler.enforce_csrf_checks = True
    for kind in broken:
        answer = client.post(EVIDENCE, b"--y\r\nbroken", kind)
        assert answer.status_code in {400, 403}, answer.content


def test_only_the_own_member_adds_evidence(
    sender, sender_for, plan, owed, observer, signed_in, problem_of
):
    theirs = str(member_commitment_of(plan, "1.2.2", "FR").pk)
    problem_of(upload(sender, theirs), 403)
    problem_of(add(sender, {"member_commitment": theirs, **LINK}), 403)
    problem_of(upload(sender_for("JP", "read:own"), owed), 403)
    problem_of(upload(sender_for("JP", "write:entries"), owed), 403)
    person = signed_in(observer)
    body = {"member_commitment": owed, **LINK}
    problem_of(person.post(EVIDENCE, body, "application/json"), 403)
    assert not Evidence.objects.exists()


def test_the_same_upload_with_a_key_is_answered_once(sender, owed):
    body = {"member_commitment": owed, **LINK}
    first, second = (add(sender, body, **{"Idempotency-Key": "k"}) for _ in "12")
    assert (second.content, second.status_code) == (first.content, 201)
    file = SimpleUploadedFile("a.txt", TEXT)
    answer = sender.client.post(
        EVIDENCE,
        {"member_commitment": owed, "file": file},
        headers={"Idempotency-Key": "k-2"},
    )
    assert answer.status_code == 201, answer.content
