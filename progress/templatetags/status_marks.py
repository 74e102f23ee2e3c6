"""Show a status: as a Harvey ball, with its label, or as a bar of many."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from progress.positions.labels import (
    NOT_REPORTED,
    ORDER,
    part_label,
    short_status_label,
    status_label,
)

register = template.Library()

BAR_WIDTH = 1000


register.filter(status_label)
register.filter(short_status_label)


@register.simple_tag
def harvey_ball(status: str, label: str) -> SafeString:
    """Show the mark with a name for screen readers.

    Give `label=""` where the label is printed beside the mark.
    """
    return _ball(status, label)


@lru_cache(maxsize=256)
def _ball(status: str, label: str) -> SafeString:
    # A matrix shows 224 marks of a few kinds, so they are cached.
    context = {"status": status, "label": label}
    return render_to_string("components/_harvey_ball.html", context)


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


@dataclass(frozen=True)
class Segment:
    """One part of a bar, in units of the bar's own width."""

    status: str
    label: str
    count: int
    start: float
    width: float


@register.simple_tag
def status_mix(
    counts: Mapping[str, int], none_label: str, has_list: bool = True
) -> SafeString:
    """Show how many have which status, as a bar with the numbers as its text."""
    return _mix(tuple(counts.items()), none_label, has_list, get_language())


# A page shows a bar for each member or action, and counts rarely change.
@lru_cache(maxsize=1024)
def _mix(
    counts: tuple[tuple[str, int], ...],
    none_label: str,
    has_list: bool,
    _language: str | None,
) -> SafeString:
    segments = segments_of(dict(counts), none_label)
    counted = ", ".join(f"{segment.label}: {segment.count}" for segment in segments)
    context = {
        "segments": segments,
        "bar_width": BAR_WIDTH,
        "words": counted or _("Nothing counted yet"),
        "has_list": has_list,
    }
    return render_to_string("components/_status_mix.html", context)


def segments_of(counts: Mapping[str, int], none_label: str) -> list[Segment]:
    """Return the segments in the order of `ORDER`, without empty ones.

    Together they fill the whole bar.
    """
    total = sum(counts.values())
    segments: list[Segment] = []
    counted = 0
    for status in ORDER:
        count = counts.get(status, 0)
        if count:
            start = BAR_WIDTH * counted / total
            width = BAR_WIDTH * count / total
            label = part_label(status, none_label)
            segments.append(
                Segment(status, label, count, round(start, 2), round(width, 2))
            )
        counted += count
    return segments
