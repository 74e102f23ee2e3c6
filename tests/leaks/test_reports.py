"""Tests of rule 4 in reports: of every kind, for every audience that is not amber.

A report is compiled in a world without the secrets that its readers may not know, and
in one with all of them. It must say the same, to the last figure.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from accounts.dates import next_second, utc_day
from accounts.models import Member
from commitments.models import Action, LeadAndTargetVersion
from progress.models import Handling
from reports.models import Report
from reports.snapshot import build_snapshot
from tests.factories import CHAIR
from tests.leaks.canaries import canary, told_by, told_here_alone
from tests.leaks.cast import BY_NAME
from tests.leaks.secrets import is_hidden, plant_all
from tests.leaks.world import World
from tests.progress.workflow_table import undone

# A reader whose reading is that of the audience.
READERS = {"green": "observer", "clear": "key_clear"}
EVERY_DAY = {("plan", "green"), ("changes", "green"), ("JP", "clear")}
ABOUT = ["plan", "compact", "JP", CHAIR, "brief", "changes", "changes, compact"]

REPORTS = [
    pytest.param(
        about,
        audience,
        marks=() if (about, audience) in EVERY_DAY else pytest.mark.long,
    )
    for about in ABOUT
    for audience in READERS
]


@pytest.fixture(autouse=True)
def _secrets_of_these_tests_alone() -> Iterator[None]:
    """Other tests look for every canary that was made."""
    with told_here_alone():
        yield


def report_about(world: World, about: str, audience: str) -> Report:
    """A report in the middle of what happens: some of it was known before its since."""
    known_at = next_second(world.now)
    fields: dict[str, Any] = {}
    if about in {"JP", CHAIR, "FR"}:
        fields = {"kind": "member", "member": Member.objects.get(pk=about)}
    elif about == "brief":
        action = Action.objects.get(plan=world.plan, number=1)
        fields = {"kind": "brief", "action": action}
    elif about.startswith("changes"):
        since = (world.ago(7) + timedelta(hours=5)).replace(microsecond=0)
        fields = {"kind": "changes", "since_known_at": since}
        fields["since_at"] = utc_day(since)
    return Report(
        plan=world.plan,
        stocktake=world.stocktake,
        audience=audience,
        layout="compact" if about.endswith("compact") else "full",
        at=utc_day(known_at),
        known_at=known_at,
        requested_at=known_at,
        requested_by=BY_NAME["coordinator"].user,
        **fields,
    )


def facts_in(world: World, about: str, audience: str, reader: str, *, hidden: bool):
    """Return what the report says in one of the two worlds."""
    with undone():
        plant_all(world, BY_NAME[reader], hidden=hidden)
        report = report_about(world, about, audience)
        return without_hashes(build_snapshot(report, ledger_head=None, font_dirs=()))


def without_hashes(snapshot: Any) -> Any:
    """Return the facts without the hashes of entries.

    A hash covers an id that no one can guess, so it says nothing of what it covers. But
    it is another one where an entry corrects one that its reader may not see.
    """
    facts = snapshot["facts"]
    for entry in facts["entries"].values():
        assert len(entry.pop("content_sha256")) == 64
    return facts


def hidden_in(facts: Any, reader: str) -> set[str]:
    told = told_by(json.dumps(facts))
    return {secret for secret in told if is_hidden(secret, BY_NAME[reader])}


@pytest.mark.parametrize(("about", "audience"), REPORTS)
def test_a_report_says_the_same_with_and_without_what_is_hidden(about, audience, world):
    reader = READERS[audience]
    without = facts_in(world, about, audience, reader, hidden=False)
    within = facts_in(world, about, audience, reader, hidden=True)
    assert hidden_in(within, reader) == set()
    assert within == without


@pytest.mark.parametrize("name", ["officer_fr", "head_fr"])
def test_an_amber_report_on_a_member_has_nothing_of_others(name, world):
    without = facts_in(world, "FR", "amber", name, hidden=False)
    within = facts_in(world, "FR", "amber", name, hidden=True)
    assert hidden_in(within, name) == set()
    assert within == without


def test_an_amber_report_of_the_presidency_does_have_it(world):
    """Otherwise, the other tests would prove nothing."""
    within = facts_in(world, "plan", "amber", "coordinator", hidden=True)
    assert any("amber" in secret for secret in told_by(json.dumps(within)))
    assert hidden_in(within, "observer")


@pytest.mark.parametrize(("about", "audience"), REPORTS)
def test_a_member_that_reports_everything_at_amber_is_as_silent_as_before(
    about, audience, world
):
    """After each publication, target date and withdrawal the report says the same."""
    hashes = set()
    codes = ("1.1.1", "1.2.1", "1.2.2", "2.1")
    with undone():
        for number, code in enumerate((None, *codes)):
            if code is not None:
                world.published(
                    f"all at amber {code}",
                    code,
                    "JP",
                    hour=12 + number,
                    handling=Handling.AMBER,
                )
                set_lead_and_target(world, code)
            report = report_about(world, about, audience)
            snapshot = build_snapshot(report, ledger_head=None, font_dirs=())
            hashes.add(snapshot["envelope"]["facts_sha256"])
    assert len(hashes) == 1


def set_lead_and_target(world: World, code: str) -> None:
    """Set a date that has passed, unless the member has released an entry there."""
    if code != "1.2.1":
        LeadAndTargetVersion.objects.create(
            member_commitment=world.owed(code, "JP"),
            lead_authority=canary("all at amber", "lead authority"),
            target_on=utc_day(world.ago(30)),
            set_at=world.ago(1),
            set_by=BY_NAME["officer_jp"].user,
        )


def test_the_words_of_entries_are_in_one_place(world):
    """So a legal erasure finds them all, in reports of every kind."""
    with undone():
        plant_all(world, BY_NAME["coordinator"], hidden=True)
        for about in ABOUT:
            report = report_about(world, about, "amber")
            snapshot: Any = build_snapshot(report, ledger_head=None, font_dirs=())
            assert told_by(json.dumps(snapshot)), about
            for entry in snapshot["facts"]["entries"].values():
                entry.update(narrative="", next_steps="", obstacles="", evidence=[])
            assert told_by(json.dumps(snapshot)) == set(), about
