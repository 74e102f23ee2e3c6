"""The sheet of entries: one row for each commitment of each member."""

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

from reports.label_schema import Labels
from reports.renderers.rows import Placed, placed
from reports.renderers.xlsx.position_words import (
    change_words,
    part_of,
    risk_words,
    status_words,
)
from reports.renderers.xlsx.sheets import (
    CellKind,
    CellValue,
    ReportBook,
    SheetColumn,
)
from reports.snapshot_schema import EntryPart, EvidenceRow, Facts

NAMES: Final = 3  # code, short title and member stay in sight


class EntryColumn(NamedTuple):
    """A column of the sheet, with the name that it has in the CSV."""

    name: str
    width: float
    kind: CellKind = "text"
    # A column about what the report does not have is left out.
    needs: Literal["", "stocktake", "compared"] = ""


# Those that are printed: together they are as wide as a page allows.
PRINTED: Final = (
    EntryColumn("commitment", 8, "strong"),
    EntryColumn("short_title", 18),
    EntryColumn("member_name", 14),
    EntryColumn("status", 15),
    EntryColumn("figure", 12, needs="stocktake"),
    EntryColumn("change", 13, needs="compared"),
    EntryColumn("at_risk", 10),
    EntryColumn("as_of", 12),
    EntryColumn("narrative", 64),
    EntryColumn("next_steps", 28),
    EntryColumn("obstacles", 28),
    EntryColumn("evidence", 24),
)
OTHERS: Final = (
    EntryColumn("status_before", 20, needs="compared"),
    EntryColumn("published_at", 14),
    EntryColumn("handling", 13),
    EntryColumn("entry_language", 12),
    EntryColumn("late", 10),
    EntryColumn("correction", 12),
    EntryColumn("shows_again", 16),
    EntryColumn("unchanged_since", 14),
    EntryColumn("confirmed_at", 14),
    EntryColumn("lead_authority", 28),
    EntryColumn("target_on", 14),
    EntryColumn("is_overdue", 12),
    EntryColumn("evidence_count", 10, "number"),
    EntryColumn("entry", 38, "hash"),
    EntryColumn("content_sha256", 66, "hash"),
)


def add_entries(report: ReportBook) -> None:
    """Add the sheet of entries. Only what fits on a page is printed."""
    facts, labels = report.facts, report.labels
    headings: Mapping[str, Any] = labels["columns"]
    sheet = report.add_sheet("entries")
    printed = _columns(PRINTED, facts)
    columns = [*printed, *_columns(OTHERS, facts)]
    below = report.write_main_table(
        sheet,
        "Entries",
        [SheetColumn(headings[one.name], one.width, one.kind) for one in columns],
        (
            [cells.get(column.name) for column in columns]
            for cells in (_cells(one, labels) for one in placed(facts))
        ),
        names=NAMES,
    )
    sheet.print_area(0, 0, below - 1, len(printed) - 1)


def _columns(columns: tuple[EntryColumn, ...], facts: Facts) -> list[EntryColumn]:
    return [one for one in columns if not one.needs or facts[one.needs] is not None]


def _cells(one: Placed, labels: Labels) -> dict[str, CellValue]:
    """Return the cells of a position by column. A missing one is empty."""
    position, entry = one.position, one.entry
    figure, overdue = position["figure"], position["is_overdue"]
    return {
        "commitment": one.commitment["code"],
        "short_title": one.commitment["short_title"],
        "member_name": one.member["name"],
        "status": status_words(part_of(entry), labels),
        "figure": (labels["parts"] | {"current": labels["in_stocktake"]})[figure],
        "change": change_words(position, labels),
        "status_before": status_words(position["before"], labels),
        "lead_authority": position["lead_authority"],
        "target_on": position["target_on"],
        "is_overdue": labels["columns"]["is_overdue"] if overdue else None,
        "entry": one.key,
        **(_cells_of_entry(entry, labels) if entry else {}),
    }


def _cells_of_entry(entry: EntryPart, labels: Labels) -> dict[str, CellValue]:
    return {
        "at_risk": risk_words(entry, labels),
        "as_of": entry["as_of"],
        "narrative": entry["narrative"],
        "next_steps": entry["next_steps"],
        "obstacles": entry["obstacles"],
        "evidence": _notes(entry["evidence"]),
        "evidence_count": len(entry["evidence"]),
        "published_at": entry["published_at"],
        "handling": f"TLP:{entry['handling'].upper()}",
        "entry_language": entry["language"],
        "late": labels["late"] if entry["is_late"] else None,
        "correction": labels["correction"] if entry["is_correction"] else None,
        "shows_again": labels["shows_again"] if entry["shows_again"] else None,
        "unchanged_since": entry["unchanged_since"],
        "confirmed_at": entry["confirmed_at"],
        "content_sha256": entry["content_sha256"],
    }


def _notes(evidence: list[EvidenceRow]) -> str:
    """Return the titles of notes, with their numbers in the sheet of evidence."""
    numbered = enumerate((row["title"] for row in evidence), 1)
    return "\n".join(f"[{number}] {title}" for number, title in numbered)
