"""Show how a position changed: its arrow, and its words."""

from typing import cast

from django import template
from django.utils.translation import gettext as _

from progress.positions.figures import Change
from progress.positions.labels import change_label
from progress.positions.plan_changes import ChangedPosition
from progress.positions.viewpoint import Viewpoint

register = template.Library()

ARROWS = {
    "up": "↑",
    "down": "↓",
    "same": "=",
    "other": "↔",
    "new": "+",
    "gone": "−",  # noqa: RUF001 - the sign of minus
}


@register.filter
def change_arrow(change: str) -> str:
    """Return the sign of a change. Its words must be beside it."""
    return ARROWS[change]


@register.filter
def kind_label(change: str) -> str:
    """Return the label of a kind of change, in a list of kinds."""
    return _("Updated") if change == "same" else change_label(cast("Change", change))


@register.simple_tag
def none_label_of(one: ChangedPosition, viewpoint: Viewpoint) -> str:
    """Return the label of an empty position of this member."""
    return viewpoint.none_label(one.member.code)
