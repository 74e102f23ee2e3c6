"""The sample report, typeset once, and what can be read in it."""

import pytest
from pypdf import PdfReader

from reports.renderers.pdf import RenderedPdf, render_pdf
from reports.snapshot_schema import Snapshot
from tests.reports.pdf.pdf_reading import page_texts, read
from tests.reports.sample_parts import SHA256
from tests.reports.sample_snapshot import sample_snapshot, short_snapshot


def render(snapshot: Snapshot) -> RenderedPdf:
    return render_pdf(snapshot, SHA256, font_dirs=())


@pytest.fixture(scope="session")
def snapshot() -> Snapshot:
    return sample_snapshot()


@pytest.fixture
def short() -> Snapshot:
    return short_snapshot()


@pytest.fixture(scope="session")
def rendered(snapshot: Snapshot) -> RenderedPdf:
    return render(snapshot)


@pytest.fixture(scope="session")
def reader(rendered: RenderedPdf) -> PdfReader:
    return read(rendered.content)


@pytest.fixture(scope="session")
def pages(reader: PdfReader) -> list[str]:
    return page_texts(reader)


@pytest.fixture(scope="session")
def text(pages: list[str]) -> str:
    return " ".join(pages)
