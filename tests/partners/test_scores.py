"""Tests of the notices of score tables: who gets which, and when."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Role, User
from partners.calendar import remind_of_dates
from partners.models import Notice
from partners.sentences import address_of, sentence_of
from progress.actions.assessments.feedback import answer_comment, comment_on
from tests.factories import make_body, make_user
from tests.progress.assessments.scoring import (
    SCORES,
    cell,
    comments_of,
    make_table,
    release,
    released_table,
    score,
    table_in_feedback,
)


@pytest.fixture
def body(assessor):
    return make_body()


@pytest.fixture
def colleague(body) -> User:
    return make_user(Role.ASSESSOR, name="Colleague", body=body)


@pytest.fixture
def audience(
    body, colleague, officer_jp, head_jp, officer_fr, observer, administrator,
    other_assessor, contributor_jp,
):  # fmt: skip
    """People of every kind, beside the assessor who acts."""


def the_notice(user: User, kind: str) -> Notice:
    found = Notice.objects.visible_to(user, timezone.now()).with_targets()
    return found.get(user=user, kind=kind)


def comment(table, by: User):
    assert by.member_id is not None
    mine = cell(table, "1.1.1", by.member_id)
    return comment_on(
        assessment=mine, text="Zebra: a law exists.", by=by, at=datetime.now(UTC)
    )


def test_a_draft_is_told_to_nobody(audience, body, stocktake, news):
    assert news(lambda: score(make_table(body, stocktake), SCORES)) == set()


def test_feedback_is_told_to_the_delegations(audience, body, stocktake, news):
    told = news(lambda: table_in_feedback(body, stocktake))
    kinds = {kind for _name, kind in told}
    names = {name for name, _kind in told}
    assert kinds == {"feedback"}
    assert {"Officer JP", "Head JP", "Officer FR"} <= names
    hidden = {"Observer", "Assessor", "Colleague", "Other assessor", "Administrator"}
    assert not names & hidden
    notice = the_notice(User.objects.get(name="Officer JP"), "feedback")
    assert "University Observatory opened its scores for" in sentence_of(notice)
    assert address_of(notice) == f"/feedback/{notice.assessment_table_id}/"


def test_a_comment_is_told_to_the_body_and_its_answer_to_who_wrote(
    audience, body, stocktake, officer_jp, assessor, colleague, news
):
    table = table_in_feedback(body, stocktake)
    assert news(lambda: comment(table, officer_jp)) == {
        ("Assessor", "score_com"), ("Colleague", "score_com"),
    }  # fmt: skip
    notice = the_notice(colleague, "score_com")
    assert "Japan commented on your score of 1.1.1" in sentence_of(notice)
    assert address_of(notice) == f"/assessing/{table.pk}/comments/"
    [said] = comments_of(table)

    def answer():
        answer_comment(comment=said, text="Seen.", by=assessor, at=datetime.now(UTC))

    assert news(answer) == {("Officer JP", "score_ans")}
    notice = the_notice(officer_jp, "score_ans")
    assert sentence_of(notice) == (
        "University Observatory answered your comment on its score of 1.1.1"
    )
    assert address_of(notice) == f"/feedback/{table.pk}/"


def test_who_leaves_the_body_no_longer_sees_what_was_told_to_it(
    body, stocktake, officer_jp, colleague, told
):
    comment(table_in_feedback(body, stocktake), officer_jp)
    told()
    now = timezone.now()
    assert Notice.objects.visible_to(colleague, now).count() == 1
    colleague.body = make_body("policy-institute")
    assert Notice.objects.visible_to(colleague, now).count() == 0


def test_a_release_is_told_once_to_every_reader(audience, body, stocktake, news):
    told = news(lambda: released_table(body, stocktake))
    names = {name for name, kind in told if kind == "scores"}
    assert {"Officer JP", "Observer", "Other assessor", "Colleague"} <= names
    assert not names & {"Administrator", "Assessor"}
    assert len(told) == len(names)
    notice = the_notice(User.objects.get(name="Observer"), "scores")
    table = notice.assessment_table
    assert table is not None
    assert sentence_of(notice) == (
        f"University Observatory released scores for {table.stocktake.title}"
    )
    assert address_of(notice) == (
        f"/plans/test-plan/scores/university-observatory/?stocktake="
        f"{table.stocktake.slug}"
    )


def test_the_end_of_feedback_is_told_to_the_body_once(
    audience, body, stocktake, time_machine
):
    table = table_in_feedback(body, stocktake)
    end = table.feedback_until
    assert end is not None
    remind_of_dates(end - timedelta(seconds=1))
    assert not Notice.objects.filter(kind="fb_end").exists()
    for minutes in (1, 2, 60):
        remind_of_dates(end + timedelta(minutes=minutes))
    told = Notice.objects.filter(kind="fb_end").values_list("user__name", flat=True)
    assert sorted(told) == ["Assessor", "Colleague"]


def test_a_released_table_has_no_end_of_feedback_to_tell(body, stocktake):
    table = release(table_in_feedback(body, stocktake))
    end = table.feedback_until
    assert end is not None
    remind_of_dates(end + timedelta(minutes=1))
    assert not Notice.objects.filter(kind="fb_end").exists()
