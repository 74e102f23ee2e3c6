"""The key in each row of a score sheet: which cell of which table, at which version."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from django.core.signing import Signer

from progress.assessments.sheets.columns import MARKED
from progress.assessments.sheets.rows import Pair, ScoreSheetRow
from progress.models import AssessmentTable
from progress.uploaded_sheets.signed_keys import mark_of, signed_key, unsigned_key

SALT: Final = "progress.assessments.sheets.row_keys"


@dataclass(frozen=True)
class ScoreKey:
    """What a row says of itself, with a mark of each cell as it was written."""

    table: str
    pair: Pair
    version: int
    marks: Mapping[str, str]

    @classmethod
    def of(
        cls, row: ScoreSheetRow, cells: Mapping[str, str], table: AssessmentTable
    ) -> Self:
        """Return the key of a row, with these texts in its cells."""
        marks = {column.name: mark_of(cells[column.name]) for column in MARKED}
        return cls(str(table.pk), row.pair, row.version, marks)

    def has_changed(self, name: str, cell: str) -> bool:
        """Return whether a cell differs from what was written into it."""
        return mark_of(cell) != self.marks[name]

    def was_blank(self, name: str) -> bool:
        return self.marks[name] == mark_of("")


def written_key(key: ScoreKey, signer: Signer) -> str:
    """Return a key as its cell holds it."""
    marks = [key.marks[column.name] for column in MARKED]
    return signed_key([key.table, *key.pair, str(key.version)], marks, signer)


def read_key(cell: str, signer: Signer) -> ScoreKey | None:
    """Return the key in a cell, or None if it is not one of ours."""
    found = unsigned_key(cell, signer, mark_count=len(MARKED))
    if found is None:
        return None
    (table, code, member, version), marks = found
    by_name = dict(zip((column.name for column in MARKED), marks, strict=True))
    return ScoreKey(table, (code, member), int(version), by_name)


def key_signer() -> Signer:
    """Return what signs and checks keys. Make one for a whole sheet."""
    return Signer(salt=SALT)
