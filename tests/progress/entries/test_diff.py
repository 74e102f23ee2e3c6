"""Tests of the differences between two texts."""

import difflib
import re

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from progress.entries import diff
from progress.entries.diff import (
    DiffPiece,
    differences,
    differences_as_read,
    is_too_much,
    merged,
)
from tests.progress.entries.hostile_texts import HOSTILE_TEXTS
from tests.progress.entries.typed_texts import texts


def test_changed_words_are_named_one_by_one():
    assert differences("Two of five bureaus", "Four of five bureaus") == [
        DiffPiece("removed", "Two"),
        DiffPiece("added", "Four"),
        DiffPiece("same", " of five bureaus"),
    ]


def test_same_text_has_no_difference():
    assert differences("As before.", "As before.") == [DiffPiece("same", "As before.")]


def test_line_ends_of_a_browser_are_no_change():
    assert differences("one\ntwo", "one\r\ntwo") == [DiffPiece("same", "one\ntwo")]


def test_new_text_is_all_added():
    assert differences("", "First report.") == [DiffPiece("added", "First report.")]
    assert differences("Dropped.", "") == [DiffPiece("removed", "Dropped.")]


def test_rewritten_sentence_is_not_cut_to_confetti():
    before = "The agreement was signed in March. Training goes on."
    after = "Screening of all inbound flights began. Training goes on."
    assert differences(before, after) == [
        DiffPiece("removed", "The agreement was signed in March. "),
        DiffPiece("added", "Screening of all inbound flights began. "),
        DiffPiece("same", "Training goes on."),
    ]


# The pairs of equal units that difflib looks at, in all its rounds together. The time
# of a comparison depends on them: ten million take about a second.
MOST_WORK = 1_000_000


@pytest.fixture
def compared_pairs(monkeypatch):
    """The pairs that each round of difflib looks at."""
    rounds = []

    class Counting(difflib.SequenceMatcher[str]):
        def find_longest_match(self, alo=0, ahi=None, blo=0, bhi=None):
            own = vars(self)
            places = (own["b2j"].get(unit, ()) for unit in own["a"][alo:ahi])
            rounds.append(sum(len(found) for found in places))
            return super().find_longest_match(alo, ahi, blo, bhi)

    monkeypatch.setattr(diff, "SequenceMatcher", Counting)
    return rounds


@pytest.mark.parametrize("unit", ["報告の", "word ", "a.", "x"])
def test_longest_texts_are_compared_with_bounded_work(unit, compared_pairs):
    """The comparison itself is cubic; a page must not hang on a text that was typed."""
    before = (unit * 10_000)[:10_000]
    after = "".join("新" if place % 50 == 0 else c for place, c in enumerate(before))
    differences(before, after)
    assert sum(compared_pairs) < MOST_WORK


def test_few_words_in_another_order_cost_no_time(compared_pairs):
    differences("a b c d " * 75, "d c b a " * 75)
    assert sum(compared_pairs) < MOST_WORK


def test_the_work_of_a_comparison_is_counted(compared_pairs):
    """Without the bound the same text takes more work than it may."""
    unit, count = "a b c d ", 75
    matcher = vars(diff)["SequenceMatcher"](
        None, (unit * count).split(), (unit[::-1] * count).split(), autojunk=False
    )
    matcher.get_opcodes()
    assert sum(compared_pairs) > MOST_WORK


def test_japanese_is_compared_by_character():
    assert DiffPiece("added", "三") in differences(
        "二当局と署名済み", "三当局と署名済み"
    )


@given(st.text(), st.text())
def test_both_texts_can_be_read_back(before, after):
    pieces = differences(before, after)
    old = "".join(p.text for p in pieces if p.kind != "added")
    new = "".join(p.text for p in pieces if p.kind != "removed")
    assert old == before.replace("\r\n", "\n")
    assert new == after.replace("\r\n", "\n")


@pytest.fixture
def shown():
    source = "{% load text_differences %}{% difference before after %}"
    return Template(source).render(Context({"before": "Two <b>", "after": "Four <b>"}))


def test_changes_are_marked_for_the_eye_and_the_ear(shown):
    assert re.search(r"<del>.*removed:.*Two.*</del>", shown)
    assert re.search(r"<ins>.*added:.*Four.*</ins>", shown)


def test_what_was_typed_is_escaped(shown):
    assert "<b>" not in shown
    assert "&lt;b&gt;" in shown


def test_line_ends_of_a_browser_are_no_change_in_the_older_text_either():
    assert differences("one\r\ntwo", "one\ntwo") == [DiffPiece("same", "one\ntwo")]


def test_sentences_that_stay_are_one_piece():
    assert differences("One. Two. Three.", "One. Two. Four.") == [
        DiffPiece("same", "One. Two. "),
        DiffPiece("removed", "Three"),
        DiffPiece("added", "Four"),
        DiffPiece("same", "."),
    ]


def test_a_sentence_that_stays_and_the_words_after_it_are_one_piece():
    assert differences("One. Two men.", "One. Two women.") == [
        DiffPiece("same", "One. Two"),
        DiffPiece("removed", " men"),
        DiffPiece("added", " women"),
        DiffPiece("same", "."),
    ]


def test_half_of_the_words_in_common_are_enough_to_compare_them():
    assert differences("one two", "one three") == [
        DiffPiece("same", "one"),
        DiffPiece("removed", " two"),
        DiffPiece("added", " three"),
    ]


@pytest.mark.parametrize(("count", "too_much"), [(200, False), (201, True)])
def test_so_many_pairs_are_compared_and_no_more(count, too_much):
    assert is_too_much(["a"] * 100 + ["b"], ["a"] * count) is too_much


# By default, difflib leaves out what is frequent in 200 units or more.


def test_a_frequent_sentence_is_found_again():
    before = "".join(f"Old {number}. Same. " for number in range(120))
    after = "".join(f"New {number}. Same. " for number in range(120))
    pieces = differences(before, after)
    kept = [piece for piece in pieces if piece.kind == "same"]
    assert sum("Same. " in piece.text for piece in kept) == 120


def test_a_frequent_word_is_found_again():
    common = " ".join(f"w{number}" for number in range(150))
    before = " ".join(f"x{number} the" for number in range(30))
    after = " ".join(f"y{number} the" for number in range(30))
    pieces = differences(f"{common} {before}", f"{common} {after}")
    assert pieces.count(DiffPiece("same", " the")) == 30


# ---- Merging two texts


@pytest.mark.parametrize(
    ("theirs", "mine", "one"),
    [
        ("a\nb", "a\nb\nc", "a\nb\nc"),
        ("a\nb\nc", "a\nc", "a\nb\nc"),
        ("a\nb\nd", "a\nc\nd", "a\nb\n\nc\nd"),
        ("X y\n  z", "X y\n  z", "X y\n  z"),
        ("  a b X", "  a b X", "  a b X"),
        ("\na\n", "a", "a"),
    ],
)
def test_lines_that_differ_come_one_after_the_other(theirs, mine, one):
    assert merged(theirs, mine) == one


def test_texts_that_are_too_much_to_compare_are_put_one_after_the_other():
    theirs, mine = "\n".join(["a"] * 200), "\n".join(["a"] * 201)
    assert merged(theirs, mine) == f"{theirs}\n\n{mine}"


def test_a_frequent_line_is_found_again():
    theirs = "\n".join(f"x{number}\nsame" for number in range(120))
    mine = "\n".join(f"y{number}\nsame" for number in range(120))
    assert merged(theirs, mine).split("\n").count("same") == 120


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- one\n- two", "• one\n\u2013\ttwo"),
        ("a\tb\nc\td", "| a | b |\n|---|---|\n| c | d |"),
        ("\tFirst\nsecond", "First\x0bsecond"),
        ("One\n\nTwo", "One\n\n\n  Two\n"),
    ],
)
def test_what_is_read_alike_is_no_difference(before, after):
    assert {piece.kind for piece in differences_as_read(before, after)} == {"same"}


def test_numbers_points_and_cells_are_compared_as_read():
    before = "26. Mai\n\n- a\n  - b\n\nx\ty\n1\t2"
    (piece,) = differences_as_read(before, before)
    assert piece.text == "26. Mai\n\n• a\n  • b\n\nx\ty\t\n1\t2\t"
    assert DiffPiece("removed", "26") in differences_as_read(before, f"2{before[2:]}")


def test_a_change_of_bold_text_alone_is_a_difference():
    pieces = differences_as_read("Done **now**.", "Done now.")
    assert DiffPiece("removed", "now", is_bold=True) in pieces
    after = "".join(piece.text for piece in pieces if piece.kind != "removed")
    assert after == "Done now."


def test_a_change_of_an_address_is_a_difference():
    pieces = differences_as_read("[a](https://b.int)", "[a](https://c.int)")
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == (
        "a (https://c.int)"
    )
    assert DiffPiece("removed", "b") in pieces


def test_letters_are_never_turned_around_in_a_difference():
    (piece,) = differences_as_read("", "RTL\u202eoverride")
    assert piece == DiffPiece("added", "RTL▯override")


@pytest.mark.long
@given(texts(), texts())
def test_both_texts_can_be_read_from_their_difference(before, after):
    pieces = differences_as_read(before.text, after.text)
    for typed, other in ((before, "added"), (after, "removed")):
        shown = "".join(piece.text for piece in pieces if piece.kind != other)
        words = " ".join(words for _kind, _depth, words in typed.read)
        assert shown.replace("•", "").split() == words.split()


@pytest.mark.parametrize("typed", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS.keys())
def test_differences_of_hostile_texts_are_bounded(typed):
    pieces = differences_as_read(typed, f"{typed}\n\nx")
    assert sum(len(piece.text) for piece in pieces) < 10 * len(typed)
