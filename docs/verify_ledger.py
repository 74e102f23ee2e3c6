"""Verify an export of the ledger: python3 verify_ledger.py FILE [--head HASH ...]

You need only Python 3.9 or newer. docs/ledger.md explains what is hashed. Give each
head that you hold with --head: without one, a file whose end was cut off looks intact.
"""

import argparse
import hashlib
import json
import sys
from typing import Any

FIELDS = ("sequence", "kind", "recorded_at", "content_sha256", "previous_sha256")
START: dict[str, Any] = {"sequence": 0, "sha256": "0" * 64, "recorded_at": ""}


def sha256(value: Any) -> str:
    """Return the hash of the value as canonical JSON (RFC 8785), without fractions."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def wrong(row: dict[str, Any], before: dict[str, Any]) -> Any:
    if row["sequence"] != before["sequence"] + 1:
        yield f"follows {before['sequence']}: records are missing or moved"
    if row["previous_sha256"] != before["sha256"]:
        yield "does not continue the chain"
    if row["recorded_at"] < before["recorded_at"]:
        yield "is dated before the record before it"
    if row["sha256"] != sha256({name: row[name] for name in FIELDS}):
        yield "has been changed"
    if "content" in row and row["content_sha256"] != sha256(row["content"]):
        yield "confirms a content that has been changed"
    if not {"content", "erased_at", "withheld"} & set(row):
        yield "confirms nothing"


def main(lines: Any, heads: set[str]) -> None:
    before, found = START, list[str]()
    for number, line in enumerate(lines, start=2):
        try:
            row = json.loads(line)
            name = f"line {number}: record {row['sequence']}"
            found += [f"{name} {sentence}" for sentence in wrong(row, before)]
            before = row
            heads.discard(row["sha256"])
        except (ValueError, TypeError, KeyError) as error:
            found.append(f"line {number} cannot be read: {error!r}")
    found += [f"the head {head} is not in this file" for head in sorted(heads)]
    print(*found, f"{before['sequence']} records, head {before['sha256']}", sep="\n")
    sys.exit(f"Not intact: {len(found)} findings." if found else None)


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("file", type=argparse.FileType("r", encoding="utf-8"))
parser.add_argument("--head", action="append", default=[], metavar="HASH")
given = parser.parse_args()
if '"g7plan-ledger/1"' not in given.file.readline():
    parser.error("this is not an export of the ledger")
main(given.file, set(given.head))
