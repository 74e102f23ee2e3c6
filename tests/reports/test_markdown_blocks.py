"""Tests of a delegation's text as blocks that a template of the PDF can walk."""

import json
from typing import Any

import pytest
from hypothesis import given

from progress.entries.markdown_dialect import MAX_DEPTH
from reports.renderers.markdown_blocks import PrintedRun, PrintedText, printed_blocks
from reports.renderers.printable import BREAK
from tests.progress.entries.hostile_texts import HOSTILE_TEXTS
from tests.progress.entries.typed_texts import Typed, texts


def read(blocks: Any, depth: int = 0) -> list[tuple[str, int, str]]:
    """The blocks as in a generated text: kind, depth in lists, and words."""
    found: list[tuple[str, int, str]] = []
    for block in blocks:
        if block["kind"] == "paragraph":
            found.append(("p", depth, words(block)))
        elif block["kind"] == "list":
            for point in block["points"]:
                first, *others = point["blocks"]
                mark = f"{point['mark']} " if point["mark"] else ""
                found.append(("li", depth + 1, mark + words(first)))
                found += read(others, depth + 1)
        else:
            for number, row in enumerate(block["rows"]):
                found += [("td" if number else "th", 0, words(cell)) for cell in row]
    return found


def words(text: PrintedText) -> str:
    runs = (run.get("text", "\n") for run in text["runs"])
    return "".join(runs).replace(BREAK, "")


def runs_of(markdown: str) -> list[PrintedRun]:
    (block,) = printed_blocks(markdown)
    assert block["kind"] == "paragraph"
    return block["runs"]


def test_an_empty_text_has_no_blocks():
    assert printed_blocks("") == []
    assert printed_blocks(" \n\n ") == []


def test_bold_text_links_and_line_ends_are_runs():
    assert runs_of("a **b\nc** [**d** e](https://example.org/) f") == [
        {"text": "a "},
        {"text": "b", "strong": True},
        {"line_break": True},
        {"text": "c", "strong": True},
        {"text": " "},
        {"text": "d", "strong": True, "href": "https://example.org/"},
        {"text": " e", "href": "https://example.org/"},
        {"text": " f"},
    ]


def test_points_have_the_number_as_typed_or_a_bullet():
    bullets, numbers = printed_blocks("- a\n• b\n\n26. c\n9) d")
    assert bullets["kind"] == numbers["kind"] == "list"
    assert [point["mark"] for point in bullets["points"]] == ["", ""]
    assert [point["mark"] for point in numbers["points"]] == ["26.", "9)"]
    assert (bullets["is_marked"], numbers["is_marked"]) == (False, True)


def test_columns_share_the_width_by_their_longest_cells():
    (table,) = printed_blocks("Member\tx\nFrance\tNot yet\nUnited Kingdom\t")
    assert table["kind"] == "table"
    assert table["columns"] == [17, 10]


def test_only_the_widest_columns_are_made_narrower():
    (table,) = printed_blocks(f"France\t{'x' * 99}\t{'x' * 60}\tx\nJapan\tx\tx\tx")
    assert table["kind"] == "table"
    assert table["columns"] == [9, 29, 29, 4]


def test_words_of_a_narrow_column_may_break():
    (table,) = printed_blocks(f"{'W' * 60}\tمستشفياتهم\n" + "x\t" * 9)
    assert table["kind"] == "table"
    long, arabic = table["rows"][0][:2]
    assert BREAK in str(long["runs"][0].get("text"))
    assert words(long) == "W" * 60
    assert BREAK not in str(arabic["runs"][0].get("text"))


@pytest.mark.parametrize(
    ("text", "is_rtl"),
    [
        ("English", False),
        ("2017: العربية", True),
        ("שלום English", True),
        ("English, then العربية", False),
        ("照会を開始した", False),
        ("**2017** العربية", True),
        ("2017\nالعربية", True),
        ("\u200fEnglish", True),
        ("2017 %", False),
    ],
)
def test_the_direction_is_that_of_the_first_letter(text, is_rtl):
    (block,) = printed_blocks(text)
    assert block["kind"] == "paragraph"
    assert block["is_rtl"] is is_rtl


def test_lists_tables_and_cells_have_a_direction_each():
    points, table = printed_blocks("- 1 عربي\n- x\n\nx\tعربي\nx\ty")
    assert points["kind"] == "list"
    assert table["kind"] == "table"
    assert (points["is_rtl"], table["is_rtl"]) == (True, False)
    assert [cell["is_rtl"] for cell in table["rows"][0]] == [False, True]


@given(texts())
def test_blocks_are_printed_as_they_were_typed(typed: Typed):
    assert read(printed_blocks(typed.text)) == typed.read


@pytest.mark.parametrize("typed", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS.keys())
def test_hostile_texts_are_bounded_and_lose_no_letter(typed):
    blocks = printed_blocks(typed)
    found = read(blocks)
    hrefs = json.dumps(blocks).count('"href"')
    assert sum(text.count("x") for _, _, text in found) == typed.count("x")
    assert max((depth for _, depth, _ in found), default=0) <= MAX_DEPTH
    assert len(json.dumps(blocks)) - 40 * hrefs < 60 * len(typed)


def test_only_the_typesetter_gets_places_to_break():
    (table,) = printed_blocks(f"{'W' * 60}\tx\n" + "x\t" * 9, is_narrowed=False)
    assert table["kind"] == "table"
    assert table["rows"][0][0]["runs"] == [{"text": "W" * 60}]
