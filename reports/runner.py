"""Compiles a report, from the claimed row to the finished document.

Short actions around a pure renderer: no transaction is open while it works.
"""

import time
from uuid import UUID

import structlog
from django.db.models import DateTimeField, Func
from django.utils import timezone

from audit.object_storage import FilesAwayError
from progress.actions.ledger import seal_ledger
from reports.actions.work import (
    CompiledCover,
    CompiledFile,
    SnapshotHashes,
    claim_report,
    fail_report,
    finish_report,
    give_up_report,
    note_progress,
)
from reports.circulation.finals import differences_of
from reports.languages import LANGUAGES
from reports.leases import is_held, lease_kept
from reports.ledger_heads import head_to_print
from reports.models import Report
from reports.offered_languages import font_dirs, why_not_in
from reports.permissions import can_still_compile
from reports.problems import FAILED, NO_CHAIR, NO_FONT, NOT_ALLOWED, TOO_LARGE, TOO_LONG
from reports.renderers.documents import RENDERERS, RenderedFile, render_all
from reports.renderers.length import MOST_PAGES, estimated_pages
from reports.renderers.typesetter import (
    MOST_MEMORY,
    NoLongerWantedError,
    TooMuchMemoryError,
    wanted_while,
)
from reports.snapshot import build_snapshot, hash_snapshot

log = structlog.get_logger()

# Seconds. A report of now takes the next whole second.
MOST_WAIT = 1.0
# Percent of the work that is done with the snapshot, and with all files.
COLLECTED, MADE = 20, 95


def compile_if_waiting(report_id: UUID) -> bool:
    """Compile the report unless another worker has it. It is safe to call twice."""
    _wait_for_its_instant(report_id)
    report = claim_report(report_id=report_id, at=timezone.now())
    if report is None:
        return give_up_report(report_id=report_id, at=timezone.now())
    with lease_kept(report), wanted_while(lambda: is_held(report)):
        try:
            return _compile(report)
        except NoLongerWantedError:
            return False
        except TooMuchMemoryError:
            return _refuse_memory(report)
        except FilesAwayError as error:
            # The lease ends by itself, and the sweep takes the job up again.
            log.warning("report not stored", report=str(report.pk), error=str(error))
            return False
        except Exception:
            # After any error of a renderer, the job must not seem to run.
            log.exception("report failed", report=str(report.pk))
            return _fail(report)


def _fail(report: Report) -> bool:
    """Say at which step the job failed: no file is kept if one cannot be made."""
    step = Report.objects.only("step").get(pk=report.pk).get_step_display()
    problem = FAILED % {"step": step}
    return fail_report(report=report, problem=problem, at=timezone.now())


def _wait_for_its_instant(report_id: UUID) -> None:
    """Wait until the database's clock has passed the report's instant.

    Wait for a second at most. After that, the sweep finds the job again.
    """
    now = Func(function="clock_timestamp", output_field=DateTimeField())
    instants = Report.objects.filter(pk=report_id).values_list("known_at", now)
    for known_at, database_now in instants:
        left = (known_at - database_now).total_seconds()
        time.sleep(min(max(left, 0), MOST_WAIT))


def _compile(report: Report) -> bool:
    # The requester's rights now count, not those at the time of the request.
    if not can_still_compile(report, at=timezone.now()):
        return _refuse_requester(report)
    if why_not_in(report.language):
        # In English, as every stored problem is: pages show its translation.
        problem = NO_FONT % {"language": LANGUAGES[report.language]}
        return fail_report(report=report, problem=problem, at=timezone.now())
    dirs = font_dirs()
    # Seal before reading: anything published from now on is dated after `known_at`.
    head = head_to_print(report, seal_ledger(report.known_at))
    snapshot = build_snapshot(report, ledger_head=head, font_dirs=dirs)
    # An entry may have been published after the second approval had been checked.
    if report.final_of and (said := differences_of(report, snapshot["facts"])):
        # On the first line what to do. What differs is on the others: content, which
        # the page of an administrator leaves out.
        problem = "\n".join(said)
        return fail_report(report=report, problem=problem, at=timezone.now())
    if (pages := estimated_pages(snapshot["facts"])) > MOST_PAGES:
        return _refuse_length(report, pages)
    digest = hash_snapshot(snapshot)
    making = render_all(snapshot, digest, font_dirs=dirs)
    files = []
    for number, step in enumerate(RENDERERS):
        percent = COLLECTED + (MADE - COLLECTED) * number // len(RENDERERS)
        if not _note(report, percent, Report.Step(step)):
            return False
        files.append(next(making))
    if not _note(report, MADE, Report.Step.FILING):
        return False
    return finish_report(
        report=report,
        snapshot=dict(snapshot),
        hashes=SnapshotHashes(digest, snapshot["envelope"]["facts_sha256"]),
        files=[_compiled(file) for file in files],
        replaced=[row._asdict() for file in files for row in file.replaced],
        at=timezone.now(),
    )


def _compiled(file: RenderedFile) -> CompiledFile:
    drawn = file.cover
    cover = CompiledCover(drawn.picture, drawn.pages) if drawn else None
    return CompiledFile(file.format, file.content, cover)


def _refuse_requester(report: Report) -> bool:
    problem = NO_CHAIR if report.requested_by is None else NOT_ALLOWED
    return fail_report(report=report, problem=problem, at=timezone.now())


def _note(report: Report, percent: int, step: Report.Step) -> bool:
    """Say how far the job is. Return False if the worker has lost it."""
    return note_progress(report=report, percent=percent, step=step, at=timezone.now())


def _refuse_length(report: Report, pages: int) -> bool:
    problem = TOO_LONG % {"pages": pages, "limit": MOST_PAGES}
    return fail_report(report=report, problem=problem, at=timezone.now())


def _refuse_memory(report: Report) -> bool:
    problem = TOO_LARGE % {"limit": MOST_MEMORY}
    return fail_report(report=report, problem=problem, at=timezone.now())
