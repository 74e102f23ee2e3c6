"""Makes a report in every format, from one snapshot and nothing else.

To add a format: a line in `reports.formats`, its label in `ReportFile.Format` and its
step in `Report.Step`, and a renderer in this table.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reports.formats import Format
from reports.renderers.cover import RenderedCover
from reports.renderers.csv_table import render_csv, render_people_csv
from reports.renderers.docx import render_docx
from reports.renderers.fonts import FONT_DIRS
from reports.renderers.html.page import render_html
from reports.renderers.json_document import render_json
from reports.renderers.pdf import render_pdf
from reports.renderers.printable import Replaced
from reports.renderers.versions import require_same_versions
from reports.renderers.xlsx.document import render_xlsx
from reports.snapshot_schema import Snapshot


@dataclass(frozen=True)
class RenderedFile:
    """A report in one format."""

    format: Format
    content: bytes
    # The characters that no font has, by entry. Only the PDF replaces any.
    replaced: list[Replaced] = field(default_factory=list)
    # The first page as a picture. Only the PDF has it, if it could be drawn.
    cover: RenderedCover | None = None


@dataclass(frozen=True)
class Material:
    """What a renderer gets: the snapshot, its hash, fonts, and files made before."""

    snapshot: Snapshot
    snapshot_sha256: str
    font_dirs: Sequence[Path]
    made: dict[Format, bytes] = field(default_factory=dict)


Renderer = Callable[[Material], RenderedFile]


def _json(given: Material) -> RenderedFile:
    return RenderedFile("json", render_json(given.snapshot))


def _plain(name: Format, render: Callable[[Snapshot, str], bytes]) -> Renderer:
    """Return the renderer of a format that needs the snapshot and its hash alone."""
    return lambda given: RenderedFile(
        name, render(given.snapshot, given.snapshot_sha256)
    )


def _docx(given: Material) -> RenderedFile:
    content = render_docx(
        given.snapshot, given.snapshot_sha256, font_dirs=given.font_dirs
    )
    return RenderedFile("docx", content)


def _pdf(given: Material) -> RenderedFile:
    rendered = render_pdf(
        given.snapshot,
        given.snapshot_sha256,
        attached=given.made,
        font_dirs=given.font_dirs,
    )
    return RenderedFile("pdf", rendered.content, rendered.replaced, rendered.cover)


# In the order of making. The PDF carries the JSON and the CSV. It comes before the
# others: its typesetter takes the memory that they would hold by then.
RENDERERS: Final[dict[Format, Renderer]] = {
    "json": _json,
    "csv": _plain("csv", render_csv),
    "pdf": _pdf,
    "csv-people": _plain("csv-people", render_people_csv),
    "xlsx": _plain("xlsx", render_xlsx),
    "docx": _docx,
    "html": _plain("html", render_html),
}


def render_all(
    snapshot: Snapshot, snapshot_sha256: str, *, font_dirs: Sequence[Path] = FONT_DIRS
) -> Iterator[RenderedFile]:
    """Yield the report in each format, in the order of `RENDERERS`, when asked for it.

    Raises VersionsDifferError, or FontsDifferError with the name of the font.
    """
    require_same_versions(snapshot)
    material = Material(snapshot, snapshot_sha256, font_dirs)
    for render in RENDERERS.values():
        rendered = render(material)
        material.made[rendered.format] = rendered.content
        yield rendered
