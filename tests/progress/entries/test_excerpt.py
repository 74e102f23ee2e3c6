"""Tests of the first lines of a text."""

import pytest

from progress.entries.excerpt import excerpt_of


@pytest.mark.parametrize(
    ("text", "length", "excerpt"),
    [
        ("", 20, ""),
        ("Short.", 20, "Short."),
        ("**Done** and\n\n- one\n- two", 40, "Done and one two"),
        ("See [the report](https://example.org/a).", 40, "See the report."),
        ("Agencies exchange alerts daily.", 20, "Agencies exchange…"),
        (
            "One line\nand another.\n\nNext **wo**rd.",
            40,
            "One line and another. Next word.",
        ),
        ("| a | b |\n|---|---|\n| 1 | 2 |", 40, "a b 1 2"),
        ("A verylongwordthatdoesnotend", 20, "A verylongwordthatd…"),
        ("国境警備当局は毎日警報を交換しています。", 10, "国境警備当局は毎日…"),
    ],
)
def test_it_is_one_line_without_marks_cut_between_words(text, length, excerpt):
    assert excerpt_of(text, length) == excerpt
