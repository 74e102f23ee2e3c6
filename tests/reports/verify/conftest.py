"""What someone may hold: a report in each state, with its code and its file."""

from datetime import timedelta

import pytest

from progress.models import Handling
from reports.models import Report
from tests.progress.tampering import as_superuser
from tests.reports.verify.held_reports import circulate, make_final, make_report

# What a stranger may not tell from nonsense.
HIDDEN = ("draft", "circulated", "objected", "amber", "own", "erased_draft", "queued")


@pytest.fixture
def held(plan, coordinator, officer_jp, now) -> dict[str, Report]:
    """A report in each state, by the name of the state."""
    day = timedelta(days=1)
    drafts = {
        name: make_report(plan, coordinator, now - n * day, draft_number=n, **fields)
        for n, (name, fields) in enumerate(DRAFTS.items(), 1)
    }
    for name in ("circulated", "objected"):
        circulate(drafts[name], by=coordinator, at=now)
    own = make_report(
        plan, officer_jp, now, is_of_presidency=False, kind="member", member_id="JP"
    )
    queued = Report.objects.create(
        plan=plan,
        at=now.date(),
        known_at=now,
        requested_at=now,
        requested_by=coordinator,
        audience=Handling.GREEN,
    )
    finals = {
        name: make_final(drafts[f"draft_of_{name}"], by=coordinator, at=now + n * day)
        for n, name in enumerate(("superseded", "final"))
    }
    erase(drafts["erased_draft"])
    Report.objects.filter(pk=drafts["objected"].pk).update(circulation="objected")
    return {**drafts, "own": own, "queued": queued, **finals}


# In the order of time, the newest first, with what is special about each.
DRAFTS = {
    "draft": {},
    "circulated": {},
    "objected": {},
    "draft_of_final": {},
    "draft_of_superseded": {},
    "erased_draft": {},
    "amber": {"audience": Handling.AMBER},
}


def erase(report: Report) -> None:
    """As `reports.erasure` leaves a report whose entry was erased by law."""
    with as_superuser() as owner:
        for statement in (
            "UPDATE reports_report SET erased_at = now() WHERE id = %s",
            "UPDATE reports_reportfile SET content = '' WHERE report_id = %s",
        ):
            owner.execute(statement, [report.pk])
