"""How many comments and questions need a reply from one person."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet, Value

from accounts.compiled_queries import CompiledOnce
from accounts.dates import utc_day
from accounts.models import User
from progress.conversations.threads import count_waiting
from progress.models import Question
from progress.permissions import can_review, can_speak_for_delegation
from progress.querysets.conversations import overdue_q


@dataclass(frozen=True)
class Unanswered:
    """Counts of what needs the reader's reply."""

    # Threads in which the other side wrote last.
    comments: int
    # Open questions to their delegation, and how many of these are overdue.
    questions: int
    overdue: int


def unanswered_for(reader: User, at: datetime) -> Unanswered | None:
    """Return the counts, or None for readers who answer neither. Two queries."""
    speaks = can_speak_for_delegation(reader)
    if not speaks and not can_review(reader, at=at):
        return None
    questions, overdue = 0, 0
    if speaks:
        [(questions, overdue)] = _counts(
            reader=reader, at=at, member=str(reader.delegation), today=utc_day(at)
        )
    return Unanswered(
        comments=count_waiting(reader, at),
        questions=questions,
        overdue=overdue,
    )


@CompiledOnce
def _counts(
    *, reader: User, at: datetime, member: str, today: date
) -> QuerySet[Question, tuple[int, int]]:
    """Return one row: how many questions are open, and how many are overdue."""
    asked = Question.objects.visible_to(reader, at).asked_of(member).open()
    is_overdue = overdue_q(today)
    together = asked.annotate(all=Value(1)).values("all")
    return together.annotate(
        questions=Count("pk"), overdue=Count("pk", filter=is_overdue)
    ).values_list("questions", "overdue")
