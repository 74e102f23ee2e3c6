"""Fixtures of the leak tests: the instant, and a world with all that is public."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.factories import make_body, make_stocktake
from tests.leaks.canaries import id_of
from tests.leaks.cast import BODIES, BY_NAME, READERS
from tests.leaks.entries import plant_public
from tests.leaks.scores import plant_stocktakes
from tests.leaks.world import World
from tests.progress.public_reading.opening import make_public_reading


@pytest.fixture
def one_instant() -> Iterator[None]:
    with time_machine.travel(datetime.now(UTC), tick=False):
        yield


@pytest.fixture
def world(one_instant, plan, chair) -> World:
    stocktake = make_stocktake(
        plan,
        by=BY_NAME["coordinator"].user,
        second_reviewer=BY_NAME["second_reviewer"].user,
        id=id_of("stocktake"),
    )
    _bodies = [make_body(slug) for slug in BODIES.values()]
    _people = [reader.user for reader in READERS if not reader.is_anonymous]
    world = World(plan, stocktake)
    plant_stocktakes(world)
    plant_public(world)
    # Before all that is published here: anyone may read what is clear.
    make_public_reading(started=timedelta(days=9))
    return world
