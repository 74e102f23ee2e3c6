"""A record with one row of every kind that it rests on, made by the actions."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.actions.acting_heads import name_acting_head
from accounts.models import Presidency, Role, User
from commitments.models import Clause, Plan
from progress.actions.assessments.feedback import answer_comment, comment_on
from progress.actions.checkpoints import sign_checkpoint
from progress.actions.clearance import clear_entry, submit_entry
from progress.actions.conversations.questions import answer_question, ask_question
from progress.actions.extensions import extend_stocktake, release_entry
from progress.actions.handover import receive_handover, record_handover
from progress.actions.review import publish_entry, return_entry
from progress.actions.stocktakes import close_stocktake
from progress.models import AssessmentTable, Entry, Extension, State, Stocktake
from tests.factories import make_entry, make_user, member_commitment_of
from tests.progress.assessments.scoring import release, table_in_feedback

DAY = timedelta(days=1)


def publish_by_every_step(
    entry: Entry, *, by: User, head: User, chair: User, at: datetime
) -> Entry:
    """Take a draft through clearance, a return and a release to its publication.

    An acting head clears it the second time.
    """

    def clear(entry: Entry, head: User) -> Entry:
        sent = submit_entry(entry_id=entry.pk, version=entry.version, by=by, at=at)
        return clear_entry(
            entry_id=entry.pk,
            version=sent.version,
            by=head,
            at=at,
            capital_reference="Cable 12",
            capital_dated_on=at.date(),
        )

    pk = entry.pk
    cleared = clear(entry, head)
    returned = return_entry(
        entry_id=pk, version=cleared.version, reason="When?", by=chair, at=at
    )
    acting = make_user(Role.OFFICER, member=entry.member_code)
    name_acting_head(user=acting, starts_at=None, ends_at=at + DAY, by=head, at=at)
    cleared = clear(returned, acting)
    released = release_entry(
        entry_id=pk, version=cleared.version, reason="It waits.", by=chair, at=at
    )
    return publish_entry(entry_id=pk, version=released.version, by=chair, at=at)


def ask_and_answer(entry: Entry, *, asker: User, by: User, at: datetime) -> None:
    question = ask_question(
        entry_id=entry.pk, body="Which agency?", due_on=(at + 2 * DAY).date(),
        by=asker, at=at,
    )  # fmt: skip
    answer_question(
        question_id=question.pk, version=1, answer="The police.", by=by, at=at
    )


def pass_the_chair(*, giver: User, taker: User, at: datetime) -> None:
    chair = Presidency.objects.get(member=str(taker.member_id))
    record_handover(
        presidency_id=chair.pk, version=0, note="All is well.", by=giver, at=at
    )
    receive_handover(presidency_id=chair.pk, version=1, by=taker, at=at)


@pytest.fixture
def recorded(
    plan: Plan,
    stocktake: Stocktake,
    coordinator: User,
    former_coordinator: User,
    officer_jp: User,
    head_jp: User,
    officer_fr: User,
    now: datetime,
) -> Entry:
    """A published entry, with everything that was recorded before and after it."""
    Clause.objects.create(
        commitment=plan.commitments.get(code="1.2.2"), letter="a", text="Support it."
    )
    more_time = Extension(
        member_id="JP", reason="Floods.", ends_at=stocktake.grace_ends_at + DAY
    )
    extend_stocktake(
        stocktake_id=stocktake.pk, version=1, extension=more_time, by=coordinator,
        at=now,
    )  # fmt: skip
    make_entry(
        member_commitment_of(plan, "2.1", "JP"), by=officer_jp, stocktake=stocktake,
        state=State.PUBLISHED, published_by=coordinator,
    )  # fmt: skip
    draft = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp, stocktake=stocktake,
        evidence=1, file_name="protocol.txt",
    )  # fmt: skip
    entry = publish_by_every_step(
        draft, by=officer_jp, head=head_jp, chair=coordinator, at=now
    )
    ask_and_answer(entry, asker=officer_fr, by=officer_jp, at=now)
    pass_the_chair(giver=former_coordinator, taker=coordinator, at=now)
    close_stocktake(stocktake_id=stocktake.pk, version=2, by=coordinator, at=now)
    sign_checkpoint(at=now)
    return entry


@pytest.fixture
def scored(
    recorded: Entry, stocktake: Stocktake, assessor: User, officer_jp: User
) -> AssessmentTable:
    """Scores of the same stocktake: released after a comment and its answer."""
    assert assessor.body
    table = table_in_feedback(assessor.body, stocktake)
    score = table.assessments.exclude(score="").get(
        member_commitment__member=officer_jp.member_id
    )
    at = datetime.now(UTC)
    comment = comment_on(assessment=score, text="Why?", by=officer_jp, at=at)
    answer_comment(comment=comment, text="See the law.", by=assessor, at=at)
    return release(table)


@pytest.fixture
def verify() -> Callable[..., list[str]]:
    """`verify(head, …)` returns what `verify_ledger` says; nothing if it is whole."""

    def run(*heads: str) -> list[str]:
        out = StringIO()
        options = [f"--head={head}" for head in heads]
        try:
            call_command("verify_ledger", *options, stdout=out)
        except CommandError:
            return out.getvalue().splitlines()
        return []

    return run
