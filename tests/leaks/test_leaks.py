"""Tests of rule 4: no reader learns of what is hidden from them, at any address.

Each reader makes every request twice: in a world without the secrets they may not know,
and in one with all secrets. No canary may appear. The answers must be the same, byte
for byte: totals, order, statuses, headers and errors must not reveal anything.
"""

from difflib import unified_diff

import pytest
from django.core.cache import cache
from django.test import Client

from tests.leaks.addresses import addresses
from tests.leaks.canaries import told_by
from tests.leaks.cast import BY_NAME, READERS, Reader
from tests.leaks.probes import SEARCHES, Probe, links_in, probes
from tests.leaks.secrets import is_hidden, plant_all
from tests.leaks.world import World
from tests.progress.workflow_table import undone

MOST_SHOWN = 1000  # characters of a difference


def answers_in(
    world: World, reader: Reader, client: Client, tried: list[Probe], *, hidden: bool
) -> dict[Probe, str]:
    cache.clear()
    with undone():
        plant_all(world, reader, hidden=hidden)
        return {probe: probe.ask(client) for probe in tried}


def with_links(answers: dict[Probe, str], most: int) -> list[Probe]:
    """What was tried, and where the answers led."""
    led_to = {
        Probe(link): None
        for probe, text in answers.items()
        if probe.method == "get"
        for link in links_in(probe, text)
    }
    return [probe for probe in led_to if probe not in answers][:most]


# In every run: no session, a session of each side, and keys of each breadth. Each of
# the three people tries a third of the routes, and so does each of three keys. The key
# that is limited to a body tries a third again.
EVERY_DAY = [
    "anonymous",
    "officer_fr",
    "coordinator",
    "key_clear",
    "key_green",
    "key_all_fr",
    "key_limited",
]
# Of several readers who see the same, one tries everything and the others a part.
THOROUGH = {
    *EVERY_DAY,
    "administrator",
    "contributor_jp",
    "former_coordinator",
    "head_of_the_chair",
    "institute_assessor",
    "key_limited_jp",
    "key_observatory",
    "key_own_fr",
    "key_reports",
    "observer",
    "second_reviewer",
}


def daily_part(name: str) -> list[Probe]:
    return probes(deep=False, turn=EVERY_DAY.index(name), one_in=3)


def test_the_daily_parts_have_every_route_and_search(chair):
    for names in (EVERY_DAY[:3], EVERY_DAY[3:]):
        tried = {probe for name in names for probe in daily_part(name)}
        assert set(SEARCHES) <= tried
        paths = {probe.path for probe in tried}
        for found in addresses():
            assert paths & set(found), found


@pytest.mark.parametrize("name", EVERY_DAY)
def test_a_reader_learns_nothing_of_what_is_hidden(name, world):
    check(world, BY_NAME[name], daily_part(name), most_links=4)


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in BY_NAME if name not in THOROUGH])
def test_a_reader_learns_nothing_from_a_part_of_all_requests(name, world):
    """A different part for each reader."""
    reader = BY_NAME[name]
    tried = probes(deep=False, turn=READERS.index(reader))
    check(world, reader, tried, most_links=10)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(THOROUGH))
def test_a_reader_learns_nothing_whatever_they_try(name, world):
    reader = BY_NAME[name]
    tried = probes(deep=True, turn=READERS.index(reader))
    check(world, reader, tried, most_links=120)


def check(world: World, reader: Reader, tried: list[Probe], *, most_links: int) -> None:
    client = reader.sign_in()
    if reader.is_key:
        tried = [probe for probe in tried if probe.path.startswith("/api/")]
    without = answers_in(world, reader, client, tried, hidden=False)
    further = with_links(without, most_links)
    without |= answers_in(world, reader, client, further, hidden=False)
    within = answers_in(world, reader, client, list(without), hidden=True)
    leaks = {
        f"{probe.method} {probe.path}": secrets
        for probe, text in within.items()
        if (secrets := hidden_in(text, probe, reader))
    }
    assert leaks == {}
    assert differences(without, within) == {}


def differences(without: dict[Probe, str], within: dict[Probe, str]) -> dict[str, str]:
    """By request, the lines in which the two worlds' answers differ."""
    return {
        f"{probe.method} {probe.path}": "\n".join(
            line
            for line in unified_diff(
                without[probe].split("\n"), within[probe].split("\n"), n=0
            )
            if not line.startswith(("---", "+++", "@@"))
        )[:MOST_SHOWN]
        for probe in without
        if without[probe] != within[probe]
    }


def hidden_in(text: str, probe: Probe, reader: Reader) -> set[str]:
    """Return the secrets in an answer, except words of the request itself."""
    told = told_by(text) - told_by(probe.path)
    return {secret for secret in told if is_hidden(secret, reader)}
