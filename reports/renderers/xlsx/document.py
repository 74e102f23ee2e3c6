"""Renders the workbook of a report.

It is a pure function: the same snapshot and versions give the same bytes. Each cell is
a text, a number or a day, and none has a formula.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Final

from reports.label_schema import SheetName
from reports.renderers.xlsx.about import add_about
from reports.renderers.xlsx.changes import add_changes
from reports.renderers.xlsx.entries import add_entries
from reports.renderers.xlsx.evidence import add_evidence
from reports.renderers.xlsx.figures import add_figures
from reports.renderers.xlsx.gaps import add_gaps
from reports.renderers.xlsx.matrix import add_matrix
from reports.renderers.xlsx.scores import add_scores
from reports.renderers.xlsx.sheets import ReportBook
from reports.snapshot_schema import Facts, Snapshot

# In order, after the sheet that says what the report is.
SHEETS: Final[dict[SheetName, Callable[[ReportBook], None]]] = {
    "matrix": add_matrix,
    "entries": add_entries,
    "evidence": add_evidence,
    "figures": add_figures,
    "changes": add_changes,
    "gaps": add_gaps,
}


def render_xlsx(snapshot: Snapshot, digest: str) -> bytes:
    """Return the XLSX of a snapshot, of which `digest` is the SHA-256."""
    buffer = BytesIO()
    report = ReportBook(buffer, snapshot, digest)
    names = sheets_of(snapshot["facts"])
    add_about(report, names)
    for name in names[1:]:
        SHEETS[name](report)
    add_scores(report)
    report.book.close()
    return buffer.getvalue()


def sheets_of(facts: Facts) -> list[SheetName]:
    """Return the sheets of a report. Lists are there if it prints them."""
    left_out: set[SheetName] = set()
    if facts["compared"] is None or "changes" not in facts["sections"]:
        left_out.add("changes")
    if "gaps" not in facts["sections"]:
        left_out.add("gaps")
    return ["about", *(name for name in SHEETS if name not in left_out)]
