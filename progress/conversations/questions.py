"""Questions between delegations, as each of their readers may know of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.dates import utc_day
from accounts.models import User
from progress.models import Question
from progress.permissions import can_answer
from progress.querysets.conversations import QuestionQuerySet
from progress.querysets.entries import LONG_TEXT_FIELDS


@dataclass(frozen=True)
class QuestionView:
    """One question: who asks, who answered, and is it late?"""

    question: Question
    asker: str
    answerer: str
    is_overdue: bool
    can_answer: bool


def with_names(questions: QuestionQuerySet) -> QuestionQuerySet:
    """With all that `question_views` asks of each."""
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
    today = utc_day(at)
    return [
        QuestionView(
            question=question,
            asker=_known_as(question.asked_by, question.member_id, question, reader),
            answerer=_answerer(question, reader),
            is_overdue=not question.is_answered and question.due_on < today,
            can_answer=not question.is_answered and can_answer(reader, question),
        )
        for question in questions
    ]


def _answerer(question: Question, reader: User) -> str:
    if question.answered_by is None:
        return ""
    member = question.entry.member_code
    return _known_as(question.answered_by, member, question, reader)


def _known_as(person: User, member: str, question: Question, reader: User) -> str:
    """A colleague's name; of others, for whom they spoke."""
    if member == reader.delegation:
        return str(person)
    if member == question.member_id:
        return question.member.name
    return question.entry.member_commitment.member.name
