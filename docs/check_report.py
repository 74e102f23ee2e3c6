"""Check a report against its own rows: python3 check_report.py REPORT.json

You need only Python 3.10 or newer, and the JSON file of the report, which is its whole
snapshot. Every number, list and sentence is worked out again from the rows of
the snapshot. Add --pdf REPORT.pdf to look for them in the document too; that needs
pdftotext, from poppler. Give the hashes that the document prints with --snapshot and
--facts. It prints what is wrong, in sentences, and then exits with 1.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple
from urllib.parse import parse_qs

Json = dict[str, Any]
SCHEMAS = (6, 7)
LABELS = ("clear", "green", "amber")
SCALE = ("not_started", "limited", "substantial", "implemented")
STATUSES = (*SCALE, "not_applicable")
MOST_FIRST = (*reversed(SCALE), "not_applicable")
CHANGES = ("up", "down", "same", "other", "new", "gone")
GAPS = ("none", "no_update", "repeated", "late")
CHANGE_LISTS = {"up": "moved_up", "down": "moved_down", "new": "new", "gone": "gone",
                "other": "other"}  # fmt: skip
# What each kind of report prints, in order.
SECTIONS = {
    "stocktake": "summary matrix mix changes commitments gaps instruments entries"
    " acronyms method",
    "member": "summary mix changes commitments gaps entries acronyms method",
    "brief": "summary matrix mix changes commitments gaps instruments entries method",
    "changes": "summary mix changes commitments gaps method",
    "gaps": "gaps",
}
# The tables of each section, and the section that prints a table.
TABLES = {
    "table-matrix": "matrix", "table-mix": "mix", "table-members": "mix",
    "table-sub-areas": "mix", "table-changes": "changes", "table-risk": "summary",
    "table-overdue": "summary", "table-gaps": "gaps",
}  # fmt: skip
# More positions than these are counted by member instead of being named.
MOST_NAMED = 5
PRINTED_CHANGES = ("up", "down", "other", "new", "gone", "same")
# What is before the last of a list, between the others and between positions. What is
# not here is as in English, apart from the words.
AND = {"en": " and ", "fr": " et ", "de": " und ", "it": " e ", "ja": "及び"}
COMMA = {"ja": "、"}
BETWEEN = {"fr": "\u202f; ", "ja": "\uff1b"}
# An entry's words of at least this length may be nowhere else.
SHORTEST_WORDS = 25

# Every sentence: its name, its table, and its English words. "[one|more]" goes by the
# number, and “<form>” is the end of the name: "published" for readers of all entries.
SENTENCES = """
standing
covered | mix | This report covers {count} [position: one commitment of one member|\
positions, each of one member on one commitment].
covered_nothing | | This report covers no commitment.
nothing_<form> | | No member has a <form> entry.
member_nothing_<form> | | This member has no <form> entry.
all_<form> | mix | Every position has a <form> entry.
some_<form> | mix | {count} of them [has|have] a <form> entry.
last_known | mix | Last known status of all: {statuses}.
of_this_stocktake | mix | Status in entries of this stocktake: {statuses}.
none_of_this_stocktake | mix | No entry is from this stocktake.
outside_stocktake | mix | {count} [entry is|entries are] from outside this stocktake.
moved
no_comparison | | There is no earlier stocktake to compare with.
nothing_moved | changes | No status has changed since {since}.
moved_up | changes | {count} [position has|positions have] moved up.
moved_up_named | changes | Moved up: {cells}.
moved_up_by_member | changes | Moved up, by member: {members}.
moved_down | changes | {count} [position has|positions have] moved down.
moved_down_named | changes | Moved down: {cells}.
moved_down_by_member | changes | Moved down, by member: {members}.
other | changes | {count} [position has|positions have] changed to or from \
“Not applicable”.
new_<form> | changes | {count} [position|positions] had no <form> entry then and \
[has|have] one now.
gone_<form> | changes | {count} [position|positions] had a <form> entry then and \
[has|have] none now.
withdrawn | changes | {count} of these entries [was|were] withdrawn.
same | changes | {count} [position has kept its|positions have kept their] status.
at_risk
nothing_at_risk | mix | No entry is marked as at risk.
at_risk_in_all | risk | {count} [entry is|entries are] marked as at risk.
at_risk_in_stocktake | risk | {count} of these marks [is|are] from this stocktake.
none_at_risk_in_stocktake | risk | None of these marks is from this stocktake.
overdue
nothing_overdue | mix | No target date in this report has passed without the status \
“Implemented” or “Not applicable”.
overdue | overdue | {count} target [date has|dates have] passed without the status \
“Implemented” or “Not applicable”.
overdue_named | overdue | Past the target date: {cells}.
overdue_by_member | overdue | Past the target date, by member: {members}.
silent
silent_members_<form> | gaps | No <form> entry at all: {members}.
without_<form> | gaps | {count} [position has|positions have] no <form> entry.
without_named | gaps | These are: {cells}.
without_by_member | gaps | By member: {members}.
no_update_<form> | gaps | {count} [position has|positions have] a <form> entry, but \
none of this stocktake.
no_update_named | gaps | Without an update: {cells}.
no_update_by_member | gaps | Without an update, by member: {members}.
repeated | gaps | {count} [entry repeats|entries repeat] the words of an earlier one.
repeated_named | gaps | Repeated: {cells}.
repeated_by_member | gaps | Repeated, by member: {members}.
late | gaps | {count} [entry|entries] came after the deadline.
nothing_silent | gaps | Every position has an entry of this stocktake, on time and in \
new words.
"""
# Words about an empty position that only a reader of all entries may read.
ABOUT_ABSENCE = re.compile(
    r"\b(?:not reported|missing|ow(?:es|ed)|failed to report|no published entry)\b",
    re.IGNORECASE,
)
ABOUT_WITHDRAWAL = re.compile(r"\b(?:was|were|are|is|has been) withdrawn\b|: withdrawn")


class Position(NamedTuple):
    """A printed position with its entry, and where it is."""

    row: Json
    entry: Json | None
    commitment: Json
    area: Json
    action: Json

    @property
    def name(self) -> str:
        return f"{self.commitment['code']} of {self.row['member']}"

    @property
    def cell(self) -> Json:
        return {"commitment": self.commitment["code"], "member": self.row["member"]}

    @property
    def status(self) -> str:
        return self.entry["status"] if self.entry else ""

    @property
    def is_current(self) -> bool:
        return self.entry is not None and self.row["figure"] == "current"

    @property
    def part(self) -> str:
        if self.entry is None:
            return "not_reported"
        return self.status if self.is_current else "no_update"

    @property
    def is_at_risk(self) -> bool:
        return bool(self.entry and self.entry["is_at_risk"])

    @property
    def change(self) -> str:
        before, now = self.row["before"], self.status
        if before == now:
            return "same" if now else ""
        if not before or not now:
            return "new" if now else "gone"
        if before not in SCALE or now not in SCALE:
            return "other"
        return "up" if SCALE.index(now) > SCALE.index(before) else "down"

    def is_overdue(self, at: str) -> bool:
        target = self.row["target_on"]
        is_done = self.status in ("implemented", "not_applicable")
        return bool(target and target["iso"] < at and not is_done)

    def gaps(self, has_stocktake: bool) -> set[str]:
        entry, found = self.entry, set()
        if entry is None:
            return {"none"}
        if has_stocktake and not self.is_current:
            found.add("no_update")
        if self.is_current and entry["unchanged_since"]:
            found.add("repeated")
        if self.is_current and entry["is_late"]:
            found.add("late")
        return found


class Report:
    """The facts of a report, and what follows from its rows."""

    def __init__(self, facts: Json) -> None:
        self.facts = facts
        self.at: str = facts["at"]["iso"]
        self.is_compared = facts["compared"] is not None
        self.has_stocktake = facts["stocktake"] is not None
        self.reads_all: bool = facts["audience"] == "amber"
        self.members: dict[str, str] = {m["code"]: m["name"] for m in facts["members"]}
        self.positions = [
            Position(row, facts["entries"].get(row["entry"]), commitment, area, action)
            for action in facts["actions"]
            for area in action["sub_areas"]
            for commitment in area["commitments"]
            for row in commitment["positions"]
        ]
        self.commitments: dict[str, Json] = {
            one.commitment["code"]: one.commitment for one in self.positions
        }

    def figures(self, of: str, code: str, name: str, rows: list[Position]) -> Json:
        parts, in_all = Counter(r.part for r in rows), Counter(r.status for r in rows)
        changes = Counter(r.change for r in rows)
        before = Counter(r.row["before"] or "not_reported" for r in rows)
        with_none = (*STATUSES, "not_reported")
        return {
            "of": of, "code": code, "name": name, "cells": len(rows),
            "parts": {one: parts[one]
                      for one in (*STATUSES, "no_update", "not_reported")},
            "in_all": {one: in_all[one] for one in STATUSES},
            "at_risk": sum(r.is_at_risk and r.is_current for r in rows),
            "at_risk_in_all": sum(r.is_at_risk for r in rows),
            "overdue": sum(r.is_overdue(self.at) for r in rows),
            "changes": {c: changes[c] for c in CHANGES} if self.is_compared else {},
            "before": {b: before[b] for b in with_none} if self.is_compared else {},
        }  # fmt: skip

    def all_figures(self) -> dict[str, list[Json]]:
        found = {"overall": [self.figures("plan", "", "", self.positions)]}
        for level, of, field, title in (
            ("actions", "action", "action", "title"),
            ("sub_areas", "sub_area", "area", "title"),
            ("commitments", "commitment", "commitment", "short_title"),
        ):
            groups: dict[str, list[Position]] = {}
            for one in self.positions:
                groups.setdefault(getattr(one, field)["code"], []).append(one)
            found[level] = [
                self.figures(of, code, f"{code} {getattr(rows[0], field)[title]}", rows)
                for code, rows in groups.items()
                if code
            ]
        found["members"] = [
            self.figures("member", code, name, self.of_member(code))
            for code, name in self.members.items()
        ]
        return found

    def of_member(self, code: str) -> list[Position]:
        return [one for one in self.positions if one.row["member"] == code]

    def lists(self) -> dict[str, list[Json]]:
        risks = [one for one in self.positions if one.is_at_risk]
        found = {
            "at_risk": sorted(risks, key=lambda one: not one.is_current),
            "overdue": [one for one in self.positions if one.is_overdue(self.at)],
            **{
                name: [one for one in self.positions if one.change == change]
                for change, name in CHANGE_LISTS.items()
                if self.is_compared
            },
        }
        cells = {name: [one.cell for one in rows] for name, rows in found.items()}
        return {**{name: [] for name in CHANGE_LISTS.values()}, **cells}

    def gaps(self, kind: str, member: str) -> list[str]:
        return [
            one.commitment["code"]
            for one in self.of_member(member)
            if kind in one.gaps(self.has_stocktake)
        ]

    def gap_cells(self, kind: str) -> list[Json]:
        return [
            {"commitment": code, "member": member}
            for member in self.members
            for code in self.gaps(kind, member)
        ]


Said = tuple[str, dict[str, int], dict[str, str]]


def joined(names: list[str], language: str = "en") -> str:
    if len(names) < 2:
        return "".join(names)
    first = COMMA.get(language, ", ").join(names[:-1])
    return f"{first}{AND.get(language, AND['en'])}{names[-1]}"


def few_or_many(report: Report, name: str, cells: list[Json]) -> Iterator[Said]:
    """Positions by name if they are few, else by member."""
    if 0 < len(cells) <= MOST_NAMED:
        each = [
            f"{cell['commitment']}"
            f" {report.commitments[cell['commitment']]['short_title']}"
            f" ({report.members[cell['member']]})"
            for cell in cells
        ]
        between = BETWEEN.get(report.facts["language"], "; ")
        yield f"{name}_named", {}, {"cells": between.join(each)}
    elif cells and len(report.members) > 1:
        counts = Counter(cell["member"] for cell in cells)
        by_member = {code: counts[code] for code in report.members if counts[code]}
        yield f"{name}_by_member", by_member, {}


class Told:
    """What the sentences speak of."""

    def __init__(self, report: Report) -> None:
        self.report = report
        figures = report.figures("plan", "", "", report.positions)
        self.figures, self.lists = figures, report.lists()
        self.form = "published" if report.reads_all else "released"
        self.none = figures["parts"]["not_reported"]
        self.older = figures["parts"]["no_update"]
        self.cells = figures["cells"]
        self.shown = self.cells - self.none
        self.current = self.shown - self.older
        self.changes: Counter[str] = Counter(figures["changes"])
        self.moved = sum(self.changes.values()) - self.changes["same"]
        self.gaps = {kind: report.gap_cells(kind) for kind in GAPS}
        heard = {one.row["member"] for one in report.positions if one.entry}
        self.silent = [n for code, n in report.members.items() if code not in heard]


def counted(name: str, number: int) -> Iterator[Said]:
    if number:
        yield name, {"count": number}, {}


def plain(name: str, holds: object, **names: str) -> Iterator[Said]:
    if holds:
        yield name, {}, names


def statuses(name: str, counts: Json, holds: object) -> Iterator[Said]:
    if holds:
        yield name, {one: counts[one] for one in MOST_FIRST if counts[one]}, {}


def standing(told: Told) -> Iterator[Said]:
    has, form, shown = told.report.has_stocktake, told.form, told.shown
    one_member = "member_" if len(told.report.members) == 1 else ""
    yield from counted("covered", told.cells if shown else 0)
    yield from plain("covered_nothing", not told.cells)
    yield from plain(f"{one_member}nothing_{form}", told.cells and not shown)
    yield from plain(f"all_{form}", told.cells and not told.none)
    yield from counted(f"some_{form}", shown if told.none else 0)
    yield from statuses("last_known", told.figures["in_all"], shown)
    now = has and told.current
    yield from statuses("of_this_stocktake", told.figures["parts"], now)
    yield from plain("none_of_this_stocktake", has and shown and not told.current)
    yield from counted("outside_stocktake", told.older if told.current else 0)


def moved(told: Told) -> Iterator[Said]:
    report, changes = told.report, told.changes
    since = report.facts["compared"]["title"] if report.is_compared else ""
    nothing = since and told.shown and not told.moved
    yield from plain("no_comparison", not since and told.shown)
    yield from plain("nothing_moved", nothing, since=since)
    for name, change in (("moved_up", "up"), ("moved_down", "down")):
        yield from counted(name, changes[change])
        yield from few_or_many(report, name, told.lists[name])
    yield from counted("other", changes["other"])
    yield from counted(f"new_{told.form}", changes["new"])
    yield from counted(f"gone_{told.form}", changes["gone"])
    withdrawn = sum(one.row["is_withdrawn"] for one in report.positions)
    yield from counted("withdrawn", withdrawn)
    yield from counted("same", changes["same"] if told.moved else 0)


def at_risk(told: Told) -> Iterator[Said]:
    in_all, now = told.figures["at_risk_in_all"], told.figures["at_risk"]
    has = told.report.has_stocktake
    yield from plain("nothing_at_risk", told.shown and not in_all)
    yield from counted("at_risk_in_all", in_all)
    yield from counted("at_risk_in_stocktake", now if has else 0)
    yield from plain("none_at_risk_in_stocktake", has and in_all and not now)


def overdue(told: Told) -> Iterator[Said]:
    yield from plain("nothing_overdue", told.shown and not told.figures["overdue"])
    yield from counted("overdue", told.figures["overdue"])
    yield from few_or_many(told.report, "overdue", told.lists["overdue"])


def silent(told: Told) -> Iterator[Said]:
    report, form, gaps = told.report, told.form, told.gaps
    names = joined(told.silent, report.facts["language"])
    if told.shown and told.silent:
        yield f"silent_members_{form}", {}, {"members": names}
    yield from counted(f"without_{form}", told.none if told.shown else 0)
    yield from few_or_many(report, "without", gaps["none"] if told.shown else [])
    yield from counted(f"no_update_{form}", len(gaps["no_update"]))
    yield from few_or_many(report, "no_update", gaps["no_update"])
    yield from counted("repeated", len(gaps["repeated"]))
    yield from few_or_many(report, "repeated", gaps["repeated"])
    yield from counted("late", len(gaps["late"]))
    is_full = told.cells and not told.none and report.has_stocktake
    yield from plain("nothing_silent", is_full and not any(gaps.values()))


BLOCKS = {"standing": standing, "moved": moved, "at_risk": at_risk,
          "overdue": overdue, "silent": silent}  # fmt: skip


def rules() -> dict[str, tuple[str, str]]:
    """Return the table and the English words of each sentence, by name."""
    found = {}
    for line in SENTENCES.splitlines():
        name, *rest = (part.strip() for part in re.split(r" ?\| ?", line, maxsplit=2))
        if not rest:
            continue
        forms = ("published", "released") if "<form>" in line else ("",)
        for form in forms:
            table, words = (part.replace("<form>", form) for part in rest)
            found[name.replace("<form>", form)] = (f"table-{table}", words)
    return found


RULES = rules()


def english(report: Report, name: str, numbers: dict[str, int]) -> str:
    """Return the English template of a sentence, by its number."""
    words, labels = RULES[name][1], report.facts["labels"]["parts"]
    place = 0 if numbers.get("count") == 1 else 1
    words = re.sub(
        r"\[([^|\]]*)\|([^\]]*)\]", lambda found: found.group(1 + place), words
    )
    each = [f"{{{one}}} “{labels.get(one, one)}”" for one in numbers]
    words = words.replace("{statuses}", joined(each))
    if name.endswith("_by_member"):
        each = [f"{report.members[code]} {{{code}}}" for code in numbers]
        words = words.replace("{members}", joined(each))
    return words


def table_of(report: Report, name: str) -> str:
    """Return the anchor of the table with the numbers, if the report prints it."""
    table, sections = RULES[name][0], report.facts["sections"]
    return table if TABLES.get(table) in sections else ""


def wrong_sentences(report: Report) -> Iterator[str]:
    summary = report.facts["summary"]
    true = {name: list(said(Told(report))) for name, said in BLOCKS.items()}
    if "summary" not in report.facts["sections"]:
        true = {}
    names = [(name, [one[0] for one in said]) for name, said in true.items() if said]
    if names != [
        (block["name"], [one["name"] for one in block["sentences"]])
        for block in summary
    ]:
        yield "the summary has other sentences than it should have"
    for block in summary:
        each = {said[0]: said for said in true.get(block["name"], [])}
        for sentence in block["sentences"]:
            said = each.get(sentence["name"])
            if said is None:
                yield f"“{sentence['text']}” is not true, or follows no rule"
            else:
                yield from wrong_sentence(report, sentence, said)


def wrong_sentence(report: Report, sentence: Json, said: Said) -> Iterator[str]:
    name, numbers, names = said
    text, template = sentence["text"], sentence["template"]
    if sentence["numbers"] != numbers:
        yield f"“{text}” counts {sentence['numbers']}, but it is {numbers}"
    if sentence["names"] != names:
        yield f"“{text}” names {sentence['names']}, but it is {names}"
    values = {key: str(value) for key, value in {**numbers, **names}.items()}
    if re.sub(r"\{(\w+)\}", lambda at: values.get(at[1], at[0]), template) != text:
        yield f"“{text}” is not its template with {values}"
    if sentence["table"] != table_of(report, name):
        yield f"“{text}” refers to “{sentence['table']}”"
    words = english(report, name, numbers)
    if report.facts["language"] == "en" and template != words:
        yield f"“{template}” should be “{words}”"
    if set(re.findall(r"\{\w+\}", template)) != set(re.findall(r"\{\w+\}", words)):
        yield f"“{template}” has other places for numbers and names than “{words}”"


def wrong_figures(report: Report) -> Iterator[str]:
    for level, true in report.all_figures().items():
        found: Any = report.facts["figures"][level]
        if level == "overall":
            found, true[0]["name"] = [found], found["name"]
        if [one["code"] for one in found] != [one["code"] for one in true]:
            yield f"the figures of {level} are not of those that the rows have"
        for one, row in zip(found, true, strict=False):
            for field in row:
                if one[field] != row[field]:
                    yield (
                        f"{field} of {level} {one['code']} is {one[field]}, but the"
                        f" rows have {row[field]}"
                    )


def wrong_lists(report: Report) -> Iterator[str]:
    found = report.facts["lists"]
    for name, true in report.lists().items():
        if found[name] != true:
            yield f"the list “{name}” is not that of the rows"
    if [row["member"] for row in found["gaps"]] != list(report.members):
        yield "the gaps are not of each member in order"
    for row in found["gaps"]:
        for kind in GAPS:
            if row[kind] != report.gaps(kind, row["member"]):
                yield f"the gaps “{kind}” of {row['member']} are not those of the rows"


def wrong_positions(report: Report) -> Iterator[str]:
    for code, commitment in report.commitments.items():
        if [row["member"] for row in commitment["positions"]] != list(report.members):
            yield f"{code} does not have each member in order"
    keys = [one.row["entry"] for one in report.positions if one.row["entry"]]
    if Counter(keys) != Counter(list(report.facts["entries"])):
        yield "not each entry has one position"
    for one in report.positions:
        yield from (f"{one.name} {wrong}" for wrong in wrong_position(report, one))


def wrong_position(report: Report, one: Position) -> Iterator[str]:
    row, is_shown = one.row, one.entry is not None
    change = one.change if report.is_compared else ""
    is_tracked = bool(row["lead_authority"] or row["target_on"])
    is_empty = row["entry"] is None
    faults = {
        f"counts as {row['figure']}, which its entry contradicts": is_empty == is_shown
        or (row["figure"] == "not_reported") == is_shown,
        "has no update, but there is no stocktake": row["figure"] == "no_update"
        and not report.has_stocktake,
        f"was “{row['before']}”, which is no status": row["before"]
        not in (*STATUSES, ""),
        "was something before, but nothing is compared": row["before"]
        and not report.is_compared,
        f"says that it is “{row['change']}”, but it is “{change}”": row["change"]
        != change,
        "is withdrawn, but it is not gone": row["is_withdrawn"] and change != "gone",
        "is wrong about whether its target date has passed": row["is_overdue"]
        != one.is_overdue(report.at),
        "has released nothing, but its lead authority or target date is shown": (
            is_tracked and not is_shown and not report.reads_all
        ),
    }
    yield from (wrong for wrong, is_so in faults.items() if is_so)


def wrong_entries(facts: Json) -> Iterator[str]:
    hashes = Counter(one["content_sha256"] for one in facts["entries"].values())
    for key, entry in facts["entries"].items():
        name = f"the entry {key}"
        if LABELS.index(entry["handling"]) > LABELS.index(facts["audience"]):
            yield f"{name} is one that the audience may not read"
        if entry["as_of"]["iso"] > facts["at"]["iso"]:
            yield f"{name} is of a later day than the report"
        if entry["status"] not in STATUSES:
            yield f"{name} has the status “{entry['status']}”, which there is not"
        sha256 = entry["content_sha256"]
        if not re.fullmatch(r"[0-9a-f]{64}", sha256) or hashes[sha256] > 1:
            yield f"{name} has no hash of its own"
        if (entry["unchanged_since"] is None) != (entry["confirmed_at"] is None):
            yield f"{name} is unchanged, but was never confirmed"
    yield from words_elsewhere(facts)


def words_elsewhere(facts: Json) -> Iterator[str]:
    """Find words of entries outside of them: legal erasure would miss those."""
    told = "\n".join(texts_of({
        "summary": [
            {**block, "sentences": [one["template"] for one in block["sentences"]]}
            for block in facts["summary"]
        ],
        "said": [one["text"] for b in facts["summary"] for one in b["sentences"]],
        "headings": [action["heading"] for action in facts["actions"]],
        "rest": [facts[name] for name in
                 ("labels", "method", "figures", "lists", "scope", "title")],
    }))  # fmt: skip
    for key, entry in facts["entries"].items():
        words = [entry["narrative"], entry["next_steps"], entry["obstacles"]]
        for text in re.split(r"[.!?。\n]+", "\n".join(words)):
            if len(text.strip()) >= SHORTEST_WORDS and text.strip() in told:
                yield f"words of the entry {key} are outside of it: “{text.strip()}”"


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts_of(one)


def wrong_annexes(report: Report) -> Iterator[str]:
    facts = report.facts
    named: dict[str, list[str]] = {}
    for code, commitment in report.commitments.items():
        for name in commitment["instruments"]:
            named.setdefault(name, []).append(code)
    found = {row["name"]: row["commitments"] for row in facts["instruments"]}
    if found != (named if "instruments" in facts["sections"] else {}):
        yield "the instruments are not those of the commitments"
    acronyms = [row["acronym"] for row in facts["acronyms"]]
    wording = "\n".join(texts_of([facts["actions"], facts["instruments"]]))
    for acronym, times in Counter(acronyms).items():
        if times > 1:
            yield f"the acronym {acronym} is there more than once"
        if not re.search(rf"(?<!\w){re.escape(acronym)}(?!\w)", wording):
            yield f"the acronym {acronym} is not in the report"


# Scores of assessing bodies. They are in no other figure.
POINTS = {"1": 1, "0": 0, "-1": -1}
# By status: the scores that fit it, and two that are a strong difference.
FITS = {"not_started": "-1", "limited": "-1 0", "substantial": "0 1",
        "implemented": "1", "not_reported": "-1 0 not_applicable",
        "not_applicable": "not_applicable"}  # fmt: skip
STRONG = {("implemented", "-1"), ("not_started", "1")}


def average_of(scores: list[str]) -> "Fraction | None":
    """Return the exact average. Cells without a score, and n/a, do not count."""
    points = [POINTS[score] for score in scores if score in POINTS]
    return Fraction(sum(points), len(points)) if points else None


def average_text(average: "Fraction | None") -> str:
    """Return it with two decimals, rounded half away from zero; a dash without one."""
    if average is None:
        return "\N{EN DASH}"
    whole = (abs(average) * 200 + 1) // 2
    sign = "-" if average < 0 and whole else ""
    return f"{sign}{whole // 100}.{whole % 100:02}"


def percentage_text(average: "Fraction | None") -> str:
    if average is None:
        return "\N{EN DASH}"
    return str(((average + 1) * 100 + 1) // 2)


def wrong_average(name: str, row: Json, average: "Fraction | None") -> Iterator[str]:
    exact = "" if average is None else f"{average.numerator}/{average.denominator}"
    if row["exact"] != exact:
        yield f"the average of {name} is {exact or 'none'}, not {row['exact']}"
    printed = row["average"].replace("\N{MINUS SIGN}", "-").replace(",", ".")
    if printed != average_text(average):
        yield f"the average of {name} is printed as {row['average']}"
    percentage = "".join(re.findall(r"\d+|\N{EN DASH}", row["percentage"]))
    if percentage != percentage_text(average):
        yield f"the percentage of {name} is printed as {row['percentage']}"


def wrong_figures_of(rows: list[Json], scores: dict[str, list[str]]) -> Iterator[str]:
    averages = {code: average_of(found) for code, found in scores.items()}
    if [row["code"] for row in rows] != list(scores):
        yield "the figures of scores are not in their order, or not all there"
        return
    known = sorted({one for one in averages.values() if one is not None}, reverse=True)
    for row in rows:
        average = averages[row["code"]]
        yield from wrong_average(row["code"], row, average)
        rank = "\N{EN DASH}" if average is None else str(known.index(average) + 1)
        if row["rank"] != rank:
            yield f"the rank of {row['code']} is {rank}, not {row['rank']}"
        count = sum(score in POINTS for score in scores[row["code"]])
        if row["scored"] != count:
            yield f"{row['code']} has {count} scored cells, not {row['scored']}"


def wrong_means(table: Json, scores: dict[str, list[str]]) -> Iterator[str]:
    every = [score for row in table["commitments"] for score in row["cells"].values()]
    by_commitment = [average_of([*row["cells"].values()])
                     for row in table["commitments"]]  # fmt: skip
    by_member = [average_of(found) for found in scores.values()]
    counted = {"cells": [Fraction(POINTS[one]) for one in every if one in POINTS],
               "commitments": [one for one in by_commitment if one is not None],
               "members": [one for one in by_member if one is not None]}  # fmt: skip
    if [mean["mean"] for mean in table["means"]] != list(counted):
        yield "the three overall means are not all there"
        return
    for mean in table["means"]:
        of = counted[mean["mean"]]
        average = sum(of, Fraction()) / len(of) if of else None
        yield from wrong_average(f"the mean of {mean['mean']}", mean, average)
        if mean["of"] != len(of):
            yield f"the mean of {mean['mean']} is of {len(of)}, not {mean['of']}"


def differences_of(report: Report, cells: dict[tuple[str, str], str]) -> Iterator[Json]:
    for one in report.positions:
        code, member = one.commitment["code"], one.row["member"]
        status, score = one.status or "not_reported", cells.get((code, member), "")
        if not score or score in FITS[status].split():
            continue
        if "not_applicable" in (status, score):
            kind = "applies"
        else:
            kind = "report_says_more" if status in MOST_FIRST[:2] else "score_says_more"
        strong = (status, score) in STRONG
        yield {"commitment": code, "member": member, "status": status, "score": score,
               "kind": kind, "degree": "strong" if strong else "slight"}  # fmt: skip


def wrong_scores(report: Report) -> Iterator[str]:
    """Work out every figure of the scores again, in exact fractions."""
    facts = report.facts
    for table in facts.get("scores", {"tables": []})["tables"]:
        name, members = table["name"], [one["code"] for one in table["members"]]
        rows = table["commitments"]
        if table["handling"] not in LABELS[: LABELS.index(facts["audience"]) + 1]:
            yield f"the scores of {name} are above the audience"
        by_member = {
            code: [row["cells"][code] for row in rows if code in row["cells"]]
            for code in members
        }
        by_area: dict[str, list[str]] = {}
        for row in rows:
            by_area.setdefault(row["area"], []).extend(row["cells"].values())
        by_row = {row["code"]: [*row["cells"].values()] for row in rows}
        if list(by_row) != list(report.commitments):
            yield f"the scores of {name} are not of the commitments of the report"
        cells = {(row["code"], m): s for row in rows for m, s in row["cells"].items()}
        found = [
            *wrong_figures_of(rows, by_row),
            *wrong_figures_of(table["of_members"], by_member),
            *wrong_figures_of(table["areas"], by_area),
            *wrong_means(table, by_member),
        ]
        if table["differences"] != [*differences_of(report, cells)]:
            found.append("the differences from self-reports are not those of the rows")
        yield from (f"scores of {name}: {one}" for one in found)


def wrong_words(report: Report) -> Iterator[str]:
    """Check what the report says about absence, by who may read it."""
    facts = report.facts
    own = [facts["labels"], facts["method"], [b["heading"] for b in facts["summary"]]]
    said = [one["text"] for b in facts["summary"] for one in b["sentences"]]
    is_english = facts["language"] == "en"
    if is_english and not report.reads_all:
        for text in texts_of([*own, said]):
            if hit := ABOUT_ABSENCE.search(text):
                yield f"“{text}” says “{hit[0]}” to readers below amber"
    if is_english and not any(one.row["is_withdrawn"] for one in report.positions):
        yield from (
            f"“{text}” tells of a withdrawal that the audience may not read"
            for text in said
            if ABOUT_WITHDRAWAL.search(text)
        )
    none = "Not reported" if report.reads_all else "No released entry"
    if is_english and facts["labels"]["parts"]["not_reported"] != none:
        yield f"an empty position is not called “{none}”"


def wrong_frame(report: Report) -> Iterator[str]:
    """Check what the report is about, and which parts it has."""
    facts, scope = report.facts, report.facts["scope"]
    sections = SECTIONS[facts["kind"]].split()
    if facts["layout"] == "compact":
        sections = [one for one in sections if one not in ("entries", "instruments")]
    if facts["sections"] != sections:
        yield "it does not print the parts of its kind and layout"
    if facts["kind"] == "gaps" and not report.reads_all:
        yield "a report of gaps is for TLP:AMBER only"
    set_ones = [one for one in ("member", "action", "sub_area", "instrument")
                if scope[one]]  # fmt: skip
    if len(set_ones) > 1:
        yield "it is about more than one thing"
    shown = {
        "member": set(report.members),
        "action": {one.action["code"] for one in report.positions},
        "sub_area": {one.area["code"] for one in report.positions},
    }
    for one in set_ones:
        if one in shown and shown[one] - {scope[one]}:
            yield f"it shows more than the {one} {scope[one]}"
    compared = facts["compared"]
    if compared and compared["at"]["iso"] > report.at:
        yield "it compares with a later day"


def wrong_envelope(snapshot: Json) -> Iterator[str]:
    facts, envelope = snapshot["facts"], snapshot["envelope"]
    known_at = envelope["known_at"]["iso"]
    if envelope["facts_sha256"] != sha256(facts):
        yield "the SHA-256 of the facts in the envelope is not theirs"
    if "." in known_at:
        yield "“as known at” is not in whole seconds"
    head_at = envelope["ledger_head_at"]
    if head_at and head_at["iso"] > known_at:
        yield "the head of the ledger is later than the report"
    for key, entry in facts["entries"].items():
        if entry["published_at"]["iso"] > known_at[:10]:
            yield f"the entry {key} was published after “as known at”"
    yield from wrong_queries(facts, envelope)
    if snapshot["schema"] > 6:
        yield from wrong_marks(facts, envelope)
        yield from wrong_checks(facts, envelope)


def wrong_marks(facts: Json, envelope: Json) -> Iterator[str]:
    """Check which document it says it is."""
    code, is_final = envelope["code"], envelope["circulation"] == "final"
    if code and not re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{16}", code):
        yield f"“{code}” is no code"
    if envelope["verify_url"].partition("#")[2] != code:
        yield "the address that checks the report has another code"
    if is_final != bool(envelope["final_of"]):
        yield "a report is final if and only if it names its draft"
    if is_final and (envelope["draft_number"] or facts["audience"] == "amber"):
        yield "a final report has the number of a draft, or is for TLP:AMBER"


def wrong_checks(facts: Json, envelope: Json) -> Iterator[str]:
    noted = {key: entry["evidence"] for key, entry in facts["entries"].items()}
    for key, links in envelope["dead_links"].items():
        for link in links:
            note = noted.get(key, [])[link["number"] - 1 :] or [{"url": ""}]
            if not note[0]["url"] or link["since"]["iso"] > envelope["known_at"]["iso"]:
                yield f"note {link['number']} of {key} is no link that was dead by then"
    for key, files in envelope.get("withheld_files", {}).items():
        for n in (file["number"] for file in files):
            if not (noted.get(key, [])[n - 1 :] or [{"file": None}])[0]["file"]:
                yield f"note {n} of {key} is no file that was withheld"


def wrong_queries(facts: Json, envelope: Json) -> Iterator[str]:
    now = {"at": facts["at"]["iso"], "known_at": envelope["known_at"]["iso"]}
    scope = {k: v for k, v in facts["scope"].items() if v and k != "title"}
    if "instrument" in scope:  # what names it, and what names something that it owns
        scope["instrument_owner"] = scope.pop("instrument")
    same = {"plan": facts["plan"]["slug"], "audience": facts["audience"], **scope}
    compared = facts["compared"]
    then = {k: compared[k]["iso"] for k in ("at", "known_at")} if compared else now
    for row in [{"query": envelope["query"]}, *envelope["queries"]]:
        asked = {k: v[0] for k, v in parse_qs(row["query"].partition("?")[2]).items()}
        if asked not in ({**same, **now}, {**same, **then}):
            yield f"“{row['query']}” does not ask for what the report shows"
    tables = {name for name, section in TABLES.items() if section in facts["sections"]}
    if {row["table"] for row in envelope["queries"]} != tables:
        yield "not each table has its query"
    is_split = compared is not None and "changes" in facts["sections"]
    if len(envelope["queries"]) != len(tables) + is_split:
        yield "the changes do not have the queries of both instants"


def sha256(value: Any) -> str:
    """Return the hash of the value as canonical JSON (RFC 8785), without fractions."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def squeezed(text: str) -> str:
    """Return the text without spaces, line ends and marks of hyphenation."""
    return re.sub(r"[\s\u00ad\u200b\u2060\u202f]+", "", text)


def of_this_stocktake(row: Json) -> tuple[int, ...]:
    parts = [row["parts"][one] for one in (*MOST_FIRST, "no_update", "not_reported")]
    return (*parts, row["cells"], row["at_risk"])


def sections_with_numbers(facts: Json) -> list[str]:
    """Return the sections that are printed: without entries, few have anything."""
    left_out = () if facts["entries"] else ("matrix", "mix")
    if not facts["entries"] and not facts["lists"]["gone"]:
        left_out = (*left_out, "changes")
    return [name for name in facts["sections"] if name not in left_out]


def printed_rows(report: Report) -> Iterator[tuple[int, ...]]:
    """Yield the numbers at the end of each row of a table, as they are printed."""
    figures, sections = report.all_figures(), sections_with_numbers(report.facts)
    overall, members = figures["overall"][0], figures["members"]
    several = {of: rows if len(rows) > 1 else [] for of, rows in figures.items()}
    order, older = MOST_FIRST, ("no_update",) if report.has_stocktake else ()

    def three(row: Json) -> tuple[int, ...]:
        shown = row["cells"] - row["parts"]["not_reported"]
        return shown, row["in_all"]["implemented"], row["at_risk_in_all"]

    def mix(row: Json) -> tuple[int, ...]:
        parts = [row["parts"][one] for one in ("not_reported", *older)]
        last = (row["cells"], row["at_risk_in_all"], row["overdue"])
        return (*(row["in_all"][one] for one in order), *parts, *last)

    def change(row: Json) -> tuple[int, ...]:
        counts = [row["changes"][one] for one in PRINTED_CHANGES]
        parts = row["parts"]
        return (*counts, parts["no_update"], parts["not_reported"], row["cells"])

    if "matrix" in sections:
        yield from map(three, figures["commitments"])
        yield from zip(*map(three, [*members, overall]), strict=True)
    if "mix" in sections:
        for of in ("actions", "sub_areas", "members"):
            yield from map(mix, several[of])
        yield mix(overall)
        now = [*several["actions"], overall] if older else []
        yield from map(of_this_stocktake, now)
    if "changes" in sections and report.is_compared:
        rows = [*several["members"], *several["actions"], overall]
        yield from map(change, rows)


def wrong_tables(report: Report, layout: str) -> Iterator[str]:
    at_end = re.compile(r"(?:(?<=\s)|^)\d+(?:\s+\d+)*$")
    ends = [at_end.search(line.strip()) for line in layout.splitlines()]
    tails = [tuple(map(int, end[0].split())) for end in ends if end]
    for row in sorted(printed_rows(report), key=len, reverse=True):
        place = next((n for n, t in enumerate(tails) if t[-len(row) :] == row), None)
        if place is None:
            yield f"no row of a table ends with {' '.join(map(str, row))}"
        else:
            tails.pop(place)


def must_say(facts: Json, envelope: Json, commitments: Json) -> Iterator[str]:
    """Yield what the document prints besides its tables."""
    sections = facts["sections"]
    for block in facts["summary"]:
        yield from (one["text"] for one in block["sentences"])
    if "method" in sections:
        yield envelope["facts_sha256"]
    if "entries" in sections:
        yield from (one["content_sha256"] for one in facts["entries"].values())
    if "gaps" in sections:
        each = [row[kind] for row in facts["lists"]["gaps"] for kind in GAPS]
        comma = COMMA.get(facts["language"], ", ")
        yield from (f"{len(codes)} {comma.join(codes)}" for codes in each if codes)
    for table in facts.get("scores", {"tables": []})["tables"]:
        yield from (table["name"], table["about"], table["guidelines"])
        yield from (row["average"] for row in table["of_members"])
        yield from (f"{row['code']} {row['name']}" for row in table["commitments"])
    if "commitments" in sections and facts["kind"] != "changes":
        yield from (f"{code} {c['short_title']}" for code, c in commitments.items())


def wrong_document(
    report: Report, envelope: Json, text: str, layout: str
) -> Iterator[str]:
    """Yield what is not in the document, or should not be."""
    facts, plain = report.facts, squeezed(text)
    for one in must_say(facts, envelope, report.commitments):
        if squeezed(one) not in plain:
            yield f"“{one}” is not in the document"
    label = f"TLP:{facts['audience'].upper()}"
    for number, page in enumerate(text.rstrip("\f").split("\f"), start=1):
        if label not in page or "TLP:RED" in page:
            yield f"page {number} does not say that it is {label}"
    yield from wrong_tables(report, layout)
    if facts["language"] == "en":
        yield from words_of_others(report, text)


def words_of_others(report: Report, text: str) -> Iterator[str]:
    """Find words that are for another audience, unless an entry has them."""
    facts, hits = report.facts, []
    if not report.reads_all:
        hits += re.findall(r"\b(?:not reported|owes)\b", text, re.IGNORECASE)
    if not any(one.row["is_withdrawn"] for one in report.positions):
        hits += re.findall(r"\b(?:was|were|is) withdrawn\b|: withdrawn\b", text)
    written = "\n".join(texts_of(facts["entries"])).lower()
    for hit in hits:
        if hit.lower() not in written and not says_so_itself(facts, hit):
            yield f"“{hit}” is in the document, but not for its audience"


def says_so_itself(facts: Json, words: str) -> bool:
    """Return whether a label or the method explains these words."""
    own = texts_of([facts["labels"], facts["method"], facts["plan"]])
    return any(words.lower() in text.lower() for text in own)


def text_of(path: str, *options: str) -> str:
    command = ["pdftotext", *options, path, "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout


def findings(snapshot: Json) -> Iterator[str]:
    report = Report(snapshot["facts"])
    yield from wrong_frame(report)
    yield from wrong_figures(report)
    yield from wrong_lists(report)
    yield from wrong_sentences(report)
    yield from wrong_positions(report)
    yield from wrong_entries(report.facts)
    yield from wrong_annexes(report)
    yield from wrong_scores(report)
    yield from wrong_words(report)
    yield from wrong_envelope(snapshot)


def main(arguments: argparse.Namespace) -> None:
    snapshot = json.load(arguments.file)
    if snapshot.get("schema") not in SCHEMAS:
        sys.exit(
            f"This script reads snapshots of schema {' and '.join(map(str, SCHEMAS))}."
            " For another one, take the script of the release that compiled the report."
        )
    found = list(findings(snapshot))
    for name, value in (("snapshot", snapshot), ("facts", snapshot["facts"])):
        given, computed = getattr(arguments, name), sha256(value)
        if given and given != computed:
            found.append(f"the SHA-256 of the {name} is {computed}, not {given}")
    report = Report(snapshot["facts"])
    if arguments.pdf:
        texts = text_of(arguments.pdf), text_of(arguments.pdf, "-layout")
        found += wrong_document(report, snapshot["envelope"], *texts)
    number = sum(len(block["sentences"]) for block in report.facts["summary"])
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(report.positions)} positions, {number} sentences checked")
    sys.exit(f"Not true: {len(found)} findings." if found else None)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=argparse.FileType("r", encoding="utf-8"))
    parser.add_argument("--pdf", metavar="FILE", help="the document, to look into")
    parser.add_argument("--snapshot", metavar="HASH", help="as the document prints it")
    parser.add_argument("--facts", metavar="HASH", help="as the document prints it")
    main(parser.parse_args())
