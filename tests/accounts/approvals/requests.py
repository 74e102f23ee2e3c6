"""Requests for grants, as the tests of approvals make them."""

from datetime import datetime
from typing import Any

from accounts.actions.approvals import (
    agree_to_grant,
    ask_for_account,
    ask_for_change,
    note_notified,
)
from accounts.models import PendingGrant, Role, User
from accounts.profiles import Profile, profile_of
from tests.factories import make_user

EMAIL = "new@tests.example"


def ask_account(by: User, at: datetime, **values: Any) -> PendingGrant:
    """Ask for a new officer of Japan, or for what `values` say."""
    email = values.pop("email", EMAIL)
    usual: dict[str, Any] = {
        "name": "New Person",
        "member": "JP",
        "roles": frozenset({"officer"}),
    }
    profile = Profile(**usual | values)
    return ask_for_account(email=email, profile=profile, by=by, at=at)


def ask_roles(person: User, *roles: str, by: User, at: datetime, **values: Any):
    wanted = {**vars(profile_of(person)), "roles": frozenset(roles), **values}
    return ask_for_change(
        person_id=person.pk,
        version=person.version,
        profile=Profile(**wanted),
        by=by,
        at=at,
    )


def notified(grant: PendingGrant, at: datetime) -> PendingGrant:
    """As the consumer of events leaves it."""
    note_notified(grant_ids=[grant.pk], at=at)
    return grant


def agreed(grant: PendingGrant, at: datetime, *, by: User | None = None) -> User:
    """Let it take effect, by another administrator, and return the person."""
    second = by or make_user(Role.ADMINISTRATOR)
    ready = notified(grant, at)
    person = agree_to_grant(grant_id=ready.pk, by=second, at=at).person
    assert person is not None
    return person
