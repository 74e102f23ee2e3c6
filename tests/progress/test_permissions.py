"""Tests of the permissions on an entry, one condition at a time.

The workflow's own table is tested in `test_workflow_mutations.py`.
"""

from collections.abc import Callable

import pytest

from accounts.models import Presidency, Role, User
from progress.models import (
    Assignment,
    Comment,
    Entry,
    Handling,
    Question,
    State,
    Stocktake,
)
from progress.permissions import (
    WAS_NAMED,
    allowed_verbs,
    can,
    can_answer,
    can_ask,
    can_assign,
    can_be_focal_point,
    can_be_responsible,
    can_comment,
    can_draft,
    can_hand_over,
    can_receive,
    can_review,
    can_run_stocktakes,
    can_second_review,
    can_set_focal_point,
    is_reviewer,
)
from progress.transitions import Verb
from tests.progress.unsaved import (
    AT,
    CHAIR,
    READS,
    WRITES,
    allowed,
    commitment_of,
    entry_of,
    person,
)


def assignment_of(user: User, kind: Assignment.Kind) -> Assignment:
    return Assignment(user=user, kind=kind)


# ---- Writing entries


def test_officers_and_heads_of_the_member_begin_entries():
    mine = commitment_of("JP")
    writers = {"officer JP", "head JP"}
    assert allowed(lambda user: can_draft(user, mine)) == writers
    assert allowed(lambda user: can_draft(user, mine), scopes=WRITES) == writers
    assert allowed(lambda user: can_draft(user, mine), scopes=READS) == set()


@pytest.mark.parametrize(
    ("kind", "may"),
    [(Assignment.Kind.DRAFTS, True), (Assignment.Kind.RESPONSIBLE, False)],
)
def test_a_contributor_begins_an_entry_where_they_are_assigned_to_drafting(kind, may):
    user, other = person("contributor JP"), person("contributor JP")
    mine = commitment_of("JP", assignment_of(user, kind))
    assert can_draft(user, mine) is may
    assert not can_draft(other, mine)


def test_an_assignment_is_worth_nothing_to_somebody_who_is_no_contributor():
    user = person("coordinator JP")
    mine = commitment_of("JP", assignment_of(user, Assignment.Kind.DRAFTS))
    assert not can_draft(user, mine)


def test_officers_and_heads_name_contributors_in_person():
    mine = commitment_of("JP")
    assert allowed(lambda user: can_assign(user, mine)) == {"officer JP", "head JP"}
    assert allowed(lambda user: can_assign(user, mine), scopes=WRITES) == set()


def test_those_who_write_for_the_member_may_be_responsible():
    mine = commitment_of("JP")

    def check(user: User) -> bool:
        return can_be_responsible(user, mine)

    assert allowed(check) == {"contributor JP", "officer JP", "head JP"}
    assert allowed(check, is_service=True) == set()


def test_a_key_performs_only_what_no_person_has_to_decide():
    entry = entry_of("JP", written_by=User())
    head, coordinator = (
        person(name, scopes=WRITES) for name in ("head JP", "coordinator IT")
    )
    assert {verb for verb in Verb if can(verb, head, entry, at=AT)} == {
        Verb.EDIT, Verb.SUBMIT, Verb.RECALL, Verb.DISCARD, Verb.CORRECT, Verb.WITHDRAW,
    }  # fmt: skip
    assert not any(can(verb, coordinator, entry, at=AT) for verb in Verb)
    reading = person("head JP", scopes=READS)
    assert not any(can(verb, reading, entry, at=AT) for verb in Verb)


def test_no_author_of_an_entry_clears_it_whoever_saved_last():
    head, other = person("head JP"), person("head JP")
    entry = entry_of("JP", authors=[head, User()], written_by=other)
    assert not can(Verb.CLEAR, head, entry, at=AT)
    assert can(Verb.CLEAR, other, entry, at=AT)


def test_without_known_authors_the_last_writer_counts_unless_nothing_was_written():
    head = person("head JP")
    old = entry_of("JP", written_by=head)
    assert not can(Verb.CLEAR, head, old, at=AT)
    carried = entry_of("JP", written_by=head, unchanged_since=AT.date())
    assert can(Verb.CLEAR, head, carried, at=AT)
    confirmed = entry_of(
        "JP", written_by=head, unchanged_since=AT.date(), confirmed_at=AT
    )
    assert not can(Verb.CLEAR, head, confirmed, at=AT)


@pytest.mark.parametrize(
    ("state", "verbs"),
    [
        (State.DRAFT, [Verb.EDIT, Verb.SUBMIT, Verb.DISCARD]),
        (State.IN_CLEARANCE, [Verb.SEND_BACK, Verb.CLEAR, Verb.RECALL]),
        (State.SUBMITTED, [Verb.RECALL]),
        (State.PUBLISHED, [Verb.CORRECT, Verb.WITHDRAW]),
        (State.DISCARDED, []),
    ],
)
def test_allowed_verbs_are_legal_permitted_and_in_the_tables_order(state, verbs):
    entry = entry_of("JP", state=state, written_by=User())
    assert allowed_verbs(person("head JP"), entry, at=AT) == verbs


def test_a_published_entry_with_a_successor_is_not_amended_again():
    entry = entry_of("JP", state=State.PUBLISHED)
    entry.has_live_successor = True
    assert allowed_verbs(person("head JP"), entry, at=AT) == []


def test_a_withdrawal_is_not_amended():
    entry = entry_of("JP", state=State.PUBLISHED, kind=Entry.Kind.WITHDRAWAL)
    assert allowed_verbs(person("head JP"), entry, at=AT) == []


# ---- Review


def test_the_chairs_coordinator_reviews_the_entries_of_other_members():
    japans, chairs = entry_of("JP"), entry_of(CHAIR)

    def check(user: User) -> bool:
        return is_reviewer(user, japans, at=AT)

    assert allowed(check) == {"coordinator IT"}
    assert allowed(check, scopes=WRITES) == set()
    assert allowed(lambda user: is_reviewer(user, chairs, at=AT)) == set()


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("coordinator JP", True),
        ("officer FR", True),
        ("coordinator IT", False),  # of the entry's own member
        ("observer", False),  # of no member
    ],
)
def test_the_second_reviewer_reviews_the_chairs_own_entries(name, may):
    user = person(name)
    stocktake = Stocktake(second_reviewer=user)
    entry = entry_of(CHAIR, stocktake=stocktake)
    assert is_reviewer(user, entry, at=AT) is may
    assert not is_reviewer(person(name), entry, at=AT)


def test_with_no_chair_a_person_of_no_delegation_reviews_nothing():
    user = person("observer")
    user.remember(("chair", AT), None)
    assert not is_reviewer(user, entry_of("JP"), at=AT)
    assert not can_review(user, at=AT)


def test_the_second_reviewer_does_not_review_another_members_entry():
    user = person("coordinator FR")
    entry = entry_of("JP", stocktake=Stocktake(second_reviewer=user))
    assert not is_reviewer(user, entry, at=AT)


@pytest.mark.parametrize(
    ("name", "before", "may"),
    [
        ("coordinator IT", False, True),
        ("coordinator JP", False, False),
        ("coordinator JP", True, True),
        ("officer JP", True, True),
        ("officer IT", True, False),  # the chair's own
        ("observer", True, False),  # of no member
    ],
)
def test_reviewers_are_the_presidency_and_second_reviewers(name, before, may):
    user = person(name)
    user.remember(WAS_NAMED, before)
    assert can_review(user, at=AT) is may
    by_key = person(name, scopes=WRITES)
    by_key.remember(WAS_NAMED, before)
    assert not can_review(by_key, at=AT)


def test_whether_a_person_was_second_reviewer_is_asked_once(monkeypatch):
    asked = []

    def exists(_manager: object) -> bool:
        asked.append(_manager)
        return True

    user = User(roles=[Role.OFFICER], member_id="JP")
    user.remember(("chair", AT), CHAIR)
    monkeypatch.setattr(type(user.second_reviews), "exists", exists)
    assert can_review(user, at=AT)
    assert can_review(user, at=AT)
    assert len(asked) == 1


def test_second_reviewers_come_from_members_that_never_hold_the_chair_meanwhile():
    def check(user: User) -> bool:
        return can_second_review(user, chairs=frozenset({CHAIR, "FR"}))

    assert allowed(check) == {"officer JP", "head JP", "coordinator JP"}
    assert allowed(check, is_service=True) == set()


# ---- Conversations


def test_in_the_thread_with_the_presidency_write_officers_heads_and_the_reviewer():
    entry = entry_of("JP")

    def check(user: User) -> bool:
        return can_comment(user, entry, Comment.Thread.PRESIDENCY, at=AT)

    assert allowed(check) == {"officer JP", "head JP", "coordinator IT"}
    assert allowed(check, scopes=WRITES) == set()


@pytest.mark.parametrize("kind", Assignment.Kind)
def test_in_the_thread_of_the_delegation_write_also_contributors_named_for_it(kind):
    named, other = person("contributor JP"), person("contributor JP")
    coordinator = person("coordinator JP")
    entry = entry_of("JP", assignment_of(named, kind), assignment_of(coordinator, kind))
    inside, outside = Comment.Thread.DELEGATION, Comment.Thread.PRESIDENCY
    assert can_comment(named, entry, inside, at=AT)
    assert not can_comment(named, entry, outside, at=AT)
    assert not can_comment(other, entry, inside, at=AT)
    assert not can_comment(coordinator, entry, inside, at=AT)
    assert allowed(lambda user: can_comment(user, entry, inside, at=AT)) == {
        "officer JP", "head JP",
    }  # fmt: skip


def test_other_delegations_ask_about_a_published_entry_in_person():
    entry = entry_of("JP", state=State.PUBLISHED, handling=Handling.GREEN)

    def check(user: User) -> bool:
        return can_ask(user, entry)

    assert allowed(check) == {
        "officer FR", "head FR", "coordinator FR",
        "officer IT", "head IT", "coordinator IT",
    }  # fmt: skip
    assert allowed(check, scopes=WRITES) == set()


@pytest.mark.parametrize(
    ("state", "handling", "may"),
    [
        (State.PUBLISHED, Handling.CLEAR, True),
        (State.PUBLISHED, Handling.AMBER, False),
        (State.SUBMITTED, Handling.GREEN, False),
    ],
)
def test_nobody_asks_about_an_amber_or_an_unpublished_entry(state, handling, may):
    entry = entry_of("JP", state=state, handling=handling)
    assert can_ask(person("officer FR"), entry) is may


def test_officers_and_heads_answer_for_the_delegation_that_is_asked():
    question = Question(entry=entry_of("JP"))

    def check(user: User) -> bool:
        return can_answer(user, question)

    assert allowed(check) == {"officer JP", "head JP"}
    assert allowed(check, scopes=WRITES) == set()


# ---- Delegations and the Presidency


def test_officers_and_heads_name_the_focal_point_of_their_own_member():
    def check(user: User) -> bool:
        return can_set_focal_point(user, "JP")

    assert allowed(check) == {"officer JP", "head JP"}
    assert allowed(check, scopes=WRITES) == set()


def test_any_person_of_a_delegation_may_be_its_focal_point():
    def check(user: User) -> bool:
        return can_be_focal_point(user, "JP")

    assert allowed(check) == {
        "contributor JP", "officer JP", "head JP", "coordinator JP",
    }  # fmt: skip
    assert allowed(check, is_service=True) == set()


def test_the_presidency_runs_stocktakes():
    def check(user: User) -> bool:
        return can_run_stocktakes(user, at=AT)

    assert allowed(check) == {"coordinator IT"}
    assert allowed(check, scopes=WRITES) == set()


@pytest.mark.parametrize("permission", [can_hand_over, can_receive])
def test_only_a_coordinator_in_person_hands_over_or_receives_the_chair(
    permission: Callable[[User, Presidency], bool],
):
    presidency = Presidency(member_id="FR")

    def check(user: User) -> bool:
        return permission(user, presidency)

    assert allowed(check) == {"coordinator FR"}
    assert allowed(check, scopes=WRITES) == set()
    assert allowed(check, is_service=True) == set()
