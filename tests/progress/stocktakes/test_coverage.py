from datetime import timedelta

import pytest

from progress.models import Entry, Handling, State
from progress.stocktakes.coverage import (
    CoverageState,
    count_states,
    coverage_by_member,
    own_coverage,
)
from tests.factories import make_entry, make_stocktake, member_commitment_of
from tests.progress.stocktaking import extend, more_time, release


@pytest.fixture
def jp_122(plan):
    return member_commitment_of(plan, "1.2.2", "JP")


def word_of(reader, stocktake, row, at):
    return own_coverage(reader, stocktake, at=at)[row.pk]


def numbers_of(member, reader, stocktake, at):
    found = coverage_by_member(reader, stocktake, at=at)
    return next(one for one in found if one.member.code == member)


def amend(entry, kind, *, by, **fields):
    values = {"state": State.PUBLISHED, "stocktake": entry.stocktake, **fields}
    return make_entry(
        entry.member_commitment,
        by=by,
        kind=kind,
        supersedes=entry,
        reason="A slip.",
        as_of=entry.as_of,
        **values,
    )


def test_every_commitment_has_a_word_from_the_start(officer_jp, stocktake, now):
    found = own_coverage(officer_jp, stocktake, at=now)
    assert {coverage.state for coverage in found.values()} == {CoverageState.NO_DRAFT}
    assert count_states(found.values())[CoverageState.NO_DRAFT] == 4


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (State.DRAFT, CoverageState.DRAFTING),
        (State.IN_CLEARANCE, CoverageState.IN_CLEARANCE),
        (State.SUBMITTED, CoverageState.SUBMITTED),
        (State.RETURNED, CoverageState.RETURNED),
        (State.PUBLISHED, CoverageState.PUBLISHED),
        (State.DISCARDED, CoverageState.NO_DRAFT),
    ],
)
def test_a_delegation_sees_a_word_for_its_own_commitment(
    officer_jp, jp_122, stocktake, now, state, word
):
    make_entry(jp_122, by=officer_jp, state=state, stocktake=stocktake)
    assert word_of(officer_jp, stocktake, jp_122, now).state == word


def test_a_correction_at_work_takes_nothing_back(officer_jp, jp_122, stocktake, now):
    entry = make_entry(
        jp_122, by=officer_jp, state=State.PUBLISHED, stocktake=stocktake
    )
    amend(entry, Entry.Kind.CORRECTION, by=officer_jp, state=State.DRAFT)
    assert word_of(officer_jp, stocktake, jp_122, now).state == CoverageState.PUBLISHED


def test_a_withdrawn_entry_is_owed_again(officer_jp, jp_122, stocktake, now):
    entry = make_entry(
        jp_122, by=officer_jp, state=State.PUBLISHED, stocktake=stocktake
    )
    amend(entry, Entry.Kind.WITHDRAWAL, by=officer_jp)
    assert word_of(officer_jp, stocktake, jp_122, now).state == CoverageState.NO_DRAFT


def test_an_entry_of_an_earlier_stocktake_does_not_count(
    officer_jp, jp_122, stocktake, coordinator, second_reviewer, now
):
    earlier = make_stocktake(
        stocktake.plan,
        by=coordinator,
        second_reviewer=second_reviewer,
        slug="earlier",
        closed_at=now,
        closed_by=coordinator,
    )
    make_entry(jp_122, by=officer_jp, state=State.PUBLISHED, stocktake=earlier)
    assert word_of(officer_jp, stocktake, jp_122, now).state == CoverageState.NO_DRAFT


def test_what_has_not_reached_the_presidency_is_late_from_the_deadline_on(
    officer_jp, jp_122, stocktake
):
    make_entry(jp_122, by=officer_jp, stocktake=stocktake)
    due = stocktake.due_at
    assert not word_of(officer_jp, stocktake, jp_122, due).is_late
    assert word_of(officer_jp, stocktake, jp_122, due + timedelta(seconds=1)).is_late


def test_what_came_in_late_stays_late_and_its_correction_changes_nothing(
    officer_jp, jp_122, stocktake
):
    late = stocktake.due_at + timedelta(hours=1)
    times = {"submitted_at": late, "published_at": late}
    entry = make_entry(
        jp_122, by=officer_jp, state=State.PUBLISHED, stocktake=stocktake, **times
    )
    after = late + timedelta(days=1)
    assert word_of(officer_jp, stocktake, jp_122, after).is_late
    amend(entry, Entry.Kind.CORRECTION, by=officer_jp, **times)
    assert word_of(officer_jp, stocktake, jp_122, after).is_late


def test_lateness_counts_from_the_first_update(officer_jp, jp_122, stocktake):
    """A second update after the deadline does not make a punctual member late."""
    due = stocktake.due_at
    for hours in (-1, 1):
        at = due + timedelta(hours=hours)
        make_entry(
            jp_122,
            by=officer_jp,
            state=State.PUBLISHED,
            stocktake=stocktake,
            submitted_at=at,
            published_at=at,
        )
    after = due + timedelta(days=1)
    assert not word_of(officer_jp, stocktake, jp_122, after).is_late
    assert numbers_of("JP", officer_jp, stocktake, after).late == 0


def test_a_late_first_update_stays_late_after_a_second(officer_jp, jp_122, stocktake):
    for hours in (1, 2):
        at = stocktake.due_at + timedelta(hours=hours)
        make_entry(
            jp_122,
            by=officer_jp,
            state=State.PUBLISHED,
            stocktake=stocktake,
            submitted_at=at,
            published_at=at,
        )
    after = stocktake.due_at + timedelta(days=1)
    assert word_of(officer_jp, stocktake, jp_122, after).is_late
    assert numbers_of("JP", officer_jp, stocktake, after).late == 1


def test_a_correction_after_the_deadline_is_not_late(officer_jp, jp_122, stocktake):
    entry = make_entry(
        jp_122, by=officer_jp, state=State.PUBLISHED, stocktake=stocktake
    )
    late = stocktake.due_at + timedelta(hours=1)
    amend(
        entry,
        Entry.Kind.CORRECTION,
        by=officer_jp,
        submitted_at=late,
        published_at=late,
    )
    coverage = word_of(officer_jp, stocktake, jp_122, late + timedelta(days=1))
    assert (coverage.state, coverage.is_late) == (CoverageState.PUBLISHED, False)


def test_nobody_sees_the_words_of_another_delegation(
    officer_jp, officer_fr, coordinator, observer, jp_122, stocktake, now
):
    make_entry(jp_122, by=officer_jp, stocktake=stocktake)
    for reader in (officer_fr, coordinator):
        words = own_coverage(reader, stocktake, at=now).values()
        assert {coverage.state for coverage in words} == {CoverageState.NO_DRAFT}
    assert own_coverage(observer, stocktake, at=now) == {}


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_CLEARANCE, State.RETURNED])
def test_the_presidency_cannot_tell_a_draft_from_none(
    officer_jp, coordinator, jp_122, stocktake, now, state
):
    before = numbers_of("JP", coordinator, stocktake, now)
    make_entry(jp_122, by=officer_jp, state=state, stocktake=stocktake)
    assert numbers_of("JP", coordinator, stocktake, now) == before
    assert before.not_yet_submitted == 4


def test_the_presidency_counts_what_is_submitted_and_published(
    plan, officer_jp, coordinator, jp_122, stocktake, now
):
    make_entry(jp_122, by=officer_jp, state=State.SUBMITTED, stocktake=stocktake)
    make_entry(
        member_commitment_of(plan, "2.1", "JP"),
        by=officer_jp,
        state=State.PUBLISHED,
        stocktake=stocktake,
        handling=Handling.AMBER,
    )
    numbers = numbers_of("JP", coordinator, stocktake, now)
    assert (numbers.published, numbers.submitted) == (1, 1)
    assert (numbers.owed, numbers.not_yet_submitted) == (4, 2)


def test_everybody_else_counts_what_is_released_to_them(
    plan, officer_jp, officer_fr, observer, former_coordinator, stocktake, now
):
    for code, state, handling in [
        ("1.1.1", State.SUBMITTED, Handling.GREEN),
        ("1.2.1", State.PUBLISHED, Handling.AMBER),
        ("1.2.2", State.PUBLISHED, Handling.GREEN),
    ]:
        make_entry(
            member_commitment_of(plan, code, "JP"),
            by=officer_jp,
            state=state,
            stocktake=stocktake,
            handling=handling,
        )
    for reader in (officer_fr, observer, former_coordinator):
        numbers = numbers_of("JP", reader, stocktake, now)
        assert (numbers.published, numbers.submitted, numbers.late) == (1, 0, 0)


def test_a_released_entry_is_submitted_to_its_delegation_and_missing_to_the_rest(
    officer_jp, coordinator, jp_122, stocktake, now
):
    entry = make_entry(
        jp_122, by=officer_jp, state=State.SUBMITTED, stocktake=stocktake
    )
    assert numbers_of("JP", coordinator, stocktake, now).submitted == 1
    release(entry, coordinator, now)
    assert word_of(officer_jp, stocktake, jp_122, now).state is CoverageState.SUBMITTED
    numbers = numbers_of("JP", coordinator, stocktake, now)
    assert (numbers.submitted, numbers.not_yet_submitted) == (0, 4)


def test_a_draft_begun_before_the_stocktake_opened_is_drafting_in_it(
    officer_jp, jp_122, stocktake, now
):
    make_entry(jp_122, by=officer_jp)
    assert word_of(officer_jp, stocktake, jp_122, now).state is CoverageState.DRAFTING
    stocktake.closed_at = now
    assert word_of(officer_jp, stocktake, jp_122, now).state is CoverageState.NO_DRAFT


def test_words_carried_forward_and_not_confirmed_are_drafting(
    officer_jp, jp_122, stocktake, now
):
    make_entry(
        jp_122,
        by=officer_jp,
        stocktake=stocktake,
        unchanged_since=now.date() - timedelta(days=90),
    )
    assert word_of(officer_jp, stocktake, jp_122, now).state is CoverageState.DRAFTING


def test_an_extension_accepts_what_is_late_and_leaves_it_late(
    officer_jp, coordinator, jp_122, stocktake, now
):
    end = stocktake.grace_ends_at + timedelta(days=9)
    extend(stocktake, more_time("JP", ends_at=end), coordinator, now)
    after_grace = end - timedelta(days=1)
    assert word_of(officer_jp, stocktake, jp_122, after_grace).is_late
    make_entry(
        jp_122,
        by=officer_jp,
        state=State.SUBMITTED,
        stocktake=stocktake,
        submitted_at=after_grace,
    )
    assert word_of(officer_jp, stocktake, jp_122, end).is_late
    assert numbers_of("JP", coordinator, stocktake, end).late == 1


def test_lateness_is_counted_from_released_entries_only(
    officer_jp, observer, coordinator, jp_122, stocktake
):
    late = stocktake.due_at + timedelta(hours=1)
    make_entry(
        jp_122,
        by=officer_jp,
        state=State.PUBLISHED,
        stocktake=stocktake,
        submitted_at=late,
        published_at=late,
        handling=Handling.AMBER,
    )
    after = late + timedelta(days=1)
    assert numbers_of("JP", coordinator, stocktake, after).late == 1
    assert numbers_of("JP", observer, stocktake, after).late == 0


def test_the_second_reviewer_counts_the_chair_s_entries(
    plan, officer_of_the_chair, second_reviewer, chair, stocktake, now
):
    make_entry(
        member_commitment_of(plan, "1.2.2", chair),
        by=officer_of_the_chair,
        state=State.SUBMITTED,
        stocktake=stocktake,
    )
    assert numbers_of(chair, second_reviewer, stocktake, now).submitted == 1


def test_members_come_with_the_union_last(observer, stocktake, now):
    found = coverage_by_member(observer, stocktake, at=now)
    names = [one.member.name for one in found]
    assert names == [*sorted(names[:-1]), "European Union"]


def test_coverage_takes_a_fixed_number_of_queries(
    plan, officer_jp, coordinator, stocktake, now, django_assert_num_queries
):
    for code in ("1.1.1", "1.2.1", "2.1"):
        for member in ("JP", "FR", "DE", "EU"):
            make_entry(
                member_commitment_of(plan, code, member),
                by=officer_jp,
                state=State.PUBLISHED,
                stocktake=stocktake,
            )
    coordinator.chair_at(now)
    with django_assert_num_queries(2):
        coverage_by_member(coordinator, stocktake, at=now)
    with django_assert_num_queries(2):
        own_coverage(coordinator, stocktake, at=now)
