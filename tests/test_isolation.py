"""Tests of tests/databases.py: what it promises to every other test."""

import os

import pytest
from django.core.cache import cache
from django.db import connections
from django.utils import timezone
from hypothesis import settings as hypothesis_settings

from audit.models import Event
from audit.record import record
from tests.databases import as_owner, filled_tables, migrated_rows
from tests.factories import make_members


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_a_committed_row_is_gone_in_the_next_test(time):
    """The audit log refuses its own application to delete anything."""
    assert not Event.objects.exists()
    member = make_members()["JP"]
    record(verb="try", target=member, by=None, at=timezone.now())
    with as_owner() as beside:
        assert "audit_event" in filled_tables(beside)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_rows_of_the_migrations_stay(time):
    with as_owner() as beside:
        assert filled_tables(beside) == list(migrated_rows)
    assert "django_migrations" in migrated_rows


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_is_cached_is_gone_in_the_next_test(time):
    assert cache.get("anything") is None
    cache.set("anything", time)


def test_the_owner_works_on_this_process_s_own_database():
    names = {connections[alias].settings_dict["NAME"] for alias in connections}
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    assert names == {f"g7plan_{worker}"}


def test_generated_examples_are_the_same_in_every_run(request):
    asked = request.config.getoption("--hypothesis-profile")
    assert hypothesis_settings().derandomize == (asked != "random")
    assert not hypothesis_settings.get_profile("random").derandomize
