"""The pages for reading show what the words of rule 3 say, at any two clocks."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from progress.positions.clocks import Clocks
from progress.positions.commitment import find_line, read_commitment
from progress.positions.instrument_page import build_instrument
from progress.positions.instruments import PlanInstruments
from progress.positions.member_page import find_member, read_member
from progress.positions.plan_page import build_plan, plan_wording
from progress.positions.plan_table import plan_table
from progress.positions.reading import MemberPosition
from progress.positions.viewpoint import Viewpoint
from tests.factories import member_commitment_of
from tests.progress.drawn_histories import (
    DAYS,
    FIRST_DAY,
    FIRST_INSTANT,
    histories,
    put_down,
)
from tests.progress.rule_3 import position_by_rule_3
from tests.progress.workflow_table import undone

DAY = timedelta(days=1)
LABELS = {"observer": {"clear", "green"}, "coordinator": {"clear", "green", "amber"}}
# The commitments with a history. The second concerns INTERPOL.
CODES = ("1.1.1", "1.2.2")
# The codes of a commitment and of a member.
Place = tuple[str, str]


def positions_on_pages(viewpoint: Viewpoint) -> list[dict[Place, UUID | None]]:
    """Return the entry that each page shows, by commitment and member."""
    table = plan_table(viewpoint.plan.slug, on=viewpoint.clocks.at)
    assert table
    japan = find_member(table, "JP")
    line = find_line(table, "1.2.2")
    assert japan
    assert line
    instruments = PlanInstruments.of(table)
    interpol = instruments.find("interpol")
    assert interpol
    plan = build_plan(table, plan_wording(table.plan), viewpoint)
    instrument = build_instrument(instruments, interpol, viewpoint)
    shown = [
        [
            one
            for action in page.actions
            for group in action.groups
            for row in group.rows
            for one in row.shown
        ]
        for page in (plan, instrument)
    ]
    shown.append(list(read_member(table, japan, viewpoint).positions))
    shown.append(list(read_commitment(table, line, viewpoint).positions))
    return [{place_of(one): key_of(one) for one in found} for found in shown]


def place_of(one: MemberPosition) -> Place:
    return one.line.commitment.code, one.member.code


def key_of(one: MemberPosition) -> UUID | None:
    return one.position.entry.pk if one.position.entry else None


@pytest.mark.parametrize(
    ("name", "examples"),
    [
        ("observer", 2),
        pytest.param("observer", 12, marks=pytest.mark.long),
        pytest.param("coordinator", 12, marks=pytest.mark.long),
    ],
)
def test_pages_show_the_position_by_the_words_of_the_rule(
    name, examples, request, plan, officer_jp, now
):
    reader = request.getfixturevalue(name)
    owed = [member_commitment_of(plan, code, "JP") for code in CODES]

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        st.lists(histories(), min_size=2, max_size=2),
        st.integers(0, DAYS),
        st.integers(0, 6),
    )
    def check(told, days, later):
        at, known_at = FIRST_DAY + DAY * days, FIRST_INSTANT + DAY * later
        with undone():
            put_down(list(zip(told, owed, strict=True)), by=officer_jp)
            clocks = Clocks.asked(at, known_at, now=now)
            viewpoint = Viewpoint.of(reader, now, plan=plan, clocks=clocks)
            expected = expected_at(told, LABELS[name], at, known_at)
            for page in positions_on_pages(viewpoint):
                assert page == {key: expected.get(key) for key in page}
                assert ("1.2.2", "JP") in page

    check()


def expected_at(
    told, labels: set[str], at, known_at: datetime
) -> dict[Place, UUID | None]:
    found = [position_by_rule_3(said, labels, at, known_at) for said in told]
    return {
        (code, "JP"): one.pk if one else None
        for code, one in zip(CODES, found, strict=True)
    }
