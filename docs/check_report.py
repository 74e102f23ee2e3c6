"""Check a report against its own rows: python3 check_report.py SNAPSHOT.json

You need only Python 3.9 or newer, and the snapshot of the report, which its page offers
as a file. Every number and every sentence is counted again from the rows of the
snapshot. Give the hashes that the document prints with --snapshot and --facts.
"""

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from typing import Any

LABELS = ("clear", "green", "amber")
STATUSES = (
    "not_started", "limited", "substantial", "implemented", "not_applicable",
)  # fmt: skip
# What each sentence counts. "In all" is every entry shown, "in this stocktake" the
# entries that belong to the stocktake of the report.
COUNTS: dict[str, Any] = {
    "covered": lambda _row: True,
    "shown": lambda row: is_shown(row),
    "not_published": lambda row: not is_shown(row),
    "not_released": lambda row: not is_shown(row),
    "in_stocktake": lambda row: is_current(row),
    "outside_stocktake": lambda row: is_shown(row) and not is_current(row),
    "implemented_in_stocktake": lambda row: is_current(row) and is_done(row),
    "implemented_in_all": lambda row: is_shown(row) and is_done(row),
    "at_risk_in_stocktake": lambda row: is_current(row) and is_at_risk(row),
    "at_risk_in_all": lambda row: is_shown(row) and is_at_risk(row),
}
# The English words for none, one and more.
WORDS = {
    "covered": (
        "This report covers no member commitment.",
        "This report covers 1 member commitment.",
        "This report covers {count} member commitments.",
    ),
    "shown": ("It shows no entry.", "It shows 1 entry.", "It shows {count} entries."),
    "not_published": (
        "Every member commitment has a published entry.",
        "1 member commitment has no published entry.",
        "{count} member commitments have no published entry.",
    ),
    "not_released": (
        "Every member commitment has a released entry.",
        "1 member commitment has no released entry.",
        "{count} member commitments have no released entry.",
    ),
    "in_stocktake": (
        "No entry is from this stocktake.",
        "1 entry is from this stocktake.",
        "{count} entries are from this stocktake.",
    ),
    "outside_stocktake": (
        "No entry is from outside this stocktake.",
        "1 entry is from outside this stocktake.",
        "{count} entries are from outside this stocktake.",
    ),
    "implemented_in_stocktake": (
        "In this stocktake, no entry reports “Implemented”.",
        "In this stocktake, 1 entry reports “Implemented”.",
        "In this stocktake, {count} entries report “Implemented”.",
    ),
    "implemented_in_all": (
        "In all, no entry reports “Implemented”.",
        "In all, 1 entry reports “Implemented”.",
        "In all, {count} entries report “Implemented”.",
    ),
    "at_risk_in_stocktake": (
        "In this stocktake, no entry is marked as at risk.",
        "In this stocktake, 1 entry is marked as at risk.",
        "In this stocktake, {count} entries are marked as at risk.",
    ),
    "at_risk_in_all": (
        "In all, no entry is marked as at risk.",
        "In all, 1 entry is marked as at risk.",
        "In all, {count} entries are marked as at risk.",
    ),
}
# Sentences of older snapshots. One that names no stocktake speaks of every entry.
OLD_SENTENCES = (
    (r"Of (\d+) member commitments, (\d+) have a current entry",
     ("covered", "in_stocktake")),
    (r"(\d+) (?:is|are) reported as implemented", ("implemented_in_all",)),
    (r"(\d+) (?:is|are) marked as at risk", ("at_risk_in_all",)),
    (r"(\d+) have only an older entry, and (\d+) have no released entry",
     ("outside_stocktake", "not_released")),
)  # fmt: skip
BAD_GRAMMAR = re.compile(
    r"\b1 (?:have|are|entries|member commitments)\b"
    r"|\b(?!1 )\d+ (?:has|is|entry|member commitment)\b"
)

Json = dict[str, Any]


def is_shown(row: Json) -> bool:
    return row["entry"] is not None


def is_current(row: Json) -> bool:
    return is_shown(row) and row["figure"] == "current"


def is_done(row: Json) -> bool:
    return bool(row["entry"]["status"] == "implemented")


def is_at_risk(row: Json) -> bool:
    return bool(row["entry"]["is_at_risk"])


def number(rows: list[Json], name: str) -> int:
    return sum(bool(COUNTS[name](row)) for row in rows)


def sha256(value: Any) -> str:
    """Return the hash of the value as canonical JSON (RFC 8785), without fractions."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def rows_of(actions: list[Json]) -> list[Json]:
    return [
        {**row, "commitment": commitment["code"]}
        for action in actions
        for area in action["sub_areas"]
        for commitment in area["commitments"]
        for row in commitment["positions"]
    ]


def figures_of(rows: list[Json], *, are_old: bool) -> Json:
    parts = {
        status: sum(
            is_current(row) and row["entry"]["status"] == status for row in rows
        )
        for status in STATUSES
    }
    parts["no_update"] = number(rows, "outside_stocktake")
    parts["not_reported"] = number(rows, "not_released")
    counted = {"parts": parts, "cells": len(rows)}
    counted["at_risk"] = number(rows, "at_risk_in_stocktake")
    if are_old:
        return counted
    counted["at_risk_in_all"] = number(rows, "at_risk_in_all")
    counted["in_all"] = {
        status: sum(is_shown(row) and row["entry"]["status"] == status for row in rows)
        for status in STATUSES
    }
    return counted


def wrong_figures(facts: Json, *, are_old: bool) -> Iterator[str]:
    overall = {"action": "", **figures_of(rows_of(facts["actions"]), are_old=are_old)}
    if facts["summary"]["overall"] != overall:
        yield "the figures of all actions are not those of the rows"
    each = [
        {"action": action["code"], **figures_of(rows_of([action]), are_old=are_old)}
        for action in facts["actions"]
    ]
    if facts["summary"]["actions"] != each:
        yield "the figures of the single actions are not those of the rows"


def expected_paragraphs(facts: Json, rows: list[Json]) -> list[list[str]]:
    """Return which sentences the report must have, by paragraph."""
    if not rows:
        return [["covered"]]
    without = "not_published" if facts["audience"] == "amber" else "not_released"
    first = [["covered", "shown", without]]
    if not number(rows, "shown"):
        return first
    if facts["stocktake"] is None:
        return [*first, ["implemented_in_all", "at_risk_in_all"]]
    return [
        *first,
        ["in_stocktake", "outside_stocktake"],
        ["implemented_in_stocktake", "implemented_in_all"],
        ["at_risk_in_stocktake", "at_risk_in_all"],
    ]


def wrong_sentences(facts: Json, rows: list[Json]) -> Iterator[str]:
    paragraphs = facts["summary"]["paragraphs"]
    names = [[sentence["name"] for sentence in found] for found in paragraphs]
    if names != expected_paragraphs(facts, rows):
        yield "the summary has other sentences than it should have"
    for sentence in (sentence for found in paragraphs for sentence in found):
        name, text = sentence["name"], sentence["text"]
        if name not in COUNTS:
            yield f"“{text}” follows no rule"
            continue
        count = number(rows, name)
        if sentence["count"] != count:
            yield f"“{text}” counts {sentence['count']}, but it is {count}"
        if text != sentence["template"].replace("{count}", str(count)):
            yield f"“{text}” is not its template with the number {count}"
        words = WORDS[name][min(count, 2)].replace("{count}", str(count))
        if facts["language"] == "en" and text != words:
            yield f"“{text}” should be “{words}”"


def wrong_old_sentences(facts: Json, rows: list[Json]) -> Iterator[str]:
    for sentence in re.findall(r"[^.]+\.", " ".join(facts["summary"]["text"])):
        text = sentence.strip()
        if BAD_GRAMMAR.search(text):
            yield f"“{text}” is not grammatical"
        for pattern, names in OLD_SENTENCES:
            if match := re.fullmatch(rf"{pattern}\.", text):
                counts = [number(rows, name) for name in names]
                if [int(found) for found in match.groups()] != counts:
                    yield f"“{text}” is not true of the rows: {counts}"
                break
        else:
            yield f"“{text}” follows no rule"


def wrong_rows(facts: Json, rows: list[Json]) -> Iterator[str]:
    members = [member["code"] for member in facts["members"]]
    for place, row in enumerate(rows):
        name = f"{row['commitment']} of {row['member']}"
        if row["member"] != members[place % len(members)]:
            yield f"{name} is not in the order of the members"
        if (row["figure"] == "not_reported") != (row["entry"] is None):
            yield f"{name} counts as {row['figure']}, which its entry contradicts"
        if row["figure"] == "no_update" and facts["stocktake"] is None:
            yield f"{name} has no update, but there is no stocktake"
        wrong = wrong_entry if is_shown(row) else wrong_absence
        yield from (f"{name} {sentence}" for sentence in wrong(facts, row))


def wrong_entry(facts: Json, row: Json) -> Iterator[str]:
    entry = row["entry"]
    if LABELS.index(entry["handling"]) > LABELS.index(facts["audience"]):
        yield "shows an entry that the audience may not read"
    if entry["as_of"]["iso"] > facts["at"]["iso"]:
        yield "shows an entry of a later day than the report"


def wrong_absence(facts: Json, row: Json) -> Iterator[str]:
    is_tracked = row["lead_authority"] or row["target_on"]
    if is_tracked and facts["audience"] != "amber":
        yield "has released nothing, but its lead authority or target date is shown"


def wrong_labels(facts: Json) -> Iterator[str]:
    if facts["language"] != "en":
        return
    none = "Not reported" if facts["audience"] == "amber" else "No released entry"
    if facts["labels"]["parts"]["not_reported"] != none:
        yield f"an empty cell is not called “{none}”"
    if facts["labels"]["not_reported_note"] != f"{none}.":
        yield f"the note of an empty cell is not “{none}.”"


def findings(snapshot: Json) -> Iterator[str]:
    are_old = "facts" not in snapshot
    facts = {**snapshot["report"], **snapshot} if are_old else snapshot["facts"]
    rows = rows_of(facts["actions"])
    yield from wrong_figures(facts, are_old=are_old)
    yield from (wrong_old_sentences if are_old else wrong_sentences)(facts, rows)
    yield from wrong_rows(facts, rows)
    yield from wrong_labels(facts)
    if not are_old and snapshot["envelope"]["facts_sha256"] != sha256(facts):
        yield "the SHA-256 of the facts in the envelope is not theirs"
    if not are_old and "." in snapshot["envelope"]["known_at"]["iso"]:
        yield "“as known at” is not in whole seconds"


def main(arguments: argparse.Namespace) -> None:
    snapshot = json.load(arguments.file)
    found = list(findings(snapshot))
    hashes = {"snapshot": sha256(snapshot), "facts": sha256(snapshot.get("facts"))}
    for name, computed in hashes.items():
        given = getattr(arguments, name)
        if given and given != computed:
            found.append(f"the SHA-256 of the {name} is {computed}, not {given}")
    facts = snapshot.get("facts", snapshot)
    sentences = sum(map(len, facts["summary"].get("paragraphs", [])))
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(rows_of(facts['actions']))} rows, {sentences} sentences checked")
    sys.exit(f"Not true: {len(found)} findings." if found else None)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=argparse.FileType("r", encoding="utf-8"))
    parser.add_argument("--snapshot", metavar="HASH", help="as the document prints it")
    parser.add_argument("--facts", metavar="HASH", help="as the document prints it")
    main(parser.parse_args())
