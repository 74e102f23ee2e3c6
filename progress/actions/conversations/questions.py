"""Ask another delegation about a published entry, and answer."""

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.dates import utc_day
from accounts.day_sentences import day_as, today_in_utc
from accounts.models import User
from audit.record import record
from progress.actions.instants import recorded_act
from progress.actions.trail import append_to_trail
from progress.conversations.questions import due_days
from progress.entries.text import require_plain_text
from progress.models import Entry, Question, TrailRecord
from progress.permissions import can_answer, can_ask


@recorded_act
def ask_question(
    *, entry_id: UUID, body: str, due_on: date, by: User, at: datetime
) -> Question:
    """Ask the delegation of a published entry.

    Raises Entry.DoesNotExist (also for what `by` may not know of), PermissionDenied, or
    ValidationError: a dict of `body` and `due_on`.
    """
    visible = Entry.objects.visible_to(by, at)
    entry = visible.redacted_to(visible).locked(entry_id)
    if not can_ask(by, entry):
        raise PermissionDenied
    body = require_plain_text(body, field="body")
    _require_due(due_on, today=utc_day(at))
    question = Question.objects.create(
        entry=entry,
        member_id=str(by.delegation),  # set for all who may ask
        body=body,
        due_on=due_on,
        asked_at=at,
        asked_by=by,
    )
    append_to_trail(TrailRecord.Kind.QUESTION, question.pk)
    _record("question.ask", question, by=by, at=at)
    return question


@recorded_act
def answer_question(
    *, question_id: UUID, version: int, answer: str, by: User, at: datetime
) -> Question:
    """Answer for the delegation that was asked. A question has one answer.

    The same answer again changes nothing.

    Raises Question.DoesNotExist (also for what `by` may not know of), PermissionDenied,
    or ValidationError: a dict of `answer`, or code `answered` or `stale`.
    """
    question = (
        Question.objects.visible_to(by, at)
        .select_for_update(of=("self",))
        .select_related("entry__member_commitment")
        .get(pk=question_id)
    )
    if not can_answer(by, question):
        raise PermissionDenied
    answer = require_plain_text(answer, field="answer")
    if (question.answer, question.answered_by_id) == (answer, by.pk):
        return question
    if question.is_answered:
        raise ValidationError(
            _("A colleague has already answered this question."), code="answered"
        )
    if question.version != version:
        raise ValidationError(
            _("This question has changed since you opened the page. Check it again."),
            code="stale",
        )
    question.answer, question.answered_at, question.answered_by = answer, at, by
    question.version += 1
    question.save(update_fields=["answer", "answered_at", "answered_by", "version"])
    append_to_trail(TrailRecord.Kind.ANSWER, question.pk)
    _record("question.answer", question, by=by, at=at)
    return question


def _require_due(due_on: date, *, today: date) -> None:
    first, last = due_days(today)
    if not first <= due_on <= last:
        sentence = _("Choose a day from %(first)s to %(last)s.") % {
            "first": day_as(first),
            "last": day_as(last),
        }
        problem = ValidationError(
            f"{sentence} {today_in_utc(today)}", code="out_of_range"
        )
        raise ValidationError({"due_on": [problem]})


def _record(verb: str, question: Question, *, by: User, at: datetime) -> None:
    """Record which delegations, and about which entry, without any text."""
    record(
        verb=verb,
        target=question,
        by=by,
        at=at,
        member=question.entry.member_code,
        data={"entry": str(question.entry_id), "asked_by": question.member_id},
    )
