"""What was done to an account, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Role, User
from audit.models import Event

# As many as fit a page; the whole of it stays in the log of events.
LENGTH = 50

VERBS = {
    "user.invite": _("Invited"),
    "user.invite_again": _("Invited again"),
    "user.create_administrator": _("Made an administrator at the machine"),
    "user.change": _("Changed"),
    "demo.add": _("Added with the illustrative data"),
    "user.set_password": _("Set a new password"),
    "user.deactivate": _("Deactivated"),
    "user.reactivate": _("Reactivated"),
    "session.end": _("Sessions ended"),
}
# What happens at the door, day by day: a list of its own, seen by the person.
DOOR_VERBS = {
    "user.sign_in": _("Signed in"),
    "user.sign_in_refused": _("Refused: the password was wrong"),
    "user.sign_out": _("Signed out"),
    "session.end": _("Sessions ended"),
}
REASONS = {
    "inactive": _("Refused: the account is not active"),
    "too_many_attempts": _("Refused: too many attempts in a short time"),
}
DOOR_LENGTH = 20
FIELDS = {
    "name": _("Name"),
    "member": _("Member"),
    "roles": _("Roles"),
    "time_zone": _("Time zone"),
}


@dataclass(frozen=True)
class FieldChange:
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class AccountEvent:
    at: datetime
    actor: str
    words: str
    changes: list[FieldChange]


def history_of(person: User) -> list[AccountEvent]:
    """The latest acts on an account, newest first."""
    members = member_names()
    at_the_door = DOOR_VERBS.keys() - VERBS.keys()
    events = _events_of(person).exclude(verb__in=at_the_door).order_by("-pk")[:LENGTH]
    return [
        AccountEvent(
            at=event.at,
            actor=event.actor,
            words=str(VERBS.get(event.verb, event.verb)),
            changes=list(changes_in(event.data, members)),
        )
        for event in events
    ]


@dataclass(frozen=True)
class Arrival:
    """Something that happened at the door to a person's account."""

    at: datetime
    words: str
    address: str
    is_refusal: bool


def at_the_door(person: User) -> list[Arrival]:
    """Who came in with this account, or tried to: the latest, newest first."""
    events = _events_of(person).filter(verb__in=DOOR_VERBS)
    return [
        Arrival(
            at=event.at,
            words=str(REASONS.get(event.data.get("reason")) or DOOR_VERBS[event.verb]),
            address=event.data.get("address", ""),
            is_refusal=event.verb == "user.sign_in_refused",
        )
        for event in events.order_by("-pk")[:DOOR_LENGTH]
    ]


def _events_of(person: User) -> QuerySet[Event]:
    return Event.objects.filter(
        target_type=person._meta.label, target_id=str(person.pk)
    )


def member_names() -> dict[str, str]:
    return dict(Member.objects.values_list("pk", "name"))


def changes_in(
    data: Mapping[str, list[object]], members: Mapping[str, str]
) -> Iterator[FieldChange]:
    """Each field that an event changed, as people read it; members by their names."""
    for name, label in FIELDS.items():
        if name in data:
            before, after = (_in_words(value) for value in data[name])
            if name == "member":
                before, after = members.get(before, ""), members.get(after, "")
            yield FieldChange(str(label), before, after)


def _in_words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(Role(role).label) for role in value)
    return str(value or "")
