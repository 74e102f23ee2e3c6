"""Grants that need two administrators: one asks, the heads are notified, one agrees.

Nothing of it has an effect before the second administrator agrees. The heads of the
member have their notices by then: `note_notified` is called when they are written.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actions.people import (
    add_person,
    change_person,
    give_access,
    lock_administrators,
    new_profile,
    require_future_end,
    require_inactive,
    write_profile,
)
from accounts.actions.sign_in_reset import reset_sign_in
from accounts.models import PendingGrant, User
from accounts.permissions import can_agree_to_grant, can_refuse_grant
from accounts.profiles import (
    Profile,
    basis_of,
    differences,
    profile_of,
    require_body_of_assessor,
    sound_email,
    sound_profile,
)
from accounts.versions import require_version
from audit.record import record
from audit.transactions import retried

Kind = PendingGrant.Kind


@retried
def ask_for_account(
    *, email: str, profile: Profile, by: User, at: datetime
) -> PendingGrant:
    """Ask for a new person with rights that need two administrators.

    Raises PermissionDenied, or ValidationError with a dict of fields.
    """
    lock_administrators(by)
    profile, email = new_profile(profile, at=at), sound_email(email)
    if User.objects.filter(email=email).exists():
        raise email_taken()
    return _ask(Kind.ACCOUNT, None, email, profile, by=by, at=at)


@retried
def ask_for_change(
    *, person_id: UUID, version: int, profile: Profile, by: User, at: datetime
) -> PendingGrant:
    """Save what one administrator may, and ask for member, body, roles and their end.

    Raises User.DoesNotExist, PermissionDenied, StaleRow, or ValidationError with a dict
    of fields.
    """
    person = _locked(person_id, by=by)
    before, wanted = profile_of(person), sound_profile(profile)
    require_body_of_assessor(before, wanted)
    if wanted.role_ends_on != before.role_ends_on:
        require_future_end(wanted.role_ends_on, at=at)
    alone = replace(
        wanted,
        member=before.member,
        body=before.body,
        roles=before.roles,
        role_ends_on=before.role_ends_on,
    )
    person = change_person(
        person_id=person_id, version=version, profile=alone, by=by, at=at
    )
    return _ask(Kind.ROLES, person, person.email, wanted, by=by, at=at)


@retried
def ask_for_access(
    *, person_id: UUID, version: int, by: User, at: datetime
) -> PendingGrant:
    """Ask to let in a deactivated person again.

    Raises User.DoesNotExist, PermissionDenied, StaleRow, or ValidationError.
    """
    person = _locked(person_id, by=by)
    require_inactive(person)
    require_version(person, version)
    return _ask(Kind.ACCESS, person, person.email, profile_of(person), by=by, at=at)


@retried
def ask_for_address(
    *, person_id: UUID, version: int, email: str, by: User, at: datetime
) -> PendingGrant:
    """Ask to change the address with which a person signs in.

    Raises User.DoesNotExist, PermissionDenied, StaleRow, or ValidationError with a dict
    of fields.
    """
    person = _locked(person_id, by=by)
    require_version(person, version)
    email = sound_email(email)
    if User.objects.filter(email=email).exists():
        raise email_taken()
    return _ask(Kind.ADDRESS, person, email, profile_of(person), by=by, at=at)


@retried
def ask_for_sign_in_reset(
    *, person_id: UUID, version: int, by: User, at: datetime
) -> PendingGrant:
    """Ask to reset how a person signs in: their password, factors and sessions.

    Raises User.DoesNotExist, PermissionDenied, StaleRow, or ValidationError.
    """
    person = _locked(person_id, by=by)
    require_version(person, version)
    return _ask(Kind.SIGN_IN, person, person.email, profile_of(person), by=by, at=at)


@retried
def agree_to_grant(*, grant_id: UUID, by: User, at: datetime) -> PendingGrant:
    """Let a grant take effect. The caller sends the mails.

    Raises PendingGrant.DoesNotExist, PermissionDenied, or ValidationError with code
    `not_waiting`, `not_notified`, `changed`, or a dict of fields.
    """
    lock_administrators(by)
    grant = PendingGrant.objects.select_for_update(no_key=True).get(pk=grant_id)
    if not can_agree_to_grant(by, grant):
        raise PermissionDenied
    _require_waiting(grant, at)
    if grant.notified_at is None:
        sentence = _(
            "The heads of this delegation are not notified yet. Try again in a minute."
        )
        raise ValidationError(sentence, code="not_notified")
    grant.person = _take_effect(grant, by=by, at=at)
    return _decide(grant, PendingGrant.Decision.AGREED, by=by, at=at)


@retried
def refuse_grant(*, grant_id: UUID, by: User, at: datetime) -> PendingGrant:
    """End a request without an effect: an administrator, or a head it concerns.

    Raises PendingGrant.DoesNotExist, also for what `by` may not know of,
    PermissionDenied, or ValidationError with code `not_waiting`.
    """
    visible = PendingGrant.objects.visible_to(by, at)
    grant = visible.select_for_update(no_key=True).get(pk=grant_id)
    if not can_refuse_grant(by, grant, at=at):
        raise PermissionDenied
    _require_waiting(grant, at)
    return _decide(grant, PendingGrant.Decision.REFUSED, by=by, at=at)


def note_notified(*, grant_ids: Sequence[UUID], at: datetime) -> None:
    """Note that the people whom these requests concern have their notices."""
    rows = PendingGrant.objects.filter(pk__in=grant_ids, notified_at__isnull=True)
    rows.update(notified_at=at)


def email_taken() -> ValidationError:
    taken = _("There is already an account with this address.")
    return ValidationError({"email": ValidationError(taken, code="email_taken")})


# ---- Asking


def _locked(person_id: UUID, *, by: User) -> User:
    lock_administrators(by)
    return User.objects.people().select_for_update().get(pk=person_id)


def _ask(
    kind: Kind,
    person: User | None,
    email: str,
    profile: Profile,
    *,
    by: User,
    at: datetime,
) -> PendingGrant:
    """Add the request, in the place of one about the person that expired."""
    if person is not None:
        _close_expired(person, by=by, at=at)
    member = profile.member
    has_head = User.objects.heads_in_office(member).exists()
    grant = PendingGrant(
        kind=kind,
        person=person,
        member_id=member,
        body_id=profile.body,
        name=profile.name,
        email=email,
        roles=sorted(profile.roles),
        language=profile.language,
        role_ends_on=profile.role_ends_on,
        basis=basis_of(person) if person else {},
        is_for_presidency=member is not None and not has_head,
        requested_at=at,
        requested_by=by,
    )
    grant.save(force_insert=True)
    _record("request", grant, by=by, at=at)
    return grant


def _close_expired(person: User, *, by: User, at: datetime) -> None:
    """Refuse a second request about a person, unless the first has expired."""
    rows = PendingGrant.objects.filter(person=person, decided_at__isnull=True)
    for grant in rows.select_for_update(no_key=True):
        if grant.is_waiting(at):
            sentence = _(
                "A request about this account waits already. Agree to it or refuse it"
                " first."
            )
            raise ValidationError(sentence, code="waits_already")
        _decide(grant, PendingGrant.Decision.REFUSED, by=by, at=at)


# ---- Taking effect


def _take_effect(grant: PendingGrant, *, by: User, at: datetime) -> User:
    if grant.kind == Kind.ACCOUNT:
        profile = new_profile(_profile_of(grant), at=at)
        return add_person("user.invite", grant.email, profile, by=by, at=at)
    people = User.objects.people().select_for_update()
    person = people.get(pk=cast("UUID", grant.person_id))
    if basis_of(person) != grant.basis:
        sentence = _(
            "The account has changed since this was asked for. Refuse this request and"
            " ask again."
        )
        raise ValidationError(sentence, code="changed")
    return _EFFECTS[Kind(grant.kind)](grant, person, by=by, at=at)


def _change_roles(grant: PendingGrant, person: User, *, by: User, at: datetime) -> User:
    before, wanted = profile_of(person), _profile_of(grant)
    require_future_end(wanted.role_ends_on, at=at)
    after = replace(
        before,
        member=wanted.member,
        body=wanted.body,
        roles=wanted.roles,
        role_ends_on=wanted.role_ends_on,
    )
    changes = differences(before, after)
    return write_profile(person, after, changes, by=by, at=at)


def _let_in(_grant: PendingGrant, person: User, *, by: User, at: datetime) -> User:
    return give_access(person, by=by, at=at)


def _change_address(
    grant: PendingGrant, person: User, *, by: User, at: datetime
) -> User:
    return write_address(person, grant.email, by=by, at=at)


def _reset(_grant: PendingGrant, person: User, *, by: User, at: datetime) -> User:
    return reset_sign_in(person, by=by, at=at)


_EFFECTS: Final[Mapping[Kind, Callable[..., User]]] = {
    Kind.ROLES: _change_roles,
    Kind.ACCESS: _let_in,
    Kind.ADDRESS: _change_address,
    Kind.SIGN_IN: _reset,
}


def write_address(person: User, email: str, *, by: User, at: datetime) -> User:
    """Change the address of a locked person. Links mailed before work no more."""
    before = person.email
    person.email = email
    person.version += 1
    try:
        with transaction.atomic():
            person.save(update_fields=["email", "version"])
    except IntegrityError as error:
        raise email_taken() from error
    record(
        verb="user.change_address",
        target=person,
        by=by,
        at=at,
        member=person.member_id or "",
        data={"email": [before, email]},
    )
    return person


def _profile_of(grant: PendingGrant) -> Profile:
    return Profile(
        name=grant.name,
        member=grant.member_id,
        body=grant.body_id,
        roles=frozenset(grant.roles),
        language=grant.language,
        role_ends_on=grant.role_ends_on,
    )


# ---- Deciding


def _require_waiting(grant: PendingGrant, at: datetime) -> None:
    if not grant.is_waiting(at):
        sentence = _("This request does not wait for a decision any more.")
        raise ValidationError(sentence, code="not_waiting")


def _decide(
    grant: PendingGrant, decision: PendingGrant.Decision, *, by: User, at: datetime
) -> PendingGrant:
    grant.decision, grant.decided_at, grant.decided_by = decision, at, by
    grant.save(update_fields=["person", "decision", "decided_at", "decided_by"])
    verb = "agree" if decision == PendingGrant.Decision.AGREED else "refuse"
    _record(verb, grant, by=by, at=at)
    return grant


def _record(verb: str, grant: PendingGrant, *, by: User, at: datetime) -> None:
    record(
        verb=f"grant.{verb}",
        target=grant,
        by=by,
        at=at,
        member=grant.member_id or "",
        data={"kind": str(grant.kind), "roles": list(grant.roles)},
    )
