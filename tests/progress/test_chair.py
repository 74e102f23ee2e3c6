"""Tests of the chair's rotation: who reviews whom, in one year and the next."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command

from accounts.models import Presidency, Role, chair_at
from progress.actions.review import publish_entry
from progress.models import Entry, Handling, State
from progress.permissions import allowed_verbs, is_reviewer
from progress.transitions import Verb
from tests.factories import make_entry, make_stocktake, make_user, member_commitment_of

ROTATION = {
    2016: "JP", 2017: "IT", 2018: "CA", 2019: "FR", 2020: "US", 2021: "GB",
    2022: "DE", 2023: "JP", 2024: "IT", 2025: "CA", 2026: "FR", 2027: "US",
    2028: "GB", 2029: "DE", 2030: "JP",
}  # fmt: skip
# Midsummer, the last microsecond of a year, and the first of the next.
MOMENTS = [
    (year, at)
    for year in ROTATION
    for at in (
        datetime(year, 1, 1, tzinfo=UTC),
        datetime(year, 7, 1, 12, tzinfo=UTC),
        datetime(year + 1, 1, 1, tzinfo=UTC) - timedelta(microseconds=1),
    )
]


@pytest.fixture
def rotation(plan):
    call_command("load_reference_data", verbosity=0)
    assert Presidency.objects.count() == len(ROTATION)


def test_the_chair_moves_at_midnight_utc_of_new_year(rotation):
    assert [chair_at(at) for _year, at in MOMENTS] == [
        ROTATION[year] for year, _at in MOMENTS
    ]


@pytest.mark.parametrize("year", [2016, 2023, 2026, 2027, 2030])
def test_review_belongs_to_the_coordinator_of_that_years_chair(rotation, plan, year):
    at = datetime(year, 6, 1, tzinfo=UTC)
    chair = ROTATION[year]
    coordinators = {
        code: make_user(Role.COORDINATOR, member=code)
        for code in set(ROTATION.values())
    }
    for code in coordinators:
        entry = make_entry(
            member_commitment_of(plan, "1.2.2", code),
            by=coordinators[code],
            state=State.SUBMITTED,
        )
        reviewers = {
            member
            for member, user in coordinators.items()
            if is_reviewer(user, entry, at=at)
        }
        # The chair's own entry has no stocktake, so no person may publish it.
        assert reviewers == ({chair} - {code})


def test_in_2030_japan_publishes_others_and_the_second_reviewer_japans(rotation, plan):
    at = datetime(2030, 3, 1, tzinfo=UTC)
    japan = make_user(Role.COORDINATOR, member="JP")
    second = make_user(Role.COORDINATOR, member="CA")
    stocktake = make_stocktake(plan, by=japan, second_reviewer=second)
    own = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=japan,
        state=State.SUBMITTED,
        stocktake=stocktake,
    )
    other = make_entry(
        member_commitment_of(plan, "1.2.2", "FR"),
        by=japan,
        state=State.SUBMITTED,
        stocktake=stocktake,
    )
    asked = Entry.objects.with_successors()
    assert Verb.PUBLISH not in allowed_verbs(japan, asked.get(pk=own.pk), at=at)
    assert Verb.PUBLISH not in allowed_verbs(second, asked.get(pk=other.pk), at=at)
    for entry, reviewer in ((own, second), (other, japan)):
        published = publish_entry(entry_id=entry.pk, version=1, by=reviewer, at=at)
        assert published.state == State.PUBLISHED


def test_the_outgoing_presidency_reads_as_a_delegation_from_the_instant_of_handover(
    rotation, plan
):
    france = make_user(Role.COORDINATOR, member="FR")
    united_states = make_user(Role.COORDINATOR, member="US")
    officer = make_user(Role.OFFICER, member="JP")
    amber = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer,
        state=State.PUBLISHED,
        handling=Handling.AMBER,
    )
    waiting = make_entry(
        member_commitment_of(plan, "2.1", "JP"), by=officer, state=State.SUBMITTED
    )
    handover = datetime(2027, 1, 1, tzinfo=UTC)
    before = handover - timedelta(microseconds=1)

    def seen(user, at):
        return set(Entry.objects.visible_to(user, at))

    assert seen(france, before) == seen(united_states, handover) == {amber, waiting}
    assert seen(france, handover) == seen(united_states, before) == set()
