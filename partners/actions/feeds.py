"""Make, revoke and use a private address of a feed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.dates import utc_day
from accounts.models import Member, User
from audit.record import record
from audit.transactions import retried
from commitments.models import Instrument, Plan
from partners.feeds.addresses import digest_of, make_token
from partners.models import PrivateFeed
from partners.permissions import can_have_feeds

# Of one person at a time.
MOST_FEEDS = 20


@dataclass(frozen=True)
class FeedContent:
    """What a private address holds."""

    kind: str
    plan: Plan
    instrument: Instrument | None = None
    member: Member | None = None


@retried
def make_feed(
    *, content: FeedContent, by: User, at: datetime
) -> tuple[PrivateFeed, str]:
    """Make a private address of this person, and return the row with its token.

    The token cannot be read again later. Raises PermissionDenied, or ValidationError
    with the code `unfit` or `too_many`.
    """
    # The person's row is locked, so that two tabs cannot pass the limit together.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if not can_have_feeds(by):
        raise PermissionDenied
    _require_fitting(content)
    if PrivateFeed.objects.visible_to(by).count() >= MOST_FEEDS:
        sentence = _("You have %d private addresses already. Revoke one first.")
        raise ValidationError(sentence % MOST_FEEDS, code="too_many")
    token = make_token()
    feed = PrivateFeed.objects.create(
        user=by,
        kind=content.kind,
        plan=content.plan,
        instrument=content.instrument,
        member=content.member,
        digest=digest_of(token),
        created_at=at,
    )
    _record("private_feed.make", feed, by=by, at=at)
    return feed, token


def _require_fitting(content: FeedContent) -> None:
    if content.kind not in PrivateFeed.Kind.values:
        raise ValidationError(_("Choose one of the values offered."), code="unfit")
    is_narrowed = content.instrument is not None or content.member is not None
    if content.kind == PrivateFeed.Kind.DEADLINES and is_narrowed:
        sentence = _("Deadlines are the same for every instrument and member.")
        raise ValidationError(sentence, code="unfit")


@transaction.atomic
def revoke_feed(*, feed_id: UUID, by: User, at: datetime) -> None:
    """Make the address end at once and for ever. Doing it twice changes nothing.

    Raises PrivateFeed.DoesNotExist if it is not this person's.
    """
    feed = PrivateFeed.objects.select_for_update(of=("self",)).get(pk=feed_id, user=by)
    if feed.revoked_at is None:
        feed.revoked_at = at
        feed.save(update_fields=["revoked_at"])
        _record("private_feed.revoke", feed, by=by, at=at)


def note_feed_use(*, feed: PrivateFeed, at: datetime) -> None:
    """Keep the day of a fetch: one write a day, however often it is fetched."""
    today = utc_day(at)
    if feed.last_used_on is not None and feed.last_used_on >= today:
        return
    earlier = Q(last_used_on=None) | Q(last_used_on__lt=today)
    PrivateFeed.objects.filter(earlier, pk=feed.pk).update(last_used_on=today)


def _record(verb: str, feed: PrivateFeed, *, by: User, at: datetime) -> None:
    data = {"kind": feed.kind, "plan": str(feed.plan_id)}
    record(verb=verb, target=feed, by=by, at=at, data=data)
