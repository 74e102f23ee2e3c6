"""One check of one link, from claiming it to saving the result."""

from collections.abc import Iterable
from urllib.parse import urlsplit
from uuid import UUID

from django.utils import timezone

from progress.actions.link_checks import claim_link_check, finish_link_check
from progress.evidence.link_fetch import fetch
from progress.evidence.web_connection import Network
from progress.models import LinkCheck


def check_if_due(evidence_id: UUID, *, network: Network | None = None) -> bool:
    """Check a link if it is due and no other worker does. Safe to call twice.

    Returns whether a result was saved.
    """
    check = claim_link_check(evidence_id=evidence_id, at=timezone.now())
    if check is None:
        return False
    finding = fetch(check.evidence.url, network=network)
    return finish_link_check(check=check, finding=finding, at=timezone.now())


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
