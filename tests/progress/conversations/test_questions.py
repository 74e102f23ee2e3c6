"""Tests of questions between delegations: only these two may see them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import Presidency, Role, Scope
from audit.models import Event
from progress.actions.conversations.questions import answer_question, ask_question
from progress.models import Entry, Question, State
from tests.conversations import make_question
from tests.factories import CHAIR, make_entry, make_user, member_commitment_of

TICK = timedelta(microseconds=1)
CANARY = "Canary-question"
CAST = [
    "contributor_jp", "officer_jp", "head_jp", "officer_fr", "head_fr", "coordinator",
    "officer_of_the_chair", "former_coordinator", "second_reviewer", "observer",
    "assessor", "administrator",
]  # fmt: skip


@pytest.fixture
def published(plan, officer_jp, stocktake):
    def make(**fields):
        mine = member_commitment_of(plan, "1.2.2", "JP")
        values = {"state": State.PUBLISHED, "stocktake": stocktake, **fields}
        return make_entry(mine, by=officer_jp, **values)

    return make


@pytest.fixture
def cast(request, stocktake):
    return {name: request.getfixturevalue(name) for name in CAST}


def ask(entry, by, body="Which agency leads?", days=7, at=None):
    at = at or datetime.now(UTC)
    due_on = at.astimezone(UTC).date() + timedelta(days=days)
    return ask_question(entry_id=entry.pk, body=body, due_on=due_on, by=by, at=at)


def answer(question, by, words="The police.", version=1, at=None):
    return answer_question(
        question_id=question.pk,
        version=version,
        answer=words,
        by=by,
        at=at or datetime.now(UTC),
    )


def readers_of(question, cast, at=None):
    return {
        name
        for name, person in cast.items()
        if Question.objects.visible_to(person, at or datetime.now(UTC))
        .filter(pk=question.pk)
        .exists()
    }


def who_can(act, cast):
    found = set()
    for name, person in cast.items():
        try:
            with transaction.atomic():
                act(person)
        except (PermissionDenied, Entry.DoesNotExist, Question.DoesNotExist):
            continue
        found.add(name)
    return found


# ---- Who asks ------------------------------------------------------------------------


@pytest.mark.parametrize("handling", ["clear", "green"])
def test_other_delegations_ask_by_those_who_speak_for_them(published, cast, handling):
    entry = published(handling=handling)
    found = who_can(lambda person: ask(entry, person, body=str(person.pk)), cast)
    assert found == {
        "officer_fr", "head_fr", "coordinator", "officer_of_the_chair",
        "former_coordinator", "second_reviewer",
    }  # fmt: skip
    assert Question.objects.count() == len(found)


def test_nobody_asks_about_an_amber_entry(published, cast):
    entry = published(handling="amber")
    assert who_can(lambda person: ask(entry, person), cast) == set()
    assert not Question.objects.exists()


@pytest.mark.parametrize("state", ["draft", "in_clearance", "submitted", "returned"])
def test_nobody_asks_about_what_is_not_published(published, cast, state):
    entry = published(state=State(state))
    assert who_can(lambda person: ask(entry, person), cast) == set()


def test_superseded_entry_can_be_asked_about(published, officer_fr):
    entry = published()
    published(kind=Entry.Kind.CORRECTION, supersedes=entry, reason="Wrong year.")
    assert ask(entry, officer_fr).entry == entry


def test_withdrawal_of_what_is_not_seen_is_nothing_to_ask_about(published, officer_fr):
    hidden = published(handling="amber")
    withdrawal = published(
        kind=Entry.Kind.WITHDRAWAL, supersedes=hidden, reason="Not continued."
    )
    with pytest.raises(Entry.DoesNotExist):
        ask(withdrawal, officer_fr)


def test_contributor_asks_nothing(published):
    contributor = make_user(Role.CONTRIBUTOR, member="FR")
    with pytest.raises(PermissionDenied):
        ask(published(), contributor)


def test_no_key_asks_or_answers(published, officer_fr):
    question = ask(published(), officer_fr)
    machine = make_user(Role.OFFICER, member="JP", is_service=True)
    machine.scopes = frozenset(Scope.values)
    assert not Question.objects.visible_to(machine, datetime.now(UTC)).exists()
    with pytest.raises(Question.DoesNotExist):
        answer(question, machine)
    machine.member_id = "FR"
    with pytest.raises(PermissionDenied):
        ask(question.entry, machine)


# ---- Who reads -----------------------------------------------------------------------


def test_two_delegations_and_the_presidency_read_it(published, cast, officer_fr):
    found = readers_of(ask(published(), officer_fr), cast)
    assert found == {
        "contributor_jp", "officer_jp", "head_jp", "officer_fr", "head_fr",
        "coordinator",
    }  # fmt: skip


def test_presidency_reads_it_until_the_instant_of_handover(
    published, coordinator, officer_fr
):
    question = ask(published(), officer_fr)
    handover = Presidency.objects.get(member=CHAIR).ends_at
    people = {
        "outgoing": coordinator,
        "incoming": make_user(Role.COORDINATOR, member="US"),
    }
    assert readers_of(question, people, at=handover - TICK) == {"outgoing"}
    assert readers_of(question, people, at=handover) == {"incoming"}


def test_whoever_moved_away_reads_it_no_more(published, officer_fr):
    question = ask(published(), officer_fr)
    officer_fr.member_id = "DE"
    assert readers_of(question, {"them": officer_fr}) == set()


# ---- Who answers ---------------------------------------------------------------------


def test_officers_and_heads_of_the_asked_delegation_answer(published, cast):
    entry = published()
    found = set()
    for name, person in cast.items():
        question = make_question(entry, by=cast["officer_fr"], body=name)
        if who_can(lambda _person, q=question, p=person: answer(q, p), {name: person}):
            found.add(name)
    assert found == {"officer_jp", "head_jp"}


def test_it_is_answered_once(published, officer_fr, officer_jp, head_jp):
    question = ask(published(), officer_fr)
    answer(question, officer_jp)
    for version in (1, 2):
        with pytest.raises(ValidationError) as refusal:
            answer(question, head_jp, "The coast guard.", version=version)
        assert refusal.value.code == "answered"
    question.refresh_from_db()
    assert (question.answer, question.answered_by) == ("The police.", officer_jp)


def test_second_press_is_no_second_answer(published, officer_fr, officer_jp):
    question = ask(published(), officer_fr)
    assert answer(question, officer_jp) == answer(question, officer_jp)
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == [
        "question.ask",
        "question.answer",
    ]


def test_version_that_never_was_is_refused(published, officer_fr, officer_jp):
    question = ask(published(), officer_fr)
    with pytest.raises(ValidationError) as refusal:
        answer(question, officer_jp, version=0)
    assert refusal.value.code == "stale"


def test_events_hold_no_word(published, officer_fr, officer_jp):
    question = ask(published(), officer_fr, body=CANARY)
    answer(question, officer_jp, CANARY)
    for event in Event.objects.all():
        assert CANARY not in str(vars(event))
        assert event.data == {"entry": str(question.entry_id), "asked_by": "FR"}
        assert event.member == "JP"


@pytest.mark.parametrize("days", [-1, 0, 366, 4000])
def test_day_that_is_no_deadline_is_refused(published, officer_fr, days):
    with pytest.raises(ValidationError) as refusal:
        ask(published(), officer_fr, days=days)
    assert list(refusal.value.error_dict) == ["due_on"]


@pytest.mark.parametrize("days", [1, 365])
def test_deadlines_from_tomorrow_to_a_year_are_taken(published, officer_fr, days):
    assert ask(published(), officer_fr, days=days).pk


@pytest.mark.parametrize("body", ["", " \n", "x" * 2001, "a\x00b"])
def test_words_that_are_none_are_refused(published, officer_fr, officer_jp, body):
    with pytest.raises(ValidationError):
        ask(published(), officer_fr, body=body)
    question = make_question(published(), by=officer_fr)
    with pytest.raises(ValidationError):
        answer(question, officer_jp, body)
