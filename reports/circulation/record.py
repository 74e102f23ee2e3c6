"""The record of a report's circulation, as one reader may know it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.models import Member, User
from progress.models import Objection, SilenceProcedure
from progress.silence.record import SilenceRecord
from reports.circulation.approvals import approvals_that_count
from reports.circulation.obstacles import (
    has_final,
    latest_of,
    obstacles_to_circulation,
    obstacles_to_final,
    obstacles_to_stop,
)
from reports.models import Circulation, FinalApproval, Report
from reports.permissions import (
    can_approve_final,
    can_circulate,
    can_object_to_report,
    can_read_circulations,
)


@dataclass(frozen=True)
class CirculationRound:
    """One time that the draft went round.

    Every delegation reads whether the silence was broken, and by how many. Reasons are
    for the Presidency and for who objected; who was silent is for the Presidency, once
    the deadline has passed.
    """

    circulation: Circulation
    state: SilenceProcedure.State
    # Whether a head may still object.
    is_open: bool
    objection_count: int
    # Those that the reader may read, in the order of time.
    objections: Sequence[Objection]
    silent: Sequence[Member]
    # Whether the reader's delegation was asked, and whether it has objected.
    asks_reader: bool
    has_objected: bool

    @property
    def is_running(self) -> bool:
        """Return whether heads may object, and none has."""
        return self.state is SilenceProcedure.State.RUNNING

    @property
    def procedure(self) -> SilenceProcedure:
        return self.circulation.procedure


@dataclass(frozen=True)
class CirculationRecord:
    """What a report's page says of its circulation, and what the reader may do.

    An obstacle is a sentence for a reader who would otherwise have the act. It is empty
    if nothing prevents it, and for everyone else.
    """

    # The newest first. Empty if the draft has never gone round.
    rounds: Sequence[CirculationRound]
    # The approvals that count, for the Presidency alone.
    approvals: Sequence[FinalApproval]
    # The final report of this draft, if the reader may see it.
    final: Report | None
    can_circulate: bool
    circulate_obstacle: str
    # The round of an earlier draft that a circulation of this one would stop.
    stops_earlier: Circulation | None
    can_object: bool
    stop_obstacle: str
    can_stop: bool
    can_approve: bool
    approve_obstacle: str
    # Whether the reader has approved: it takes another coordinator too.
    has_approved: bool

    @property
    def has_main_act(self) -> bool:
        """Whether the reader has an act that the page puts before all others."""
        is_first = self.can_circulate and not self.rounds
        return self.can_object or self.can_approve or is_first

    @property
    def latest(self) -> CirculationRound | None:
        """Return the present round, or the last one."""
        return self.rounds[0] if self.rounds else None

    @property
    def earlier(self) -> Sequence[CirculationRound]:
        """Return the rounds before the latest, the newest first."""
        return self.rounds[1:]

    @property
    def hindrance(self) -> str:
        """Return what prevents the next step, or nothing.

        Before the first round that is the circulation, then the final. While heads may
        object, the page says so anyway.
        """
        if self.latest is None:
            return self.circulate_obstacle
        return "" if self.latest.is_running else self.approve_obstacle

    @property
    def needs_next_draft(self) -> bool:
        """Return whether objections leave the Presidency only another draft."""
        is_broken = self.latest is not None and self.latest.objection_count > 0
        return is_broken and bool(self.approve_obstacle)


def record_for(
    report: Report, reader: User, *, at: datetime
) -> CirculationRecord | None:
    """Return the record of a report that this reader may see.

    None if there is nothing to say: for a report that no coordinator could circulate,
    for a final one, and for a reader of no delegation.
    """
    if not can_read_circulations(reader) or report.final_of_id is not None:
        return None
    circulates = can_circulate(reader, at=at)
    of_line = list(Circulation.objects.of_line(report).with_record())
    own = [one for one in of_line if one.draft_id == report.pk]
    if not own and not (circulates and report.is_of_presidency):
        return None
    latest = latest_of(report, of_line)
    stops = _first(obstacles_to_stop(report, of_line, at=at)) if circulates else None
    circulate = _first(obstacles_to_circulation(report, of_line, at=at))
    approves = can_approve_final(reader, at=at)
    approve = _first(obstacles_to_final(report, of_line, at=at))
    approvals = approvals_that_count(latest, at=at) if latest and approves else []
    rounds = [_round(one, reader, at=at) for one in own]
    has_approved = any(one.approved_by_id == reader.pk for one in approvals)
    return CirculationRecord(
        rounds=rounds,
        approvals=approvals,
        final=_visible_final(latest, reader, at=at),
        can_circulate=circulates and circulate is None,
        circulate_obstacle=_sentence(circulate) if circulates else "",
        stops_earlier=_earlier_open(report, of_line, at=at) if circulates else None,
        can_object=latest is not None and _can_object(rounds[0], reader, at=at),
        stop_obstacle=_sentence(stops),
        can_stop=circulates and stops is None,
        can_approve=approves and approve is None and not has_approved,
        approve_obstacle=_sentence(approve) if approves else "",
        has_approved=has_approved,
    )


def _round(circulation: Circulation, reader: User, *, at: datetime) -> CirculationRound:
    procedure = circulation.procedure
    record = SilenceRecord.of(procedure, at)
    reads_all = can_circulate(reader, at=at)
    is_over = procedure.stopped_at is None and at > procedure.ends_at
    asked = {member.pk for member in procedure.members.all()}
    own = [one for one in record.objections if one.member_id == reader.delegation]
    return CirculationRound(
        circulation=circulation,
        state=record.state,
        is_open=procedure.accepts_objections(at),
        objection_count=len(record.objections),
        objections=record.objections if reads_all else own,
        silent=record.silent if reads_all and is_over else (),
        asks_reader=reader.delegation in asked,
        has_objected=bool(own),
    )


def _can_object(latest: CirculationRound, reader: User, *, at: datetime) -> bool:
    is_asked = latest.is_open and not latest.has_objected
    return is_asked and can_object_to_report(reader, latest.circulation, at=at)


def _earlier_open(
    report: Report, of_line: Iterable[Circulation], *, at: datetime
) -> Circulation | None:
    others = (one for one in of_line if one.draft_id != report.pk)
    return next((one for one in others if one.procedure.accepts_objections(at)), None)


def _visible_final(
    latest: Circulation | None, reader: User, *, at: datetime
) -> Report | None:
    if latest is None or not has_final(latest):
        return None
    visible = Report.objects.visible_to(reader, at).with_parts()
    return visible.filter(final_of=latest.draft).first()


def _first(obstacles: Iterable[ValidationError]) -> ValidationError | None:
    return next(iter(obstacles), None)


def _sentence(obstacle: ValidationError | None) -> str:
    return obstacle.messages[0] if obstacle else ""
