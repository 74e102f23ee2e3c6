"""Tests of comments: who writes and reads in which thread, and when."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from accounts.models import Presidency, Role, Scope
from audit.models import Event
from progress.actions.amendments import correct_entry
from progress.actions.clearance import recall_entry
from progress.actions.conversations.comments import add_comment
from progress.actions.review import return_entry
from progress.conversations.threads import conversations_of, open_exchanges
from progress.models import Assignment, Comment, Entry, State
from tests.conversations import make_comment
from tests.factories import (
    CHAIR,
    FORMER_CHAIR,
    make_entry,
    make_user,
    member_commitment_of,
)

INSIDE, OUTSIDE = "delegation", "presidency"
TICK = timedelta(microseconds=1)
CAST = [
    "contributor_jp", "officer_jp", "head_jp", "officer_fr", "head_fr", "coordinator",
    "officer_of_the_chair", "former_coordinator", "second_reviewer", "observer",
    "assessor", "administrator",
]  # fmt: skip


@pytest.fixture
def entry_in(plan, officer_jp, stocktake):
    def make(state, code="1.2.2", **fields):
        mine = member_commitment_of(plan, code, "JP")
        values = {"by": officer_jp, "stocktake": stocktake, **fields}
        return make_entry(mine, state=state, **values)

    return make


@pytest.fixture
def of_the_chair(plan, officer_of_the_chair, stocktake):
    mine = member_commitment_of(plan, "1.2.2", CHAIR)
    return make_entry(
        mine, by=officer_of_the_chair, state=State.SUBMITTED, stocktake=stocktake
    )


@pytest.fixture
def cast(request, stocktake):
    return {name: request.getfixturevalue(name) for name in CAST}


def say(entry, thread, by, body="Which year?", at=None):
    at = at or datetime.now(UTC)
    return add_comment(entry_id=entry.pk, thread=thread, body=body, by=by, at=at)


def readers_of(comment, cast, at=None):
    at = at or datetime.now(UTC)
    return {
        name
        for name, person in cast.items()
        if Comment.objects.visible_to(person, at).filter(pk=comment.pk).exists()
    }


def writers_of(entry, thread, cast):
    """Return who can comment. All others are refused, and no row changes."""
    found = set()
    for name, person in cast.items():
        try:
            with transaction.atomic():
                say(entry, thread, person, body=f"{name} {thread}")
        except (PermissionDenied, Entry.DoesNotExist):
            assert not Comment.objects.filter(body=f"{name} {thread}").exists()
        else:
            found.add(name)
    return found


# ---- Who writes and reads ------------------------------------------------------------

AT_HOME = {"contributor_jp", "officer_jp", "head_jp"}


@pytest.mark.parametrize("state", ["draft", "in_clearance", "submitted", "returned"])
def test_inside_a_delegation_its_own_people_write(entry_in, cast, state):
    assert writers_of(entry_in(State(state)), INSIDE, cast) == AT_HOME


@pytest.mark.parametrize("state", ["submitted", "returned"])
def test_with_the_presidency_officers_heads_and_coordinators_write(
    entry_in, cast, state
):
    found = writers_of(entry_in(State(state)), OUTSIDE, cast)
    assert found == {"officer_jp", "head_jp", "coordinator"}


def test_on_entries_of_the_chair_its_second_reviewer_writes(of_the_chair, cast):
    found = writers_of(of_the_chair, OUTSIDE, cast)
    assert found == {"officer_of_the_chair", "second_reviewer"}
    assert writers_of(of_the_chair, INSIDE, cast) == {"officer_of_the_chair"}


@pytest.mark.parametrize(
    "state",
    ["draft", "in_clearance", "submitted", "returned", "published", "discarded"],
)
def test_what_is_said_inside_a_delegation_never_leaves_it(
    entry_in, officer_jp, cast, state
):
    comment = make_comment(entry_in(State(state)), INSIDE, by=officer_jp)
    assert readers_of(comment, cast) == AT_HOME


@pytest.mark.parametrize("state", ["submitted", "returned", "published"])
def test_what_is_said_to_the_presidency_is_read_by_both_sides(
    entry_in, officer_jp, cast, state
):
    comment = make_comment(entry_in(State(state)), OUTSIDE, by=officer_jp)
    assert readers_of(comment, cast) == {*AT_HOME, "coordinator"}


def test_on_entries_of_the_chair_its_coordinators_read_as_its_delegation(
    of_the_chair, officer_of_the_chair, cast
):
    inside = make_comment(of_the_chair, INSIDE, by=officer_of_the_chair)
    outside = make_comment(of_the_chair, OUTSIDE, by=officer_of_the_chair)
    assert readers_of(inside, cast) == {"officer_of_the_chair", "coordinator"}
    assert readers_of(outside, cast) == {
        "officer_of_the_chair",
        "coordinator",
        "second_reviewer",
    }


def test_contributor_reads_along_only_where_they_are_named(
    entry_in, contributor_jp, officer_jp, plan
):
    now = datetime.now(UTC)
    comment = make_comment(entry_in(State.DRAFT, "1.2.1"), INSIDE, by=officer_jp)
    seen = Comment.objects.visible_to(contributor_jp, now)
    assert not seen.exists()
    with pytest.raises(Entry.DoesNotExist):
        say(comment.entry, INSIDE, contributor_jp)
    Assignment.objects.create(
        member_commitment=member_commitment_of(plan, "1.2.1", "JP"),
        user=contributor_jp,
        kind=Assignment.Kind.RESPONSIBLE,
    )
    assert seen.exists()
    say(comment.entry, INSIDE, contributor_jp)


def test_person_who_moved_to_another_delegation_reads_nothing_any_more(
    entry_in, officer_jp
):
    entry = entry_in(State.SUBMITTED)
    for thread in (INSIDE, OUTSIDE):
        make_comment(entry, thread, by=officer_jp)
    officer_jp.member_id = "FR"
    officer_jp.save()
    assert not Comment.objects.visible_to(officer_jp, datetime.now(UTC)).exists()
    for thread in (INSIDE, OUTSIDE):
        with pytest.raises(Entry.DoesNotExist):
            say(entry, thread, officer_jp)


def test_deactivated_person_reads_and_writes_nothing(entry_in, officer_jp):
    entry = entry_in(State.DRAFT)
    make_comment(entry, INSIDE, by=officer_jp)
    officer_jp.is_active = False
    assert not Comment.objects.visible_to(officer_jp, datetime.now(UTC)).exists()
    with pytest.raises(Entry.DoesNotExist):
        say(entry, INSIDE, officer_jp)


def test_no_key_reads_or_writes_comments(entry_in, officer_jp):
    entry = entry_in(State.SUBMITTED)
    make_comment(entry, OUTSIDE, by=officer_jp)
    machine = make_user(Role.OFFICER, member="JP", is_service=True)
    machine.scopes = frozenset(Scope.values)
    assert not Comment.objects.visible_to(machine, datetime.now(UTC)).exists()
    with pytest.raises(Entry.DoesNotExist):
        say(entry, OUTSIDE, machine)


# ---- The chair passes ----------------------------------------------------------------


def test_at_the_handover_the_thread_passes_to_the_next_presidency(
    entry_in, officer_jp, coordinator
):
    entry = entry_in(State.RETURNED)
    comment = make_comment(entry, OUTSIDE, by=coordinator)
    handover = Presidency.objects.get(member=CHAIR).ends_at
    people = {
        "outgoing": coordinator,
        "incoming": make_user(Role.COORDINATOR, member="US"),
    }
    assert readers_of(comment, people, at=handover - TICK) == {"outgoing"}
    assert readers_of(comment, people, at=handover) == {"incoming"}
    with pytest.raises(Entry.DoesNotExist):
        say(entry, OUTSIDE, coordinator, at=handover)
    say(entry, OUTSIDE, people["incoming"], at=handover)


def test_next_presidency_is_told_for_whom_the_last_one_wrote(
    entry_in, coordinator, officer_jp
):
    entry = entry_in(State.RETURNED)
    make_comment(entry, OUTSIDE, by=coordinator)
    make_comment(entry, OUTSIDE, by=officer_jp, body="2015.")
    handover = Presidency.objects.get(member=CHAIR).ends_at
    incoming = make_user(Role.COORDINATOR, member="US")
    (found,) = conversations_of(entry, reader=incoming, at=handover)
    assert [one.who for one in found.remarks] == ["The Presidency (Italy)", "Japan"]


def test_second_reviewer_who_was_replaced_is_still_known_as_one(
    of_the_chair, officer_of_the_chair, second_reviewer, stocktake
):
    comment = make_comment(of_the_chair, OUTSIDE, by=second_reviewer)
    stocktake.second_reviewer = make_user(Role.COORDINATOR, member="DE")
    stocktake.save()
    now = datetime.now(UTC)
    entry = Entry.objects.select_related("stocktake").get(pk=of_the_chair.pk)
    for reader in (officer_of_the_chair, stocktake.second_reviewer):
        found = conversations_of(entry, reader=reader, at=now)
        said = next(one for one in found if one.thread == OUTSIDE)
        assert [one.who for one in said.remarks] == ["The second reviewer"]
    assert not Comment.objects.visible_to(second_reviewer, now).exists()
    assert comment.member_id == "GB"


def test_former_coordinator_of_the_own_delegation_reads_at_home(
    plan, former_coordinator, stocktake
):
    mine = member_commitment_of(plan, "1.2.2", FORMER_CHAIR)
    officer = make_user(Role.OFFICER, member=FORMER_CHAIR)
    entry = make_entry(mine, by=officer, stocktake=stocktake)
    comment = make_comment(entry, INSIDE, by=officer)
    seen = Comment.objects.visible_to(former_coordinator, datetime.now(UTC))
    assert list(seen) == [comment]
    with pytest.raises(PermissionDenied):
        say(entry, INSIDE, former_coordinator)


# ---- Time ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("thread", "state"),
    [
        (INSIDE, "published"),
        (INSIDE, "discarded"),
        (OUTSIDE, "draft"),
        (OUTSIDE, "in_clearance"),
        (OUTSIDE, "published"),
        (OUTSIDE, "discarded"),
    ],
)
def test_closed_thread_takes_nothing(entry_in, officer_jp, thread, state):
    with pytest.raises(ValidationError) as refusal:
        say(entry_in(State(state)), thread, officer_jp)
    assert refusal.value.code == "thread_closed"
    assert not Comment.objects.exists()
    assert not Event.objects.exists()


def test_recall_takes_the_thread_from_the_reviewer(entry_in, officer_jp, cast):
    entry = entry_in(State.SUBMITTED)
    comment = say(entry, OUTSIDE, cast["coordinator"])
    now = datetime.now(UTC)
    recall_entry(entry_id=entry.pk, version=1, by=officer_jp, at=now)
    assert readers_of(comment, cast) == AT_HOME
    with pytest.raises(Entry.DoesNotExist):
        say(entry, OUTSIDE, cast["coordinator"], body="Hello?")
    with pytest.raises(ValidationError, match="closed"):
        say(entry, OUTSIDE, officer_jp, body="Hello?")


@pytest.mark.parametrize("state", ["returned", "in_clearance", "draft", "discarded"])
def test_what_a_delegation_does_after_a_return_does_not_show_in_the_thread(
    entry_in, coordinator, state
):
    """Otherwise the Presidency would learn here that it was cleared or discarded."""
    entry = entry_in(State.SUBMITTED)
    now = datetime.now(UTC)
    return_entry(entry_id=entry.pk, version=1, reason="Why?", by=coordinator, at=now)
    Entry.objects.filter(pk=entry.pk).update(state=state)
    say(entry, OUTSIDE, coordinator)
    entry.refresh_from_db()
    (found,) = conversations_of(entry, reader=coordinator, at=now)
    assert found.is_open
    assert len(found.remarks) == 1
    assert [one.entry for one in open_exchanges(coordinator, now)] == [entry]


def test_correction_has_threads_of_its_own(entry_in, officer_jp):
    published = entry_in(State.PUBLISHED)
    now = datetime.now(UTC)
    draft = correct_entry(
        entry_id=published.pk, version=1, reason="Wrong year.", by=officer_jp, at=now
    )
    say(draft, INSIDE, officer_jp)
    assert not published.comments.exists()


# ---- Content -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "required"),
        (" \r\n\t", "required"),
        ("x" * 2001, "max_length"),
        ("a\x00b", "character"),
    ],
)
def test_words_that_are_none_are_refused(entry_in, officer_jp, body, code):
    with pytest.raises(ValidationError) as refusal:
        say(entry_in(State.DRAFT), INSIDE, officer_jp, body=body)
    assert refusal.value.error_dict["body"][0].code == code
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "body",
    ["国際刑事警察機構と共有した。" * 100, "<script>alert(1)</script>", "x" * 2000],
)
def test_any_other_words_are_kept_as_they_are(entry_in, officer_jp, body):
    say(entry_in(State.DRAFT), INSIDE, officer_jp, body=body)
    assert Comment.objects.get().body == body


def test_the_same_words_again_are_another_comment(entry_in, officer_jp):
    """A second press is known by the token of its form, not by its words."""
    entry, now = entry_in(State.SUBMITTED), datetime.now(UTC)
    assert say(entry, INSIDE, officer_jp, at=now) != say(
        entry, INSIDE, officer_jp, at=now
    )
    assert Comment.objects.count() == Event.objects.count() == 2


def test_event_names_the_thread_and_no_word(entry_in, officer_jp):
    entry = entry_in(State.DRAFT)
    say(entry, INSIDE, officer_jp, body="Not for the log.")
    event = Event.objects.get()
    assert (event.verb, event.member) == ("comment.add", "JP")
    assert event.target_id == str(entry.pk)
    assert event.data == {"thread": INSIDE, "written_for": "JP"}
    assert "Not for the log." not in str(vars(event))


def test_comment_stays_as_it_is(entry_in, officer_jp):
    comment = say(entry_in(State.DRAFT), INSIDE, officer_jp)
    for change in (
        lambda: Comment.objects.filter(pk=comment.pk).update(body="Other."),
        lambda: comment.delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# ---- Unanswered comments -------------------------------------------------------------


def test_thread_waits_for_the_side_that_did_not_write_last(
    entry_in, officer_jp, head_jp, coordinator, cast
):
    entry, now = entry_in(State.RETURNED), datetime.now(UTC)
    say(entry, OUTSIDE, coordinator, at=now)

    def waits():
        return {
            name: [one.waits_for_us for one in open_exchanges(person, now)]
            for name, person in cast.items()
            if open_exchanges(person, now)
        }

    assert waits() == {"officer_jp": [True], "head_jp": [True], "coordinator": [False]}
    say(entry, OUTSIDE, head_jp, body="2015.", at=now + TICK)
    assert waits() == {"officer_jp": [False], "head_jp": [False], "coordinator": [True]}


def test_no_thread_waits_once_the_entry_is_published(entry_in, coordinator, officer_jp):
    make_comment(entry_in(State.PUBLISHED), OUTSIDE, by=coordinator)
    for person in (coordinator, officer_jp):
        assert open_exchanges(person, datetime.now(UTC)) == []
