"""Show the differences between two texts, to eyes and to screen readers."""

from django import template

from progress.entries.diff import differences

register = template.Library()


@register.inclusion_tag("components/_difference.html")
def difference(before: str, after: str) -> dict[str, object]:
    """`{% difference before after %}`: show `after`, with additions and removals."""
    return {"pieces": differences(before, after)}


@register.inclusion_tag("progress/entries/_changed_words.html")
def changed_words(before: str, after: str) -> dict[str, object]:
    """`{% changed_words before after %}`: show what changed, or a rewritten text.

    A text that was rewritten is easier to read without marks.
    """
    pieces = differences(before, after)
    return {
        "before": before,
        "after": after,
        "pieces": pieces,
        "is_rewritten": [piece.kind for piece in pieces] == ["removed", "added"],
    }
