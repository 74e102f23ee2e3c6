"""The opening of a commitment's wording, as a title for one that has none."""

import textwrap
from collections.abc import Mapping

SHORT_TITLE_LENGTH = 60


def opening_titles(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the opening of each text by its code, cut between words.

    Openings that are equal end with the code, because titles are unique in a plan.
    """
    openings = {code: _opening(text) for code, text in texts.items()}
    shared = list(openings.values())
    return {
        code: opening if shared.count(opening) == 1 else _with_code(texts[code], code)
        for code, opening in openings.items()
    }


def _with_code(text: str, code: str) -> str:
    ending = f" ({code})"
    return _opening(text, SHORT_TITLE_LENGTH - len(ending)) + ending


def _opening(text: str, length: int = SHORT_TITLE_LENGTH) -> str:
    """Return as many whole words as fit. Text without spaces is cut anywhere."""
    words = " ".join(text.split())
    if len(words) <= length:
        return words.rstrip(".")
    cut = textwrap.shorten(words, length, placeholder="…", break_on_hyphens=False)
    return words[: length - 1] + "…" if cut == "…" else cut
