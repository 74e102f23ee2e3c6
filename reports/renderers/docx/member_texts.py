"""What a delegation wrote, as paragraphs, lists and tables in its language."""

from collections.abc import Iterable, Iterator
from typing import Final

from progress.entries.markdown_runs import is_web_link
from reports.renderers.docx.elements import (
    Block,
    Element,
    RunStyle,
    TableCell,
    TableStyle,
    paragraph,
    run,
    table,
)
from reports.renderers.docx.story import WIDTH_MM, Story
from reports.renderers.markdown_blocks import (
    PrintedBlock,
    PrintedList,
    PrintedRun,
    PrintedTable,
    PrintedText,
    printed_blocks,
)

# A point of a list is moved in by so much at each depth.
BULLET_MM: Final = 5.0
NUMBER_MM: Final = 7.5
LEAST_WIDTH_MM: Final = 40.0
# Only a low header is repeated on each page.
LONGEST_HEADER: Final = 200


def member_text(story: Story, markdown: str, language: str) -> Iterator[Element]:
    """Yield the blocks of a text."""
    blocks = printed_blocks(markdown, is_narrowed=False)
    return _Writer(story, language).blocks(blocks, depth=0, left_mm=0)


class _Writer:
    def __init__(self, story: Story, language: str) -> None:
        self.story = story
        self.language = language

    def blocks(
        self, blocks: Iterable[PrintedBlock], *, depth: int, left_mm: float
    ) -> Iterator[Element]:
        for block in blocks:
            match block["kind"]:
                case "paragraph":
                    yield self._paragraph(block, depth, left_mm)
                case "list":
                    yield from self._list(block, depth, left_mm)
                case "table":
                    yield self._table(block, left_mm)
                    yield paragraph("Space", [])

    def _paragraph(self, text: PrintedText, depth: int, left_mm: float) -> Element:
        left = left_mm if depth else None
        how = Block(is_rtl=text["is_rtl"], left_mm=left)
        style = "ListContinue" if depth else "MemberText"
        return paragraph(style, self._runs(text), how)

    def _list(
        self, points: PrintedList, depth: int, left_mm: float
    ) -> Iterator[Element]:
        step = NUMBER_MM if points["is_marked"] else BULLET_MM
        for point in points["points"]:
            first, *rest = point["blocks"]
            yield self._point(point["mark"], first, depth, left_mm + step)
            yield from self.blocks(rest, depth=depth + 1, left_mm=left_mm + step)

    def _point(
        self, mark: str, block: PrintedBlock, depth: int, left_mm: float
    ) -> Element:
        """Return the first paragraph of a point. Its number stays as it was typed."""
        if block["kind"] != "paragraph":  # pragma: no cover - the dialect has no other
            raise AssertionError
        runs, is_rtl = self._runs(block), block["is_rtl"]
        if not mark:
            how = Block(is_rtl, left_mm, BULLET_MM, level=depth)
            return paragraph("ListBullet", runs, how)
        number = run(f"{mark}\t", self._how(is_rtl=is_rtl))
        how = Block(is_rtl, left_mm, NUMBER_MM)
        return paragraph("ListNumber", [number, *runs], how)

    def _table(self, block: PrintedTable, left_mm: float) -> Element:
        shares = block["columns"]
        room = max(LEAST_WIDTH_MM, WIDTH_MM - left_mm)
        width = min(room, sum(shares) * 2.4)
        widths = [width * share / sum(shares) for share in shares]
        runs = (item for text in block["rows"][0] for item in text["runs"])
        header = sum(len(item.get("text", "")) for item in runs)
        how = TableStyle(
            widths,
            is_rtl=block["is_rtl"],
            left_mm=left_mm,
            headers=int(header <= LONGEST_HEADER),
        )
        rows = [
            self._row(row, len(shares), is_header=number == 0)
            for number, row in enumerate(block["rows"])
        ]
        return table(how, rows)

    def _row(
        self, row: list[PrintedText], count: int, *, is_header: bool
    ) -> list[TableCell]:
        """Return the cells of a row. The last of a short row takes up the rest."""
        style = "TableHeading" if is_header else "TableText"
        if not row:
            return [TableCell([paragraph(style, [])], span=count)]
        cells = [
            TableCell([paragraph(style, self._runs(text), Block(text["is_rtl"]))])
            for text in row
        ]
        cells[-1] = cells[-1]._replace(span=count - len(row) + 1)
        return cells

    def _runs(self, text: PrintedText) -> list[Element]:
        return [
            part for item in text["runs"] for part in self._run(item, text["is_rtl"])
        ]

    def _run(self, item: PrintedRun, is_rtl: bool) -> Iterator[Element]:
        if item.get("line_break"):
            yield run("\n")
            return
        text, url = item.get("text", ""), item.get("href", "")
        is_strong = item.get("strong", False)
        if not url:
            yield run(text, self._how(is_rtl=is_rtl, is_strong=is_strong))
        elif is_web_link(url):
            how = self._how(is_rtl=is_rtl, is_strong=is_strong)
            yield self.story.web_link(url, [run(text, how._replace(style="Hyperlink"))])
        else:
            # A mail address is no link here, so it is printed.
            how = self._how(is_rtl=is_rtl, is_strong=is_strong)
            yield run(f"{text} ({url})", how)

    def _how(self, *, is_rtl: bool, is_strong: bool = False) -> RunStyle:
        return RunStyle("", self.language, is_rtl, is_strong)
