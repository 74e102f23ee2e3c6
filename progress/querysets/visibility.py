"""Which entries a reader may know of: rule 4 as conditions of a query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Scope
from commitments.models import MemberCommitment
from commitments.querysets import Concerns

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from accounts.models import User


def readable_handlings(reader: User) -> list[str]:
    """Return the labels that this reader may read from every member."""
    if not reader.reads_entries:
        return []
    if reader.may(Scope.READ_GREEN):
        return ["clear", "green"]
    return ["clear"] if reader.may(Scope.READ_CLEAR) else []


def highest_handling(reader: User, at: datetime) -> str:
    """Return the most restricted label of what this reader may read, or nothing."""
    if reader.is_presidency(at) or (reader.may(Scope.READ_OWN) and reader.delegation):
        return "amber"
    return next(reversed(readable_handlings(reader)), "")


@dataclass(frozen=True)
class Rights:
    """All that rule 4 asks about a reader at an instant.

    Readers with equal rights see the same entries.
    """

    # The labels they may read from every member.
    handlings: tuple[str, ...]
    # The member whose every entry they read.
    own_member: str | None
    is_presidency: bool
    # A person who may be second reviewer, and the member then in the chair.
    person: UUID | None
    chair: str | None
    # The instrument whose commitments are all that a limited key sees entries on.
    instrument_owner: str | None = None
    # For the public: since when anyone may read clear entries.
    public_since: datetime | None = None


def rights_of(reader: User, at: datetime) -> Rights:
    """Return what rule 4 asks about this reader at an instant."""
    is_person = bool(reader.delegation) and reader.scopes is None
    return Rights(
        handlings=tuple(readable_handlings(reader)),
        own_member=reader.delegation if reader.may(Scope.READ_OWN) else None,
        is_presidency=reader.is_presidency(at),
        person=reader.pk if is_person else None,
        chair=reader.chair_at(at) if is_person else None,
        instrument_owner=reader.instrument_owner,
        public_since=reader.public_since,
    )


def visibility_q(reader: User, at: datetime) -> Q:
    """Return rule 4 as one condition: the union of what each role lets a reader see."""
    return visible_with(rights_of(reader, at))


def visible_with(rights: Rights) -> Q:
    """Return the condition of the entries that a reader with these rights may see.

    It is the union of what each role shows, narrowed to what the key is limited to, and
    for the public to what was published for them.
    """
    visible = _shown_by_roles(rights)
    if rights.instrument_owner is not None:
        visible &= Q(member_commitment__in=_concerning(rights.instrument_owner))
    if rights.public_since is not None:
        visible &= _is_public(rights.public_since)
    return visible


def _is_public(since: datetime) -> Q:
    """Return the condition of the clear entries that the public may read.

    An entry shows if it was published since the start, or if a head of its member has
    agreed.
    """
    agreements = apps.get_model("progress", "PublicAgreement").objects.in_force()
    agreed = Exists(agreements.filter(entry=OuterRef("pk")))
    return (Q(published_at__gte=since) | Q(agreed)) & can_be_public_q()


def can_be_public_q() -> Q:
    """Return the condition of entries that are in force, with their text.

    What is superseded, withdrawn or erased is never public, whatever the label of what
    superseded it.
    """
    entries = apps.get_model("progress", "Entry").objects
    tombstones = apps.get_model("progress", "Tombstone").objects
    successors = entries.filter(supersedes=OuterRef("pk"), state="published")
    return (
        ~Q(kind="withdrawal")
        & ~Q(Exists(successors))
        & ~Q(Exists(tombstones.filter(entry=OuterRef("pk"))))
    )


def _shown_by_roles(rights: Rights) -> Q:
    visible = Q(pk__in=[])
    published = Q(state="published")
    if rights.handlings:
        visible |= published & Q(handling__in=rights.handlings)
    if rights.own_member:
        visible |= Q(member_commitment__in=_owed_by(rights.own_member))
    if rights.is_presidency:
        # It reads its own member's entries as their delegation: see above.
        visible |= published | Q(state="submitted")
    if rights.person:
        reached = Q(state__in=["submitted", "published"])
        visible |= reached & _second_reviewed(rights.person, rights.chair, of="")
    return visible


def _owed_by(member: str | None) -> QuerySet[MemberCommitment]:
    """Return what a member owes, for a condition that needs no join.

    A join would keep the index of positions from giving its rows in order.
    """
    return MemberCommitment.objects.filter(member=member)


def _concerning(slug: str) -> QuerySet[MemberCommitment]:
    """Return what is owed on the commitments that concern an instrument."""
    return MemberCommitment.objects.filter(Concerns("commitment", slug))


def reads_all_of_own_member(reader: User) -> bool:
    """Return whether the reader sees all that is of their own member.

    A key without `read:own` does not, nor one that is limited to a body's instruments.
    """
    is_whole = reader.may(Scope.READ_OWN) and reader.instrument_owner is None
    return is_whole and reader.delegation is not None


def reviewed_by(reader: User, at: datetime, *, of: str = "") -> Q:
    """Return the condition that the reader reviews a row's entry, at an instant.

    `of` is the path from the row to the entry; without it the row is the entry itself.
    `permissions.is_reviewer` is the same rule for one entry.
    """
    if reader.delegation is None:
        return Q(pk__in=[])
    is_own = Q((f"{of}member_commitment__member", reader.delegation))
    if reader.is_presidency(at):
        return ~is_own
    return second_reviewed(reader, at, of=of) & ~is_own


def second_reviewed(reader: User, at: datetime, *, of: str = "") -> Q:
    """Return the condition that the reader is second reviewer of a row's entry.

    `of` is the path from the row to the entry; without it the row is the entry itself.
    """
    return _second_reviewed(reader.pk, reader.chair_at(at), of=of)


def _second_reviewed(person: UUID, chair: str | None, *, of: str) -> Q:
    stocktakes = apps.get_model("progress", "Stocktake").objects
    return Q(
        (f"{of}stocktake__in", stocktakes.filter(second_reviewer=person)),
        (f"{of}member_commitment__in", _owed_by(chair)),
    )


def shows_lead_and_target(
    reader: User, at: datetime, *, day: date, known_at: datetime
) -> Q:
    """Return the condition of member commitments that show their lead and target date.

    They are those of which the reader reads every published entry, and those with a
    position, at these two clocks, that the reader may see. `shown_lead_and_target` in
    progress/positions is the same rule for one of them.
    """
    if reader.is_presidency(at):
        return Q(pk__isnull=False)
    entries = apps.get_model("progress", "Entry").objects.visible_to(reader, at)
    standing = entries.as_known_at(known_at).exclude(kind="withdrawal")
    here = standing.filter(as_of__lte=day, member_commitment=OuterRef("pk"))
    shown = Q(Exists(here))
    if reads_all_of_own_member(reader):
        shown |= Q(member=reader.delegation)
    return shown
