"""A realistic snapshot, made without a database: 28 commitments by eight members.

What a renderer needs is varied: statuses, lengths, languages, marks and flags.
"""

import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Literal, TypedDict, cast

from progress.ledger.chain import hash_of
from progress.positions.figures import STATUSES, Figure, Status, change_of
from reports.kinds import Kind, Layout, sections_of
from reports.labels import labels
from reports.renderers.versions import current_versions
from reports.snapshot.figures import FigureCounter, printed_cells
from reports.snapshot.summary import summary_of
from reports.snapshot.told import Told
from reports.snapshot_schema import (
    SCHEMA_VERSION,
    ActionRow,
    CommitmentRow,
    EntryPart,
    Envelope,
    EvidenceKind,
    EvidenceRow,
    Facts,
    FiguresPart,
    Lists,
    MemberRow,
    Moment,
    PositionRow,
    Snapshot,
    SummaryBlock,
)
from tests.reports.sample_parts import (
    COMPARED,
    INSTRUMENTS,
    MEMBERS,
    METHOD,
    NO_SCOPE,
    PLAN,
    SHA256,
    STOCKTAKE,
    moment,
)
from tests.reports.sample_texts import NARRATIVES

PLAN_TEXT = Path(__file__).parents[2] / "fixtures" / "ise-shima-2016-ct-action-plan.txt"
BODIES = ("INTERPOL", "ICAO", "FATF", "UNESCO", "GCERF", "World Customs Organization")


def read_actions(source: str) -> list[ActionRow]:
    """Actions, sub-areas and bullets; a bullet goes on until its full stop."""
    actions: list[ActionRow] = []
    for line in filter(None, (line.strip() for line in source.splitlines())):
        if match := re.match(r"Action (\d): ", line):
            title = line.partition(": ")[2]
            actions.append(
                {"code": match[1], "heading": line, "title": title, "sub_areas": []}
            )
        elif actions:
            read_line(actions[-1], line)
    return actions


def read_line(action: ActionRow, line: str) -> None:
    areas = action["sub_areas"]
    commitments = areas[-1]["commitments"] if areas else []
    if line.startswith("- "):
        if not areas:
            areas.append({"code": "", "title": "", "commitments": commitments})
        prefix = areas[-1]["code"] or action["code"]
        commitments.append(commitment(f"{prefix}.{len(commitments) + 1}", line[2:]))
    elif commitments and not commitments[-1]["text"].endswith("."):
        commitments[-1]["text"] += f" {line}"
    else:
        code = f"{action['code']}.{len(areas) + 1}"
        areas.append({"code": code, "title": line, "commitments": []})


def commitment(code: str, text: str) -> CommitmentRow:
    return {
        "code": code,
        "short_title": f"Short title of {code}",
        "text": text,
        "is_joint": "jointly" in text,
        "instruments": [body for body in BODIES if body in text],
        "positions": [],
    }


BEFORE: tuple[Status | Literal[""], ...] = (*STATUSES, "")


def entry_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def position(number: int, member: MemberRow) -> PositionRow:
    """Equal numbers give equal results; a few dozen numbers give every kind."""
    kinds: tuple[Figure, ...] = (*("current",) * 9, "no_update", "not_reported")
    figure = kinds[number * 7 % 11]
    is_released = figure != "not_reported"
    is_due = is_released and not number % 4
    status: Status | Literal[""] = entry(number)["status"] if is_released else ""
    before = BEFORE[number * 3 % 17 % 6]
    is_open = status not in {"implemented", "not_applicable"}
    change = change_of(before, status)
    return {
        "member": member["code"],
        "figure": figure,
        "entry": entry_id(number) if is_released else None,
        "before": before,
        "change": change,
        "is_withdrawn": change == "gone" and not number % 2,
        "lead_authority": "Ministry of the Interior"
        if number % 3 and is_released
        else "",
        "target_on": moment("2016-12-31", "31 December 2016") if is_due else None,
        "is_overdue": is_due and is_open,
    }


def entry(number: int) -> EntryPart:
    return {
        "status": (*STATUSES[:4] * 3, "substantial", "not_applicable")[number * 5 % 14],
        "as_of": moment("2017-04-30", "30 April 2017"),
        "published_at": moment("2017-05-12", "12 May 2017"),
        "handling": "green" if not number % 13 else "clear",
        "language": "",
        "narrative": NARRATIVES[number % len(NARRATIVES)],
        "next_steps": "Extend the arrangement to seaports." if not number % 2 else "",
        "obstacles": "Connectivity at two land borders." if not number % 5 else "",
        "evidence": EVIDENCE[: number % 3],
        "is_at_risk": not number % 12,
        "is_late": not number % 17,
        "is_correction": not number % 19,
        "shows_again": not number % 23,
        "unchanged_since": None if number % 29 else moment("2016-08-01", "1 Aug 2016"),
        "confirmed_at": None if number % 29 else moment("2017-05-02", "2 May 2017"),
        "content_sha256": sha256(str(number).encode()).hexdigest(),
    }


READ = moment("2017-05-02", "2 May 2017")
ADDRESS = "https://www.example.org/reports/2017/counter-terrorism.html"
SOURCES: list[tuple[EvidenceKind, str, str, Moment | None, str]] = [
    ("link", "National report 2017", ADDRESS, READ, ""),
    ("citation", "Annual report to Parliament", "", None, "Cm 9420, chapter 4"),
]
EVIDENCE = [
    EvidenceRow(
        kind=kind,
        title=title,
        url=url,
        accessed_on=on,
        citation=at,
        file=None,
    )
    for kind, title, url, on, at in SOURCES
]


def positions_in(action: ActionRow) -> list[PositionRow]:
    return [
        row
        for area in action["sub_areas"]
        for item in area["commitments"]
        for row in item["positions"]
    ]


def sample_snapshot(
    font_dirs: Sequence[Path] = (), kind: Kind = "stocktake", layout: Layout = "full"
) -> Snapshot:
    """All 28 commitments by eight members, set in the fonts found in these folders."""
    actions = read_actions(PLAN_TEXT.read_text())
    items = [
        item
        for action in actions
        for area in action["sub_areas"]
        for item in area["commitments"]
    ]
    for row, item in enumerate(items):
        item["positions"] = [
            position(row * len(MEMBERS) + column, member)
            for column, member in enumerate(MEMBERS)
        ]
    facts = facts_of(actions, shown_entries(actions), kind, layout)
    envelope = envelope_of(facts, font_dirs)
    return {"schema": SCHEMA_VERSION, "facts": facts, "envelope": envelope}


def shown_entries(actions: list[ActionRow]) -> dict[str, EntryPart]:
    shown = (row["entry"] for action in actions for row in positions_in(action))
    return {key: entry(int(key[-12:])) for key in shown if key}


def facts_of(
    actions: list[ActionRow],
    entries: dict[str, EntryPart],
    kind: Kind = "stocktake",
    layout: Layout = "full",
) -> Facts:
    part = counted(actions, entries)
    return {
        "kind": kind,
        "layout": layout,
        "title": "Stocktake report",
        "language": "en",
        "language_name": "English",
        "audience": "green",
        "audience_statement": "All delegations, observers, assessors and partner "
        "systems with that right.",
        "scope": NO_SCOPE.copy(),
        "plan": deepcopy(PLAN),
        "stocktake": deepcopy(STOCKTAKE),
        "at": moment("2017-05-20", "20 May 2017"),
        "compared": deepcopy(COMPARED),
        "sections": sections_of(kind, layout),
        "labels": labels(reads_all=False),
        "members": deepcopy(MEMBERS),
        "actions": part["actions"],
        "entries": part["entries"],
        "figures": part["figures"],
        "lists": part["lists"],
        "summary": part["summary"],
        "instruments": deepcopy(INSTRUMENTS),
        "acronyms": [{"acronym": "PNR", "meaning": "Passenger name record"}],
        "method": deepcopy(METHOD),
    }


class CountedFacts(TypedDict):
    """What follows from the rows and their entries."""

    actions: list[ActionRow]
    entries: dict[str, EntryPart]
    figures: FiguresPart
    lists: Lists
    summary: list[SummaryBlock]


def counted(
    actions: list[ActionRow],
    entries: dict[str, EntryPart],
    members: Sequence[MemberRow] = MEMBERS,
    *,
    reads_all: bool = False,
) -> CountedFacts:
    cells = list(printed_cells(actions, entries))
    counter = FigureCounter(cells, [*members], is_compared=True)
    figures, lists = counter.figures(), counter.lists(has_stocktake=True)
    told = Told(
        cells=cells,
        overall=figures["overall"],
        lists=lists,
        members=[*members],
        day="20 May 2017",
        since="the stocktake “Autumn 2016”",
        has_stocktake=True,
        reads_all=reads_all,
        sections=sections_of("stocktake", "full"),
    )
    return {
        "actions": actions,
        "entries": entries,
        "figures": figures,
        "lists": lists,
        "summary": summary_of(told),
    }


CODE = "0123456789ABCDEF"


def envelope_of(facts: Facts, font_dirs: Sequence[Path]) -> Envelope:
    return {
        "id": "5b2f6c9e-0d5e-4a52-9d53-0f1f7b1d2c11",
        "code": CODE,
        "verify_url": f"https://g7.example/verify/#{CODE}",
        "facts_sha256": hash_of(facts),
        "circulation": "none",
        "draft_number": 2,
        "final_of": "",
        "issuer": "Presidency: Italy",
        "known_at": moment("2017-05-20T12:00:05Z", "20 May 2017, 12:00:05 UTC"),
        "requested_at": moment("2017-05-20T12:03:20Z", "20 May 2017, 12:03:20 UTC"),
        "is_illustrative": True,
        "ledger_head": SHA256[::-1],
        "ledger_head_at": moment("2017-05-20T00:05:00Z", "20 May 2017, 00:05:00 UTC"),
        "dead_links": {
            key: [{"number": 1, "since": moment("2017-05-09", "9 May 2017")}]
            for key, one in facts["entries"].items()
            if one["evidence"]
        },
        "query": "GET /api/v1/positions/?plan=ise-shima-2016-ct&at=2017-05-20",
        "queries": [
            {
                "table": "table-mix",
                "name": "Status by action",
                "query": "GET /api/v1/positions/?plan=ise-shima-2016-ct&at=2017-05-20",
            }
        ],
        "versions": current_versions(product="0.1.0", font_dirs=font_dirs),
    }


def with_facts(snapshot: Snapshot, **changes: object) -> Snapshot:
    return cast("Snapshot", {**snapshot, "facts": {**snapshot["facts"], **changes}})


def with_envelope(snapshot: Snapshot, **changes: object) -> Snapshot:
    envelope = {**snapshot["envelope"], **changes}
    return cast("Snapshot", {**snapshot, "envelope": envelope})


def with_actions(snapshot: Snapshot, actions: list[ActionRow]) -> Snapshot:
    shown = {row["entry"] for action in actions for row in positions_in(action)}
    entries = {
        key: part for key, part in snapshot["facts"]["entries"].items() if key in shown
    }
    members = snapshot["facts"]["members"]
    return with_facts(snapshot, **counted(actions, entries, members))


def short_snapshot(font_dirs: Sequence[Path] = ()) -> Snapshot:
    """The first commitment alone: renders in a tenth of the time."""
    snapshot = sample_snapshot(font_dirs)
    first = snapshot["facts"]["actions"][0]
    return with_actions(snapshot, [{**first, "sub_areas": first["sub_areas"][:1]}])


def with_narratives(snapshot: Snapshot, text: Callable[[int], str]) -> Snapshot:
    """The same with an entry in every position, of which `text` gives the narrative."""
    actions = deepcopy(snapshot["facts"]["actions"])
    rows = [row for action in actions for row in positions_in(action)]
    entries: dict[str, EntryPart] = {}
    for number, row in enumerate(rows):
        row["figure"], row["entry"] = "current", entry_id(number)
        entries[entry_id(number)] = {**entry(number), "narrative": text(number)}
        row["change"] = change_of(row["before"], entry(number)["status"])
        row["is_overdue"] = row["is_withdrawn"] = False
    members = snapshot["facts"]["members"]
    return with_facts(snapshot, **counted(actions, entries, members))


def without_entries(snapshot: Snapshot) -> Snapshot:
    for action in (actions := deepcopy(snapshot["facts"]["actions"])):
        for row in positions_in(action):
            row["figure"], row["entry"] = "not_reported", None
            row["lead_authority"], row["target_on"] = "", None
            row["before"], row["change"] = "", ""
            row["is_overdue"] = row["is_withdrawn"] = False
    return with_actions(snapshot, actions)


def with_changes_in(snapshot: Snapshot, changed_actions: int) -> Snapshot:
    """A report of changes in which only the first so many actions have any."""
    actions = deepcopy(snapshot["facts"]["actions"])
    for action in actions[changed_actions:]:
        for row in positions_in(action):
            row["before"], row["change"], row["is_withdrawn"] = "", "same", False
    return with_facts(with_actions(snapshot, actions), kind="changes")


def commitments_of(snapshot: Snapshot) -> list[CommitmentRow]:
    return [
        item
        for action in snapshot["facts"]["actions"]
        for area in action["sub_areas"]
        for item in area["commitments"]
    ]


def printed_entries(snapshot: Snapshot) -> list[EntryPart]:
    """The entries in the order in which they are printed."""
    rows = [row for one in commitments_of(snapshot) for row in one["positions"]]
    return [snapshot["facts"]["entries"][row["entry"]] for row in rows if row["entry"]]


def with_versions(snapshot: Snapshot, **changes: object) -> Snapshot:
    versions = {**snapshot["envelope"]["versions"], **changes}
    return with_envelope(snapshot, versions=versions)
