"""Questions between delegations, as each reader may see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.dates import utc_day
from accounts.models import User
from progress.models import Question
from progress.permissions import can_answer, name_of
from progress.querysets.conversations import QuestionQuerySet
from progress.querysets.entries import LONG_TEXT_FIELDS


@dataclass(frozen=True)
class QuestionView:
    """One question as a reader may see it: names, state, and what they may do."""

    question: Question
    asker: str
    answerer: str
    is_overdue: bool
    can_answer: bool


def due_days(today: date) -> tuple[date, date]:
    """Return the first and the last UTC day by which an answer may be due."""
    return today + timedelta(days=1), today + timedelta(days=365)


def with_names(questions: QuestionQuerySet) -> QuestionQuerySet:
    """Read with each question everything that `question_views` needs."""
    return questions.select_related(
        "member",
        "asked_by",
        "answered_by",
        "entry__member_commitment__member",
        "entry__member_commitment__commitment__plan",
    ).defer(
        *(f"entry__{name}" for name in LONG_TEXT_FIELDS),
        "entry__member_commitment__commitment__plan__source_text",
        "entry__member_commitment__commitment__plan__preamble",
    )


def question_views(
    questions: Iterable[Question], *, reader: User, at: datetime
) -> list[QuestionView]:
    """Return the questions as this reader may see them. No query after `with_names`."""
    today = utc_day(at)
    return [
        QuestionView(
            question=question,
            asker=name_of(question.asked_by, question.member, reader),
            answerer=_answerer(question, reader),
            is_overdue=question.is_overdue_on(today),
            can_answer=not question.is_answered and can_answer(reader, question),
        )
        for question in questions
    ]


def _answerer(question: Question, reader: User) -> str:
    if question.answered_by is None:
        return ""
    member = question.entry.member_commitment.member
    return name_of(question.answered_by, member, reader)
