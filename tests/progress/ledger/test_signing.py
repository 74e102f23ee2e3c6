"""Tests of the signatures of heads, with the first test vector of RFC 8032."""

from datetime import date

import pytest

from progress.ledger.signing import (
    fingerprint_of,
    head_line,
    is_signature,
    public_key_of,
    sign,
)

PRIVATE = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
DAY = date(2017, 5, 20)
HEAD = "a" * 64
TRAIL = "c" * 64


def test_a_public_key_and_its_fingerprint_follow_from_the_private_key():
    assert public_key_of(PRIVATE) == PUBLIC
    assert fingerprint_of(PUBLIC) == (
        "21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9"
    )


def test_the_day_and_the_hash_are_signed_as_canonical_json():
    assert head_line(DAY, HEAD) == (
        b'{"day":"2017-05-20","sha256":"' + HEAD.encode() + b'"}'
    )


def test_the_trail_is_signed_with_them_where_there_is_one():
    line = f'{{"day":"2017-05-20","sha256":"{HEAD}","trail_sha256":"{TRAIL}"}}'
    assert head_line(DAY, HEAD, TRAIL) == line.encode()


@pytest.mark.parametrize(
    ("day", "head", "is_valid"),
    [
        (DAY, HEAD, True),
        (date(2017, 5, 21), HEAD, False),
        (DAY, "b" * 64, False),
    ],
)
def test_a_signature_is_valid_for_its_day_and_head_only(day, head, is_valid):
    signature = sign(PRIVATE, head_line(DAY, HEAD))
    assert is_signature(PUBLIC, head_line(day, head), signature) is is_valid


@pytest.mark.parametrize("signature", ["", "00" * 64, "no hexadecimal"])
def test_what_is_no_signature_is_not_valid(signature):
    assert is_signature(PUBLIC, head_line(DAY, HEAD), signature) is False
