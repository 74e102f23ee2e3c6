"""What the choices of an editor mean, in a sentence each."""

from django import template
from django.utils.translation import gettext_lazy as _

from progress.models import Handling, Status

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
