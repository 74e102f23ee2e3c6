"""Tests of the estimate of pages, beside the pages of real documents."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from reports.renderers.length import estimated_pages
from reports.renderers.pdf import render_pdf
from tests.reports.sample_parts import SHA256
from tests.reports.sample_snapshot import sample_snapshot, with_narratives

SENTENCE = "Cooperation with partners in the region was deepened in that year. "
JAPANESE = "日本は、盗難・紛失旅券データベースへの照会をすべての空港で開始した。"
TEXTS = {
    "short": SENTENCE,
    "long": SENTENCE * 45,
    "lines": "x\n\n" * 100,
    "list": "- An item of a list\n" * 40,
    "table": "| A | B |\n|---|---|\n" + "| x | y |\n" * 40,
    "Japanese": JAPANESE * 30,
}


@pytest.mark.long
@pytest.mark.parametrize("name", TEXTS)
def test_the_estimate_is_near_the_real_number(name):
    snapshot = with_narratives(sample_snapshot(), lambda _number: TEXTS[name])
    content = render_pdf(snapshot, SHA256, font_dirs=()).content
    pages = len(PdfReader(BytesIO(content)).pages)
    assert 0.8 <= estimated_pages(snapshot["facts"]) / pages <= 1.5


def test_a_compact_report_is_estimated_shorter():
    snapshot = with_narratives(sample_snapshot(), lambda _number: SENTENCE * 100)
    full = estimated_pages(snapshot["facts"])
    snapshot["facts"]["layout"] = "compact"
    assert estimated_pages(snapshot["facts"]) < full / 5
