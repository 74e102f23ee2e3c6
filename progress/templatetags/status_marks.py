"""How a status is drawn: a Harvey ball, a word, a bar of many."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from progress.positions.labels import (
    NOT_REPORTED,
    ORDER,
    short_status_label,
    status_label,
)

register = template.Library()

BAR_WIDTH = 1000


register.filter(status_label)
register.filter(short_status_label)


@register.simple_tag
def harvey_ball(status: str, label: str | None = None) -> SafeString:
    """The mark alone, named for a screen reader; `label=""` if words stand beside."""
    name = status_label(status) if label is None else label
    return _ball(status or NOT_REPORTED, name)


@lru_cache(maxsize=256)
def _ball(status: str, label: str) -> SafeString:
    # A matrix has 224 of them and there are a handful of kinds.
    context = {"status": status, "label": label}
    return render_to_string("components/_harvey_ball.html", context)


@register.inclusion_tag("components/_status_mark.html")
def status_mark(
    status: str, is_at_risk: bool = False, is_current: bool = True
) -> dict[str, object]:
    """The mark with its words, and the amber triangle where it is at risk."""
    return {
        "status": status or NOT_REPORTED,
        "is_at_risk": is_at_risk,
        "is_current": is_current,
    }


@register.inclusion_tag("components/_status_legend.html")
def status_legend(word_for_none: str = "") -> dict[str, object]:
    """Every mark with its meaning."""
    return {"marks": [(status, _label(status, word_for_none)) for status in ORDER]}


def _label(status: str, word_for_none: str) -> str:
    """Whoever reads below amber cannot tell what is absent from what is not released:
    pages then say so in `word_for_none`.
    """
    if status == NOT_REPORTED and word_for_none:
        return word_for_none
    return status_label(status)


@dataclass(frozen=True)
class Segment:
    """One part of a bar, in units of the bar's own width."""

    status: str
    label: str
    count: int
    start: float
    width: float


@register.inclusion_tag("components/_status_mix.html")
def status_mix(
    counts: Mapping[str, int], has_list: bool = True, word_for_none: str = ""
) -> dict[str, object]:
    """A bar of how many stand where; the same numbers in words are its alternative."""
    segments = segments_of(counts, word_for_none)
    words = ", ".join(f"{segment.label}: {segment.count}" for segment in segments)
    return {
        "segments": segments,
        "bar_width": BAR_WIDTH,
        "words": words or _("Nothing counted yet"),
        "has_list": has_list,
    }


def segments_of(counts: Mapping[str, int], word_for_none: str = "") -> list[Segment]:
    """Parts in the order of `ORDER`, empty ones left out, filling the whole bar."""
    total = sum(counts.values())
    segments: list[Segment] = []
    counted = 0
    for status in ORDER:
        count = counts.get(status, 0)
        if count:
            start = BAR_WIDTH * counted / total
            width = BAR_WIDTH * count / total
            label = _label(status, word_for_none)
            segments.append(
                Segment(status, label, count, round(start, 2), round(width, 2))
            )
        counted += count
    return segments
