"""`{% changed_words before after %}`: what changed; both texts where all of it did."""

from django import template

from progress.entries.diff import differences

register = template.Library()


@register.inclusion_tag("progress/entries/_changed_words.html")
def changed_words(before: str, after: str) -> dict[str, object]:
    """Struck out and underlined; a text written anew is easier to read by itself."""
    pieces = differences(before, after)
    return {
        "before": before,
        "after": after,
        "pieces": pieces,
        "is_rewritten": [piece.kind for piece in pieces] == ["removed", "added"],
    }
