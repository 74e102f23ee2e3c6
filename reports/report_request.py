"""The request for a report, and whether its parts fit together."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.dates import end_of_day, next_second
from accounts.models import Member
from accounts.wording.listed import listed
from commitments.models import Action, Instrument, Plan, SubArea
from progress.models import Handling, Stocktake
from progress.positions.clocks import require_clocks
from reports.kinds import KIND_RULES, SCOPE_FIELDS, Kind, Layout, ScopeField
from reports.languages import LANGUAGES
from reports.models import Report
from reports.offered_languages import why_not_in

Faults = Iterator[tuple[str, ValidationError]]


@dataclass(frozen=True)
class Since:
    """With what a report compares: a stocktake, an earlier report, or a day."""

    stocktake: Stocktake | None = None
    report: Report | None = None
    at: date | None = None

    @property
    def known_at(self) -> datetime | None:
        """Return the instant of a day alone: its last whole second, in UTC."""
        return end_of_day(self.at).replace(microsecond=0) if self.at else None


@dataclass(frozen=True)
class ReportRequest:
    """The wanted report: positions at both clocks, for an audience.

    Its kind decides which of `member`, `action`, `sub_area`, `instrument` and `since`
    it needs. All others stay None.
    """

    plan: Plan
    audience: str
    at: date
    known_at: datetime
    stocktake: Stocktake | None = None
    language: str = "en"
    kind: Kind = "stocktake"
    layout: Layout = "full"
    member: Member | None = None
    action: Action | None = None
    sub_area: SubArea | None = None
    instrument: Instrument | None = None
    since: Since | None = None

    @property
    def scope(self) -> dict[ScopeField, Member | Action | SubArea | Instrument]:
        """Return what the report is about, by the field that names it."""
        named = {
            "member": self.member,
            "action": self.action,
            "sub_area": self.sub_area,
            "instrument": self.instrument,
        }
        return {name: value for name in SCOPE_FIELDS if (value := named[name])}


def require_sensible(request: ReportRequest, now: datetime) -> None:
    """Refuse a request whose parts do not fit together.

    Raises ValidationError, by the name of each field.
    """
    problems: dict[str, list[ValidationError]] = {}
    for checks in (_wrong_clocks, _wrong_scope, _foreign, _wrong_since, _wrong_choice):
        for name, problem in checks(request, now):
            problems.setdefault(name, []).append(problem)
    if problems:
        raise ValidationError(problems)


def _wrong_clocks(request: ReportRequest, now: datetime) -> Faults:
    """Yield what is wrong with the clocks. A report of now is of the next second."""
    adopted_on = request.plan.adopted_on
    too_early = ValidationError(
        _("The plan had not been adopted by then."), "too_early"
    )
    # PostgreSQL can store very early instants that Python cannot read.
    early = {
        "known_at": request.known_at < datetime.combine(adopted_on, time.min, UTC),
        "at": request.at < adopted_on,
    }
    for name in (name for name, is_early in early.items() if is_early):
        yield name, too_early
    try:
        require_clocks(
            None if early["at"] else request.at,
            None if early["known_at"] else request.known_at,
            now=next_second(now),
            stocktake=request.stocktake,
        )
    except ValidationError as error:
        for name, errors in error.error_dict.items():
            yield from ((name, problem) for problem in errors)


def _wrong_scope(request: ReportRequest, _now: datetime) -> Faults:
    """Yield what the kind does not take, and what it needs and does not have."""
    takes, given = KIND_RULES[request.kind].scope, list(request.scope)
    for name in given:
        if name not in takes:
            yield name, _unfit(request)
    fitting = [name for name in given if name in takes]
    if takes and not fitting:
        yield takes[0], _needed(takes)
    for name in fitting[1:]:
        yield name, ValidationError(_("Choose only one subject."), "several")


def _foreign(request: ReportRequest, _now: datetime) -> Faults:
    """Yield what the report is about, if the plan does not have it."""
    for name, subject in request.scope.items():
        if _plan_of(subject) not in {None, request.plan.pk}:
            yield name, _of_another_plan()
    if request.instrument is not None:
        about = request.plan.commitments.concerning(request.instrument.slug)
        if not about.exists():
            message = _("No commitment of this plan names this instrument.")
            yield "instrument", ValidationError(message, "unnamed")


def _plan_of(subject: Member | Action | SubArea | Instrument) -> int | None:
    """Return the plan that the subject is a part of, or None."""
    if isinstance(subject, SubArea):
        return subject.action.plan_id
    return subject.plan_id if isinstance(subject, Action) else None


def _unfit(request: ReportRequest) -> ValidationError:
    return ValidationError(
        _("A report of the kind “%(kind)s” does not take this. Leave it out."),
        code="unfit",
        params={"kind": Report.Kind(request.kind).label},
    )


def _needed(takes: tuple[ScopeField, ...]) -> ValidationError:
    if takes == ("member",):
        return ValidationError(_("Choose a member."), "required")
    return ValidationError(
        _("Choose an action, a sub-area or an instrument."), "required"
    )


def _of_another_plan() -> ValidationError:
    return ValidationError(_("This belongs to another plan."), "other_plan")


def _wrong_since(request: ReportRequest, _now: datetime) -> Faults:
    since = request.since
    if not KIND_RULES[request.kind].has_since:
        if since is not None:
            yield "since", _unfit(request)
        return
    given = [since.stocktake, since.report, since.at] if since is not None else []
    if sum(1 for value in given if value is not None) != 1:
        yield (
            "since",
            ValidationError(
                _("Choose one: a day, a stocktake or an earlier report."), "required"
            ),
        )
        return
    assert since is not None  # noqa: S101 - one of its values is given
    yield from (("since", problem) for problem in _wrong_earlier(request, since))


def _wrong_earlier(request: ReportRequest, since: Since) -> Iterator[ValidationError]:
    """Yield why a report cannot compare with what was chosen."""
    of = since.stocktake or since.report
    if of is not None and of.plan_id != request.plan.pk:
        yield _of_another_plan()
        return
    if since.stocktake is not None:
        known_at, at = since.stocktake.closed_at, None
    elif since.report is not None:
        known_at, at = since.report.known_at, since.report.at
    else:
        known_at, at = since.known_at, since.at
    if known_at is None:
        yield ValidationError(_("This stocktake is not closed yet."), "not_closed")
    elif known_at >= request.known_at or (at is not None and at > request.at):
        yield ValidationError(
            _("This is not before the report. Choose something earlier."), "not_before"
        )
    elif at is not None and at < request.plan.adopted_on:
        yield ValidationError(_("The plan had not been adopted by then."), "too_early")


def _wrong_choice(request: ReportRequest, _now: datetime) -> Faults:
    rules = KIND_RULES[request.kind]
    if request.language not in LANGUAGES:
        yield (
            "language",
            ValidationError(
                _(
                    "There are no reports in this language. Choose one of these:"
                    " %(languages)s."
                ),
                code="unfit",
                params={"languages": listed(LANGUAGES.values())},
            ),
        )
    elif problem := why_not_in(request.language):
        yield "language", ValidationError(problem, "no_font")
    if request.layout not in rules.layouts:
        yield "layout", _unfit(request)
    if request.audience not in rules.audiences:
        yield (
            "audience",
            ValidationError(
                _("This kind of report is only for %(audiences)s."),
                code="unfit",
                params={"audiences": listed(_labels(rules.audiences))},
            ),
        )
    if request.stocktake and request.stocktake.plan_id != request.plan.pk:
        yield "stocktake", _of_another_plan()


def _labels(audiences: tuple[str, ...]) -> Iterator[str]:
    return (str(Handling(audience).label) for audience in audiences)
