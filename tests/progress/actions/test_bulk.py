"""Tests of actions on many entries: one rule for each entry, one result for each."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from audit.models import Event
from commitments.models import MemberCommitment
from progress import limits
from progress.actions.bulk import Batch, Item, run_batch
from progress.actions.drafting import add_author
from progress.models import Clearance, Entry, LedgerRecord, Round, State, Transition
from tests.factories import CHAIR, make_entry, make_user, member_commitment_of

CODES = ("1.1.1", "1.2.1", "1.2.2", "2.1")


@pytest.fixture
def entries_in(plan, officer_jp, stocktake):
    """`entries_in(state)` makes four entries of Japan, one on each commitment."""

    def make(state, **fields):
        return [
            make_entry(
                member_commitment_of(plan, code, "JP"),
                **{"by": officer_jp, "state": state, "stocktake": stocktake, **fields},
            )
            for code in CODES
        ]

    return make


def items_of(entries):
    return [Item(entry.pk, entry.version) for entry in entries]


def states():
    return sorted(Entry.objects.values_list("state", flat=True))


RUNS = [
    (Batch.SUBMIT, State.DRAFT, "officer_jp", State.IN_CLEARANCE, {}),
    (Batch.CLEAR, State.IN_CLEARANCE, "head_jp", State.SUBMITTED, {}),
    (Batch.SEND_BACK, State.IN_CLEARANCE, "head_jp", State.DRAFT, {"reason": "No."}),
    (Batch.RETURN, State.SUBMITTED, "coordinator", State.RETURNED, {"reason": "Why?"}),
    (Batch.PUBLISH, State.SUBMITTED, "coordinator", State.PUBLISHED, {}),
]


@pytest.mark.parametrize(("batch", "before", "who", "after", "words"), RUNS)
def test_each_is_done_with_its_own_move_and_event(
    request, entries_in, batch, before, who, after, words, now
):
    entries = entries_in(before)
    person = request.getfixturevalue(who)
    outcomes = run_batch(batch, items_of(entries), by=person, at=now, arguments=words)
    assert [one.ok for one in outcomes] == [True] * 4
    assert [one.entry_id for one in outcomes] == [entry.pk for entry in entries]
    assert states() == [after] * 4
    assert Transition.objects.filter(verb=batch).count() == 4
    assert Event.objects.filter(verb=f"entry.{batch}").count() == 4


@pytest.mark.parametrize(("batch", "before", "who", "after", "words"), RUNS)
def test_pressed_again_all_are_found_done_and_nothing_happens_twice(
    request, entries_in, batch, before, who, after, words, now
):
    items = items_of(entries_in(before))
    told = {"by": request.getfixturevalue(who), "at": now, "arguments": words}
    run_batch(batch, items, **told)
    again = run_batch(batch, items, **told)
    assert {(one.ok, one.sentence) for one in again} == {(True, "Already done.")}
    assert Transition.objects.filter(verb=batch).count() == 4


def test_one_reference_stands_under_every_signature(entries_in, head_jp, now):
    run_batch(
        Batch.CLEAR,
        items_of(entries_in(State.IN_CLEARANCE)),
        by=head_jp,
        at=now,
        arguments={"capital_reference": "T 12", "capital_dated_on": now.date()},
    )
    rows = Clearance.objects.values_list("capital_reference", "capital_dated_on")
    assert list(rows) == [("T 12", now.date())] * 4


def test_a_refusal_is_told_and_keeps_nobody_else_back(
    entries_in, officer_jp, head_jp, now
):
    entries = entries_in(State.DRAFT)
    stale, incomplete, moved, sound = entries
    Entry.objects.filter(pk=stale.pk).update(version=5)
    Entry.objects.filter(pk=incomplete.pk).update(narrative="")
    Entry.objects.filter(pk=moved.pk).update(state=State.DISCARDED)
    outcomes = run_batch(Batch.SUBMIT, items_of(entries), by=officer_jp, at=now)
    told = {one.entry_id: (one.ok, one.sentence) for one in outcomes}
    assert told == {
        stale.pk: (
            False,
            "It has changed since you opened the page. Check it again.",
        ),
        incomplete.pk: (False, "Describe what was done."),
        moved.pk: (False, "This is not possible: the entry is now “Discarded”."),
        sound.pk: (True, "Done."),
    }
    sound.refresh_from_db()
    assert sound.state == State.IN_CLEARANCE


def test_a_head_signs_all_but_their_own_words(entries_in, head_jp, now):
    entries = entries_in(State.IN_CLEARANCE)
    add_author(entries[1], by=head_jp, at=now)
    outcomes = run_batch(Batch.CLEAR, items_of(entries), by=head_jp, at=now)
    assert [one.ok for one in outcomes] == [True, False, True, True]
    assert outcomes[1].sentence.startswith(
        "You changed this entry, so you cannot clear it. No head of your delegation"
    )


def test_a_head_reads_which_heads_can_clear_what_they_changed(
    entries_in, head_jp, now, members
):
    (entry, *_rest) = entries_in(State.IN_CLEARANCE)
    add_author(entry, by=head_jp, at=now)
    for name in ("Ada", "Zoe"):
        make_user(Role.HEAD, member="JP", name=name)
    (outcome,) = run_batch(Batch.CLEAR, items_of([entry]), by=head_jp, at=now)
    assert outcome.sentence == (
        "You changed this entry, so you cannot clear it. Ada, Zoe can clear it."
    )


def test_unconfirmed_words_are_left_out_of_a_bulk_submission(
    entries_in, officer_jp, now
):
    entries = entries_in(State.DRAFT)
    Entry.objects.filter(pk=entries[0].pk).update(unchanged_since=now.date())
    outcomes = run_batch(Batch.SUBMIT, items_of(entries), by=officer_jp, at=now)
    assert [one.ok for one in outcomes] == [False, True, True, True]
    assert "Confirm that it is still true" in outcomes[0].sentence


def test_nobody_publishes_an_entry_of_their_own_member(
    plan, entries_in, coordinator, officer_of_the_chair, stocktake, now
):
    entries = entries_in(State.SUBMITTED)
    own = make_entry(
        member_commitment_of(plan, "1.2.2", CHAIR),
        by=officer_of_the_chair,
        state=State.SUBMITTED,
        stocktake=stocktake,
    )
    outcomes = run_batch(
        Batch.PUBLISH, items_of([*entries, own]), by=coordinator, at=now
    )
    assert [one.ok for one in outcomes] == [True] * 4 + [False]
    assert outcomes[-1].sentence == "You do not have permission to do this."
    assert LedgerRecord.objects.count() == 4


@pytest.mark.parametrize("batch", [one for one in Batch if one != Batch.CARRY_FORWARD])
@pytest.mark.parametrize("who", ["officer_fr", "head_fr", "observer", "administrator"])
def test_what_one_may_not_know_of_reads_as_what_does_not_exist(
    request, entries_in, batch, who, now
):
    hidden = [
        *items_of(entries_in(State.DRAFT)[:2]),
        *items_of(entries_in(State.DISCARDED)),
    ]
    nothing = [Item(uuid4(), version) for version in (0, 1, 7)]
    words = {"reason": "Why?"} if batch in {Batch.RETURN, Batch.SEND_BACK} else {}
    words |= {"as_of": now.date()} if batch is Batch.CONFIRM else {}
    before = states()
    outcomes = run_batch(
        batch,
        [*hidden, *nothing],
        by=request.getfixturevalue(who),
        at=now,
        arguments=words,
    )
    assert {(one.ok, one.sentence) for one in outcomes} == {
        (False, "This entry does not exist, or you cannot see it.")
    }
    assert states() == before
    assert not Event.objects.exists()


def test_a_version_of_anothers_entry_is_not_told(entries_in, officer_fr, now):
    """Published green: it may be seen, but no action is allowed on it."""
    entry = entries_in(State.PUBLISHED)[0]
    for version in (entry.version, entry.version + 4):
        (outcome,) = run_batch(
            Batch.SUBMIT, [Item(entry.pk, version)], by=officer_fr, at=now
        )
        assert outcome.sentence == "You do not have permission to do this."


def test_what_is_chosen_twice_is_done_once(entries_in, officer_jp, now):
    entry = entries_in(State.DRAFT)[0]
    items = [Item(entry.pk, 1), Item(entry.pk, 1), Item(entry.pk, 9)]
    (outcome,) = run_batch(Batch.SUBMIT, items, by=officer_jp, at=now)
    assert outcome.ok


def test_more_than_the_limit_is_refused_before_anything_is_done(
    entries_in, officer_jp, now
):
    entries = entries_in(State.DRAFT)
    more = [Item(uuid4(), 1) for _number in range(limits.BULK_ITEMS)]
    with pytest.raises(ValidationError) as refusal:
        run_batch(Batch.SUBMIT, [*items_of(entries), *more], by=officer_jp, at=now)
    assert refusal.value.code == "too_many"
    assert states() == [State.DRAFT] * 4
    assert run_batch(Batch.SUBMIT, [], by=officer_jp, at=now) == []


def test_carrying_forward_and_confirming_many(plan, entries_in, officer_jp, now):
    entries_in(State.PUBLISHED, stocktake=None)
    theirs = member_commitment_of(plan, "1.2.2", "FR")
    ours = MemberCommitment.objects.filter(member="JP").order_by("pk")
    items = [Item(one.pk) for one in (*ours, theirs)]
    outcomes = run_batch(Batch.CARRY_FORWARD, items, by=officer_jp, at=now)
    assert [one.ok for one in outcomes] == [True] * 4 + [False]

    again = run_batch(Batch.CARRY_FORWARD, items, by=officer_jp, at=now)
    assert {(one.ok, one.sentence) for one in again[:4]} == {(True, "Already done.")}
    colleague = make_user(Role.OFFICER, member="JP")
    late = run_batch(Batch.CARRY_FORWARD, items[:4], by=colleague, at=now)
    assert {(one.ok, one.sentence) for one in late} == {
        (False, "A draft already exists here. Open that draft instead.")
    }
    drafts = Entry.objects.filter(state=State.DRAFT).order_by("pk")
    assert {one.unchanged_since for one in drafts} == {now.date() - timedelta(days=3)}
    for sentence in ("Done.", "Already done."):
        confirmed = run_batch(
            Batch.CONFIRM,
            items_of(drafts),
            by=officer_jp,
            at=now,
            arguments={"as_of": now.date()},
        )
        assert {(one.ok, one.sentence) for one in confirmed} == {(True, sentence)}
    assert Event.objects.filter(verb="entry.confirm").count() == 4


@pytest.fixture
def confirm_published(officer_jp, now):
    """Return a function that confirms published texts which no draft follows yet."""

    def confirm(entries, *, by=officer_jp, days_ago=0):
        items = [Item(entry.pk, entry.version, is_published=True) for entry in entries]
        day = now.date() - timedelta(days=days_ago)
        given = {"as_of": day}
        return run_batch(Batch.CONFIRM, items, by=by, at=now, arguments=given)

    return confirm


def test_published_texts_are_carried_forward_and_confirmed_in_one_step(
    entries_in, confirm_published, officer_jp, now
):
    entries = entries_in(State.PUBLISHED, stocktake=None)
    assert {one.sentence for one in confirm_published(entries)} == {"Done."}
    drafts = Entry.objects.filter(state=State.DRAFT)
    assert {(one.unchanged_since, one.as_of, one.confirmed_by) for one in drafts} == {
        (now.date() - timedelta(days=3), now.date(), officer_jp)
    }
    assert {one.narrative for one in drafts} == {one.narrative for one in entries}
    verbs = Event.objects.values_list("verb", flat=True)
    assert sorted(verbs) == ["entry.carry"] * 4 + ["entry.confirm"] * 4

    assert {(one.ok, one.sentence) for one in confirm_published(entries)} == {
        (True, "Already done.")
    }
    colleague = make_user(Role.OFFICER, member="JP")
    assert {one.sentence for one in confirm_published(entries, by=colleague)} == {
        "A draft already exists here. Open that draft instead."
    }
    assert drafts.count() == 4


def test_a_published_text_that_another_has_followed_is_stale(
    entries_in, confirm_published
):
    first, *others = entries_in(State.PUBLISHED, stocktake=None)
    make_entry(first.member_commitment, by=first.written_by, state=State.PUBLISHED)
    others[0].version += 1  # a version that no one published
    outcomes = confirm_published([first, *others])
    assert [one.ok for one in outcomes] == [False, False, True, True]
    assert "It has changed since you opened the page." in outcomes[0].sentence


def test_a_day_before_the_text_leaves_no_draft(entries_in, confirm_published):
    outcomes = confirm_published(entries_in(State.PUBLISHED), days_ago=4)
    assert {one.ok for one in outcomes} == {False}
    assert "the text is from that day" in outcomes[0].sentence
    assert not Entry.objects.filter(state=State.DRAFT).exists()


def test_who_may_not_draft_confirms_no_published_text(
    entries_in, confirm_published, officer_fr, contributor_jp
):
    entries = entries_in(State.PUBLISHED)
    theirs = confirm_published(entries, by=officer_fr)
    assert {one.sentence for one in theirs} == {
        "You do not have permission to do this."
    }
    assert [one.ok for one in confirm_published(entries, by=contributor_jp)] == [
        entry.member_commitment.commitment.code == "1.2.2" for entry in entries
    ]


class PowerCut(int):
    """A version number at which the process stops, in the middle of an act."""

    def __ne__(self, _other):
        raise MemoryError

    __hash__ = int.__hash__


@pytest.mark.django_db(transaction=True)
def test_a_crash_half_way_leaves_done_what_is_done(entries_in, officer_jp, now):
    items = items_of(entries_in(State.DRAFT))
    cut = [*items[:2], Item(items[2].id, PowerCut(1)), items[3]]
    with pytest.raises(MemoryError):
        run_batch(Batch.SUBMIT, cut, by=officer_jp, at=now)
    assert states() == [State.DRAFT] * 2 + [State.IN_CLEARANCE] * 2

    outcomes = run_batch(Batch.SUBMIT, items, by=officer_jp, at=now)
    done = "Already done."
    assert [one.sentence for one in outcomes] == [done, done, "Done.", "Done."]


def test_returned_by_somebody_else_is_not_told_as_ones_own(
    entries_in, coordinator, chair, now
):
    items = items_of(entries_in(State.SUBMITTED))
    other = make_user(Role.COORDINATOR, member=chair)
    words = {"reason": "Why?"}
    run_batch(Batch.RETURN, items, by=other, at=now, arguments=words)
    outcomes = run_batch(Batch.RETURN, items, by=coordinator, at=now, arguments=words)
    assert {one.sentence for one in outcomes} == {
        "This entry does not exist, or you cannot see it."
    }
    assert Round.objects.count() == 4


@pytest.mark.parametrize(("batch", "before", "who", "after", "words"), RUNS)
def test_each_item_costs_a_few_queries(
    request, entries_in, batch, before, who, after, words, now
):
    items = items_of(entries_in(before))
    person = request.getfixturevalue(who)
    person.chair_at(now)
    counts = []
    for some in (items[:1], items[1:]):
        with CaptureQueriesContext(connection) as queries:
            run_batch(batch, some, by=person, at=now, arguments=words)
        counts.append(len(queries))
    first, others = counts
    # The first publication also adds the plan and the Presidency to the trail.
    assert first <= 40
    assert others <= 3 * first  # each item needs a fixed number
