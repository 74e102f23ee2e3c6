"""Which final reports anyone may read: those that say only what is public."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from accounts.models import User
from commitments.models import Commitment
from progress.models import AssessmentTable, Entry, Handling
from progress.positions.changes import earlier_entries
from progress.public_reading.reader import public_reader
from reports.kinds import SCOPE_FIELDS
from reports.models import LINE_FIELDS, Report, ReportFile
from reports.models.report import SINCE_FIELDS, ReportQuerySet
from reports.since import comparison_of

# Of the newest final reports, so many are looked at.
MOST_LISTED = 20


def public_finals(since: datetime, at: datetime) -> list[Report]:
    """Return the newest final reports that anyone may read, the newest first.

    Of several in one line, which are one document at different times, it is the last.
    """
    newest = _clear_finals().order_by("-finished_at", "pk")[:MOST_LISTED]
    last: dict[tuple[object, ...], Report] = {}
    for report in _public_among(newest, since, at):
        last.setdefault(tuple(getattr(report, name) for name in LINE_FIELDS), report)
    return list(last.values())


def public_final(key: UUID, since: datetime, at: datetime) -> Report | None:
    """Return a final report if anyone may read it, or None."""
    found = _public_among(_clear_finals().filter(pk=key), since, at)
    return next(iter(found), None)


def _clear_finals() -> ReportQuerySet:
    """Return the final clear reports with their files. No reader is asked."""
    finals = Report.objects.filter(
        circulation=Report.Circulation.FINAL,
        state=Report.State.DONE,
        audience=Handling.CLEAR,
        erased_at=None,
    )
    return (
        finals.select_related("plan", "stocktake", *SCOPE_FIELDS, *SINCE_FIELDS)
        .select_related("manifest")
        .defer("plan__source_text", "plan__preamble", "since_report__snapshot")
        .defer("manifest__text")
        .prefetch_related(Prefetch("files", ReportFile.objects.offered()))
    )


def _public_among(
    reports: Collection[Report], since: datetime, at: datetime
) -> list[Report]:
    """Return the reports whose every entry is public now, in their order.

    A delegation chose TLP:CLEAR for an older entry without a public page in mind, and
    may withdraw or correct what it released. A report with such an entry would show it
    all the same.
    """
    reader = public_reader(since, at)
    reports = _with_public_scores(reports, reader, at)
    rests_on = {report.pk: entries_behind(report) for report in reports}
    named = {key for keys in rests_on.values() if keys for key in keys}
    found = Entry.objects.visible_to(reader, at).filter(pk__in=named)
    public = set(found.values_list("pk", flat=True))
    return [
        report
        for report in reports
        if (keys := rests_on[report.pk]) is not None and keys <= public
    ]


def _with_public_scores(
    reports: Collection[Report], reader: User, at: datetime
) -> list[Report]:
    """Return the reports that print no table of scores but those that are public."""
    prints = {report.pk: tables_behind(report) for report in reports}
    named = {key for keys in prints.values() for key in keys}
    public: set[UUID] = set()
    if named:
        found = AssessmentTable.objects.visible_to(reader, at).filter(pk__in=named)
        public = set(found.values_list("pk", flat=True))
    return [report for report in reports if prints[report.pk] <= public]


def tables_behind(report: Report) -> set[UUID]:
    """Return the tables of scores that a report prints."""
    facts = (report.snapshot or {}).get("facts") or {}
    return {UUID(table["id"]) for table in facts.get("scores", {}).get("tables", [])}


def entries_behind(report: Report) -> set[UUID] | None:
    """Return the entries that a report prints, or from which it says what has changed.

    None if that is not known, or if it says that an entry was withdrawn, as public
    pages never do.
    """
    facts = (report.snapshot or {}).get("facts")
    if facts is None:
        return None
    rows = dict(_rows_in(facts))
    if any(row["is_withdrawn"] for row in rows.values()):
        return None
    printed = {UUID(key) for key in facts["entries"]}
    compared = {place for place, row in rows.items() if row["before"]}
    return printed | (_earlier_in(report, compared) if compared else set())


def _rows_in(facts: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Any]]:
    """Yield each position of a report by its commitment's code and its member."""
    for action in facts["actions"]:
        for sub_area in action["sub_areas"]:
            for commitment in sub_area["commitments"]:
                for row in commitment["positions"]:
                    yield (commitment["code"], row["member"]), row


def _earlier_in(report: Report, places: set[tuple[str, str]]) -> set[UUID]:
    """Return the entries that were the positions here when the report compares."""
    comparison = comparison_of(report)
    if comparison is None:
        return set()
    entries = Entry.objects.for_audience(report.audience)
    earlier = earlier_entries(entries, plan=report.plan, comparison=comparison)
    commitments = Commitment.objects.filter(plan=report.plan_id)
    codes = dict(commitments.values_list("pk", "code"))
    return {
        before.entry
        for (commitment, member), before in earlier.items()
        if (codes[commitment], member) in places
    }
