"""Tests of the cover: the first page as a picture, and the number of pages."""

import struct
from typing import Any

import pytest

from reports.formats import Format
from reports.renderers.cover import MOST_BYTES, draw_cover
from reports.renderers.pdf import render_pdf
from reports.renderers.typesetter import (
    NoLongerWantedError,
    SourceRefusedError,
    Typesetter,
    TypesetterEndedError,
)
from tests.reports.pdf.pdf_reading import read
from tests.reports.sample_parts import SHA256
from tests.reports.sample_snapshot import with_facts


def size_of(picture):
    """Return the width and the height that a PNG says it has."""
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", picture[16:24])


class FaultyTypesetter(Typesetter):
    """A typesetter that stops when it is asked for a picture."""

    def __init__(self, error):
        self.error = error

    def draw(self, *_given, **_options):
        raise self.error


def test_the_cover_is_a_small_picture_and_counts_the_pages(short):
    attached: dict[Format, bytes] = {"json": b"{}", "csv": b"row"}
    rendered = render_pdf(short, SHA256, attached=attached, font_dirs=())
    assert rendered.cover
    assert rendered.cover.pages == len(read(rendered.content).pages)
    assert size_of(rendered.cover.picture) == (397, 561)
    assert 5_000 < len(rendered.cover.picture) < MOST_BYTES


@pytest.mark.long
def test_a_document_of_one_page_is_its_own_cover(short):
    rendered = render_pdf(
        with_facts(short, kind="gaps", sections=["gaps"]), SHA256, font_dirs=()
    )
    assert rendered.cover
    assert rendered.cover.pages == 1
    assert size_of(rendered.cover.picture) == (397, 561)


@pytest.mark.long
def test_the_pages_of_a_long_report_are_counted(rendered, reader):
    assert rendered.cover.pages == len(reader.pages)


DATA: dict[str, Any] = {"facts": {"sections": [], "entries": {}}}


@pytest.mark.parametrize("error", [SourceRefusedError("no"), TypesetterEndedError()])
def test_no_report_fails_without_its_cover(error):
    pdf = b"<</Type/Pages/Count 3/Kids"
    assert draw_cover(DATA, pdf, FaultyTypesetter(error)) is None
    assert draw_cover(DATA, b"no tree of pages", FaultyTypesetter(error)) is None


def test_a_report_that_is_no_longer_wanted_stops_at_its_cover():
    with pytest.raises(NoLongerWantedError):
        draw_cover(DATA, b"/Type/Pages/Count 3", FaultyTypesetter(NoLongerWantedError))
