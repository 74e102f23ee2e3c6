"""The same question has the same numbers on a page, in its bars, and in every file."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from progress.positions.figures import Part, Status
from reports.renderers.html.page import render_html
from tests.reports.formats.blocks import Table
from tests.reports.formats.files import DOCUMENTS
from tests.reports.formats.sheets import read_xlsx
from tests.reports.formats.vocabulary import letters
from tests.reports.formats.workbook import SIGNS, as_text
from tests.reports.html.page_reading import Node, read_page
from tests.reports.sample_snapshot import sample_snapshot

STATUSES: tuple[Status, ...] = (
    "implemented",
    "substantial",
    "limited",
    "not_started",
    "not_applicable",
)
IN_STOCKTAKE: tuple[Part, ...] = (*STATUSES, "no_update", "not_reported")

Counts = dict[str, dict[str, int]]


def counts_in(table: Table, labels: dict[Part, str], cells: str) -> Counts:
    """Return the counts of a table that has a column for each part of the stocktake."""
    header, *rows = [[letters(cell) for cell in row] for row in table.rows] or [[]]
    parts = [letters(labels[part]) for part in IN_STOCKTAKE]
    if not {*parts, letters(cells)} <= {*header}:
        return {}
    places = {part: header.index(parts[at]) for at, part in enumerate(IN_STOCKTAKE)}
    return {
        row[0]: {part: int(row[at]) for part, at in places.items()}
        for row in rows
        if len(row) == len(header) and row[places["no_update"]].isdigit()
    }


def tables_of(name: str, content: bytes) -> Iterator[Table]:
    if name == "xlsx":
        for sheet in read_xlsx(content).values():
            rows = [[as_text(cell).lstrip(SIGNS) for cell in row] for row in sheet]
            for at in range(len(rows)):
                size = next(
                    (n for n, row in enumerate(rows[at:]) if not any(row)), None
                )
                below = rows[at : at + size] if size is not None else rows[at:]
                yield Table([[*filter(None, row)] for row in below])
    else:
        yield from DOCUMENTS[name](content).tables


def counts_of(name: str, content: bytes, facts: Any) -> Counts:
    labels, cells = facts["labels"]["parts"], facts["labels"]["cells"]
    found: Counts = {}
    for table in tables_of(name, content):
        found |= counts_in(table, labels, cells)
    return found


def drawn_in(svg: Node, total: int) -> Counter[str]:
    """Return the numbers of a bar, from how wide its parts are drawn."""
    found: Counter[str] = Counter()
    for part in svg.all("g"):
        (rect,) = part.all("rect")
        share = float(rect.attributes["width"].removesuffix("%")) / 100
        found[part.attributes["class"]] += round(share * total)
        for number in part.all("text"):
            assert int(number.text()) == round(share * total)
    assert sum(found.values()) == total
    return found


def check_bars(page: Node) -> None:
    """Check that each bar of a chart is drawn as the numbers of its table say."""
    (table,) = page.by_class("figures-table")
    (drawings,) = page.by_class("chart-bars")
    _head, *rows = table.all("tr")
    for row, svg in zip(rows, drawings.all("svg"), strict=True):
        *counts, cells = (int(cell.text()) for cell in row.by_class("number"))
        drawn = drawn_in(svg, cells)
        parts = zip(IN_STOCKTAKE, counts, strict=True)
        assert {f"mix-{part}": count for part, count in parts if count} == drawn


@pytest.mark.long
@pytest.mark.django_db
def test_pages_and_files_count_the_stocktake_alike(compiled, signed_in, observer):
    report = compiled(is_fresh=True)
    facts = report.snapshot["facts"]
    rows = facts["figures"]
    shown = [rows["overall"], *rows["actions"], *rows["sub_areas"], *rows["members"]]
    true = {letters(row["name"]): row["parts"] for row in shown}
    browser = signed_in(observer)
    found: Counts = {}
    for rows_of in ("action", "sub_area", "member"):
        chart = f"/plans/{facts['plan']['slug']}/charts/status/?by={rows_of}"
        content = browser.get(chart).content
        check_bars(read_page(content))
        found |= counts_of("html", content, facts)
    assert found == true
    # The workbook has a row of each commitment as well.
    true |= {letters(row["name"]): row["parts"] for row in rows["commitments"]}
    names = {letters(row["name"]) for row in (rows["overall"], *rows["actions"])}
    for name in ("html", "pdf", "docx", "xlsx"):
        found = counts_of(name, report.files[name], facts)
        assert found.keys() >= names, name
        assert {row: true[row] for row in found} == found, name


def test_bars_of_the_html_file_are_as_long_as_its_numbers_say():
    snapshot = sample_snapshot()
    facts = snapshot["facts"]
    page = read_page(render_html(snapshot, "d" * 64))
    figures = facts["figures"]
    rows = [*figures["actions"], figures["overall"]]
    table = page.by_id("table-mix")
    drawn = [row for row in table.all("tr") if [*row.by_class("cell-bar")]]
    assert len(drawn) == len(rows)
    for row, figure in zip(drawn, rows, strict=True):
        (svg,) = row.all("svg")
        counts = [int(cell.text()) for cell in row.by_class("number")]
        known = [figure["in_all"][status] for status in STATUSES]
        none = figure["parts"]["not_reported"]
        assert counts[:6] == [*known, none]
        found = drawn_in(svg, figure["cells"])
        for status in STATUSES:
            current = figure["parts"][status]
            assert found[f"mix-{status}"] == current
            older = figure["in_all"][status] - current
            assert found[f"mix-{status} mix-older"] == older
        assert found["mix-not_reported"] == none


def test_a_figure_says_its_numbers_in_words_and_in_a_table():
    snapshot = sample_snapshot()
    members = snapshot["facts"]["figures"]["members"]
    labels = snapshot["facts"]["labels"]["parts"]
    page = read_page(render_html(snapshot, "d" * 64))
    (figure,) = (
        one
        for one in page.all("figure")
        if snapshot["facts"]["labels"]["figure_members"] in one.words()
    )
    bars = [svg for svg in figure.all("svg") if svg.attributes.get("role") == "img"]
    assert len(bars) == len(members)
    (table,) = figure.all("table")
    header, *rows = ([*row.all("th", "td")] for row in table.all("tr"))
    for svg, row, member in zip(bars, rows, members, strict=True):
        words = svg.attributes["aria-label"]
        assert words.startswith(f"{member['name']}: ")
        said = dict(
            part.rsplit(" ", 1)
            for part in words.split(": ", 1)[1].rstrip(".").split(", ")
        )
        named = {
            head.words(): cell.words() for head, cell in zip(header, row, strict=True)
        }
        assert row[0].words() == member["name"]
        for label, count in said.items():
            assert named[label] == count
        drawn = drawn_in(svg, member["cells"])
        for status in STATUSES:
            assert drawn[f"mix-{status}"] == int(said.get(labels[status], 0))
