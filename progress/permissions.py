"""Who may do what to an entry. Seeing is `Entry.objects.visible_to`, nothing else."""

from datetime import datetime

from accounts.models import Role, Scope, User
from commitments.models import MemberCommitment
from progress.models import Entry
from progress.transitions import RULES, Standing, Verb, is_legal

# What only a person does: no key signs for a member or speaks for the Presidency.
IN_PERSON = frozenset({Standing.SIGNATORY, Standing.REVIEWER})
IN_PERSON_VERBS = frozenset({Verb.SEND_BACK, Verb.CLEAR, Verb.RETURN, Verb.PUBLISH})


def standing(user: User, entry: Entry, *, at: datetime) -> frozenset[Standing]:
    """What this person is to this entry at an instant."""
    found: set[Standing] = set()
    if user.delegation == entry.member_code:
        found |= _standing_at_home(user, entry)
    if is_reviewer(user, entry, at=at):
        found.add(Standing.REVIEWER)
    return frozenset(found)


def _standing_at_home(user: User, entry: Entry) -> set[Standing]:
    found: set[Standing] = set()
    if user.has_role(Role.OFFICER):
        found.add(Standing.OFFICER)
    if user.has_role(Role.HEAD):
        found.add(Standing.HEAD)
        if entry.written_by_id != user.pk:
            found.add(Standing.SIGNATORY)
    if is_assigned(user, entry.member_commitment):
        found.add(Standing.CONTRIBUTOR)
    return found


def is_assigned(user: User, member_commitment: MemberCommitment) -> bool:
    """May this contributor draft this commitment?

    Asks through the member commitment, so that a list can prefetch the answers.
    """
    return user.has_role(Role.CONTRIBUTOR) and any(
        assignment.user_id == user.pk
        for assignment in member_commitment.assignments.all()
    )


def is_reviewer(user: User, entry: Entry, *, at: datetime) -> bool:
    """The chair's coordinator or, for the chair's own entries, the second reviewer.

    Nobody reviews an entry of their own member.
    """
    if user.delegation in (None, entry.member_code):
        return False
    if entry.member_code == user.chair_at(at):
        stocktake = entry.stocktake
        return stocktake is not None and stocktake.second_reviewer_id == user.pk
    return user.is_presidency(at)


def can_review(user: User, *, at: datetime) -> bool:
    """Is this person a reviewer now, of whatever there is to review?

    Whoever was named for one stocktake stays so for the corrections of its entries.
    """
    if user.is_presidency(at):
        return True
    if user.scopes is not None or user.delegation in (None, user.chair_at(at)):
        return False
    return user.second_reviews.exists()


def can(verb: Verb, user: User, entry: Entry, *, at: datetime) -> bool:
    """May this person say this verb of this entry, whatever state it is in?"""
    if not user.may(Scope.WRITE_ENTRIES):
        return False
    if user.scopes is not None and verb in IN_PERSON_VERBS:
        return False
    return not RULES[verb].who.isdisjoint(standing(user, entry, at=at))


def allowed_verbs(user: User, entry: Entry, *, at: datetime) -> list[Verb]:
    """The verbs open to this person now, in the table's order."""
    return [
        verb for verb in Verb if is_legal(verb, entry) and can(verb, user, entry, at=at)
    ]


def can_draft(user: User, member_commitment: MemberCommitment) -> bool:
    """May this person begin an entry on this member commitment?"""
    if user.delegation != member_commitment.member_id:
        return False
    if not user.may(Scope.WRITE_ENTRIES):
        return False
    return user.has_role(Role.OFFICER, Role.HEAD) or is_assigned(
        user, member_commitment
    )


def can_assign(user: User, member_commitment: MemberCommitment) -> bool:
    """May this person name who drafts this commitment?"""
    return (
        user.delegation == member_commitment.member_id
        and user.scopes is None
        and user.has_role(Role.OFFICER, Role.HEAD)
    )


def can_run_stocktakes(user: User, *, at: datetime) -> bool:
    """May this person plan, open and close stocktakes? The Presidency, of any plan."""
    return user.is_presidency(at)


def can_second_review(user: User, *, chairs: frozenset[str]) -> bool:
    """May this person review the chair's own entries in a stocktake?

    `chairs` are the members that hold the chair at any time while it is open.
    """
    return user.delegation is not None and user.delegation not in chairs
