"""The part of the home page on reports: drafts that go round, and final reports."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, cast
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from accounts.compiled_queries import CompiledOnce
from accounts.models import User
from partners.sentences import name_of_report
from progress.models import AskedMember, Objection
from reports.kinds import SCOPE_FIELDS
from reports.models import LINE_FIELDS, Circulation, Report
from reports.permissions import can_read_circulations

# So many of the newest rounds are looked at, and so many final reports are named.
MOST_ROUNDS = 30
NEWEST_FINALS = 3
# Without the rows that they name.
LINE_KEYS = [
    field.attname for field in Report._meta.concrete_fields if field.name in LINE_FIELDS
]
SCOPE_OF_DRAFT = [f"draft__{name}" for name in SCOPE_FIELDS]


@dataclass(frozen=True)
class DraftInCirculation:
    """A draft that went round, as it is for the reader's delegation."""

    circulation: Circulation
    name: str
    objection_count: int
    is_open: bool
    # Whether the reader's member was asked, and has said nothing yet.
    waits_for_reader: bool

    @property
    def ends_at(self) -> datetime:
        return self.circulation.procedure.ends_at


@dataclass(frozen=True)
class NewestFinal:
    """A final report, as the home page names it."""

    pk: UUID
    name: str
    finished_at: datetime


@dataclass(frozen=True)
class ReportDesk:
    """What the home page says of reports."""

    drafts: Sequence[DraftInCirculation]
    finals: Sequence[NewestFinal]
    # Whether the reader objects for their member, and whether they circulate drafts.
    is_head: bool
    is_presidency: bool

    @property
    def has_lines(self) -> bool:
        return any((self.waiting, self.open, self.agreed, self.finals))

    @property
    def waiting(self) -> list[DraftInCirculation]:
        """Drafts that the reader's delegation agrees to by silence, first the next."""
        found = [draft for draft in self.drafts if draft.waits_for_reader]
        return sorted(found, key=lambda draft: draft.ends_at)

    @property
    def open(self) -> list[DraftInCirculation]:
        """For the Presidency: drafts to which delegations may still object."""
        return [draft for draft in self.drafts if draft.is_open and self.is_presidency]

    @property
    def agreed(self) -> list[DraftInCirculation]:
        """For the Presidency: drafts that two coordinators can make final."""
        return [
            draft
            for draft in self.drafts
            if self.is_presidency and not draft.is_open and not draft.objection_count
        ]


def reports_of(reader: User, at: datetime) -> ReportDesk | None:
    """Return what the reader may know of, or None if there is nothing. One query."""
    drafts: list[DraftInCirculation] = []
    if can_read_circulations(reader):
        rounds = list(_rounds(reader=reader, at=at, member=str(reader.delegation)))
        finals = _finals_of(rounds)
        going = [one for one in rounds if one.final_id is None]  # type: ignore[attr-defined]
        drafts = [_draft(one, at) for one in _last_of_each_line(going)]
    else:
        finals = [_newest(report) for report in _newest_finals(reader=reader, at=at)]
    if not drafts and not finals:
        return None
    return ReportDesk(
        drafts,
        finals,
        is_head=reader.is_head_at(at),
        is_presidency=reader.is_presidency(at),
    )


def _finals_of(rounds: Iterable[Any]) -> list[NewestFinal]:
    """Return the compiled final reports of these rounds, the newest first."""
    found = {
        one.final_id: NewestFinal(
            one.final_id, name_of_report(one.draft), one.final_finished_at
        )
        for one in rounds
        if one.is_final_compiled
    }
    newest = sorted(found.values(), key=attrgetter("finished_at"), reverse=True)
    return newest[:NEWEST_FINALS]


def _newest(report: Report) -> NewestFinal:
    return NewestFinal(
        report.pk, name_of_report(report), cast("datetime", report.finished_at)
    )


def _draft(circulation: Circulation, at: datetime) -> DraftInCirculation:
    is_open = circulation.procedure.accepts_objections(at)
    # The query adds these three.
    is_asked: bool = circulation.is_asked  # type: ignore[attr-defined]
    has_objected: bool = circulation.has_objected  # type: ignore[attr-defined]
    count: int = circulation.objection_count  # type: ignore[attr-defined]
    return DraftInCirculation(
        circulation=circulation,
        name=name_of_report(circulation.draft),
        objection_count=count,
        is_open=is_open,
        waits_for_reader=is_open and is_asked and not has_objected,
    )


def _last_of_each_line(rounds: Iterable[Circulation]) -> list[Circulation]:
    """Return the last round of each line, unless it was stopped. Newest first."""
    last: dict[tuple[object, ...], Circulation] = {}
    for one in rounds:
        line = tuple(getattr(one.draft, name) for name in LINE_KEYS)
        last.setdefault(line, one)
    return [one for one in last.values() if one.procedure.stopped_at is None]


@CompiledOnce
def _rounds(*, reader: User, at: datetime, member: str) -> QuerySet[Circulation]:
    """Return the newest rounds of the drafts that the reader sees, with their finals.

    A final report that is not compiled yet is the Presidency's: others still see its
    draft.
    """
    visible = Report.objects.visible_to(reader, at)
    finals = visible.filter(final_of=OuterRef("draft"))
    compiled = Q(circulation=Report.Circulation.FINAL, state=Report.State.DONE)
    asked = AskedMember.objects.filter(procedure=OuterRef("procedure"), member=member)
    said = Objection.objects.filter(procedure=OuterRef("procedure"), member=member)
    rounds = Circulation.objects.filter(draft__in=visible.values("pk")).annotate(
        is_asked=Exists(asked),
        has_objected=Exists(said),
        objection_count=Count("procedure__objections"),
        final_id=Subquery(finals.values("pk")[:1]),
        final_finished_at=Subquery(finals.values("finished_at")[:1]),
        is_final_compiled=Exists(finals.filter(compiled)),
    )
    named = rounds.select_related("procedure", "draft", *SCOPE_OF_DRAFT)
    return named.defer("draft__snapshot").order_by("-procedure__started_at", "pk")[
        :MOST_ROUNDS
    ]


@CompiledOnce
def _newest_finals(*, reader: User, at: datetime) -> QuerySet[Report]:
    finals = Report.objects.visible_to(reader, at).filter(
        circulation=Report.Circulation.FINAL, state=Report.State.DONE
    )
    named = finals.select_related(*SCOPE_FIELDS).defer("snapshot")
    return named.order_by("-finished_at", "pk")[:NEWEST_FINALS]
