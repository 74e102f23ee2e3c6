"""A realistic snapshot, made without a database: 28 commitments by eight members.

What a renderer needs is varied: statuses, lengths, languages, marks and flags.
"""

import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path
from typing import cast, get_type_hints

from progress.ledger.chain import hash_of
from progress.positions.figures import STATUSES, Figure
from reports.renderers.pdf import current_versions
from reports.snapshot_schema import (
    SCHEMA_VERSION,
    ActionRow,
    CommitmentRow,
    EntryPart,
    Envelope,
    EvidenceKind,
    EvidenceRow,
    Facts,
    Labels,
    MemberRow,
    MethodSection,
    Moment,
    PlanPart,
    PositionRow,
    Snapshot,
    StocktakePart,
    Summary,
)
from reports.summary import summary_of

SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
PLAN_TEXT = Path(__file__).parents[2] / "fixtures" / "ise-shima-2016-ct-action-plan.txt"
MEMBERS: list[MemberRow] = [
    {"code": "CA", "name": "Canada", "kind": "state"},
    {"code": "FR", "name": "France", "kind": "state"},
    {"code": "DE", "name": "Germany", "kind": "state"},
    {"code": "IT", "name": "Italy", "kind": "state"},
    {"code": "JP", "name": "Japan", "kind": "state"},
    {"code": "GB", "name": "United Kingdom", "kind": "state"},
    {"code": "US", "name": "United States of America", "kind": "state"},
    {"code": "EU", "name": "European Union", "kind": "organization"},
]
BODIES = ("INTERPOL", "ICAO", "FATF", "UNESCO", "GCERF", "World Customs Organization")

ENGLISH = (
    "Domestic legislation giving effect to the resolution entered into force on 1 "
    "March 2017. The competent authorities **exchange information daily** through the "
    "national contact point; a joint exercise with two partners took place in autumn."
)
FRENCH = """\
La France a renforcé la coordination interministérielle et publié un *plan d'action*
national.

- Formation de 450 agents aux frontières
- Raccordement de 12 postes à la base I-24/7

Une évaluation indépendante est prévue à l'automne ; elle sera rendue publique."""
GERMAN = """\
Das Bundeskriminalamt hat die Anbindung an die zentralen Datenbanken abgeschlossen. Die
Rechtsverordnung zur Durchführung der Fluggastdatenverarbeitung ist in Kraft; sie wird
jährlich überprüft.

1. Anbindung aller Flughäfen
2. Schulung der Dienststellen
3. Bericht an den Bundestag"""
ITALIAN = """\
È stato istituito un gruppo di lavoro presso il Ministero dell'Interno. Le attività
proseguono secondo il calendario concordato; si veda la
[relazione annuale](https://www.interno.gov.it/it/relazione-annuale)."""
JAPANESE = (
    "日本は、国際刑事警察機構の盗難・紛失旅券データベースへの照会をすべての空港で開始した。"
    "\n\n2017年度には、東南アジア諸国を対象とする**能力構築支援**を三件実施し、延べ120人の"
    "担当官が参加した。今後は、海上における検査にも対象を広げる予定である。"
)
QUOTING = """\
> The review found that arrangements were adequate, with two recommendations.

Both recommendations have been accepted, and a first report is due in the spring."""
STRUCTURED = """\
## Legislation

The Union adopted a directive on combating terrorism (OJ L 88, 31.3.2017, p. 6) and a
regulation on checks at external borders.

## Funding

EUR 46 million were allocated for 2017, of which `32 %` has been committed."""
NARRATIVES = (
    ENGLISH,
    FRENCH,
    GERMAN,
    ITALIAN,
    JAPANESE,
    f"{ENGLISH}\n\n{QUOTING}",
    "Implementation continues on schedule.",
    STRUCTURED,
)


def moment(day: str, text: str) -> Moment:
    return {"iso": day, "text": text}


def read_actions(source: str) -> list[ActionRow]:
    """Actions, sub-areas and bullets; a bullet goes on until its full stop."""
    actions: list[ActionRow] = []
    for line in filter(None, (line.strip() for line in source.splitlines())):
        if match := re.match(r"Action (\d): ", line):
            actions.append({"code": match[1], "heading": line, "sub_areas": []})
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
        "text": text,
        "is_joint": "jointly" in text,
        "instruments": [body for body in BODIES if body in text],
        "positions": [],
    }


def position(number: int, member: MemberRow) -> PositionRow:
    """Equal numbers give equal results; a few dozen numbers give every kind."""
    kinds: tuple[Figure, ...] = (*("current",) * 9, "no_update", "not_reported")
    figure = kinds[number * 7 % 11]
    is_released = figure != "not_reported"
    return {
        "member": member["code"],
        "figure": figure,
        "entry": None if figure == "not_reported" else entry(number),
        "lead_authority": "Ministry of the Interior"
        if number % 3 and is_released
        else "",
        "target_on": moment("2017-12-31", "31 December 2017")
        if not number % 4 and is_released
        else None,
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
    }


READ = moment("2017-05-02", "2 May 2017")
ADDRESS = "https://www.example.org/reports/2017/counter-terrorism.html"
SOURCES: list[tuple[EvidenceKind, str, str, Moment | None, str]] = [
    ("link", "National report 2017", ADDRESS, READ, ""),
    ("citation", "Annual report to Parliament", "", None, "Cm 9420, chapter 4"),
]
EVIDENCE = [
    EvidenceRow(kind=kind, title=title, url=url, accessed_on=on, citation=at, file=None)
    for kind, title, url, on, at in SOURCES
]


def positions_in(action: ActionRow) -> list[PositionRow]:
    return [
        row
        for area in action["sub_areas"]
        for item in area["commitments"]
        for row in item["positions"]
    ]


def labels() -> Labels:
    """Each label is its own name, except those that readers or tests look at."""
    plain = {
        name: name.replace("_", " ").capitalize() for name in get_type_hints(Labels)
    }
    return cast("Labels", {**plain, **LABELS, "parts": dict(PART_LABELS)})


PART_LABELS = {
    "not_started": "Not started",
    "limited": "Limited progress",
    "substantial": "Substantial progress",
    "implemented": "Implemented",
    "not_applicable": "Not applicable",
    "no_update": "No update",
    "not_reported": "No released entry",
}
LABELS = {
    "status_mix": "Status by action",
    "matrix": "Commitments by member",
    "commitments": "Commitments and what members report",
    "annex": "Annex: method",
    "as_of": "Position as of",
    "known_at": "As known at",
    "compiled_at": "Requested at",
    "due_at": "Entries due",
    "snapshot": "Snapshot SHA-256",
    "ledger_head": "Ledger head",
    "illustrative": "Illustrative data",
    "illustrative_note": "The entries in this report are invented, to show its looks.",
    "all_actions": "All actions",
    "cells": "All",
    "legend": "How to read the marks",
    "no_update_mark": "In brackets: the last published status, without an update",
    "entry_as_of": "as of",
    "published_at": "published",
    "late": "Late",
    "unchanged": "Unchanged since {since}, confirmed on {confirmed}.",
    "no_update_note": "No update in this stocktake. The last published entry is shown.",
    "not_reported_note": "No released entry.",
    "in_stocktake": "In this stocktake",
    "in_all": "In all",
    "facts": "SHA-256 of the facts",
    "accessed_on": "accessed on",
    "target_on": "Target date",
    "instruments": "Names",
    "joint": "Joint commitment",
    "replaced": "Characters that could not be printed",
    "replaced_note": "No font has these characters. Each is printed as {mark}.",
    "replaced_none": "All characters of all entries are printed.",
    "plan_source": "SHA-256 of the plan's source",
    "report_id": "Report",
    "fonts_none": "Only the typesetter's own fonts",
}


PLAN: PlanPart = {
    "slug": "ise-shima-2016-ct",
    "title": "G7 Action Plan on Countering Terrorism and Violent Extremism",
    "short_title": "G7 Action Plan on Countering Terrorism, 2016",
    "summit": {
        "name": "Ise-Shima 2016",
        "place": "Ise-Shima, Japan",
        "dates": "26 and 27 May 2016",
    },
    "adopted_on": moment("2016-05-27", "27 May 2016"),
    "source_sha256": SHA256[::-1],
}
STOCKTAKE: StocktakePart = {
    "slug": "taormina-2017",
    "title": "Stocktake before Taormina",
    "due_at": moment("2017-05-12T16:00:00Z", "12 May 2017, 16:00:00 UTC"),
}
METHOD: list[MethodSection] = [
    {
        "heading": "Two clocks",
        "paragraphs": [
            "A position is what the last published entry said of a commitment "
            "on a date, as it was known at an instant. " * 3
        ],
    },
    {
        "heading": "Status",
        "paragraphs": ["Members report their own status on one scale. " * 4],
    },
]


def sample_snapshot(font_dirs: Sequence[Path] = ()) -> Snapshot:
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
    facts = facts_of(actions)
    envelope = envelope_of(facts, font_dirs)
    return {"schema": SCHEMA_VERSION, "facts": facts, "envelope": envelope}


def facts_of(actions: list[ActionRow]) -> Facts:
    return {
        "kind": "stocktake",
        "title": "Stocktake report",
        "language": "en",
        "audience": "green",
        "audience_statement": "All delegations, observers, assessors and partner "
        "systems with that right.",
        "plan": deepcopy(PLAN),
        "stocktake": deepcopy(STOCKTAKE),
        "at": moment("2017-05-20", "20 May 2017"),
        "labels": labels(),
        "members": deepcopy(MEMBERS),
        "actions": actions,
        "summary": summary(actions),
        "method": deepcopy(METHOD),
    }


def envelope_of(facts: Facts, font_dirs: Sequence[Path]) -> Envelope:
    return {
        "id": "5b2f6c9e-0d5e-4a52-9d53-0f1f7b1d2c11",
        "facts_sha256": hash_of(facts),
        "circulation": "none",
        "known_at": moment("2017-05-20T12:00:05Z", "20 May 2017, 12:00:05 UTC"),
        "requested_at": moment("2017-05-20T12:03:20Z", "20 May 2017, 12:03:20 UTC"),
        "is_illustrative": True,
        "ledger_head": SHA256[::-1],
        "ledger_head_at": moment("2017-05-20T00:05:00Z", "20 May 2017, 00:05:00 UTC"),
        "query": "GET /api/v1/positions/?plan=ise-shima-2016-ct&at=2017-05-20",
        "versions": current_versions(product="0.1.0", font_dirs=font_dirs),
    }


def summary(actions: list[ActionRow]) -> Summary:
    return summary_of(actions, has_stocktake=True, reads_all=False)


def with_facts(snapshot: Snapshot, **changes: object) -> Snapshot:
    return cast("Snapshot", {**snapshot, "facts": {**snapshot["facts"], **changes}})


def with_envelope(snapshot: Snapshot, **changes: object) -> Snapshot:
    envelope = {**snapshot["envelope"], **changes}
    return cast("Snapshot", {**snapshot, "envelope": envelope})


def with_actions(snapshot: Snapshot, actions: list[ActionRow]) -> Snapshot:
    return with_facts(snapshot, actions=actions, summary=summary(actions))


def short_snapshot(font_dirs: Sequence[Path] = ()) -> Snapshot:
    """The first commitment alone: renders in a tenth of the time."""
    snapshot = sample_snapshot(font_dirs)
    first = snapshot["facts"]["actions"][0]
    return with_actions(snapshot, [{**first, "sub_areas": first["sub_areas"][:1]}])


def with_narratives(snapshot: Snapshot, text: Callable[[int], str]) -> Snapshot:
    """The same with an entry in every position, of which `text` gives the narrative."""
    actions = deepcopy(snapshot["facts"]["actions"])
    number = 0
    for action in actions:
        for row in positions_in(action):
            told: EntryPart = {**entry(number), "narrative": text(number)}
            row["figure"], row["entry"] = "current", told
            number += 1
    return with_actions(snapshot, actions)


def without_entries(snapshot: Snapshot) -> Snapshot:
    for action in (actions := deepcopy(snapshot["facts"]["actions"])):
        for row in positions_in(action):
            row["figure"], row["entry"] = "not_reported", None
            row["lead_authority"], row["target_on"] = "", None
    return with_actions(snapshot, actions)


def commitments_of(snapshot: Snapshot) -> list[CommitmentRow]:
    return [
        item
        for action in snapshot["facts"]["actions"]
        for area in action["sub_areas"]
        for item in area["commitments"]
    ]


def with_versions(snapshot: Snapshot, **changes: object) -> Snapshot:
    versions = {**snapshot["envelope"]["versions"], **changes}
    return with_envelope(snapshot, versions=versions)
