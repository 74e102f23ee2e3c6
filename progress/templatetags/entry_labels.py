"""The words for an entry on screens: its state, and what an editor may choose."""

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext_lazy as _

from progress.entries import states
from progress.models import Entry, Handling, Status
from progress.stocktakes.coverage import CoverageState, coverage_state_label

register = template.Library()

MEANINGS = {
    Status.NOT_STARTED: _("Nothing has been done towards it yet."),
    Status.LIMITED: _("First steps are taken; most is still to do."),
    Status.SUBSTANTIAL: _("Most is done; something is still to do."),
    Status.IMPLEMENTED: _("All that was promised is done, or is done continually."),
    Status.NOT_APPLICABLE: _("It does not concern your member: say why below."),
}
# Narrower than the Traffic Light Protocol's own text, so each page that asks says so.
AUDIENCES = {
    Handling.CLEAR: _("For anyone."),
    Handling.GREEN: _(
        "For all delegations, observers, assessors and partner systems with that right."
    ),
    Handling.AMBER: _("For your delegation and the Presidency only."),
}


@register.filter
def status_meaning(status: str) -> str:
    """When to choose it; nothing for not having decided."""
    return str(MEANINGS[Status(status)]) if status else ""


@register.filter
def handling_audience(handling: str) -> str:
    """Who will be able to read it once it is published."""
    return str(AUDIENCES[Handling(handling)])


@register.simple_tag(takes_context=True)
def state_label(context: Context, entry: Entry) -> str:
    """`{% state_label entry %}`: its state, in the words of every screen."""
    request = _request(context)
    return states.entry_state_label(entry, request.user, request.at)


@register.simple_tag(takes_context=True)
def coverage_label(context: Context, state: CoverageState) -> str:
    """`{% coverage_label state %}`: of the reader's own delegation."""
    request = _request(context)
    user = request.user
    is_chairs_own = user.delegation == user.chair_at(request.at)
    return str(coverage_state_label(state, is_chairs_own=is_chairs_own))


@register.simple_tag(takes_context=True)
def submit_label(context: Context, member: Any) -> str:
    """`{% submit_label member %}`: what sending an entry of this member is called."""
    request = _request(context)
    return states.submit_label(member, request.user, request.at)


def _request(context: Context) -> Any:
    """An include with `only` keeps the request beside the context's variables."""
    return getattr(context, "request", None) or context["request"]
