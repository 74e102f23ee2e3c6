"""Public reading that is announced or on, and entries that anyone may read."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import Role, User
from progress.models import (
    NOTICE_DAYS,
    Entry,
    Handling,
    PublicAgreement,
    PublicReading,
    State,
)
from tests.factories import make_entry, make_user, member_commitment_of

NOTICE = timedelta(days=NOTICE_DAYS)


def make_public_reading(
    *, started: timedelta | None = timedelta(days=5), **fields: Any
) -> PublicReading:
    """Make a decision that started so long ago. `None` is one not confirmed yet."""
    now = datetime.now(UTC)
    starts_at = now - (started or timedelta())
    reading = PublicReading.objects.create(
        proposed_at=starts_at - NOTICE - timedelta(hours=1),
        proposed_by=_administrator(fields, "proposed_by"),
    )
    if started is not None:
        reading.starts_at, reading.confirmed_at = starts_at, starts_at - NOTICE
        reading.confirmed_by = _administrator(fields, "confirmed_by")
        reading.save()
    return reading


def _administrator(fields: dict[str, Any], name: str) -> User:
    person: User = fields.get(name) or make_user(Role.ADMINISTRATOR)
    return person


def make_clear(
    plan: Any, code: str = "1.2.2", member: str = "JP", **fields: Any
) -> Entry:
    """Make a published clear entry: an hour ago, unless the fields say when."""
    return make_entry(
        member_commitment_of(plan, code, member),
        by=make_user(Role.OFFICER, member=member),
        **{"state": State.PUBLISHED, "handling": Handling.CLEAR, **fields},
    )


def agree(entry: Entry, head: User | None = None) -> PublicAgreement:
    """A head of its member agreed that anyone may read an older entry."""
    return PublicAgreement.objects.create(
        entry=entry,
        member_id=entry.member_code,
        agreed_at=datetime.now(UTC),
        agreed_by=head or make_user(Role.HEAD, member=entry.member_code),
    )
