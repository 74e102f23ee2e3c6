"""Who may do what with notices. Who sees them: `Notice.objects.visible_to`."""

from datetime import datetime

from accounts.models import User
from progress.permissions import can_run_stocktakes


def can_remind(user: User, *, at: datetime) -> bool:
    """May the user remind delegations of missing entries? The Presidency may."""
    return can_run_stocktakes(user, at=at)
