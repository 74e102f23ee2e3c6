"""The first lines of a text, for lists that lead to the whole of it."""

from collections.abc import Iterable, Iterator

from django.utils.text import Truncator

from progress.entries.markdown_dialect import (
    Block,
    PointList,
    Table,
    TextParagraph,
    read_blocks,
)
from progress.entries.markdown_runs import Run, read_runs

EXCERPT_LENGTH = 280  # characters: three or four lines


def excerpt_of(markdown: str, length: int = EXCERPT_LENGTH) -> str:
    """Return the opening of a text in one line, without marks, cut between words."""
    words = " ".join(" ".join(_texts(read_blocks(markdown))).split())
    cut = Truncator(words).chars(length)
    if cut == words:
        return words
    whole, space, _part = cut.rpartition(" ")
    # Text without spaces, such as Japanese, is cut anywhere.
    return f"{whole}…" if space and len(whole) > length // 2 else cut


def _texts(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the text of each paragraph, point and cell."""
    for block in blocks:
        match block:
            case TextParagraph():
                yield _text(block.runs)
            case PointList():
                for point in block.points:
                    yield from _texts(point.blocks)
            case Table():
                for row in block.rows:
                    yield from (_text(read_runs(cell)) for cell in row)


def _text(runs: Iterable[Run]) -> str:
    return "".join(run.text for run in runs)
