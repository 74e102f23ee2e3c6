"""Open an interim table to the delegations, comment on a score, and answer."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from audit.record import record
from progress.actions.assessments.completeness import require_complete
from progress.actions.assessments.steps import (
    lock_table,
    lock_table_for,
    record_table,
    require_legal,
    save_table,
)
from progress.actions.instants import recorded_act
from progress.assessments.permissions import can_on_cell
from progress.assessments.transitions import TableVerb
from progress.entries.text import require_plain_text
from progress.ledger.chain import instant
from progress.models import Assessment, AssessmentComment, AssessmentTable
from progress.stocktakes.terms import LONGEST

# A delegation in any time zone has at least a day to comment.
SHORTEST_FEEDBACK = timedelta(hours=24)


@recorded_act
def open_feedback(
    *,
    table: AssessmentTable,
    until: datetime,
    comments_audience: str,
    by: User,
    at: datetime,
) -> AssessmentTable:
    """Open an interim table to the delegations for comments. Its cells are frozen.

    Comments count before `until`. Who reads them is chosen here, and does not change.
    Raises as `lock_table_for` does, as `require_complete` does, and ValidationError: a
    dict of `until` or `comments_audience`.
    """
    locked = lock_table_for(TableVerb.OPEN_FEEDBACK, table, by=by, at=at)
    _require_terms(until, comments_audience, at=at)
    require_complete(locked)
    locked.state = AssessmentTable.State.IN_FEEDBACK
    locked.feedback_opened_at, locked.feedback_opened_by = at, by
    locked.feedback_until, locked.comments_audience = until, comments_audience
    save_table(
        locked,
        "state",
        "feedback_opened_at",
        "feedback_opened_by",
        "feedback_until",
        "comments_audience",
    )
    record_table(
        "open_feedback",
        locked,
        by=by,
        at=at,
        until=instant(until),
        comments_audience=comments_audience,
    )
    return locked


def _require_terms(until: datetime, comments_audience: str, *, at: datetime) -> None:
    problems = {}
    if until < at + SHORTEST_FEEDBACK:
        problems["until"] = _("Choose a time at least 24 hours from now.")
    elif until > at + LONGEST:
        problems["until"] = _("Choose a time within a year from now.")
    if comments_audience not in AssessmentTable.CommentsAudience.values:
        problems["comments_audience"] = _("Choose who reads the comments.")
    if problems:
        raise ValidationError(
            {
                field: [ValidationError(sentence, code=field)]
                for field, sentence in problems.items()
            }
        )


@recorded_act
def comment_on(
    *, assessment: Assessment, text: str, by: User, at: datetime
) -> AssessmentComment:
    """Comment on a score of the officer's or head's own member. It is never changed.

    Raises Assessment.DoesNotExist (also for what `by` may not know of),
    PermissionDenied, or ValidationError: a dict of `text`, or code
    `illegal_transition`.
    """
    cell = _lock_cell(assessment, by=by, at=at)
    if not can_on_cell(TableVerb.COMMENT, by, cell):
        raise PermissionDenied
    require_legal(TableVerb.COMMENT, cell.table, at=at)
    comment = AssessmentComment(assessment=cell, member_id=by.delegation)
    return _add_comment("add", comment, text, member=cell.member_code, by=by, at=at)


@recorded_act
def answer_comment(
    *, comment: AssessmentComment, text: str, by: User, at: datetime
) -> AssessmentComment:
    """Answer a delegation's comment for the body, once. It is never changed.

    Raises AssessmentComment.DoesNotExist (also for what `by` may not know of),
    PermissionDenied, or ValidationError: a dict of `text`, or code
    `illegal_transition` or `answered`.
    """
    visible = AssessmentComment.objects.visible_to(by, at).comments()
    found = visible.select_related("assessment").get(pk=comment.pk)
    cell = _lock_cell(found.assessment, by=by, at=at)
    if not can_on_cell(TableVerb.ANSWER, by, cell):
        raise PermissionDenied
    require_legal(TableVerb.ANSWER, cell.table, at=at)
    if AssessmentComment.objects.filter(answers=found).exists():
        raise ValidationError(
            _("This comment has been answered already."), code="answered"
        )
    answer = AssessmentComment(assessment=cell, answers=found)
    return _add_comment("answer", answer, text, member=cell.member_code, by=by, at=at)


def _lock_cell(assessment: Assessment, *, by: User, at: datetime) -> Assessment:
    """Return a cell with its table, which is locked: its state stays meanwhile."""
    cells = Assessment.objects.visible_to(by, at).select_related("member_commitment")
    cell = cells.get(pk=assessment.pk)
    cell.table = lock_table(cell.table_id, by=by, at=at)
    return cell


def _add_comment(
    verb: str,
    comment: AssessmentComment,
    text: str,
    *,
    member: str,
    by: User,
    at: datetime,
) -> AssessmentComment:
    comment.text = require_plain_text(text, field="text")
    comment.written_at, comment.written_by = at, by
    comment.save(force_insert=True)
    record(
        verb=f"assessment_comment.{verb}",
        target=comment,
        by=by,
        at=at,
        member=member,
        data={
            "body": comment.assessment.table.body_id,
            "table": str(comment.assessment.table_id),
        },
    )
    return comment
