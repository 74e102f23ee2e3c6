"""Every number of every page, notice and API answer, against one reference.

Random histories are written to the real database, and read back in two ways: by people
from pages, and by `tests/progress/reference.py` from the raw rows.
"""

from datetime import UTC, datetime, time, timedelta

import pytest

from accounts.models import Role
from partners.calendar import remind_of_dates
from partners.models import Notice
from tests.factories import make_user
from tests.progress.histories import MEMBERS, History
from tests.progress.numbers_of_pages import check_home, check_queue, check_stocktake
from tests.progress.numbers_of_the_matrix import check_matrix, check_positions
from tests.progress.reference import Reference

DAY = timedelta(days=1)
CAST = (
    "officer_jp", "head_jp", "contributor_jp", "officer_fr", "coordinator",
    "officer_of_the_chair", "second_reviewer", "former_coordinator", "observer",
    "assessor", "administrator",
)  # fmt: skip


@pytest.fixture
def cast(request):
    return {name: request.getfixturevalue(name) for name in CAST}


@pytest.fixture
def make_history(plan, cast, time_machine):
    """`make_history(seed)`: it ends at noon, where the clock then stops."""

    def make(seed: int) -> History:
        now = datetime.combine(datetime.now(UTC).date(), time(12), UTC)
        time_machine.move_to(now, tick=False)
        return History.begin(
            seed,
            plan,
            now,
            writers={code: writer_of(code) for code in MEMBERS},
            coordinator=cast["coordinator"],
            second_reviewer=cast["second_reviewer"],
        ).fill(publishes_lately=True)

    return make


def writer_of(member: str):
    return make_user(Role.CONTRIBUTOR, member=member)


def check_notices(reference: Reference, history: History) -> None:
    latest = reference.stocktakes[history.latest.pk]
    remind_of_dates(history.now)
    shown = {row.user_id: (row.kind, row.missing_count) for row in Notice.objects.all()}
    expected = {}
    if latest.closed_at is None:
        for pk, count in reference.missing(latest, history.now).items():
            member = reference.people[pk].member
            kind = reference.notice_of(latest, member, history.now)
            if kind:
                expected[pk] = (kind, count)
    assert shown == expected


def check_all(history: History, cast, signed_in) -> None:
    reference = Reference.read()
    days = [None, *(history.now.date() - back * DAY for back in (1, 31, 100))]
    for person in cast.values():
        reader, browser = reference.people[person.pk], signed_in(person)
        for day in history.random.sample(days, 2):
            check_matrix(browser, reference, reader, history, day)
            check_positions(browser, reference, reader, history, day)
        check_home(browser, reference, reader, history)
        check_stocktake(browser, reference, reader, history, history.latest)
        check_stocktake(browser, reference, reader, history, history.earlier)
        check_queue(browser, reference, reader, history)
    check_notices(reference, history)


@pytest.mark.parametrize("seed", [0])
def test_every_number_comes_from_one_reference(seed, make_history, cast, signed_in):
    check_all(make_history(seed), cast, signed_in)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, *range(100, 120)])
def test_every_number_comes_from_one_reference_at_length(
    seed, make_history, cast, signed_in
):
    check_all(make_history(seed), cast, signed_in)
