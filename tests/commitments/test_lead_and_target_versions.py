"""Tests of the versions of lead and target, read as known at an instant."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from commitments.models import LeadAndTargetVersion, MemberCommitment
from commitments.tracking import LeadAndTarget, leads_and_targets
from tests.databases import as_owner
from tests.factories import make_plan, member_commitment_of, set_lead_and_target

DAY = date(2027, 5, 1)
FIRST, SECOND = datetime(2017, 3, 1, tzinfo=UTC), datetime(2017, 4, 1, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)
REFUSED = ("UPDATE {} SET lead_authority = 'None'", "DELETE FROM {}", "TRUNCATE {}")


@pytest.fixture
def mine(plan):
    return member_commitment_of(plan, "1.2.2", "JP")


@pytest.fixture
def two_versions(mine):
    set_lead_and_target(mine, "Police", at=FIRST)
    set_lead_and_target(mine, "Customs", DAY, at=SECOND)
    return mine


@pytest.mark.parametrize(
    ("known_at", "expected"),
    [
        (FIRST - A_SECOND, LeadAndTarget()),
        (FIRST, LeadAndTarget("Police")),
        (SECOND - A_SECOND, LeadAndTarget("Police")),
        (SECOND, LeadAndTarget("Customs", DAY)),
    ],
)
def test_each_instant_has_the_version_known_then(two_versions, known_at, expected):
    rows = MemberCommitment.objects.with_lead_and_target(known_at)
    assert LeadAndTarget.of(rows.get(pk=two_versions.pk)) == expected
    make_plan("another")
    known = leads_and_targets(two_versions.commitment.plan, known_at)
    key = two_versions.commitment_id, "JP"
    assert known == ({} if expected == LeadAndTarget() else {key: expected})


def test_the_later_row_counts_whatever_the_clocks_said(mine):
    set_lead_and_target(mine, "Police", at=SECOND)
    set_lead_and_target(mine, "Customs", at=SECOND - A_SECOND)
    key = mine.commitment_id, "JP"
    known = leads_and_targets(mine.commitment.plan, SECOND)
    assert known == {key: LeadAndTarget("Customs")}


def test_a_row_whose_query_did_not_ask_for_them_has_neither(mine):
    with pytest.raises(AttributeError):
        LeadAndTarget.of(mine)


@pytest.mark.parametrize("statement", REFUSED)
def test_versions_are_only_ever_added(two_versions, statement):
    statement = statement.format(LeadAndTargetVersion._meta.db_table)
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert LeadAndTargetVersion.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET target_on = NULL", "DELETE FROM {}", "TRUNCATE {}"]
)
def test_not_even_the_owner_changes_them(two_versions, statement):
    statement = statement.format(LeadAndTargetVersion._meta.db_table)
    with as_owner() as owner, pytest.raises(psycopg.Error, match="is append-only"):
        owner.execute(statement)


def test_only_the_present_time_is_recorded(time_rules, mine):
    set_lead_and_target(mine, "Police", at=datetime.now(UTC))
    with pytest.raises(DatabaseError, match="only the present time"):
        set_lead_and_target(mine, "Customs", at=FIRST)


def test_one_search_of_the_index_finds_a_version(two_versions):
    """Of many versions, PostgreSQL reads the newest that was known."""
    LeadAndTargetVersion.objects.bulk_create(
        LeadAndTargetVersion(member_commitment=owed, set_at=FIRST, lead_authority="x")
        for owed in MemberCommitment.objects.exclude(pk=two_versions.pk)
        for _number in range(50)
    )
    rows = MemberCommitment.objects.filter(pk=two_versions.pk)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE commitments_leadandtargetversion")
    plan = rows.with_lead_and_target(SECOND).explain()
    assert "newest_lead_and_target" in plan
    assert "Seq Scan on commitments_leadandtargetversion" not in plan


# ---- Versions made from audit events, by the migration


first_versions = import_module("commitments.migrations.0009_first_versions")
ADOPTED = datetime(2016, 5, 27, tzinfo=UTC)


def versions(lead_authority, target_on, *events):
    """Return what the migration makes of present values and of events."""
    row = SimpleNamespace(
        lead_authority=lead_authority,
        target_on=target_on,
        commitment=SimpleNamespace(plan=SimpleNamespace(adopted_on=ADOPTED.date())),
    )
    made = first_versions.versions_of(row, events)
    return [(at, who, tuple(values.values())) for at, who, values in made]


def event(at, who, **data):
    return SimpleNamespace(at=at, actor_id=who, data=data)


def test_a_value_that_no_event_explains_counts_from_the_adoption():
    assert versions("", None) == []
    assert versions("Police", DAY) == [(ADOPTED, None, ("Police", DAY))]


def test_each_event_becomes_a_version():
    first = event(FIRST, "ann", lead_authority=["", "Police"])
    second = event(SECOND, "bob", target_on=[None, "2027-05-01"])
    third = event(SECOND, "bob", target_on=["2027-05-01", None])
    assert versions("Police", None, first, second, third) == [
        (FIRST, "ann", ("Police", None)),
        (SECOND, "bob", ("Police", DAY)),
        (SECOND, "bob", ("Police", None)),
    ]


def test_what_was_there_before_the_first_event_comes_first():
    change = event(FIRST, "ann", target_on=["2026-01-01", "2027-05-01"])
    assert versions("Police", DAY, change) == [
        (ADOPTED, None, ("Police", date(2026, 1, 1))),
        (FIRST, "ann", ("Police", DAY)),
    ]


def test_a_value_written_without_an_event_comes_last():
    change = event(FIRST, "ann", lead_authority=["", "Police"])
    (_, (at, who, values)) = versions("Customs", None, change)
    assert at > SECOND
    assert (who, values) == (None, ("Customs", None))
