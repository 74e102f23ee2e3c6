"""The data of a person's account, and the checks of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.models import DELEGATION_ROLES, Member, Role, User
from accounts.time_zones import known_time_zones

NAME_LENGTH = 120
EMAIL_LENGTH = 254
# Control characters, and marks that change the direction of writing: with these, one
# name can look like another.
_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)

# A field's name, with its value before and after, as an event keeps it.
Changes = dict[str, list[object]]


@dataclass(frozen=True)
class Profile:
    name: str
    member: str | None
    roles: frozenset[str]
    time_zone: str = "UTC"


def profile_of(user: User) -> Profile:
    return Profile(
        name=user.name,
        member=user.member_id,
        roles=frozenset(user.roles),
        time_zone=user.time_zone,
    )


def as_stored(profile: Profile) -> dict[str, object]:
    """Return the columns of a user and their values, with roles in the usual order."""
    return {
        "name": profile.name,
        "member_id": profile.member,
        "roles": [role.value for role in Role if role in profile.roles],
        "time_zone": profile.time_zone,
    }


def differences(before: Profile, after: Profile) -> Changes:
    """Return the fields that change, with their old and new values."""
    old, new = as_stored(before), as_stored(after)
    return {
        name.removesuffix("_id"): [old[name], new[name]]
        for name in new
        if old[name] != new[name]
    }


def sound_profile(profile: Profile) -> Profile:
    """Return the profile with a tidy name, or raise ValidationError by field."""
    profile = replace(profile, name=tidy(profile.name))
    errors = {
        "name": _wrong_name(profile.name),
        "member": _wrong_member(profile),
        "roles": _wrong_roles(profile.roles),
        "time_zone": _wrong_time_zone(profile.time_zone),
    }
    _raise_if_any(errors)
    return profile


def sound_email(email: str) -> str:
    """Return the address in lower case: an address is one person in any case."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValidationError({"email": error}) from error
    if len(email) > EMAIL_LENGTH:
        raise ValidationError({"email": _too_long(EMAIL_LENGTH)})
    return email


def tidy(name: str) -> str:
    """Return the name with one space between words and none around them."""
    return " ".join(name.split())


def _wrong_name(name: str) -> ValidationError | None:
    if not name:
        return ValidationError(_("Enter a name."), code="required")
    if _CONTROLS.search(name):
        return ValidationError(
            _("The name contains a character that cannot be seen. Type it again."),
            code="control_character",
        )
    return _too_long(NAME_LENGTH) if len(name) > NAME_LENGTH else None


def _wrong_member(profile: Profile) -> ValidationError | None:
    if profile.member is None:
        acts_for_member = not DELEGATION_ROLES.isdisjoint(profile.roles)
        return _member_missing() if acts_for_member else None
    if profile.member not in Member.objects.codes():
        return ValidationError(
            _("Choose a member from the list."), code="unknown_member"
        )
    return None


def _wrong_roles(roles: frozenset[str]) -> ValidationError | None:
    if not roles:
        return ValidationError(_("Choose at least one role."), code="no_role")
    if not roles <= set(Role.values):
        return ValidationError(_("Choose roles from the list."), code="unknown_role")
    return None


def _wrong_time_zone(time_zone: str) -> ValidationError | None:
    if time_zone not in known_time_zones():
        return ValidationError(
            _("Choose a time zone from the list."), code="unknown_zone"
        )
    return None


def _member_missing() -> ValidationError:
    return ValidationError(
        _(
            "Contributors, officers, heads and coordinators act for a member. Choose"
            " the member."
        ),
        code="member_missing",
    )


def _too_long(limit: int) -> ValidationError:
    return ValidationError(
        _("This may have at most %(limit)s characters."),
        code="too_long",
        params={"limit": limit},
    )


def _raise_if_any(errors: Mapping[str, ValidationError | None]) -> None:
    found = {field: error for field, error in errors.items() if error is not None}
    if found:
        raise ValidationError(found)
