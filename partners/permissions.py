"""Who may do what with notices. Seeing them is `Notice.objects.visible_to`."""

from datetime import datetime

from accounts.models import User
from progress.permissions import can_run_stocktakes


def can_remind(user: User, *, at: datetime) -> bool:
    """May this person remind delegations of what is missing? The Presidency may."""
    return can_run_stocktakes(user, at=at)
