"""Headings and choices of a sheet, in every language in which it may be written."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import override


def as_compared(text: str) -> str:
    """Return a heading or a choice without what a person may write differently."""
    return " ".join(text.split()).casefold()


def in_every_language(text: str | Promise) -> Iterator[str]:
    """Yield a text in each language of the interface, as it is compared."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            yield as_compared(str(text))


def values_in_every_language(choices: Mapping[str, Any]) -> Mapping[str, str]:
    """Return stored values by what may be written for them.

    That is the label in any language of the interface, or the value itself.
    """
    return {
        written: value
        for value, label in choices.items()
        for written in (*in_every_language(label), value.casefold())
    }


def names_by_heading(
    headings: Mapping[str, str | Promise],
) -> list[Mapping[str, str]]:
    """Return the names of columns by their headings, for each language."""
    texts = [list(in_every_language(heading)) for heading in headings.values()]
    return [
        dict(zip(written, headings, strict=True))
        for written in zip(*texts, strict=True)
    ]


def names_of_headings(
    headings: Sequence[str], known: Sequence[Mapping[str, str]]
) -> list[str]:
    """Return the names of the columns with these headings, empty for an unknown one.

    A sheet is read in the language in which it was written, whatever its reader's is
    now: the one in which most of its headings are known. German has “Status” for what
    English calls “State”.
    """
    compared = [as_compared(text) for text in headings]

    def count(names: Mapping[str, str]) -> int:
        return sum(text in names for text in compared)

    names = max(known, key=count)
    return [names.get(text, "") for text in compared]
