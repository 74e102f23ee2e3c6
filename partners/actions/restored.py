"""What a restore must not bring back of partners: private feeds, waiting deliveries.

Each function works on the connection of the owner, in a transaction that has switched
off the triggers, and returns how much it changed.
"""

from datetime import datetime

from partners.models import PrivateFeed, WebhookDelivery


def revoke_all_feeds(*, at: datetime, using: str) -> int:
    """Revoke every private address: one that was revoked since would work again."""
    feeds = PrivateFeed.objects.using(using).filter(revoked_at=None)
    return feeds.update(revoked_at=at)


def drop_waiting_deliveries(*, at: datetime, using: str) -> int:
    """Drop every notification that waits: it may have been sent since the backup.

    Receivers read what they missed from the list of changes.
    """
    state = WebhookDelivery.State
    waiting = WebhookDelivery.objects.using(using).filter(
        state__in=[state.WAITING, state.SENDING]
    )
    return waiting.update(
        state=state.DROPPED, finished_at=at, lease=None, lease_ends_at=None
    )
