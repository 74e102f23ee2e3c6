"""Marks between words and after numbers, in the active language."""

from collections.abc import Iterable

from django.utils.translation import get_language

from accounts.languages import language_of

# What other languages write instead of a separator of English.
_SEPARATORS = {"ja": {", ": "、", "; ": "\uff1b", " ": ""}}


# A full stop, where it is another sign.
_STOPS = {"ja": "。"}


def sentence(text: str) -> str:
    """Return a text as a sentence: with the full stop of the active language."""
    return text + _STOPS.get(language_of(get_language() or ""), ".")


def listed(parts: Iterable[object], separator: str = ", ") -> str:
    """Return the parts that are not empty, with a separator between them.

    The separator is given as English writes it. A blank joins whole sentences.
    """
    separators = _SEPARATORS.get(language_of(get_language() or ""), {})
    texts = filter(None, map(str, parts))
    return separators.get(separator, separator).join(texts)


# English, Italian and Japanese have no space before the sign.
_BEFORE_PERCENT = {"fr": "\u202f", "de": "\xa0"}


def percent_text(number: int) -> str:
    """Return a number of percent: `62%`, in French and German with a space."""
    return f"{number}{_BEFORE_PERCENT.get(language_of(get_language() or ''), '')}%"
