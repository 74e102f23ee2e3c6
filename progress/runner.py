"""One check of one link, or one scan of one file, from the claim to the result."""

from collections.abc import Iterable
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.conf import settings
from django.utils import timezone

from audit.object_storage import FileFaultError, FilesAwayError
from audit.stored_files import checked_bytes
from progress.actions.link_checks import claim_link_check, finish_link_check
from progress.actions.scans import claim_scan, fail_scan, finish_scan
from progress.evidence.clamav import ScannerAddress, ScanProblem, ScanProblemError, scan
from progress.evidence.link_fetch import fetch
from progress.evidence.web_connection import Network
from progress.models import LinkCheck

log = structlog.get_logger()


def check_if_due(evidence_id: UUID, *, network: Network | None = None) -> bool:
    """Check a link if it is due and no other worker does. Safe to call twice.

    Returns whether a result was saved.
    """
    check = claim_link_check(evidence_id=evidence_id, at=timezone.now())
    if check is None:
        return False
    finding = fetch(check.evidence.url, network=network)
    return finish_link_check(check=check, finding=finding, at=timezone.now())


def scan_if_due(evidence_id: UUID) -> bool:
    """Scan a file if that is due and no other worker does. Safe to call twice.

    Returns whether the scanner gave an answer that was saved.
    """
    held = claim_scan(evidence_id=evidence_id, at=timezone.now())
    if held is None:
        return False
    file = held.evidence
    try:
        content = checked_bytes(file.file, size=file.size, sha256=file.sha256)
        finding = scan(content, ScannerAddress.of(settings.CLAMAV_URL))
    except (FilesAwayError, FileFaultError) as error:
        log.warning("file not read for its scan", detail=str(error))
        fail_scan(scan=held, problem=ScanProblem.NOT_READ, at=timezone.now())
        return False
    except ScanProblemError as error:
        log.warning("file not scanned", problem=error.problem, detail=error.detail)
        fail_scan(scan=held, problem=error.problem, at=timezone.now())
        return False
    return finish_scan(scan=held, finding=finding, at=timezone.now())


def one_a_host(checks: Iterable[LinkCheck]) -> list[LinkCheck]:
    """Return the first check for each host: no host gets many requests at once."""
    firsts: dict[str, LinkCheck] = {}
    for check in checks:
        firsts.setdefault(_host(check.evidence.url), check)
    return list(firsts.values())


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
