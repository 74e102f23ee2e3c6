"""The key in each row of a sheet: which row it is, of which sheet, and what was in it.

A key is signed, so no one can invent one or change it. It says which version of which
update the row was written from, and has a short mark of each cell as it was written. So
a cell that a person changed is known from one that they left alone, also after a
colleague has changed the update.
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Self
from uuid import UUID

from django.core.signing import BadSignature, Signer

from progress.update_sheets.columns import MARKED
from progress.update_sheets.rows import SheetRow, UpdateSheet

SALT: Final = "progress.update_sheets.row_keys"
BETWEEN: Final = "|"
# Three bytes, as text. A changed cell has the same mark once in 16 million times.
BYTES_OF_MARK: Final = 3
LENGTH_OF_MARK: Final = 4


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


def mark_of(cell: str) -> str:
    """Return the mark of a text. Line ends and blanks at its ends do not count."""
    text = "\n".join(cell.strip().splitlines())
    digest = blake2b(text.encode(errors="surrogatepass"), digest_size=BYTES_OF_MARK)
    return urlsafe_b64encode(digest.digest()).decode()


def written_key(key: RowKey, signer: Signer) -> str:
    """Return a key as its cell holds it."""
    marks = "".join(key.marks[column.name] for column in MARKED)
    parts = (key.plan, key.stocktake, key.member, key.code, key.entry)
    return signer.sign(BETWEEN.join([*parts, str(key.version), marks]))


def read_key(cell: str, signer: Signer) -> RowKey | None:
    """Return the key in a cell, or None if it is not one of ours."""
    try:
        *parts, version, marks = signer.unsign(cell.strip()).split(BETWEEN)
    except BadSignature:
        return None
    starts = range(0, len(marks), LENGTH_OF_MARK)
    each = [marks[start : start + LENGTH_OF_MARK] for start in starts]
    names = [column.name for column in MARKED]
    if len(each) != len(names):  # written before a column was added
        return None
    plan, stocktake, member, code, entry = parts
    found = dict(zip(names, each, strict=True))
    return RowKey(plan, stocktake, member, code, entry, int(version), found)


def key_signer() -> Signer:
    """Return what signs and checks keys. Make one for a whole sheet."""
    return Signer(salt=SALT)
