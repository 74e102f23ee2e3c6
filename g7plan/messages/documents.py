"""The documents of `docs/` that are pages of the product, block by block.

Each heading, paragraph, item of a list and cell of a table is one message, so that a
change of one sentence asks for one translation, and a test names what is missing.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

# The context that keeps these messages apart from those of pages.
CONTEXT = "guide"


def documents(root: Path) -> list[Path]:
    """Return the translated documents: the glossary and the guides."""
    return [root / "docs/glossary.md", *sorted((root / "docs").glob("guide-*.md"))]


def parser() -> MarkdownIt:
    """Return the parser of our own documents."""
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def blocks_of(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the blocks that hold text to translate. A lone letter is not translated."""
    for token in tokens:
        if token.type == "inline" and len(token.content) > 1:
            yield token


def message_of(block: Token) -> str:
    """Return the text of a block on one line, wherever its source breaks lines."""
    return " ".join(block.content.split())
