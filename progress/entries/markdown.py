"""Narratives as safe HTML. Plain Python.

HTML tags in the text are shown as text. An image is shown as its description and never
fetched. Headings become bold paragraphs, since a page has an outline of its own. Links
go to the web or to a mail address only.
"""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token

from progress.entries.markdown_dialect import is_nested_too_deep, make_parser

TAGS = {
    "a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "strong", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
URL_SCHEMES = {"http", "https", "mailto"}


def to_html(text: str) -> str:
    """Return the sanitised HTML of a Markdown text."""
    parser = _html_parser()
    tokens = parser.parse(text)
    if is_nested_too_deep(tokens):
        return _plain(text)
    return nh3.clean(
        parser.renderer.render(tokens, parser.options, {}),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_whole_addresses,
        url_schemes=URL_SCHEMES,
        link_rel="nofollow noopener",
    )


def _html_parser() -> MarkdownIt:
    parser = make_parser()
    parser.add_render_rule("image", _description)
    parser.add_render_rule("heading_open", _heading_open)
    parser.add_render_rule("heading_close", _heading_close)
    return parser


def _description(
    _renderer: RendererProtocol, tokens: Sequence[Token], index: int, *_rest: Any
) -> str:
    return escape(tokens[index].content)


def _heading_open(*_rest: Any) -> str:
    return "<p><strong>"


def _heading_close(*_rest: Any) -> str:
    return "</strong></p>\n"


def _whole_addresses(_tag: str, attribute: str, value: str) -> str | None:
    """Remove relative links: a narrative is read in reports and feeds too."""
    scheme = value.partition(":")[0].lower()
    return None if attribute == "href" and scheme not in URL_SCHEMES else value


def _plain(text: str) -> str:
    parts = (part.strip() for part in re.split(r"\n\s*\n", text))
    lines = (escape(part).replace("\n", "<br>\n") for part in parts if part)
    return "".join(f"<p>{line}</p>\n" for line in lines)
