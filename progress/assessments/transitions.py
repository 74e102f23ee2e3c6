"""The workflow of score tables: which verb leads from where to where, and for whom.

Actions, buttons and the API's `allowed` all read this one table.
`tests/progress/assessments/verbs.csv` states it a second time, written by hand.
`manage.py workflow_diagram` writes it into `docs/workflow.md`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from progress.models import AssessmentTable


class TableVerb(StrEnum):
    """What can be done to a score table, or to one of its cells."""

    EDIT = "edit"
    OPEN_FEEDBACK = "open_feedback"
    RELEASE = "release"
    REVISE = "revise"
    DISCARD = "discard"
    COMMENT = "comment"
    ANSWER = "answer"


class TableStanding(StrEnum):
    """What someone is to one cell of a score table: see `permissions`."""

    ASSESSOR = "assessor"  # of the table's body, in person
    KEY = "key"  # of the table's body, with `write:assessments`
    DELEGATION = "delegation"  # an officer or head of the cell's member, in person


@dataclass(frozen=True)
class TableRule:
    """One row of the table: from these states to that one, by these people."""

    sources: frozenset[AssessmentTable.State]
    # None where the state stays: an edit, a comment, or a new table that revises it.
    target: AssessmentTable.State | None
    who: frozenset[TableStanding]


_State = AssessmentTable.State
_DRAFT = frozenset({_State.DRAFT})
_SHOWN = frozenset({_State.IN_FEEDBACK, _State.RELEASED})
_ASSESSOR = frozenset({TableStanding.ASSESSOR})

TABLE_RULES: dict[TableVerb, TableRule] = {
    TableVerb.EDIT: TableRule(
        _DRAFT, None, frozenset({TableStanding.ASSESSOR, TableStanding.KEY})
    ),
    TableVerb.OPEN_FEEDBACK: TableRule(_DRAFT, _State.IN_FEEDBACK, _ASSESSOR),
    TableVerb.RELEASE: TableRule(
        frozenset({_State.DRAFT, _State.IN_FEEDBACK}), _State.RELEASED, _ASSESSOR
    ),
    TableVerb.REVISE: TableRule(_SHOWN, None, _ASSESSOR),
    TableVerb.DISCARD: TableRule(_DRAFT, _State.DISCARDED, _ASSESSOR),
    TableVerb.COMMENT: TableRule(_SHOWN, None, frozenset({TableStanding.DELEGATION})),
    TableVerb.ANSWER: TableRule(_SHOWN, None, _ASSESSOR),
}

# These lead on from a table. After one of them is revised, only its successor goes on.
_NEWEST_ONLY = frozenset({TableVerb.OPEN_FEEDBACK, TableVerb.RELEASE, TableVerb.REVISE})


def is_legal_on_table(verb: TableVerb, table: AssessmentTable, *, at: datetime) -> bool:
    """Whether the state of the table allows this verb at an instant.

    The table comes from `with_successors`.
    """
    if table.state not in TABLE_RULES[verb].sources:
        return False
    if verb in _NEWEST_ONLY and table.has_live_successor:
        return False
    match verb:
        case TableVerb.OPEN_FEEDBACK:
            return not table.is_final
        case TableVerb.COMMENT:
            return table.takes_comments(at)
        case TableVerb.ANSWER:
            return table.feedback_opened_at is not None and not table.has_final_release
    return True
