"""Reports in every state in which someone may hold them, without compiling them."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from accounts.models import Role, User
from progress.models import AskedMember, Handling, SilenceProcedure
from reports.models import Circulation, FinalApproval, Report
from tests.factories import CHAIR, make_user
from tests.finished_reports import make_finished_report

ASKED = ("FR", "JP")


def make_report(plan: Any, by: User, at: datetime, **fields: Any) -> Report:
    """Return a finished report of the Presidency, with one file of its own bytes."""
    values = {
        "audience": Handling.GREEN,
        "is_of_presidency": True,
        "facts_sha256": sha256(b"facts").hexdigest(),
        "content": uuid4().bytes,
        **fields,
    }
    return make_finished_report(
        plan=plan,
        at=at.date(),
        known_at=at.replace(microsecond=0),
        requested_at=at,
        requested_by=by,
        **values,
    )


def circulate(draft: Report, *, by: User, at: datetime) -> Circulation:
    """Let a draft have gone round, under a silence that ended before `at`."""
    procedure = SilenceProcedure.objects.create(
        started_at=at - timedelta(days=3), started_by=by, ends_at=at - timedelta(days=1)
    )
    for member in ASKED:
        AskedMember.objects.create(procedure=procedure, member_id=member)
    Report.objects.filter(pk=draft.pk).update(circulation=Report.Circulation.CIRCULATED)
    draft.refresh_from_db()
    return Circulation.objects.create(draft=draft, procedure=procedure)


def make_final(draft: Report, *, by: User, at: datetime, **fields: Any) -> Report:
    """Return the final report of a draft, which two coordinators approved."""
    circulation = circulate(draft, by=by, at=at)
    for person in (by, make_user(Role.COORDINATOR, member=CHAIR)):
        FinalApproval.objects.create(
            circulation=circulation,
            member_id=CHAIR,
            approved_by=person,
            approved_at=at,
        )
    values = {
        "audience": draft.audience,
        "facts_sha256": draft.facts_sha256,
        "final_of": draft,
        "circulation": Report.Circulation.FINAL,
        **fields,
    }
    return make_report(draft.plan, by, at, **values)
