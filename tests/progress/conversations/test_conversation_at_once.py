"""Tests with two people who act at once: one succeeds, the other is refused.

The threads and connections are real. No comment or question is doubled.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from accounts.versions import StaleRow
from audit.models import Event
from commitments.actions.tracking import edit_member_commitment
from commitments.tracking import LeadAndTarget
from progress.actions.assignments import set_responsible
from progress.actions.clearance import recall_entry
from progress.actions.conversations.comments import add_comment
from progress.actions.conversations.questions import answer_question
from progress.actions.focal_points import Contact, set_focal_point
from progress.models import Assignment, Comment, Entry, FocalPoint, State
from tests.conversations import make_question
from tests.factories import make_entry, member_commitment_of

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Start all at once, and return each result: `done`, or the refusal's name."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        start.wait(10)
        try:
            act()
        except (ValidationError, StaleRow, Entry.DoesNotExist) as refusal:
            return getattr(refusal, "code", "") or type(refusal).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


@pytest.fixture
def now():
    return datetime.now(UTC)


def test_two_answers_become_one(plan, officer_jp, head_jp, officer_fr, stocktake, now):
    mine = member_commitment_of(plan, "1.2.2", "JP")
    entry = make_entry(mine, by=officer_jp, state=State.PUBLISHED)
    question = make_question(entry, by=officer_fr)

    def answer(by):
        return lambda: answer_question(
            question_id=question.pk, version=1, answer=by.name, by=by, at=now
        )

    assert at_once(answer(officer_jp), answer(head_jp)) == ["answered", "done"]
    question.refresh_from_db()
    assert question.answer == str(question.answered_by)
    assert question.version == 2


def test_comment_and_recall_do_not_cross(plan, officer_jp, coordinator, stocktake, now):
    """It is kept if it came first; after the recall there is no such thread."""
    mine = member_commitment_of(plan, "1.2.2", "JP")
    entry = make_entry(mine, by=officer_jp, state=State.SUBMITTED, stocktake=stocktake)
    found = at_once(
        lambda: add_comment(
            entry_id=entry.pk, thread="presidency", body="Why?", by=coordinator, at=now
        ),
        lambda: recall_entry(entry_id=entry.pk, version=1, by=officer_jp, at=now),
    )
    assert found in (["done", "done"], ["DoesNotExist", "done"])
    assert Comment.objects.count() == found.count("done") - 1
    assert Event.objects.filter(verb="comment.add").count() == Comment.objects.count()


def test_two_first_focal_points_become_one(officer_jp, head_jp, now):
    def put(by):
        return lambda: set_focal_point(
            member="JP", version=0, contact=Contact(by), by=by, at=now
        )

    found = at_once(put(officer_jp), put(head_jp))
    assert found == ["StaleRow", "done"]
    assert FocalPoint.objects.get().version == 1


def test_two_responsible_persons_become_one(plan, officer_jp, head_jp, now):
    mine = member_commitment_of(plan, "1.2.2", "JP")

    def name(person):
        return lambda: set_responsible(
            member_commitment=mine, user=person, was=None, by=officer_jp, at=now
        )

    assert at_once(name(officer_jp), name(head_jp)) == ["StaleRow", "done"]
    assert Assignment.objects.count() == 1


def test_two_edits_of_the_particulars_do_not_overwrite(plan, officer_jp, head_jp, now):
    mine = member_commitment_of(plan, "1.2.2", "JP")

    def edit(by):
        return lambda: edit_member_commitment(
            member_commitment_id=mine.pk,
            version=1,
            lead_and_target=LeadAndTarget(by.name, now.date() + timedelta(days=9)),
            by=by,
            at=now,
        )

    assert at_once(edit(officer_jp), edit(head_jp)) == ["StaleRow", "done"]
    mine.refresh_from_db()
    assert mine.version == 2
