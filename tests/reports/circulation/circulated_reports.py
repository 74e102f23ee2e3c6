"""Circulated and final reports, as their actions leave them, without compiling them.

The rows are those that the database asks for: a silence procedure that ended, and the
approvals of two persons.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from accounts.models import Presidency, Role, User
from commitments.models import Plan
from progress.models import AskedMember, Objection, SilenceProcedure
from reports.formats import Format
from reports.models import Circulation, FinalApproval, Report
from tests.factories import make_user
from tests.finished_reports import end_with_files, make_finished_report

DAY = timedelta(days=1)
PDF: tuple[Format, ...] = ("pdf",)
# Of a final report that a worker has compiled.
DONE: dict[str, Any] = {"state": "done", "percent": 100, "snapshot": {}}


def circulate(
    draft: Report,
    *,
    by: User,
    ends_at: datetime,
    asked: Collection[str] = ("JP", "FR"),
    objecting: Collection[User] = (),
) -> Circulation:
    """Send a finished draft round, three days before `ends_at`.

    The heads that object do so in the middle of that time.
    """
    procedure = SilenceProcedure.objects.create(
        started_at=ends_at - 3 * DAY, started_by=by, ends_at=ends_at
    )
    AskedMember.objects.bulk_create(
        AskedMember(procedure=procedure, member_id=code) for code in asked
    )
    Objection.objects.bulk_create(
        Objection(
            procedure=procedure,
            member_id=str(head.member_id),
            reason="The text is not ours.",
            objected_at=ends_at - DAY,
            objected_by=head,
        )
        for head in objecting
    )
    states = Report.Circulation
    draft.circulation = states.OBJECTED if objecting else states.CIRCULATED
    draft.save(update_fields=["circulation"])
    return Circulation.objects.create(draft=draft, procedure=procedure)


def approve(circulation: Circulation, *coordinators: User) -> None:
    """The coordinators want the draft to become final, once its silence has ended."""
    FinalApproval.objects.bulk_create(
        FinalApproval(
            circulation=circulation,
            member_id=str(person.member_id),
            approved_by=person,
            approved_at=circulation.procedure.ends_at + timedelta(hours=number + 1),
        )
        for number, person in enumerate(coordinators)
    )


def final_of(draft: Report, *, by: User, **fields: Any) -> Report:
    """A final report of a draft, not stored yet. It is queued unless `fields` say so.

    The database takes it once the draft's circulation is approved.
    """
    copied = (
        *("plan", "stocktake", "kind", "layout", "member", "action", "sub_area"),
        *("instrument", "since_stocktake", "since_report", "since_at"),
        *("since_known_at", "at", "audience", "language", "facts_sha256"),
    )
    values: dict[str, Any] = {name: getattr(draft, name) for name in copied}
    values |= {
        "known_at": draft.known_at,
        "requested_at": draft.requested_at,
        "requested_by": by,
        "is_of_presidency": True,
        "circulation": Report.Circulation.FINAL,
        "final_of": draft,
    }
    return Report(**values | fields)


def make_draft(
    plan: Plan, by: User, *, number: int | None = 1, **fields: Any
) -> Report:
    """Return a finished draft of the Presidency: green, unless the fields differ."""
    now = datetime.now(UTC).replace(microsecond=0)
    values: dict[str, Any] = {
        "audience": "green",
        "at": now.date(),
        "known_at": now,
        "requested_at": now,
        "requested_by": by,
        "is_of_presidency": True,
        "facts_sha256": "f" * 64,
    }
    return make_finished_report(plan=plan, draft_number=number, **values | fields)


def make_final(draft: Report, *, formats: Collection[Format] = PDF) -> Report:
    """Return the finished final report of a draft without objections."""
    now = datetime.now(UTC)
    chair = Presidency.objects.at(now).get().member_id
    first, second = (make_user(Role.COORDINATOR, member=chair) for _number in "12")
    approve(circulate(draft, by=first, ends_at=now - DAY), first, second)
    lease = {"lease": uuid4(), "lease_ends_at": now}
    final = final_of(draft, by=second, state="running", **lease)
    final.save(force_insert=True)
    result = {"finished_at": now, "percent": 100, "snapshot": draft.snapshot}
    end_with_files(final, content=b"%PDF", formats=formats, **result)
    return final
