"""Tests of the leak tests: readers who may know a secret do find it.

Otherwise, its absence from other answers would prove nothing. After that, no other
reader may get the same page from any cache.
"""

import re
from collections.abc import Iterator
from itertools import product

import pytest
from django.test import Client

from tests.factories import CHAIR
from tests.leaks.addresses import addresses, entry_ids, evidence_ids
from tests.leaks.canaries import id_of, made_by, told_by
from tests.leaks.cast import BODIES, BY_NAME
from tests.leaks.probes import Probe
from tests.leaks.score_ids import TABLES, cell_id, table_id
from tests.leaks.scores import SCORED
from tests.leaks.secrets import is_hidden, plant_all
from tests.progress.workflow_table import undone

# Who reads what, and of whose entries.
ENTITLED = {
    "officer_jp": "JP",
    "head_jp": "JP",
    "head_of_the_chair": CHAIR,
    "coordinator": "JP",
    "second_reviewer": CHAIR,
    "officer_fr": "",
    "administrator": "",
    "observer": "",
    "assessor": "",
    "observatory_assessor": "",
    "institute_assessor": "",
}
# Written, and shown to no reader: pages show a key's own name, the files of a report
# tell what is in its snapshot, and a file that is no sheet is only said to be none.
UNSHOWN = (
    *("key of JP mail", "key of JP name", "key of IT mail", "key of IT name"),
    "sheet of JP content",
    *(
        f"score {field} of {member} {name}"
        for member in ("JP", CHAIR)
        for field, name in (("sheet", "content"), ("key", "mail"), ("key", "name"))
    ),
    "report of JP snapshot",
    "report of IT snapshot",
    # A file with a virus is withheld from all. The name of what was found is shown,
    # and which scanner found it is not.
    *(
        name
        for entry in ("amber", "draft")
        for member in ("JP", CHAIR)
        for name in (
            f"scan of {entry} of {member} engine",
            f"{entry} of {member} file content",
        )
    ),
    # Shown to their keys alone, and most of it to none.
    *(
        f"key webhook of {member} {field}"
        for member in ("JP", CHAIR)
        for field in ("host", "path", "secret", "cursor", "cursor of a delivery")
    ),
)
# Pages and lists that every reader requests.
SHARED = [
    "/",
    "/matrix/",
    "/plans/test-plan/matrix/",
    "/plans/test-plan/commitments/1.2.1/",
    "/plans/test-plan/commitments/1.1.1/JP/",
    "/reports/",
    "/api/v1/entries/",
    "/api/v1/positions/?plan=test-plan",
    "/api/v1/reports/",
]
ETAG = re.compile(r"^ETag: (.+)$", re.MULTILINE)


@pytest.fixture
def all_secrets(world) -> Iterator[set[str]]:
    """Plant all secrets, of which some are steps added to what is published.

    They are taken away again before the database would check the order of the steps.
    """
    anonymous = BY_NAME["anonymous"]
    with undone():
        yield made_by(lambda: plant_all(world, anonymous, hidden=True))


def reading(name: str, member: str) -> list[Probe]:
    """Pages that are read; a verb's own page says no more than its entry's.

    No score table that a body works on opens for anyone else.
    """
    scores = BY_NAME[name].body
    hidden = {*entry_ids(), *evidence_ids()}
    theirs = {*entry_ids(member), *evidence_ids(member)} if member else set()
    read = [
        path
        for found in addresses()
        for path in found
        if not path.startswith("/api/")
        if not path.startswith("/entries/") or path.count("/") == 3
        if scores or not path.startswith("/assessing/")
    ]
    return [
        Probe(path)
        for path in read
        if theirs & set(path.split("/")) or not hidden & set(path.split("/"))
    ]


def cells(name: str) -> list[Probe]:
    """The page of each score that the body of this assessor gave, in every table."""
    body = BY_NAME[name].body
    owners = [member for member, slug in BODIES.items() if slug == body]
    return [
        Probe(
            f"/assessing/{table_id(secret, number)}/"
            f"?cell={cell_id(secret, number, f'{code} {member}')}"
        )
        for (table, number), owner in product(TABLES, owners)
        for secret in [f"{table} of {owner}"]
        for code, member in SCORED
    ]


@pytest.mark.long
def test_who_may_know_of_a_secret_finds_it(all_secrets):
    unheard = {one for one in all_secrets if not one.endswith(UNSHOWN)}
    assert len(unheard) > 100
    for probe, client in asked_by_the_entitled():
        unheard -= told_by(probe.ask(client))
        if not unheard:
            break
    assert not unheard, "\n".join(sorted(unheard))


def asked_by_the_entitled() -> Iterator[tuple[Probe, Client]]:
    for name, member in ENTITLED.items():
        client = BY_NAME[name].sign_in()
        # No page has what a delegation's own system calls an entry.
        listed = Probe("/api/v1/entries/?format=jsonl")
        for probe in [*reading(name, member), *cells(name), listed]:
            yield probe, client


@pytest.mark.parametrize(
    ("name", "whose"), [("key_webhooks", "key"), ("key_all_fr", "another key")]
)
def test_a_key_finds_its_own_webhooks_and_what_was_sent_there(world, name, whose):
    client = BY_NAME[name].sign_in()
    with undone():
        plant_all(world, BY_NAME[name], hidden=True)
        listed = Probe("/api/v1/webhooks/").ask(client)
        for member in ("JP", CHAIR):
            webhook = f"{whose} webhook of {member}"
            shown = {f"{webhook} host", f"{webhook} path"}
            assert shown <= told_by(listed)
            address = f"/api/v1/webhooks/{id_of(webhook)}/"
            assert shown == told_by(Probe(address).ask(client))
            sent = Probe(f"{address}deliveries/").ask(client)
            assert str(id_of(f"delivery of {webhook}")) in sent
            assert str(id_of(f"former delivery of {webhook}")) not in sent


@pytest.mark.long
def test_what_was_made_for_one_reader_is_served_to_no_other(all_secrets):
    tags: set[str] = set()
    for name in ("head_jp", "coordinator"):
        client = BY_NAME[name].sign_in()
        for path in SHARED:
            tags |= set(ETAG.findall(Probe(path).ask(client)))
    known = (("If-None-Match", ", ".join(sorted(tags))),)
    for name in ("former_coordinator", "officer_fr", "observer", "key_green"):
        reader = BY_NAME[name]
        client = reader.sign_in()
        for path in SHARED:
            text = Probe(path).ask(client)
            assert not {one for one in told_by(text) if is_hidden(one, reader)}
            assert "private" in text or "no-store" in text
            if tags:
                again = Probe(path, headers=known).ask(client)
                assert ETAG.findall(again) == ETAG.findall(text)
