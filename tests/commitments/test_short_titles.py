"""Tests of short titles made from the wording."""

import pytest

from commitments.short_titles import SHORT_TITLE_LENGTH, opening_titles

LONG = "Strengthen cooperation among border agencies and support wider use."


def test_a_short_text_is_its_own_title():
    assert opening_titles({"1.1": "Expand  the use\nof PNR."}) == {
        "1.1": "Expand the use of PNR"
    }


def test_a_long_text_is_cut_between_words():
    (title,) = opening_titles({"1.1": LONG}).values()
    assert title == "Strengthen cooperation among border agencies and support…"
    assert len(title) <= SHORT_TITLE_LENGTH


@pytest.mark.parametrize("text", ["テロ対策の協力を強化する" * 9, "x" * 61])
def test_a_text_without_spaces_is_cut_anywhere(text):
    (title,) = opening_titles({"1.1": text}).values()
    assert title == text[:59] + "…"


def test_a_text_of_sixty_characters_is_not_cut():
    assert opening_titles({"1.1": "x" * 60}) == {"1.1": "x" * 60}


def test_equal_openings_end_with_their_codes():
    titles = opening_titles({"1.1": LONG, "1.10": LONG + " Again.", "2.1": "Other."})
    assert titles == {
        "1.1": "Strengthen cooperation among border agencies and… (1.1)",
        "1.10": "Strengthen cooperation among border agencies and… (1.10)",
        "2.1": "Other",
    }
    assert all(len(title) <= SHORT_TITLE_LENGTH for title in titles.values())
