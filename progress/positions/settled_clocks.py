"""The instant since which nothing has changed for a reader.

A list of now is read page by page. All pages must show one instant, and the list must
stay the same, address for address, while nothing changes for its reader.
"""

from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from accounts.dates import utc_day
from accounts.models import User
from commitments.models import LeadAndTargetVersion, MemberCommitment
from progress.models import Entry
from progress.positions.clocks import Clocks
from progress.querysets.entries import PUBLICATION
from progress.querysets.visibility import shows_lead_and_target

# Before anything was published here.
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


def settled_clocks(reader: User, now: datetime) -> Clocks:
    """Return the earliest clocks at which this reader reads what they read now.

    They tell nothing of what the reader may not see. The instant is that of the last
    change for this reader: a publication they may see, the end of an entry they may see
    (its successor may be hidden from them), or a lead authority and a target date that
    are shown to them. The day is the latest day of an entry that they may see, or the
    day of that instant.
    """
    visible: Any = Entry.objects.visible_to(reader, now)
    published = visible.filter(state="published", as_of__lte=utc_day(now))
    is_seen = Exists(visible.filter(pk=OuterRef("supersedes")))
    successors = Entry.objects.filter(is_seen, supersedes__isnull=False)
    found = User.objects.values_list(
        Subquery(published.order_by("-as_of", "-pk").values("as_of")[:1]),
        _last_publication(visible, now),
        _last_publication(successors, now),
        _last_lead_and_target(reader, now),
    )
    day, *changes = found.get(pk=reader.pk)
    known_at = max([_BEFORE_ALL, *filter(None, changes)])
    return Clocks(max(day or date.min, utc_day(known_at)), known_at, known_at)


def _last_publication(entries: Any, now: datetime) -> Subquery:
    published = entries.annotate(publication=PUBLICATION)
    newest = published.filter(publication__lte=now).order_by("-publication", "-pk")
    return Subquery(newest.values("publication")[:1])


def _last_lead_and_target(reader: User, now: datetime) -> Subquery:
    shown = shows_lead_and_target(reader, now, day=utc_day(now), known_at=now)
    here = MemberCommitment.objects.filter(shown, pk=OuterRef("member_commitment"))
    versions = LeadAndTargetVersion.objects.as_known_at(now).filter(Exists(here))
    return Subquery(versions.values("set_at")[:1])
