"""Set a password, and create an administrator from the command line."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.actions.people import add_person
from accounts.actions.sessions import end_sessions_of_old_password
from accounts.models import Role, User
from accounts.passwords.normal_form import normal
from accounts.permissions import can_set_password
from accounts.profiles import Profile, sound_email, sound_profile
from audit.record import record


@transaction.atomic
def set_password(
    *, person_id: UUID, password: str, at: datetime, keep: str | None = None
) -> User:
    """Set the new password that a person chose, and end their other sessions.

    `keep` is the key of the session they are in. The caller has checked who they are,
    by the old password or a mailed link. Raises PermissionDenied, or ValidationError
    with a dict of `password`.
    """
    person = User.objects.select_for_update().get(pk=person_id)
    if not can_set_password(person):
        raise PermissionDenied
    _require_good(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])
    record(
        verb="user.set_password",
        target=person,
        by=person,
        at=at,
        member=person.member_id or "",
    )
    end_sessions_of_old_password(person=person, keep=keep, at=at)
    return person


@transaction.atomic
def create_administrator(
    *, email: str, name: str, password: str | None, at: datetime
) -> User:
    """Add an administrator from the command line: the first, or after a lock-out.

    Without a password they are invited, and the caller sends the invitation. No person
    is signed in here, so the audit event names the system. Raises ValidationError with
    a dict of fields.
    """
    profile = sound_profile(Profile(name, None, frozenset({Role.ADMINISTRATOR})))
    if password is not None:
        _require_good(password, User(email=sound_email(email), name=profile.name))
    return add_person(
        "user.create_administrator",
        email,
        profile,
        by=None,
        at=at,
        password=password,
    )


def _require_good(password: str, user: User) -> None:
    try:
        validate_password(normal(password), user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
