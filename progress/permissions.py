"""Who may do what, and whose name a reader may see.

Which rows a reader may see is decided by `visible_to` of each queryset, not here.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Member, Presidency, Role, Scope, User
from accounts.permissions import (
    can_manage_people,
    is_head_in_office,
    is_officer_in_person,
)
from accounts.wording.names import in_language
from commitments.models import MemberCommitment
from progress.models import (
    Assignment,
    Comment,
    Entry,
    Handling,
    PublicReading,
    Question,
    SilenceProcedure,
    State,
)
from progress.transitions import RULES, Standing, Verb, legal_verbs

# These decide for a member or for the Presidency. What only they may do is done in
# person: no API key signs for a member or speaks for the Presidency.
IN_PERSON = frozenset({Standing.HEAD, Standing.SIGNATORY, Standing.REVIEWER})
IN_PERSON_VERBS = frozenset(
    verb for verb, rule in RULES.items() if rule.who <= IN_PERSON
)
# What only heads of delegation may do, and acting heads for their period.
HEADS_VERBS = frozenset(
    verb
    for verb, rule in RULES.items()
    if rule.who <= {Standing.HEAD, Standing.SIGNATORY}
)
# The roles from which a second reviewer is named.
SECOND_REVIEWERS = (Role.OFFICER, Role.HEAD, Role.COORDINATOR)
# The question, put to `User.ask_once`, whether a person was ever a second reviewer.
WAS_NAMED = "was named second reviewer"


def holds(standing: Standing, user: User, entry: Entry, *, at: datetime) -> bool:
    """Whether this person is this to the entry at an instant."""
    if standing is Standing.REVIEWER:
        return is_reviewer(user, entry, at=at)
    if user.delegation != entry.member_code:
        return False
    return _HOLDS_IN_DELEGATION[standing](user, entry, at)


def is_author(user: User, entry: Entry) -> bool:
    """Whether this person changed the entry since its draft began.

    It reads `entry.authors`, which a list can prefetch. An entry without any is older
    than that table: then the person who wrote it last counts. A text that was only
    carried forward has no author yet.
    """
    authors = {author.user_id for author in entry.authors.all()}
    if authors or entry.is_unconfirmed:
        return user.pk in authors
    return user.pk == entry.written_by_id


def is_assigned(user: User, member_commitment: MemberCommitment) -> bool:
    """Whether this person is a contributor who may draft this commitment.

    It reads `member_commitment.assignments`, which a list can prefetch.
    """
    return user.has_role(Role.CONTRIBUTOR) and any(
        assignment.user_id == user.pk and assignment.kind == Assignment.Kind.DRAFTS
        for assignment in member_commitment.assignments.all()
    )


# An acting head is a head here. An officer is asked for first: it needs no query.
_HOLDS_IN_DELEGATION: Mapping[Standing, Callable[[User, Entry, datetime], bool]] = {
    Standing.CONTRIBUTOR: lambda user, entry, _at: is_assigned(
        user, entry.member_commitment
    ),
    Standing.OFFICER: lambda user, _entry, _at: user.has_role(Role.OFFICER),
    Standing.HEAD: lambda user, _entry, at: user.is_head_at(at),
    Standing.SIGNATORY: lambda user, entry, at: (
        user.is_head_at(at) and not is_author(user, entry)
    ),
}


def _is_named(user: User, member_commitment: MemberCommitment) -> bool:
    """Whether this person is a contributor with an assignment of either kind to it."""
    return user.has_role(Role.CONTRIBUTOR) and any(
        assignment.user_id == user.pk
        for assignment in member_commitment.assignments.all()
    )


def is_reviewer(user: User, entry: Entry, *, at: datetime) -> bool:
    """Whether this person reviews this entry at an instant.

    The Presidency reviews entries of other members; the second reviewer those of the
    chair's own member. No person reviews an entry of their own member.
    """
    if user.delegation in (None, entry.member_code):
        return False
    if entry.member_code == user.chair_at(at):
        stocktake = entry.stocktake
        return stocktake is not None and stocktake.second_reviewer_id == user.pk
    return user.is_presidency(at)


def can_review(user: User, *, at: datetime) -> bool:
    """Whether this person is a reviewer at an instant, even of no entry at present.

    A second reviewer of an earlier stocktake still reviews corrections of its entries.
    """
    if user.is_presidency(at):
        return True
    if user.scopes is not None or user.delegation in (None, user.chair_at(at)):
        return False
    return user.ask_once(WAS_NAMED, user.second_reviews.exists)


def can(verb: Verb, user: User, entry: Entry, *, at: datetime) -> bool:
    """Whether this person may perform the verb on this entry, ignoring its state."""
    if not user.may(Scope.WRITE_ENTRIES):
        return False
    if user.scopes is not None and verb in IN_PERSON_VERBS:
        return False
    who = RULES[verb].who
    return any(holds(one, user, entry, at=at) for one in Standing if one in who)


def acts_on_entries(user: User) -> bool:
    """Whether this person may perform any verb: only people of a delegation may."""
    return user.delegation is not None and user.may(Scope.WRITE_ENTRIES)


def allowed_verbs(user: User, entry: Entry, *, at: datetime) -> list[Verb]:
    """Return the verbs that this person may perform now, in the table's order.

    The entry comes from `with_successors`.
    """
    if not acts_on_entries(user):
        return []
    return [verb for verb in legal_verbs(entry) if can(verb, user, entry, at=at)]


def can_draft(user: User, member_commitment: MemberCommitment) -> bool:
    """Whether this person may begin an entry on this member commitment."""
    if user.delegation != member_commitment.member_id:
        return False
    if not user.may(Scope.WRITE_ENTRIES):
        return False
    return user.has_role(Role.OFFICER, Role.HEAD) or is_assigned(
        user, member_commitment
    )


def can_upload_sheets(user: User) -> bool:
    """Whether this person may update the commitments of their member by spreadsheet.

    Which rows they may update is decided for each: see `can_draft`.
    """
    is_in_person = user.scopes is None and user.delegation is not None
    return is_in_person and user.has_role(Role.CONTRIBUTOR, Role.OFFICER, Role.HEAD)


def can_assign(user: User, member_commitment: MemberCommitment) -> bool:
    """Whether this person may name the contributors and the responsible officer."""
    return (
        user.delegation == member_commitment.member_id
        and user.scopes is None
        and user.has_role(Role.OFFICER, Role.HEAD)
    )


def can_be_responsible(person: User, member_commitment: MemberCommitment) -> bool:
    """Whether this person may be responsible: anyone who writes for that member."""
    return (
        person.delegation == member_commitment.member_id
        and not person.is_service
        and person.has_role(Role.CONTRIBUTOR, Role.OFFICER, Role.HEAD)
    )


def can_comment(user: User, entry: Entry, thread: str, *, at: datetime) -> bool:
    """Whether this person may write in this thread of an entry, while it is open.

    Officers and heads write to the Presidency. Inside the delegation contributors
    write as well, where they are named. An API key never writes a comment.
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
    """Whether this person may speak for their delegation to the Presidency."""
    return user.scopes is None and user.has_role(Role.OFFICER, Role.HEAD)


def can_ask_questions(user: User) -> bool:
    """Whether this person may ask other delegations questions."""
    return user.scopes is None and user.has_role(
        Role.OFFICER, Role.HEAD, Role.COORDINATOR
    )


def can_ask(user: User, entry: Entry) -> bool:
    """Whether this person may ask the delegation of a published entry about it.

    An amber entry is never asked about: the question would reveal it.
    """
    return (
        can_ask_questions(user)
        and user.delegation != entry.member_code
        and entry.state == State.PUBLISHED
        and entry.handling in {Handling.CLEAR, Handling.GREEN}
    )


def can_answer(user: User, question: Question) -> bool:
    """Whether this person may answer for the delegation that is asked."""
    return user.delegation == question.entry.member_code and can_speak_for_delegation(
        user
    )


def can_set_focal_point(user: User, member: str) -> bool:
    """Whether this person may name the focal point of a member."""
    return user.delegation == member and can_speak_for_delegation(user)


def can_be_focal_point(person: User, member: str) -> bool:
    """Whether this person may be a member's focal point: any of its delegation."""
    return person.delegation == member and not person.is_service


def can_run_stocktakes(user: User, *, at: datetime) -> bool:
    """Whether this person may plan, open and close stocktakes: the Presidency may."""
    return user.is_presidency(at)


def can_second_review(user: User, *, chairs: frozenset[str]) -> bool:
    """Whether this person may be second reviewer of a stocktake.

    `chairs` are the members that hold the chair at any time while it is open.
    """
    return (
        user.has_role(*SECOND_REVIEWERS)
        and not user.is_service
        and user.member_id not in chairs
    )


def can_run_silence_procedures(user: User, *, at: datetime) -> bool:
    """Whether this person may start and stop a silence procedure: the Presidency."""
    is_in_person = user.scopes is None and not user.is_service
    return is_in_person and user.is_presidency(at)


def can_object(user: User, procedure: SilenceProcedure, *, at: datetime) -> bool:
    """Whether this person may break the silence for their member: its heads may."""
    is_in_person = user.scopes is None and not user.is_service
    return (
        is_in_person
        and user.is_head_at(at)
        and procedure.members.filter(pk=user.delegation).exists()
    )


def can_hand_over(user: User, outgoing: Presidency) -> bool:
    """Whether this person may hand over the chair, as the outgoing coordinator."""
    return _coordinates(user, outgoing.member_id)


def can_receive(user: User, incoming: Presidency) -> bool:
    """Whether this person may receive the chair, as the incoming coordinator."""
    return _coordinates(user, incoming.member_id)


def _coordinates(user: User, member: str) -> bool:
    """Whether this is a coordinator of that member, in person."""
    is_in_person = user.scopes is None and not user.is_service
    return is_in_person and user.has_role(Role.COORDINATOR) and user.member_id == member


def can_propose_public_reading(user: User) -> bool:
    """Whether this person may propose that anyone reads clear entries."""
    return can_manage_people(user) and not user.is_service


def can_confirm_public_reading(user: User, reading: PublicReading) -> bool:
    """Whether this person may confirm it: another administrator than who proposed."""
    return can_propose_public_reading(user) and user.pk != reading.proposed_by_id


def can_end_public_reading(user: User, *, at: datetime) -> bool:
    """Whether this person may turn it off: any administrator and the Presidency."""
    return can_propose_public_reading(user) or user.is_presidency(at)


def can_agree_to_public_reading(user: User) -> bool:
    """Whether this person may agree that anyone reads older entries of their member.

    A head may. An acting head may not, because what is public outlives their period.
    """
    return is_head_in_office(user)


def can_withdraw_public_agreement(user: User, *, at: datetime) -> bool:
    """Whether this person may withdraw such an agreement: acting heads may, too."""
    return is_officer_in_person(user) and user.is_head_at(at)


# Inside a delegation people have names. To everyone else they are their member, or the
# office they act for.


def is_colleague(person: User, reader: User) -> bool:
    """Whether both belong to the same delegation now."""
    return reader.delegation is not None and person.member_id == reader.delegation


def name_of(person: User, member: Member, reader: User) -> str:
    """Return who acted for a member.

    Inside that delegation it is the person's name, else the member's name.

    They keep their name there after they have moved to another delegation.
    """
    return str(person) if member.code == reader.delegation else member.name


def name_of_writer(person: User, entry: Entry, reader: User) -> str:
    """Return the name of a person who worked on an entry for its member.

    Unlike `name_of`, it does not name a person who has left the delegation.
    """
    member = entry.member_commitment.member
    return (
        name_of(person, member, reader) if is_colleague(person, reader) else member.name
    )


def name_of_reviewer(
    entry: Entry, *, chair_then: str | None, member: Member | None = None
) -> str:
    """Return the reviewer's office.

    It is the second reviewer if the member then held the chair, else the Presidency.
    Where `member` is given, it is named as the Presidency's.
    """
    if chair_then == entry.member_code:
        return _("The second reviewer")
    if member is None:
        return _("The Presidency")
    return _("The Presidency (%(member)s)") % {"member": in_language(member.name)}
