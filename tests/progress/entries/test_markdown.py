"""Tests of turning a delegation's Markdown into HTML."""

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.token import Token

from progress.entries.markdown import to_html
from progress.entries.markdown_dialect import (
    MAX_NESTING,
    is_japanese,
    is_nested_too_deep,
)


def test_marks_and_lists_become_html():
    html = to_html("**Four** of *five*:\n\n- one\n- two\n\n3. three\n\n> said")
    assert "<strong>Four</strong> of <em>five</em>" in html
    assert "<li>one</li>" in html
    assert '<ol start="3">' in html
    assert "<blockquote>" in html


def test_tags_are_shown_as_they_were_typed():
    html = to_html("<script>alert(1)</script> and <b onclick=x>bold</b>")
    assert "<script" not in html
    assert "<b" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_headings_do_not_enter_the_outline_of_the_page():
    assert to_html("# Done") == "<p><strong>Done</strong></p>\n"


def test_link_to_the_web_gives_nobody_a_hold_on_the_page():
    html = to_html("[report](https://example.org/a?b=1&c=2)")
    assert 'href="https://example.org/a?b=1&amp;c=2"' in html
    assert 'rel="nofollow noopener"' in html


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
    ],
)
def test_any_other_link_leads_nowhere(address):
    assert "href" not in to_html(f"[click]({address}) <{address}>")


def test_images_are_words_and_are_never_fetched():
    html = to_html('![A "map" <i>](https://example.org/spy.png)')
    assert "example.org" not in html
    assert 'A "map" &lt;i&gt;' in html


def test_line_that_looks_like_a_definition_is_kept():
    assert "[Note]: see annex" in to_html("[Note]: see annex")


def test_text_nested_too_deeply_is_shown_as_plain_text():
    html = to_html(">" * 60 + " deep <b>\nsecond line\n\nsecond paragraph")
    assert "deep &lt;b&gt;<br>\nsecond line</p>" in html
    assert "<p>second paragraph</p>" in html


@given(st.text())
def test_no_text_brings_a_tag_of_its_own(text):
    html = to_html(text + "<img src=x onerror=alert(1)><svg onload=alert(1)>")
    assert "<img" not in html
    assert "<svg" not in html


def test_japanese_is_known_by_its_kana():
    assert is_japanese("照合している。")
    assert not is_japanese("Screened since April.")
    assert not is_japanese("二〇二六")


def test_template_does_not_escape_it_twice():
    template = Template("{% load markdown %}{{ text|markdown }}")
    html = template.render(Context({"text": "**<b>**"}))
    assert html == "<p><strong>&lt;b&gt;</strong></p>\n"


@pytest.mark.parametrize(
    "address", ["HTTPS://example.org:8080/a:b", "mailto:office@example.org"]
)
def test_a_whole_address_is_kept_as_it_was_typed(address):
    assert f'href="{address}"' in to_html(f"[report]({address})")


def test_plain_text_keeps_its_lines_and_paragraphs():
    deep = ">" * 60 + " deep"
    quoted = "&gt;" * 60 + " deep"
    assert to_html(f"{deep}\nline\n \n\nlast") == (
        f"<p>{quoted}<br>\nline</p>\n<p>last</p>\n"
    )


@pytest.mark.parametrize(
    ("level", "is_too_deep"),
    [(MAX_NESTING - 3, False), (MAX_NESTING - 2, True), (MAX_NESTING, True)],
)
def test_two_levels_before_the_limit_a_text_is_nested_too_deep(level, is_too_deep):
    tokens = [Token("text", "", 0, level=0), Token("text", "", 0, level=level)]
    assert is_nested_too_deep(tokens) is is_too_deep
