"""A database with enough rows that PostgreSQL chooses its plans as it does in service.

The fixture `large` switches Django to it for one test, and undoes what the test writes.
The first process that needs it makes it, once for all processes: factories make a few
rows, and SQL multiplies them. What each row has follows from its number, so that
PostgreSQL chooses the same plans in every run. Ask for no other fixture that needs the
database. A test that uses it is `long`, because making it takes half a minute.

    def test_tasks_scan_no_table(large, signed_in):
        with no_sequential_scan():
            signed_in(large.people["officer_jp"]).get("/tasks/")
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import pytest_django
from django.db import connections, transaction
from django.db.backends.postgresql.base import DatabaseWrapper

from accounts.models import Role, User
from audit.models import Event
from commitments.models import MemberCommitment, Plan
from partners.models import Notice
from progress.models import Comment, Entry, Question, State, Stocktake
from tests.databases import copy_template
from tests.factories import (
    CHAIR,
    make_body,
    make_entry,
    make_members,
    make_plan,
    make_presidencies,
    make_stocktake,
    make_user,
    member_commitment_of,
)
from tests.large.rows import multiply_all, multiply_scores
from tests.progress.assessments.scoring import released_table
from tests.services import TEMPLATE

PEOPLE = {
    "contributor_jp": (Role.CONTRIBUTOR, "JP"),
    "officer_jp": (Role.OFFICER, "JP"),
    "head_jp": (Role.HEAD, "JP"),
    "coordinator": (Role.COORDINATOR, CHAIR),
    "second_reviewer": (Role.COORDINATOR, "GB"),
    "observer": (Role.OBSERVER, None),
    "assessor": (Role.ASSESSOR, None),
    "administrator": (Role.ADMINISTRATOR, None),
}


@dataclass(frozen=True)
class Large:
    """The people, and the plan of which all others are copies, with its stocktake."""

    people: dict[str, User]
    plan: Plan
    stocktake: Stocktake


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "large" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def large_database(django_db_setup, django_db_blocker) -> str:
    """Return the name of the database. The first process makes it, for all of them."""
    name = f"{TEMPLATE}_large"
    done = Path(os.environ["VAR_DIR"]) / "large"
    with done.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _make(name, django_db_blocker)
            done.touch()
    return name


def _make(name: str, django_db_blocker: pytest_django.DjangoDbBlocker) -> None:
    address = os.environ["DATABASE_ADMIN_URL"]
    with psycopg.connect(address, autocommit=True) as admin:
        copy_template(admin, name)
    with django_db_blocker.unblock(), switched_to(name), transaction.atomic():
        _make_few_rows()
    with psycopg.connect(address, dbname=name) as admin:
        # Written as it is: no trigger and no foreign key is asked for each row.
        admin.execute("SET LOCAL session_replication_role = replica")
        multiply_all(admin)
    with django_db_blocker.unblock(), switched_to(name), transaction.atomic():
        _make_few_scores()
    with psycopg.connect(address, dbname=name) as admin:
        admin.execute("SET LOCAL session_replication_role = replica")
        multiply_scores(admin)
    with psycopg.connect(address, dbname=name, autocommit=True) as admin:
        admin.execute("VACUUM ANALYZE")


@pytest.fixture
def large(large_database, django_db_blocker) -> Iterator[Large]:
    """Django uses the large database during the test, in one transaction."""
    with django_db_blocker.unblock(), switched_to(large_database), transaction.atomic():
        yield Large(
            people={
                name: User.objects.get(email=f"{name}@large.example") for name in PEOPLE
            },
            plan=Plan.objects.get(slug="test-plan"),
            stocktake=Stocktake.objects.get(plan__slug="test-plan"),
        )
        transaction.set_rollback(True)


@contextmanager
def switched_to(name: str) -> Iterator[None]:
    """Use another database as Django's default one inside."""
    before = connections["default"].settings_dict["NAME"]
    _use(name)
    try:
        yield
    finally:
        _use(before)


def _use(name: str) -> None:
    connection = connections["default"]
    assert isinstance(connection, DatabaseWrapper)
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name


def _make_few_rows() -> None:
    """Make one valid row of each kind, which SQL then multiplies."""
    now = datetime.now(UTC)
    make_members()
    make_presidencies(now)
    people = {
        name: make_user(role, member=member, email=f"{name}@large.example", name=name)
        for name, (role, member) in PEOPLE.items()
    }
    plan = make_plan()
    stocktake = make_stocktake(
        plan,
        by=people["coordinator"],
        second_reviewer=people["second_reviewer"],
    )
    here = member_commitment_of(plan, "1.2.2", "JP")
    ours: dict[str, Any] = {
        "by": people["officer_jp"],
        "narrative": "Agencies exchange alerts. " * 12,
    }
    entry = make_entry(here, state=State.PUBLISHED, evidence=1, **ours)
    make_entry(here, stocktake=stocktake, **ours)
    Event.objects.create(
        at=now, verb="entry.publish", target_type="entry", target_id=str(entry.pk)
    )
    _make_words(entry, people, now)


def _make_words(entry: Entry, people: dict[str, User], now: datetime) -> None:
    Comment.objects.create(
        entry=entry,
        thread=Comment.Thread.DELEGATION,
        body="Please add the year.",
        written_at=now,
        written_by=people["officer_jp"],
        member_id="JP",
    )
    Question.objects.create(
        entry=entry,
        member_id="FR",
        body="Since when?",
        due_on=now.date() + timedelta(days=7),
        asked_at=now,
        asked_by=people["second_reviewer"],
    )
    Notice.objects.create(
        user=people["officer_jp"],
        kind="published",
        key="first",
        told_as="delegation",
        member_id="JP",
        entry=entry,
        created_at=now,
        read_at=now,
    )


def _make_few_scores() -> None:
    """Release one table of the first plan: every other cell has a score."""
    stocktake = Stocktake.objects.get(plan__slug="test-plan")
    owed = MemberCommitment.objects.filter(commitment__plan=stocktake.plan)
    places = list(owed.values_list("commitment__code", "member"))
    scores = {place: ("1", "0", "-1")[n % 3] for n, place in enumerate(places[::2])}
    released_table(make_body("observatory"), stocktake, scores)
