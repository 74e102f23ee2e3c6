"""Whom the Presidency phones about a member, as its delegation says."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import Member, User
from accounts.versions import require_version
from audit.record import record
from audit.transactions import retried
from progress import limits
from progress.models import FocalPoint
from progress.permissions import can_be_focal_point, can_set_focal_point

# As people write them: +81 (0)3-1234 5678, ext. 12
_PHONE = re.compile(r"\+?[0-9(][0-9 ()\-/.]*(,? ?ext\.? ?[0-9]+)?", re.IGNORECASE)
_FEWEST_DIGITS = 3


@dataclass(frozen=True)
class Contact:
    """Who is phoned, and who stands in for them."""

    user: User
    phone: str = ""
    deputy: User | None = None
    deputy_phone: str = ""


@retried
def set_focal_point(
    *, member: str, version: int, contact: Contact, by: User, at: datetime
) -> FocalPoint:
    """Name the focal point of a member; version 0 where none was named yet.

    Raises PermissionDenied, StaleRow, or ValidationError: a dict of fields.
    """
    # One at a time: there may be no row to lock yet.
    Member.objects.select_for_update(no_key=True).get(pk=member)
    if not can_set_focal_point(by, member):
        raise PermissionDenied
    contact = _tidy(contact)
    _require_sound(contact, member)
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


def _tidy(contact: Contact) -> Contact:
    """Full-width digits are digits; blanks around a number are nobody's."""
    phones = (contact.phone, contact.deputy_phone)
    phone, deputy_phone = (unicodedata.normalize("NFKC", one).strip() for one in phones)
    return Contact(contact.user, phone, contact.deputy, deputy_phone)


def _require_sound(contact: Contact, member: str) -> None:
    problems = {
        "user": _wrong_person(contact.user, member),
        "phone": _wrong_phone(contact.phone),
        "deputy": _wrong_deputy(contact, member),
        "deputy_phone": _wrong_phone(contact.deputy_phone),
    }
    if contact.deputy is None and contact.deputy_phone:
        problems["deputy_phone"] = _("Choose the deputy whose number this is.")
    found = {
        field: [ValidationError(sentence, code="invalid")]
        for field, sentence in problems.items()
        if sentence
    }
    if found:
        raise ValidationError(found)


def _wrong_person(person: User, member: str) -> str:
    if can_be_focal_point(person, member):
        return ""
    return _("Choose somebody active of your delegation.")


def _wrong_deputy(contact: Contact, member: str) -> str:
    if contact.deputy is None:
        return ""
    if contact.deputy == contact.user:
        return _("The deputy must be somebody else.")
    return _wrong_person(contact.deputy, member)


def _wrong_phone(phone: str) -> str:
    if not phone:
        return ""
    has_digits = sum(mark.isdigit() for mark in phone) >= _FEWEST_DIGITS
    if len(phone) > limits.PHONE or not has_digits or not _PHONE.fullmatch(phone):
        return _(
            "Write the number in digits, as in +81 3 1234 5678 or"
            " (03) 1234-5678 ext. 9."
        )
    return ""


def _record(focal_point: FocalPoint, *, by: User, at: datetime) -> None:
    """Who was named; their numbers are not the log's."""
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
