"""What an administrator looks after: people, keys and jobs. Numbers only."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import ApiKey, User
from g7plan.jobs import count_undecided
from partners.models import WebhookDelivery

# How far the page looks ahead for keys that end, and back for what happened.
AHEAD = timedelta(days=30)
BACK = timedelta(days=7)


@dataclass(frozen=True)
class AdministrationDesk:
    """Counts of what may need an administrator."""

    # By the state of the account.
    people: Mapping[str, int]
    # Active accounts by which someone signed in lately, and by which no one ever did.
    signed_in: int
    undecided_jobs: int
    keys_ending: int
    failed_deliveries: int


def administration_of(reader: User, at: datetime) -> AdministrationDesk | None:
    """Return the administrator's part: they read no entries. Up to eight queries."""
    if not reader.is_administrator:
        return None
    people = list(User.objects.people().only("is_active", "password", "last_login"))
    ending = ApiKey.objects.filter(revoked_at=None, replaced_at=None)
    failed = WebhookDelivery.objects.filter(state=WebhookDelivery.State.FAILED)
    return AdministrationDesk(
        people=Counter(person.account_state for person in people),
        signed_in=sum(
            person.last_login is not None and person.last_login > at - BACK
            for person in people
        ),
        undecided_jobs=count_undecided(at),
        keys_ending=ending.filter(expires_at__range=(at, at + AHEAD)).count(),
        failed_deliveries=failed.filter(due_at__gt=at - BACK).count(),
    )
