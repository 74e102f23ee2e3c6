"""Tests of rule 3 against a slow and simple second implementation."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Role, Scope, User
from commitments.models import MemberCommitment, Plan
from progress.models import Entry, State
from progress.positions.position import (
    NO_POSITION,
    Positions,
    positions_for_audience,
    positions_of,
)
from tests.factories import (
    make_entry,
    make_plan,
    make_stocktake,
    make_user,
    member_commitment_of,
)
from tests.progress.drawn_histories import (
    DAY,
    DAYS,
    FIRST_DAY,
    FIRST_INSTANT,
    HANDLINGS,
    histories,
    put_down,
)
from tests.progress.rule_3 import position_by_rule_3, shows_again_by_rule_3


def read(plan: Plan, reader: User, at: date, known_at: datetime) -> Positions:
    return positions_of(
        Entry.objects.visible_to(reader, datetime.now(UTC)),
        plan=plan,
        stocktake=None,
        at=at,
        known_at=known_at,
    )


@pytest.fixture
def jp_122(plan) -> MemberCommitment:
    return member_commitment_of(plan, "1.2.2", "JP")


ALL = {"clear", "green", "amber"}


@pytest.fixture
def readers(officer_jp, officer_fr, coordinator, former_coordinator, second_reviewer):
    """The readers, each with the labels they may read of Japan's entries."""
    partner = make_user(Role.OBSERVER)
    partner.scopes = frozenset({Scope.READ_CLEAR})
    green = {"clear", "green"}
    return [
        (officer_jp, ALL),
        (coordinator, ALL),
        (officer_fr, green),
        (former_coordinator, green),
        (second_reviewer, green),
        (make_user(Role.ASSESSOR), green),
        (partner, {"clear"}),
        (make_user(Role.ADMINISTRATOR), set()),
    ]


DRAWN: dict[str, Any] = {
    "said": histories(),
    "elsewhere": histories(),
    "day": st.integers(0, DAYS),
    "instant": st.integers(0, 7),
    "who": st.integers(0, 7),
    "audience": st.sampled_from(HANDLINGS),
}
TOGETHER = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@settings(TOGETHER, max_examples=15)
@given(**DRAWN)
def test_every_reader_sees_the_position_that_rule_3_gives(
    plan, jp_122, officer_jp, readers, **drawn
):
    check_rule_3(plan, jp_122, officer_jp, readers, **drawn)


@pytest.mark.long
@settings(TOGETHER, max_examples=60)
@given(**DRAWN)
def test_every_reader_sees_it_in_more_histories(
    plan, jp_122, officer_jp, readers, **drawn
):
    check_rule_3(plan, jp_122, officer_jp, readers, **drawn)


def check_rule_3(
    plan, jp_122, officer_jp, readers, *, said, elsewhere, day, instant, who, audience
):
    at, known_at = FIRST_DAY + DAY * day, FIRST_INSTANT + DAY * instant
    told = [(said, jp_122), (elsewhere, member_commitment_of(plan, "1.2.1", "JP"))]
    with transaction.atomic():
        put_down(told, officer_jp)
        reader, labels = readers[who]
        # A report has no single reader: it shows every member's entries up to a label.
        released = set(HANDLINGS[: HANDLINGS.index(audience) + 1])
        found = [
            (labels, read(plan, reader, at, known_at)),
            (
                released,
                positions_for_audience(
                    plan, audience=audience, stocktake=None, at=at, known_at=known_at
                ),
            ),
        ]
        transaction.set_rollback(True)
    for labels, positions in found:
        for history, row in told:
            agree(positions, row, history, labels, at, known_at)


def agree(positions, row, history, labels, at, known_at):
    expected = position_by_rule_3(history, labels, at, known_at)
    position = positions.get((row.commitment_id, "JP"), NO_POSITION)
    assert (position.entry and position.entry.pk) == (expected and expected.pk)
    if expected:
        assert position.shows_again == shows_again_by_rule_3(
            history, labels, at, known_at, expected
        )


def published(row: MemberCommitment, by: User, as_of: date, **fields: Any) -> Entry:
    values: dict[str, Any] = {"published_at": FIRST_INSTANT, **fields}
    return make_entry(row, by=by, state=State.PUBLISHED, as_of=as_of, **values)


def test_of_two_entries_as_of_one_day_the_later_published_stands(
    plan, jp_122, officer_jp, observer
):
    published(jp_122, officer_jp, FIRST_DAY, published_at=FIRST_INSTANT)
    second = published(jp_122, officer_jp, FIRST_DAY, published_at=FIRST_INSTANT + DAY)
    now = datetime.now(UTC)
    assert read(plan, observer, FIRST_DAY, now)[_key(jp_122)].entry == second


def test_a_newer_fact_stands_though_an_older_one_is_published_after_it(
    plan, jp_122, officer_jp, observer
):
    newer = published(jp_122, officer_jp, FIRST_DAY + DAY)
    published(jp_122, officer_jp, FIRST_DAY, published_at=FIRST_INSTANT + DAY)
    now = datetime.now(UTC)
    assert read(plan, observer, FIRST_DAY + DAY, now)[_key(jp_122)].entry == newer


def test_after_a_withdrawal_the_earlier_entry_shows_again_and_is_marked_so(
    plan, jp_122, officer_jp, observer
):
    first = published(jp_122, officer_jp, FIRST_DAY)
    second = published(jp_122, officer_jp, FIRST_DAY + DAY)
    published(
        jp_122,
        officer_jp,
        FIRST_DAY + DAY,
        published_at=FIRST_INSTANT + DAY,
        kind=Entry.Kind.WITHDRAWAL,
        supersedes=second,
        reason="Published by mistake.",
    )
    before = read(plan, observer, FIRST_DAY + DAY, FIRST_INSTANT)[_key(jp_122)]
    after = read(plan, observer, FIRST_DAY + DAY, FIRST_INSTANT + DAY)[_key(jp_122)]
    assert (before.entry, before.shows_again) == (second, False)
    assert (after.entry, after.shows_again) == (first, True)


def test_a_withdrawal_of_the_only_entry_leaves_nothing(
    plan, jp_122, officer_jp, observer
):
    only = published(jp_122, officer_jp, FIRST_DAY)
    published(
        jp_122,
        officer_jp,
        FIRST_DAY,
        published_at=FIRST_INSTANT + DAY,
        kind=Entry.Kind.WITHDRAWAL,
        supersedes=only,
        reason="Published by mistake.",
    )
    assert not read(plan, observer, FIRST_DAY, datetime.now(UTC))


def test_a_correction_nobody_else_may_see_still_takes_the_corrected_entry_away(
    plan, jp_122, officer_jp, officer_fr
):
    green = published(jp_122, officer_jp, FIRST_DAY)
    amber = published(
        jp_122,
        officer_jp,
        FIRST_DAY,
        published_at=FIRST_INSTANT + DAY,
        handling="amber",
        kind=Entry.Kind.CORRECTION,
        supersedes=green,
        reason="Names a source.",
    )
    now = datetime.now(UTC)
    assert read(plan, officer_jp, FIRST_DAY, now)[_key(jp_122)].entry == amber
    assert not read(plan, officer_fr, FIRST_DAY, now)
    # It stays readable in the past.
    before = read(plan, officer_fr, FIRST_DAY, FIRST_INSTANT)
    assert before[_key(jp_122)].entry == green


def test_a_mark_does_not_tell_of_a_withdrawn_entry_the_reader_could_never_see(
    plan, jp_122, officer_jp, officer_fr
):
    green = published(jp_122, officer_jp, FIRST_DAY)
    amber = published(jp_122, officer_jp, FIRST_DAY + DAY, handling="amber")
    published(
        jp_122,
        officer_jp,
        FIRST_DAY + DAY,
        published_at=FIRST_INSTANT + DAY,
        kind=Entry.Kind.WITHDRAWAL,
        supersedes=amber,
        reason="Published by mistake.",
    )
    now = datetime.now(UTC)
    theirs = read(plan, officer_fr, FIRST_DAY + DAY, now)[_key(jp_122)]
    ours = read(plan, officer_jp, FIRST_DAY + DAY, now)[_key(jp_122)]
    assert (theirs.entry, theirs.shows_again) == (green, False)
    assert (ours.entry, ours.shows_again) == (green, True)


def test_a_position_is_current_only_in_the_stocktake_its_entry_belongs_to(
    plan, jp_122, officer_jp, observer, stocktake, coordinator, second_reviewer
):
    before = make_stocktake(
        plan,
        by=coordinator,
        second_reviewer=second_reviewer,
        slug="before",
        closed_at=FIRST_INSTANT,
        closed_by=coordinator,
    )
    published(jp_122, officer_jp, FIRST_DAY, stocktake=before)
    for hand, part in [(stocktake, "no_update"), (before, "substantial")]:
        found = positions_of(
            Entry.objects.visible_to(observer, datetime.now(UTC)),
            plan=plan,
            stocktake=hand,
            at=FIRST_DAY,
            known_at=datetime.now(UTC),
        )
        assert found[_key(jp_122)].part == part
        assert found[_key(jp_122)].status == "substantial"


@pytest.mark.parametrize(
    ("audience", "seen"), [("clear", 1), ("green", 2), ("amber", 3)]
)
def test_a_report_holds_what_its_audience_may_read_of_every_member(
    plan, officer_jp, audience, seen
):
    for code, handling in [("1.1.1", "clear"), ("1.2.1", "green"), ("1.2.2", "amber")]:
        row = member_commitment_of(plan, code, "JP")
        published(row, officer_jp, FIRST_DAY, handling=handling)
    found = positions_for_audience(
        plan,
        audience=audience,
        stocktake=None,
        at=FIRST_DAY,
        known_at=datetime.now(UTC),
    )
    assert len(found) == seen


def test_positions_come_with_their_evidence_in_a_fixed_number_of_queries(
    plan, officer_jp, django_assert_num_queries
):
    for code in ("1.1.1", "1.2.1", "1.2.2", "2.1"):
        for member in ("JP", "FR", "EU"):
            row = member_commitment_of(plan, code, member)
            published(row, officer_jp, FIRST_DAY, evidence=2)
    with django_assert_num_queries(2):
        found = positions_for_audience(
            plan,
            audience="green",
            stocktake=None,
            at=FIRST_DAY,
            known_at=datetime.now(UTC),
        )
        titles = [
            link.evidence.title
            for position in found.values()
            if position.entry
            for link in position.entry.evidence_links.all()
        ]
    assert len(titles) == 24
    assert {position.evidence_count for position in found.values()} == {2}


def test_a_filter_on_positions_does_not_let_an_older_entry_in(jp_122, officer_jp):
    published(jp_122, officer_jp, FIRST_DAY, status="implemented")
    published(jp_122, officer_jp, FIRST_DAY + DAY, status="limited")
    found = Entry.objects.visible_to(officer_jp, datetime.now(UTC)).positions(
        MemberCommitment.objects.all(), at=FIRST_DAY + DAY, known_at=datetime.now(UTC)
    )
    assert not found.filter(status="implemented").exists()
    assert found.filter(status="limited").count() == 1


def test_no_member_commitment_without_an_entry_counts_as_anything_but_not_reported():
    assert NO_POSITION.part == "not_reported"
    assert NO_POSITION.figure == "not_reported"
    assert (NO_POSITION.status, NO_POSITION.is_at_risk) == ("", False)
    assert not NO_POSITION.is_correction


def _key(row: MemberCommitment) -> tuple[int, str]:
    return row.commitment_id, row.member_id


def test_no_entry_of_another_plan_comes_in(plan, officer_jp):
    other = make_plan("other-plan")
    published(member_commitment_of(other, "1.2.2", "JP"), officer_jp, FIRST_DAY)
    assert not read(plan, officer_jp, FIRST_DAY, datetime.now(UTC))
