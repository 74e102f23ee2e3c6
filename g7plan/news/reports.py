"""The reports that are new to a reader: circulated drafts and final ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from partners.sentences import name_of_report
from progress.positions.news import News
from reports.kinds import SCOPE_FIELDS
from reports.models import Circulation, Report
from reports.permissions import can_read_circulations

MOST_SHOWN = 20
# An act may become visible so long after the instant that it records.
SETTLED_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class NewReport:
    """A report that came to the reader: as a draft that goes round, or as a final."""

    report: Report
    name: str
    at: datetime

    @property
    def is_final(self) -> bool:
        return self.report.circulation == Report.Circulation.FINAL


def new_reports(reader: User, at: datetime, news: News) -> list[NewReport]:
    """Return the reports since the reader's mark or start, the newest first.

    Two queries, or one for readers of no delegation.
    """
    visible = Report.objects.visible_to(reader, at)
    since = _since(news)
    finals = visible.filter(
        circulation=Report.Circulation.FINAL, state=Report.State.DONE
    )
    if since is not None:
        finals = finals.filter(finished_at__gt=since)
    named = finals.select_related(*SCOPE_FIELDS).defer("snapshot")
    found = [
        NewReport(report, name_of_report(report), report.finished_at)
        for report in named.order_by("-finished_at", "pk")[:MOST_SHOWN]
        if report.finished_at is not None
    ]
    if can_read_circulations(reader):
        rounds = Circulation.objects.filter(draft__in=visible.values("pk"))
        found += _circulated(rounds, since)
    return sorted(found, key=attrgetter("at"), reverse=True)[:MOST_SHOWN]


def seen_until(shown: Sequence[NewReport], at: datetime) -> datetime:
    """Return up to when a page of this instant shows all reports."""
    newest = max((one.at for one in shown), default=at - SETTLED_AFTER)
    return max(newest, at - SETTLED_AFTER)


def _since(news: News) -> datetime | None:
    """Return after when a report is new to the reader, or None for every report."""
    if news.mark is not None:
        return news.mark.seen_until or news.mark.marked_at
    return news.start.opened_at if news.start is not None else None


def _circulated(
    rounds: QuerySet[Circulation], since: datetime | None
) -> list[NewReport]:
    """Return the drafts that went round since, each with its last round."""
    if since is not None:
        rounds = rounds.filter(procedure__started_at__gt=since)
    drafts = [f"draft__{name}" for name in SCOPE_FIELDS]
    named = rounds.select_related("procedure", "draft", *drafts)
    newest = named.defer("draft__snapshot").order_by("-procedure__started_at", "pk")
    found: dict[UUID, NewReport] = {}
    for one in newest[:MOST_SHOWN]:
        new = NewReport(one.draft, name_of_report(one.draft), one.procedure.started_at)
        found.setdefault(one.draft_id, new)
    return list(found.values())
