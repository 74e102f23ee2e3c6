"""Tests of one person's data: all that is theirs, and nothing else."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import KnownDevice, Role
from audit.models import Event
from audit.record import record
from g7plan.privacy.own_data import own_data
from progress.models import Entry, FocalPoint, State
from tests.factories import assign, make_entry, make_user, member_commitment_of

pytestmark = pytest.mark.django_db

SECRET = "zanzibar"
ADDRESS = "/people/me/data/"


@pytest.fixture
def busy(plan, stocktake, officer_jp, coordinator, now):
    """An officer with rows of several kinds, and an entry with a secret word."""
    mine = member_commitment_of(plan, "1.2.1", "JP")
    make_entry(mine, by=officer_jp, state=State.SUBMITTED, narrative=SECRET, evidence=1)
    assign(officer_jp, mine)
    KnownDevice.objects.create(
        user=officer_jp, digest="0" * 64, first_seen_at=now, last_seen_at=now
    )
    FocalPoint.objects.create(
        member_id="JP", user=officer_jp, phone="+81 3 1234",
        changed_at=now, changed_by=officer_jp, version=1,
    )  # fmt: skip
    record(verb="user.sign_in", target=officer_jp, by=officer_jp, at=now)
    return officer_jp


def test_a_person_downloads_their_data(busy, signed_in):
    answer = signed_in(busy).get(ADDRESS)
    data = json.loads(answer.content)
    assert data["account"]["email"] == busy.email
    assert data["rows"]["progress.FocalPoint.user"] == [{"phone": "+81 3 1234"}]
    assert len(data["rows"]["progress.Entry.written_by"]) == 1
    assert [event["verb"] for event in data["events"]] == ["user.sign_in"]
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith("attachment")


def test_the_page_of_the_account_leads_there(busy, signed_in):
    assert ADDRESS in signed_in(busy).get("/people/me/").content.decode()


def test_it_has_no_text_no_secret_and_no_id_of_an_entry(busy, signed_in):
    entry = Entry.objects.get()
    text = signed_in(busy).get(ADDRESS).content.decode()
    for hidden in (SECRET, str(entry.pk), busy.password, "0" * 64):
        assert hidden not in text


def test_nobody_gets_the_data_of_another(busy, head_jp, signed_in):
    text = signed_in(head_jp).get(ADDRESS).content.decode()
    assert busy.email not in text
    assert "+81 3 1234" not in text


def test_what_others_did_later_changes_nothing(busy, plan, coordinator, now):
    """A person who has moved must not see that their former member goes on."""
    before = own_data(busy)
    entry = Entry.objects.get()
    other = make_user(Role.OFFICER, member="JP", name="Successor")
    entry.submitted_by = other
    entry.save(update_fields=["submitted_by"])
    later = own_data(busy)["rows"]
    label = "progress.Entry.written_by"
    assert later[label] == before["rows"][label]


def test_it_takes_two_queries(busy, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        own_data(busy)


def test_a_command_exports_who_cannot_sign_in(busy):
    busy.is_active = False
    busy.save(update_fields=["is_active"])
    out = StringIO()
    call_command("export_person", busy.email.upper(), by="A. Clerk", stdout=out)
    assert json.loads(out.getvalue())["account"]["name"] == busy.name
    with pytest.raises(CommandError, match="There is no person"):
        call_command("export_person", "none@example.org", by="A. Clerk", stdout=out)
    event = Event.objects.latest("pk")
    assert (event.verb, event.data) == ("user.export", {"by": "A. Clerk"})
