"""Tests of the times of events: the database takes no other than the present one."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from audit.models import Demonstration, Event
from audit.record import record
from tests.progress.tampering import as_superuser

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("minutes", [-60 * 24, -11, 2, 60 * 24])
def test_an_event_of_another_time_is_refused(plan, now, time_rules, minutes):
    with (
        pytest.raises(DatabaseError, match="only the present time"),
        transaction.atomic(),
    ):
        record(verb="test", target=plan, by=None, at=now + timedelta(minutes=minutes))
    assert not Event.objects.exists()


@pytest.mark.parametrize("seconds", [0, -540, 50])
def test_the_clocks_of_two_machines_may_differ_a_little(plan, now, time_rules, seconds):
    record(verb="test", target=plan, by=None, at=now + timedelta(seconds=seconds))
    assert Event.objects.exists()


def test_a_demonstration_has_invented_times(plan, now, time_rules):
    with as_superuser() as admin:
        admin.execute("INSERT INTO audit_demonstration VALUES (true, now())")
    assert Demonstration.objects.exists()
    record(verb="test", target=plan, by=None, at=now - timedelta(days=100))
    assert Event.objects.exists()
