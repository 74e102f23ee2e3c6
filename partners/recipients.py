"""Whom an entry, a comment or a stocktake concerns, by their rights at this instant."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Role, User, chair_at
from partners.messages import Recipient
from progress.entries.signatories import signatories_of
from progress.models import Assignment, Comment, Entry, FocalPoint, Transition
from progress.permissions import is_reviewer
from progress.transitions import Verb


def of_delegation(member: str | None, *roles: Role) -> list[User]:
    """Return the active people who hold one of these roles for a member."""
    people = User.objects.people().filter(
        is_active=True, member=member, roles__overlap=list(roles)
    )
    return list(people.order_by("pk"))


def still_of(member: str, people: Iterable[User | None]) -> list[Recipient]:
    """Return those of these people who still belong to the member's delegation.

    The service user of an API key is never notified.
    """
    return [
        Recipient.of_delegation(person)
        for person in people
        if person is not None and person.delegation == member and not person.is_service
    ]


def signatories(entry: Entry, at: datetime) -> list[Recipient]:
    """Return the heads of delegation who can clear the entry: not its authors."""
    return [Recipient.of_delegation(head) for head in signatories_of(entry, at)]


def reviewers(entry: Entry, at: datetime) -> list[Recipient]:
    """Return the chair's coordinators or, for its own entries, the second reviewer."""
    candidates: list[User | None] = [*of_delegation(chair_at(at), Role.COORDINATOR)]
    if entry.stocktake is not None:
        candidates.append(entry.stocktake.second_reviewer)
    return [
        Recipient.reviewing(user)
        for user in candidates
        if user is not None and is_reviewer(user, entry, at=at)
    ]


def responsible(entry: Entry) -> list[User]:
    """Return the person named as responsible for the entry's member commitment."""
    rows = Assignment.objects.filter(
        kind=Assignment.Kind.RESPONSIBLE, member_commitment=entry.member_commitment_id
    )
    return [row.user for row in rows.select_related("user")]


def focal_point(member: str) -> list[User | None]:
    """Return the member's focal point or, if that person has left, the deputy."""
    rows = FocalPoint.objects.filter(member=member).select_related("user", "deputy")
    return [row.user if row.user.delegation == member else row.deputy for row in rows]


def senders(entry: Entry) -> list[User]:
    """Return the person who last sent the entry for clearance."""
    sent = Transition.objects.filter(entry=entry, verb=Verb.SUBMIT)
    last = sent.select_related("by").order_by("-at", "-pk").first()
    return [last.by] if last is not None else []


def answerers(entry: Entry) -> list[Recipient]:
    """Return the people in the delegation who take care of an entry.

    That is the person responsible; if there is none, those who wrote and sent it; and
    if they have all left, the delegation's officers.
    """
    member = entry.member_code
    return (
        still_of(member, responsible(entry))
        or still_of(member, [entry.written_by, *senders(entry)])
        or still_of(member, of_delegation(member, Role.OFFICER))
    )


def answerers_and_contact(entry: Entry) -> list[Recipient]:
    contact = still_of(entry.member_code, focal_point(entry.member_code))
    return [*answerers(entry), *contact]


def participants(comment: Comment) -> list[Recipient]:
    """Return the delegation's earlier authors in a thread, and who takes care of it."""
    entry = comment.entry
    earlier = Comment.objects.filter(entry=entry, thread=comment.thread)
    authors = [row.written_by for row in earlier.select_related("written_by")]
    return [*still_of(entry.member_code, authors), *answerers(entry)]


def delegations(member: str = "") -> list[Recipient]:
    """Return the officers and heads of one member, or of every member."""
    people = User.objects.people().filter(
        is_active=True, roles__overlap=[Role.OFFICER, Role.HEAD]
    )
    if member:
        people = people.filter(member=member)
    return [Recipient.of_delegation(person) for person in people.order_by("pk")]
