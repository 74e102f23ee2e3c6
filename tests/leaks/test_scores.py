"""Tests of who learns of scores: every reader, at every address that may show them.

No one outside a body learns of a draft, of how much of it is scored, or of what its
delegations and it have written to each other, unless the body has chosen so.
"""

import re
from collections.abc import Iterator

import pytest

from tests.leaks.addresses import addresses, of_tables
from tests.leaks.canaries import made_by, told_by
from tests.leaks.cast import BY_NAME, READERS, SCORERS, Reader
from tests.leaks.entries import MEMBERS
from tests.leaks.probes import SCORE_PAGES, SCORES, Probe, other_methods, probes
from tests.leaks.secrets import ON_SCORES, plant_all
from tests.leaks.test_leaks import THOROUGH, check
from tests.progress.workflow_table import undone

# Where scores are shown, counted or named.
OF_SCORES = re.compile(
    r"/((assessing|feedback|scores|audit|new|jobs|notices|ledger|changes|feeds)/.*)?"
    r"|/plans/[\w-]+/(scores/.*|changes/)?"
    r"|/plans/[\w-]+/(commitments/1\.2\.2/(JP/)?|members/JP/|stocktakes/first/)"
    r"|/people/(me/|me/data/|keys/.*)?"
    r"|/api/v1/(assess[\w-]+|guidelines|changes|me|stocktakes)/.*"
)
# Of another body, of a delegation that is asked, of those who read what is released,
# and of those who may know nothing. Each tries a part of all: the four have all of it.
EVERY_DAY = ["institute_assessor", "officer_fr", "observer", "administrator"]
# Written, and shown to no reader: a file that is no sheet is only said to be none, and
# pages show a key's own name.
UNSHOWN = tuple(
    f"{one} of {member} {field}"
    for member in MEMBERS
    for one, fields in {
        "score sheet": ["content"],
        "score key": ["mail", "name"],
    }.items()
    for field in fields
)


def score_paths() -> list[str]:
    return [
        path for found in addresses() for path in found if OF_SCORES.fullmatch(path)
    ]


def score_probes(turn: int, one_in: int = 1) -> list[Probe]:
    """Every address of scores; where it has an id, also a POST and another method.

    Or one in so many: readers whose turns follow try the others.
    """
    paths = score_paths()
    sent = [path for path in paths if any(one in path for one in SCORES)]
    every = [
        *(Probe(path) for path in paths),
        *SCORE_PAGES,
        *(Probe(path, "post") for path in sent),
        *other_methods([paths], deep=True, turn=turn),
    ]
    return every[turn % one_in :: one_in]


def knowing_the_same(name: str) -> list[str]:
    """The readers who may know the same of scores, in the order of the cast.

    Those come first who try everything in test_leaks.py. Keys are apart: no page is for
    them.
    """

    def known_by(reader: Reader) -> tuple[bool, frozenset[str]]:
        known = {
            f"{secret.name} of {member}"
            for secret in ON_SCORES
            for member in MEMBERS
            if reader.knows(secret.audience, member)
        }
        return reader.is_key, frozenset(known)

    mine = known_by(BY_NAME[name])
    same = [reader.name for reader in READERS if known_by(reader) == mine]
    return sorted(same, key=lambda one: one not in THOROUGH)


def further_probes(name: str) -> list[Probe]:
    """The probes of scores that test_leaks.py does not try as this reader.

    Of several readers who may know the same, the first tries all, and each of the
    others every third. Three of them have all.
    """
    turn = READERS.index(BY_NAME[name])
    if name in THOROUGH:
        elsewhere = set(probes(deep=True, turn=turn))
        return [probe for probe in score_probes(turn) if probe not in elsewhere]
    place = knowing_the_same(name).index(name)
    return score_probes(turn) if place == 0 else score_probes(place, one_in=3)


def test_someone_of_each_kind_tries_all_of_scores(chair):
    kinds = {tuple(knowing_the_same(name)) for name in BY_NAME}
    assert sorted(name for kind in kinds for name in kind) == sorted(BY_NAME)
    assert len(kinds) > 10
    for first, *_others in kinds:
        whole = score_probes(READERS.index(BY_NAME[first]))
        elsewhere = probes(deep=True, turn=READERS.index(BY_NAME[first]))
        assert {*whole} <= {*further_probes(first), *elsewhere}


@pytest.mark.parametrize("name", EVERY_DAY)
def test_a_reader_learns_nothing_of_hidden_scores(name, world):
    turn = EVERY_DAY.index(name)
    check(world, BY_NAME[name], score_probes(turn, len(EVERY_DAY)), most_links=5)


@pytest.mark.long
@pytest.mark.parametrize("name", list(BY_NAME))
def test_a_reader_learns_nothing_of_hidden_scores_whatever_they_try(name, world):
    check(world, BY_NAME[name], further_probes(name), most_links=40)


@pytest.fixture
def all_secrets(world) -> Iterator[set[str]]:
    with undone():
        yield made_by(lambda: plant_all(world, BY_NAME["anonymous"], hidden=True))


def test_who_may_know_of_scores_finds_them(all_secrets):
    """Otherwise, their absence from other answers would prove nothing.

    The bodies also read what delegations have written to them.
    """
    names = tuple(f"{secret.name} of " for secret in ON_SCORES)
    unheard = {one for one in all_secrets if one.startswith(names)} - set(UNSHOWN)
    assert len(unheard) > 100
    lists = [
        f"/api/v1/assessments/?table={pk}&format=jsonl" for pk in of_tables("table")()
    ]
    for name in SCORERS.values():
        client = BY_NAME[name].sign_in()
        for path in [*score_paths(), *lists]:
            unheard -= told_by(Probe(path).ask(client))
    assert unheard == set()
