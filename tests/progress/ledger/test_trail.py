"""Tests of the trail's rows on plain data, and of how the trail began."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from io import StringIO

import pytest
from django.core.management import call_command

from progress.ledger.chain import NOTHING, TrailLink, canonical, hash_of_text
from progress.ledger.trail import (
    TrailRow,
    TrailVerification,
    differences,
    hidden,
    without_hashes,
)
from progress.models import TrailRecord
from tests.progress.tampering import as_superuser

SALT = "0f" * 32


def rows(length: int) -> list[TrailRow]:
    found: list[TrailRow] = []
    for number in range(1, length + 1):
        content = {"at": f"2017-05-0{number}", "body": hidden(SALT, "body", "Why?")}
        text = canonical(content)
        before = found[-1].sha256 if found else NOTHING
        link = TrailLink(number, "question", f"q{number}", hash_of_text(text), before)
        found.append(TrailRow(link, link.sha256, text, content))
    return found


def findings(trail: list[TrailRow], *heads: tuple[str, str]) -> list[str]:
    return list(TrailVerification(heads).findings(trail))


def test_a_text_is_hashed_with_its_salt_and_its_name():
    expected = hmac.new(bytes.fromhex(SALT), "body:日本".encode(), hashlib.sha256)
    assert hidden(SALT, "body", "日本") == {"hmac_sha256": expected.hexdigest()}
    assert hidden(SALT, "answer", "日本") != hidden(SALT, "body", "日本")
    assert hidden(SALT, "body", "") is None
    assert hidden("", "body", "日本") == {"hmac_sha256": ""}
    assert hidden("no hash", "body", "日本") == {"hmac_sha256": ""}


def test_a_whole_trail_gives_no_finding_and_its_head():
    trail = rows(3)
    verification = TrailVerification([("a receipt", trail[1].sha256)])
    assert list(verification.findings(trail)) == []
    assert (verification.count, verification.head) == (3, trail[2].sha256)


def test_it_can_go_on_from_a_row_that_is_known():
    trail = rows(3)
    verification = TrailVerification(after=(2, trail[1].sha256))
    assert list(verification.findings(trail[2:])) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"present": None}, "what it covers is gone"),
        ({"content": "no JSON"}, "its content has been changed"),
        ({"sha256": "a" * 64}, "its own fields or its hash have been changed"),
        (
            {"present": {"at": "2017-05-09", "body": hidden(SALT, "body", "Why?")}},
            "changed since it was recorded: at",
        ),
        (
            {"present": {"at": "2017-05-02", "body": hidden(SALT, "body", "When?")}},
            "changed since it was recorded: body",
        ),
        ({"is_erased": True}, "its salt is gone without a legal erasure"),
    ],
)
def test_a_fault_names_its_row(change, sentence):
    trail = rows(2)
    trail[1] = replace(trail[1], **change)
    (finding,) = findings(trail)
    assert finding.startswith("trail row 2, question q2: ")
    assert sentence in finding


def test_rows_that_are_gone_or_moved_are_named():
    trail = rows(4)
    assert "rows 2 to 2 are missing before it" in findings([trail[0], *trail[2:]])[0]
    other = replace(trail[1].link, previous_sha256="b" * 64)
    trail[1] = replace(trail[1], link=other, sha256=other.sha256)
    assert "it does not follow the row before it" in findings(trail)[0]


def test_a_cut_end_is_named_by_a_head():
    trail = rows(3)
    (finding,) = findings(trail[:2], ("the checkpoint of today", trail[2].sha256))
    assert finding.startswith(f"The head {trail[2].sha256} of the checkpoint of today")


def test_an_erased_row_is_listed_and_its_other_fields_still_count():
    (row,) = rows(1)
    erased = {"at": "2017-05-01", "body": hidden("", "body", "[erased]")}
    row = replace(row, present=erased, is_erased=True, has_tombstone=True)
    verification = TrailVerification()
    assert list(verification.findings([row])) == []
    assert verification.erased == ["trail row 1, question q1"]
    (finding,) = findings([replace(row, present={**erased, "at": "2017-05-09"})])
    assert "changed since it was recorded: at" in finding


def test_differences_name_the_row_and_the_field():
    before = {"steps": [{"id": 7, "at": 1}, {"id": 8, "at": 1}], "order": [1, 2]}
    after = {"steps": [{"id": 8, "at": 2}], "order": [2, 1]}
    assert list(differences(before, after)) == [
        "steps 7", "steps 8 at", "order 1", "order 2",
    ]  # fmt: skip


def test_hashes_are_emptied_at_every_depth():
    content = {"steps": [{"reason": {"hmac_sha256": "a"}, "at": 1}], "record": "b"}
    assert without_hashes(content) == {
        "steps": [{"reason": {"hmac_sha256": ""}, "at": 1}],
        "record": "b",
    }


def verified() -> str:
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    return out.getvalue()


@pytest.mark.long
@pytest.mark.django_db(transaction=True, databases=["default", "signer"])
def test_acts_from_before_the_trail_are_counted_and_cannot_grow(recorded, verify, now):
    guards = import_module("progress.migrations.0016_trail_guards")
    with as_superuser() as admin:
        admin.execute("TRUNCATE progress_trailrecord, progress_checkpoint")
        admin.execute(guards.START)
    start = TrailRecord.objects.get()
    assert json.loads(start.content)["counts"] == {
        "answer": 1, "closing": 1, "extension": 1, "handover": 1, "opening": 1,
        "publication": 2, "question": 1, "receipt": 1,
    }  # fmt: skip
    assert "Acts from before the trail, not recorded: 9." in verified()
    with as_superuser() as admin:
        admin.execute(
            "INSERT INTO progress_question (id, entry_id, member_id, body, due_on,"
            " asked_at, asked_by_id, answer, version) SELECT gen_random_uuid(),"
            " entry_id, member_id, body, due_on, %s, asked_by_id, '', 1"
            " FROM progress_question",
            [now - timedelta(days=1)],
        )
    assert (
        "There are 2 acts of the kind question from before the trail. When it began"
        " there were 1."
    ) in verify()
    for content in (
        "no JSON",
        '{"at":1,"counts":{}}',
        '{"at":"","counts":{"answer":""}}',
    ):
        with as_superuser() as admin:
            admin.execute("UPDATE progress_trailrecord SET content = %s", [content])
        found = verify()
        assert "Trail row 1, start trail: its content has been changed" in found[0]
        assert any(" is not in the trail." in line for line in found)
