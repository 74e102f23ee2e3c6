"""Valid comments, questions, returns and focal points for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from progress.actions.trail import append_to_trail
from progress.models import (
    Comment,
    Entry,
    FocalPoint,
    Question,
    Round,
    TrailRecord,
)


def make_comment(
    entry: Entry, thread: str, *, by: User, body: str = "Which year?", **fields: Any
) -> Comment:
    values = {"written_at": datetime.now(UTC), "member_id": by.member_id, **fields}
    return Comment.objects.create(
        entry=entry, thread=thread, written_by=by, body=body, **values
    )


def make_question(
    entry: Entry, *, by: User, answered_by: User | None = None, **fields: Any
) -> Question:
    now = datetime.now(UTC)
    values = {
        "body": "Which agency leads?",
        "asked_at": now,
        "due_on": now.date() + timedelta(days=7),
        "member_id": by.member_id,
        **fields,
    }
    if answered_by is not None:
        answer = {"answer": "The police.", "answered_at": now}
        values = {**answer, **values, "answered_by": answered_by, "version": 2}
    question = Question.objects.create(entry=entry, asked_by=by, **values)
    append_to_trail(TrailRecord.Kind.QUESTION, question.pk)
    if question.is_answered:
        append_to_trail(TrailRecord.Kind.ANSWER, question.pk)
    return question


def make_round(entry: Entry, *, by: User, **fields: Any) -> Round:
    """Make a return of an entry, with the text that was submitted."""
    values = {
        "number": 1,
        "reason": "Which year?",
        "text": {
            "narrative": "As submitted.",
            "status": "limited",
            "is_at_risk": False,
        },
        "returned_at": datetime.now(UTC),
        **fields,
    }
    return Round.objects.create(entry=entry, returned_by=by, **values)


def make_focal_point(member: str, *, user: User, **fields: Any) -> FocalPoint:
    values = {"changed_at": datetime.now(UTC), "changed_by": user, **fields}
    return FocalPoint.objects.create(member_id=member, user=user, **values)
