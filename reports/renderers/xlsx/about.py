"""The first sheet: what the report is, and how to read and check it."""

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from typing import Final, NamedTuple

from xlsxwriter.worksheet import Worksheet

from progress.sheets.row_heights import row_height
from reports.label_schema import SheetName
from reports.renderers.mark_characters import ARROWS, BALLS, TRIANGLE
from reports.renderers.marks import qr_words
from reports.renderers.punctuation import punctuation_of
from reports.renderers.qr import SCALE, qr_png, qr_side
from reports.renderers.xlsx.scores import named_sheets
from reports.renderers.xlsx.sheets import FIRST_ROW, CellKind, ReportBook

NAMES_WIDTH: Final = 34
# The side of the QR code, as high as its row.
QR_POINTS: Final = 84
POINTS_PER_PIXEL: Final = 0.75
TEXTS_WIDTH: Final = 116


class AboutRow(NamedTuple):
    """A name and what is said about it."""

    name: str
    text: str
    kind: CellKind = "text"


def add_about(report: ReportBook, names: Sequence[SheetName]) -> None:
    """Add the first sheet. `names` are those of all sheets, in order."""
    sheet = report.add_sheet("about")
    sheet.set_column(0, 0, NAMES_WIDTH)
    sheet.set_column(1, 1, TEXTS_WIDTH)
    row = _write_rows(report, sheet, FIRST_ROW, _marks(report))
    row = _write_qr(report, sheet, row)
    for caption, rows in [_sheets(report, names), *_blocks(report)]:
        report.write_caption(sheet, row + 1, caption)
        row = _write_rows(report, sheet, row + 2, rows)


def _write_rows(
    report: ReportBook, sheet: Worksheet, row: int, rows: Sequence[AboutRow]
) -> int:
    """Write rows, and return the number of the row below them."""
    for number, one in enumerate(rows, row):
        report.write(sheet, number, 0, one.name, "strong")
        report.write(sheet, number, 1, one.text, one.kind)
        texts = ((one.name, NAMES_WIDTH), (one.text, TEXTS_WIDTH))
        sheet.set_row(number, row_height(texts))
    return row + len(rows)


def _write_qr(report: ReportBook, sheet: Worksheet, row: int) -> int:
    """Write the QR code into a row of its own. Return the number of the row below."""
    address = report.envelope["verify_url"]
    if not address:
        return row
    scale = QR_POINTS / POINTS_PER_PIXEL / (qr_side(address) * SCALE)
    sheet.set_row(row, QR_POINTS)
    sheet.insert_image(
        row,
        1,
        "qr.png",
        {
            "image_data": BytesIO(qr_png(address)),
            "x_scale": scale,
            "y_scale": scale,
            "description": qr_words(report.snapshot),
        },
    )
    return row + 1


def _marks(report: ReportBook) -> list[AboutRow]:
    marks = report.marks
    hashes = {marks.snapshot_sha256, marks.facts_sha256, marks.ledger_head}
    official = {marks.plan}
    return [
        AboutRow(
            mark.label,
            mark.value,
            "hash" if mark in hashes else "official" if mark in official else "text",
        )
        for mark in marks
    ]


def _sheets(
    report: ReportBook, names: Sequence[SheetName]
) -> tuple[str, list[AboutRow]]:
    """Return the names of the other sheets with what they hold, and a caption."""
    caption = report.labels["workbook"]["sheets_heading"]
    rows = [AboutRow(report.name_of(name), report.holds(name)) for name in names[1:]]
    rows += [AboutRow(name, body.heading) for name, body in named_sheets(report)]
    return caption, rows


def _blocks(report: ReportBook) -> Iterator[tuple[str, list[AboutRow]]]:
    """Yield the other parts of the sheet that have rows, each with its caption."""
    labels = report.labels
    parts: list[tuple[str, Callable[[ReportBook], Iterator[AboutRow]]]] = [
        (labels["summary"], _summary),
        (labels["legend"], _legend),
        (labels["workbook"]["notes_heading"], _notes),
        (labels["annex"], _method),
        (labels["acronyms"], _acronyms),
        (labels["queries"], _queries),
        (labels["versions"], _versions),
    ]
    for caption, rows_of in parts:
        if rows := [*rows_of(report)]:
            yield caption, rows


def _legend(report: ReportBook) -> Iterator[AboutRow]:
    labels, compared = report.labels, report.facts["compared"]
    for part, ball in BALLS.items():
        yield AboutRow(ball, labels["parts"][part])
    if report.facts["stocktake"] is not None:
        yield AboutRow(labels["workbook"]["italics"], labels["workbook"]["older"])
    yield AboutRow(TRIANGLE, labels["at_risk"])
    if compared is not None:
        for change, arrow in ARROWS.items():
            yield AboutRow(arrow, labels["changes"][change])
        note = labels["arrows_note"].replace("{since}", compared["title"])
        yield AboutRow("", note)


def _notes(report: ReportBook) -> Iterator[AboutRow]:
    for note in report.labels["workbook"]["notes"]:
        yield AboutRow("", note)


def _summary(report: ReportBook) -> Iterator[AboutRow]:
    for block in report.facts["summary"]:
        texts = (sentence["text"] for sentence in block["sentences"])
        gap = punctuation_of(report.facts["language"]).gap
        yield AboutRow(block["heading"], gap.join(texts))


def _method(report: ReportBook) -> Iterator[AboutRow]:
    for section in report.facts["method"]:
        yield AboutRow(section["heading"], "\n".join(section["paragraphs"]))


def _acronyms(report: ReportBook) -> Iterator[AboutRow]:
    if "acronyms" in report.facts["sections"]:
        for row in report.facts["acronyms"]:
            yield AboutRow(row["acronym"], row["meaning"])


def _queries(report: ReportBook) -> Iterator[AboutRow]:
    yield AboutRow(report.labels["query"], report.envelope["query"], "hash")
    for row in report.envelope["queries"]:
        yield AboutRow(row["name"], row["query"], "hash")


def _versions(report: ReportBook) -> Iterator[AboutRow]:
    labels, versions = report.labels, report.envelope["versions"]
    yield AboutRow(labels["product"], versions["product"])
    yield AboutRow("XlsxWriter", versions["xlsxwriter"])
    yield AboutRow("zlib", versions["zlib"])
    yield AboutRow(labels["renderer"], versions["renderer_sha256"], "hash")
    source = report.facts["plan"]["source_sha256"]
    yield AboutRow(labels["plan_source"], source, "hash")
