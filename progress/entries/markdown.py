"""What a delegation wrote, as HTML that can be shown to anybody. Plain Python.

Tags are text like any other, images are their description and never fetched, headings
are strong words (the outline of a page is the page's), and a link goes to the web or to
a mail address.
"""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token

# The parser leaves out what is nested deeper than it will follow. A text that comes
# near that limit is shown as plain text instead, so that no word of it is lost.
NESTING = 40
TAGS = {
    "a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "strong", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
KANA = re.compile(r"[\u3041-\u30ff]")


def to_html(text: str) -> str:
    """Sanitised HTML of a Markdown text."""
    parser = _parser()
    tokens = parser.parse(text)
    if any(token.level >= NESTING - 2 for token in tokens):
        return _plain(text)
    return nh3.clean(
        parser.renderer.render(tokens, parser.options, {}),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_whole_addresses,
        url_schemes=SCHEMES,
        link_rel="nofollow noopener",
    )


def is_japanese(text: str) -> bool:
    """Kana are written in no other language here: a page can say which one it is."""
    return KANA.search(text) is not None


def _parser() -> MarkdownIt:
    # Without `reference`, a line such as "[Note]: see annex" stays: read as the
    # definition of a link it would vanish.
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTING})
    parser.disable("reference")
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
    """No relative links: a narrative is read in reports and feeds as well."""
    scheme = value.partition(":")[0].lower()
    return None if attribute == "href" and scheme not in SCHEMES else value


def _plain(text: str) -> str:
    parts = (part.strip() for part in re.split(r"\n\s*\n", text))
    lines = (escape(part).replace("\n", "<br>\n") for part in parts if part)
    return "".join(f"<p>{line}</p>\n" for line in lines)
