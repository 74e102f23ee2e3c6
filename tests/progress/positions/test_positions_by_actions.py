"""Tests of rule 3 on histories made by the product's actions, read from its pages."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Role, Scope
from progress.actions.amendments import correct_entry, withdraw_entry
from progress.actions.clearance import clear_entry, submit_entry
from progress.actions.drafting import draft_entry, edit_entry
from progress.actions.ledger import seal_ledger
from progress.actions.review import publish_entry
from progress.entries.text import EntryText
from progress.models import Entry, LedgerRecord
from progress.positions.clocks import Clocks
from progress.positions.viewpoint import Viewpoint
from tests.factories import make_user
from tests.progress.rule_3 import Said, position_by_rule_3, shows_again_by_rule_3

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime.now(UTC).replace(microsecond=0) - 20 * DAY
FIRST_DAY = START.date() - 10 * DAY
DAYS = 4
AMENDMENTS = {"correction": correct_entry, "withdrawal": withdraw_entry}


@dataclass(frozen=True)
class Act:
    """One publication to come, or a sealing of the ledger, `pause` hours later."""

    kind: str
    pause: int
    day: int
    handling: str
    target: int


acts = st.lists(
    st.builds(
        Act,
        kind=st.sampled_from(["update", "update", "correction", "withdrawal", "seal"]),
        pause=st.integers(0, 1),
        day=st.integers(0, DAYS - 1),
        handling=st.sampled_from(["clear", "green", "amber"]),
        target=st.integers(0, 6),
    ),
    max_size=6,
)


class Teller:
    """Perform acts as people do, and record their content as plain data."""

    def __init__(self, row, officer, head, coordinator):
        self.row, self.at = row, START
        self.said: list[Said] = []
        self.officer, self.head, self.coordinator = officer, head, coordinator

    def perform(self, act: Act) -> None:
        self.at += act.pause * HOUR
        if act.kind == "seal":
            seal_ledger(self.at)
            return
        target = self._target(act)
        kind = act.kind if target else "update"
        text = EntryText(
            as_of=FIRST_DAY + act.day * DAY,
            status="limited",
            narrative="What was done.",
            handling=act.handling,
        )
        entry = self._published(self._draft(kind, target, text))
        assert entry.published_at
        self.said.append(
            Said(
                as_of=text.as_of,
                published_at=entry.published_at,
                handling=act.handling,
                kind=kind,
                supersedes=target,
                sequence=len(self.said),
                pk=entry.pk,
            )
        )

    def _target(self, act: Act) -> UUID | None:
        gone = {one.supersedes for one in self.said}
        standing = [
            one.pk
            for one in self.said
            if one.pk not in gone and one.kind != "withdrawal"
        ]
        if act.kind == "update" or not standing:
            return None
        return standing[act.target % len(standing)]

    def _draft(self, kind: str, target: UUID | None, text: EntryText) -> Entry:
        by, at = self.officer, self.at
        if target is None:
            return draft_entry(member_commitment=self.row, text=text, by=by, at=at)
        version = Entry.objects.get(pk=target).version
        amend = AMENDMENTS[kind]
        draft = amend(entry_id=target, version=version, reason="Wrong.", by=by, at=at)
        return edit_entry(
            entry_id=draft.pk, version=draft.version, text=text, by=by, at=at
        )

    def _published(self, entry: Entry) -> Entry:
        at = self.at
        for step, by in (
            (submit_entry, self.officer),
            (clear_entry, self.head),
            (publish_entry, self.coordinator),
        ):
            entry = step(entry_id=entry.pk, version=entry.version, by=by, at=at)
        return entry


@pytest.mark.long
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=acts, day=st.integers(0, DAYS), hour=st.integers(0, 7))
def test_pages_show_what_rule_3_gives_of_what_the_actions_made(
    acts, day, hour, plan, jp_122, officer_jp, head_jp, observer, coordinator
):
    partner = a_partner()
    readers = [
        (officer_jp, {"clear", "green", "amber"}),
        (coordinator, {"clear", "green", "amber"}),
        (observer, {"clear", "green"}),
        (partner, {"clear"}),
    ]
    at, known_at = FIRST_DAY + day * DAY, START + hour * HOUR
    teller = Teller(jp_122, officer_jp, head_jp, coordinator)
    with transaction.atomic():
        for act in acts:
            teller.perform(act)
        found = [
            (labels, shown_to(reader, plan, at, known_at)) for reader, labels in readers
        ]
        ledger = list(LedgerRecord.objects.order_by("pk").values_list("entry"))
        transaction.set_rollback(True)
    said = teller.said
    assert [pk for (pk,) in ledger] == [one.pk for one in said]
    for labels, (entry, shows_again) in found:
        expected = position_by_rule_3(said, labels, at, known_at)
        assert (entry and entry.pk) == (expected and expected.pk)
        if expected:
            assert shows_again == shows_again_by_rule_3(
                said, labels, at, known_at, expected
            )


def a_partner():
    """The same rights, narrowed as a partner's key would narrow them."""
    partner = make_user(Role.OBSERVER)
    partner.scopes = frozenset({Scope.READ_CLEAR})
    return partner


def shown_to(reader, plan, at: date, known_at: datetime):
    """Read a position as pages do: from the entries in force, for this reader."""
    now = datetime.now(UTC)
    clocks = Clocks.asked(at, known_at, now=now)
    viewpoint = Viewpoint.of(reader, now, plan=plan, clocks=clocks)
    positions = viewpoint.load(Entry.objects.all).positions
    position = next(iter(positions.values()), None)
    if position is None:
        return None, False
    return position.entry, position.shows_again
