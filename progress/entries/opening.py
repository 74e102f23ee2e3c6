"""The first words of a text, as a list shows them: without marks, on one line."""

from collections.abc import Iterator

from progress.entries.markdown_dialect import (
    Block,
    PointList,
    TextParagraph,
    read_blocks,
)
from progress.entries.markdown_runs import Run, read_runs, visible

# How many characters a list shows, and how many it reads of each text for them.
SHOWN = 220
READ = 2 * SHOWN


def opening_of(text: str) -> str:
    """Return the first words of a text in Markdown, at most `SHOWN` characters.

    A text that goes on ends in an ellipsis.
    """
    shown = " ".join("".join(_words(read_blocks(text))).split())
    if len(shown) <= SHOWN:
        return shown
    cut = shown[:SHOWN]
    # Japanese has no blanks to cut at.
    whole = cut.rpartition(" ")[0]
    return f"{whole if len(whole) > SHOWN // 2 else cut}…"


def _words(blocks: list[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case TextParagraph():
                yield from _shown(block.runs)
            case PointList():
                for point in block.points:
                    yield f"{point.mark or '•'} "
                    yield from _words(point.blocks)
            case _:
                for row in block.rows:
                    for cell in row:
                        yield from _shown(read_runs(cell))
        yield "\n"


def _shown(runs: list[Run]) -> Iterator[str]:
    for run in runs:
        yield visible(run.text)
    yield " "
