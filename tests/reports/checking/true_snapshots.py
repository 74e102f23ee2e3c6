"""Snapshots in which everything is true, of every kind, for docs/check_report.py.

The rows are those of the sample. What follows from them is counted by the product.
"""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from progress.ledger.chain import hash_of
from progress.positions.figures import change_of, is_past_target
from reports.kinds import Kind, Layout, sections_of
from reports.renderers.fonts import FONT_DIRS, FONTS_FOR
from reports.snapshot.figures import FigureCounter, printed_cells
from reports.snapshot.summary import summary_of
from reports.snapshot.told import Told
from reports.snapshot_schema import Snapshot
from tests.reports.sample_snapshot import (
    entry,
    entry_id,
    positions_in,
    sample_snapshot,
)

Json = dict[str, Any]
# Changes a row, and returns its entry as it is then.
Change = Callable[[Json, Json | None, int], Json | None]
TABLES = {
    "matrix": ("table-matrix",),
    "mix": ("table-mix", "table-members", "table-sub-areas"),
    "changes": ("table-changes",),
    "summary": ("table-risk", "table-overdue"),
    "gaps": ("table-gaps",),
}


def font_dirs_for(language: str) -> tuple[Path, ...]:
    """Return where fonts are looked for: only where a language cannot do without."""
    return FONT_DIRS if language in FONTS_FOR else ()


def true_snapshot(
    kind: Kind = "stocktake",
    layout: Layout = "full",
    audience: str = "green",
    *,
    has_stocktake: bool = True,
    is_compared: bool = True,
    scope: dict[str, str] | None = None,
    change: Change | None = None,
    language: str = "en",
) -> Snapshot:
    """Return a snapshot whose rows were changed first, one by one."""
    snapshot: Any = sample_snapshot(font_dirs_for(language))
    facts = snapshot["facts"]
    sections = sections_of(kind, layout)
    facts.update(
        language=language,
        kind=kind,
        layout=layout,
        audience=audience,
        sections=list(sections),
    )
    facts["scope"].update(scope or {})
    facts["stocktake"] = facts["stocktake"] if has_stocktake else None
    facts["compared"] = facts["compared"] if is_compared else None
    _cut(facts)
    _change_rows(facts, change)
    _count(facts)
    _name(facts)
    snapshot["envelope"].update(_queries(facts, snapshot["envelope"]))
    dead = snapshot["envelope"]["dead_links"]
    shown = {key: dead[key] for key in facts["entries"].keys() & dead.keys()}
    snapshot["envelope"].update(dead_links=shown)
    snapshot["envelope"]["facts_sha256"] = hash_of(facts)
    return snapshot  # type: ignore[no-any-return]  # it was one before


def _cut(facts: Json) -> None:
    """Leave what is in scope, and half of the plan: that is quicker."""
    scope = facts["scope"]
    facts["actions"][0]["sub_areas"] = facts["actions"][0]["sub_areas"][:2]
    if scope["member"]:
        facts["members"] = [m for m in facts["members"] if m["code"] == scope["member"]]
    if scope["action"]:
        facts["actions"] = [a for a in facts["actions"] if a["code"] == scope["action"]]
    codes = {member["code"] for member in facts["members"]}
    for action in facts["actions"]:
        for area in action["sub_areas"]:
            for item in area["commitments"]:
                item["positions"] = [
                    row for row in item["positions"] if row["member"] in codes
                ]


def _change_rows(facts: Json, change: Change | None) -> None:
    rows: list[Any] = [
        row for action in facts["actions"] for row in positions_in(action)
    ]
    entries, shown = facts["entries"], {}
    for number, row in enumerate(rows):
        entry = deepcopy(entries.get(row["entry"]))
        if change is not None:
            entry = change(row, entry, number)
        if entry is not None and facts["audience"] == "clear":
            entry = entry if entry["handling"] == "clear" else None
        _settle(facts, row, entry)
        if entry is not None:
            shown[row["entry"]] = entry
    facts["entries"] = shown


def _settle(facts: Json, row: Json, entry: Json | None) -> None:
    """Let a row say what follows from its entry."""
    if entry is None:
        row.update(entry=None, figure="not_reported")
        if facts["audience"] != "amber":
            row.update(lead_authority="", target_on=None)
    elif facts["stocktake"] is None:
        row["figure"] = "current"
    status: Any = entry["status"] if entry else ""
    if facts["compared"] is None:
        row["before"] = ""
    is_compared = facts["compared"] is not None
    row["change"] = change_of(row["before"], status) if is_compared else ""
    row["is_withdrawn"] = row["is_withdrawn"] and row["change"] == "gone"
    target, at = row["target_on"], facts["at"]["iso"]
    day = target["iso"] if target else None
    row["is_overdue"] = is_past_target(day, status, at=at)


def _count(facts: Json) -> None:
    cells = list(printed_cells(facts["actions"], facts["entries"]))
    compared, has_stocktake = facts["compared"], facts["stocktake"] is not None
    is_compared = compared is not None
    counter = FigureCounter(cells, facts["members"], is_compared=is_compared)
    facts["figures"] = counter.figures()
    facts["lists"] = counter.lists(has_stocktake=has_stocktake)
    told = Told(
        cells=cells,
        overall=facts["figures"]["overall"],
        lists=facts["lists"],
        members=facts["members"],
        day=facts["at"]["text"],
        since=compared["title"] if compared else "",
        has_stocktake=has_stocktake,
        reads_all=facts["audience"] == "amber",
        sections=facts["sections"],
    )
    facts["summary"] = summary_of(told) if "summary" in facts["sections"] else []


def _name(facts: Json) -> None:
    """List the instruments that are named, and say what an empty position is called."""
    named: dict[str, list[str]] = {}
    for action in facts["actions"]:
        for area in action["sub_areas"]:
            for item in area["commitments"]:
                for name in item["instruments"]:
                    named.setdefault(name, []).append(item["code"])
    row = {"kind": "Body", "owner": ""}
    facts["instruments"] = [
        {"slug": name.lower(), "name": name, "commitments": codes, **row}
        for name, codes in sorted(named.items())
        if "instruments" in facts["sections"]
    ]
    is_there = "acronyms" in facts["sections"] and "ICCM" in str(facts["actions"])
    mechanism = {"acronym": "ICCM", "meaning": "A mechanism of coordination"}
    facts["acronyms"] = [mechanism] if is_there else []
    facts["method"] = facts["method"] if "method" in facts["sections"] else []
    reads_all = facts["audience"] == "amber"
    none = "Not reported" if reads_all else "No released entry"
    facts["labels"]["parts"]["not_reported"] = none


def _queries(facts: Json, envelope: Json) -> Json:
    scope = {key: value for key, value in facts["scope"].items() if key != "title"}
    about = {key: value for key, value in scope.items() if value}
    if "instrument" in about:
        about["instrument_owner"] = about.pop("instrument")

    def query(clocks: Json) -> str:
        at = {name: clocks[name]["iso"] for name in ("at", "known_at")}
        asked = {"plan": facts["plan"]["slug"], **at, "audience": facts["audience"]}
        return f"GET /api/v1/positions/?{urlencode({**asked, **about}, safe=':')}"

    now = query({**facts, **envelope})
    rows = [
        {"table": anchor, "name": anchor, "query": now}
        for section in facts["sections"]
        for anchor in TABLES.get(section, ())
    ]
    if facts["compared"] and "changes" in facts["sections"]:
        then = query(facts["compared"])
        rows.append({"table": "table-changes", "name": "then", "query": then})
    return {"query": now, "queries": rows}


# Changes of rows that bring out the sentences which the sample alone does not have.


def nothing(row: Json, _entry: Json | None, _number: int) -> None:
    """No position has an entry, now or before."""
    row["before"] = ""


def few(row: Json, entry: Json | None, number: int) -> Json | None:
    """Few positions of each kind, so that sentences name them."""
    if number % 24 == 5:
        row["before"] = "limited"
        return None
    if entry is None:
        row["before"] = ""
        return None
    row["figure"] = "no_update" if number % 60 == 7 else "current"
    statuses = {0: "not_started", 1: "implemented", 2: "not_applicable"}
    row["before"] = statuses.get(number % 70, entry["status"])
    entry["unchanged_since"] = entry["confirmed_at"] = None
    if number % 80 == 9:
        entry["unchanged_since"] = {"iso": "2016-08-01", "text": "1 August 2016"}
        entry["confirmed_at"] = {"iso": "2017-05-02", "text": "2 May 2017"}
    if number % 50:
        row["target_on"] = None
    return entry


def without(*members: str) -> Change:
    """Return a change after which these members have no entry."""

    def change(row: Json, entry: Json | None, _number: int) -> Json | None:
        if row["member"] in members:
            row["before"] = ""
            return None
        return entry

    return change


def calm(row: Json, entry: Json | None, _number: int) -> Json | None:
    """Nothing moved, nothing is at risk, late or overdue; all of an older stocktake."""
    if entry is None:
        row["before"] = ""
        return None
    row.update(before=entry["status"], figure="no_update", target_on=None)
    entry["is_at_risk"] = False
    return entry


def old(row: Json, entry: Json | None, _number: int) -> Json | None:
    """Old words in this stocktake, and all risks from before it."""
    if entry is None:
        return None
    row["figure"] = "no_update" if entry["is_at_risk"] else "current"
    entry["unchanged_since"] = {"iso": "2016-08-01", "text": "1 August 2016"}
    entry["confirmed_at"] = {"iso": "2017-05-02", "text": "2 May 2017"}
    return entry


def full(row: Json, found: Json | None, number: int) -> Json | None:
    """Every position has an entry of this stocktake, on time and in new words."""
    row.update(figure="current", entry=entry_id(number))
    words: Json = found or {**entry(number), "handling": "clear"}
    words.update(is_late=False, unchanged_since=None, confirmed_at=None)
    return words
