"""Tests of what the database itself refuses of public reading."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import Role
from audit.models import Demonstration
from progress.models import Handling, PublicAgreement, PublicReading, State
from tests.factories import make_user
from tests.progress.public_reading.opening import agree, make_clear, make_public_reading

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


def refused(act, words: str) -> None:
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        act()


def update(table: str, what: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {what}")


@pytest.fixture
def proposed(members) -> PublicReading:
    return make_public_reading(started=None)


def confirm(reading: PublicReading, **fields: object) -> None:
    at = now()
    values = {
        "confirmed_at": at,
        "confirmed_by": make_user(Role.ADMINISTRATOR),
        "starts_at": at + 14 * DAY,
        **fields,
    }
    PublicReading.objects.filter(pk=reading.pk).update(**values)


def test_the_person_who_proposed_cannot_confirm(proposed):
    refused(
        lambda: confirm(proposed, confirmed_by=proposed.proposed_by),
        "public_reading_is_confirmed_by_another",
    )


@pytest.mark.parametrize("days", [0, 13.99, 15])
def test_the_notice_is_fourteen_days(proposed, days):
    refused(
        lambda: confirm(proposed, starts_at=now() + timedelta(days=days)),
        "public_reading_starts_after_the_notice",
    )


@pytest.mark.parametrize(
    "person",
    [
        lambda: make_user(Role.HEAD, member="JP"),
        lambda: make_user(Role.ADMINISTRATOR, is_active=False),
        lambda: make_user(Role.ADMINISTRATOR, is_service=True),
    ],
    ids=["head", "deactivated", "machine"],
)
def test_only_an_administrator_in_person_decides(proposed, person):
    words = "not confirmed by an administrator"
    refused(lambda: confirm(proposed, confirmed_by=person()), words)
    PublicReading.objects.filter(pk=proposed.pk).update(
        ended_at=now(), ended_by=proposed.proposed_by
    )
    refused(
        lambda: PublicReading.objects.create(proposed_at=now(), proposed_by=person()),
        "not proposed by an administrator",
    )


def test_who_ends_it_is_an_administrator_or_in_the_chair(
    proposed, former_coordinator, coordinator, head_jp
):
    rows = PublicReading.objects.filter(pk=proposed.pk)
    for person in (former_coordinator, head_jp):
        refused(
            lambda person=person: rows.update(ended_at=now(), ended_by=person),
            "not ended by an administrator or the Presidency",
        )
    assert rows.update(ended_at=now(), ended_by=coordinator) == 1


def test_there_is_one_at_a_time(proposed):
    refused(
        lambda: make_public_reading(started=None), "public_reading_is_one_at_a_time"
    )


def test_it_is_not_added_as_confirmed(members):
    at, first, second = now(), *(make_user(Role.ADMINISTRATOR) for _ in range(2))
    refused(
        lambda: PublicReading.objects.create(
            proposed_at=at,
            proposed_by=first,
            confirmed_at=at,
            confirmed_by=second,
            starts_at=at + 14 * DAY,
        ),
        "confirmed or over before it is proposed",
    )


@pytest.mark.parametrize(
    "what",
    [
        "proposed_at = proposed_at - interval '1 day'",
        "confirmed_at = confirmed_at - interval '1 day',"
        " starts_at = starts_at - interval '1 day'",
        "confirmed_at = NULL, confirmed_by_id = NULL, starts_at = NULL",
        "confirmed_by_id = proposed_by_id",
        "id = gen_random_uuid()",
    ],
)
def test_what_was_recorded_stays(members, what):
    make_public_reading(started=-DAY)
    refused(lambda: update("progress_publicreading", what), "recorded and stays")


def test_what_is_over_cannot_begin_again(proposed):
    PublicReading.objects.filter(pk=proposed.pk).update(
        ended_at=now(), ended_by=proposed.proposed_by
    )
    refused(lambda: confirm(proposed), "over before it is confirmed|recorded and stays")
    refused(
        lambda: update("progress_publicreading", "ended_at = NULL, ended_by_id = NULL"),
        "recorded and stays",
    )


@pytest.mark.parametrize("table", ["publicreading", "publicagreement"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_no_row_is_removed(table, statement):
    with connection.cursor() as cursor:
        refused(
            lambda: cursor.execute(statement.format(f"progress_{table}")),
            "permission denied",
        )


@pytest.mark.parametrize(
    "fields",
    [{"handling": Handling.GREEN}, {"state": State.DRAFT}],
    ids=["green", "draft"],
)
def test_an_agreement_is_of_a_published_clear_entry(plan, fields):
    entry = make_clear(plan, **fields)
    refused(lambda: agree(entry), "not of a published clear entry")


def test_an_agreement_is_given_by_a_head_of_the_entry_s_member(plan):
    entry = make_clear(plan)
    for person in (
        make_user(Role.HEAD, member="FR"),
        make_user(Role.OFFICER, member="JP"),
        make_user(Role.HEAD, member="JP", is_active=False),
    ):
        refused(lambda person=person: agree(entry, person), "not given by a head")
    refused(
        lambda: PublicAgreement.objects.create(
            entry=entry,
            member_id="FR",
            agreed_at=now(),
            agreed_by=make_user(Role.HEAD, member="FR"),
        ),
        "not of a published clear entry of its member",
    )


def test_an_agreement_is_given_once_and_withdrawn_once(plan):
    entry = make_clear(plan)
    agree(entry)
    with pytest.raises(IntegrityError), transaction.atomic():
        agree(entry)
    given = PublicAgreement.objects.get()
    rows = PublicAgreement.objects.filter(pk=given.pk)
    rows.update(withdrawn_at=now(), withdrawn_by=given.agreed_by)
    for what in (
        "withdrawn_at = NULL, withdrawn_by_id = NULL",
        "agreed_at = agreed_at - interval '1 day'",
    ):
        refused(lambda what=what: update("progress_publicagreement", what), "stays")
    agree(entry)


def test_outside_a_demonstration_only_the_present_time_is_recorded(members):
    """So no one turns it on by a date in the past."""
    assert Demonstration.objects.exists()  # the other tests invent times
    body = """
        SELECT prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
        WHERE tgname = 'public_reading_in_time'
    """
    with connection.cursor() as cursor:
        cursor.execute(body)
        assert "is_present" in cursor.fetchone()[0]
