"""The one dialect of Markdown of this product (docs/rules.md, rule 12). Plain Python.

It is CommonMark without HTML and without reference definitions. Pages and reports read
texts with the parser from here.
"""

import re
from collections.abc import Iterable

from markdown_it import MarkdownIt
from markdown_it.token import Token

# The parser drops what is nested deeper than this.
MAX_NESTING = 40
KANA = re.compile(r"[\u3041-\u30ff]")


def make_parser() -> MarkdownIt:
    """Return a parser of this dialect.

    `html` is off: tags are text like any other. `reference` is off too: a line such as
    "[Note]: see annex" would be read as the definition of a link, and disappear.
    """
    options = {"html": False, "maxNesting": MAX_NESTING}
    return MarkdownIt("commonmark", options).disable("reference")


def is_nested_too_deep(tokens: Iterable[Token]) -> bool:
    """Return whether the text comes near the limit at which the parser drops text.

    It must then be shown as plain text, so that no word of it is lost.
    """
    return any(token.level >= MAX_NESTING - 2 for token in tokens)


def is_japanese(text: str) -> bool:
    """Return whether the text has kana. No other language here is written with them."""
    return KANA.search(text) is not None
