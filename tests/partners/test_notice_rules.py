"""Tests of the rules of notices: for each verb, who is notified and who is not."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from accounts.models import Presidency, Role, User
from audit.models import Event
from audit.record import record
from partners.models import NoticePreference
from partners.notice_rules import NOTICE_RULES
from progress.actions.conversations.comments import add_comment
from progress.actions.conversations.questions import answer_question, ask_question
from progress.actions.extensions import release_entry
from progress.models import Handling, Handover, State
from tests.factories import CHAIR, make_entry, make_user, member_commitment_of
from tests.partners.conftest import Journey
from tests.progress.stocktaking import extend, more_time


@pytest.fixture(autouse=True)
def bystanders(
    officer_jp, head_jp, officer_fr, head_fr, coordinator, former_coordinator,
    second_reviewer, observer, assessor, administrator, contributor_jp,
):  # fmt: skip
    """The whole cast exists: a person missing from a result was not notified."""


@pytest.fixture
def published(journey, officer_jp, head_jp, coordinator):
    return journey.submit(officer_jp).clear(head_jp).publish(coordinator).entry


def test_what_waits_for_clearance_is_told_to_the_heads(news, journey, officer_jp):
    other = make_user(Role.HEAD, member="JP", name="Second head JP")
    assert news(lambda: journey.submit(officer_jp)) == {
        ("Head JP", "clearance"),
        (other.name, "clearance"),
    }


def test_no_head_is_told_to_sign_their_own_words(
    news, jp_122, stocktake, officer_jp, head_jp
):
    journey = Journey(make_entry(jp_122, by=head_jp, stocktake=stocktake))
    assert news(lambda: journey.submit(officer_jp)) == set()


def test_what_is_sent_back_is_told_to_who_sent_it_and_who_is_responsible(
    news, journey, officer_jp, head_jp, responsible_jp
):
    journey.submit(officer_jp)
    assert news(lambda: journey.send_back(head_jp)) == {
        ("Officer JP", "sent_back"),
        ("Responsible JP", "sent_back"),
    }


def test_what_reaches_the_presidency_is_told_to_its_coordinators(
    news, journey, officer_jp, head_jp
):
    journey.submit(officer_jp)
    assert news(lambda: journey.clear(head_jp)) == {("Coordinator", "review")}


def test_so_it_is_where_a_member_skips_clearance(news, journey, members, officer_jp):
    members["JP"].skips_clearance = True
    members["JP"].save()
    journey.entry.refresh_from_db()
    assert news(lambda: journey.submit(officer_jp)) == {("Coordinator", "review")}


def test_the_chairs_own_is_told_to_the_second_reviewer_alone(
    news, plan, stocktake, officer_of_the_chair
):
    own = member_commitment_of(plan, "1.2.2", CHAIR)
    journey = Journey(make_entry(own, by=officer_of_the_chair, stocktake=stocktake))
    head = make_user(Role.HEAD, member=CHAIR, name="Head of the chair")
    journey.submit(officer_of_the_chair)
    assert news(lambda: journey.clear(head)) == {("Second reviewer", "review")}


def test_a_return_is_told_to_who_is_responsible_and_to_the_focal_point(
    news, journey, officer_jp, head_jp, coordinator, responsible_jp, focal_point_jp
):
    journey.submit(officer_jp).clear(head_jp)
    assert news(lambda: journey.send_to_us(coordinator)) == {
        ("Responsible JP", "returned"),
        ("Focal point JP", "returned"),
    }


def test_where_the_focal_point_has_left_the_deputy_is_told(
    news, journey, officer_jp, head_jp, coordinator, responsible_jp, focal_point_jp
):
    journey.submit(officer_jp).clear(head_jp)
    User.objects.filter(name="Focal point JP").update(is_active=False)
    assert news(lambda: journey.send_to_us(coordinator)) == {
        ("Responsible JP", "returned"),
        ("Deputy JP", "returned"),
    }


def test_a_return_without_anybody_named_is_told_to_who_wrote_and_sent_it(
    news, journey, officer_jp, head_jp, coordinator
):
    sender = make_user(Role.OFFICER, member="JP", name="Sender JP")
    journey.submit(sender).clear(head_jp)
    assert news(lambda: journey.send_to_us(coordinator)) == {
        ("Officer JP", "returned"),
        ("Sender JP", "returned"),
    }


def test_when_all_who_wrote_it_have_left_the_officers_are_told(
    news, journey, officer_jp, head_jp, coordinator
):
    make_user(Role.OFFICER, member="JP", name="Newcomer JP")
    journey.submit(officer_jp).clear(head_jp)
    User.objects.filter(pk=officer_jp.pk).update(member="FR")
    assert news(lambda: journey.send_to_us(coordinator)) == {
        ("Newcomer JP", "returned")
    }


def test_publication_is_told_to_who_wrote_and_who_signed(
    news, journey, officer_jp, head_jp, coordinator
):
    journey.submit(officer_jp).clear(head_jp)
    assert news(lambda: journey.publish(coordinator)) == {
        ("Officer JP", "published"),
        ("Head JP", "published"),
    }


def test_a_release_is_told_to_the_delegation(
    news, journey, stocktake, officer_jp, head_jp, coordinator
):
    journey.submit(officer_jp).clear(head_jp)
    assert news(
        lambda: release_entry(
            entry_id=journey.entry.pk,
            version=journey.entry.version,
            reason="Its ministry is still consulted.",
            by=coordinator,
            at=timezone.now(),
        )
    ) == {("Officer JP", "released")}


def everybodys_officers_and_heads() -> set[str]:
    return {"Officer JP", "Head JP", "Officer FR", "Head FR"}


def test_more_time_for_all_is_told_to_all_delegations(news, stocktake, coordinator):
    found = news(
        lambda: extend(
            stocktake,
            more_time(ends_at=stocktake.grace_ends_at + timedelta(days=2)),
            coordinator,
            timezone.now(),
        )
    )
    told = {*everybodys_officers_and_heads(), "Second reviewer"}
    assert found == {(name, "extended") for name in told}


def test_more_time_for_one_member_is_its_own_business(news, stocktake, coordinator):
    found = news(
        lambda: extend(
            stocktake,
            more_time("JP", ends_at=stocktake.grace_ends_at + timedelta(days=2)),
            coordinator,
            timezone.now(),
        )
    )
    assert found == {("Officer JP", "extended"), ("Head JP", "extended")}


@pytest.mark.parametrize(("verb", "kind"), [("open", "opened"), ("close", "closed")])
def test_opening_and_closing_are_told_to_all_delegations(
    news, stocktake, coordinator, verb, kind
):
    found = news(
        lambda: record(
            verb=f"stocktake.{verb}",
            target=stocktake,
            by=coordinator,
            at=timezone.now(),
        )
    )
    told = {*everybodys_officers_and_heads(), "Second reviewer"}
    assert found == {(name, kind) for name in told}


def say(journey, thread, by):
    return add_comment(
        entry_id=journey.entry.pk,
        thread=thread,
        body="Which year?",
        by=by,
        at=timezone.now(),
    )


def test_a_comment_at_home_stays_at_home(news, journey, officer_jp, head_jp):
    assert news(lambda: say(journey, "delegation", head_jp)) == {
        ("Officer JP", "comment")
    }


def test_who_has_said_something_hears_the_answer(
    news, journey, officer_jp, head_jp, contributor_jp
):
    say(journey, "delegation", head_jp)
    assert news(lambda: say(journey, "delegation", contributor_jp)) == {
        ("Officer JP", "comment"),
        ("Head JP", "comment"),
    }


def test_a_comment_to_the_presidency_is_told_to_the_presidency(
    news, journey, officer_jp, head_jp
):
    journey.submit(officer_jp).clear(head_jp)
    assert news(lambda: say(journey, "presidency", officer_jp)) == {
        ("Coordinator", "comment")
    }


def test_a_comment_of_the_presidency_is_told_to_the_delegation(
    news, journey, officer_jp, head_jp, coordinator
):
    journey.submit(officer_jp).clear(head_jp)
    assert news(lambda: say(journey, "presidency", coordinator)) == {
        ("Officer JP", "comment")
    }


def ask(entry, by):
    return ask_question(
        entry_id=entry.pk,
        body="How is it funded?",
        due_on=datetime.now(UTC).date() + timedelta(days=9),
        by=by,
        at=timezone.now(),
    )


def test_a_question_is_told_to_whom_it_is_asked(
    news, published, officer_fr, responsible_jp, focal_point_jp
):
    assert news(lambda: ask(published, officer_fr)) == {
        ("Responsible JP", "question"),
        ("Focal point JP", "question"),
    }


def test_an_answer_is_told_to_who_asked(news, published, officer_fr, officer_jp):
    question = ask(published, officer_fr)
    assert news(
        lambda: answer_question(
            question_id=question.pk,
            version=question.version,
            answer="By the ministry.",
            by=officer_jp,
            at=timezone.now(),
        )
    ) == {("Officer FR", "answer")}


def test_nobody_is_told_of_what_they_did_themselves(news, journey, head_jp):
    """A head who sends it is not asked to sign it; another head is."""
    other = make_user(Role.HEAD, member="JP", name="Second head JP")
    assert news(lambda: journey.submit(head_jp)) == {(other.name, "clearance")}


def test_a_muted_kind_is_not_told(news, journey, officer_jp, head_jp, coordinator):
    NoticePreference.objects.create(user=head_jp, muted=["clearance"])
    assert news(lambda: journey.submit(officer_jp)) == set()
    assert news(lambda: journey.clear(head_jp)) == {("Coordinator", "review")}


def test_who_has_left_by_then_is_not_told(told, journey, officer_jp, head_jp):
    journey.submit(officer_jp)
    User.objects.filter(pk=head_jp.pk).update(is_active=False)
    assert told() == set()


def test_who_may_no_longer_see_it_by_then_is_not_told(
    told, journey, officer_jp, head_jp
):
    """Recalled before it was read: the Presidency never learns of it."""
    journey.submit(officer_jp).clear(head_jp)
    entry = journey.entry
    entry.state, entry.submitted_at, entry.submitted_by = State.DRAFT, None, None
    entry.save()
    assert ("Coordinator", "review") not in told()


def test_an_amber_publication_is_told_at_home_alone(
    news, jp_122, stocktake, officer_jp, head_jp, coordinator
):
    entry = make_entry(
        jp_122, by=officer_jp, stocktake=stocktake, handling=Handling.AMBER
    )
    journey = Journey(entry).submit(officer_jp).clear(head_jp)
    assert news(lambda: journey.publish(coordinator)) == {
        ("Officer JP", "published"),
        ("Head JP", "published"),
    }


@pytest.mark.parametrize("verb", sorted(NOTICE_RULES))
def test_an_event_of_something_that_is_gone_is_passed_over(told, verb):
    """The row may be gone or never have existed: the log holds names, not keys."""
    Event.objects.create(
        at=timezone.now(),
        actor="system",
        verb=verb,
        target_type="progress.Entry",
        target_id="1" if verb.startswith("handover") else str(UUID(int=0)),
    )
    assert told() == set()


@pytest.mark.parametrize("verb", ["give", "receive"])
def test_a_handover_is_told_to_the_coordinators_of_both(
    news, former_coordinator, coordinator, verb
):
    """The handover is from Canada to Italy."""
    other = make_user(Role.COORDINATOR, member=CHAIR, name="Second coordinator")
    incoming = Presidency.objects.get(member=CHAIR)
    handover = Handover.objects.create(
        presidency=incoming,
        handed_over_at=timezone.now(),
        handed_over_by=former_coordinator,
    )
    found = news(
        lambda: record(
            verb=f"handover.{verb}", target=handover, by=coordinator, at=timezone.now()
        )
    )
    assert found == {("Former coordinator", "handover"), (other.name, "handover")}


def test_a_key_that_wrote_it_is_not_told_and_people_are(
    news, jp_122, stocktake, officer_jp, head_jp, coordinator
):
    machine = make_user(Role.OFFICER, member="JP", name="Machine", is_service=True)
    entry = make_entry(jp_122, by=machine, stocktake=stocktake)
    journey = Journey(entry).submit(machine).clear(head_jp)
    assert news(lambda: journey.send_to_us(coordinator)) == {("Officer JP", "returned")}
