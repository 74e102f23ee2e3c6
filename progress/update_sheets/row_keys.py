"""The key in each row of a sheet: which row it is, of which sheet, and what was in it.

It also says which version of which update the row was written from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from django.core.signing import Signer

from progress.update_sheets.columns import MARKED
from progress.update_sheets.rows import SheetRow, UpdateSheet
from progress.uploaded_sheets.signed_keys import mark_of, signed_key, unsigned_key

SALT: Final = "progress.update_sheets.row_keys"


@dataclass(frozen=True)
class RowKey:
    """What a row says of itself. `entry` is empty where there was no update yet."""

    plan: str
    stocktake: str
    member: str
    code: str
    entry: str
    version: int
    marks: Mapping[str, str]

    @classmethod
    def of(cls, row: SheetRow, cells: Mapping[str, str], sheet: UpdateSheet) -> Self:
        """Return the key of a row, with these texts in its cells."""
        return cls(
            plan=sheet.plan.slug,
            stocktake=sheet.stocktake.slug if sheet.stocktake else "",
            member=sheet.member,
            code=row.code,
            entry=str(row.entry_id or ""),
            version=row.version,
            marks={column.name: mark_of(cells[column.name]) for column in MARKED},
        )

    def has_changed(self, name: str, cell: str) -> bool:
        """Return whether a cell differs from what was written into it."""
        return mark_of(cell) != self.marks[name]

    def is_of(self, entry_id: UUID | None, version: int) -> bool:
        """Return whether the row was written from this version of this update."""
        return (self.entry, self.version) == (str(entry_id or ""), version)


def written_key(key: RowKey, signer: Signer) -> str:
    """Return a key as its cell holds it."""
    parts = (key.plan, key.stocktake, key.member, key.code, key.entry)
    marks = [key.marks[column.name] for column in MARKED]
    return signed_key([*parts, str(key.version)], marks, signer)


def read_key(cell: str, signer: Signer) -> RowKey | None:
    """Return the key in a cell, or None if it is not one of ours."""
    found = unsigned_key(cell, signer, mark_count=len(MARKED))
    if found is None:
        return None
    (plan, stocktake, member, code, entry, version), marks = found
    by_name = dict(zip((column.name for column in MARKED), marks, strict=True))
    return RowKey(plan, stocktake, member, code, entry, int(version), by_name)


def key_signer() -> Signer:
    """Return what signs and checks keys. Make one for a whole sheet."""
    return Signer(salt=SALT)
