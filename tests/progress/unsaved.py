"""People and entries that are never saved: tests of permissions need no database."""

from collections.abc import Callable
from datetime import UTC, datetime

from accounts.models import Member, Role, Scope, User
from commitments.models import MemberCommitment
from progress.models import Assignment, Entry, EntryAuthor
from progress.permissions import WAS_NAMED

AT = datetime(2026, 6, 1, tzinfo=UTC)
CHAIR = "IT"
# The name of a person is their role, and their member if the role has one.
CAST: dict[str, tuple[Role, str | None]] = {
    **{
        f"{role} {member}": (role, member)
        for role in (Role.CONTRIBUTOR, Role.OFFICER, Role.HEAD, Role.COORDINATOR)
        for member in ("JP", "FR", CHAIR)
    },
    "observer": (Role.OBSERVER, None),
    "assessor": (Role.ASSESSOR, None),
    "administrator": (Role.ADMINISTRATOR, None),
    "administrator JP": (Role.ADMINISTRATOR, "JP"),
}
READS = frozenset({Scope.READ_OWN})
WRITES = frozenset({Scope.READ_OWN, Scope.WRITE_ENTRIES})


def person(
    name: str, *, scopes: frozenset[str] | None = None, is_service: bool = False
) -> User:
    role, member = CAST[name]
    user = User(roles=[role], member_id=member, is_service=is_service)
    user.scopes = scopes
    user.remember(("chair", AT), CHAIR)
    user.remember(WAS_NAMED, False)
    user.remember_acting_head(AT, None)
    return user


def allowed(
    check: Callable[[User], bool],
    *,
    scopes: frozenset[str] | None = None,
    is_service: bool = False,
) -> set[str]:
    """Return the names of the people in the cast who may do it."""
    return {
        name
        for name in CAST
        if check(person(name, scopes=scopes, is_service=is_service))
    }


def commitment_of(member: str, *assignments: Assignment) -> MemberCommitment:
    mine = MemberCommitment(member=Member(code=member, name=f"Member {member}"))
    mine.__dict__["_prefetched_objects_cache"] = {"assignments": assignments}
    return mine


def entry_of(member: str, *assignments: Assignment, authors=(), **fields) -> Entry:
    """An entry without an author, unless `authors` or `written_by` name one."""
    entry = Entry(member_commitment=commitment_of(member, *assignments), **fields)
    rows = [EntryAuthor(user=author) for author in authors]
    entry.__dict__["_prefetched_objects_cache"] = {"authors": rows}
    entry.has_live_successor = False
    return entry
