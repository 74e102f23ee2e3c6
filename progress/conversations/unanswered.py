"""What others wait for from one person: answers to comments and to questions."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from accounts.dates import utc_day
from accounts.models import User
from progress.conversations.threads import open_exchanges
from progress.models import Question
from progress.permissions import can_review, can_speak_for_delegation


@dataclass(frozen=True)
class Unanswered:
    # Threads in which the other side wrote last.
    comments: int
    # Questions asked of their delegation, and how many of these are past their day.
    questions: int
    overdue: int


def unanswered_for(reader: User, at: datetime) -> Unanswered | None:
    """None for whoever answers neither. Two queries."""
    speaks = can_speak_for_delegation(reader)
    if not speaks and not can_review(reader, at=at):
        return None
    exchanges = open_exchanges(reader, at)
    counts = {"questions": 0, "overdue": 0}
    if speaks:
        today = utc_day(at)
        visible = Question.objects.visible_to(reader, at)
        counts = (
            visible.asked_of(str(reader.delegation))
            .open()
            .aggregate(
                questions=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today))
            )
        )
    return Unanswered(comments=sum(one.waits_for_us for one in exchanges), **counts)
