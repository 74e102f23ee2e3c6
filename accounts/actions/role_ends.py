"""Write down that the roles of a person have ended, on the day after their last one."""

from datetime import datetime

from django.db import transaction

from accounts.actions.people import end_access
from accounts.models import User


@transaction.atomic
def end_passed_roles(*, at: datetime) -> int:
    """Deactivate the people whose last day has passed, and return their number.

    They have no right since the end of that day: see `User.from_db`. This also ends
    their sessions and removes their password, and is recorded.
    """
    ended = User.objects.with_ended_roles(at).select_for_update(skip_locked=True)
    people = list(ended.order_by("pk"))
    for person in people:
        end_access("user.end_role", person, by=None, at=at)
    return len(people)
