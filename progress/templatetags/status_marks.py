"""Show a status: as a Harvey ball, with its label, or as a bar of many."""

from collections.abc import Mapping
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.wording.listed import listed
from progress.positions import drawings
from progress.positions.figures import ORDER, Part
from progress.positions.labels import (
    NOT_REPORTED,
    change_label,
    part_label,
    short_status_label,
    status_label,
)

register = template.Library()


register.filter(status_label)
register.filter(short_status_label)
register.filter(change_label)


@register.simple_tag
def harvey_ball(status: str, label: str) -> SafeString:
    """Show the mark with a name for screen readers.

    Give `label=""` where the label is printed beside the mark.
    """
    return _drawn(drawings.ball(status, label))


@register.simple_tag
def ball_shapes(status: str) -> SafeString:
    """Show the shapes of the mark alone, for a drawing that places them itself."""
    return _drawn(drawings.BALLS[status])


@register.simple_tag
def at_risk_triangle() -> SafeString:
    """Show the mark of what is at risk. Its words must be beside it."""
    return _drawn(drawings.triangle())


@register.simple_tag
def change_arrow(change: str) -> SafeString:
    """Show the mark of a change, which `mark_symbols` defines. Words must follow."""
    if change not in drawings.CHANGES:
        return _drawn("")
    return format_html(
        '<svg class="change-mark" aria-hidden="true"><use href="#change-{}"/></svg>',
        change,
    )


@register.simple_tag
def change_mark(change: str) -> SafeString:
    """Show the mark of a change on a page with few of them. Words must be beside it."""
    return _drawn(drawings.arrow(change))


@register.simple_tag
def mark_symbols() -> SafeString:
    """Show nothing, and define the marks that the cells of a table refer to."""
    return _drawn(drawings.symbols())


def _drawn(svg: str) -> SafeString:
    return mark_safe(svg)  # noqa: S308 - words are escaped where it is drawn


@register.simple_tag
def status_mark(
    status: str, is_at_risk: bool = False, is_current: bool = True
) -> SafeString:
    """Show the mark with its label, and the amber triangle if it is at risk."""
    return _mark(status, is_at_risk, is_current, get_language())


# A list shows a mark in each row.
@lru_cache(maxsize=256)
def _mark(
    status: str, is_at_risk: bool, is_current: bool, _language: str | None
) -> SafeString:
    context = {"status": status, "is_at_risk": is_at_risk, "is_current": is_current}
    return render_to_string("components/_status_mark.html", context)


@register.simple_tag
def no_position(none_label: str) -> SafeString:
    """Show the mark of an empty position, with the label that its reader may see."""
    return _no_position(none_label)


@lru_cache(maxsize=64)
def _no_position(label: str) -> SafeString:
    context = {"status": NOT_REPORTED, "label": label}
    return render_to_string("components/_no_position.html", context)


@register.inclusion_tag("components/_status_legend.html")
def status_legend(none_label: str) -> dict[str, object]:
    """Show every mark with its meaning."""
    return {"marks": [(status, part_label(status, none_label)) for status in ORDER]}


@register.simple_tag
def status_mix(
    counts: Mapping[Part, int], none_label: str, has_list: bool = True
) -> SafeString:
    """Show how many have which status, as a bar with the numbers as its text."""
    return _mix(tuple(counts.items()), none_label, has_list, get_language())


# A page shows a bar for each member or action, and counts rarely change.
@lru_cache(maxsize=1024)
def _mix(
    counts: tuple[tuple[Part, int], ...],
    none_label: str,
    has_list: bool,
    _language: str | None,
) -> SafeString:
    stretches = drawings.in_stocktake(
        dict(counts), lambda part: part_label(part, none_label)
    )
    words = listed(drawings.in_words(stretches)) or _("Nothing counted yet")
    label = "" if has_list else words
    context = {
        "bar": _drawn(drawings.bar(stretches, label, has_numbers=has_list)),
        "stretches": stretches,
        "words": words,
        "has_list": has_list,
    }
    return render_to_string("components/_status_mix.html", context)


@register.simple_tag
def status_heads(none_label: str) -> SafeString:
    """Show the heads of the columns of `status_numbers`: each mark with its label."""
    return format_html_join(
        "",
        '<th scope="col" class="number">{}<span>{}</span></th>',
        ((_drawn(drawings.ball(part)), part_label(part, none_label)) for part in ORDER),
    )


@register.simple_tag
def status_numbers(counts: Mapping[Part, int]) -> SafeString:
    """Show a bar and its numbers, as cells of a row. The heads name the numbers."""
    bar = _drawn(drawings.bar(drawings.in_stocktake(counts, lambda part: part)))
    numbers = format_html_join(
        "",
        '<td class="number{}">{}</td>',
        (("" if counts[part] else " zero", counts[part]) for part in ORDER),
    )
    return format_html('<td class="cell-bar">{}</td>{}', bar, numbers)
