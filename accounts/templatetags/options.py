"""`{% options groups %}`: show the options of a select, of which some have hundreds."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

OPTION = '<option value="{}"{}>{}</option>\n'
# A group of a widget: its label if it has one, its options and its place.
Group = tuple[str | None, Sequence[Mapping[str, Any]], int]


@register.simple_tag
def options(groups: Iterable[Group]) -> SafeString:
    """Return the options of a widget, under the labels of their groups."""
    html = "".join(_group(label, found) for label, found, _place in groups)
    return mark_safe(html)  # noqa: S308 - each part is escaped


def _group(label: str | None, found: Iterable[Mapping[str, Any]]) -> str:
    inside = "".join(
        OPTION.format(
            conditional_escape(str(option["value"])),
            " selected" if option["selected"] else "",
            conditional_escape(option["label"]),
        )
        for option in found
    )
    if not label:
        return inside
    opening = format_html('<optgroup label="{}">', label)
    return f"{opening}{inside}</optgroup>"
