"""The list of events for one reader: filtered, in pages, with names and links."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import AssessingBody, Member, User
from audit.models import NO_OFFICE, Event
from commitments.models import MemberCommitment
from progress.events.audience import EVENT_KINDS, EventGrant, EventKind
from progress.models import Entry, Question, Stocktake

PAGE_SIZE = 50
# A file has at most so many rows. A narrower filter gets the rest.
MOST_ROWS = 5_000
# Far before and after any event, and safe in every time zone.
FIRST_YEAR, LAST_YEAR = 1900, 2200
# What an event says of these is fit to print: a code, a title or a name.
_PRINTED = frozenset(
    {
        "progress.Entry", "progress.Stocktake", "progress.Handover",
        "commitments.MemberCommitment", "commitments.Plan", "commitments.Summit",
        "commitments.Instrument", "commitments.Commitment", "commitments.Acronym",
        "accounts.User", "accounts.ApiKey", "accounts.Member", "accounts.Presidency",
        "accounts.AssessingBody",
    }
)  # fmt: skip


@dataclass(frozen=True)
class EventFilter:
    """What a reader asks for. Empty values mean all."""

    person: UUID | None = None
    subject: str = ""
    member: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def verbs(self) -> frozenset[str]:
        return frozenset(
            verb
            for verb, kind in EVENT_KINDS.items()
            if self.subject in {"", kind.subject.value}
        )

    def where(self) -> Q:
        """Return the condition of what is asked for, without the subject."""
        asked = Q()
        if self.person:
            asked &= Q(actor_id=self.person)
        if self.member:
            asked &= Q(member=self.member)
        if self.since:
            asked &= Q(at__gte=self.since)
        if self.until:
            asked &= Q(at__lt=self.until)
        return asked


@dataclass(frozen=True)
class EventPlace:
    """Where a page of the list begins: after so many events of one instant.

    It names no key of an event: keys are numbered, and their gaps would tell how much
    happens that the reader may not see.
    """

    at: datetime
    skipped: int = 0

    @classmethod
    def read(cls, at: str, skipped: str) -> Self | None:
        """Return the place that an address names, or None for the first page."""
        try:
            place = cls(datetime.fromisoformat(at), int(skipped or 0))
        except ValueError:
            return None
        is_sound = (
            place.at.tzinfo is not None
            and FIRST_YEAR < place.at.year < LAST_YEAR
            and 0 <= place.skipped <= MOST_ROWS
        )
        return place if is_sound else None


@dataclass(frozen=True)
class ListedEvent:
    """An event as its reader sees it."""

    event: Event
    kind: EventKind
    who: str
    about: str
    # Empty where the reader may not open it, or where there is nothing to open.
    url: str

    @property
    def member(self) -> str:
        """The member concerned, unless what it is about names it already."""
        member = self.event.member
        return "" if self.about.endswith(f" {member}") else member


@dataclass(frozen=True)
class EventPage:
    """A page of the list, the newest event first, and where the next one begins."""

    rows: Sequence[ListedEvent]
    next: EventPlace | None


@dataclass(frozen=True)
class EventList:
    """The events that a reader may list, with the rights of an instant."""

    reader: User
    at: datetime
    grants: Sequence[EventGrant]
    # Whom the reader knows by name: their delegation, or all for an administrator.
    people: Mapping[UUID, User]

    def page(self, asked: EventFilter, place: EventPlace | None) -> EventPage:
        """Return a page. At most five queries."""
        skipped = place.skipped if place else 0
        found = self._read(asked, place, skipped + PAGE_SIZE + 1)[skipped:]
        shown = found[:PAGE_SIZE]
        following = _place_after(shown, place) if len(found) > PAGE_SIZE else None
        return EventPage(self._rows(shown), following)

    def all_rows(self, asked: EventFilter) -> Sequence[ListedEvent]:
        """Return the newest rows for a file. At most five queries."""
        return self._rows(self._read(asked, None, MOST_ROWS))

    def _read(
        self, asked: EventFilter, place: EventPlace | None, most: int
    ) -> list[Event]:
        """Return the newest events up to a place: each grant by its own index."""
        where = asked.where() & (Q(at__lte=place.at) if place else Q())
        parts = [
            _newest(Event.objects.filter(grant.narrowed(asked.verbs), where), most)
            for grant in self.grants
        ]
        first, *others = parts
        if not others:
            return list(first)
        # An event may be listed for two reasons: `union` keeps it once.
        keys = first.values("pk").union(*(part.values("pk") for part in others))
        return list(_newest(Event.objects.filter(pk__in=keys), most))

    def _rows(self, events: Sequence[Event]) -> list[ListedEvent]:
        others = [event for event in events if event.actor_id not in self.people]
        offices = _offices_of(others)
        urls = self._urls(events)
        return [
            ListedEvent(
                event=event,
                kind=EVENT_KINDS[event.verb],
                who=self._who(event, offices.get(event.pk, "")),
                about=event.target if event.target_type in _PRINTED else "",
                url=urls.get((event.target_type, event.target_id), ""),
            )
            for event in events
        ]

    def _who(self, event: Event, office: str) -> str:
        """Return who acted: a colleague by name, others by their member or body."""
        if event.actor_id is None:
            return _("The system")
        if event.actor_id in self.people:
            return str(self.people[event.actor_id])
        return office or _("An administrator")

    def _urls(self, events: Iterable[Event]) -> dict[tuple[str, str], str]:
        """Return the page of each target that the reader may open."""
        named: dict[str, set[str]] = {}
        for event in events:
            named.setdefault(event.target_type, set()).add(event.target_id)
        urls: dict[tuple[str, str], str] = {}
        for kind, ids in named.items():
            for key, url in self._urls_of(kind, ids):
                urls[kind, str(key)] = url
        return urls

    def _urls_of(self, kind: str, ids: Collection[str]) -> list[tuple[Any, str]]:
        where: tuple[str, ...]
        if kind == "progress.Entry":
            entries = Entry.objects.visible_to(self.reader, self.at)
            return _pages("progress:entry-detail", entries, ids)
        if kind == "progress.Question":
            questions = Question.objects.visible_to(self.reader, self.at)
            return _pages("progress:question-detail", questions, ids)
        if kind == "progress.Stocktake":
            where = ("plan__slug", "slug")
            stocktakes = Stocktake.objects.visible_to(self.reader)
            return _pages("progress:stocktake-detail", stocktakes, ids, where)
        if kind == "commitments.MemberCommitment":
            where = ("commitment__plan__slug", "commitment__code", "member")
            owed = MemberCommitment.objects.all()
            return _pages("progress:member-commitment-detail", owed, ids, where)
        if kind == "accounts.User" and self.reader.is_administrator:
            return _pages("accounts:user-edit", User.objects.all(), ids)
        return []


def _newest(events: QuerySet[Event], most: int) -> QuerySet[Event]:
    return events.order_by("-at", "-pk")[:most]


def _pages(
    route: str,
    rows: QuerySet[Any],
    ids: Collection[str],
    where: Sequence[str] = ("pk",),
) -> list[tuple[Any, str]]:
    found = rows.filter(pk__in=ids).values_list("pk", *where)
    return [(key, reverse(route, args=place)) for key, *place in found]


def _place_after(shown: Sequence[Event], place: EventPlace | None) -> EventPlace:
    """Return where the next page begins: at the last event's instant, after it."""
    last = shown[-1].at
    same = sum(event.at == last for event in shown)
    before = place.skipped if place is not None and place.at == last else 0
    return EventPlace(last, before + same)


def _offices_of(events: Sequence[Event]) -> dict[int, str]:
    """Return the name of the member or body for which each event was done, by its key.

    It is that of the time of the act. Older events do not say it: for them it is where
    the person is now. At most two queries.
    """
    said = {event.office for event in events if event.office} - {NO_OFFICE}
    members = Member.objects.filter(pk__in=said).values_list("pk", "name")
    bodies = AssessingBody.objects.filter(pk__in=said).values_list("pk", "name")
    names = dict(members.union(bodies)) if said else {}
    former = [event for event in events if event.actor_id and not event.office]
    actors = {event.actor_id for event in former if event.actor_id}
    place = Coalesce("member__name", "body__name", Value(""))
    people = User.objects.filter(pk__in=actors).values_list("pk", place)
    places = dict(people) if actors else {}
    return {event.pk: names.get(event.office, "") for event in events} | {
        event.pk: places.get(event.actor_id, "") for event in former
    }
