"""The calendar of a plan's deadlines, as a person's private address holds it."""

from collections.abc import Iterator
from copy import copy
from datetime import datetime
from typing import cast
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.wording.names import in_language
from partners.feeds.icalendar import CalendarEvent, calendar_of
from partners.models import PrivateFeed
from progress.models import AssessmentTable, Stocktake
from reports.models import Circulation, Report

MOST_STOCKTAKES = MOST_CIRCULATIONS = MOST_TABLES = 50


def deadlines_of(feed: PrivateFeed, at: datetime) -> bytes:
    """Return the deadlines of the plan's stocktakes and drafts that the person may see.

    An extension is there only if it is for all members: one for a single member would
    reveal, to anyone with the address, that it still owes entries.
    """
    for_all = Q(extensions__member=None)
    stocktakes = (
        Stocktake.objects.visible_to(feed.user)
        .filter(plan=feed.plan)
        .annotate(
            for_all_until=Max("extensions__ends_at", filter=for_all),
            for_all_granted_at=Max("extensions__granted_at", filter=for_all),
        )
        .order_by("-opens_at", "-pk")[:MOST_STOCKTAKES]
    )
    name = _("Deadlines of %(plan)s") % {"plan": feed.plan.slug}
    events = [event for one in stocktakes for event in _events(feed, one)]
    events += _ends_of_silence(feed, at)
    events += _ends_of_feedback(feed, at)
    return calendar_of(name, events, feed.user.own_language)


def _events(feed: PrivateFeed, stocktake: "Stocktake") -> Iterator[CalendarEvent]:
    # The query adds these two.
    until: datetime | None = stocktake.for_all_until  # type: ignore[attr-defined]
    granted_at: datetime | None = stocktake.for_all_granted_at  # type: ignore[attr-defined]
    known = (stocktake.opened_at, stocktake.closed_at, granted_at)
    path = reverse("progress:stocktake-detail", args=[feed.plan.slug, stocktake.slug])
    label = f"{feed.plan.slug} {stocktake.slug}"
    deadlines = [
        ("due", stocktake.due_at, _("%(stocktake)s: entries are due")),
        ("grace", stocktake.grace_ends_at, _("%(stocktake)s: late entries end")),
        ("extension", until, _("%(stocktake)s: longer time for all members ends")),
    ]
    for kind, at, sentence in deadlines:
        if at is not None and (kind == "due" or at > stocktake.due_at):
            yield CalendarEvent(
                uid=f"{kind}-{stocktake.pk}@g7plan",
                at=at,
                summary=sentence % {"stocktake": label},
                url=urljoin(settings.SITE_URL, path),
                changed_at=max(filter(None, known), default=feed.created_at),
            )


def _ends_of_silence(feed: PrivateFeed, at: datetime) -> Iterator[CalendarEvent]:
    """Yield until when heads may object to drafts, and nothing of what is in a draft.

    They are for people of a delegation: no key reads a draft that goes round.
    """
    reader = copy(feed.user)
    reader.scopes = None
    drafts = Report.objects.visible_to(reader, at).filter(plan=feed.plan)
    rounds = Circulation.objects.filter(draft__in=drafts, procedure__stopped_at=None)
    newest = rounds.select_related("procedure").order_by("-procedure__ends_at", "pk")
    summary = _("%(plan)s: the time to object to a draft report ends")
    for circulation in newest[:MOST_CIRCULATIONS]:
        path = reverse("reports:report-detail", args=[circulation.draft_id])
        yield CalendarEvent(
            uid=f"silence-{circulation.pk}@g7plan",
            at=circulation.procedure.ends_at,
            summary=summary % {"plan": feed.plan.slug},
            url=urljoin(settings.SITE_URL, path),
            changed_at=circulation.procedure.started_at,
        )


def _ends_of_feedback(feed: PrivateFeed, at: datetime) -> Iterator[CalendarEvent]:
    """Yield until when delegations may comment on scores, and no score.

    They are for people of a delegation, and for the assessors of the body.
    """
    reader = copy(feed.user)
    reader.scopes = None
    tables = AssessmentTable.objects.visible_to(reader, at).filter(
        stocktake__plan=feed.plan, feedback_until__isnull=False
    )
    if reader.delegation is None:
        tables = tables.filter(body=reader.assessing_body)
    newest = tables.select_related("stocktake", "body").order_by(
        "-feedback_until", "pk"
    )
    summary = _("%(stocktake)s: the time to comment on the scores of %(body)s ends")
    route = "feedback-table" if reader.delegation else "assessing-comments"
    for table in newest[:MOST_TABLES]:
        words = {
            "stocktake": f"{feed.plan.slug} {table.stocktake.slug}",
            "body": in_language(table.body.name),
        }
        path = reverse(f"progress:{route}", args=[table.pk])
        yield CalendarEvent(
            uid=f"feedback-{table.pk}@g7plan",
            at=cast("datetime", table.feedback_until),
            summary=summary % words,
            url=urljoin(settings.SITE_URL, path),
            changed_at=cast("datetime", table.feedback_opened_at),
        )
