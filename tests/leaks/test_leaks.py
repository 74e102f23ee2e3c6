"""Nobody reads across the line (rule 4), wherever they look.

Each reader tries everything twice: in a world where what they may not know was never
written, and in one where all of it was. No canary may turn up; and the answers must be
the same, byte for byte: no total, order, status, header or error may tell of it.
"""

from difflib import unified_diff

import pytest
from django.core.cache import cache
from django.test import Client

from tests.leaks.canaries import told_by
from tests.leaks.cast import READERS, Reader
from tests.leaks.probes import Probe, links_in, probes
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


# Every day these: no session, a session of each side, keys of each breadth.
OFTEN = {
    "anonymous",
    "coordinator",
    "key_all_fr",
    "key_clear",
    "key_green",
    "officer_fr",
}


def often(reader: Reader) -> object:
    marks = [] if reader.name in OFTEN else [pytest.mark.long]
    return pytest.param(reader, id=reader.name, marks=marks)


@pytest.mark.parametrize("reader", [often(reader) for reader in READERS])
def test_a_reader_learns_nothing_of_what_is_hidden(reader, world):
    """A part of all there is to try, another for each reader."""
    tried = probes(deep=False, turn=READERS.index(reader))
    check(world, reader, tried, most_links=10)


@pytest.mark.long
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_a_reader_learns_nothing_whatever_they_try(reader, world):
    check(world, reader, probes(deep=True, turn=0), most_links=500)


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
    """Secrets told by an answer: but for the words that were asked for themselves."""
    told = told_by(text) - told_by(probe.path)
    return {secret for secret in told if is_hidden(secret, reader)}
