"""Read each format of a report with a tool of its own, into what it tells."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.reports.formats.blocks import Document
from tests.reports.formats.docx_blocks import read_docx
from tests.reports.formats.html_blocks import read_html
from tests.reports.formats.pdf_blocks import read_pdf
from tests.reports.formats.sheets import read_csv, read_xlsx
from tests.reports.formats.told import (
    Told,
    counts_of_json,
    rows_of_json,
    told_of_document,
    told_of_rows,
    words_of,
)
from tests.reports.formats.vocabulary import WORDS
from tests.reports.formats.workbook import (
    YES_OR_NO,
    told_of_workbook,
    with_codes,
    workbook_rows,
)

FORMATS = ("json", "csv", "csv-people", "xlsx", "docx", "html", "pdf")

DOCUMENTS: dict[str, Callable[[bytes], Document]] = {
    "docx": read_docx,
    "html": read_html,
    "pdf": read_pdf,
}
# The columns of CSV, in order: docs/formats.md describes them.
COLUMN_NAMES = (
    "report code plan kind scope audience circulation draft_number language at known_at"
    " snapshot_sha256"
    " action sub_area commitment short_title commitment_text is_joint member"
    " member_name figure status status_before change is_withdrawn entry as_of"
    " published_at handling entry_language narrative next_steps obstacles"
    " evidence_count evidence at_risk late correction shows_again unchanged_since"
    " confirmed_at lead_authority target_on is_overdue content_sha256 instruments"
)
COLUMNS = COLUMN_NAMES.split()


def told_by(
    format_: str,
    files: Mapping[str, bytes],
    members: Mapping[str, str],
    language: str = "en",
) -> Told:
    """Return what the file of a format tells."""
    if format_ in DOCUMENTS:
        document = DOCUMENTS[format_](files[format_])
        return told_of_document(document, members, language)
    rows = rows_by(format_, files, members, language)
    if format_ == "json":
        told = told_of_rows(rows)
        return Told(told.positions, counts_of_json(files[format_]))
    if format_ == "xlsx":
        return told_of_workbook(read_xlsx(files[format_]), rows, language)
    return told_of_rows(rows)


def rows_by(
    format_: str,
    files: Mapping[str, bytes],
    members: Mapping[str, str],
    language: str = "en",
) -> list[dict[str, Any]]:
    """Return the positions in a file of tables, in the columns of CSV."""
    content = files[format_]
    if format_ == "json":
        return [*rows_of_json(content)]
    if format_ == "csv":
        return [
            row | {"evidence": words_of(json.loads(row["evidence"] or "[]"))}
            for row in read_csv(content)
        ]
    if format_ == "csv-people":
        return [row_of_people([*row.values()], language) for row in read_csv(content)]
    names = read_csv(files["csv-people"])[0]
    headings = dict(zip(names, COLUMNS, strict=True))
    return workbook_rows(read_xlsx(content), headings, members, language)


def row_of_people(cells: list[str], language: str) -> dict[str, Any]:
    """Return a row of the CSV for people as one of the CSV for machines."""
    words = WORDS[language]
    row: dict[str, Any] = {
        name: cell.removeprefix("'") for name, cell in zip(COLUMNS, cells, strict=True)
    }
    return with_codes(row, language) | {
        name: row[name] == words["yes"] for name in YES_OR_NO
    }
