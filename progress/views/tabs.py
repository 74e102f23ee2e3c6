"""The tabs of a list, which narrow it to one value of a field."""

from collections.abc import Iterable

# The value, its label, and how many rows have it.
Option = tuple[str, object, int]


def filter_tabs(
    field: str, options: Iterable[Option], *, chosen: str, every: object, total: int
) -> list[dict[str, object]]:
    """Return a tab for all rows, then one for each option of the field.

    The first is current where `chosen` is none of the options.
    """
    tabs: list[dict[str, object]] = [
        {
            "label": label,
            "url": f"?{field}={value}",
            "is_current": value == chosen,
            "count": count,
        }
        for value, label, count in options
    ]
    is_all = not any(tab["is_current"] for tab in tabs)
    first = {"label": every, "url": "?", "is_current": is_all, "count": total}
    return [first, *tabs]
