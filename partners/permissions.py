"""Who may do what with notices, feeds and webhooks. Who sees them: `visible_to`."""

from datetime import datetime

from accounts.models import Scope, User
from progress.permissions import can_run_stocktakes


def can_remind(user: User, *, at: datetime) -> bool:
    """May the user remind delegations of missing entries? The Presidency may."""
    return can_run_stocktakes(user, at=at)


def can_have_feeds(user: User) -> bool:
    """May the user make private addresses of feeds? People who read entries may."""
    return user.scopes is None and user.reads_entries


def can_manage_webhooks(user: User) -> bool:
    """May the user make and change webhooks? Only a key with that scope may."""
    return user.is_service and user.may(Scope.MANAGE_WEBHOOKS)
