"""Who may do what to an entry. Seeing is `Entry.objects.visible_to`, nothing else."""

from datetime import datetime

from accounts.models import Presidency, Role, Scope, User
from commitments.models import MemberCommitment
from progress.models import (
    Assignment,
    Comment,
    Entry,
    Handling,
    Question,
    State,
)
from progress.transitions import RULES, Standing, Verb, is_legal

# What only a person does: no key signs for a member or speaks for the Presidency.
IN_PERSON = frozenset({Standing.SIGNATORY, Standing.REVIEWER})
IN_PERSON_VERBS = frozenset({Verb.SEND_BACK, Verb.CLEAR, Verb.RETURN, Verb.PUBLISH})
# Of these roles is who may be asked to review the chair's own entries.
SECOND_REVIEWERS = (Role.OFFICER, Role.HEAD, Role.COORDINATOR)


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
        assignment.user_id == user.pk and assignment.kind == Assignment.Kind.DRAFTS
        for assignment in member_commitment.assignments.all()
    )


def _is_named(user: User, member_commitment: MemberCommitment) -> bool:
    """Does this contributor have a part in it: to draft it, or to answer for it?"""
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
    return _was_named_second_reviewer(user)


def _was_named_second_reviewer(user: User) -> bool:
    """Asked once: navigation and page both want to know."""
    known = user.__dict__
    if "_was_named" not in known:
        known["_was_named"] = user.second_reviews.exists()
    return bool(known["_was_named"])


def note_second_reviews(user: User, *, was_named: bool) -> None:
    """What a page has found out with something else need not be asked again."""
    user.__dict__["_was_named"] = was_named


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
    """May this person name who drafts this commitment, and who answers for it?"""
    return (
        user.delegation == member_commitment.member_id
        and user.scopes is None
        and user.has_role(Role.OFFICER, Role.HEAD)
    )


def can_be_responsible(person: User, member_commitment: MemberCommitment) -> bool:
    """May this person answer for it? Whoever writes for that member."""
    return (
        person.delegation == member_commitment.member_id
        and not person.is_service
        and person.has_role(Role.CONTRIBUTOR, Role.OFFICER, Role.HEAD)
    )


def can_comment(user: User, entry: Entry, thread: str, *, at: datetime) -> bool:
    """May this person write in this thread of an entry, while it is open?

    To the Presidency a delegation speaks by its officers and heads; among themselves
    contributors have a say in what they are named for. No key speaks for anybody.
    """
    if user.scopes is not None:
        return False
    if user.delegation != entry.member_code:
        is_theirs = thread == Comment.Thread.PRESIDENCY
        return is_theirs and is_reviewer(user, entry, at=at)
    if can_speak_for_delegation(user):
        return True
    is_inside = thread == Comment.Thread.DELEGATION
    return is_inside and _is_named(user, entry.member_commitment)


def can_speak_for_delegation(user: User) -> bool:
    """Does this person speak for their delegation to the Presidency?"""
    return user.scopes is None and user.has_role(Role.OFFICER, Role.HEAD)


def can_ask_questions(user: User) -> bool:
    """Does this person speak for a delegation to the others?"""
    return user.scopes is None and user.has_role(
        Role.OFFICER, Role.HEAD, Role.COORDINATOR
    )


def can_ask(user: User, entry: Entry) -> bool:
    """May this person ask the delegation of a published entry about it?

    Never about an amber one, whoever sees it: the question itself would be told.
    """
    return (
        can_ask_questions(user)
        and user.delegation != entry.member_code
        and entry.state == State.PUBLISHED
        and entry.handling in {Handling.CLEAR, Handling.GREEN}
    )


def can_answer(user: User, question: Question) -> bool:
    """May this person answer for the delegation that is asked?"""
    return user.delegation == question.entry.member_code and can_speak_for_delegation(
        user
    )


def can_set_focal_point(user: User, member: str) -> bool:
    """May this person say whom the Presidency phones about a member?"""
    return user.delegation == member and can_speak_for_delegation(user)


def can_be_focal_point(person: User, member: str) -> bool:
    """May this person be phoned about a member? Anybody of its delegation."""
    return person.delegation == member and not person.is_service


def can_run_stocktakes(user: User, *, at: datetime) -> bool:
    """May this person plan, open and close stocktakes? The Presidency, of any plan."""
    return user.is_presidency(at)


def can_second_review(user: User, *, chairs: frozenset[str]) -> bool:
    """May this person review the chair's own entries in a stocktake?

    `chairs` are the members that hold the chair at any time while it is open.
    """
    return (
        user.has_role(*SECOND_REVIEWERS)
        and not user.is_service
        and user.member_id not in chairs
    )


def can_hand_over(user: User, outgoing: Presidency) -> bool:
    """May this person pass the chair on? A coordinator, in person, of that member."""
    return _coordinates(user, outgoing.member_id)


def can_receive(user: User, incoming: Presidency) -> bool:
    """May this person receive the chair? A coordinator, in person, of that member."""
    return _coordinates(user, incoming.member_id)


def _coordinates(user: User, member: str) -> bool:
    is_in_person = user.scopes is None and not user.is_service
    return is_in_person and user.has_role(Role.COORDINATOR) and user.member_id == member
