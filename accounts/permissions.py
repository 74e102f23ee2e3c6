"""Who may do what with accounts. Who sees them: `User.objects.visible_to`."""

from datetime import datetime

from accounts.models import ActingHead, ApiKey, PendingGrant, Role, User
from accounts.profiles import GIVEN_BY_HEADS


def can_manage_people(user: User) -> bool:
    """May the user invite, change and deactivate people, and revoke keys?"""
    return user.scopes is None and user.is_administrator


def can_edit_reference_data(user: User) -> bool:
    """May the user change members, Presidencies, summits, instruments and titles?"""
    return user.scopes is None and user.is_administrator


def can_deactivate(user: User, person: User) -> bool:
    """May the user end the person's access? They may not end their own."""
    return can_manage_people(user) and user.pk != person.pk


def can_agree_to_grant(user: User, grant: PendingGrant) -> bool:
    """May the user let a grant take effect? Another administrator than who asked.

    It is not the person whom it concerns either. A clash can only be refused.
    """
    is_another = user.pk not in {grant.requested_by_id, grant.person_id}
    return can_manage_people(user) and is_another and grant.kind != grant.Kind.CLASH


def can_refuse_grant(user: User, grant: PendingGrant, *, at: datetime) -> bool:
    """May the user end a request? Administrators may, and the heads of its member."""
    if can_manage_people(user):
        return True
    is_theirs = user.delegation is not None and user.delegation == grant.member_id
    return is_theirs and is_officer_in_person(user) and user.is_head_at(at)


def can_manage_delegation(user: User) -> bool:
    """May the user invite and manage people of their delegation? A head in office."""
    return is_head_in_office(user)


def can_manage_in_delegation(user: User, person: User) -> bool:
    """May the user change this account of their delegation?

    A head changes contributors and officers. Who also has another role is changed by
    administrators, and so are heads.
    """
    is_ours = person.member_id == user.delegation and not person.is_service
    has_only_those = bool(person.roles) and GIVEN_BY_HEADS.issuperset(person.roles)
    return can_manage_delegation(user) and is_ours and has_only_those


def can_set_password(user: User) -> bool:
    """May the account have a password? A service user signs in by key only."""
    return user.is_active and not user.is_service


def can_steer_jobs(user: User) -> bool:
    """May the user see every job of the system, and retry a failed one?

    They see jobs and not their contents: administrators read no entries or reports.
    """
    return user.scopes is None and user.is_administrator


def is_head_in_office(user: User) -> bool:
    """Is this a head of a delegation in person, and not only an acting head?"""
    is_in_person = user.scopes is None and not user.is_service
    return is_in_person and user.has_role(Role.HEAD)


def can_name_acting_head(user: User) -> bool:
    """May the user name an acting head? Only a head in office, for their delegation."""
    return is_head_in_office(user)


def can_be_acting_head(person: User, member: str | None) -> bool:
    """May the person be an acting head of a member? They are an officer of it.

    An officer may do all that a head may, except to clear and to send back. So the
    person gains these two verbs, and no entry or comment that they could not read.
    """
    is_officer = person.has_role(Role.OFFICER) and not person.has_role(Role.HEAD)
    return is_officer and not person.is_service and person.delegation == member


def can_end_acting_head(user: User, acting_head: ActingHead) -> bool:
    """May the user end the period early? A head of the delegation, or the person."""
    if user.scopes is not None or user.delegation != acting_head.member_id:
        return False
    return user.pk == acting_head.user_id or can_name_acting_head(user)


def can_see_acting_heads(user: User) -> bool:
    """May the user see who acts as head? Everyone in the delegation may, in person."""
    return user.scopes is None and user.delegation is not None


def can_see_keys(user: User) -> bool:
    """May the user see API keys? Which ones: `ApiKey.objects.visible_to`."""
    if can_manage_people(user) or is_officer_in_person(user):
        return True
    return is_assessor_in_person(user)


def can_make_key(user: User, member: str | None, body: str | None = None) -> bool:
    """May the user make and rotate the keys of a member, of a body, or of neither?

    A head does, for their own member, an assessor for their own body, and an
    administrator for neither: who makes a key sees its secret. An acting head does not,
    because a key outlives their period.
    """
    if body is not None:
        return is_assessor_in_person(user) and user.assessing_body == body
    if member is None:
        return can_manage_people(user)
    return is_head_in_office(user) and user.delegation == member


def can_rotate_key(user: User, key: ApiKey) -> bool:
    """May the user rotate the key? Who may make such a key may."""
    return can_make_key(user, key.user.member_id, key.user.body_id)


def can_revoke_key(user: User, key: ApiKey, *, at: datetime) -> bool:
    """May the user revoke the key? Administrators may revoke every key.

    An assessor may revoke those of their body. A head may revoke those of their member,
    and so may who acts as head: it can only stop a key.
    """
    if can_manage_people(user) or _is_of_own_body(user, key):
        return True
    is_theirs = user.delegation is not None and user.delegation == key.user.member_id
    return is_theirs and is_officer_in_person(user) and user.is_head_at(at)


def can_see_requests(user: User, key: ApiKey) -> bool:
    """May the user see from where and when a key was used?

    Its delegation or body may, and administrators where there is neither.
    """
    if key.user.body_id is not None:
        return _is_of_own_body(user, key)
    if key.user.member_id is None:
        return can_manage_people(user)
    return is_officer_in_person(user) and user.delegation == key.user.member_id


def is_officer_in_person(user: User) -> bool:
    """Is this an officer or a head of a delegation, and no machine?"""
    is_in_person = user.scopes is None and not user.is_service
    return is_in_person and user.has_role(Role.OFFICER, Role.HEAD)


def is_assessor_in_person(user: User) -> bool:
    """Is this an assessor of a body, and no machine?"""
    is_in_person = user.scopes is None and not user.is_service
    return is_in_person and user.assessing_body is not None


def _is_of_own_body(user: User, key: ApiKey) -> bool:
    is_theirs = user.assessing_body == key.user.body_id
    return is_assessor_in_person(user) and is_theirs
