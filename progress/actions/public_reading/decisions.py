"""Propose that anyone may read clear entries, confirm it, and turn it off.

See ADR 24.
"""

from datetime import datetime, timedelta
from typing import NoReturn
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.record import record
from audit.transactions import retried
from progress.models import NOTICE_DAYS, PublicReading
from progress.permissions import (
    can_confirm_public_reading,
    can_end_public_reading,
    can_propose_public_reading,
)


@retried
def propose_public_reading(*, by: User, at: datetime) -> PublicReading:
    """Propose it. Raises PermissionDenied, or ValidationError with code `not_over`."""
    if not can_propose_public_reading(by):
        raise PermissionDenied
    if PublicReading.objects.not_over().exists():
        _refuse_second()
    try:
        with transaction.atomic():
            reading = PublicReading.objects.create(proposed_at=at, proposed_by=by)
    except IntegrityError:  # another proposal at the same time
        _refuse_second()
    record(verb="public_reading.propose", target=reading, by=by, at=at)
    return reading


@retried
def confirm_public_reading(
    *, reading_id: UUID, by: User, at: datetime
) -> PublicReading:
    """Confirm what another administrator proposed. It starts after the notice.

    Raises PublicReading.DoesNotExist, PermissionDenied, or ValidationError with code
    `not_proposed`.
    """
    reading = PublicReading.objects.select_for_update(of=["self"]).get(pk=reading_id)
    if not can_confirm_public_reading(by, reading):
        raise PermissionDenied
    if reading.state_at(at) is not PublicReading.State.PROPOSED:
        raise ValidationError(
            _("This proposal is confirmed or withdrawn already. Nothing was changed."),
            code="not_proposed",
        )
    # A clock of another process may be behind that of the proposal.
    reading.confirmed_at = max(at, reading.proposed_at)
    reading.confirmed_by = by
    reading.starts_at = reading.confirmed_at + timedelta(days=NOTICE_DAYS)
    reading.save(update_fields=["confirmed_at", "confirmed_by", "starts_at"])
    data = {"starts_at": reading.starts_at.isoformat()}
    record(verb="public_reading.confirm", target=reading, by=by, at=at, data=data)
    return reading


@retried
def end_public_reading(*, reading_id: UUID, by: User, at: datetime) -> PublicReading:
    """Turn it off at once, or withdraw the proposal. What is over stays as it is.

    Raises PublicReading.DoesNotExist or PermissionDenied.
    """
    reading = PublicReading.objects.select_for_update(of=["self"]).get(pk=reading_id)
    if not can_end_public_reading(by, at=at):
        raise PermissionDenied
    if reading.ended_at is None:
        reading.ended_at, reading.ended_by = max(at, reading.proposed_at), by
        reading.save(update_fields=["ended_at", "ended_by"])
        data = {"was_announced": reading.starts_at is not None}
        record(verb="public_reading.end", target=reading, by=by, at=at, data=data)
    return reading


def _refuse_second() -> NoReturn:
    raise ValidationError(
        _("Public reading is proposed, announced or on already."), code="not_over"
    )
