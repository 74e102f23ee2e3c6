"""Attacks of a head who wants to know whether an address is in use elsewhere.

They invite two addresses, one free and one in use, and look at everything that may name
an invited person. All of it must be the same.
"""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import PendingGrant, Role, User
from accounts.people import delegation_rows
from partners.actions.cursors import open_cursor
from partners.calendar import remind_of_dates
from partners.event_consumer import NOTICES, read_new_events
from partners.models import Notice
from tests.accounts.approvals.test_delegation_people import (
    FREE,
    LIST,
    TAKEN,
    elsewhere,  # noqa: F401 - a fixture
    invite,
    page_of,
)
from tests.accounts.approvals.test_role_ends import after
from tests.factories import make_user, member_commitment_of

pytestmark = pytest.mark.usefixtures("plan", "elsewhere", "chair")
NAMES = {FREE: "Free Person", TAKEN: "Taken Person"}


@pytest.fixture
def browser(signed_in, head_jp):
    return signed_in(head_jp)


@pytest.fixture
def both(browser, now):
    """Both addresses are invited, for ten days."""
    open_cursor(name=NOTICES, at=now)
    ends_on = (now + timedelta(days=10)).date().isoformat()
    for email, name in NAMES.items():
        values = {"name": name, "roles": ["officer", "contributor"]}
        page = invite(browser, email, role_ends_on=ends_on, **values)
        assert page.status_code == 200
    assert PendingGrant.objects.get().email == TAKEN


def named_in(text):
    return {name for name in NAMES.values() if name in text}


def test_the_list_of_invitations_alone_names_the_invited(both, browser, plan):
    commitment = member_commitment_of(plan, "1.2.1", "JP")
    place = [plan.slug, commitment.commitment.code, "JP"]
    pages = [
        "/acting-heads/new/",
        "/acting-heads/",
        "/focal-points/JP/edit/",
        "/focal-points/",
        "/audit/",
        "/people/me/",
        "/notices/",
        "/",
        reverse("progress:assignment-edit", args=place),
    ]
    for page in pages:
        answer = browser.get(page)
        assert answer.status_code == 200, page
        assert named_in(answer.text) == set(), page
    assert named_in(browser.get(LIST).text) == set(NAMES.values())


def test_a_person_is_named_once_they_came(both, browser):
    person = User.objects.get(email=FREE)
    person.set_password("a rather new horse 7")
    person.save()
    assert named_in(browser.get("/acting-heads/new/").text) == {NAMES[FREE]}


def test_their_own_data_say_nothing_of_it(both, browser, administrator, now):
    grant = PendingGrant.objects.get()
    browser.post(page_of(grant.pk, "deactivate"), {"version": 1})
    grant.refresh_from_db()
    assert grant.decision == "refused"
    data = json.loads(browser.get("/people/me/data/").content)
    assert not [label for label in data["rows"] if "PendingGrant" in label]


def test_no_notice_says_it_when_an_administrator_refuses(
    both, browser, signed_in, administrator, head_jp, now
):
    grant = PendingGrant.objects.get()
    signed_in(administrator).post(f"/people/grants/{grant.pk}/refuse/")
    read_new_events(now)
    assert Notice.objects.filter(user=administrator).exists()
    assert not Notice.objects.filter(user=head_jp).exists()


def test_no_notice_of_the_last_day_says_it(both, head_jp, now):
    remind_of_dates(now + timedelta(days=1))
    assert not Notice.objects.filter(user=head_jp).exists()


def test_both_invitations_end_with_the_last_day(both, head_jp):
    ends_on = PendingGrant.objects.get().role_ends_on
    assert named_in(str(delegation_rows(head_jp))) == set(NAMES.values())
    with after(ends_on):
        assert named_in(str(delegation_rows(head_jp))) == set()


def test_a_role_of_another_member_is_never_given(both, browser):
    invite(browser, "third@tests.example", member="FR")
    third = User.objects.get(email="third@tests.example")
    assert third.member_id == "JP"
    abroad = make_user(Role.OFFICER, member="FR")
    values = {"name": "Mine", "roles": ["officer"], "version": 1, "member": "JP"}
    for verb in ("edit", "deactivate", "reactivate", "invite-again"):
        assert browser.post(page_of(abroad.pk, verb), values).status_code == 404
    abroad.refresh_from_db()
    assert (abroad.member_id, abroad.name) != ("JP", "Mine")
    assert not re.search(abroad.email, browser.get(LIST).text)
