"""Check the figures of a table: python3 check_scores.py SCORES.csv [FIGURES.json …]

You need only Python 3.10 or newer. SCORES.csv is the download of a score table, in any
language, or the table's assessments from the API as CSV. The script works out every
average, percentage and rank again from the cells, in exact fractions. It compares them
with those that the download prints below and beside the cells. A FIGURES.json is an
answer of the API, or the JSON file of a report: the figures of the same table in it are
compared too. It prints what is wrong, in sentences, and then exits with 1.
"""

import argparse
import csv
import json
import re
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

SCORES = {"+1": 1, "1": 1, "0": 0, "-1": -1}
# The columns before the members, and those after them.
CODES, FIGURES = 4, 4
# The counts of a JSON file that are in averages.
COUNTED = ("full_compliance", "partial_compliance", "no_compliance")
MINUS, DASH = "\N{MINUS SIGN}", "\N{EN DASH}"


class Cell(NamedTuple):
    """One score. None is a cell that does not count: blank, or not applicable."""

    commitment: str
    member: str
    action: str
    area: str
    points: int | None


class Printed(NamedTuple):
    """A figure as a file has it: empty without one, None where nothing is printed."""

    place: str
    average: str
    percentage: str | None
    rank: str | None
    scored: str | None


class Average(NamedTuple):
    """An average of some cells, or of other averages. None without any."""

    exact: Fraction | None
    of: int

    @property
    def decimal(self) -> str:
        """Two decimals, half away from zero."""
        if self.exact is None:
            return ""
        whole = int(abs(self.exact) * 100 + Fraction(1, 2))
        sign = "-" if self.exact < 0 and whole else ""
        return f"{sign}{whole // 100}.{whole % 100:02}"

    @property
    def percentage(self) -> str:
        """Of the exact average, half up."""
        if self.exact is None:
            return ""
        return str(int((self.exact + 1) * 50 + Fraction(1, 2)))


Averages = dict[str, Average]


class ScoreTable:
    """The cells of a table, and all that follows from them."""

    def __init__(self, cells: list[Cell], members: list[str]) -> None:
        self.cells = cells
        self.member_codes = members
        self.members = self.averages(lambda cell: cell.member)
        self.commitments = self.averages(lambda cell: cell.commitment)
        self.areas = self.averages(lambda cell: cell.area)
        self.actions = self.averages(lambda cell: cell.action)
        self.members_in_areas = {
            area: self.averages(lambda cell: cell.member, area) for area in self.areas
        }
        self.means = {
            "cells": self.averages(lambda _cell: "")[""],
            "commitments": mean(self.commitments),
            "members": mean(self.members),
        }

    def averages(self, name_of: Callable[[Cell], str], area: str = "") -> Averages:
        found: dict[str, list[int]] = {}
        for cell in self.cells:
            if area in ("", cell.area):
                counted = found.setdefault(name_of(cell), [])
                counted += [] if cell.points is None else [cell.points]
        return {
            name: Average(Fraction(sum(each), len(each)) if each else None, len(each))
            for name, each in found.items()
        }

    def kinds(self) -> dict[str, Averages]:
        return {
            "members": self.members,
            "commitments": self.commitments,
            "areas": self.areas,
            "actions": self.actions,
        }


def mean(averages: Averages) -> Average:
    known = [each.exact for each in averages.values() if each.exact is not None]
    total = sum(known, Fraction())
    return Average(total / len(known) if known else None, len(known))


def ranks(averages: Averages) -> dict[str, str]:
    """Dense ranks of the exact averages; empty without an average."""
    known = {each.exact for each in averages.values() if each.exact is not None}
    order = sorted(known, reverse=True)
    return {
        name: "" if each.exact is None else str(order.index(each.exact) + 1)
        for name, each in averages.items()
    }


# ---- Reading the files --------------------------------------------------------------


def plain(text: str) -> str:
    """Return a cell as it is meant: without its guard, with a plain sign and point."""
    text = text.removeprefix("'").replace(MINUS, "-").strip()
    return "" if text == DASH else text


def number(text: str) -> str:
    return plain(text).replace(",", ".")


def whole(text: str) -> str:
    return re.sub(r"[\s%]", "", plain(text))


def points_of(text: str, place: str, other: set[str]) -> int | None:
    """Return a score. The one word that is no number is "not applicable"."""
    text = plain(text)
    if text in SCORES or not text:
        return SCORES.get(text)
    other.add(text)
    if len(other) > 1 or not any(sign.isalpha() for sign in text):
        sys.exit(f"{place}: “{text}” is no score.")
    return None


def read_csv(path: str) -> tuple[ScoreTable, list[Printed], str]:
    """Return the table, the figures that its file prints, and what the file says."""
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    names = [name.rpartition(".")[2] for name in rows[0]]
    if {"commitment", "member", "score"} <= set(names):
        return read_list(names, rows[1:]), [], ""
    start = next((place for place, row in enumerate(rows) if not any(row)), -1)
    about = "\n".join(" ".join(row) for row in rows[:start])
    headings, body = rows[start + 1], rows[start + 2 :]
    end = len(headings) - FIGURES
    members = [code_of(heading) for heading in headings[CODES:end]]
    if not any(row for row in body if not any(row[:3])):
        sys.exit("This file has no figures to check.")
    other: set[str] = set()
    cells = [
        Cell(row[2], member, row[0], row[1] or row[0], points_of(text, row[2], other))
        for row in body
        if row[2]
        for member, text in zip(members, row[CODES:end], strict=True)
    ]
    return ScoreTable(cells, members), list(printed(body, members)), about


def code_of(heading: str) -> str:
    found = re.search(r"[(\uff08]([A-Z]{2})[)\uff09]\s*$", heading)
    return found[1] if found else heading


def read_list(names: list[str], rows: list[list[str]]) -> ScoreTable:
    """Return the table from the API's list of assessments."""
    other: set[str] = set()
    cells = []
    for row in rows:
        named = dict(zip(names, row, strict=True))
        code, member = named["commitment"], named["member"]
        action, _dot, _rest = code.partition(".")
        area = code.rpartition(".")[0]
        points = points_of(named["score"], f"{code} of {member}", other)
        cells.append(Cell(code, member, action, area, points))
    if len({(cell.commitment, cell.member) for cell in cells}) < len(cells):
        sys.exit("This list has a cell twice. Ask the API for one table only.")
    return ScoreTable(cells, list(dict.fromkeys(cell.member for cell in cells)))


def printed(body: list[list[str]], members: list[str]) -> Iterator[Printed]:
    """Yield the figures of a download, with the place of each."""
    end = CODES + len(members)
    below = [row for row in body if not any(row[:3])]
    for row in body:
        place, averages = place_of(row), row[CODES:end]
        if place:
            yield figure(place, row[end:])
        if not place or row[2] or not any(averages):
            continue
        # The row of an area, which can be an action.
        area = row[1] or row[0]
        if place != f"areas {area}":
            yield figure(f"areas {area}", row[end:])
        for member, text in zip(members, averages, strict=True):
            place = f"members_in_areas {area} {member}"
            yield Printed(place, number(text), None, None, None)
    lines = [row[CODES:end] for row in below[:4]]
    for member, *texts in zip(members, *lines, strict=True):
        average, percentage, rank, scored = texts
        yield figure(f"members {member}", [average, percentage, rank, scored])
    for name, row in zip(("cells", "commitments", "members"), below[4:], strict=True):
        yield figure(f"means {name}", row[end:])


def place_of(row: list[str]) -> str:
    """Return what a row is of; empty for the rows below the table."""
    if row[2]:
        return f"commitments {row[2]}"
    if row[1]:
        return f"areas {row[1]}"
    return f"actions {row[0]}" if row[0] else ""


def figure(place: str, texts: list[str]) -> Printed:
    average, percentage, rank, scored = texts
    return Printed(
        place, number(average), whole(percentage), plain(rank), plain(scored)
    )


# ---- Comparing ----------------------------------------------------------------------


def expected(table: ScoreTable) -> dict[str, tuple[Average, str]]:
    """Return each figure with its rank, by its place."""
    found: dict[str, tuple[Average, str]] = {}
    for kind, averages in table.kinds().items():
        # An action without sub-areas is ranked among the areas.
        ranked = ranks(table.areas if kind == "actions" else averages)
        for name, average in averages.items():
            found[f"{kind} {name}"] = average, ranked.get(name, "")
    for area, averages in table.members_in_areas.items():
        ranked = ranks(averages)
        for name, average in averages.items():
            found[f"members_in_areas {area} {name}"] = average, ranked[name]
    return found | {f"means {name}": (each, "") for name, each in table.means.items()}


def differences(known: dict[str, tuple[Average, str]], found: Printed) -> Iterator[str]:
    if found.place not in known:
        yield f"{found.place}: there is no such figure"
        return
    average, rank = known[found.place]
    for label, text, right in (
        ("average", found.average, average.decimal),
        ("percentage", found.percentage, average.percentage),
        ("rank", found.rank, rank),
        ("number of scores", found.scored, str(average.of)),
    ):
        if text is not None and text != right:
            found_text = text or "none"
            yield f"{found.place}: the {label} is {right or 'none'}, not {found_text}"


def figures_in(data: Any, about: str) -> Iterator[dict[str, Any]]:
    """Yield the figures in a JSON file that are of this table."""
    if isinstance(data, dict):
        own = str(data.get("id") or data.get("table") or "")
        figures = data.get("figures")
        if (
            isinstance(figures, dict)
            and "means" in figures
            and (own in about or not about)
        ):
            yield figures
        for each in data.values():
            yield from figures_in(each, about)
    elif isinstance(data, list):
        for each in data:
            yield from figures_in(each, about)


def printed_in(figures: dict[str, Any]) -> Iterator[Printed]:
    """Yield the figures of a JSON file."""
    for each in figures["members"]:
        yield of_data(f"members {each['member']}", each)
    for each in figures["commitments"]:
        yield of_data(f"commitments {each['commitment']}", each)
    for area in figures["areas"]:
        yield of_data(f"areas {area['area']}", area)
        for each in area["members"]:
            yield of_data(f"members_in_areas {area['area']} {each['member']}", each)
    for each in figures["means"]:
        yield of_data(f"means {each['name']}", each)


def of_data(place: str, data: dict[str, Any]) -> Printed:
    """Return one figure of a JSON file. Its exact fraction must be its average."""
    named = ("average", "percentage", "rank")
    average, percent, rank = (as_text(data.get(name)) for name in named)
    counts = data.get("counts", {})
    scored = data.get("of", sum(counts.get(name, 0) for name in COUNTED))
    if average and average != Average(fraction_of(data), 0).decimal:
        average += " (another fraction)"
    is_ranked = "rank" in data
    return Printed(place, average, percent, rank if is_ranked else None, str(scored))


def fraction_of(data: dict[str, Any]) -> Fraction:
    return Fraction(data["numerator"], data["denominator"])


def as_text(value: Any) -> str:
    return "" if value is None else str(value)


def main(arguments: argparse.Namespace) -> None:
    table, found, about = read_csv(arguments.scores)
    known = expected(table)
    for path in arguments.figures:
        data = json.loads(Path(path).read_text("utf-8"))
        in_file = list(figures_in(data, about))
        if not in_file:
            sys.exit(f"{path} has no figures of this table.")
        found += [each for figures in in_file for each in printed_in(figures)]
    if not found:
        sys.exit("This list has no figures. Name a JSON file to compare with.")
    # A JSON file has no figures of actions that have sub-areas.
    missing = known.keys() - {each.place for each in found}
    missing -= {place for place in missing if place.startswith("actions ")}
    wrong = [text for each in found for text in differences(known, each)]
    wrong += [f"{place}: the figure is missing" for place in sorted(missing)]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{len(table.cells)} cells, {len(found)} figures checked")
    sys.exit(f"Not true: {len(wrong)} findings." if wrong else None)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scores", metavar="SCORES.csv")
    parser.add_argument("figures", metavar="FIGURES.json", nargs="*")
    main(parser.parse_args())
