"""The context of every page: the navigation, and whether the data is real."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, QuerySet, Value
from django.http import HttpRequest
from django.utils import timezone

from accounts.compiled_queries import CompiledOnce
from accounts.models import User
from audit.models import Demonstration
from g7plan.navigation import navigation_of
from partners.models import Notice
from progress.models import Stocktake
from progress.permissions import WAS_NAMED
from progress.querysets.visibility import highest_handling

# The apps, and the pages of no app, that show entries or what follows from them.
WITH_ENTRIES = frozenset({"progress", "reports", "partners", "home", "presidency"})


def every_page(request: HttpRequest) -> dict[str, Any]:
    is_demonstration, unread = _facts(request)
    return {
        "is_demonstration": is_demonstration,
        "is_trial": not settings.PRODUCTION,
        "navigation": navigation_of(request, unread_notices=unread),
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


def _facts(request: HttpRequest) -> tuple[bool, int]:
    """Return whether this is a demonstration, and the number of unread notices.

    One query a page. Only for people with unread notices a second query counts those
    they may still see: that rule is long, and most pages have none to count.
    """
    reader = getattr(request, "user", None)
    if not isinstance(reader, User):
        return Demonstration.objects.exists(), 0
    [(is_demonstration, has_unread, was_named)] = _first_facts(person=reader.pk)
    reader.remember(WAS_NAMED, was_named)
    if not has_unread:
        return is_demonstration, 0
    at = getattr(request, "at", None) or timezone.now()
    counts = _unread_notices(reader=reader, at=at)
    return is_demonstration, sum(count for (count,) in counts)


@CompiledOnce
def _first_facts(*, person: UUID) -> QuerySet[User, tuple[bool, bool, bool]]:
    """Return one row: a demonstration, an unread notice, was second reviewer."""
    return User.objects.filter(pk=person).values_list(
        Exists(Demonstration.objects.all()),
        Exists(Notice.objects.filter(user=person).unread()),
        Exists(Stocktake.objects.filter(second_reviewer=person)),
    )


@CompiledOnce
def _unread_notices(*, reader: User, at: datetime) -> QuerySet[Notice, tuple[int]]:
    """Return one row: how many unread notices this person may see.

    There is none for people of no delegation: they see no notices.
    """
    unread = Notice.objects.visible_to(reader, at).unread()
    together = unread.order_by().annotate(all=Value(1)).values("all")
    return together.annotate(count=Count("pk")).values_list("count")
