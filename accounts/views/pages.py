"""Pages of a long list: each is read without counting the rows of the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

from accounts.querysets import PageNumbers

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class OpenPage(PageNumbers, Generic[Row]):
    """One page of a list. It knows if there is a next page, and no total."""

    rows: Sequence[Row]
    number: int
    has_next: bool


def open_page(
    found: QuerySet[Row], number: str | None, *, size: int, read: QuerySet[Row]
) -> OpenPage[Row]:
    """Return one page of the rows found, each read with what `read` adds. Two queries.

    The keys are found first, so that joins are made for the rows of one page only. An
    unknown number, or one after the end, gives the first page.
    """
    wanted = int(number) if number and number.isdecimal() and len(number) < 7 else 1
    keys = _keys(found, wanted, size)
    if not keys and wanted > 1:
        wanted, keys = 1, _keys(found, 1, size)
    rows = read.in_bulk(keys[:size])
    return OpenPage([rows[key] for key in keys[:size]], wanted, len(keys) > size)


def _keys(found: QuerySet[Row], number: int, size: int) -> list[object]:
    """Return the keys of a page, and one more where there is a next page."""
    start = max(number - 1, 0) * size
    return list(found.values_list("pk", flat=True)[start : start + size + 1])
