"""Estimates how long a document will be, before the work of typesetting it.

The numbers were measured on documents of 3 to 2,000 pages. For texts of any usual shape
the estimate is between four fifths and three halves of the real number of pages.
"""

import math
from collections.abc import Iterator
from typing import Final
from unicodedata import east_asian_width

from reports.snapshot_schema import CommitmentRow, EntryPart, Facts

# A report of more pages is not typeset.
MOST_PAGES: Final = 600

LINES_OF_PAGE: Final = 58
WIDTH_OF_LINE: Final = 80  # letters; a Chinese or Japanese character is as wide as two
WIDTH_OF_OFFICIAL_LINE: Final = 90
BETWEEN_BLOCKS: Final = 0.15  # lines
# The column beside a text: status, day, lead authority, target date, marks.
LEAST_OF_ENTRY: Final = 9
AROUND_ENTRY: Final = 2.5
OF_EVIDENCE: Final = 1.7
# The heading and the strip of marks.
OF_COMMITMENT: Final = 7
FIRST_PAGES: Final = 3  # title, contents, and what is left of their last pages
OF_SECTIONS: Final = {
    "summary": 2,
    "matrix": 1,
    "mix": 2,
    "changes": 1.5,
    "method": 1.5,
}
OF_LISTED: Final = 2  # a row of the tables of what is at risk or past its target date
OF_SENTENCE: Final = 2  # all that the compact layout prints of an entry


def estimated_pages(facts: Facts) -> int:
    """Return about how many pages a report of these facts has."""
    sections = facts["sections"]
    pages = FIRST_PAGES + sum(OF_SECTIONS.get(section, 0) for section in sections)
    return math.ceil(pages + sum(_lines(facts)) / LINES_OF_PAGE)


def _lines(facts: Facts) -> Iterator[float]:
    """Yield the number of lines of each part whose length depends on the rows."""
    sections = facts["sections"]
    if "commitments" in sections:
        for action in facts["actions"]:
            for area in action["sub_areas"]:
                yield from (_of_commitment(facts, one) for one in area["commitments"])
    if "entries" in sections:
        yield len(facts["entries"])
    if "changes" in sections:
        lists = facts["lists"]
        yield OF_LISTED * (len(lists["at_risk"]) + len(lists["overdue"]))
    if "gaps" in sections:
        yield from (2 + len(str(row)) / WIDTH_OF_LINE for row in facts["lists"]["gaps"])
    if "instruments" in sections:
        yield len(facts["instruments"])


def _of_commitment(facts: Facts, commitment: CommitmentRow) -> float:
    shown = [row["entry"] for row in commitment["positions"] if row["entry"]]
    if facts["kind"] == "changes" and not any(
        row["change"] not in {"", "same"} for row in commitment["positions"]
    ):
        return 0
    official = len(commitment["text"]) / WIDTH_OF_OFFICIAL_LINE
    entries = (facts["entries"][key] for key in shown)
    is_compact = facts["layout"] == "compact"
    of_entry = _of_sentence if is_compact else _of_entry
    return OF_COMMITMENT + official + sum(map(of_entry, entries))


def _of_sentence(_entry: EntryPart) -> float:
    return OF_SENTENCE


def _of_entry(entry: EntryPart) -> float:
    texts = (entry["narrative"], entry["next_steps"], entry["obstacles"])
    lines = sum(map(_of_text, texts)) + OF_EVIDENCE * len(entry["evidence"])
    return AROUND_ENTRY + max(LEAST_OF_ENTRY, lines)


def _of_text(text: str) -> float:
    """Return about how many lines a text takes: each of its lines is a block."""
    return sum(
        BETWEEN_BLOCKS + math.ceil(_width(line) / WIDTH_OF_LINE)
        for line in text.splitlines()
        if line.strip()
    )


def _width(line: str) -> int:
    return len(line) + sum(east_asian_width(one) in "WF" for one in line)
