"""The order in which members are listed."""

from collections.abc import Iterable

from accounts.models import Member


def members_in_order(members: Iterable[Member]) -> list[Member]:
    """Return the seven states by name, and then the European Union."""
    return sorted(
        members, key=lambda member: (member.kind != Member.Kind.STATE, member.name)
    )
