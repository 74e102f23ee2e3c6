"""Who gets which notice of one event, by plain queries for that event alone.

It is the definition that the product's reading of many events at once is compared with.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from accounts.models import ActingHead, Presidency, Role, User, chair_at
from audit.models import Event
from partners.models import NoticePreference, WebhookEndpoint
from progress.entries.signatories import heads_of, signatories_among
from progress.models import (
    Assignment,
    Comment,
    Entry,
    FocalPoint,
    Handover,
    PublicReading,
    Question,
    Stocktake,
    Transition,
)
from progress.permissions import is_reviewer

# A person's key, the role in which they are notified, and the member.
Told = tuple[Any, str, str | None]


def _people(**rights: Any) -> list[User]:
    return list(User.objects.filter(is_active=True, is_service=False, **rights))


def _home(member: str, people: Iterable[User | None]) -> list[Told]:
    return [
        (person.pk, "delegation", member)
        for person in people
        if person and person.delegation == member and not person.is_service
    ]


def _officers(member: str) -> list[Told]:
    return _home(member, _people(member=member, roles__contains=[Role.OFFICER]))


def _responsible(entry: Entry) -> list[User]:
    owed = entry.member_commitment
    rows = Assignment.objects.filter(member_commitment=owed, kind="responsible")
    return [row.user for row in rows]


def _senders(entry: Entry) -> list[User]:
    sent = Transition.objects.filter(entry=entry, verb="submit")
    return [move.by for move in sent.order_by("-at", "-pk")[:1]]


def _answerers(entry: Entry) -> list[Told]:
    member = entry.member_code
    return (
        _home(member, _responsible(entry))
        or _home(member, [entry.written_by, *_senders(entry)])
        or _officers(member)
    )


def _with_contact(entry: Entry) -> list[Told]:
    member = entry.member_code
    point = FocalPoint.objects.filter(member=member).first()
    contact = point.user if point and point.user.delegation == member else None
    deputy = point.deputy if point and contact is None else None
    return [*_answerers(entry), *_home(member, [contact, deputy])]


def _reviewers(entry: Entry, at: datetime) -> list[Told]:
    people = _people(member=chair_at(at), roles__contains=[Role.COORDINATOR])
    if entry.stocktake and entry.stocktake.second_reviewer:
        people.append(entry.stocktake.second_reviewer)
    return [
        (person.pk, "reviewer", None)
        for person in people
        if is_reviewer(person, entry, at=at)
    ]


def _writers(entry: Entry) -> list[Told]:
    people = [entry.written_by, entry.submitted_by, *_senders(entry)]
    return _home(entry.member_code, [*people, *_responsible(entry)])


def _sender(entry: Entry) -> list[Told]:
    people = [*_senders(entry), *_responsible(entry)]
    return _home(entry.member_code, people) or _answerers(entry)


def _of_entry(event: Event, entry: Entry, at: datetime) -> Iterator[tuple[str, Any]]:
    verb = event.verb.partition(".")[2]
    if verb == "submit" and event.data["state"] == "in_clearance":
        yield (
            "clearance",
            _home(
                entry.member_code,
                signatories_among(heads_of(entry.member_code, at), entry, at),
            ),
        )
    if verb == "clear" or (verb == "submit" and event.data["state"] == "submitted"):
        yield "review", _reviewers(entry, at)
    if verb == "send_back":
        yield "sent_back", _sender(entry)
    if verb == "return":
        yield "returned", _with_contact(entry)
    if verb == "publish":
        yield "published", _writers(entry)
    if verb == "release":
        yield "released", _with_contact(entry)


def _of_comment(comment: Comment, at: datetime) -> list[Told]:
    entry = comment.entry
    is_ours = comment.member_id == entry.member_code
    if comment.thread == "presidency" and is_ours:
        return _reviewers(entry, at)
    said = Comment.objects.filter(entry=entry, thread=comment.thread)
    written = _home(entry.member_code, [other.written_by for other in said])
    return [*written, *_answerers(entry)]


def _of_stocktake(event: Event, stocktake: Stocktake) -> list[Told]:
    roles = [Role.OFFICER, Role.HEAD]
    people = [
        person
        for person in _people(roles__overlap=roles)
        if not event.member or person.member_id == event.member
    ]
    reached: list[Told] = [
        (person.pk, "delegation", person.member_id) for person in people
    ]
    if stocktake.second_reviewer and not event.member:
        reached.append((stocktake.second_reviewer.pk, "reviewer", None))
    return reached


def _of_handover(incoming: Presidency) -> list[Told]:
    before = Presidency.objects.filter(ends_at__lte=incoming.starts_at)
    outgoing = before.order_by("-ends_at").first()
    members = {incoming.member_id, outgoing.member_id if outgoing else None}
    return [
        (person.pk, "delegation", person.member_id)
        for person in _people(roles__contains=[Role.COORDINATOR])
        if person.member_id in members
    ]


def _of_acting_head(acting_head: ActingHead) -> list[Told]:
    heads = _people(roles__contains=[Role.HEAD], member=acting_head.member_id)
    return _home(acting_head.member_id, [acting_head.user, *heads])


def _of_webhook(endpoint: WebhookEndpoint) -> list[Told]:
    member = endpoint.user.member_id
    if member is None:
        administrators = _people(roles__contains=[Role.ADMINISTRATOR])
        return [(person.pk, "admin", None) for person in administrators]
    return _home(member, _people(roles__contains=[Role.HEAD], member=member))


def _of_public_reading(
    verb: str, reading: PublicReading, at: datetime
) -> list[tuple[str, list[Told]]]:
    if verb == "public_reading.propose":
        administrators = _people(roles__contains=[Role.ADMINISTRATOR])
        return [("pub_ask", [(person.pk, "admin", None) for person in administrators])]
    heads = [person for person in _people() if person.is_head_at(at)]
    reached: list[Told] = [(head.pk, "delegation", head.member_id) for head in heads]
    if verb == "public_reading.confirm":
        return [("public", reached)]
    return [("pub_end", reached if reading.starts_at else [])]


def _row_of(event: Event) -> Any:
    noun = event.verb.partition(".")[0]
    if noun == "comment":
        return Comment.objects.filter(
            entry__pk=event.target_id,
            thread=event.data["thread"],
            written_by=event.actor_id,
            written_at=event.at,
        ).first()
    models: dict[str, Any] = {
        "entry": Entry, "question": Question, "stocktake": Stocktake,
        "handover": Handover, "acting_head": ActingHead, "webhook": WebhookEndpoint,
        "public_reading": PublicReading,
    }  # fmt: skip
    return models[noun].objects.filter(pk=event.target_id).first()


def _rules(event: Event, row: Any, at: datetime) -> list[tuple[str, list[Told]]]:
    match event.verb.partition("."):
        case ("entry", _, _):
            return list(_of_entry(event, row, at))
        case ("acting_head", _, name):
            kind = "acting" if name == "name" else "relieved"
            return [(kind, _of_acting_head(row))]
        case ("webhook", _, name):
            return [("webhook", _of_webhook(row))] if name == "disable" else []
        case ("comment", _, _):
            return [("comment", _of_comment(row, at))]
        case (_, _, "ask"):
            return [("question", _with_contact(row.entry))]
        case (_, _, "answer"):
            return [("answer", _home(row.member_id, [row.asked_by]))]
        case ("stocktake", _, verb):
            kind = {"open": "opened", "extend": "extended", "close": "closed"}[verb]
            return [(kind, _of_stocktake(event, row))]
        case _:
            return [("handover", _of_handover(row.presidency))]


def notices_of(event: Event, at: datetime) -> set[tuple[Any, ...]]:
    """Return the facts of each notice of one event: see `FIELDS` of the tests."""
    row = _row_of(event)
    found: set[tuple[Any, ...]] = set()
    if row is None:
        return found
    is_decision = isinstance(row, PublicReading)
    rules = _of_public_reading(event.verb, row, at) if is_decision else None
    for kind, reached in rules or _rules(event, row, at):
        seen: set[Any] = set()
        for person, told_as, member in reached:
            is_first = person not in seen
            seen.add(person)
            if is_first and _gets(person, kind, event, row, at):
                key = f"event-{event.pk}"
                facts = (person, key, kind, told_as, member, event.at)
                found.add((*facts, *_rows_named(row)))
    return found


def _rows_named(row: Any) -> tuple[Any, ...]:
    """Return the keys of each kind of row that a notice can name."""
    words = row.pk if isinstance(row, Comment | Question) else None
    return (
        row.pk if isinstance(row, Entry) else getattr(row, "entry_id", None),
        words if isinstance(row, Comment) else None,
        words if isinstance(row, Question) else None,
        row.pk if isinstance(row, Stocktake) else None,
        row.presidency_id if isinstance(row, Handover) else None,
        row.pk if isinstance(row, ActingHead) else None,
        row.pk if isinstance(row, WebhookEndpoint) else None,
        row.pk if isinstance(row, PublicReading) else None,
    )


def _gets(person: Any, kind: str, event: Event, row: Any, at: datetime) -> bool:
    user = User.objects.get(pk=person)
    muted = NoticePreference.objects.filter(user=user, muted__contains=[kind])
    if not user.is_active or user.pk == event.actor_id or muted.exists():
        return False
    if isinstance(row, Entry | Comment | Question):
        rows = type(row).objects.visible_to(user, at)
        return bool(rows.filter(pk=row.pk).exists())
    return True
