"""Tests of rule 4 on public pages: anyone learns of clear entries, and of no other.

Every public address is asked for in a world with all secrets and in one without, also
by a browser that has the tags of the other world's pages.
"""

import re
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import get_resolver

from progress.models import Entry, Handling
from tests.leaks.addresses import filled, routes
from tests.leaks.canaries import told_by, words
from tests.leaks.cast import BY_NAME
from tests.leaks.probes import Probe
from tests.leaks.secrets import plant_all
from tests.leaks.world import World
from tests.progress.workflow_table import undone

ETAG = re.compile(r"^ETag: (.+)$", re.MULTILINE)
# What clear entries and score tables say, and the guidelines that scores follow.
PUBLIC = (
    "clear of FR", "clear scores of", "near clear scores of", "guideline of",
    "near guideline of",
)  # fmt: skip
# The session of a person who knows much changes nothing.
READERS = [
    ("anonymous", 5),
    *(
        pytest.param(name, 1, marks=pytest.mark.long)
        for name in ("anonymous", "head_jp")
    ),
]


def public_probes(one_in: int = 1, *headers: tuple[str, str]) -> list[Probe]:
    return [
        Probe(path, headers=headers)
        for route, _pattern in routes(get_resolver().url_patterns)
        if route.startswith("public/")
        for path in list(filled(route))[:: one_in if "uuid" in route else 1]
    ]


def asked(client: Client, tried: list[Probe]) -> dict[str, str]:
    return {probe.path: probe.ask(client) for probe in tried}


@pytest.fixture(autouse=True)
def many_requests(settings):
    limits = settings.RATE_LIMITS
    settings.RATE_LIMITS = {
        name: limit for name, limit in limits.items() if not name.startswith("public-")
    } | {
        name: type(limit)(10_000, limit.seconds)
        for name, limit in limits.items()
        if name.startswith("public-")
    }


@pytest.mark.parametrize(("name", "one_in"), READERS)
def test_anyone_learns_of_clear_entries_alone(world, name, one_in):
    """Every day, of each route, a part of what it can be asked for."""
    standings = frozenset({"clear-scores", "near-clear-scores"})
    anyone = replace(BY_NAME["anonymous"], standings=standings)
    client, tried = BY_NAME[name].sign_in(), public_probes(one_in)
    with undone():
        plant_all(world, anyone, hidden=False)
        without = asked(client, tried)
    tags = ", ".join(
        sorted({tag for text in without.values() for tag in ETAG.findall(text)})
    )
    assert tags
    with undone():
        plant_all(world, anyone, hidden=True)
        within = asked(client, tried)
        known = asked(client, public_probes(one_in, ("If-None-Match", tags)))
    assert within == without
    told = {one for text in within.values() for one in told_by(text)}
    assert told
    assert not {one for one in told if not one.startswith(PUBLIC)}
    assert not {one for text in known.values() for one in told_by(text)}


@pytest.mark.parametrize("handling", [Handling.GREEN, Handling.AMBER])
def test_what_supersedes_a_clear_entry_leaves_what_was_never_there(world, handling):
    """The page of a corrected entry, its file and its place say nothing of it."""
    with undone():
        before = Entry.objects.get(narrative=words("clear of FR", "narrative"))
        world.published(
            "superseding of FR",
            "2.1",
            "FR",
            hour=24,
            handling=handling,
            kind=Entry.Kind.CORRECTION,
            supersedes=before,
            reason=words("superseding of FR", "reason"),
        )
        after = asked(Client(), public_probes(3))
    assert not {one for text in after.values() for one in told_by(text)}
    empty = asked(Client(), [Probe("/public/plans/test-plan/commitments/2.1/")])
    assert told_by(next(iter(empty.values())))


def test_the_world_is_open(world: World):
    assert Client().get("/public/").status_code == 200
