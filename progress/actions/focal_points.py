"""Set the focal point of a member: the person whom the Presidency phones."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import Member, User
from accounts.typed.text import clean_number, cleaned_or_problem
from accounts.versions import require_version
from audit.record import record
from progress import limits
from progress.actions.instants import recorded_act
from progress.models import FocalPoint
from progress.permissions import can_be_focal_point, can_set_focal_point

# Matches numbers as people write them: +81 (0)3-1234 5678, ext. 12
_PHONE = re.compile(r"\+?[0-9(][0-9 ()\-/.]*(,? ?ext\.? ?[0-9]+)?", re.IGNORECASE)
_FEWEST_DIGITS = 3


@dataclass(frozen=True)
class Contact:
    """The focal point and the deputy, with their telephone numbers."""

    user: User
    phone: str = ""
    deputy: User | None = None
    deputy_phone: str = ""


@recorded_act
def set_focal_point(
    *, member: str, version: int, contact: Contact, by: User, at: datetime
) -> FocalPoint:
    """Set the focal point of a member. The version is 0 if there was none.

    Raises PermissionDenied, StaleRow, or ValidationError: a dict of fields.
    """
    # Calls wait for each other here: there may be no focal point to lock yet.
    Member.objects.select_for_update(no_key=True).get(pk=member)
    if not can_set_focal_point(by, member):
        raise PermissionDenied
    contact = _require_valid(contact, member)
    present = FocalPoint.objects.select_related("user", "deputy").filter(pk=member)
    focal_point = present.first() or FocalPoint(member_id=member, version=0)
    if focal_point.version and contact_of(focal_point) == contact:
        return focal_point
    require_version(focal_point, version)
    focal_point.user, focal_point.phone = contact.user, contact.phone
    focal_point.deputy = contact.deputy
    focal_point.deputy_phone = contact.deputy_phone
    focal_point.changed_at, focal_point.changed_by = at, by
    focal_point.version += 1
    focal_point.save()
    _record(focal_point, by=by, at=at)
    return focal_point


def contact_of(focal_point: FocalPoint) -> Contact:
    return Contact(
        focal_point.user,
        focal_point.phone,
        focal_point.deputy,
        focal_point.deputy_phone,
    )


def _require_valid(contact: Contact, member: str) -> Contact:
    """Return the contact with its numbers as they are stored."""
    phone, wrong_phone = _checked_phone(contact.phone)
    deputy_phone, wrong_deputy_phone = _checked_phone(contact.deputy_phone)
    problems = {
        "user": _wrong_person(contact.user, member),
        "phone": wrong_phone,
        "deputy": _wrong_deputy(contact, member),
        "deputy_phone": wrong_deputy_phone,
    }
    if contact.deputy is None and deputy_phone:
        problems["deputy_phone"] = _("Choose a deputy, or delete this number.")
    found = {
        field: [ValidationError(sentence, code="invalid")]
        for field, sentence in problems.items()
        if sentence
    }
    if found:
        raise ValidationError(found)
    return Contact(contact.user, phone, contact.deputy, deputy_phone)


def _wrong_person(person: User, member: str) -> str:
    if can_be_focal_point(person, member):
        return ""
    return _("Choose an active person of your delegation.")


def _wrong_deputy(contact: Contact, member: str) -> str:
    if contact.deputy is None:
        return ""
    if contact.deputy == contact.user:
        return _("Choose another person as the deputy.")
    return _wrong_person(contact.deputy, member)


def _checked_phone(typed: str) -> tuple[str, str]:
    """Return the number as it is stored, and what is wrong with it."""
    phone, problem = cleaned_or_problem(clean_number, typed, limit=limits.PHONE)
    return phone, problem or _wrong_phone(phone)


def _wrong_phone(phone: str) -> str:
    if not phone:
        return ""
    has_digits = sum(sign.isdigit() for sign in phone) >= _FEWEST_DIGITS
    if not has_digits or not _PHONE.fullmatch(phone):
        return _(
            "Write the number in digits, such as +81 3 1234 5678 or"
            " (03) 1234-5678 ext. 9."
        )
    return ""


def _record(focal_point: FocalPoint, *, by: User, at: datetime) -> None:
    """Record who was named, without their telephone numbers."""
    record(
        verb="focal_point.set",
        target=focal_point,
        by=by,
        at=at,
        member=focal_point.member_id,
        data={
            "user": str(focal_point.user_id),
            "deputy": str(focal_point.deputy_id) if focal_point.deputy_id else None,
        },
    )


def forget_contact(person: User, *, using: str) -> None:
    """Remove an erased person from the contacts of members, with their numbers."""
    FocalPoint.objects.using(using).filter(user=person).delete()
    FocalPoint.objects.using(using).filter(deputy=person).update(
        deputy=None, deputy_phone=""
    )
