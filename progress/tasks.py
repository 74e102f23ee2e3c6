"""Celery tasks of progress. Each message may arrive twice, late, or never."""

from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from progress.actions.checkpoints import sign_checkpoint
from progress.actions.link_checks import plan_link_checks
from progress.actions.scans import plan_scans
from progress.actions.sheet_uploads import delete_old_uploads
from progress.models import EvidenceScan, LinkCheck
from progress.runner import check_if_due, one_a_host, scan_if_due

# How many due rows a sweep reads to find one link for each host.
LINKS_LOOKED_AT = 500
# How many links a sweep visits at most.
LINKS_A_SWEEP = 30
# How many files a sweep sends to be scanned at most.
SCANS_A_SWEEP = 200


@shared_task(ignore_result=True, expires=600)
def sign_ledger() -> None:
    sign_checkpoint(at=timezone.now())


@shared_task(ignore_result=True)
def check_link(evidence_id: str) -> None:
    with bound_contextvars(job_id=evidence_id):
        check_if_due(UUID(evidence_id))


@shared_task(ignore_result=True, expires=3600)
def find_links() -> None:
    if settings.LINK_CHECKS:
        plan_link_checks(at=timezone.now())


@shared_task(ignore_result=True, expires=60)
def sweep_link_checks() -> None:
    if not settings.LINK_CHECKS:
        return
    due = LinkCheck.objects.waiting(timezone.now()).select_related("evidence")
    next_ones = one_a_host(due.order_by("due_at", "pk")[:LINKS_LOOKED_AT])
    for check in next_ones[:LINKS_A_SWEEP]:
        check_link.delay(str(check.pk))


# Without workers, the sweeps of each minute would fill the queue.
@shared_task(ignore_result=True, expires=600)
def scan_file(evidence_id: str) -> None:
    if settings.CLAMAV_URL:
        with bound_contextvars(job_id=evidence_id):
            scan_if_due(UUID(evidence_id))


@shared_task(ignore_result=True, expires=60)
def sweep_scans() -> None:
    if not settings.CLAMAV_URL:
        return
    plan_scans(at=timezone.now())
    # What was never scanned comes first: its file is held back.
    due = EvidenceScan.objects.waiting(timezone.now()).order_by("verdict", "due_at")
    for evidence_id in due.values_list("pk", flat=True)[:SCANS_A_SWEEP]:
        scan_file.delay(str(evidence_id))


@shared_task(ignore_result=True, expires=3600)
def delete_old_sheets() -> None:
    delete_old_uploads(at=timezone.now())
