"""The order in which members are listed."""

from collections.abc import Iterable

from accounts.models import Member


def members_in_order(members: Iterable[Member]) -> list[Member]:
    """The seven by name, then the Union, which takes part but is not one of them."""
    return sorted(
        members, key=lambda member: (member.kind != Member.Kind.STATE, member.name)
    )
