"""Renders a report as CSV: one row for each position, also where nothing is reported.

The CSV for machines is verbatim, with the names and values that `docs/formats.md`
describes. The CSV for people has the same rows and columns, with headings, labels and
dates as the report prints them, and with guarded texts.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, get_type_hints

import rfc8785

from progress.assessments.arithmetic import ScoreValue
from progress.positions.figures import Figure
from progress.sheets.csv_text import csv_pieces, csv_pieces_for_people
from reports.label_schema import ColumnLabels, Labels
from reports.renderers.evidence import PrintedEvidence, printed_evidence
from reports.renderers.marks import marks_of
from reports.renderers.rows import Placed, placed
from reports.renderers.scores import BodyColumn, score_columns
from reports.snapshot_schema import Envelope, Moment, ReportScope, Snapshot

# In the order in which they are written.
COLUMNS: Final = tuple(get_type_hints(ColumnLabels))
# A cell before it is written as text: a date or instant is a Moment.
Cell = str | bool | int | Moment | None


def render_csv(snapshot: Snapshot, snapshot_sha256: str) -> bytes:
    """Return the positions as CSV for machines, verbatim."""
    report = _of_report(snapshot, snapshot_sha256)
    scored = [*score_columns(snapshot["facts"])]
    rows = (
        [*(_for_machines(cells[name]) for name in COLUMNS), *_scores(row, scored)]
        for row in placed(snapshot["facts"])
        for cells in (report | _of_position(row, snapshot["envelope"]),)
    )
    names = [*COLUMNS, *(column.name for column in scored)]
    return b"".join(csv_pieces(_with_headings(names, rows)))


def render_people_csv(snapshot: Snapshot, snapshot_sha256: str) -> bytes:
    """Return the positions as CSV for people, in the language of the report."""
    labels = snapshot["facts"]["labels"]
    scored = [*score_columns(snapshot["facts"])]
    headings = [*_headings(labels), *(column.heading for column in scored)]
    report = _of_report(snapshot, snapshot_sha256)
    report |= _of_report_for_people(snapshot, snapshot_sha256)
    rows = (
        [
            *(_for_people(cells[name], labels) for name in COLUMNS),
            *(column.texts[score] for column, score in _scored(row, scored)),
        ]
        for row in placed(snapshot["facts"])
        for cells in (
            report
            | _of_position(row, snapshot["envelope"])
            | _of_position_for_people(row, snapshot),
        )
    )
    return b"".join(csv_pieces_for_people(_with_headings(headings, rows)))


def _scored(
    row: Placed, columns: Sequence[BodyColumn]
) -> Iterator[tuple[BodyColumn, ScoreValue]]:
    """Yield the score of a position by each body: empty where it has none."""
    place = row.commitment["code"], row.member["code"]
    for column in columns:
        yield column, column.scores.get(place, "")


def _scores(row: Placed, columns: Sequence[BodyColumn]) -> Iterator[str]:
    for _column, score in _scored(row, columns):
        yield score


def _headings(labels: Labels) -> list[str]:
    headings: Mapping[str, Any] = labels["columns"]
    return [headings[name] for name in COLUMNS]


def _with_headings(
    headings: list[str], rows: Iterator[list[str]]
) -> Iterator[list[str]]:
    yield headings
    yield from rows


def _for_machines(cell: Cell) -> str:
    if isinstance(cell, dict):
        return cell["iso"]
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else str(cell)


def _for_people(cell: Cell, labels: Labels) -> str:
    if isinstance(cell, dict):
        return cell["text"]
    if isinstance(cell, bool):
        return labels["yes"] if cell else labels["no"]
    return "" if cell is None else str(cell)


def _of_report(snapshot: Snapshot, snapshot_sha256: str) -> dict[str, Cell]:
    """Return the cells that are equal in every row: what the file is."""
    facts, envelope = snapshot["facts"], snapshot["envelope"]
    return {
        "report": envelope["id"],
        "code": envelope["code"],
        "plan": facts["plan"]["slug"],
        "kind": facts["kind"],
        "scope": _scope(facts["scope"]),
        "audience": facts["audience"],
        "circulation": envelope["circulation"],
        "draft_number": envelope["draft_number"],
        "language": facts["language"],
        "at": facts["at"],
        "known_at": envelope["known_at"],
        "snapshot_sha256": snapshot_sha256,
    }


def _of_report_for_people(snapshot: Snapshot, snapshot_sha256: str) -> dict[str, Cell]:
    marks = marks_of(snapshot, snapshot_sha256)
    return {
        "code": marks.code.value,
        "plan": marks.plan.value,
        "kind": marks.kind.value,
        "scope": marks.scope.value,
        "audience": marks.handling.value,
        "circulation": marks.circulation.value,
        "language": marks.language.value,
    }


def _scope(scope: ReportScope) -> str:
    """Return what the report is about: "member:JP", or nothing for the whole plan."""
    codes: Mapping[str, Any] = scope
    names = ("member", "action", "sub_area", "instrument")
    return next((f"{name}:{codes[name]}" for name in names if codes[name]), "")


def _of_position(row: Placed, envelope: Envelope) -> dict[str, Cell]:
    commitment, position = row.commitment, row.position
    return {
        "action": row.action["code"],
        "sub_area": row.sub_area["code"],
        "commitment": commitment["code"],
        "short_title": commitment["short_title"],
        "commitment_text": commitment["text"],
        "is_joint": commitment["is_joint"],
        "member": row.member["code"],
        "member_name": row.member["name"],
        "figure": position["figure"],
        "status_before": position["before"],
        "change": position["change"],
        "is_withdrawn": position["is_withdrawn"],
        "entry": row.key,
        "lead_authority": position["lead_authority"],
        "target_on": position["target_on"],
        "is_overdue": position["is_overdue"],
        "instruments": _json(commitment["instruments"]),
        **_of_entry(row, envelope),
    }


def _of_entry(row: Placed, envelope: Envelope) -> dict[str, Cell]:
    """Return the cells of the entry. They are all empty where there is none."""
    entry = row.entry
    evidence = printed_evidence(envelope, row.key, entry)
    if entry is None:
        return dict.fromkeys(COLUMNS_OF_ENTRIES)
    return {
        "status": entry["status"],
        "as_of": entry["as_of"],
        "published_at": entry["published_at"],
        "handling": entry["handling"],
        "entry_language": entry["language"],
        "narrative": entry["narrative"],
        "next_steps": entry["next_steps"],
        "obstacles": entry["obstacles"],
        "evidence_count": len(evidence),
        "evidence": _json([_evidence(item) for item in evidence]),
        "at_risk": entry["is_at_risk"],
        "late": entry["is_late"],
        "correction": entry["is_correction"],
        "shows_again": entry["shows_again"],
        "unchanged_since": entry["unchanged_since"],
        "confirmed_at": entry["confirmed_at"],
        "content_sha256": entry["content_sha256"],
    }


COLUMNS_OF_ENTRIES: Final = (
    *("status", "as_of", "published_at", "handling", "entry_language", "narrative"),
    *("next_steps", "obstacles", "evidence_count", "evidence", "at_risk", "late"),
    *("correction", "shows_again", "unchanged_since", "confirmed_at"),
    "content_sha256",
)


def _json(value: Any) -> str:
    """Return a list as canonical JSON. An empty list is an empty cell."""
    return rfc8785.dumps(value).decode() if value else ""


def _evidence(item: PrintedEvidence) -> dict[str, Any]:
    found = {"withheld": item["withheld"]} if item["withheld"] else {}
    return {
        **{name: value for name, value in item.items() if name != "withheld"},
        **found,
        "accessed_on": _for_machines(item["accessed_on"]) or None,
        "dead_since": _for_machines(item["dead_since"]) or None,
    }


def _of_position_for_people(row: Placed, snapshot: Snapshot) -> dict[str, Cell]:
    labels, position, entry = snapshot["facts"]["labels"], row.position, row.entry
    printed: dict[str, Cell] = {
        "figure": _figure(position["figure"], labels),
        "instruments": "\n".join(row.commitment["instruments"]),
    }
    if before := position["before"]:
        printed["status_before"] = labels["parts"][before]
    if change := position["change"]:
        shown = "withdrawn" if position["is_withdrawn"] else change
        printed["change"] = labels["changes"][shown]
    if entry:
        printed["status"] = labels["parts"][entry["status"]]
        printed["handling"] = f"TLP:{entry['handling'].upper()}"
        evidence = printed_evidence(snapshot["envelope"], row.key, entry)
        lines = [_evidence_line(item, labels) for item in evidence]
        printed["evidence"] = "\n".join(lines)
    return printed


def _figure(figure: Figure, labels: Labels) -> str:
    return labels["in_stocktake"] if figure == "current" else labels["parts"][figure]


def _evidence_line(item: PrintedEvidence, labels: Labels) -> str:
    """Return an item of evidence on one line, as the report names it."""
    parts = [item["title"], item["citation"], item["url"]]
    if accessed := item["accessed_on"]:
        parts.append(f"{labels['accessed_on']} {accessed['text']}")
    if dead := item["dead_since"]:
        parts.append(labels["dead_since"].replace("{since}", dead["text"]))
    if item["withheld"]:
        parts.append(item["withheld"])
    if file := item["file"]:
        parts += [file["name"], file["size"], f"SHA-256 {file['sha256']}"]
    return ", ".join(part for part in parts if part)
