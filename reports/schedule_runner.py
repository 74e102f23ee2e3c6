"""Runs the schedules that are due. It is safe to run twice, also at the same time.

First it compares, while no transaction is open: a draft that would say the same as the
newest one is not compiled. Then one short action ends the run. If the process is lost
before that, the schedule is still due; if later, the sweep finds the job.
"""

from datetime import datetime
from typing import Any

import structlog
from django.utils import timezone

from accounts.models import Presidency
from audit.outages import is_outage
from progress.ledger.chain import hash_of
from reports.actions.schedules import ask_for_scheduled_draft, note_nothing_changed
from reports.models import Report, Schedule
from reports.schedules.due import due_of
from reports.snapshot import build_facts

# Facts that differ on each day although nothing has changed: the day itself, and the
# sentences that name it. All that they count is in the other facts.
OF_THE_DAY = frozenset({"at", "summary"})

log = structlog.get_logger()


def run_due_schedules() -> None:
    """Run each schedule that is due. The sweep finds the drafts that it asks for.

    While no member has the chair nothing runs: what is due then waits.
    """
    at = timezone.now()
    if not Presidency.objects.at(at).exists():
        return
    for schedule in Schedule.objects.due(at).select_related("plan__summit"):
        try:
            _run(schedule, timezone.now())
        except Exception as error:
            if is_outage(error):
                raise
            # The others still run. This one stays due, and its page says so.
            log.exception("schedule not run", schedule=str(schedule.pk))


def _run(schedule: Schedule, at: datetime) -> None:
    due = due_of(schedule, at)
    if due is None:
        return
    report = due.report_at(at)
    drafts = Report.objects.of_line(report)
    if drafts.filter(schedule=schedule, finished_at=None).exists():
        return  # it waits until the draft before it is done
    newest = drafts.filter(state=Report.State.DONE, erased_at=None, final_of=None)
    draft = newest.order_by("-known_at", "-requested_at").first()
    if draft is not None and _says_the_same(draft, report):
        note_nothing_changed(due=due, draft=draft, at=at)
    else:
        ask_for_scheduled_draft(due=due, at=at)


def _says_the_same(draft: Report, report: Report) -> bool:
    """Return whether a report would say what a finished draft says, but for its day."""
    assert draft.snapshot is not None  # noqa: S101 - it is finished
    try:
        facts: Any = build_facts(report)
        return _lasting(facts) == _lasting(draft.snapshot["facts"])
    except Exception:
        # If the draft cannot be compiled either, its job says why.
        log.exception("drafts not compared", schedule=str(report.schedule_id))
        return False


def _lasting(facts: dict[str, Any]) -> str:
    """Return the hash of the facts that stay while nothing changes."""
    return hash_of({key: facts[key] for key in facts.keys() - OF_THE_DAY})
