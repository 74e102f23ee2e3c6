"""The table of contents, with its entries filled in.

Word fills a field of its own only when it is asked to. So the entries are written here,
without page numbers, and the field is marked for an update: Word adds the numbers when
the document is opened.
"""

from reports.renderers.docx.elements import (
    Block,
    Element,
    field_code,
    field_mark,
    link_inside,
    paragraph,
    run,
)
from reports.renderers.docx.story import ListedHeading, Story

MOST_LEVELS = 4


def contents(story: Story, *, levels: int) -> list[Element]:
    """Return the heading and the entries, for headings of so many levels."""
    title = paragraph(
        "TOCHeading", [run(story.labels["contents"])], Block(is_on_new_page=True)
    )
    listed = [heading for heading in story.headings if heading.level <= levels]
    entries = [_entry(heading) for heading in listed]
    if entries:
        start = [
            field_mark("begin", is_dirty=True),
            field_code(f'TOC \\o "1-{levels}" \\h \\z'),
            field_mark("separate"),
        ]
        for place, part in enumerate(start, start=1):
            entries[0].insert(place, part)
        entries[-1].append(field_mark("end"))
    return [title, *entries]


def _entry(heading: ListedHeading) -> Element:
    link = link_inside(heading.anchor, [run(heading.text)])
    return paragraph(f"TOC{heading.level}", [link])
