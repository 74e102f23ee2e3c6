"""Who may do what with score tables, guidelines and comments on scores.

Which of them a reader may see is decided by `visible_to` of each queryset, not here.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from accounts.models import User
from accounts.permissions import is_assessor_in_person, is_officer_in_person
from progress.assessments.transitions import (
    TABLE_RULES,
    TableStanding,
    TableVerb,
    is_legal_on_table,
)
from progress.models import Assessment, AssessmentTable


def can_decide_for(user: User, body: str) -> bool:
    """Whether this person may publish, release and answer for a body. No key may."""
    return is_assessor_in_person(user) and user.assessing_body == body


def speaks_for(user: User, member: str) -> bool:
    """Whether this person may comment on the scores of a member, for its delegation."""
    return is_officer_in_person(user) and user.delegation == member


_HOLDS: Mapping[TableStanding, Callable[[User, str, str], bool]] = {
    TableStanding.ASSESSOR: lambda user, body, _member: can_decide_for(user, body),
    TableStanding.KEY: lambda user, body, _member: (
        user.scopes is not None and user.assessing_body == body
    ),
    TableStanding.DELEGATION: lambda user, _body, member: speaks_for(user, member),
}


def can_on_table(verb: TableVerb, user: User, table: AssessmentTable) -> bool:
    """Whether this user may perform the verb on this table, whatever its state.

    A comment is on one cell: see `can_on_cell`.
    """
    return _can(verb, user, table.body_id, "")


def can_on_cell(verb: TableVerb, user: User, assessment: Assessment) -> bool:
    """Whether this user may perform the verb on this cell, whatever its table's state.

    The cell is read with its table and its member commitment.
    """
    return _can(verb, user, assessment.table.body_id, assessment.member_code)


def _can(verb: TableVerb, user: User, body: str, member: str) -> bool:
    who = TABLE_RULES[verb].who
    return any(_HOLDS[one](user, body, member) for one in TableStanding if one in who)


def allowed_on_table(
    user: User, table: AssessmentTable, *, at: datetime
) -> list[TableVerb]:
    """Return the verbs that this user may perform now, in the order of the rules.

    The table comes from `with_successors`.
    """
    return [
        verb
        for verb in TABLE_RULES
        if can_on_table(verb, user, table) and is_legal_on_table(verb, table, at=at)
    ]


def allowed_on_cell(
    user: User, assessment: Assessment, *, at: datetime
) -> list[TableVerb]:
    """Return the verbs on one cell that this user may perform now: edit and comment.

    Its table comes from `with_successors`.
    """
    return [
        verb
        for verb in (TableVerb.EDIT, TableVerb.COMMENT, TableVerb.ANSWER)
        if can_on_cell(verb, user, assessment)
        and is_legal_on_table(verb, assessment.table, at=at)
    ]
