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
    """`{% changed_words before after "narrative" %}`: show what changed in one text.

    A text that was rewritten is easier to read without marks.
    """
    old, new = getattr(before, name), getattr(after, name)
    pieces = differences_as_read(old, new)
    return {
        "before": old,
        "after": new,
        "language_before": before.language,
        "language": after.language,
        "pieces": pieces,
        "is_rewritten": {piece.kind for piece in pieces} == {"removed", "added"},
    }
