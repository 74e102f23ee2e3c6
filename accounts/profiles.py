"""The data of a person's account, and the checks of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.languages import language_of
from accounts.models import DELEGATION_ROLES, AssessingBody, Member, Role, User
from accounts.time_zones import known_time_zones
from accounts.typed.text import (
    EMAIL_LENGTH,
    clean_mail_address,
    clean_name,
    cleaned_or_problem,
)

NAME_LENGTH = 120
# A field's name, with its value before and after, as an event keeps it.
Changes = dict[str, list[object]]
# Roles that a head gives in their own delegation. The others come from administrators.
GIVEN_BY_HEADS: Final = frozenset({Role.CONTRIBUTOR, Role.OFFICER})
# A power is a role for a member or a body, or that of an administrator.
Power = tuple[str, str]


def page_language_choices() -> list[tuple[str, str]]:
    """Return the languages of the pages by their own names; first, the browser's."""
    return [("", _("As your browser asks")), *settings.LANGUAGES]


def is_page_language(tag: str) -> bool:
    """Return whether the pages exist in this language."""
    return tag in dict(settings.LANGUAGES)


def page_language_of(tag: str) -> str:
    """Return the language of the pages that a tag asks for: `fr` for `fr-CA`.

    It is empty where there is none, and for English, which needs no choice.
    """
    language = language_of(tag)
    return language if is_page_language(language) else ""


@dataclass(frozen=True)
class Profile:
    name: str
    member: str | None
    roles: frozenset[str]
    time_zone: str = "UTC"
    language: str = ""
    # The last UTC day of the roles, or None.
    role_ends_on: date | None = None
    # The slug of the assessing body that an assessor acts for, or None.
    body: str | None = None


def profile_of(user: User) -> Profile:
    return Profile(
        name=user.name,
        member=user.member_id,
        roles=frozenset(user.roles),
        time_zone=user.time_zone,
        language=user.language,
        role_ends_on=user.role_ends_on,
        body=user.body_id,
    )


def as_stored(profile: Profile) -> dict[str, object]:
    """Return the columns of a user and their values, with roles in the usual order."""
    return {
        "name": profile.name,
        "member_id": profile.member,
        "body_id": profile.body,
        "roles": [role.value for role in Role if role in profile.roles],
        "time_zone": profile.time_zone,
        "language": profile.language,
        "role_ends_on": profile.role_ends_on,
    }


def differences(before: Profile, after: Profile) -> Changes:
    """Return the fields that change, with their old and new values."""
    old, new = as_stored(before), as_stored(after)
    return {
        name.removesuffix("_id"): [_as_recorded(old[name]), _as_recorded(new[name])]
        for name in new
        if old[name] != new[name]
    }


def _as_recorded(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def sound_profile(profile: Profile) -> Profile:
    """Return the profile as it is stored, or raise ValidationError by field."""
    name, wrong_name = cleaned_or_problem(clean_name, profile.name, limit=NAME_LENGTH)
    errors = {
        "name": _wrong_name(name, wrong_name),
        "member": _wrong_member(profile),
        "body": _wrong_body(profile),
        "roles": _wrong_roles(profile.roles),
        "time_zone": _wrong_time_zone(profile.time_zone),
        "language": _wrong_language(profile.language),
    }
    _raise_if_any(errors)
    return replace(profile, name=name)


def require_body_of_assessor(before: Profile | None, after: Profile) -> None:
    """Refuse to make someone an assessor without a body, or to take the body away.

    One from before there were bodies may stay without. Raises ValidationError.
    """
    if Role.ASSESSOR not in after.roles or after.body is not None:
        return
    if before and Role.ASSESSOR in before.roles and before.body is None:
        return
    sentence = _(
        "Choose the body that this assessor works for. If it is not in the list, add it"
        " to the reference data first."
    )
    raise ValidationError({"body": ValidationError(sentence, code="body_missing")})


def sound_email(email: str) -> str:
    """Return the address in lower case: an address is one person in any case."""
    address, problem = cleaned_or_problem(clean_mail_address, email, limit=EMAIL_LENGTH)
    if problem or not address:
        sentence = problem or _("Enter a mail address.")
        raise ValidationError({"email": ValidationError(sentence, code="address")})
    return address


def _wrong_name(name: str, problem: str) -> ValidationError | None:
    if problem:
        return ValidationError(problem, code="text")
    return None if name else ValidationError(_("Enter a name."), code="required")


def _wrong_member(profile: Profile) -> ValidationError | None:
    if profile.member is None:
        acts_for_member = not DELEGATION_ROLES.isdisjoint(profile.roles)
        return _member_missing() if acts_for_member else None
    if profile.member not in Member.objects.codes():
        return ValidationError(
            _("Choose a member from the list."), code="unknown_member"
        )
    return None


def _wrong_body(profile: Profile) -> ValidationError | None:
    if profile.body is None:
        return None
    if profile.body not in AssessingBody.objects.slugs():
        return ValidationError(_("Choose a body from the list."), code="unknown_body")
    if Role.ASSESSOR not in profile.roles:
        sentence = _("Only assessors act for a body. Add that role, or choose no body.")
        return ValidationError(sentence, code="body_without_role")
    if profile.member is not None:
        sentence = _(
            "A person acts for a member or for a body, and not for both. Choose one."
        )
        return ValidationError(sentence, code="body_and_member")
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


def _wrong_language(language: str) -> ValidationError | None:
    if language and not is_page_language(language):
        return ValidationError(
            _("Choose a language from the list."), code="unknown_language"
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


def _raise_if_any(errors: Mapping[str, ValidationError | None]) -> None:
    found = {field: error for field, error in errors.items() if error is not None}
    if found:
        raise ValidationError(found)


# ---- Rights that need two administrators


def powers_of(profile: Profile) -> frozenset[Power]:
    """Return the rights that one administrator alone cannot give.

    They are those that read a member's entries or the drafts of a body, and that of an
    administrator: who could make a second one alone could also agree alone.
    """
    of_member = DELEGATION_ROLES & profile.roles
    found = {(str(role), profile.member or "") for role in of_member}
    if profile.body is not None:
        found.add((str(Role.ASSESSOR), profile.body))
    if Role.ADMINISTRATOR in profile.roles:
        found.add((str(Role.ADMINISTRATOR), ""))
    return frozenset(found)


def has_powers(person: User) -> bool:
    """Does a role of the person need two administrators, even while they are out?"""
    return bool(powers_of(profile_of(person)))


def gains_powers(before: Profile, after: Profile) -> bool:
    """Does the change give rights that need two administrators, or give them longer?"""
    old, new = powers_of(before), powers_of(after)
    return bool(new - old) or (bool(new) and _ends_later(before, after))


def _ends_later(before: Profile, after: Profile) -> bool:
    if before.role_ends_on is None:
        return False
    return after.role_ends_on is None or after.role_ends_on > before.role_ends_on


def basis_of(person: User) -> dict[str, object]:
    """Return what a request starts from. It has no effect once any of it changed.

    A person without a body has none in it, as in the requests from before bodies.
    """
    basis: dict[str, object] = {
        "email": person.email,
        "member": person.member_id,
        "roles": sorted(person.roles),
        "is_active": person.is_active,
        "role_ends_on": person.role_ends_on and person.role_ends_on.isoformat(),
    }
    return basis | ({"body": person.body_id} if person.body_id else {})
