"""The weekly check of links: one row for each link, claimed with a lease.

Only links of published entries are checked, so that no draft's address leaves the
system. No transaction is open while a link is fetched.
"""

import uuid
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from progress.evidence.link_fetch import Finding
from progress.evidence.link_states import LinkState, after
from progress.models import EntryEvidence, Evidence, LinkCheck, State

# Longer than any check takes, with all its redirects.
LEASE = timedelta(seconds=60)
MOST_NEW = 1_000


def plan_link_checks(*, at: datetime) -> int:
    """Add a row, due now, for each published link that has none. Return how many.

    A second call adds nothing.
    """
    published = EntryEvidence.objects.filter(
        evidence=OuterRef("pk"), entry__state=State.PUBLISHED
    )
    new = Evidence.objects.filter(
        Exists(published), kind=Evidence.Kind.LINK, link_check=None
    ).order_by("added_at", "pk")[:MOST_NEW]
    rows = [LinkCheck(evidence=evidence, due_at=at) for evidence in new]
    LinkCheck.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def claim_link_check(*, evidence_id: uuid.UUID, at: datetime) -> LinkCheck | None:
    """Claim a link that is due and has no lease. Return None if there is none."""
    lease = uuid.uuid4()
    waiting = LinkCheck.objects.waiting(at).filter(pk=evidence_id)
    if not waiting.update(lease=lease, lease_ends_at=at + LEASE):
        return None
    held = LinkCheck.objects.select_related("evidence")
    return held.filter(pk=evidence_id, lease=lease).first()


def finish_link_check(*, check: LinkCheck, finding: Finding, at: datetime) -> bool:
    """Store the result. Return False if the lease is no longer the caller's."""
    before = LinkState(
        due_at=check.due_at,
        checked_at=check.checked_at,
        failure_count=check.failure_count,
        last_alive_at=check.last_alive_at,
        dead_since=check.dead_since,
    )
    held = LinkCheck.objects.filter(pk=check.pk, lease=check.lease)
    found = vars(after(before, finding, at))
    return bool(held.update(**found, lease=None, lease_ends_at=None))
