"""Tests that the formats for readers have the same chapters and headings."""

from io import BytesIO

import pytest
from docx import Document

from reports.renderers.docx import render_docx
from reports.renderers.html.page import render_html
from tests.reports.conftest import render
from tests.reports.html.page_reading import DIGEST, read_page
from tests.reports.pdf.pdf_reading import bookmarks, read
from tests.reports.sample_snapshot import with_changes_in, without_entries

SHAPES = {
    "whole": lambda snapshot: snapshot,
    "without entries": without_entries,
    "changes in one action": lambda snapshot: with_changes_in(snapshot, 1),
    "no changes": lambda snapshot: with_changes_in(snapshot, 0),
}


@pytest.mark.long
@pytest.mark.parametrize("shape", SHAPES)
def test_pdf_document_and_page_have_the_same_headings(snapshot, shape):
    shaped = SHAPES[shape](snapshot)
    printed = [title for _depth, title in bookmarks(read(render(shaped).content))]
    document = Document(BytesIO(render_docx(shaped, DIGEST, font_dirs=())))
    assert printed == [
        paragraph.text
        for paragraph in document.paragraphs
        if paragraph.style is not None
        and (paragraph.style.name or "").startswith("Heading")
    ]
    page = read_page(render_html(shaped, DIGEST))
    chapters = [node.words() for node in page.all("h2")]
    assert set(chapters) - {shaped["facts"]["labels"]["contents"]} <= {*printed}
    titles = [node.words() for node in page.all("h2", "h3", "h4", "h5", "h6")]
    assert [title for title in titles if title in {*printed}] == printed
