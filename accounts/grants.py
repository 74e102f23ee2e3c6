"""Which rights need two administrators, and what a request for them starts from."""

from typing import Final

from accounts.models import DELEGATION_ROLES, Role, User
from accounts.profiles import Profile

# Roles that a head gives in their own delegation. The others come from administrators.
GIVEN_BY_HEADS: Final = frozenset({Role.CONTRIBUTOR, Role.OFFICER})
# A power is a role for a member, or that of an administrator.
Power = tuple[str, str]


def powers_of(roles: frozenset[str], member: str | None) -> frozenset[Power]:
    """Return the rights that one administrator alone cannot give.

    They are those that read a member's entries, and that of an administrator: whoever
    could make a second administrator alone could also agree alone.
    """
    found = {(str(role), member or "") for role in DELEGATION_ROLES & roles}
    if Role.ADMINISTRATOR in roles:
        found.add((str(Role.ADMINISTRATOR), ""))
    return frozenset(found)


def has_powers(person: User) -> bool:
    """Does a role of the person need two administrators, even while they are out?"""
    return bool(powers_of(frozenset(person.roles), person.member_id))


def gains_powers(before: Profile, after: Profile) -> bool:
    """Does the change give rights that need two administrators, or give them longer?"""
    old = powers_of(before.roles, before.member)
    new = powers_of(after.roles, after.member)
    return bool(new - old) or (bool(new) and _ends_later(before, after))


def _ends_later(before: Profile, after: Profile) -> bool:
    if before.role_ends_on is None:
        return False
    return after.role_ends_on is None or after.role_ends_on > before.role_ends_on


def basis_of(person: User) -> dict[str, object]:
    """Return what a request starts from. It has no effect once any of it changed."""
    return {
        "email": person.email,
        "member": person.member_id,
        "roles": sorted(person.roles),
        "is_active": person.is_active,
        "role_ends_on": person.role_ends_on and person.role_ends_on.isoformat(),
    }
