"""Tests of public positions against a plain reading of rule 3."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Role
from progress.models import Entry
from progress.public_reading.positions import public_viewpoint
from tests.factories import make_user, member_commitment_of
from tests.progress.drawn_histories import FIRST_INSTANT, histories, put_down
from tests.progress.public_reading.opening import agree
from tests.progress.rule_3 import Said, position_seen
from tests.progress.workflow_table import undone

DAY = timedelta(days=1)
AT = datetime(2021, 1, 1, tzinfo=FIRST_INSTANT.tzinfo)


def public_by_rule(said: list[Said], since: datetime, agreed: set[int]) -> Said | None:
    """Return the position that anyone may read, step by step from the words."""
    gone = {one.supersedes for one in said}

    def sees(one: Said) -> bool:
        is_clear_in_force = one.handling == "clear" and one.pk not in gone
        return is_clear_in_force and (
            one.published_at >= since or one.sequence in agreed
        )

    return position_seen(said, sees, AT.date(), AT)


@pytest.mark.django_db
def test_public_positions_are_those_of_rule_3(plan, officer_fr):
    mine = member_commitment_of(plan, "1.2.2", "JP")
    head = make_user(Role.HEAD, member="JP")

    @settings(max_examples=25, suppress_health_check=list(HealthCheck), database=None)
    @given(
        said=histories(),
        since=st.integers(0, 5).map(lambda days: FIRST_INSTANT + days * DAY),
        agreed=st.sets(st.integers(0, 6)),
    )
    def holds(said: list[Said], since: datetime, agreed: set[int]) -> None:
        with undone():
            put_down([(said, mine)], officer_fr)
            for one in said:
                can_be = one.handling == "clear" and one.kind != "withdrawal"
                if one.sequence in agreed and can_be:
                    agree(Entry.objects.get(pk=one.pk), head)
            viewpoint = public_viewpoint(plan, since=since, at=AT)
            positions = viewpoint.load(Entry.objects.all).positions
            expected = public_by_rule(said, since, agreed)
            found = [position.entry for position in positions.values()]
            assert [one and one.pk for one in found] == (
                [expected.pk] if expected else []
            )

    holds()
