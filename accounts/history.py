"""The history of an account, and its recent sign-ins."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import AssessingBody, Member, Role, User
from accounts.versions import FieldChange
from accounts.wording.listed import listed
from audit.models import Event

# As many as fit on a page. All of them stay in the audit events.
LENGTH = 50

VERBS = {
    "user.invite": _("Invited"),
    "user.invite_again": _("Invited again"),
    "user.create_administrator": _("Made an administrator from the command line"),
    "user.change": pgettext_lazy("what was done to an account", "Changed"),
    "demo.add": _("Added with the illustrative data"),
    "user.set_password": pgettext_lazy("what was done", "Set a new password"),
    "user.add_second_factor": _("Added a second factor"),
    "user.remove_second_factor": _("Removed a second factor"),
    "user.make_recovery_codes": _("Made recovery codes"),
    "user.make_sign_in_code": _("Sent a code for single sign-on"),
    "user.link_identity": _("Linked with single sign-on"),
    "user.end_identity": _("Ended the link with single sign-on"),
    "user.deactivate": _("Deactivated"),
    "user.reactivate": _("Reactivated"),
    "user.export": _("Personal data exported from the command line"),
    "user.erase": _("Erased, by law"),
    "session.end": _("Sessions ended"),
    "user.change_address": _("Address changed"),
    "user.reset_sign_in": _("Sign-in reset by two administrators"),
    "user.end_role": _("Deactivated after the last day of the roles"),
}
# Sign-ins are frequent: they have a list of their own, which the person sees.
SIGN_IN_VERBS = {
    "user.sign_in": _("Signed in"),
    "user.sign_in_refused": _("Refused: the password was wrong"),
    "user.sign_out": _("Signed out"),
    "session.end": _("Sessions ended"),
}
REASONS = {
    "inactive": _("Refused: the account is not active"),
    "too_many_attempts": _("Refused: too many attempts in a short time"),
    "wrong_code": _("Refused: the code was wrong"),
    "wrong_passkey": _("Refused: the passkey was not accepted"),
}
SIGN_INS_SHOWN = 20
FIELDS = {
    "name": _("Name"),
    "member": _("Member"),
    "body": _("Assessing body"),
    "roles": _("Roles"),
    "time_zone": _("Time zone"),
    "language": _("Language"),
    "role_ends_on": _("Last day of the roles"),
    "email": _("E-mail address"),
}


@dataclass(frozen=True)
class AccountEvent:
    at: datetime
    actor: str
    description: str
    changes: list[FieldChange]


def history_of(person: User) -> list[AccountEvent]:
    """Return the latest changes of an account, newest first."""
    names = place_names()
    sign_ins = SIGN_IN_VERBS.keys() - VERBS.keys()
    events = _events_of(person).exclude(verb__in=sign_ins).order_by("-pk")[:LENGTH]
    return [
        AccountEvent(
            at=event.at,
            actor=event.actor,
            description=str(VERBS.get(event.verb, event.verb)),
            changes=list(changes_in(event.data, names)),
        )
        for event in events
    ]


@dataclass(frozen=True)
class SignInEvent:
    """A sign-in, a refused sign-in or a sign-out."""

    at: datetime
    description: str
    address: str
    is_refusal: bool


def sign_ins_of(person: User) -> list[SignInEvent]:
    """Return the latest sign-ins to this account, also refused ones, newest first."""
    events = _events_of(person).filter(verb__in=SIGN_IN_VERBS)
    return [
        SignInEvent(
            at=event.at,
            description=str(
                REASONS.get(event.data.get("reason")) or SIGN_IN_VERBS[event.verb]
            ),
            address=event.data.get("address", ""),
            is_refusal=event.verb == "user.sign_in_refused",
        )
        for event in events.order_by("-pk")[:SIGN_INS_SHOWN]
    ]


def _events_of(person: User) -> QuerySet[Event]:
    return Event.objects.filter(
        target_type=person._meta.label, target_id=str(person.pk)
    )


def place_names() -> dict[str, dict[str, str]]:
    """Return the names of members and bodies, by the field that names them. One query.

    The name of a body is not translated, so it is read with those that are.
    """
    members = Member.objects.values_list(Value("member"), "pk", "name")
    bodies = AssessingBody.objects.values_list(Value("body"), "pk", "name")
    names: dict[str, dict[str, str]] = {"member": {}, "body": {}}
    for field, key, name in members.union(bodies, all=True):
        names[field][key] = name
    return names


def changes_in(
    data: Mapping[str, list[object]], names: Mapping[str, Mapping[str, str]]
) -> Iterator[FieldChange]:
    """Yield each field an event changed, with readable values and names of places."""
    for name, label in FIELDS.items():
        if name in data:
            before, after = (_as_text(value) for value in data[name])
            if name in names:
                places = names[name]
                before, after = places.get(before, ""), places.get(after, "")
            yield FieldChange(str(label), before, after)


def _as_text(value: object) -> str:
    if isinstance(value, list):
        return listed(str(Role(role).label) for role in value)
    return str(value or "")
