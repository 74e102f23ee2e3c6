"""The filters of a page as chips: what is in use, and the address without each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

# What an address loses with a filter: the place in a list, and the file it asked for.
_NOT_KEPT = ("page", "format")


@dataclass(frozen=True)
class FilterChip:
    """One value of a filter in use, and the address of the page without it."""

    # Empty where the value says it all, such as “At risk”.
    label: str
    value: str
    url: str


@dataclass(frozen=True)
class FilterChips:
    """The filters in use, and the address of the page without any of them."""

    chips: Sequence[FilterChip]
    clear_url: str


def filter_chips(
    form: forms.Form, query: QueryDict, *, names: Sequence[str]
) -> FilterChips:
    """Return a chip for each value of these fields. Call it once the form is valid.

    The addresses keep all else that was asked, such as the clocks and the order.
    """
    chips = [
        _chip(form, query, name, value)
        for name in names
        for value in _values(form.cleaned_data.get(name))
    ]
    return FilterChips(chips, address_with(query, dict.fromkeys(names, ())))


def _values(asked: Any) -> Iterator[Any]:
    values = asked if isinstance(asked, list | tuple) else [asked]
    return (value for value in values if value not in (None, ""))


def _chip(form: forms.Form, query: QueryDict, name: str, value: Any) -> FilterChip:
    field = form.fields[name]
    labels = dict(_flat(getattr(field, "choices", ())))
    label, shown = str(field.label or ""), str(labels.get(value, value))
    is_one_of_many = isinstance(form.cleaned_data[name], list)
    others = query.getlist(name) if is_one_of_many else ()
    kept = [other for other in others if other != str(value)]
    url = address_with(query, {name: kept})
    return FilterChip("" if label == shown else label, shown, url)


def _flat(choices: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Choices, also those in groups."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield value, label


def address_with(query: QueryDict, changed: Mapping[str, Sequence[str]]) -> str:
    """Return the query with these values, and without a place in a list."""
    kept = query.copy()
    for name in _NOT_KEPT:
        kept.pop(name, None)
    for name, values in changed.items():
        kept.setlist(name, list(values))
    return f"?{kept.urlencode()}"
