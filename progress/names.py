"""Whose name a reader may see.

Inside a delegation people have names. To everyone else they are their member, or the
office they act for.
"""

from django.utils.translation import gettext as _

from accounts.models import Member, User
from progress.models import Entry


def is_colleague(person: User, reader: User) -> bool:
    """Whether both belong to the same delegation now."""
    return reader.delegation is not None and person.member_id == reader.delegation


def name_of(person: User, member: Member, reader: User) -> str:
    """Return the person's name for the member they acted for; for others, the member's.

    They keep their name there after they have moved to another delegation.
    """
    return str(person) if member.code == reader.delegation else member.name


def name_of_writer(person: User, entry: Entry, reader: User) -> str:
    """Return the name of somebody who worked on an entry for its member.

    Unlike `name_of`, it does not name a person who has left the delegation.
    """
    member = entry.member_commitment.member
    return (
        name_of(person, member, reader) if is_colleague(person, reader) else member.name
    )


def name_of_reviewer(
    entry: Entry, *, chair_then: str | None, member: Member | None = None
) -> str:
    """Return the office that reviewed an entry, by the member in the chair at the time.

    The second reviewer reviews the chair's own entries. Where `member` is given, it is
    named as the Presidency's.
    """
    if chair_then == entry.member_code:
        return _("The second reviewer")
    if member is None:
        return _("The Presidency")
    return _("The Presidency (%(member)s)") % {"member": member.name}
