"""Tests that the fast canonical form is that of RFC 8785, for any JSON."""

import json
from uuid import UUID

import orjson
import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from progress.ledger.chain import canonical, canonical_bytes, is_canonical

# Half characters, which no database holds, are refused by both.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
KEY = st.text(st.characters(codec="ascii"), max_size=8)
WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
PLAIN = st.recursive(
    st.none() | st.booleans() | WHOLE | TEXT,
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(KEY, parts, max_size=6),
    max_leaves=20,
)
ANY = st.recursive(
    PLAIN | st.floats(allow_nan=False, allow_infinity=False),
    lambda parts: (
        st.lists(parts, max_size=4) | st.dictionaries(TEXT, parts, max_size=6)
    ),
    max_leaves=20,
)
# RFC 8785 orders these two keys by UTF-16, which is not the order of the characters.
BEYOND = {"\ufb33": 1, "\U0001f600": 2}


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@example(BEYOND)
@example({"a": [BEYOND]})
@example({"b": 1.0, "a": 1e21, "c": -0.0})
@example('\x00\x08\x1f\x7f\x85\u2028\\"/')
@given(ANY)
def test_the_canonical_form_is_that_of_rfc_8785(value):
    assert canonical_bytes(value) == rfc8785.dumps(value)


@pytest.mark.long
@settings(max_examples=200, deadline=None)
@given(PLAIN)
def test_the_trail_has_the_same_form_which_is_that_of_sorted_json(value):
    text = canonical(value)
    assert text.encode() == rfc8785.dumps(value)
    assert text == json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@example(1e21)
@example({"a": [10**15 + 0.5, {"b": -0.0, "c": 1e-7}]})
@example([2.0, 1e22])
@given(ANY)
def test_a_text_is_canonical_if_rfc_8785_writes_the_same(value):
    def is_its_form(text, data):
        try:
            return rfc8785.dumps(data) == text.encode()
        except ValueError:
            return False

    for text in (
        json.dumps(value),
        json.dumps(value, separators=(",", ":"), ensure_ascii=False),
        orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode(),
        rfc8785.dumps(value).decode(),
    ):
        data = orjson.loads(text)
        try:
            found = is_canonical(text, data)
        except ValueError:
            found = False
        assert found == is_its_form(text, data)


@pytest.mark.parametrize(
    "value",
    [2**53, -(2**53), [float("nan")], {"a": float("inf")}, {1: 2}, {"a": UUID(int=1)},
     "\ud800", {"\ud800": 1}],
)  # fmt: skip
def test_what_has_no_canonical_form_is_refused_as_before(value):
    with pytest.raises((ValueError, TypeError)) as expected:
        rfc8785.dumps(value)
    with pytest.raises(type(expected.value)):
        canonical_bytes(value)
