"""Who is concerned, by the rights of the moment: heads, reviewers, those who wrote."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Role, User, chair_at
from partners.messages import Recipient
from progress.models import Assignment, Comment, Entry, FocalPoint, Transition
from progress.permissions import can, is_reviewer
from progress.transitions import Verb


def of_delegation(member: str | None, *roles: Role) -> list[User]:
    """The people who hold one of these roles for a member."""
    people = User.objects.people().filter(
        is_active=True, member=member, roles__overlap=list(roles)
    )
    return list(people.order_by("pk"))


def at_home(people: Iterable[User | None], member: str) -> list[Recipient]:
    """Those who still belong to the delegation they did it for. No key is told."""
    return [
        Recipient.at_home(one)
        for one in people
        if one is not None and one.delegation == member and not one.is_service
    ]


def signatories(entry: Entry, at: datetime) -> list[Recipient]:
    """Whoever can sign it: the heads, but for text of their own."""
    heads = of_delegation(entry.member_code, Role.HEAD)
    return [
        Recipient.at_home(head) for head in heads if can(Verb.CLEAR, head, entry, at=at)
    ]


def reviewers(entry: Entry, at: datetime) -> list[Recipient]:
    """The chair's coordinators or, for the chair's own entries, the second reviewer."""
    candidates: list[User | None] = [*of_delegation(chair_at(at), Role.COORDINATOR)]
    if entry.stocktake is not None:
        candidates.append(entry.stocktake.second_reviewer)
    return [
        Recipient.reviewing(user)
        for user in candidates
        if user is not None and is_reviewer(user, entry, at=at)
    ]


def responsible(entry: Entry) -> list[User]:
    """Who is named for this member commitment."""
    rows = Assignment.objects.filter(
        kind=Assignment.Kind.RESPONSIBLE, member_commitment=entry.member_commitment_id
    )
    return [row.user for row in rows.select_related("user")]


def focal_point(member: str) -> list[User | None]:
    """Whom the member named or, where that person has left it, the deputy."""
    rows = FocalPoint.objects.filter(member=member).select_related("user", "deputy")
    return [row.user if row.user.delegation == member else row.deputy for row in rows]


def senders(entry: Entry) -> list[User]:
    """Who last sent it on its way."""
    sent = Transition.objects.filter(entry=entry, verb=Verb.SUBMIT)
    last = sent.select_related("by").order_by("-at", "-pk").first()
    return [last.by] if last is not None else []


def answering(entry: Entry) -> list[Recipient]:
    """Who in the delegation takes an entry up: the one responsible, or those who wrote
    and sent it, or, where all of them are gone, its officers."""
    member = entry.member_code
    return (
        at_home(responsible(entry), member)
        or at_home([entry.written_by, *senders(entry)], member)
        or at_home(of_delegation(member, Role.OFFICER), member)
    )


def answering_and_contact(entry: Entry) -> list[Recipient]:
    return [
        *answering(entry),
        *at_home(focal_point(entry.member_code), entry.member_code),
    ]


def talking_at_home(comment: Comment) -> list[Recipient]:
    """Who in the delegation has said something of it before, or has to do with it."""
    entry = comment.entry
    said = Comment.objects.filter(entry=entry, thread=comment.thread)
    earlier = [one.written_by for one in said.select_related("written_by")]
    return [*at_home(earlier, entry.member_code), *answering(entry)]


def delegations(member: str = "") -> list[Recipient]:
    """Officers and heads of one member, or of every member."""
    people = User.objects.people().filter(
        is_active=True, roles__overlap=[Role.OFFICER, Role.HEAD]
    )
    if member:
        people = people.filter(member=member)
    return [Recipient.at_home(person) for person in people.order_by("pk")]
