import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.sheets.csv_text import (
    csv_pieces,
    csv_pieces_for_people,
    guarded,
    unguarded,
)
from tests.progress.sheets.nasty_texts import NASTY

# A half of a surrogate pair has no UTF-8, and no text of the product has one.
texts = st.text(st.characters(codec="utf-8"), max_size=40)
rows_of_texts = st.lists(st.lists(texts, min_size=1, max_size=4), max_size=5)


def read_back(content, encoding="utf-8"):
    return [*csv.reader(io.StringIO(content.decode(encoding), newline=""))]


def for_machines(rows):
    return b"".join(csv_pieces(rows))


def for_people(rows):
    return b"".join(csv_pieces_for_people(rows))


@pytest.mark.parametrize("text", NASTY, ids=repr)
def test_every_text_reads_back_equal(text):
    assert read_back(for_machines([["before", text, text]])) == [["before", text, text]]
    [[_before, *found]] = read_back(for_people([["before", text, text]]), "utf-8-sig")
    assert [*map(unguarded, found)] == [text, text]


@given(rows_of_texts)
def test_any_table_reads_back_equal(rows):
    assert read_back(for_machines(rows)) == rows
    found = read_back(for_people(rows), "utf-8-sig")
    assert [[*map(unguarded, row)] for row in found] == rows


@given(texts)
def test_a_guard_is_removed_exactly_once(text):
    assert unguarded(guarded(text)) == text


@given(st.sampled_from("=+-@'\t\r"), texts)
def test_no_text_for_people_can_be_a_formula(first, rest):
    [[found]] = read_back(for_people([[first + rest]]), "utf-8-sig")
    assert found == f"'{first}{rest}"


def test_other_texts_have_no_guard():
    assert guarded("Plain - with = inside") == "Plain - with = inside"
    assert guarded("") == ""


def test_lines_end_as_rfc_4180_says_and_only_people_get_a_mark():
    rows = [["a", "b"], ["1", "2"]]
    assert for_machines(rows) == b"a,b\r\n1,2\r\n"
    assert for_people(rows) == b"\xef\xbb\xbfa,b\r\n1,2\r\n"


def test_no_rows_give_no_bytes():
    assert for_machines([]) == b""


def test_rows_are_written_as_they_come():
    """A piece is given out before the later rows are read."""
    taken = []

    def rows():
        for number in range(1000):
            taken.append(number)
            yield [str(number)]

    pieces = csv_pieces(rows())
    assert next(pieces).startswith(b"0\r\n")
    assert len(taken) == 100
    assert b"".join(pieces).endswith(b"999\r\n")
