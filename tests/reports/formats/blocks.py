"""What a reader of a document finds, in order: headings, paragraphs and tables.

Each reader of a format gives these, so that all documents are compared in one way.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Table:
    """Rows of cells, the header first. A picture in a cell counts as its words."""

    rows: list[list[str]]
    anchor: str = ""

    @property
    def text(self) -> str:
        return " ".join(cell for row in self.rows for cell in row)


Block = Heading | Paragraph | Table


@dataclass
class Document:
    """All blocks, and what a reader sees before anything else."""

    blocks: list[Block]
    first: str
    language: str = ""
    title: str = ""
    # What every page has: running headers and footers.
    running: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return fold(" ".join(block.text for block in self.blocks))

    @property
    def tables(self) -> list[Table]:
        return [block for block in self.blocks if isinstance(block, Table)]


def fold(text: str) -> str:
    """Return the text in one line: where lines break is a matter of the page."""
    return re.sub(r"\s+", " ", text).strip()


def joined(parts: Iterable[str]) -> str:
    return fold("".join(parts))
