"""The documents of the sample reports, each rendered once."""

from functools import cache

import pytest
from docx.document import Document as DocxDocument

from reports.kinds import Kind, Layout, sections_of
from reports.renderers.docx import render_docx
from reports.snapshot_schema import Snapshot
from tests.reports.docx.docx_reading import opened
from tests.reports.sample_parts import SHA256
from tests.reports.sample_snapshot import (
    sample_snapshot,
    short_snapshot,
    with_facts,
)


@cache
def snapshot_of(kind: Kind = "stocktake", layout: Layout = "full") -> Snapshot:
    """The whole sample for reports of the whole plan, and one commitment for others."""
    if kind == "stocktake":
        return sample_snapshot(kind=kind, layout=layout)
    sections = sections_of(kind, layout)
    return with_facts(short_snapshot(), kind=kind, layout=layout, sections=sections)


@cache
def rendered(kind: Kind = "stocktake", layout: Layout = "full") -> bytes:
    return render_docx(snapshot_of(kind, layout), SHA256, font_dirs=())


@pytest.fixture(scope="package")
def sample() -> DocxDocument:
    """Read it, and change nothing."""
    return opened(rendered())
