"""The file around the document: its parts, page layout, properties and bytes."""

from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as DocxDocument

from reports.renderers.docx.elements import (
    Element,
    element,
    field,
    language_mark,
    paragraph,
    qualified,
    run,
    styled,
    twips,
    writable,
)
from reports.renderers.docx.signs import tlp
from reports.renderers.docx.story import WIDE_MM, WIDTH_MM, Story
from reports.renderers.marks import document_title, marks_of, short_circulation
from reports.snapshot_schema import Snapshot

PARTS: Final = Path(__file__).parent / "parts"
FILES: Final = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "package_rels.xml",
    "docProps/core.xml": "core.xml",
    "word/document.xml": "document.xml",
    "word/_rels/document.xml.rels": "document_rels.xml",
    "word/numbering.xml": "numbering.xml",
    "word/settings.xml": "settings.xml",
    "word/styles.xml": "styles.xml",
}
A4_MM: Final = (210, 297)
MARGIN_MM: Final = 18
TOP_MM: Final = 27
# The first day that a ZIP file can name.
FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
LETTERS_OF_HASH: Final = 16
LONGEST_PROPERTY: Final = 255


def empty_document(language: str) -> DocxDocument:
    """Return a document without content, with the styles of a report."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as file:
        for name, source in FILES.items():
            file.writestr(name, (PARTS / source).read_bytes())
    document = Document(BytesIO(buffer.getvalue()))
    defaults = document.styles.element.find(".//" + qualified("w:rPrDefault"))
    mark = defaults.find(".//" + qualified("w:lang"))
    mark.set(qualified("w:val"), language_mark(language).get(qualified("w:val")))
    return document


def set_properties(document: DocxDocument, snapshot: Snapshot) -> None:
    """Write the properties: no person, and no time but that of the request."""
    facts, envelope = snapshot["facts"], snapshot["envelope"]
    at = datetime.fromisoformat(envelope["requested_at"]["iso"]).replace(tzinfo=None)
    properties = document.core_properties
    properties.title = writable(document_title(snapshot))[:LONGEST_PROPERTY]
    properties.subject = writable(facts["plan"]["short_title"])[:LONGEST_PROPERTY]
    properties.category = f"TLP:{facts['audience'].upper()}"
    properties.language = facts["language"]
    properties.identifier = envelope["id"]
    marks = marks_of(snapshot, "")
    properties.content_status = marks.circulation.value
    properties.keywords = marks.code.value
    properties.created = properties.modified = at


def saved(document: DocxDocument) -> bytes:
    """Return the bytes of the file. Equal documents have equal bytes."""
    written, packed = BytesIO(), BytesIO()
    document.save(written)
    with ZipFile(written) as source, ZipFile(packed, "w") as target:
        for name in source.namelist():
            member = ZipInfo(name, FIRST_DAY)
            member.compress_type = ZIP_DEFLATED
            member.create_system = 0
            target.writestr(member, source.read(name))
    return packed.getvalue()


# ---- Pages ---------------------------------------------------------------------------


class Pages:
    """The page layouts of a document: upright, and on its side for wide tables."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.made: dict[bool, Element] = {}

    def layout(self, *, is_wide: bool) -> Element:
        """Return the properties of a section. Its header and footer are made once."""
        if is_wide not in self.made:
            self.made[is_wide] = self._layout(is_wide=is_wide)
        return deepcopy(self.made[is_wide])

    def _layout(self, *, is_wide: bool) -> Element:
        part: Any = self.story.part  # not all of its methods have type hints
        width = WIDE_MM if is_wide else WIDTH_MM
        header, header_id = part.add_header_part()
        _fill(header.element, _header(self.story, width))
        footer, footer_id = part.add_footer_part()
        _fill(footer.element, _footer(self.story, width))
        made = element("w:sectPr")
        for name, number in (("header", header_id), ("footer", footer_id)):
            reference = {"w:type": "default", "r:id": number}
            made.append(element(f"w:{name}Reference", reference))
        sides = [str(twips(side)) for side in (A4_MM[::-1] if is_wide else A4_MM)]
        size = {"w:w": sides[0], "w:h": sides[1]}
        if is_wide:
            size["w:orient"] = "landscape"
        made.append(element("w:pgSz", size))
        edges = {"top": TOP_MM, "right": MARGIN_MM, "bottom": 22, "left": MARGIN_MM}
        edges |= {"header": 10, "footer": 10, "gutter": 0}
        margins = {f"w:{name}": str(twips(edge)) for name, edge in edges.items()}
        made.append(element("w:pgMar", margins))
        return made


def _fill(margin: Element, paragraphs: Iterable[Element]) -> None:
    for old in list(margin):
        margin.remove(old)
    margin.extend(paragraphs)


def _with_tabs(made: Element, *places: tuple[str, float]) -> Element:
    tabs = element("w:tabs")
    for kind, place in places:
        tabs.append(element("w:tab", {"w:val": kind, "w:pos": str(twips(place))}))
    made[0].insert(1, tabs)
    return made


def _header(story: Story, width: float) -> Iterable[Element]:
    """Yield the lines above each page: plan, kind and scope, and the handling mark."""
    facts = story.facts
    plan, mark = run(facts["plan"]["short_title"]), tlp(facts["audience"])
    yield _with_tabs(paragraph("Header", [plan, run("\t"), mark]), ("right", width))
    circulation = short_circulation(story.snapshot)
    names = [circulation, facts["title"], facts["scope"]["title"]]
    if story.envelope["is_illustrative"]:
        names.append(story.labels["illustrative"])
    yield paragraph("Header", [run(" · ".join(filter(None, names)))])


def _footer(story: Story, width: float) -> Iterable[Element]:
    """Yield the line below each page: the snapshot, page numbers and handling."""
    digest = styled(story.digest[:LETTERS_OF_HASH], "Hash")
    snapshot = [run(f"{story.labels['snapshot']} "), digest]
    pages = [*field("PAGE", "1"), run(" / "), *field("NUMPAGES", "1")]
    content = [*snapshot, run("\t"), *pages, run("\t"), tlp(story.facts["audience"])]
    places = ("center", width / 2), ("right", width)
    yield _with_tabs(paragraph("Footer", content), *places)
