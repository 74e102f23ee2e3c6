"""Differences between two texts, marked for the eye and for the ear."""

from django import template

from progress.entries.diff import differences

register = template.Library()


@register.inclusion_tag("components/_difference.html")
def difference(before: str, after: str) -> dict[str, object]:
    """`after`, with what it adds to `before` and what it takes away."""
    return {"pieces": differences(before, after)}
