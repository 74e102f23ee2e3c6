"""The formats of a report: how each file is named and sent. One table.

Every report has a file in every format. `reports.renderers.documents` makes them.
"""

from dataclasses import dataclass
from typing import Final, Literal

Format = Literal["pdf", "docx", "xlsx", "html", "csv-people", "csv", "json"]


@dataclass(frozen=True)
class FormatRule:
    """How the file of one format is named and sent."""

    ending: str
    content_type: str


# In the order in which the files are offered. The model has the labels.
FORMAT_RULES: Final[dict[Format, FormatRule]] = {
    "pdf": FormatRule("pdf", "application/pdf"),
    "docx": FormatRule(
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "xlsx": FormatRule(
        "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
    "html": FormatRule("html", "text/html; charset=utf-8"),
    "csv-people": FormatRule("people.csv", "text/csv; charset=utf-8"),
    "csv": FormatRule("csv", "text/csv; charset=utf-8"),
    "json": FormatRule("json", "application/json"),
}
