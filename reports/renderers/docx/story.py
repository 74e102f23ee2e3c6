"""The document being written: its blocks in order, headings, links and bookmarks."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final
from urllib.parse import quote

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.parts.document import DocumentPart
from docx.shared import Mm

from reports.renderers.bars import named
from reports.renderers.docx.elements import (
    FLAT,
    Block,
    Element,
    RunStyle,
    TableCell,
    TableStyle,
    element,
    link_inside,
    link_outside,
    paragraph,
    run,
    styled,
    table,
    writable,
)
from reports.renderers.docx.pictures import PictureName
from reports.renderers.outline import (
    commitments_in,
    is_short,
    printed_sections,
    printed_tables,
    shown_codes,
)
from reports.renderers.punctuation import punctuation_of
from reports.snapshot_schema import (
    ActionRow,
    Cell,
    CommitmentRow,
    EntryPart,
    Envelope,
    Facts,
    FigureRow,
    PositionRow,
    Snapshot,
)

# The text on an upright page, and on one that lies on its side.
WIDTH_MM: Final = 174.0
WIDE_MM: Final = 261.0
# The adopted wording is in English, whatever the language of the report.
OFFICIAL: Final = RunStyle("OfficialWords", "en")
LONGEST_BOOKMARK: Final = 40
# python-docx numbers its own relationships "rId1" and so on.
LINK_ID: Final = "link"
# Word refuses a file with an address that has one of these.
NOT_IN_ADDRESS: Final = re.compile(r'[\s<>"{}|\\^`]')


@dataclass(frozen=True)
class ListedHeading:
    """A heading that the contents list."""

    level: int
    text: str
    anchor: str


@dataclass
class Story:
    """What all sections write to, and the snapshot that they read."""

    snapshot: Snapshot
    digest: str
    part: DocumentPart
    pictures: dict[PictureName, bytes]
    blocks: list[Element] = field(default_factory=list)
    headings: list[ListedHeading] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    bookmarks: int = 0
    drawings: int = 0

    def __post_init__(self) -> None:
        """Look up once what many sections ask for."""
        self.facts: Facts = self.snapshot["facts"]
        self.envelope: Envelope = self.snapshot["envelope"]
        self.labels = self.facts["labels"]
        self.signs = punctuation_of(self.facts["language"])
        self.sections = printed_sections(self.facts)
        self.codes = shown_codes(self.facts)
        self.tables = printed_tables(self.facts)
        self.commitments = {row["code"]: row for row in commitments_in(self.facts)}
        self.members = {row["code"]: row["name"] for row in self.facts["members"]}
        self.is_of_many = len(self.facts["members"]) > 1

    # ---- Writing ---------------------------------------------------------------------

    def add(self, *blocks: Element) -> None:
        """Add blocks at the end."""
        self.blocks.extend(blocks)

    def write(self, style: str, *content: Element, how: Block = FLAT) -> None:
        """Add a paragraph at the end."""
        self.blocks.append(paragraph(style, content, how))

    def heading(
        self,
        level: int,
        content: Iterable[Element],
        *,
        anchor: str = "",
        how: Block = FLAT,
    ) -> None:
        """Add a heading. Those of the first four levels are in the contents."""
        runs = [*content]
        made = paragraph(f"Heading{level}", runs, how)
        if level <= 4:
            text = "".join(made.itertext())
            anchor = anchor or f"part-{len(self.headings) + 1}"
            self.headings.append(ListedHeading(level, text, bookmark_name(anchor)))
        if anchor:
            self.mark(made, anchor)
        self.blocks.append(made)

    def section(self, name: str, *, runs_on: bool = False) -> None:
        """Add the heading of a section. It begins a page, unless it runs on."""
        how = Block(is_on_new_page=not (runs_on or is_short(self.facts)))
        self.heading(1, [run(name)], how=how)

    def caption(self, text: str, anchor: str = "") -> None:
        """Add the caption of the table or picture below."""
        made = paragraph("Caption", [run(text)])
        if anchor:
            self.mark(made, anchor)
        self.blocks.append(made)

    def table(self, how: TableStyle, rows: Sequence[list[TableCell]]) -> None:
        """Add a table, and a low paragraph that keeps it apart from the next one."""
        self.blocks.append(table(how, rows))
        self.write("Space")

    def picture(
        self, content: bytes, name: str, width_mm: float, title: str, words: str
    ) -> Element:
        """Return a picture with its alternative text."""
        self.drawings += 1
        inline: Any = self.part.new_pic_inline(BytesIO(content), Mm(width_mm))
        inline.docPr.id = self.drawings
        inline.docPr.name = writable(title)
        inline.docPr.set("descr", writable(words))
        inline.graphic.graphicData.pic.nvPicPr.cNvPr.name = f"{name}.png"
        holder, drawing = run(""), element("w:drawing")
        drawing.append(inline)
        holder.append(drawing)
        return holder

    def mark(self, block: Element, anchor: str) -> None:
        """Put a bookmark around the content of a paragraph."""
        number = str(self.bookmarks)
        self.bookmarks += 1
        start = {"w:id": number, "w:name": bookmark_name(anchor)}
        block.insert(1, element("w:bookmarkStart", start))
        block.append(element("w:bookmarkEnd", {"w:id": number}))

    def end_pages(self, layout: Element) -> None:
        """End the pages of one layout. The last block is always a paragraph."""
        self.blocks[-1][0].append(layout)

    # ---- Links -----------------------------------------------------------------------

    def web_link(self, url: str, content: list[Element]) -> Element:
        """Return a link to a page on the web."""
        if url not in self.links:
            number = self.links[url] = f"{LINK_ID}{len(self.links) + 1}"
            target = NOT_IN_ADDRESS.sub(lambda found: quote(found[0]), url)
            self.part.rels.add_relationship(
                RELATIONSHIP_TYPE.HYPERLINK, target, number, is_external=True
            )
        return link_outside(self.links[url], content)

    def reference(self, anchor: str, text: str, style: str = "Reference") -> Element:
        """Return a text that links to a table, if the document has that table."""
        if anchor not in self.tables:
            return styled(text, "Strong" if style == "Strong" else "")
        return link_inside(bookmark_name(anchor), [styled(text, style)])

    def code(self, code: str, member: str = "") -> Element:
        """Return a commitment's code, linked to its place or to a member's entry."""
        if code not in self.codes:
            return run(code)
        anchor = f"entry-{code}-{member}" if member else f"commitment-{code}"
        return link_inside(bookmark_name(anchor), [styled(code, "Reference")])

    # ---- Reading ---------------------------------------------------------------------

    def entry_of(self, position: PositionRow) -> EntryPart | None:
        """Return the entry of a position."""
        key = position["entry"]
        return self.facts["entries"][key] if key is not None else None

    def position_of(self, cell: Cell) -> PositionRow:
        """Return the position that a cell of a list names."""
        rows = self.commitments[cell["commitment"]]["positions"]
        return next(row for row in rows if row["member"] == cell["member"])

    def named(self, name: str, value: str) -> str:
        """Return a name and its value, as the language writes them."""
        return named(name, value, self.labels)

    def row_name(self, row: FigureRow, *, is_strong: bool = False) -> Element:
        """Return the name of a row. Actions and sub-areas have adopted titles."""
        language = "en" if row["of"] in {"action", "sub_area"} else ""
        return run(row["name"], RunStyle("", language, is_strong=is_strong))

    def action_name(self, action: ActionRow) -> Iterator[Element]:
        """Yield the heading of an action. Its title is official wording."""
        before = action["heading"].removesuffix(action["title"])
        if before:
            yield run(before)
        yield run(action["title"], OFFICIAL)

    def commitment_name(self, commitment: CommitmentRow) -> str:
        """Return a commitment's code and short title."""
        return f"{commitment['code']} {commitment['short_title']}"


def bookmark_name(anchor: str) -> str:
    """Return an anchor as Word wants it: letters, digits and underscores."""
    return re.sub(r"\W", "_", anchor, flags=re.ASCII)[:LONGEST_BOOKMARK]
