"""Tests of rule 4: no reader learns of a report that is not theirs, however they ask.

Each reader asks twice, in a world with the reports that they may know of and in one
with all of them: for lists, filters, files and acts. The answers have the same words,
length and number of queries. Two readers ask again after a handover.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Presidency, Role
from tests.factories import CHAIR, NEXT_CHAIR
from tests.leaks.addresses import NOBODY
from tests.leaks.canaries import text_of, told_by, told_here_alone
from tests.leaks.cast import BY_NAME, Reader
from tests.leaks.kept_reports import (
    KEPT,
    Kept,
    Shelf,
    code_of,
    format_of,
    is_presidency,
    reads,
)
from tests.leaks.probes import Probe, links_in, steady
from tests.leaks.test_leaks import differences
from tests.leaks.world import World
from tests.progress.workflow_table import undone

# Every act on a report: none may say whether it is there.
ACTS = ("circulate", "object", "stop", "final", "cancel", "retry")
PARTS = ("", "cover/", "changes/", "files/manifest/", *(f"{act}/" for act in ACTS))
LISTS = [
    "/",
    "/notices/",
    "/audit/",
    "/new/",
    "/reports/",
    "/reports/new/changes/",
    "/reports/schedules/",
    "/reports/?ordering=-state",
    "/reports/?page=2",
]
API_LISTS = [
    "/api/v1/reports/",
    "/api/v1/reports/?page_size=1",
    *(
        f"/api/v1/reports/?{urlencode({name: value})}"
        for name, value in (
            ("circulation", "none"),
            ("circulation", "circulated"),
            ("circulation", "objected"),
            ("circulation", "final"),
            ("kind", "changes"),
            ("audience", "amber"),
            ("state", "failed"),
            ("ordering", "at"),
        )
    ),
]
READERS = [
    "officer_fr",
    "anonymous",
    "head_jp",
    "former_coordinator",
    "observer",
    "administrator",
    "head_of_the_chair",
    "coordinator",
    "key_reports",
    "key_all_fr",
]


@pytest.fixture(autouse=True)
def _secrets_of_these_tests_alone() -> Iterator[None]:
    with told_here_alone():
        yield


def lists_of(reader: Reader) -> list[Probe]:
    paths = API_LISTS if reader.is_key else [*API_LISTS, *LISTS]
    # An administrator learns that a job exists, and whose it is. The home counts them.
    is_counted = Role.ADMINISTRATOR in reader.roles
    return [Probe(path) for path in paths if path != "/" or not is_counted]


def address_of(kept: Kept, turn: int, reader: Reader) -> Probe:
    """One address of a report: its file, a part of it, or an act on it, in turn."""
    number = KEPT.index(kept) + turn
    file = f"files/{format_of(kept)}/"
    if reader.is_key:
        return Probe(f"/api/v1/reports/{kept.pk}/{file if number % 3 else ''}")
    if number % 3 == 0:
        return Probe(f"/api/v1/reports/{kept.pk}/{file}")
    if number % 3 == 1:
        return Probe(f"/reports/{kept.pk}/{file}")
    part = PARTS[number // 3 % len(PARTS)]
    is_act = part.strip("/") in ACTS and number % 2
    return Probe(f"/reports/{kept.pk}/{part}", "post" if is_act else "get")


def asked(probe: Probe, client: Client) -> str:
    """What is answered, and with how many queries."""
    with CaptureQueriesContext(connection) as queries:
        text = probe.ask(client)
    return f"{text}\n{len(queries)} queries"


def verified(code: str, client: Client) -> str:
    with undone(), CaptureQueriesContext(connection) as queries:
        text = steady(text_of(client.post("/verify/", {"code": code})))
    return f"{text}\n{len(queries)} queries"


def check(world: World, reader: Reader, chair: str = CHAIR, turn: int = 0) -> None:
    client = reader.sign_in()
    tried = lists_of(reader)
    cache.clear()
    with undone():
        Shelf(world, reader, chair, hidden=False).plant()
        without = {probe: asked(probe, client) for probe in tried}
        archive = without.get(Probe("/reports/"), "")
        filters = [one for one in links_in(Probe("/reports/"), archive) if "?" in one]
        further = [Probe(link) for link in filters if link.startswith("/reports/")]
        without |= {one: asked(one, client) for one in further[turn % 3 :: 3]}
    cache.clear()
    with undone():
        Shelf(world, reader, chair, hidden=True).plant()
        within = {probe: asked(probe, client) for probe in without}
        told = {secret for text in within.values() for secret in told_by(text)}
        hidden = [one for one in KEPT if not reads(reader, one, chair)]
        check_addresses(hidden, reader, client, turn)
        if not reader.is_key:
            check_codes(hidden, client)
    assert differences(without, within) == {}
    assert not {one for one in told if one.rsplit(" ", 1)[0] in map(name_of, hidden)}


def name_of(kept: Kept) -> str:
    return kept.name


def check_addresses(
    hidden: list[Kept], reader: Reader, client: Client, turn: int
) -> None:
    """A report that is hidden is answered like one that never was."""
    nothing: dict[Probe, str] = {}
    for kept in hidden:
        probe = address_of(kept, turn, reader)
        same = replace(probe, path=probe.path.replace(kept.pk, NOBODY))
        if same not in nothing:
            nothing[same] = asked(same, client)
        assert asked(probe, client).replace(kept.pk, NOBODY) == nothing[same], probe


def check_codes(hidden: list[Kept], client: Client) -> None:
    """Its code is answered like any other, unless it is final: all learn that."""
    of_each_state = {one.state: one for one in hidden if one.state != "final"}
    answers = {verified(code_of(one.name), client) for one in of_each_state.values()}
    assert answers <= {verified(code_of("nothing at all"), client)}


def hand_over(world: World) -> None:
    """The next member takes the chair, an instant ago."""
    half = timedelta(days=180)
    Presidency.objects.filter(member=NEXT_CHAIR).update(
        starts_at=world.now + half, ends_at=world.now + 2 * half
    )
    Presidency.objects.filter(member=CHAIR).update(ends_at=world.now)
    Presidency.objects.filter(member=NEXT_CHAIR).update(starts_at=world.now)


@pytest.mark.long
@pytest.mark.parametrize("name", READERS)
def test_a_report_that_is_not_theirs_is_not_there(name, world):
    check(world, BY_NAME[name], turn=READERS.index(name))


@pytest.mark.long
@pytest.mark.parametrize("name", ["coordinator", "next_coordinator"])
def test_a_handover_moves_what_is_there_to_the_next_presidency(name, world):
    hand_over(world)
    assert is_presidency(BY_NAME[name], NEXT_CHAIR) == (name == "next_coordinator")
    check(world, BY_NAME[name], NEXT_CHAIR, turn=len(READERS))


@pytest.mark.long
def test_who_may_read_a_report_finds_its_file(world):
    """Otherwise, the tests above would prove nothing."""
    with undone():
        Shelf(world, BY_NAME["coordinator"], CHAIR, hidden=True).plant()
        for name in ("coordinator", "officer_fr", "observer"):
            client = BY_NAME[name].sign_in()
            theirs = [one for one in KEPT if reads(BY_NAME[name], one)]
            done = [one for one in theirs if one.state in {"draft", "broken", "final"}]
            for kept in done:
                path = f"/api/v1/reports/{kept.pk}/files/{format_of(kept)}/"
                assert told_by(Probe(path).ask(client)) == {f"{kept.name} file"}


def test_an_administrator_learns_that_a_final_failed_and_not_what_differs(world):
    """The jobs are theirs to try again. Of their content they read nothing."""
    failed = [one for one in KEPT if one.state == "final failed"]
    with undone():
        Shelf(world, BY_NAME["administrator"], CHAIR, hidden=True).plant()
        client = BY_NAME["administrator"].sign_in()
        listed = Probe("/jobs/?state=failed").ask(client)
    assert "Circulate a next draft." in listed
    assert all(one.pk in listed for one in failed)
    names = {f"{one.name} problem" for one in failed}
    assert not names & told_by(listed)
