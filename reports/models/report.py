"""A compiled report. Its row is also the row of its job."""

import uuid
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Case, Q, When
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Role, Scope, User
from commitments.models import Action, Instrument, Plan, SubArea
from progress.models import Handling, Stocktake
from progress.querysets.visibility import readable_handlings
from reports.codes import new_code
from reports.kinds import KINDS, LABELS, LAYOUTS, SCOPE_FIELDS
from reports.languages import LANGUAGES
from reports.models.schedule import Schedule
from reports.problems import WithProblem

SINCE_FIELDS = ("since_stocktake", "since_report")
# Reports of one line are one document at different times: draft 1, draft 2, the final.
LINE_FIELDS = (
    "plan",
    "stocktake",
    "kind",
    "layout",
    "audience",
    "language",
    *SCOPE_FIELDS,
    *SINCE_FIELDS,
    "since_at",
)


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, reader: User, at: datetime) -> "ReportQuerySet":
        """Return the reports this reader may see, with the reader's rights at `at`.

        The table in docs/reports.md explains it:

        - a report that a reader asked for alone, by who asked;
        - a draft of the Presidency, for which a coordinator or a schedule asked, by the
          present Presidency;
        - a circulated report, by all delegations;
        - a final report, once it is compiled, by every reader;

        in each case only while the reader's rights cover its audience. So a former
        Presidency reads as an ordinary delegation from the instant of the handover.
        """
        if not reader.may(Scope.READ_REPORTS):
            return self.none()
        readable = Q(audience__in=readable_handlings(reader))
        own = Q(requested_by=reader, is_of_presidency=False)
        visible = own & (readable | self._about_own_member(reader))
        final = Q(circulation=Report.Circulation.FINAL, state=Report.State.DONE)
        visible |= readable & final
        if reader.delegation is not None:
            visible |= readable & Q(circulation__in=Report.CIRCULATED)
        if reader.is_presidency(at):
            visible |= Q(is_of_presidency=True)
        return self.filter(visible)

    @staticmethod
    def _about_own_member(reader: User) -> Q:
        """Return which amber reports an officer or head keeps: on their own member."""
        if reader.has_role(Role.OFFICER, Role.HEAD) and reader.may(Scope.READ_OWN):
            return Q(kind="member", member=reader.delegation)
        return Q(pk__in=[])

    def of_line(self, report: "Report") -> "ReportQuerySet":
        """Return the reports of the Presidency in the same line: drafts and finals."""
        line = {name: getattr(report, name) for name in LINE_FIELDS}
        return self.filter(is_of_presidency=True, **line)

    def in_list_order(self, ordering: str) -> "ReportQuerySet":
        """Order by one column of the list, by default the newest first."""
        sign = "-" if ordering.startswith("-") else ""
        column = ordering.removeprefix("-")
        if column not in {"kind", "audience", "at", "requested_at", "state"}:
            return self.order_by("-requested_at", "pk")
        if column == "audience":
            ranks = [When(audience=label, then=n) for n, label in enumerate(LABELS)]
            rank = Case(*ranks, output_field=models.IntegerField())
            key = rank.desc() if sign else rank.asc()
            return self.order_by(key, "-requested_at", "pk")
        return self.order_by(f"{sign}{column}", "-requested_at", "pk")

    def with_parts(self) -> "ReportQuerySet":
        """Load what names a report, and not its snapshot."""
        return self.defer(
            "snapshot",
            "since_report__snapshot",
            "plan__source_text",
            "plan__preamble",
        ).select_related(
            "plan",
            "stocktake",
            "requested_by",
            "schedule",
            *SCOPE_FIELDS,
            *SINCE_FIELDS,
        )

    def unsigned(self) -> "ReportQuerySet":
        """Return finished reports that wait for the signature of their manifest."""
        return self.filter(state="done", erased_at=None, manifest=None)

    def without_worker(self, at: datetime) -> "ReportQuerySet":
        """Return jobs that are queued, or whose worker let its lease expire.

        A report of an instant that has not passed yet is not among them.
        """
        return self.filter(
            Q(state="queued") | Q(state="running", lease_ends_at__lte=at),
            known_at__lte=at,
        )


def _exactly_one(*names: str) -> Q:
    """Return the condition that exactly one of these fields has a value."""
    choices = (
        Q(**{f"{name}__isnull": name != chosen for name in names}) for chosen in names
    )
    return reduce(or_, choices)


def _one_only_with(kind: str, *names: str) -> Q:
    """Return the condition that a kind has one of these fields, and all others none."""
    none = Q(**{f"{name}__isnull": True for name in names})
    return (Q(kind=kind) & _exactly_one(*names)) | (~Q(kind=kind) & none)


class Report(WithProblem, models.Model):
    """A document compiled from a frozen snapshot, and the progress of its job.

    A worker holds a lease while it works, and `lease` is the id of that claim. A worker
    that comes back late sees from it that it has lost the job.
    """

    class Kind(models.TextChoices):
        STOCKTAKE = "stocktake", _("Stocktake report")
        MEMBER = "member", _("Member report")
        BRIEF = "brief", _("Brief")
        CHANGES = "changes", _("Report of changes")
        GAPS = "gaps", _("List of gaps")

    class Layout(models.TextChoices):
        FULL = "full", _("Full")
        COMPACT = "compact", _("Compact")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to be compiled")
        RUNNING = "running", _("Being compiled")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class Step(models.TextChoices):
        SNAPSHOT = "snapshot", _("Collecting the entries")
        JSON = "json", _("Writing the data (JSON)")
        CSV = "csv", _("Writing the table (CSV)")
        CSV_PEOPLE = "csv-people", _("Writing the table for spreadsheets (CSV)")
        XLSX = "xlsx", _("Making the Excel workbook")
        DOCX = "docx", _("Making the Word document")
        HTML = "html", _("Making the web page")
        PDF = "pdf", _("Typesetting the PDF")
        FILING = "filing", _("Saving the files")

    class Circulation(models.TextChoices):
        NONE = "none", _("Not circulated")
        CIRCULATED = "circulated", _("Circulated")
        OBJECTED = "objected", _("Silence broken")
        FINAL = "final", _("Final")

    # The states in which every delegation has the report.
    CIRCULATED = (Circulation.CIRCULATED, Circulation.OBJECTED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="reports")
    stocktake = models.ForeignKey(
        Stocktake, on_delete=models.PROTECT, null=True, related_name="reports"
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.STOCKTAKE)
    layout = models.CharField(max_length=7, choices=Layout, default=Layout.FULL)
    # What the report is about: at most one of these. Without one, the whole plan.
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="reports"
    )
    action = models.ForeignKey(
        Action, on_delete=models.PROTECT, null=True, related_name="reports"
    )
    sub_area = models.ForeignKey(
        SubArea, on_delete=models.PROTECT, null=True, related_name="reports"
    )
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, null=True, related_name="reports"
    )
    # Since when a report of changes compares: one of these three.
    since_stocktake = models.ForeignKey(
        Stocktake, on_delete=models.PROTECT, null=True, related_name="reports_since"
    )
    since_report = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="reports_since"
    )
    since_at = models.DateField(null=True)
    since_known_at = models.DateTimeField(null=True)  # together with `since_at`
    at = models.DateField()
    known_at = models.DateTimeField()  # in whole seconds
    # The highest handling label that the report may contain.
    audience = models.CharField(max_length=5, choices=Handling)
    language = models.CharField(max_length=8, default="en")
    requested_at = models.DateTimeField()
    # None if a schedule asked for it.
    requested_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="requested_reports"
    )
    schedule = models.ForeignKey(
        Schedule, on_delete=models.PROTECT, null=True, related_name="reports"
    )
    # The instant for which the schedule asked for it.
    scheduled_for = models.DateTimeField(null=True)
    # Whether a coordinator of the chair, or a schedule, requested it. The present
    # Presidency reads it.
    is_of_presidency = models.BooleanField(default=False)
    # The number of a draft of the Presidency within its line, from 1.
    draft_number = models.PositiveSmallIntegerField(null=True)
    # For a final report: the circulated draft that it says again, word for word.
    final_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="final"
    )
    # What a reader types on /verify/. Reports from before there were codes have none.
    code = models.CharField(max_length=16, blank=True, default=new_code, editable=False)

    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    percent = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=10, choices=Step, blank=True)
    # Why it failed, in a sentence that a coordinator can act on.
    problem = models.CharField(max_length=500, blank=True)
    lease = models.UUIDField(null=True)
    lease_ends_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    snapshot = models.JSONField(null=True)
    snapshot_sha256 = models.CharField(max_length=64, blank=True)
    # Of the snapshot's facts alone. Blank for snapshots from before there were facts.
    facts_sha256 = models.CharField(max_length=64, blank=True)
    # The characters that no font has and the renderer replaced, by entry.
    replaced = models.JSONField(default=list)
    # When the text of an erased entry was removed from the snapshot and the files.
    erased_at = models.DateTimeField(null=True)
    circulation = models.CharField(
        max_length=10, choices=Circulation, default=Circulation.NONE
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state="running", lease__isnull=False, lease_ends_at__isnull=False
                )
                | (
                    ~Q(state="running")
                    & Q(lease__isnull=True, lease_ends_at__isnull=True)
                ),
                name="report_is_leased_while_it_runs",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["done", "failed", "cancelled"],
                    finished_at__isnull=False,
                )
                | Q(state__in=["queued", "running"], finished_at__isnull=True),
                name="report_is_finished_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(percent__lte=100), name="report_percent_is_at_most_100"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(snapshot__isnull=False),
                name="report_done_has_its_snapshot",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=KINDS),
                name="report_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(layout__in=LAYOUTS),
                name="report_layout_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind="gaps") | Q(audience="amber", layout="full"),
                name="report_of_gaps_is_amber",
            ),
            models.CheckConstraint(
                condition=_one_only_with("member", "member"),
                name="report_of_a_member_has_one",
            ),
            models.CheckConstraint(
                condition=_one_only_with("brief", "action", "sub_area", "instrument"),
                name="report_brief_has_one_subject",
            ),
            models.CheckConstraint(
                condition=_one_only_with(
                    "changes", "since_stocktake", "since_report", "since_at"
                ),
                name="report_of_changes_has_a_since",
            ),
            models.CheckConstraint(
                condition=Q(
                    requested_by__isnull=False,
                    schedule__isnull=True,
                    scheduled_for__isnull=True,
                )
                | Q(
                    requested_by__isnull=True,
                    schedule__isnull=False,
                    scheduled_for__isnull=False,
                    is_of_presidency=True,
                ),
                name="report_is_asked_for_by_one",
            ),
            models.UniqueConstraint(
                fields=["schedule", "scheduled_for"],
                name="report_of_a_schedule_is_compiled_once",
            ),
            models.UniqueConstraint(
                fields=[*LINE_FIELDS, "draft_number"],
                condition=Q(draft_number__isnull=False),
                nulls_distinct=False,
                name="report_draft_number_is_unique_in_its_line",
            ),
            models.CheckConstraint(
                condition=Q(draft_number__isnull=True)
                | Q(draft_number__gte=1, is_of_presidency=True, final_of__isnull=True),
                name="report_draft_number_is_of_the_presidency",
            ),
            models.UniqueConstraint(
                fields=["code"], condition=~Q(code=""), name="report_code_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(circulation="none")
                | Q(is_of_presidency=True, audience__in=["clear", "green"]),
                name="report_of_amber_does_not_circulate",
            ),
            models.CheckConstraint(
                condition=Q(circulation__in=["circulated", "objected"], state="done")
                | Q(circulation__in=["none", "final"]),
                name="report_circulates_when_it_is_done",
            ),
            models.CheckConstraint(
                condition=Q(circulation="final", final_of__isnull=False)
                | (~Q(circulation="final") & Q(final_of__isnull=True)),
                name="report_is_final_of_a_draft",
            ),
            models.CheckConstraint(
                condition=Q(since_at__isnull=True, since_known_at__isnull=True)
                | Q(since_at__isnull=False, since_known_at__isnull=False),
                name="report_since_has_both_clocks",
            ),
        ]
        indexes = [
            models.Index(fields=["plan", "-requested_at", "id"], name="report_newest"),
            models.Index(
                fields=["lease_ends_at"],
                condition=Q(state__in=["queued", "running"]),
                name="report_at_work",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at}"

    @property
    def scope(self) -> Member | Action | SubArea | Instrument | None:
        """Return what the report is about, or None if it is the whole plan."""
        return self.member or self.action or self.sub_area or self.instrument

    @property
    def scope_code(self) -> str:
        """Return the code of what the report is about, as in file names, or nothing."""
        if self.instrument:
            return self.instrument.slug
        part = self.action or self.sub_area
        return part.code if part else (self.member_id or "")

    @property
    def language_name(self) -> str:
        """Return the name of the report's language in that language."""
        return LANGUAGES.get(self.language, self.language)

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None
