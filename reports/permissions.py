"""Who may request a report, for which audience, and who may cancel or retry its job."""

from collections.abc import Iterator
from datetime import datetime
from typing import cast

from accounts.models import Presidency, Role, Scope, User
from progress.permissions import can_object, can_run_silence_procedures
from progress.querysets.visibility import readable_handlings
from reports.kinds import KIND_RULES, LABELS, Compiler, Kind
from reports.models import Circulation, Report


def compilable_audiences(
    user: User, kind: Kind, member: str | None = None, *, at: datetime
) -> list[str]:
    """Return the audiences for which the user may compile a report of this kind.

    `member` is the member that the report is about. Lowest label first.
    """
    rules = KIND_RULES[kind]
    labels = {
        label
        for compiler, readable in _compiles_as(user, at)
        if compiler in rules.compilers
        and (compiler != "delegation" or member == user.delegation)
        for label in readable
    }
    return [label for label in rules.audiences if label in labels]


def _compiles_as(user: User, at: datetime) -> Iterator[tuple[Compiler, list[str]]]:
    """Yield each capacity in which the user compiles, with the labels they read in it.

    A key compiles in the capacities of its service user, up to what its scopes read.
    """
    if not user.may(Scope.COMPILE_REPORTS):
        return
    if user.is_presidency(at):
        yield "presidency", list(LABELS)
    if user.has_role(Role.OFFICER, Role.HEAD):
        reads_own = user.may(Scope.READ_OWN)
        yield "delegation", list(LABELS) if reads_own else readable_handlings(user)
    if user.has_role(Role.OBSERVER, Role.ASSESSOR):
        yield "reader", readable_handlings(user)


def compilable_kinds(user: User, *, at: datetime) -> list[Kind]:
    """Return the kinds of report that the user may compile, in the table's order."""
    return [
        kind
        for kind in KIND_RULES
        if compilable_audiences(user, kind, user.delegation, at=at)
    ]


def compiles_for_all_members(user: User, *, at: datetime) -> bool:
    """Return whether the user may compile reports about members other than theirs."""
    return bool(compilable_audiences(user, "member", at=at))


def can_request_dossier(user: User, member: str | None) -> bool:
    """Return whether the user may have the texts in clearance of this delegation."""
    is_in_person = user.scopes is None
    is_theirs = member is not None and user.delegation == member
    return is_in_person and is_theirs and user.has_role(Role.OFFICER, Role.HEAD)


def can_change_schedules(user: User, *, at: datetime) -> bool:
    """Return whether the user adds, changes and stops the Presidency's schedules."""
    return user.is_presidency(at) and user.may(Scope.COMPILE_REPORTS)


def can_steer(user: User, report: Report, *, at: datetime) -> bool:
    """Return whether the user may cancel or retry the job of this report."""
    is_presidency = report.is_of_presidency and user.is_presidency(at)
    is_own = report.requested_by_id == user.pk
    return (is_own or is_presidency) and _compiles(user, report, at)


def can_circulate(user: User, *, at: datetime) -> bool:
    """Return whether the user may send drafts round, and take them back."""
    return can_run_silence_procedures(user, at=at)


def can_approve_final(user: User, *, at: datetime) -> bool:
    """Return whether the user is one of those whose approval makes a draft final."""
    return can_run_silence_procedures(user, at=at)


def can_object_to_report(user: User, circulation: Circulation, *, at: datetime) -> bool:
    """Return whether the user may object to a draft for the delegation they head."""
    return can_object(user, circulation.procedure, at=at)


def can_read_circulations(user: User) -> bool:
    """Return whether the user reads how a report went round: delegations do."""
    is_in_person = user.scopes is None and not user.is_service
    return is_in_person and user.delegation is not None


def can_still_compile(report: Report, *, at: datetime) -> bool:
    """Return whether who requested the report may still have it compiled.

    A report of the Presidency needs a coordinator of the chair at that time. One that a
    schedule asked for, and a final one, which two coordinators approved, need a chair.
    """
    user = report.requested_by
    if user is None or report.final_of_id is not None:
        return Presidency.objects.at(at).exists()
    has_left = report.is_of_presidency and not user.is_presidency(at)
    return not has_left and _compiles(user, report, at)


def _compiles(user: User, report: Report, at: datetime) -> bool:
    kind = cast("Kind", report.kind)
    audiences = compilable_audiences(user, kind, report.member_id, at=at)
    return report.audience in audiences


def can_read_requester(user: User, report: Report, *, at: datetime) -> bool:
    """Return whether the user reads which person asked for the report.

    Of a report of the Presidency, all others read that it is the Presidency's.
    """
    return not report.is_of_presidency or user.is_presidency(at)
