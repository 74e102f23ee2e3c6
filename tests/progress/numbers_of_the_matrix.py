"""Compare every number of the matrix and of its data with the reference."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from html import unescape

from tests.progress.histories import History
from tests.progress.raw_rows import PersonRow
from tests.progress.reading import CELL, cells_of, html_of, words_in
from tests.progress.reference import (
    PARTS,
    SCALE,
    STATUSES,
    Cell,
    Counts,
    Reference,
    count_cells,
)

LABELS = {
    "not_started": "Not started",
    "limited": "Limited progress",
    "substantial": "Substantial progress",
    "implemented": "Implemented",
    "not_applicable": "Not applicable",
    "no_update": "No update",
}
NAMES = {
    "CA": "Canada", "FR": "France", "DE": "Germany", "IT": "Italy", "JP": "Japan",
    "GB": "United Kingdom", "US": "United States", "EU": "European Union",
}  # fmt: skip
NO_RELEASED = "No released entry"


def labels_with(nothing: str) -> dict[str, str]:
    return {**LABELS, "not_reported": nothing}


def bars_of(html: str) -> list[dict[str, int]]:
    """Return the numbers that each bar says to a screen reader, by label."""
    said = re.findall(r'class="status-mix-bar"[^>]* aria-label="([^"]*)"', html)
    return [
        {label: int(number) for label, number in re.findall(r"([^:,]+): (\d+)", words)}
        for words in (unescape(one).replace(", ", ",") for one in said)
    ]


def bar_expected(parts: dict[str, int], nothing: str) -> dict[str, int]:
    """Return what a bar says: the parts that are not empty, by label."""
    labels = labels_with(nothing)
    return {labels[part]: number for part, number in parts.items() if number}


# ---- The page ------------------------------------------------------------------------


def check_matrix(
    browser, reference: Reference, reader: PersonRow, history, at: date | None
) -> None:
    clock = {"at": at} if at else {}
    answer = browser.get("/matrix/", clock)
    assert answer.status_code == 200
    if not reader.reads:
        assert cells_of(answer) == {}
        assert "matrix-legend" not in html_of(answer)
        assert "matrix-totals" not in html_of(answer)
        return
    now, plan = history.now, history.plan.pk
    cells = reference.cells_for_reader(reader, plan, now=now, at=at)
    stocktake = reference.in_hand(plan, at or now.date(), now)
    html = html_of(answer)
    assert (stocktake.title if stocktake else "No stocktake has opened yet") in html
    check_totals(html, reference, reader, cells, now, has_stocktake=bool(stocktake))
    check_marks(cells_of(answer), cells)
    check_drawn(CELL.findall(html), count_cells(cells))
    check_legend(browser, html, count_cells(cells), history)
    detailed = browser.get("/matrix/", {**clock, "view": "detailed"})
    check_marks(cells_of(detailed), cells)
    check_rows(html_of(detailed), cells)


def check_totals(
    html: str,
    reference: Reference,
    reader: PersonRow,
    cells: Sequence[Cell],
    now: datetime,
    *,
    has_stocktake: bool,
) -> None:
    """The table of totals, the bar above it and the bar of each column."""
    reads_all = reference.is_presidency(reader, now)
    nothing = "Not reported" if reads_all else NO_RELEASED
    columns = re.findall(r'<span class="matrix-member" aria-hidden="true">(\w+)<', html)
    by_column = {
        code: count_cells(cell for cell in cells if cell.owed.member == code)
        for code in columns
    }
    overall = count_cells(cells)
    totals = html.split('class="matrix-totals')[1].split("</section>")[0]
    expected = totals_expected(
        [overall, *by_column.values()], nothing, has_stocktake=has_stocktake
    )
    assert totals_of(totals) == expected
    assert bars_of(totals) == [bar_expected(overall.parts, nothing)]
    heads = html.split("<thead>")[1].split("</thead>")[0]
    assert bars_of(heads) == [
        bar_expected(
            counts.parts, "Not reported" if code == reader.delegation else nothing
        )
        for code, counts in by_column.items()
    ]


def totals_of(html: str) -> list[dict[str, list[int]]]:
    """Return the groups of totals: by label, all members first, then each column."""
    groups: list[dict[str, list[int]]] = []
    for body in html.split("<tbody>")[1:]:
        groups.append({})
        for row in body.split("</tbody>")[0].split("<tr")[1:]:
            if 'class="group-row"' in row:
                continue
            words = words_in(f"<tr{row}").split()
            label = " ".join(word for word in words if not word.isdigit())
            groups[-1][label] = [int(word) for word in words if word.isdigit()]
    return groups


def totals_expected(
    counts: list[Counts], nothing: str, *, has_stocktake: bool
) -> list[dict[str, list[int]]]:
    labels = labels_with(nothing)
    here = {labels[part]: [each.parts[part] for each in counts] for part in PARTS}
    at_risk = [each.at_risk for each in counts]
    if not has_stocktake:
        return [{**here, "At risk": at_risk}]
    in_all = {
        labels[status]: [each.in_all[status] for each in counts] for status in STATUSES
    }
    in_all[nothing] = here[nothing]
    in_all["At risk in all"] = [each.at_risk_in_all for each in counts]
    return [{**here, "At risk in this stocktake": at_risk}, in_all]


def check_marks(shown: dict[str, str], cells: Sequence[Cell]) -> None:
    """The words of each cell are those of its position."""
    by_name = {
        f"{NAMES[cell.owed.member]}, {cell.owed.commitment}": cell for cell in cells
    }
    assert set(shown) == set(by_name)
    for name, cell in by_name.items():
        words = shown[name]
        assert ("At risk" in words) == (
            cell.entry is not None and cell.entry.is_at_risk
        )
        if cell.entry is not None:
            assert words.startswith(LABELS[cell.entry.status].split()[0])
            assert ("no update" in words) == (cell.part == "no_update")


def check_drawn(drawn: Sequence[tuple[str, str]], counts: Counts) -> None:
    """The marks of the cells, counted by hand, are the totals."""
    colours = Counter(classes.removeprefix("cell cell-") for classes, _marks in drawn)
    assert colours == Counter(
        {
            "past" if part == "no_update" else part: number
            for part, number in counts.parts.items()
        }
    )
    assert sum('class="cell-risk"' in marks for _, marks in drawn) == (
        counts.at_risk_in_all
    )
    statuses = Counter(
        status
        for _classes, marks in drawn
        for status in re.findall(r'class="ball ball-(\w+)"', marks)
    )
    del statuses["not_reported"]
    assert statuses == Counter(counts.in_all)


def check_legend(browser, html: str, counts: Counts, history: History) -> None:
    """Each number of the legend is right, and leads to as many cells."""
    legend = html.split('class="matrix-legend"')[1].split("</div>")[0]
    found = re.findall(
        r'<li><a href="([^"]+)">(?:(?!</a>).)*<strong>(\d+)</strong> ([^<]+)</a>',
        legend,
    )
    order = [*reversed(SCALE), *PARTS[len(SCALE) :]]
    expected = [counts.parts[part] for part in order]
    expected.append(counts.at_risk_in_all)
    assert [int(number) for _, number, _ in found] == expected
    firsts = [LABELS[part].split()[0] for part in order if part != "not_reported"]
    shown = [label for _, _, label in found]
    assert [label.split()[0] for label in shown[: len(firsts)]] == firsts
    # Beside "In Latest:", a number that also counts earlier entries says so.
    has_stocktake = ":</li>" in legend
    assert shown[-1] == ("At risk in all" if has_stocktake else "At risk")
    address, number, _label = history.random.choice(found)
    narrowed = cells_of(browser.get(f"/matrix/{unescape(address)}"))
    kept = [words for words in narrowed.values() if "set aside" not in words]
    assert len(kept) == int(number)


def check_rows(html: str, cells: Sequence[Cell]) -> None:
    """Each row of the detailed view says how many are implemented."""
    found = re.findall(
        r'<span class="code">([\d.]+)</span> [^<]*</a>'
        r'<span class="small muted">(\d+) of (\d+) implemented',
        html,
    )
    of_each: dict[str, list[Cell]] = {}
    for cell in cells:
        of_each.setdefault(cell.owed.commitment, []).append(cell)
    assert {code: (int(done), int(all_)) for code, done, all_ in found} == {
        code: (count_cells(here).in_all["implemented"], len(here))
        for code, here in of_each.items()
    }


# ---- The same positions as data ------------------------------------------------------


def check_positions(browser, reference, reader, history, at: date | None) -> None:
    query = {"plan": history.plan.slug, **({"at": at} if at else {})}
    answer = browser.get("/api/v1/positions/", query)
    cells = reference.cells_for_reader(reader, history.plan.pk, now=history.now, at=at)
    slugs = {row.id: row.slug for row in reference.stocktakes.values()}
    assert {
        (row["member_commitment"]["commitment"], row["member_commitment"]["member"]): (
            row["entry"],
            row["status"],
            row["is_at_risk"],
            row["stocktake"],
        )
        for row in answer.json()["results"]
    } == {
        (cell.owed.commitment, cell.owed.member): (
            (
                str(cell.entry.id),
                cell.entry.status,
                cell.entry.is_at_risk,
                slugs[cell.entry.stocktake] if cell.entry.stocktake else None,
            )
            if cell.entry
            else (None, None, None, None)
        )
        for cell in cells
    }
