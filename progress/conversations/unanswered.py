"""How many comments and questions need a reply from one person."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from accounts.dates import utc_day
from accounts.models import User
from progress.conversations.threads import open_exchanges
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
    exchanges = open_exchanges(reader, at)
    counts = {"questions": 0, "overdue": 0}
    if speaks:
        today = utc_day(at)
        visible = Question.objects.visible_to(reader, at)
        asked = visible.asked_of(str(reader.delegation)).open()
        is_overdue = overdue_q(today)
        counts = asked.aggregate(
            questions=Count("pk"), overdue=Count("pk", filter=is_overdue)
        )
    return Unanswered(
        comments=sum(exchange.waits_for_us for exchange in exchanges), **counts
    )
