"""Tests of a delegation's Markdown as blocks, which a template can walk."""

import json

import pytest

from reports.renderers.markdown_blocks import (
    MAX_DEPTH,
    Block,
    Run,
    is_link,
    read_blocks,
)


def words(blocks: list[Block]) -> str:
    """All text of a tree, in order."""
    return "".join(_words(block) for block in blocks)


def _words(block: Block) -> str:
    runs = "".join(run.get("text", "") for run in block.get("runs", []))
    inner = words(block.get("blocks", []))
    items = "".join(words(item) for item in block.get("items", []))
    return runs + block.get("text", "") + inner + items


def runs_of(markdown: str) -> list[Run]:
    return read_blocks(markdown)[0]["runs"]


def depth_of(blocks: list[Block]) -> int:
    inner = [block.get("blocks", []) for block in blocks]
    inner += [item for block in blocks for item in block.get("items", [])]
    return 1 + max(map(depth_of, inner), default=0)


def test_an_empty_text_has_no_blocks():
    assert read_blocks("") == []
    assert read_blocks(" \n\n ") == []


def test_paragraphs_are_told_apart_and_soft_breaks_are_spaces():
    assert [words([block]) for block in read_blocks("one\ntwo\n\nthree")] == [
        "one two",
        "three",
    ]


def test_emphasis_strong_and_code_are_flags_on_runs():
    assert runs_of("a *b* **c *d*** `e`") == [
        {"text": "a "},
        {"text": "b", "emphasis": True},
        {"text": " "},
        {"text": "c ", "strong": True},
        {"text": "d", "strong": True, "emphasis": True},
        {"text": " "},
        {"text": "e", "code": True},
    ]


def test_a_hard_break_is_kept():
    assert runs_of("a  \nb") == [{"text": "a"}, {"line_break": True}, {"text": "b"}]


def test_a_heading_is_a_block_of_its_own_kind():
    assert [block["kind"] for block in read_blocks("# A\n\nb")] == [
        "heading",
        "paragraph",
    ]


def test_lists_keep_items_and_where_they_start():
    bullets, numbers = read_blocks("- a\n- b\n\n3. c\n4. d")
    assert (bullets["start"], [words(item) for item in bullets["items"]]) == (
        None,
        ["a", "b"],
    )
    assert (numbers["start"], [words(item) for item in numbers["items"]]) == (
        3,
        ["c", "d"],
    )


def test_a_list_that_starts_at_one_says_so():
    assert read_blocks("1. a")[0]["start"] == 1


@pytest.mark.parametrize(
    ("levels", "kept"), [(MAX_DEPTH - 1, MAX_DEPTH - 1), (MAX_DEPTH + 4, MAX_DEPTH)]
)
def test_so_many_levels_are_kept_and_deeper_ones_are_flat(levels, kept):
    lists = "\n".join("  " * level + "- x" for level in range(levels))
    numbers = "\n".join("   " * level + "1. x" for level in range(levels))
    for markdown in (lists, numbers, ">" * levels + "x"):
        # The paragraph inside and what it contains count as levels too.
        assert depth_of(read_blocks(markdown)) == kept + 2


def test_tabs_of_code_are_blanks_and_its_last_line_ends_nowhere():
    (block,) = read_blocks("```\na\tb\nc  \n\n```")
    assert block == {"kind": "code", "text": "a   b\nc  "}


def test_code_may_be_indented_too():
    assert read_blocks("    X = X") == [{"kind": "code", "text": "X = X"}]


def test_quotations_code_and_rules_are_blocks():
    blocks = read_blocks("> a\n\n```\nb  c\n```\n\n---")
    assert [block["kind"] for block in blocks] == ["quote", "code", "rule"]
    assert blocks[1]["text"] == "b  c"


def test_an_image_is_what_describes_it():
    assert words(read_blocks("See ![a map of *ports*](http://x.org/map.png).")) == (
        "See a map of *ports*."
    )


def test_html_is_text():
    markdown = "<script>alert(1)</script> and <b>bold</b>"
    assert words(read_blocks(markdown)) == markdown


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/", True),
        ("HTTP://EXAMPLE.ORG", True),
        ("mailto:a@example.org", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("//example.org", False),
        ("", False),
        ("https://example.org/" + "a" * 1_980, True),
        ("https://example.org/" + "a" * 1_981, False),
        ("https://example.org/\ud800", False),
    ],
)
def test_only_web_and_mail_addresses_are_links(url, expected):
    assert is_link(url) is expected


def test_a_link_keeps_its_words_whatever_its_address():
    assert runs_of("[a](https://example.org/) [b](ftp://example.org/)") == [
        {"text": "a", "href": "https://example.org/"},
        {"text": " "},
        {"text": "b"},
    ]


def test_a_note_in_brackets_does_not_vanish_as_the_definition_of_a_link():
    assert words(read_blocks("[Annex]: see-below")) == "[Annex]: see-below"


@pytest.mark.parametrize(
    ("text", "is_rtl", "is_japanese"),
    [
        ("English", False, False),
        ("2017: العربية", True, False),
        ("English, then العربية", False, False),
        ("照会を開始した", False, True),
        ("**2017** العربية", True, False),
        ("2017  \nالعربية", True, False),
    ],
)
def test_direction_and_japanese_are_told_by_the_letters(text, is_rtl, is_japanese):
    (block,) = read_blocks(text)
    assert (block["is_rtl"], block["is_japanese"]) == (is_rtl, is_japanese)


@pytest.mark.parametrize(
    "markdown",
    [
        ">" * 9_999 + "x",
        "> " * 4_999 + "x",
        "1. " * 3_333 + "x",
        "[" * 9_999 + "x",
        "*" * 4_000 + "x" + "*" * 4_000,
        "\n".join("  " * level + "- x" for level in range(60)),
    ],
    ids=["quotes", "spaced quotes", "numbers", "brackets", "stars", "lists"],
)
def test_deep_nesting_is_bounded_and_loses_no_word(markdown):
    blocks = read_blocks(markdown)
    assert words(blocks).count("x") == markdown.count("x")
    assert depth_of(blocks) <= 6
    assert len(json.dumps(blocks)) < 30 * len(markdown)


def test_lines_of_a_text_too_deep_to_read_are_kept_apart():
    blocks = read_blocks(">" * 60 + " one\ntwo\n\nthree")
    assert [words([block]) for block in blocks] == [">" * 60 + " onetwo", "three"]
    assert {"line_break": True} in blocks[0]["runs"]
