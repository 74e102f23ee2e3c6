"""Drafts that went round in the past, and finals, without compiling a document."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from commitments.models import Plan
from progress.ledger.chain import hash_of
from reports.actions.circulation import circulate_report
from reports.actions.finals import approve_final
from reports.actions.lines import number_draft
from reports.models import Circulation, Report
from reports.snapshot import build_facts
from tests.finished_reports import make_finished_report

# When the drafts of tests were compiled and sent, and when their silence ended.
COMPILED = timedelta(days=10)
SENT = timedelta(days=9)
ENDED = timedelta(days=7)


def make_draft(plan: Plan, *, by: User, **fields: Any) -> Report:
    """Return a finished draft of the Presidency, of ten days ago, with its facts."""
    at = datetime.now(UTC).replace(microsecond=0) - COMPILED
    values = {
        "plan": plan,
        "at": at.date(),
        "known_at": at,
        "audience": "green",
        "requested_at": at,
        "requested_by": by,
        "is_of_presidency": True,
        **fields,
    }
    wanted = Report(**values)
    if wanted.is_of_presidency and "draft_number" not in fields:
        number_draft(wanted)
        number = wanted.draft_number or 0
        values["draft_number"] = number
        # A draft comes after the one before it, also if both are made in one second.
        values["requested_at"] += timedelta(seconds=number)
    facts = build_facts(wanted)
    return make_finished_report(
        snapshot={"schema": 7, "facts": facts}, facts_sha256=hash_of(facts), **values
    )


def circulate(
    draft: Report, *, by: User, sent: timedelta = SENT, ended: timedelta = ENDED
) -> Circulation:
    """Send a draft round, so long ago, under a silence that ended so long ago."""
    now = datetime.now(UTC)
    return circulate_report(
        report_id=draft.pk, ends_at=now - ended, by=by, at=now - sent
    )


def make_final(draft: Report, *, by: User, other: User) -> Report:
    """Return the final of a circulated draft, with its job waiting."""
    now = datetime.now(UTC)
    assert approve_final(report_id=draft.pk, by=other, at=now) is None
    final = approve_final(report_id=draft.pk, by=by, at=now)
    assert final is not None
    return final
