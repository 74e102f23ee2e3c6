"""What a head in office does with the people of their own delegation.

A head gives the roles of contributor and officer, and changes people who have no other.
A head never learns whether an address is in use outside the delegation: see
`invite_to_delegation`.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.people import (
    add_person,
    end_access,
    give_access,
    new_profile,
    note_invitation,
    require_current,
    require_future_end,
    require_inactive,
    write_profile,
)
from accounts.models import PendingGrant, User
from accounts.permissions import can_manage_delegation, can_manage_in_delegation
from accounts.profiles import (
    GIVEN_BY_HEADS,
    Profile,
    differences,
    profile_of,
    sound_email,
    sound_profile,
)
from accounts.versions import require_version
from audit.record import record
from audit.transactions import retried


@retried
def invite_to_delegation(
    *, email: str, profile: Profile, by: User, at: datetime
) -> User | PendingGrant:
    """Invite a person to the head's delegation. The caller sends the invitation.

    If the address is in use outside the delegation, nothing becomes of it but a request
    for the administrators. The head sees the same invitation in both cases.

    Raises PermissionDenied, or ValidationError with a dict of fields.
    """
    member = _lock_head(by)
    email = sound_email(email)
    profile = new_profile(replace(profile, member=member), at=at)
    _require_given_roles(profile.roles)
    if PendingGrant.objects.clashes_of(member).filter(email=email).exists():
        raise _invited_already()
    person = User.objects.filter(email=email).select_for_update().first()
    if person is None:
        return add_person("user.invite", email, profile, by=by, at=at)
    if person.member_id != member or person.is_service:
        return _note_clash(email, profile, by=by, at=at)
    if not person.was_withdrawn or not can_manage_in_delegation(by, person):
        raise _invited_already()
    changes = differences(profile_of(person), profile)
    write_profile(person, profile, changes, by=by, at=at)
    return give_access(person, by=by, at=at)


@transaction.atomic
def change_in_delegation(
    *,
    person_id: UUID,
    version: int,
    profile: Profile,
    by: User,
    at: datetime,
) -> User:
    """Change the name, the roles and their last day of a person of the delegation.

    Nothing else is taken from the profile.

    Raises User.DoesNotExist, PermissionDenied, StaleRow, or ValidationError with a dict
    of fields.
    """
    person = _locked(person_id, by=by)
    before = profile_of(person)
    profile = sound_profile(
        replace(
            before,
            name=profile.name,
            roles=profile.roles,
            role_ends_on=profile.role_ends_on,
        )
    )
    _require_given_roles(profile.roles)
    changes = differences(before, profile)
    require_current(person, version, changes)
    if profile.role_ends_on != before.role_ends_on:
        require_future_end(profile.role_ends_on, at=at)
    return write_profile(person, profile, changes, by=by, at=at)


@transaction.atomic
def deactivate_in_delegation(
    *, person_id: UUID, version: int, by: User, at: datetime
) -> User:
    """End the access of a person of the delegation, or withdraw their invitation.

    Raises User.DoesNotExist, PermissionDenied, or StaleRow.
    """
    person = _locked(person_id, by=by)
    if not person.is_active:
        return person
    require_version(person, version)
    return end_access("user.deactivate", person, by=by, at=at)


@transaction.atomic
def reactivate_in_delegation(
    *, person_id: UUID, version: int, by: User, at: datetime
) -> User:
    """Let in a person of the delegation again. The caller sends the invitation.

    Raises User.DoesNotExist, PermissionDenied, StaleRow, or ValidationError.
    """
    person = _locked(person_id, by=by)
    require_inactive(person)
    require_version(person, version)
    return give_access(person, by=by, at=at)


@retried
def invite_again_to_delegation(*, person_id: UUID, by: User, at: datetime) -> User:
    """Record that another invitation is sent. The caller sends it.

    Raises User.DoesNotExist, PermissionDenied, or ValidationError.
    """
    return note_invitation(_locked(person_id, by=by), by=by, at=at)


@retried
def withdraw_clash(*, grant_id: UUID, by: User, at: datetime) -> None:
    """Withdraw the invitation of an address that is in use elsewhere.

    Raises PendingGrant.DoesNotExist or PermissionDenied.
    """
    clashes = PendingGrant.objects.clashes_of(_lock_head(by))
    grant = clashes.select_for_update(no_key=True).get(pk=grant_id)
    grant.decision = PendingGrant.Decision.REFUSED
    grant.decided_at, grant.decided_by = at, by
    grant.save(update_fields=["decision", "decided_at", "decided_by"])
    _record("grant.withdraw", grant, by=by, at=at)


def _lock_head(by: User) -> str:
    """Lock the head until the transaction ends, and return the code of their member."""
    people = User.objects.people().select_for_update(no_key=True)
    head = people.filter(pk=by.pk).first()
    if head is None or not (can_manage_delegation(by) and can_manage_delegation(head)):
        raise PermissionDenied
    if head.delegation is None or head.delegation != by.delegation:
        raise PermissionDenied
    return head.delegation


def _locked(person_id: UUID, *, by: User) -> User:
    member = _lock_head(by)
    people = User.objects.people().filter(member=member).select_for_update()
    person = people.get(pk=person_id)
    if not can_manage_in_delegation(by, person):
        raise PermissionDenied
    return person


def _invited_already() -> ValidationError:
    taken = _("Someone in your delegation has this address already.")
    return ValidationError({"email": ValidationError(taken, code="email_taken")})


def _require_given_roles(roles: frozenset[str]) -> None:
    if not GIVEN_BY_HEADS.issuperset(roles):
        sentence = _("Ask an administrator to give this role.")
        raise ValidationError({"roles": ValidationError(sentence, code="not_given")})


def _note_clash(
    email: str, profile: Profile, *, by: User, at: datetime
) -> PendingGrant:
    grant = PendingGrant.objects.create(
        kind=PendingGrant.Kind.CLASH,
        member_id=profile.member,
        name=profile.name,
        email=email,
        roles=sorted(profile.roles),
        language=profile.language,
        role_ends_on=profile.role_ends_on,
        requested_at=at,
        requested_by=by,
    )
    _record("grant.clash", grant, by=by, at=at)
    return grant


def _record(verb: str, grant: PendingGrant, *, by: User, at: datetime) -> None:
    record(verb=verb, target=grant, by=by, at=at, member=grant.member_id or "")
