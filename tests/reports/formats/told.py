"""What a file says about a report, in one shape, whatever its format.

Codes and ISO dates, as the record has them: the words of each language are turned back.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.reports.formats.blocks import Block, Document, Heading, Table, fold
from tests.reports.formats.truth import Cell
from tests.reports.formats.vocabulary import (
    FLAGS,
    STATUSES,
    WORDS,
    days_in,
    letters,
)

# Counts by code, of the plan or of an action or a member, by name.
Counts = dict[str, dict[str, int]]
COUNTED = (*STATUSES, "not_reported", "cells", "at_risk", "overdue")
CODE = re.compile(r"(\d+(?:\.\d+){1,2})\b")
RIGHT_TO_LEFT = re.compile("[\u0590-\u07ff]")
MARK = "\u25af"  # in a PDF, in place of what no font has


@dataclass(frozen=True)
class ToldPosition:
    """An entry as a file tells it. `text` is all of its words, in order."""

    status: str
    as_of: str
    published_on: str
    flags: frozenset[str]
    text: str
    # Narrative, next steps and obstacles, where a file has each by itself.
    typed: tuple[str, str, str] | None = None

    def lacks(self, fragments: Iterable[str]) -> list[str]:
        """Return the fragments that its text does not have, in this order."""
        return [one for one in fragments if not _is_in(one, self.text)]


@dataclass(frozen=True)
class Told:
    positions: dict[Cell, ToldPosition]
    counts: Counts


def told_of_rows(rows: Iterable[Mapping[str, Any]]) -> Told:
    """Return what rows in the columns of CSV tell. They are counted here."""
    positions, counts = {}, Counter[tuple[str, str]]()
    for row in rows:
        status = row["status"] or "not_reported"
        flags = {name for name in FLAGS if _has(row, name)}
        for name in ("plan", f"action {row['action']}", row["member_name"]):
            counts.update((name, code) for code in ("cells", status))
            counts.update(
                (name, code) for code in ("at_risk", "overdue") if code in flags
            )
        if status == "not_reported":
            continue
        positions[row["commitment"], row["member"]] = ToldPosition(
            status,
            row["as_of"],
            row["published_at"],
            frozenset(flags),
            "\n".join((*_typed(row), row["evidence"])),
            _typed(row),
        )
    return Told(positions, _counts(counts))


def _typed(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["narrative"], row["next_steps"], row["obstacles"]


def _is_in(fragment: str, text: str) -> bool:
    """Whether a text has this fragment. A PDF has a mark where no font has a sign.

    Words from right to left are read word by word: pypdf gives them in another order.
    """
    is_reversed = RIGHT_TO_LEFT.search(fragment)
    words = re.findall(r"\w+", fragment) if is_reversed else [fragment]
    found = letters(text)
    return all(
        re.search(
            "".join(f"(?:{re.escape(one)}|{MARK}+)" for one in letters(word)), found
        )
        for word in words
    )


def _has(row: Mapping[str, Any], flag: str) -> bool:
    columns = {"overdue": "is_overdue"}
    if flag == "no_update":
        return bool(row["figure"] == "no_update")
    if flag == "unchanged":
        return bool(row["unchanged_since"])
    return row[columns.get(flag, flag)] in {"true", True}


def _counts(counted: Counter[tuple[str, str]]) -> Counts:
    names = dict.fromkeys(name for name, _ in counted)
    return {name: {code: counted[name, code] for code in COUNTED} for name in names}


def rows_of_json(content: bytes) -> Iterator[dict[str, Any]]:
    """Yield the positions of a JSON file as rows in the columns of CSV."""
    facts = json.loads(content)["facts"]
    names = {member["code"]: member["name"] for member in facts["members"]}
    for action in facts["actions"]:
        for area in action["sub_areas"]:
            for commitment in area["commitments"]:
                for row in commitment["positions"]:
                    yield {
                        "action": action["code"],
                        "commitment": commitment["code"],
                        "member_name": names[row["member"]],
                        **row,
                        **_entry_columns(facts["entries"].get(row["entry"])),
                    }


def counts_of_json(content: bytes) -> Counts:
    """Return the figures of a JSON file, which are counted already."""
    figures = json.loads(content)["facts"]["figures"]
    rows = {f"action {row['code']}": row for row in figures["actions"]}
    rows |= {row["name"]: row for row in figures["members"]}
    return {
        name: {
            **row["in_all"],
            "not_reported": row["parts"]["not_reported"],
            "cells": row["cells"],
            "at_risk": row["at_risk_in_all"],
            "overdue": row["overdue"],
        }
        for name, row in {"plan": figures["overall"], **rows}.items()
    }


def words_of(value: Any) -> str:
    """Return all texts in a value of JSON, one a line."""
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return "\n".join(filter(None, map(words_of, parts)))
    return value if isinstance(value, str) else ""


def _entry_columns(entry: dict[str, Any] | None) -> dict[str, Any]:
    if entry is None:
        return dict.fromkeys(("status", "unchanged_since", *FLAGS), "")
    return {
        **entry,
        "as_of": entry["as_of"]["iso"],
        "published_at": entry["published_at"]["iso"],
        "at_risk": entry["is_at_risk"],
        "late": entry["is_late"],
        "correction": entry["is_correction"],
        "evidence": words_of(entry["evidence"]),
    }


def told_of_document(
    document: Document, members: Mapping[str, str], language: str = "en"
) -> Told:
    """Return what a document tells. `members` are their names, by code."""
    words = WORDS[language]
    positions = {
        cell: _position(text, words)
        for cell, text in _told_entries(document.blocks, members)
    }
    counts: Counts = {}
    for table in document.tables:
        counts |= counts_in(table, words)
    return Told(positions, counts)


def _told_entries(
    blocks: Iterable[Block], members: Mapping[str, str]
) -> Iterator[tuple[Cell, str]]:
    """Yield the text below each heading of a member, below one of a commitment."""
    codes = {letters(name): code for code, name in members.items()}
    commitment, cell, level, texts = "", None, 0, list[str]()
    for block in (*blocks, Heading(1, "")):
        if isinstance(block, Heading) and (cell is None or block.level <= level):
            if cell is not None:
                yield cell, fold("\n".join(texts))
            member = codes.get(letters(block.text))
            found = CODE.match(block.text)
            commitment = found[1] if found else commitment if member else ""
            cell = (commitment, member) if member and commitment else None
            level, texts = block.level, []
        elif cell is not None:
            texts.append(block.text)


def _position(text: str, words: Mapping[str, str]) -> ToldPosition:
    """Return what the text of an entry tells. Its status is what it names first."""
    named = {code: text.find(words[code]) for code in STATUSES}
    found = [code for code in STATUSES if named[code] >= 0]
    days = [*days_in(text), "", ""]
    return ToldPosition(
        min(found, key=named.__getitem__) if found else "",
        days[0],
        days[1],
        frozenset(name for name in FLAGS if _is_told(words[name], text)),
        text,
    )


def _is_told(words: str, text: str) -> bool:
    """Return whether a text has these words. Japanese may break inside a word."""
    is_japanese = words[0] > "\u3000"
    return letters(words) in letters(text) if is_japanese else words in text


def counts_in(table: Table, words: Mapping[str, str]) -> Counts:
    """Return the counts of a table with a column for each status of all entries."""
    if not table.rows:
        return {}
    names = {
        letters(words[code]): name
        for code, name in (
            *((code, code) for code in (*STATUSES, "not_reported", "at_risk")),
            ("not_released", "not_reported"),
            ("all", "cells"),
            ("past", "overdue"),
        )
    }
    columns = {names.get(letters(cell)): at for at, cell in enumerate(table.rows[0])}
    if not set(COUNTED) <= set(columns):
        return {}
    return {
        _row_name(row[0], words): {name: int(row[columns[name]]) for name in COUNTED}
        for row in table.rows[1:]
        if len(row) == len(table.rows[0])
    }


def _row_name(text: str, words: Mapping[str, str]) -> str:
    if text == words["all"]:
        return "plan"
    found = re.match(r"(\d+(?:\.\d+)*) ", text)
    return f"action {found[1]}" if found else text
