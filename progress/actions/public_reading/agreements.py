"""Agree that anyone may read older entries of a head's member, and withdraw that.

See ADR 24. An agreement is recorded for the member.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from audit.record import add_events, event_of
from audit.transactions import retried
from progress.models import Entry, PublicAgreement, PublicReading
from progress.permissions import (
    can_agree_to_public_reading,
    can_withdraw_public_agreement,
)


@retried
def agree_to_public_reading(
    *, entry_ids: Collection[UUID], by: User, at: datetime
) -> int:
    """Agree that anyone reads these entries of the head's own member.

    Those that have an agreement, or that can have none, are left as they are. Returns
    how many agreements were added. Raises PermissionDenied, or ValidationError with
    code `not_announced`.
    """
    if not can_agree_to_public_reading(by):
        raise PermissionDenied
    if not PublicReading.objects.announced().exists():
        raise ValidationError(
            _("Public reading is off. There is nothing to agree to."),
            code="not_announced",
        )
    found = Entry.objects.own_of(by).that_can_be_public().filter(pk__in=entry_ids)
    # Of two presses at once, the second waits here and then finds the agreement.
    entries = list(found.select_for_update(of=["self"], no_key=True).order_by("pk"))
    agreed = PublicAgreement.objects.in_force().filter(entry__in=entries)
    known = set(agreed.values_list("entry", flat=True))
    new = [
        PublicAgreement(
            entry=entry, member_id=entry.member_code, agreed_at=at, agreed_by=by
        )
        for entry in entries
        if entry.pk not in known
    ]
    _record("give", PublicAgreement.objects.bulk_create(new), by=by, at=at)
    return len(new)


@retried
def withdraw_public_agreements(
    *, entry_ids: Collection[UUID], by: User, at: datetime
) -> int:
    """Withdraw the agreements to these entries of the head's own member.

    Returns how many were in force. Raises PermissionDenied.
    """
    if not can_withdraw_public_agreement(by, at=at):
        raise PermissionDenied
    ours = PublicAgreement.objects.in_force().filter(
        member=by.delegation, entry__in=entry_ids
    )
    agreements = list(ours.select_for_update(of=["self"]).order_by("pk"))
    for agreement in agreements:
        agreement.withdrawn_at = max(at, agreement.agreed_at)
        agreement.withdrawn_by = by
        agreement.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _record("withdraw", agreements, by=by, at=at)
    return len(agreements)


def _record(
    verb: str, agreements: Collection[PublicAgreement], *, by: User, at: datetime
) -> None:
    add_events(
        [
            event_of(
                verb=f"public_agreement.{verb}",
                target=agreement,
                by=by,
                at=at,
                member=agreement.member_id,
                data={"entry": str(agreement.entry_id)},
            )
            for agreement in agreements
        ]
    )
