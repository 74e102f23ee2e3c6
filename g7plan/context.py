"""The context of every page: the navigation, and whether the data is real."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from g7plan.contacts import Contacts, contacts_of_strangers
from g7plan.home.first_steps import Tour, tour_of
from g7plan.navigation import (
    SystemMarks,
    count_waiting,
    navigation_of,
    page_facts,
    read_marks,
)
from progress.querysets.visibility import highest_handling

# The apps, and the pages of no app, that show entries or what follows from them.
WITH_ENTRIES = frozenset(
    {"progress", "reports", "partners", "home", "new-list", "presidency"}
)


def every_page(request: HttpRequest) -> dict[str, Any]:
    marks, counts, contacts = _facts(request)
    return {
        "is_demonstration": marks.is_demonstration,
        "is_paused": marks.is_paused,
        "contacts": contacts,
        "tour": _tour(request),
        "is_trial": not settings.PRODUCTION,
        "page_languages": settings.LANGUAGES,
        "navigation": navigation_of(request, counts),
        "printed_handling": _printed_handling(request),
    }


def _printed_handling(request: HttpRequest) -> str:
    """Return the highest label that a printed page of this reader may hold.

    It is that of the reader's rights, not of the entries on the page: a count or an
    empty place may follow from an entry too. Pages without entries have none.
    """
    reader = getattr(request, "user", None)
    match = request.resolver_match
    if not isinstance(reader, User) or match is None:
        return ""
    has_entries = not WITH_ENTRIES.isdisjoint({match.namespace, match.view_name})
    return highest_handling(reader, request.at) if has_entries else ""  # type: ignore[attr-defined]


def _tour(request: HttpRequest) -> Tour | None:
    """Return the first steps of a person and their guide; none of a stranger's."""
    reader = getattr(request, "user", None)
    at = getattr(request, "at", None)
    return tour_of(reader, at) if isinstance(reader, User) and at else None


def _facts(request: HttpRequest) -> tuple[SystemMarks, dict[str, int], Contacts]:
    """Return what is said of the whole system, what waits behind links, whom to ask."""
    reader = getattr(request, "user", None)
    if not isinstance(reader, User):
        return read_marks(), {}, contacts_of_strangers()
    at = getattr(request, "at", None) or timezone.now()
    waiting = count_waiting(reader, at)
    counts = {
        "partners:notice-list": waiting.notices,
        "new-list": waiting.changes,
    }
    facts = page_facts(reader, at)
    return facts.marks, counts, facts.contacts
