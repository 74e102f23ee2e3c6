"""No lost updates (rule 5): a change names the version of the row it started from."""

from typing import Any


class StaleRow(Exception):  # noqa: N818 - it names a state, not a fault
    """The caller started from a version that is no longer the newest.

    `row` is what is there now, as the raising action's docstring says; None where
    there is nothing any more.
    """

    def __init__(self, row: Any) -> None:
        super().__init__(f"{row!r} has been changed in between")
        self.row = row


def require_version(row: Any, version: int) -> None:
    """Raise StaleRow unless the row is still at this version."""
    if row.version != version:
        raise StaleRow(row)
