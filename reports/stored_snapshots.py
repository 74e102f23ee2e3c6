"""Reads what older versions stored: the entries and the identity of a snapshot."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reports.snapshot_schema import (
    CODELESS_SCHEMAS,
    FLAT_SCHEMAS,
    NESTED_SCHEMAS,
    STORED_SCHEMAS,
    EntryPart,
)


class UnknownSchemaError(Exception):
    """A stored snapshot has a shape that this version cannot read."""


@dataclass(frozen=True)
class StoredEntry:
    """An entry in a stored snapshot: by its key or, before schema 5, by its cell."""

    words: EntryPart
    key: str = ""
    commitment: str = ""
    member: str = ""


def stored_entries(snapshot: Mapping[str, Any]) -> Iterator[StoredEntry]:
    """Yield the entries of a stored snapshot, of this or an earlier schema.

    Raises UnknownSchemaError.
    """
    facts = snapshot if is_flat(snapshot) else snapshot["facts"]
    if snapshot["schema"] not in NESTED_SCHEMAS:
        for key, entry in facts["entries"].items():
            yield StoredEntry(entry, key=key)
        return
    for action in facts["actions"]:
        for sub_area in action["sub_areas"]:
            for commitment in sub_area["commitments"]:
                for row in commitment["positions"]:
                    if row["entry"]:
                        yield StoredEntry(
                            row["entry"],
                            commitment=commitment["code"],
                            member=row["member"],
                        )


def stored_identity(snapshot: Mapping[str, Any]) -> dict[str, str]:
    """Return what tells a report from others, from its stored snapshot.

    Raises UnknownSchemaError.
    """
    if is_flat(snapshot):
        facts = envelope = snapshot["report"]
    else:
        facts, envelope = snapshot["facts"], snapshot["envelope"]
    return {
        "report": envelope["id"],
        "plan": facts["plan"]["slug"],
        "audience": facts["audience"],
        "language": facts["language"],
        "at": facts["at"]["iso"],
        "known_at": envelope["known_at"]["iso"],
        "ledger_head": envelope["ledger_head"],
    }


def stored_marks(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Return the code of a report, and what kind of document it was compiled as.

    A mark that the report does not have is left out, as are all before schema 7. Raises
    UnknownSchemaError.
    """
    if is_flat(snapshot) or snapshot["schema"] in CODELESS_SCHEMAS:
        return {}
    envelope = snapshot["envelope"]
    names = ("code", "circulation", "draft_number", "final_of")
    return {name: envelope[name] for name in names if envelope[name]}


def forget_checks(snapshot: Mapping[str, Any], key: str) -> None:
    """Remove what a stored snapshot says of the links and files of an entry."""
    if not is_flat(snapshot):
        for name in ("dead_links", "withheld_files"):
            snapshot["envelope"].get(name, {}).pop(key, None)


def is_flat(snapshot: Mapping[str, Any]) -> bool:
    """Return whether facts and envelope are in one value. Raises UnknownSchemaError."""
    schema = snapshot.get("schema")
    if schema not in STORED_SCHEMAS:
        raise UnknownSchemaError(f"a snapshot of schema {schema!r}")
    return schema in FLAT_SCHEMAS
