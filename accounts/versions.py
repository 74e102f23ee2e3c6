"""No lost updates (rule 5): a change names the version of the row it started from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise

from accounts.day_sentences import day_as


class StaleRow(Exception):  # noqa: N818 - it names a state, not a fault
    """The caller started from a version that is no longer the newest.

    `row` is what is there now, as the raising action's docstring says. It is None where
    there is nothing any more.
    """

    def __init__(self, row: Any) -> None:
        super().__init__(f"{row!r} has been changed in between")
        self.row = row


def require_version(row: Any, version: int) -> None:
    """Raise StaleRow unless the row is still at this version."""
    if row.version != version:
        raise StaleRow(row)


@dataclass(frozen=True)
class FieldChange:
    """A field with two different values, as people read them."""

    field: str
    before: str
    after: str


def changed_fields(
    now: object, typed: object, labels: Mapping[str, str | Promise]
) -> list[FieldChange]:
    """Return the fields in which what was typed differs from what is there now."""
    values = {
        label: (getattr(now, name), getattr(typed, name))
        for name, label in labels.items()
    }
    return [
        FieldChange(str(label), _as_text(before), _as_text(after))
        for label, (before, after) in values.items()
        if before != after
    ]


def _as_text(value: object) -> str:
    if isinstance(value, date):
        return day_as(value)
    return str(value or "")
