"""Gives the facts of a final report the wording of its draft.

A final says what was circulated, also if a short title or the system's own words have
been edited since. Only wording is taken over. All else stays as it was read now, so
that a difference still shows.
"""

from collections.abc import Mapping
from typing import Any, Final

# Parts of the facts that are nothing but wording.
WORDING: Final = (
    "title",
    "language_name",
    "audience_statement",
    "acronyms",
    "method",
    "summary",
)
# A value that words what other values of the same object say: it is taken over if the
# draft has the same for those. An object is known by these names. The summit of a plan
# is nothing but its name, place and days in words.
WORDS_OF: Final = (
    ("text", ("iso",)),
    ("name", ("code",)),
    ("short_title", ("code",)),
    ("heading", ("code", "title")),
    ("kind", ("slug",)),
    ("size", ("sha256",)),
    ("title", ("member", "action", "sub_area", "instrument")),
    ("title", ("stocktake", "at", "known_at")),
    ("summit", ("slug", "source_sha256")),
)


def in_words_of(draft: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts in the wording of a draft. Both stay as they are.

    A draft of an earlier version may lack a label that this version prints. Then the
    labels stay too, and the facts differ.
    """
    worded: dict[str, Any] = _worded(draft, facts)
    words = {name: draft[name] for name in WORDING if name in draft}
    if _have_same_names(draft["labels"], facts["labels"]):
        words["labels"] = draft["labels"]
    return {**worded, **words}


def _worded(draft: Any, new: Any) -> Any:
    if isinstance(draft, Mapping) and isinstance(new, Mapping):
        # Inner objects first: a moment in other words is the same moment.
        found = {name: _worded(draft.get(name), value) for name, value in new.items()}
        for word, said in WORDS_OF:
            if word in draft and word in found and _say_same(draft, found, said):
                found[word] = draft[word]
        return found
    if isinstance(draft, list) and isinstance(new, list) and len(draft) == len(new):
        return [_worded(*pair) for pair in zip(draft, new, strict=True)]
    return new


def _say_same(
    draft: Mapping[str, Any], new: Mapping[str, Any], names: tuple[str, ...]
) -> bool:
    return all(
        name in draft and name in new and draft[name] == new[name] for name in names
    )


def _have_same_names(draft: Any, new: Any) -> bool:
    if not isinstance(draft, Mapping) or not isinstance(new, Mapping):
        return not isinstance(draft, Mapping) and not isinstance(new, Mapping)
    return draft.keys() == new.keys() and all(
        _have_same_names(draft[name], new[name]) for name in new
    )
