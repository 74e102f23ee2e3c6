"""Whom an entry, a comment or a stocktake concerns, by their rights at this instant.

People and their duties are read once for many events: asking for each event by itself
took most of the time of a bulk publication's notices.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import Role, User, chair_at, remember_acting_heads
from partners.messages import MessageTarget, Recipient
from progress.entries.signatories import signatories_among
from progress.models import Assignment, Comment, Entry, FocalPoint, Transition
from progress.permissions import is_reviewer
from progress.transitions import Verb


class ActivePeople:
    """Everyone with an active account, who holds the chair, and who acts as head.

    Three queries.
    """

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.chair = chair_at(at)
        self._by_key: dict[UUID, User] = {}
        self._by_member: dict[str | None, list[User]] = defaultdict(list)
        for user in User.objects.filter(is_active=True).order_by("pk"):
            user.remember(("chair", at), self.chair)
            self._by_key[user.pk] = user
            # The service user of an API key is never notified.
            if not user.is_service:
                self._by_member[user.member_id].append(user)
        remember_acting_heads(self._by_key.values(), at)

    def get(self, key: UUID | None) -> User | None:
        return self._by_key.get(key) if key is not None else None

    def of_delegation(self, member: str | None, *roles: Role) -> list[User]:
        """Return the people who hold one of these roles for a member."""
        return [user for user in self._by_member[member] if user.has_role(*roles)]

    def administrators(self) -> list[User]:
        everyone = (user for people in self._by_member.values() for user in people)
        return [user for user in everyone if user.is_administrator]

    def heads_in_office(self, member: str | None) -> list[Recipient]:
        """Return the heads of a member, without those who only act as one."""
        heads = self.of_delegation(member, Role.HEAD)
        return [Recipient.of_delegation(head) for head in heads]

    def heads_of(self, member: str | None) -> list[User]:
        """Return the heads and acting heads of a member."""
        return [user for user in self._by_member[member] if user.is_head_at(self.at)]

    def all_heads(self) -> list[Recipient]:
        """Return the heads and acting heads of every member."""
        return [
            Recipient.of_delegation(head)
            for code in list(self._by_member)
            if code is not None
            for head in self.heads_of(code)
        ]

    def coordinators(self) -> list[Recipient]:
        """Return the coordinators of the member in the chair."""
        found = self.of_delegation(self.chair, Role.COORDINATOR)
        return [Recipient.reviewing(person) for person in found]

    def readers(self) -> list[Recipient]:
        """Return everyone who reads published entries, of a delegation or not."""
        everyone = (user for people in self._by_member.values() for user in people)
        return [Recipient.reading(user) for user in everyone if user.reads_entries]

    def assessors_of(self, body: str) -> list[Recipient]:
        """Return the people who score for an assessing body."""
        people = self._by_member[None]
        return [Recipient.scoring(one) for one in people if one.assessing_body == body]

    def still_of(self, member: str, keys: Iterable[UUID | None]) -> list[Recipient]:
        """Return those of these people who still belong to the member's delegation."""
        people = [self.get(key) for key in keys]
        return [
            Recipient.of_delegation(person)
            for person in people
            if person is not None
            and person.delegation == member
            and not person.is_service
        ]

    def delegations(self, member: str = "") -> list[Recipient]:
        """Return the officers and heads of one member, or of every member."""
        return [
            Recipient.of_delegation(user)
            for code in ([member] if member else list(self._by_member))
            for user in self.of_delegation(code, Role.OFFICER, Role.HEAD)
        ]


@dataclass(frozen=True)
class Duties:
    """The people, and what each has to do with some entries and comments."""

    people: ActivePeople
    at: datetime
    # The person responsible, by member commitment.
    responsible: Mapping[UUID, UUID]
    # The person who last sent it for clearance, by entry.
    senders: Mapping[UUID, UUID]
    # The focal point and the deputy, by member.
    contacts: Mapping[str, tuple[UUID, UUID | None]]
    # Everyone who wrote in a thread, by entry and thread.
    authors: Mapping[tuple[UUID, str], Sequence[UUID]]

    def signatories(self, entry: Entry) -> list[Recipient]:
        """Return the heads of delegation who can clear the entry: not its authors."""
        heads = self.people.heads_of(entry.member_code)
        able = signatories_among(heads, entry, self.at)
        return [Recipient.of_delegation(head) for head in able]

    def reviewers(self, entry: Entry) -> list[Recipient]:
        """Return the chair's coordinators or, for its entries, the second reviewer."""
        people = self.people
        found: list[User | None] = [
            *people.of_delegation(people.chair, Role.COORDINATOR)
        ]
        if entry.stocktake is not None:
            found.append(people.get(entry.stocktake.second_reviewer_id))
        return [
            Recipient.reviewing(user)
            for user in found
            if user is not None and is_reviewer(user, entry, at=self.at)
        ]

    def writers_and_signatory(self, entry: Entry) -> list[Recipient]:
        keys = [entry.written_by_id, self._sender(entry), entry.submitted_by_id]
        return self.people.still_of(
            entry.member_code, [*keys, self._responsible(entry)]
        )

    def sender_and_responsible(self, entry: Entry) -> list[Recipient]:
        keys = [self._sender(entry), self._responsible(entry)]
        found = self.people.still_of(entry.member_code, keys)
        return found or self.answerers(entry)

    def answerers(self, entry: Entry) -> list[Recipient]:
        """Return the people in the delegation who take care of an entry.

        That is the person responsible; if there is none, those who wrote and sent it;
        and if they have all left, the delegation's officers.
        """
        member, people = entry.member_code, self.people
        return (
            people.still_of(member, [self._responsible(entry)])
            or people.still_of(member, [entry.written_by_id, self._sender(entry)])
            or [
                Recipient.of_delegation(officer)
                for officer in people.of_delegation(member, Role.OFFICER)
            ]
        )

    def answerers_and_contact(self, entry: Entry) -> list[Recipient]:
        """Return who takes care of it, and the focal point.

        If the focal point has left, the deputy takes the place.
        """
        member = entry.member_code
        focal_point, deputy = self.contacts.get(member, (None, None))
        person = self.people.get(focal_point)
        is_here = person is not None and person.delegation == member
        contact = focal_point if is_here else deputy
        return [*self.answerers(entry), *self.people.still_of(member, [contact])]

    def participants(self, comment: Comment, entry: Entry) -> list[Recipient]:
        """Return the delegation's authors in a thread, and who takes care of it."""
        authors = self.authors.get((entry.pk, comment.thread), [])
        written = self.people.still_of(entry.member_code, authors)
        return [*written, *self.answerers(entry)]

    def _responsible(self, entry: Entry) -> UUID | None:
        return self.responsible.get(entry.member_commitment_id)

    def _sender(self, entry: Entry) -> UUID | None:
        return self.senders.get(entry.pk)


def duties_for(targets: Iterable[MessageTarget], *, at: datetime) -> Duties:
    """Read the people and their duties for all these targets. Seven queries at most."""
    rows = list(targets)
    entries = {target.entry.pk: target.entry for target in rows if target.entry}
    owed = {entry.member_commitment_id for entry in entries.values()}
    named = Assignment.objects.filter(
        kind=Assignment.Kind.RESPONSIBLE, member_commitment__in=owed
    )
    sent = Transition.objects.filter(entry__in=entries, verb=Verb.SUBMIT)
    last_sent = sent.order_by("entry", "-at", "-pk").distinct("entry")
    contacts = FocalPoint.objects.values_list("member", "user", "deputy")
    return Duties(
        people=ActivePeople(at),
        at=at,
        responsible=dict(named.values_list("member_commitment", "user")),
        senders=dict(last_sent.values_list("entry", "by")),
        contacts={member: (user, deputy) for member, user, deputy in contacts},
        authors=_authors_in([target.comment for target in rows if target.comment]),
    )


def _authors_in(
    comments: Sequence[Comment],
) -> Mapping[tuple[UUID, str], Sequence[UUID]]:
    """Return who wrote in the threads of these comments, also before and after."""
    found: dict[tuple[UUID, str], list[UUID]] = defaultdict(list)
    if comments:
        entries = {comment.entry_id for comment in comments}
        said = Comment.objects.filter(entry__in=entries)
        for entry, thread, author in said.values_list("entry", "thread", "written_by"):
            found[entry, thread].append(author)
    return found
