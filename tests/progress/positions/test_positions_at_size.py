"""Positions read what they show, for every reader and both clocks."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.dates import utc_day
from accounts.models import User
from commitments.models import MemberCommitment
from progress.ledger.closing_hash import closing_hash
from progress.models import Entry
from progress.positions.clocks import Clocks
from progress.positions.position import positions_for_audience
from progress.querysets.entries import EntryQuerySet
from tests.explain import no_sequential_scan, rows_read, tables_scanned
from tests.large.database import PEOPLE, Large

# The position, the few above it that do not count for the reader, and what amends them.
# Each member commitment has 32 entries.
ROWS_FOR_EACH = 10
READERS = [name for name in PEOPLE if name != "administrator"]  # who reads no entry
PAST = date.today() - timedelta(days=1000)  # noqa: DTZ011 - any day of the past


def owed_in(large: Large) -> list[MemberCommitment]:
    return list(
        MemberCommitment.objects.filter(commitment__plan=large.plan).select_related(
            "commitment"
        )
    )


def clocks() -> dict[str, Clocks]:
    now = timezone.now()
    return {
        "now": Clocks.now(now),
        "then": Clocks.asked(PAST, None, now=now),
        "then as known now": Clocks.asked(PAST, now, now=now),
    }


def slowly(
    seen: EntryQuerySet, owed: MemberCommitment, at: date, known_at: datetime
) -> Entry | None:
    """Return a position by the text of rule 3, from all entries there."""
    known = [
        entry
        for entry in Entry.objects.filter(member_commitment=owed, state="published")
        if entry.published_at and entry.published_at <= known_at
    ]
    gone = {entry.supersedes_id for entry in known}
    visible = set(seen.filter(member_commitment=owed).values_list("pk", flat=True))
    left = [
        entry
        for entry in known
        if entry.pk not in gone
        and entry.kind != "withdrawal"
        and entry.pk in visible
        and entry.as_of <= at
    ]
    return max(
        left,
        key=lambda entry: (entry.as_of, entry.published_at, entry.ledger_record_id),
        default=None,
    )


@pytest.mark.parametrize("moment", ["now", "then", "then as known now"])
@pytest.mark.parametrize("who", READERS)
def test_positions_of_a_plan_are_one_look_each(large, who, moment):
    seen = Entry.objects.visible_to(large.people[who], timezone.now())
    owed, clock = owed_in(large), clocks()[moment]
    of = MemberCommitment.objects.filter(commitment__plan=large.plan)
    for found in (
        seen.positions(of, at=clock.at, known_at=clock.known_at),
        seen.annotated_positions(of, at=clock.at, known_at=clock.known_at),
    ):
        assert not tables_scanned(found)
        assert rows_read(found)["progress_entry"] <= ROWS_FOR_EACH * len(owed)
    assert {entry.member_commitment_id: entry for entry in found} == {
        row.pk: entry
        for row in owed
        if (entry := slowly(seen, row, clock.at, clock.known_at))
    }


@pytest.mark.parametrize("audience", ["clear", "green", "amber"])
def test_a_report_reads_the_positions_of_its_plan(large, audience):
    at = timezone.now()
    with no_sequential_scan():
        found = positions_for_audience(
            large.plan,
            audience=audience,
            stocktake=large.stocktake,
            at=utc_day(at),
            known_at=at,
        )
    assert found


def test_the_hash_of_a_close_reads_the_positions_of_its_plan(large):
    large.stocktake.closed_at = timezone.now()
    with no_sequential_scan():
        assert closing_hash(large.stocktake)


def test_what_an_entry_supersedes_is_looked_up_entry_by_entry(large):
    for who in ("officer_jp", "observer", "second_reviewer"):
        seen = _visible(large.people[who])
        page = seen.redacted_to(seen).with_successors().with_in_force(timezone.now())
        first = page.filter(pk__in=Entry.objects.order_by("pk").values("pk")[:100])
        assert not tables_scanned(first)
        assert rows_read(first)["progress_entry"] < 2000


def _visible(reader: User) -> EntryQuerySet:
    return Entry.objects.visible_to(reader, timezone.now())
