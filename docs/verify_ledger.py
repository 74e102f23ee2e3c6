"""Verify an export of the ledger: python3 verify_ledger.py FILE [--head HASH ...]

You need only Python 3.9 or newer. docs/ledger.md explains what is hashed. Give each
head that you hold with --head: without one, a file whose end was cut off looks intact.
"""

import argparse
import hashlib
import json
import re
import sys
from typing import Any

HASHES = ("content_sha256", "previous_sha256")
# The fields that are hashed, by the chain of a line.
FIELDS = {
    "ledger": ("sequence", "kind", "recorded_at", *HASHES),
    "trail": ("sequence", "kind", "subject", *HASHES),
}
# A line has one of these besides: its content, or why the content is missing.
TYPES = {"content": dict, "erased_at": str, "withheld": bool}
# What reading a line of another form raises.
FAULTS = (ValueError, TypeError, KeyError, AttributeError, RecursionError)


def once(pairs: Any) -> Any:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


def whole(number: str) -> Any:
    raise ValueError(f"{number} is not a whole number")


def read(line: str) -> Any:
    return json.loads(
        line, object_pairs_hook=once, parse_float=whole, parse_constant=whole
    )


def sha256(value: Any) -> str:
    """Return the hash of the value as canonical JSON (RFC 8785), without fractions."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def require_form(row: dict[str, Any], chain: str) -> str:
    """Return which of TYPES the line has. Raises ValueError for any other form."""
    (shown,) = TYPES.keys() & row.keys() or {""}
    if row.keys() - {"chain", "sha256", shown} != set(FIELDS[chain]):
        raise ValueError(f"its fields are {sorted(row)}")
    if not shown:
        raise ValueError("it confirms nothing")
    if type(row["sequence"]) is not int or type(row[shown]) is not TYPES[shown]:
        raise ValueError("a value is of a wrong type")
    for name in FIELDS[chain][1:3]:
        if type(row[name]) is not str:
            raise ValueError(f"{name} is not a text")
    for name in (*HASHES, "sha256"):
        if not re.fullmatch("[0-9a-f]{64}", str(row[name])):
            raise ValueError(f"{name} is not a hash")
    return shown


def wrong(row: dict[str, Any], before: dict[str, Any], chain: str) -> Any:
    if row["sequence"] != before["sequence"] + 1:
        yield f"follows {before['sequence']}: records are missing or moved"
    if row["previous_sha256"] != before["sha256"]:
        yield "does not continue the chain"
    if row.get("recorded_at", "") < before.get("recorded_at", ""):
        yield "is dated before the record before it"
    if row["sha256"] != sha256({name: row[name] for name in FIELDS[chain]}):
        yield "has been changed"
    if "content" in row and row["content_sha256"] != sha256(row["content"]):
        yield "confirms a content that has been changed"


def main(lines: Any, chains: Any, heads: set[str], withheld: Any) -> None:
    before = {chain: {"sequence": 0, "sha256": "0" * 64} for chain in chains}
    seen = {chain: dict.fromkeys(TYPES, 0) for chain in chains}
    found = []
    for number, line in enumerate(lines, start=2):
        try:
            row = read(line)
            chain = row.get("chain", "ledger")
            shown = require_form(row, chain)
            name = f"line {number}: {chain} record {row['sequence']}"
            found += [f"{name} {text}" for text in wrong(row, before[chain], chain)]
            before[chain] = row
            seen[chain][shown] += 1
            heads.discard(row["sha256"])
        except FAULTS as error:
            found.append(f"line {number} cannot be read: {error!r}")
    found += [f"the head {head} is not in this file" for head in sorted(heads)]
    hidden = sum(counts["withheld"] for counts in seen.values())
    if withheld not in (None, hidden):
        found.append(f"{hidden} contents are withheld, and not {withheld}")
    print(*found, sep="\n", end="\n" if found else "")
    for chain, counts in seen.items():
        last = before[chain]
        print(
            f"{chain}: {last['sequence']} records, head {last['sha256']}; contents"
            f" verified {counts['content']}, not seen: {counts['withheld']} withheld"
            f" and {counts['erased_at']} erased"
        )
    sys.exit(f"Not intact: {len(found)} findings." if found else None)


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("file", type=argparse.FileType("r", encoding="utf-8"))
parser.add_argument("--head", action="append", default=[], metavar="HASH")
parser.add_argument("--withheld", type=int, metavar="N", help="refuse another number")
given = parser.parse_args()
try:
    first = read(given.file.readline())
    known = {"g7plan-ledger/1": ["ledger"], "g7plan-ledger/2": [*FIELDS]}
    parts = known[first["format"]]
except (ValueError, TypeError, KeyError):
    parser.error("this is not an export of the ledger")
# An export for readers of everything withholds nothing.
most = 0 if first.get("audience") == "amber" else None
main(
    given.file,
    parts,
    set(given.head),
    most if given.withheld is None else given.withheld,
)
