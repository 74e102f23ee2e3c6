"""The feed of changes, as a person's private address holds it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode, urljoin
from uuid import UUID, uuid5

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.dates import utc_day
from accounts.day_sentences import day_text
from accounts.wording.names import in_language
from commitments.models import MemberCommitment
from partners.feeds.atom import AtomEntry, AtomFeed, atom_of
from partners.models import PrivateFeed
from progress.changes.change import (
    AnyChange,
    ChangeFilters,
    ChangeKind,
    ChangeSubject,
)
from progress.changes.reading import read_last_changes
from progress.changes.sight import Sight
from progress.changes.tables import TableChange, table_changes

MOST_CHANGES = 100


def changes_of(feed: PrivateFeed, at: datetime) -> bytes:
    """Return the last changes that the person may see, up to TLP:GREEN.

    The feed's person has the scopes of such a key: what is amber is not there, whatever
    their role. A table of scores is one entry of the feed.
    """
    filters = ChangeFilters(
        plan=feed.plan.slug,
        instrument_owner=feed.instrument.slug if feed.instrument else None,
        members=(feed.member_id,) if feed.member_id else (),
        about=ChangeSubject.ENTRY,
    )
    changes = read_last_changes(feed.user, at, filters=filters, size=MOST_CHANGES)
    sight = Sight.of(feed.user, at, filters)
    owed, plan = _member_commitments(changes), feed.plan.slug
    entries = [_entry(plan, one, owed[one.member_commitment_id]) for one in changes]
    tables = table_changes(sight, size=MOST_CHANGES)
    entries += [_table_entry(plan, one) for one in tables]
    # Stable: entries that came together keep the order of the ledger.
    entries.sort(key=attrgetter("at"), reverse=True)
    return atom_of(
        AtomFeed(
            id=feed.pk,
            title=_("Changes of %(plan)s") % {"plan": plan},
            url=_address("progress:plan-matrix", plan),
            made_at=feed.created_at,
            language=feed.user.own_language,
            entries=entries[:MOST_CHANGES],
        )
    )


def _table_entry(plan: str, change: TableChange) -> AtomEntry:
    table = change.table
    is_released = change.kind is ChangeKind.RELEASED
    sentence = (
        _("%(stocktake)s: scores of %(body)s released on %(day)s")
        if is_released
        else _("%(stocktake)s: scores of %(body)s no longer shown, %(day)s")
    )
    words = {
        "stocktake": table.stocktake.slug,
        "body": in_language(table.body.name),
        "day": day_text(utc_day(change.at)),
    }
    page = _address("progress:score-table", plan, table.body_id)
    return AtomEntry(
        id=table.pk if is_released else uuid5(table.pk, change.kind),
        at=change.at,
        title=sentence % words,
        url=f"{page}?{urlencode({'stocktake': table.stocktake.slug})}",
        category=change.kind,
    )


def _member_commitments(changes: Sequence[AnyChange]) -> Mapping[UUID, Any]:
    """Return the code and the member of each member commitment. One query."""
    keys = {change.member_commitment_id for change in changes}
    rows = MemberCommitment.objects.filter(pk__in=keys)
    found = rows.values_list("pk", "commitment__code", "member_id")
    return {pk: (code, member) for pk, code, member in found}


def _entry(plan: str, change: AnyChange, owed: tuple[str, str]) -> AtomEntry:
    sentences = {
        ChangeKind.PUBLISHED: _("%(commitment)s %(member)s: published on %(day)s"),
        ChangeKind.REMOVED: _("%(commitment)s %(member)s: no longer shown, %(day)s"),
        ChangeKind.ERASED: _("%(commitment)s %(member)s: erased on %(day)s"),
    }
    code, member = owed
    day = day_text(utc_day(change.at))
    words = {"commitment": code, "member": member, "day": day}
    is_first = change.kind is ChangeKind.PUBLISHED
    return AtomEntry(
        # What happened to an entry later has an id of its own, the same at each fetch.
        id=change.key if is_first else uuid5(change.key, change.kind),
        at=change.at,
        title=sentences[change.kind] % words,
        url=_address("progress:member-commitment-detail", plan, code, member),
        category=change.kind,
    )


def _address(route: str, *keys: str) -> str:
    return urljoin(settings.SITE_URL, reverse(route, args=keys))
