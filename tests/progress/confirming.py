"""Confirm a text as of the present day, where a test is about something else."""

from datetime import datetime
from uuid import UUID

from accounts.dates import utc_day
from accounts.models import User
from progress.actions.carry_forward import confirm_entry
from progress.models import Entry


def confirm_today(*, entry_id: UUID, version: int, by: User, at: datetime) -> Entry:
    return confirm_entry(
        entry_id=entry_id, version=version, by=by, at=at, as_of=utc_day(at)
    )
