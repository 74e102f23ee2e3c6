"""Tests of entity tags: of one reader, of what is served, and after compression."""

import pytest

from accounts.models import User
from api.tags import names_tag, tag_of

MINE, OTHER = User(), User()
TAG = tag_of(MINE, b"{}")


def test_a_tag_is_of_one_reader_and_of_one_body():
    assert tag_of(MINE, b"{}") == TAG
    assert len({TAG, tag_of(OTHER, b"{}"), tag_of(MINE, b"{ }")}) == 3
    assert len(TAG) == 45


@pytest.mark.parametrize(
    ("header", "is_named"),
    [
        (TAG, True),
        (f"W/{TAG}", True),
        (f'"a, b", W/"c", {TAG}', True),
        ("*", True),
        ('"other"', False),
        (TAG.strip('"'), False),
        ("", False),
        ("W/", False),
    ],
    ids=range(8),
)
def test_a_header_names_a_tag_also_after_compression(header, is_named):
    assert names_tag(header, TAG) is is_named
