"""Invite, change, deactivate and reactivate people. Each act records an event.

What gives rights that need two administrators is refused here: see
`accounts.actions.approvals`. What a head does in their own delegation is in
`accounts.actions.delegation_people`.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import NoReturn
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actions.acting_heads import end_lost_periods
from accounts.actions.sessions import end_all_sessions
from accounts.actions.sign_in_identities import end_identity_of
from accounts.dates import utc_day
from accounts.models import Member, Role, User
from accounts.permissions import can_manage_people
from accounts.profiles import (
    Changes,
    Profile,
    as_stored,
    differences,
    gains_powers,
    has_powers,
    page_language_of,
    powers_of,
    profile_of,
    require_body_of_assessor,
    sound_email,
    sound_profile,
)
from accounts.time_zones import usual_time_zone
from accounts.versions import require_version
from audit.record import record
from audit.transactions import retried


@retried
def invite_person(*, email: str, profile: Profile, by: User, at: datetime) -> User:
    """Add a person who has no password yet. The caller sends the invitation.

    Raises PermissionDenied, or ValidationError with a dict of fields. Its codes include
    `needs_agreement`.
    """
    lock_administrators(by)
    profile, email = new_profile(profile, at=at), sound_email(email)
    if powers_of(profile):
        _refuse_alone("roles")
    return add_person("user.invite", email, profile, by=by, at=at)


def new_profile(profile: Profile, *, at: datetime) -> Profile:
    """Return the checked profile of a new person, with what is usual for the member.

    The time zone is that of the member's capital. Without a language, the person gets
    that of the member. Raises ValidationError with a dict of fields.
    """
    usual = replace(
        profile,
        time_zone=usual_time_zone(profile.member),
        language=profile.language or _usual_language(profile.member),
    )
    require_future_end(usual.role_ends_on, at=at)
    usual = sound_profile(usual)
    require_body_of_assessor(None, usual)
    return usual


def _usual_language(member: str | None) -> str:
    """Return the language of the pages for a member, or "" if it needs no choice."""
    tag = Member.objects.languages().get(member or "", "")
    return page_language_of(tag)


def add_person(
    verb: str,
    email: str,
    profile: Profile,
    *,
    by: User | None,
    at: datetime,
    password: str | None = None,
) -> User:
    """Insert a person with a checked profile, and record the event `verb`.

    Raises ValidationError for `email` if it is not an address or is in use.
    """
    person = User(email=sound_email(email), created_at=at, **as_stored(profile))
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        taken = _("There is already an account with this address.")
        raise ValidationError(
            {"email": ValidationError(taken, code="email_taken")}
        ) from error
    empty = Profile("", None, frozenset(), time_zone="")
    _record(verb, person, differences(empty, profile), by=by, at=at)
    return person


@transaction.atomic
def change_person(
    *, person_id: UUID, version: int, profile: Profile, by: User, at: datetime
) -> User:
    """Change a person's name, member, body, roles and their end, time zone or language.

    Raises User.DoesNotExist, PermissionDenied, StaleRow, or ValidationError with a dict
    of fields. Its codes include `last_administrator`, `own_account` and
    `needs_agreement`.
    """
    administrators = lock_administrators(by)
    person = User.objects.people().select_for_update().get(pk=person_id)
    before, profile = profile_of(person), sound_profile(profile)
    changes = differences(before, profile)
    require_current(person, version, changes)
    require_body_of_assessor(before, profile)
    if Role.ADMINISTRATOR not in profile.roles:
        _require_another(administrators, person, by=by, field="roles")
    if gains_powers(before, profile):
        _refuse_alone("roles")
    if profile.role_ends_on != before.role_ends_on:
        require_future_end(profile.role_ends_on, at=at)
    if profile.role_ends_on is not None:
        _require_lasting(administrators, person)
    return write_profile(person, profile, changes, by=by, at=at)


@transaction.atomic
def change_own_profile(
    *,
    version: int,
    name: str,
    time_zone: str,
    language: str,
    by: User,
    at: datetime,
) -> User:
    """Change the name, time zone and language of the person who asks.

    Raises StaleRow, or ValidationError with a dict of fields.
    """
    person = User.objects.people().select_for_update().get(pk=by.pk)
    before = profile_of(person)
    profile = sound_profile(
        replace(before, name=name, time_zone=time_zone, language=language)
    )
    changes = differences(before, profile)
    require_current(person, version, changes)
    return _write("user.change", person, profile, changes, by=by, at=at)


@transaction.atomic
def choose_language(*, language: str, by: User, at: datetime) -> User:
    """Show the pages and mails of the person who asks in this language from now on.

    Raises ValidationError with a dict of fields.
    """
    person = User.objects.people().select_for_update().get(pk=by.pk)
    before = profile_of(person)
    profile = sound_profile(replace(before, language=language))
    changes = differences(before, profile)
    if not changes:
        return person
    return _write("user.change", person, profile, changes, by=by, at=at)


@transaction.atomic
def deactivate_person(*, person_id: UUID, version: int, by: User, at: datetime) -> User:
    """End a person's access at once. Deactivating them twice changes nothing.

    Their password and their single sign-on are removed too. Every session and every
    mailed link depends on the password, so none of them works again if the person is
    reactivated later.

    Raises User.DoesNotExist, PermissionDenied, StaleRow, or ValidationError with
    code `last_administrator` or `own_account`.
    """
    administrators = lock_administrators(by)
    person = User.objects.people().select_for_update().get(pk=person_id)
    if not person.is_active:
        return person
    require_version(person, version)
    _require_another(administrators, person, by=by)
    return end_access("user.deactivate", person, by=by, at=at)


def end_access(verb: str, person: User, *, by: User | None, at: datetime) -> User:
    """End the access of a locked person, and record the event `verb`.

    `by=None` is the system. It leaves the periods of an acting head, which give no
    right to a person who is not active.
    """
    person.is_active = False
    person.set_unusable_password()
    end_identity_of(person, by=by, at=at)
    end_all_sessions(person=person, by=by, at=at)
    _write_access(verb, person, by=by, at=at)
    if by is not None:
        end_lost_periods(person, by=by, at=at)
    return person


@transaction.atomic
def reactivate_person(*, person_id: UUID, version: int, by: User, at: datetime) -> User:
    """Give a person access again. They must then set a new password.

    The caller sends the invitation. Raises User.DoesNotExist, PermissionDenied,
    StaleRow, or ValidationError with code `already_active` or `needs_agreement`.
    """
    lock_administrators(by)
    person = User.objects.people().select_for_update().get(pk=person_id)
    require_inactive(person)
    require_version(person, version)
    if has_powers(person):
        _refuse_alone()
    return give_access(person, by=by, at=at)


def require_inactive(person: User) -> None:
    if person.is_active:
        raise ValidationError(
            _("This account is already active."), code="already_active"
        )


def give_access(person: User, *, by: User, at: datetime) -> User:
    """Let a locked person in again, without a last day of roles that has passed."""
    ends_on = person.role_ends_on
    person.is_active = True
    if ends_on is not None and ends_on < utc_day(at):
        person.role_ends_on = None
        person.save(update_fields=["role_ends_on"])
    return _write_access("user.reactivate", person, by=by, at=at)


@retried
def invite_again(*, person_id: UUID, by: User, at: datetime) -> User:
    """Record that another invitation is sent. The caller sends it.

    Raises User.DoesNotExist, PermissionDenied, or ValidationError with code
    `not_invited`.
    """
    lock_administrators(by)
    person = User.objects.people().select_for_update().get(pk=person_id)
    return note_invitation(person, by=by, at=at)


def note_invitation(person: User, *, by: User, at: datetime) -> User:
    """Record another invitation of a locked person who has no password yet."""
    if not person.is_active or person.has_usable_password():
        raise ValidationError(
            _("You can invite a person again only until they have set a password."),
            code="not_invited",
        )
    _record("user.invite_again", person, {}, by=by, at=at)
    return person


def lock_administrators(by: User) -> frozenset[UUID]:
    """Lock the administrators until this transaction ends, and return their keys.

    Two administrators could otherwise remove each other's rights at the same time, and
    none would be left. The second waits here, and their own rights are checked again.
    """
    found = User.objects.active_administrators().select_for_update().order_by("pk")
    administrators = frozenset(found.values_list("pk", flat=True))
    if not can_manage_people(by) or by.pk not in administrators:
        raise PermissionDenied
    return administrators


def require_current(person: User, version: int, changes: Changes) -> None:
    """Raise StaleRow, unless nothing would change: a form sent twice is no error."""
    if changes:
        require_version(person, version)


def _require_another(
    administrators: frozenset[UUID], person: User, *, by: User, field: str = ""
) -> None:
    """Refuse to end the rights of the last administrator, and your own."""
    if administrators == {person.pk}:
        _refuse(
            _("This is the last administrator. Name another administrator first."),
            code="last_administrator",
            field=field,
        )
    if person.pk == by.pk and person.pk in administrators:
        _refuse(
            _("You cannot end your own administrator role. Ask another administrator."),
            code="own_account",
            field=field,
        )


def require_future_end(ends_on: date | None, *, at: datetime) -> None:
    """Refuse a last day of roles that has passed already."""
    if ends_on is not None and ends_on < utc_day(at):
        _refuse(
            _("The last day must be today or later."),
            code="passed",
            field="role_ends_on",
        )


def _require_lasting(administrators: frozenset[UUID], person: User) -> None:
    """Refuse an end date that would leave no administrator one day."""
    others = User.objects.filter(pk__in=administrators - {person.pk})
    is_administrator = person.pk in administrators
    if is_administrator and not others.filter(role_ends_on__isnull=True).exists():
        _refuse(
            _("At least one other administrator must have roles without a last day."),
            code="last_administrator",
            field="role_ends_on",
        )


def _refuse_alone(field: str = "") -> NoReturn:
    _refuse(
        _("A second administrator must agree to this."),
        code="needs_agreement",
        field=field,
    )


def _refuse(sentence: str, *, code: str, field: str) -> NoReturn:
    error = ValidationError(sentence, code=code)
    raise ValidationError({field: error}) if field else error


def write_profile(
    person: User, profile: Profile, changes: Changes, *, by: User, at: datetime
) -> User:
    """Write a checked profile of a locked person, and end what they lose with it."""
    person = _write("user.change", person, profile, changes, by=by, at=at)
    end_lost_periods(person, by=by, at=at)
    return person


def _write(
    verb: str,
    person: User,
    profile: Profile,
    changes: Changes,
    *,
    by: User,
    at: datetime,
) -> User:
    if not changes:
        return person
    values = as_stored(profile)
    for name, value in values.items():
        setattr(person, name, value)
    person.version += 1
    person.save(update_fields=[*values, "version"])
    _record(verb, person, changes, by=by, at=at)
    return person


def _write_access(verb: str, person: User, *, by: User | None, at: datetime) -> User:
    person.version += 1
    person.save(update_fields=["is_active", "password", "version"])
    changes: Changes = {"is_active": [not person.is_active, person.is_active]}
    _record(verb, person, changes, by=by, at=at)
    return person


def _record(
    verb: str, person: User, changes: Changes, *, by: User | None, at: datetime
) -> None:
    record(
        verb=verb,
        target=person,
        by=by,
        at=at,
        member=person.member_id or "",
        data=changes,
    )
