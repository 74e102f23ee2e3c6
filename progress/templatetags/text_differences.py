"""Show the differences between two texts, to eyes and to screen readers."""

from django import template

from progress.entries.diff import differences_as_read
from progress.entries.text import EntryText

register = template.Library()


@register.inclusion_tag("components/_difference.html")
def difference(before: str, after: str) -> dict[str, object]:
    """`{% difference before after %}`: show `after`, with additions and removals."""
    return {"pieces": differences_as_read(before, after)}


@register.inclusion_tag("progress/entries/_changed_words.html")
def changed_words(before: EntryText, after: EntryText, name: str) -> dict[str, object]:
    """`{% changed_words before after "narrative" %}`: show what changed in one text."""
    return changed_text(
        getattr(before, name), getattr(after, name), before.language, after.language
    )


@register.inclusion_tag("progress/entries/_changed_words.html")
def changed_text(
    before: str, after: str, language_before: str, language: str
) -> dict[str, object]:
    """`{% changed_text before after "en" "en" %}`: show what changed in a text.

    A text that was rewritten is easier to read without marks.
    """
    pieces = differences_as_read(before, after)
    return {
        "before": before,
        "after": after,
        "language_before": language_before,
        "language": language,
        "pieces": pieces,
        "is_rewritten": {piece.kind for piece in pieces} == {"removed", "added"},
    }


@register.inclusion_tag("progress/entries/_side_by_side.html")
def side_by_side(
    before: EntryText,
    after: EntryText,
    name: str,
    heading: str,
    label: str,
    label_after: str = "",
) -> dict[str, object]:
    """`{% side_by_side before after "narrative" heading label %}`: old beside new.

    `label` says what the old text is, and `label_after` what the new one is, if it is
    not the text of now. The old one marks what was removed, and the new
    one what was added. A text that was rewritten has no marks.
    """
    old, new = getattr(before, name), getattr(after, name)
    pieces = differences_as_read(old, new)
    kinds = {piece.kind for piece in pieces}
    return {
        "heading": heading,
        "label": label,
        "label_after": label_after,
        "before": old,
        "after": new,
        "language_before": before.language,
        "language": after.language,
        "pieces_before": [piece for piece in pieces if piece.kind != "added"],
        "pieces": [piece for piece in pieces if piece.kind != "removed"],
        "is_unchanged": kinds == {"same"},
        "is_marked": "same" in kinds,
    }
