"""Renders the DOCX of a report: a document that a person can edit in a word processor.

Rendering is a pure function: the same snapshot gives the same bytes. Each section of
the report has a module, as it has a template in the PDF.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from reports.renderers.docx.annex import acronyms, entries, instruments, method
from reports.renderers.docx.changes import changes, risks
from reports.renderers.docx.commitments import commitments_section
from reports.renderers.docx.contents import MOST_LEVELS, contents
from reports.renderers.docx.figures import mix
from reports.renderers.docx.gaps import gaps, gaps_table
from reports.renderers.docx.matrix import matrix
from reports.renderers.docx.package import (
    Pages,
    empty_document,
    saved,
    set_properties,
)
from reports.renderers.docx.pictures import drawn_pictures
from reports.renderers.docx.scores import scores
from reports.renderers.docx.story import Story
from reports.renderers.docx.summary import summary
from reports.renderers.docx.title import title_page
from reports.renderers.fonts import FONT_DIRS
from reports.renderers.outline import (
    PrintedSection,
    has_long_contents,
    section_before_risks,
)
from reports.snapshot_schema import Snapshot

SECTIONS: Final[dict[PrintedSection, Callable[[Story], None]]] = {
    "summary": summary,
    "matrix": matrix,
    "mix": mix,
    "changes": changes,
    "commitments": commitments_section,
    "scores": scores,
    "gaps": gaps,
    "instruments": instruments,
    "entries": entries,
    "acronyms": acronyms,
    "method": method,
}
# Their tables are too wide for an upright page.
WIDE: Final[frozenset[PrintedSection]] = frozenset({"matrix", "mix", "scores"})


def render_docx(
    snapshot: Snapshot, snapshot_sha256: str, *, font_dirs: Sequence[Path] = FONT_DIRS
) -> bytes:
    """Return the DOCX of a snapshot. Raises FontsDifferError with the font's name."""
    document = empty_document(snapshot["facts"]["language"])
    pictures = drawn_pictures(snapshot, font_dirs)
    story = Story(snapshot, snapshot_sha256, document.part, pictures)
    pages = Pages(story)
    title_page(story)
    after_title = len(story.blocks)
    if story.facts["sections"] == ["gaps"]:
        gaps_table(story)
    else:
        _write_sections(story, pages)
        levels = MOST_LEVELS if has_long_contents(story.facts) else 1
        story.blocks[after_title:after_title] = contents(story, levels=levels)
    body = document.element.body
    body.extend(story.blocks)
    body.append(pages.layout(is_wide=False))
    set_properties(document, snapshot)
    return saved(document)


def _write_sections(story: Story, pages: Pages) -> None:
    """Write the sections of the kind. Wide ones are on pages that lie on their side."""
    before_risks = section_before_risks(story.facts)
    is_wide = False
    for name in story.sections:
        if (name in WIDE) != is_wide:
            story.end_pages(pages.layout(is_wide=is_wide))
            is_wide = not is_wide
        SECTIONS[name](story)
        if name == before_risks:
            if is_wide:
                story.end_pages(pages.layout(is_wide=True))
                is_wide = False
            risks(story)
    if is_wide:
        story.end_pages(pages.layout(is_wide=True))
