"""Tests of erasing a person: nothing of them is left, and the record still verifies."""

from dataclasses import replace
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from psycopg import sql

from accounts.actions.approvals import write_address
from accounts.actions.erasure import without, words_of
from accounts.actions.people import change_person
from accounts.models import KnownDevice, PendingGrant, User
from accounts.profiles import profile_of
from audit.models import Event
from audit.record import record
from progress.actions.clearance import submit_entry
from progress.models import FocalPoint, State
from tests.databases import as_owner, filled_tables
from tests.factories import make_entry, member_commitment_of

pytestmark = pytest.mark.django_db(
    transaction=True, databases=["default", "owner", "signer"]
)
NAME, ADDRESS = "Aurelia Zanzibar", "aurelia@zanzibar.example"
FORMER_NAME, FORMER_ADDRESS = "Aurelia Mombasa", "aurelia@mombasa.example"


@pytest.fixture
def leaver(plan, stocktake, officer_jp, head_jp, administrator, now):
    """A person who left, whose name and address are in many places."""
    User.objects.filter(pk=officer_jp.pk).update(email=ADDRESS, name=NAME)
    officer_jp.refresh_from_db()
    mine = member_commitment_of(plan, "1.2.1", "JP")
    draft = make_entry(mine, by=officer_jp, stocktake=stocktake)
    submit_entry(entry_id=draft.pk, version=1, by=officer_jp, at=now)
    make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp, state=State.PUBLISHED
    )
    KnownDevice.objects.create(
        user=officer_jp, digest="0" * 64, first_seen_at=now, last_seen_at=now
    )
    FocalPoint.objects.create(
        member_id="JP", user=head_jp, deputy=officer_jp, deputy_phone="+81 3 1234",
        changed_at=now, changed_by=head_jp, version=1,
    )  # fmt: skip
    change_person(
        person_id=officer_jp.pk,
        version=1,
        profile=replace(profile_of(officer_jp), name=NAME, time_zone="Asia/Tokyo"),
        by=administrator,
        at=now,
    )
    PendingGrant.objects.create(
        kind=PendingGrant.Kind.SIGN_IN, person=officer_jp, member_id="JP", name=NAME,
        email=ADDRESS, roles=["officer"], basis={"email": ADDRESS},
        requested_at=now, requested_by=administrator,
    )  # fmt: skip
    User.objects.filter(pk=officer_jp.pk).update(is_active=False)
    return User.objects.get(pk=officer_jp.pk)


def erase(given, **options):
    out = StringIO()
    sent = {"reason": "Request 12", "by": "A. Clerk", "yes": True, **options}
    call_command("erase_person", given, stdout=out, **sent)
    return out.getvalue()


def tables_with(connection: psycopg.Connection, word: str) -> list[str]:
    """Return every table with this word in any column of a row."""
    return [
        table
        for table in filled_tables(connection)
        if connection.execute(
            sql.SQL("SELECT 1 FROM {} AS row WHERE row::text ILIKE %s LIMIT 1").format(
                sql.Identifier(table)
            ),
            [f"%{word}%"],
        ).fetchall()
    ]


def test_no_table_has_the_name_or_the_address(leaver):
    with as_owner() as connection:
        assert "accounts_user" in tables_with(connection, NAME)
        named = {"audit_event", "accounts_pendinggrant"}
        assert named <= set(tables_with(connection, ADDRESS))
    said = erase(ADDRESS)
    assert str(leaver.pk) in said
    with as_owner() as connection:
        assert tables_with(connection, NAME) == []
        assert tables_with(connection, ADDRESS) == []
        assert tables_with(connection, "+81 3 1234") == []
    assert not KnownDevice.objects.filter(user=leaver).exists()


@pytest.fixture
def renamed(leaver, administrator, head_jp, now):
    """The leaver had another name and another address before, as events still say."""
    person = User.objects.get(pk=leaver.pk)
    User.objects.filter(pk=person.pk).update(email=FORMER_ADDRESS, name=FORMER_NAME)
    person.refresh_from_db()
    record(verb="user.sign_in", target=person, by=person, at=now)
    person = change_person(
        person_id=person.pk,
        version=person.version,
        profile=replace(profile_of(person), name=NAME),
        by=administrator,
        at=now,
    )
    write_address(person, ADDRESS, by=administrator, at=now)
    PendingGrant.objects.create(
        kind=PendingGrant.Kind.CLASH, member_id="FR", name=FORMER_NAME,
        email=FORMER_ADDRESS, roles=["officer"], requested_at=now, requested_by=head_jp,
    )  # fmt: skip
    return person


def test_no_table_has_a_name_or_an_address_that_they_had_before(renamed):
    with as_owner() as connection:
        for word in (FORMER_NAME, FORMER_ADDRESS):
            assert "audit_event" in tables_with(connection, word)
    erase(ADDRESS)
    with as_owner() as connection:
        for word in (NAME, ADDRESS, FORMER_NAME, FORMER_ADDRESS):
            assert tables_with(connection, word) == []


def test_an_address_that_another_person_has_now_stays_theirs(renamed, head_jp, now):
    User.objects.filter(pk=head_jp.pk).update(email=FORMER_ADDRESS)
    head_jp.refresh_from_db()
    record(verb="user.sign_in", target=head_jp, by=head_jp, at=now)
    erase(ADDRESS)
    assert Event.objects.get(actor_id=head_jp.pk, verb="user.sign_in").actor == (
        FORMER_ADDRESS
    )


def test_what_they_did_stays_and_so_does_what_others_did(leaver, head_jp):
    acts = Event.objects.count()
    erase(str(leaver.pk))
    assert Event.objects.count() == acts + 1
    assert Event.objects.filter(actor_id=leaver.pk).exists()
    event = Event.objects.latest("pk")
    assert (event.verb, event.target) == ("user.erase", "[erased]")
    grant = PendingGrant.objects.get()
    assert (grant.person, grant.name, grant.roles) == (leaver, "[erased]", ["officer"])
    head_jp.refresh_from_db()
    assert head_jp.name == "Head JP"
    assert FocalPoint.objects.get().user == head_jp


def test_the_record_still_verifies(leaver):
    erase(ADDRESS)
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert "intact" in out.getvalue()


@pytest.mark.parametrize(
    ("name", "email", "text", "left"),
    [
        ("Head", "a@b.example", "Head of delegation", "Head of delegation"),
        ("Head", "a@b.example", "Head", "[erased]"),
        ("A. Bee", "a@b.example", "A. Bee for JP", "[erased] for JP"),
        ("A. Bee", "ann@b.example", "joann@b.example", "joann@b.example"),
        ("A. Bee", "ann@b.example", "to ann@b.example.", "to [erased]."),
        ("", "ann@b.example", "", ""),
    ],
)
def test_no_other_word_is_taken_out(name, email, text, left):
    words = words_of(User(name=name, email=email))
    assert without({"a": [text, 1]}, words) == {"a": [left, 1]}


def test_events_still_cannot_be_changed(leaver):
    erase(ADDRESS)
    with as_owner() as connection, pytest.raises(psycopg.errors.Error):
        connection.execute("UPDATE audit_event SET actor = 'somebody'")


@pytest.mark.parametrize(
    ("given", "options", "refusal"),
    [
        ("none@example.org", {}, "There is no person"),
        (ADDRESS, {"reason": " "}, "Give the reason"),
        (ADDRESS, {"by": " "}, "Give the reason"),
    ],
)
def test_an_unclear_erasure_is_refused(leaver, given, options, refusal):
    with pytest.raises(CommandError, match=refusal):
        erase(given, **options)
    leaver.refresh_from_db()
    assert leaver.name == NAME


def test_a_person_who_can_sign_in_is_deactivated_first(leaver):
    User.objects.filter(pk=leaver.pk).update(is_active=True)
    with pytest.raises(CommandError, match="Deactivate their account first"):
        erase(ADDRESS)


def test_nobody_is_erased_twice(leaver):
    erase(ADDRESS)
    with pytest.raises(CommandError, match="already been erased"):
        erase(str(leaver.pk))


def test_without_the_word_nothing_is_erased(leaver, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _: "no")
    with pytest.raises(CommandError, match="Nothing was erased"):
        erase(ADDRESS, yes=False)
