"""Labels of an entry on screens: its state, and the choices in the editor."""

from typing import Any

from django import template
from django.template import Context

from progress.entries import states
from progress.entries.meanings import AUDIENCES, READERS, STATUS_MEANINGS
from progress.models import Entry, Handling, Status
from progress.stocktakes.coverage import CoverageState, coverage_state_label

register = template.Library()


@register.filter
def status_meaning(status: str) -> str:
    """Return when to choose a status; an empty text for no status."""
    return str(STATUS_MEANINGS[Status(status)]) if status else ""


@register.simple_tag
def status_meanings() -> list[tuple[Status, str, str]]:
    """Return every status with its label and its meaning."""
    return [(one, str(one.label), str(text)) for one, text in STATUS_MEANINGS.items()]


@register.filter
def handling_audience(handling: str) -> str:
    """Return who can read an entry with this label once it is published."""
    return str(AUDIENCES[Handling(handling)])


@register.filter
def handling_readers(handling: str) -> str:
    """Return who can read another delegation's entry once it is published."""
    return str(READERS[Handling(handling)])


@register.simple_tag(takes_context=True)
def state_label(context: Context, entry: Entry) -> str:
    """`{% state_label entry %}`: return the label of the entry's state."""
    request = _request(context)
    return states.entry_state_label(entry, request.user, request.at)


@register.simple_tag(takes_context=True)
def coverage_label(context: Context, state: str) -> str:
    """`{% coverage_label state %}`: return the label for the reader's delegation."""
    request = _request(context)
    user = request.user
    is_chairs_own = user.delegation == user.chair_at(request.at)
    return coverage_state_label(CoverageState(state), is_chairs_own=is_chairs_own)


@register.simple_tag(takes_context=True)
def submit_label(context: Context, member: Any) -> str:
    """`{% submit_label member %}`: return the label of sending its entries."""
    request = _request(context)
    return states.submit_label(member, request.user, request.at)


@register.simple_tag(takes_context=True)
def save_and_submit_label(context: Context, member: Any) -> str:
    """`{% save_and_submit_label member %}`: return the label of the editor's button."""
    request = _request(context)
    return states.save_and_submit_label(member, request.user, request.at)


def _request(context: Context) -> Any:
    """Return the request. An include with `only` keeps it outside the variables."""
    return getattr(context, "request", None) or context["request"]
