"""Tests of texts of delegations as HTML: what is typed is what is read (rule 12)."""

import re

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from accounts.typed.text import CHANGED, clean_text
from progress.entries import markdown
from progress.entries.markdown_dialect import MAX_COLUMNS, MAX_DEPTH
from tests.progress.entries.hostile_texts import HOSTILE_TEXTS
from tests.progress.entries.html_reading import HtmlReader
from tests.progress.entries.typed_texts import Typed, texts


def to_html(text: str) -> str:
    return markdown.to_html(text, table_label="Table")


def blocks(text: str) -> list[tuple[str, int, str]]:
    return HtmlReader(to_html(text)).blocks


# ---- Cases with their right value ----------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (
            "26. Mai 2016 Beschluss.\n9. September 2016 Umsetzung.",
            ["26. Mai 2016 Beschluss.", "9. September 2016 Umsetzung."],
        ),
        ("5. Visa\n7. Borders", ["5. Visa", "7. Borders"]),
        ("2016. First\n2019. Second", ["2016. First", "2019. Second"]),
        ("1986) First\n1990) Second", ["1986) First", "1990) Second"]),
        ("007. Agent", ["007. Agent"]),
        ("+ 12 officers\n+ 3 dogs", ["+ 12 officers", "+ 3 dogs"]),
    ],
)
def test_numbers_and_signs_of_points_are_read_as_typed(typed, read):
    assert blocks(typed) == [("li", 1, point) for point in read]
    assert "<ol" not in to_html(typed)


def test_a_number_that_only_begins_a_line_does_not_divide_a_sentence():
    typed = "The plan was adopted on\n26. Mai 2016 in Ise-Shima."
    assert blocks(typed) == [("p", 0, typed)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028"])
def test_a_line_end_stays_a_line_end(end):
    assert blocks(f"First line{end}Second line") == [
        ("p", 0, "First line\nSecond line")
    ]


@pytest.mark.parametrize("changed", CHANGED)
def test_older_texts_are_read_as_if_they_were_typed_now(changed):
    typed = f"One{changed} two\n{changed} three"
    assert blocks(typed) == blocks(clean_text(typed))


def test_a_list_that_is_moved_in_from_its_first_line_is_one_list():
    typed = clean_text("\t• a\n\t• b\n\t\t• c")
    assert blocks(typed) == [("li", 1, "a"), ("li", 1, "b"), ("li", 2, "c")]


@pytest.mark.parametrize("mark", ["-", "*", "•", "·", "\u2013", "\uf0b7", "\uf0a7"])
@pytest.mark.parametrize("blank", [" ", "\t", "\xa0"])
def test_a_mark_with_a_blank_begins_a_point(mark, blank):
    typed = f"{mark}{blank}Border checks\n{mark}{blank}Watch lists"
    assert blocks(typed) == [("li", 1, "Border checks"), ("li", 1, "Watch lists")]


@pytest.mark.parametrize(
    "typed", ["-12 % since 2016", "---", "* * *", "-", "1.", "- -", "•", "3.1 Visa"]
)
def test_a_mark_without_words_or_without_a_blank_is_text(typed):
    assert blocks(typed) == [("p", 0, typed)]


TABLE = [
    *[("th", 0, cell) for cell in ("Member", "2016", "2017")],
    *[("td", 0, cell) for cell in ("France", "5", "7", "Japan", "3", "9")],
]


@pytest.mark.parametrize(
    "typed",
    [
        "Member\t2016\t2017\nFrance\t5\t7\nJapan\t3\t9",
        "\tMember\t2016\t2017\t\n\tFrance\t5\t7\t\n\tJapan\t3\t9\t",
        "Member | 2016 | 2017\n--- | ---: | :---:\nFrance | 5 | 7\nJapan | 3 | 9",
        "| Member | 2016 | 2017 |\n|-|-|-|\n| France | 5 | 7 |\n| Japan | 3 | 9 |",
        "| Member | 2016 | 2017 |\n| France | 5 | 7 |\n| Japan | 3 | 9 |",
    ],
)
def test_rows_of_cells_are_a_table(typed):
    assert blocks(f"Before.\n{typed}\n\nAfter.") == [
        ("p", 0, "Before."),
        *TABLE,
        ("p", 0, "After."),
    ]


def test_a_cell_that_a_spreadsheet_put_between_quotation_marks_keeps_its_lines():
    typed = 'Member\tMeasures\nFrance\t"Visa,\n\na ""hot"" line"\nJapan\t"none"'
    assert [words for _tag, _depth, words in blocks(typed)] == [
        "Member",
        "Measures",
        "France",
        'Visa,\n\na "hot" line',
        "Japan",
        '"none"',
    ]


def test_an_empty_corner_and_short_rows_keep_their_columns():
    html = to_html("\t2016\t2017\nFrance\t\t7\nJapan\t3")
    assert html.count("<tr>") == 3
    assert "<tr><td></td><th" in html
    assert html.count("<td") == 6


def test_an_empty_corner_that_a_form_cut_off_is_added_again():
    assert to_html("2016\t2017\nFrance\t5\t7\nJapan\t3\t9") == to_html(
        "\n\t2016\t2017\nFrance\t5\t7\nJapan\t3\t9"
    )


def test_a_pipe_in_a_cell_is_written_with_a_backslash():
    assert ("td", 0, "a | b") in blocks("| x | y |\n|---|---|\n| a \\| b | c |")


@pytest.mark.parametrize(
    "typed",
    [
        "Visa | borders",
        "a | b\nc | d",
        "| one row |",
        "Name:\tJapan",
        "||",
        "Visa\t\nBorders\t",
    ],
)
def test_one_row_or_a_single_pipe_is_text(typed):
    assert blocks(typed) == [("p", 0, typed.replace("\t\n", "\n").rstrip())]


def test_a_table_wider_than_a_page_is_shown_as_lines():
    row = "\t".join(["x"] * (MAX_COLUMNS + 1))
    assert "<table" not in to_html(f"{row}\n{row}")
    assert "<table" in to_html(f"{row[2:]}\n{row[2:]}")


@pytest.mark.parametrize("blanks", [" ", "    ", "\t", "\t\t", "\u3000"])
def test_blanks_before_a_paragraph_mean_nothing(blanks):
    assert blocks(f"{blanks}First\n{blanks}second\n\n{blanks}Third") == [
        ("p", 0, "First\nsecond"),
        ("p", 0, "Third"),
    ]


def test_points_are_nested_by_the_blanks_before_them():
    typed = "- a\n  - b\n\t- c\n      1. d\n  - e\n- f"
    assert [(depth, words) for _tag, depth, words in blocks(typed)] == [
        (1, "a"), (2, "b"), (3, "c"), (4, "1. d"), (2, "e"), (1, "f"),
    ]  # fmt: skip


def test_points_nested_too_deep_keep_their_marks_and_words():
    typed = "\n".join("\t" * depth + f"- level {depth}" for depth in range(12))
    assert [(tag, words) for tag, _depth, words in blocks(typed)] == [
        ("li", f"level {depth}") for depth in range(12)
    ]
    assert max(depth for _tag, depth, _words in blocks(typed)) == MAX_DEPTH


def test_a_line_moved_in_under_a_point_belongs_to_it():
    assert blocks("- a\n  more\n  - b\n  of a\nafter") == [
        ("li", 1, "a\nmore"),
        ("li", 2, "b"),
        ("p", 1, "of a"),
        ("p", 0, "after"),
    ]


def test_an_empty_line_between_points_does_not_end_the_list():
    assert to_html("- a\n\n- b\n\n\tc").count("<ul") == 1


def test_bold_text_and_links_are_marked():
    html = to_html(
        "**Four** of [five](https://example.org/a?b=1&c=2) **[six](mailto:a@b.int)**"
    )
    assert HtmlReader(html).bold == ["Four", "six"]
    assert (
        'href="https://example.org/a?b=1&amp;c=2" rel="nofollow noopener noreferrer"'
        in html
    )
    assert HtmlReader(html).hrefs[1] == "mailto:a@b.int"


@pytest.mark.parametrize(
    "typed",
    [
        "snake_case and _so_ and __so__",
        "5 * 3 * 2, 5 ** 3 ** 2, 2**3**4",
        "*italics* and ***both*** and **",
        "# 1 of 3",
        "> 5 %",
        "`code` and ~~~",
        "![map](https://example.org/map.png)"[1:-1],
        "<script>alert(1)</script> <b onclick=x>bold</b> &amp; &#60; \\* \\[",
        "https://example.org/ and <https://example.org/>",
        "[Note]: see annex",
        "[label](https://example.org 'title')",
        "===",
    ],
)
def test_all_other_signs_are_shown_as_typed(typed):
    assert blocks(typed) == [("p", 0, typed)]


def test_an_image_is_never_fetched():
    html = to_html("![map](https://example.org/map.png)")
    assert "<img" not in html
    assert HtmlReader(html).blocks == [("p", 0, "!map")]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "/people/",
        "//example.org/x",
        "ftp://example.org/",
        "https://example.org@evil.example/",
        "https://example.org\\@evil.example/",
        "https:///evil.example",
        "https://exa\u202emple.org/",
        "https://[bad/",
    ],
)
def test_any_other_address_is_shown_as_typed(address):
    html = to_html(f"[click]({address})")
    assert "href" not in html
    shown = address.replace("\u202e", "▯")
    assert HtmlReader(html).blocks == [("p", 0, f"[click]({shown})")]


@pytest.mark.parametrize(
    ("label", "is_honest"),
    [
        ("https://example.org", True),
        ("example.org/report", True),
        ("report.pdf", True),
        ("Report of 2016, e.g. annex 3", True),
        ("https://evil.example", False),
        ("see www.evil.example", False),
        ("evil.example/report", False),
        ("a@evil.example", False),
    ],
)
def test_a_label_never_names_another_address(label, is_honest):
    html = to_html(f"[{label}](https://example.org/report/1)")
    assert ("href" in html) is is_honest
    assert label in HtmlReader(html).words


@pytest.mark.parametrize(
    "address",
    [
        "HTTPS://example.org:8080/a:b",
        "mailto:office@example.org",
        "https://a.org/b_(c)",
    ],
)
def test_a_whole_address_is_kept_as_it_was_typed(address):
    assert HtmlReader(to_html(f"[report]({address}).")).hrefs == [address]


def test_letters_are_never_turned_around():
    html = to_html("RTL\u202eoverride\u202c **\u202db** \u200fmark \u2068isolate\u2069")
    assert HtmlReader(html).words == "RTL▯override▯ ▯b \u200fmark \u2068isolate\u2069"


def test_every_block_finds_its_own_direction():
    html = to_html("عربي\n\n- نقطة\n- x\n\nاسم\tعدد\nx\t5")
    assert set(HtmlReader(html).directions) == {"auto"}
    assert html.count('<ul dir="rtl">') == 1
    assert html.count('<table dir="rtl">') == 1
    assert 'dir="rtl"' not in to_html("- 2016: Latin\n- عربي\n\na\tb\nعربي\tc")


def test_a_table_scrolls_in_a_box_with_a_name():
    html = markdown.to_html("a\tb\nc\td", table_label='A "table"')
    assert 'class="table-scroll" role="group" tabindex="0"' in html
    assert 'aria-label="A &quot;table&quot;"' in html
    assert '<th dir="auto" scope="col">a</th>' in html


# ---- The kind: any text --------------------------------------------------------------

# The signs that can be marks of the dialect.
SIGNS = re.compile(r'[\s*+\-•·\u2013|\[\]()"\\:\uf0a7\uf0b7]+')
TYPED_TEXTS = st.text(
    st.one_of(
        st.sampled_from('*-+•·–|[]()"\\ \t\n1a.#>_`&<'),
        st.characters(exclude_categories=["Cc", "Cs"]),
    ),
)


@given(TYPED_TEXTS)
def test_no_character_is_lost_or_added(typed):
    read = HtmlReader(to_html(typed)).words
    expected = re.sub("[\u202a-\u202e]", "▯", typed)
    assert SIGNS.sub("", read) == SIGNS.sub("", expected)


@pytest.mark.long
@given(texts())
def test_blocks_are_read_as_they_were_typed(typed: Typed):
    assert blocks(typed.text) == typed.read


@given(st.text())
def test_no_text_brings_a_tag_of_its_own(text):
    html = to_html(text + "<img src=x onerror=alert(1)><svg onload=alert(1)>")
    assert "<img" not in html
    assert "<svg" not in html


@pytest.mark.parametrize("typed", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS.keys())
def test_hostile_texts_are_bounded_and_lose_no_letter(typed):
    html = to_html(typed)
    assert len(html) < 30 * len(typed)
    assert HtmlReader(html).words.count("x") == typed.count("x")
    assert max((depth for _tag, depth, _words in blocks(typed)), default=0) <= MAX_DEPTH


def test_template_does_not_escape_it_twice():
    template = Template("{% load markdown %}{{ text|markdown }}")
    html = template.render(Context({"text": "**<b>**\n\na\tb\nc\td"}))
    assert html.startswith('<p dir="auto"><strong>&lt;b&gt;</strong></p>')
    assert 'aria-label="Table"' in html
