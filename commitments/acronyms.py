"""Finds the acronyms that a text contains, with their long forms."""

import re

from commitments.models import Acronym


def acronyms_in(text: str) -> list[tuple[str, str]]:
    """Return each known acronym in the text with its long form, in order. One query.

    It is there as a whole word, in upper and lower case as given, perhaps with a
    plural s.
    """
    known = dict(Acronym.objects.values_list("acronym", "meaning"))
    words = set(re.findall(r"\w+(?:[/&.-]\w+)*", text))
    parts = words | {part for word in words for part in re.split(r"\W", word)}
    found = parts & known.keys() | {
        part[:-1] for part in parts if part.endswith("s") and part[:-1] in known
    }
    return [(acronym, known[acronym]) for acronym in sorted(found)]
