"""Tests of docs/check_report.py with the document: what pdftotext reads in it."""

import runpy
from typing import Any

import pytest
from django.utils.translation import override

from progress.ledger.chain import hash_of
from reports.kinds import KIND_RULES
from reports.languages import LANGUAGES
from reports.renderers.pdf import render_pdf
from tests.reports.checking import true_snapshots as true
from tests.reports.checking.planted_errors import PLANTED_IN_TEXT
from tests.reports.checking.true_snapshots import true_snapshot
from tests.source_files import ROOT

CHECK = runpy.run_path(str(ROOT / "docs" / "check_report.py"))
SCOPES = {"member": {"member": "JP"}, "brief": {"action": "2"}}
# Each report in English and French. In the other languages, one of each kind: what a
# language changes is the same in every layout and for every audience.
REPORTS = [
    pytest.param(
        kind, layout, audience, language, id=f"{kind}-{layout}-{audience}-{language}"
    )
    for kind, rules in KIND_RULES.items()
    for layout in rules.layouts
    for audience in rules.audiences
    for language in LANGUAGES
    if language in {"en", "fr"}
    or (layout, audience) == (rules.layouts[0], rules.audiences[-1])
]

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """`read(snapshot)` returns its document as pdftotext reads it, in two ways."""
    folder = tmp_path_factory.mktemp("documents")

    def read_one(snapshot):
        path = folder / f"{hash_of(snapshot)}.pdf"
        font_dirs = true.font_dirs_for(snapshot["facts"]["language"])
        document = render_pdf(snapshot, hash_of(snapshot), font_dirs=font_dirs)
        path.write_bytes(document.content)
        return CHECK["text_of"](str(path)), CHECK["text_of"](str(path), "-layout")

    return read_one


def findings(snapshot, text, layout):
    report = CHECK["Report"](snapshot["facts"])
    return list(CHECK["wrong_document"](report, snapshot["envelope"], text, layout))


@pytest.mark.parametrize(("kind", "layout", "audience", "language"), REPORTS)
def test_every_number_and_sentence_is_in_the_document(
    kind, layout, audience, language, read
):
    with override(language):
        snapshot = true_snapshot(
            kind, layout, audience, scope=SCOPES.get(kind), language=language
        )
    assert list(CHECK["findings"](snapshot)) == []
    assert findings(snapshot, *read(snapshot)) == []


@pytest.fixture(scope="module")
def document(read):
    """A true report without withdrawals, and both texts of its document."""
    snapshot: Any = true_snapshot(change=true.few)
    text, layout = read(snapshot)
    assert findings(snapshot, text, layout) == []
    return snapshot, text, layout


@pytest.mark.parametrize("name", PLANTED_IN_TEXT)
def test_a_planted_error_in_the_document_is_found(name, document):
    snapshot, text, layout = document
    wrong = PLANTED_IN_TEXT[name](text.replace("\u200b", ""), snapshot["facts"])
    assert wrong is not None
    assert findings(snapshot, wrong, layout)


def test_another_number_in_a_sentence_is_found(document):
    snapshot, text, layout = document
    squeezed = CHECK["squeezed"]
    for block in snapshot["facts"]["summary"]:
        for sentence in block["sentences"]:
            one = squeezed(sentence["text"])
            assert findings(snapshot, squeezed(text).replace(one, ""), layout)


def test_another_number_in_any_row_of_a_table_is_found(document):
    snapshot, text, layout = document
    rows = set(CHECK["printed_rows"](CHECK["Report"](snapshot["facts"])))
    assert len(rows) > 20
    for row in rows:
        other = layout_with_another(layout, row)
        assert any(
            "no row of a table" in one for one in findings(snapshot, text, other)
        )


def layout_with_another(layout: str, row: tuple[int, ...]) -> str:
    """Return the text with one more at the end of each row of these numbers."""
    lines = []
    for line in layout.splitlines():
        words = line.split()
        is_row = tuple(words[-len(row) :]) == tuple(map(str, row))
        lines.append(f"{line}9" if is_row else line)
    return "\n".join(lines)
