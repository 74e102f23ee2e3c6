"""A worker that is killed at a point of its work: run by test_killed.py.

It reads points from its input. For each it starts a process that runs what is due and
compiles what waits, as the tasks do, and that the system kills (SIGKILL) at this point.
It answers with the number of the signal: 0 if the process came to its end.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402 - Django must be ready

from reports import runner, schedule_runner  # noqa: E402
from reports.actions import schedules, work  # noqa: E402
from reports.actions.work import note_progress  # noqa: E402
from reports.models import Report  # noqa: E402
from tests.finished_reports import made_up_files  # noqa: E402


def die(*_arguments: Any, **_options: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def die_after(act: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments, **options: die(act(*arguments, **options))


def die_at_step(step: str) -> Callable[..., bool]:
    """Note the progress of the job, and die once the row says that it is at `step`."""
    note = note_progress

    def noted(**options: Any) -> bool:
        kept = note(**options)
        return die() if options["step"] == step else kept

    return noted


# Where the process dies: a module, a name in it, and its replacement.
POINTS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    # The draft's row is written, and not committed.
    "asking": (schedules, "_end_run", die),
    "asked": (
        schedule_runner,
        "ask_for_scheduled_draft",
        die_after(schedules.ask_for_scheduled_draft),
    ),
    "claimed": (runner, "can_still_compile", die),
    **{
        step: (runner, "note_progress", die_at_step(step))
        for step in Report.Step.values
        if step != Report.Step.SNAPSHOT
    },
    # Its files are written, and not committed.
    "finishing": (work, "record_report", die),
    "finished": (runner, "finish_report", die_after(work.finish_report)),
}


def work_until(point: str) -> None:
    setattr(runner, "render_all", made_up_files)  # noqa: B010 - it is imported there
    if point:
        module, name, instead = POINTS[point]
        setattr(module, name, instead)
    schedule_runner.run_due_schedules()
    waiting = Report.objects.without_worker(timezone.now()).values_list("pk", flat=True)
    for report_id in list(waiting) or unfinished():
        runner.compile_if_waiting(report_id)


def unfinished() -> list[Any]:
    """Return the drafts of now, whose second has not passed yet: they are awaited."""
    queued = Report.objects.filter(state=Report.State.QUEUED)
    return list(queued.values_list("pk", flat=True))


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            work_until(line.strip())
            os._exit(0)
        _child, status = os.waitpid(child, 0)
        ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else status
        sys.stdout.write(f"{ended_by}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
