"""Tests of the ledger's signed heads for all readers, and of receipts up to amber."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connections

from audit.models import Event
from progress.actions.checkpoints import sign_checkpoint
from progress.actions.review import publish_entry
from progress.ledger.chain import NOTHING
from progress.models import Checkpoint, LedgerRecord, TrailRecord
from progress.tasks import sign_ledger

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "signer"])
DAY = timedelta(days=1)


@pytest.fixture
def head(reported):
    reported(handling="amber")
    return LedgerRecord.objects.get()


def test_the_head_of_a_day_is_signed_once(head, now):
    first = sign_checkpoint(at=now)
    assert sign_checkpoint(at=now + timedelta(microseconds=1)) == first
    assert (first.sha256, first.sequence) == (head.sha256, 1)
    event = Event.objects.get(verb="ledger.checkpoint")
    assert first.trail_sha256 == TrailRecord.objects.latest("sequence").sha256
    assert event.data == {"sha256": head.sha256, "trail_sha256": first.trail_sha256}


def test_an_empty_ledger_is_signed_as_such(db, now):
    assert (sign_checkpoint(at=now).sha256, Checkpoint.objects.count()) == (NOTHING, 1)


def test_the_task_may_come_twice(head):
    sign_ledger()
    sign_ledger()
    assert Checkpoint.objects.count() == 1


def test_two_workers_sign_one_head(reported, now):
    reported()

    def sign(_number):
        try:
            return sign_checkpoint(at=now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        signed = list(threads.map(sign, range(4)))
    assert len({one.signature for one in signed}) == 1
    assert Event.objects.filter(verb="ledger.checkpoint").count() == 1


def test_nothing_is_published_behind_a_signed_head(reported, coordinator, now):
    entry = reported(state="submitted")
    signed = sign_checkpoint(at=now)
    earlier = now - timedelta(hours=1)
    published = publish_entry(entry_id=entry.pk, version=1, by=coordinator, at=earlier)
    assert published.published_at is not None
    assert published.published_at > signed.signed_at


def test_anybody_verifies_the_download_with_nothing_but_it(
    head, now, observer, signed_in
):
    sign_checkpoint(at=now - DAY)
    sign_checkpoint(at=now)
    answer = signed_in(observer).get("/ledger/checkpoints.json")
    assert "attachment" in answer["Content-Disposition"]
    content = json.loads(answer.content)
    assert len(content["checkpoints"]) == 2
    for one in content["checkpoints"]:
        key = Ed25519PublicKey.from_public_bytes(
            bytes.fromhex(content["public_keys"][one["key_sha256"]])
        )
        signature = bytes.fromhex(one["signature"])
        line = (
            f'{{"day":"{one["day"]}","sha256":"{one["sha256"]}",'
            f'"trail_sha256":"{one["trail_sha256"]}"}}'
        )
        key.verify(signature, line.encode())
        for name, forged in [("day", "2001-01-01"), ("trail_sha256", "0" * 64)]:
            with pytest.raises(InvalidSignature):
                key.verify(signature, line.replace(one[name], forged).encode())


def test_no_number_of_the_ledger_leaves(head, now, observer, signed_in):
    sign_checkpoint(at=now)
    content = json.loads(signed_in(observer).get("/ledger/checkpoints.json").content)
    assert set(content["checkpoints"][0]) == {
        "day",
        "sha256",
        "trail_sha256",
        "key_sha256",
        "signature",
    }
    page = signed_in(observer).get("/ledger/").content.decode()
    assert "sequence" not in page


def test_every_reader_sees_what_was_signed_and_how_to_verify_it(
    head, now, signed_in, observer, officer_fr, administrator
):
    signed = sign_checkpoint(at=now)
    for reader in (observer, officer_fr, administrator):
        page = signed_in(reader).get("/ledger/").content.decode()
        assert signed.signature in page
        assert signed.sha256 in page
        assert "Ed25519" in page


def test_the_head_between_two_signatures_is_the_presidency_s(
    reported, now, signed_in, observer, coordinator, officer_jp
):
    """A reader below amber who watched it would count what they may not see."""
    sign_checkpoint(at=now - DAY)
    reported(handling="amber")
    head = LedgerRecord.objects.get().sha256
    assert head in signed_in(coordinator).get("/ledger/").content.decode()
    for reader in (observer, officer_jp):
        assert head not in signed_in(reader).get("/ledger/").content.decode()


def test_a_ledger_that_was_never_signed_says_so(db, signed_in, observer):
    assert (
        "signed in a few minutes"
        in signed_in(observer).get("/ledger/").content.decode()
    )


@pytest.mark.parametrize(
    ("who", "has_it"),
    [
        ("officer_jp", True), ("head_jp", True), ("coordinator", True),
        ("officer_fr", False), ("observer", False), ("assessor", False),
        ("former_coordinator", False), ("second_reviewer", False),
    ],
)  # fmt: skip
def test_a_receipt_is_for_its_delegation_and_the_presidency(
    who, has_it, reported, signed_in, request
):
    entry = reported()
    reader = request.getfixturevalue(who)
    page = signed_in(reader).get(f"/entries/{entry.pk}/").content.decode()
    assert (entry.ledger_record.sha256 in page) is has_it
    assert ("Receipt" in page) is has_it


def test_what_is_not_published_has_no_receipt(reported, signed_in, officer_jp):
    entry = reported(state="submitted")
    page = signed_in(officer_jp).get(f"/entries/{entry.pk}/").content.decode()
    assert "Receipt" not in page
