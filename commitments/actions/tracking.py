"""The action that sets the lead authority and the target date of a commitment."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from accounts.versions import require_version
from audit.record import record
from commitments.models import LeadAndTargetVersion, MemberCommitment
from commitments.permissions import can_edit_lead_and_target
from commitments.tracking import (
    LeadAndTarget,
    changes_between,
    check_lead_and_target,
    newest_lead_and_target,
)


@transaction.atomic
def edit_member_commitment(
    *,
    member_commitment_id: UUID,
    version: int,
    lead_and_target: LeadAndTarget,
    by: User,
    at: datetime,
) -> MemberCommitment:
    """Set the lead authority and the target date, as a new version of both.

    Raises MemberCommitment.DoesNotExist, PermissionDenied, StaleRow, or ValidationError
    with a dict of fields.
    """
    rows = MemberCommitment.objects.select_related("commitment__plan", "member")
    row = rows.select_for_update(of=("self",)).get(pk=member_commitment_id)
    if not can_edit_lead_and_target(by, row):
        raise PermissionDenied
    adopted_on = row.commitment.plan.adopted_on
    lead_and_target = check_lead_and_target(lead_and_target, adopted_on=adopted_on)
    changes = changes_between(newest_lead_and_target(row), lead_and_target)
    if not changes:  # no conflict is possible, so the version does not matter
        return row
    require_version(row, version)
    row.version += 1
    row.save(update_fields=["version"])
    LeadAndTargetVersion.objects.create(
        member_commitment=row, set_at=at, set_by=by, **asdict(lead_and_target)
    )
    record(
        verb="member_commitment.edit",
        target=row,
        by=by,
        at=at,
        member=row.member_id,
        data=changes,
    )
    return row
