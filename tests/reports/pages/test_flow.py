"""Tests of what stays together on a page, and of the first sentence of a text."""

import pytest

from reports.renderers.flow import is_whole, units_of
from reports.renderers.markdown_blocks import first_sentence, printed_blocks

SENTENCE = "The authorities exchange information daily with their partners abroad. "


def units(markdown: str):
    return units_of(printed_blocks(markdown))


def test_a_longer_text_takes_more_lines():
    lines = [units(SENTENCE * count)[0]["lines"] for count in (1, 3, 30)]
    assert lines == sorted(lines)
    assert 28 <= lines[-1] <= 32


def test_japanese_letters_are_twice_as_wide():
    assert units("照" * 70)[0]["lines"] > units("a" * 70)[0]["lines"]


def test_a_long_list_is_in_two_parts_and_a_short_one_in_one():
    long = units("".join(f"- point {number}\n" for number in range(9)))
    assert [len(unit["block"]["points"]) for unit in long] == [7, 2]
    assert len(units("- a\n- b\n- c\n- d")) == 1


def test_the_rows_of_a_table_count():
    rows = "".join(f"| {number} | x |\n" for number in range(20))
    (table,) = units(f"| a | b |\n|---|---|\n{rows}")
    assert table["lines"] > 20


def test_short_entries_are_kept_on_one_page_and_long_ones_are_not():
    assert is_whole([units(SENTENCE * 5), [], []], 1)
    assert not is_whole([units(SENTENCE * 5), [], []], 4)
    assert not is_whole([units(SENTENCE * 20), [], []], 0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("It is in force. More follows.", "It is in force."),
        ("See Art. 5 of the law. More.", "See Art. 5 of the law."),
        ("EUR 4.6 million were spent. More.", "EUR 4.6 million were spent."),
        ("The **review** is done! More.", "The review is done!"),
        ("開始した。次に続く。", "開始した。"),
        ("No full stop", "No full stop"),
        ("First line\nsecond line. More.", "First line second line."),
        ("- a first point\n- a second", "a first point"),
        ("", ""),
    ],
)
def test_the_first_sentence_of_a_text(text, sentence):
    assert first_sentence(text) == sentence


def test_a_long_sentence_is_cut_between_words():
    sentence = first_sentence("word " * 100)
    assert sentence.endswith("word\N{HORIZONTAL ELLIPSIS}")
    assert len(sentence) <= 181
