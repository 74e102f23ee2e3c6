"""Tests that a role ends with its last day, at every door and at once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client

from accounts.actions.people import change_person
from accounts.actions.role_ends import end_passed_roles
from accounts.models import AccountState, Role, User
from accounts.profiles import Profile, profile_of
from audit.models import Event
from partners.actions.feeds import FeedContent, make_feed
from partners.calendar import remind_of_dates
from partners.models import Notice
from partners.sentences import address_of, sentence_of
from progress.models import Entry, State
from tests.accounts.signed_in import client_of
from tests.factories import PASSWORD, make_entry, make_user, member_commitment_of

DAY = timedelta(days=1)


@pytest.fixture
def leaving(members, now) -> User:
    """An officer whose last day is today."""
    return make_user(Role.OFFICER, member="JP", name="Leaving", role_ends_on=now.date())


def after(day):
    """The first instant after a UTC day."""
    tomorrow = datetime(day.year, day.month, day.day, tzinfo=UTC) + DAY
    return time_machine.travel(tomorrow, tick=False)


def test_a_person_reads_nothing_after_their_last_day(leaving, plan, now):
    entry = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=leaving, state=State.DRAFT
    )
    browser = client_of(leaving)
    page = f"/entries/{entry.pk}/"
    assert browser.get(page).status_code == 200
    assert browser.get("/api/v1/").status_code == 200
    with after(leaving.role_ends_on) as clock:
        browser = client_of(leaving)  # a session of the morning has ended by then
        gone = User.objects.get(pk=leaving.pk)
        assert not Entry.objects.visible_to(gone, datetime.now(UTC)).exists()
        assert not gone.is_head_at(datetime.now(UTC))
        assert (gone.delegation, gone.reads_entries) == (None, False)
        assert browser.get(page).status_code == 302
        assert browser.get("/api/v1/").status_code == 401
        clock.shift(-DAY / 24)
        assert browser.get(page).status_code == 200


def test_nobody_signs_in_after_their_last_day(leaving):
    with after(leaving.role_ends_on):
        client = Client()
        typed = {"login": leaving.email, "password": PASSWORD}
        client.post("/accounts/login/", typed)
        assert client.get("/people/me/").status_code == 302
    assert not Event.objects.filter(verb="user.sign_in").exists()


def test_a_private_feed_ends_with_the_role(leaving, plan, now):
    content = FeedContent(kind="changes", plan=plan)
    _feed, token = make_feed(content=content, by=leaving, at=now)
    address = f"/feeds/{token}/changes.atom"
    before = Client().get(address).status_code
    with after(leaving.role_ends_on):
        assert Client().get(address).status_code == 404
    assert before in {200, 404}


def test_a_sweep_writes_the_end_down(leaving, officer_jp):
    assert end_passed_roles(at=datetime.now(UTC)) == 0
    with after(leaving.role_ends_on):
        assert end_passed_roles(at=datetime.now(UTC)) == 1
        assert end_passed_roles(at=datetime.now(UTC)) == 0
    ended = User.objects.get(pk=leaving.pk)
    assert ended.account_state is AccountState.DEACTIVATED
    assert not ended.has_usable_password()
    event = Event.objects.get(verb="user.end_role")
    assert (event.actor, event.member) == ("system", "JP")
    assert User.objects.get(pk=officer_jp.pk).is_active


def test_people_and_their_heads_are_warned_once(leaving, head_jp, head_fr, now):
    later = make_user(Role.OFFICER, member="JP", role_ends_on=now.date() + 15 * DAY)
    for _run in range(2):
        remind_of_dates(now)
    notices = Notice.objects.filter(kind="role_ends").with_targets()
    assert {notice.user for notice in notices} == {leaving, head_jp}
    told = {notice.user: sentence_of(notice) for notice in notices}
    assert told[leaving].startswith("Your roles end after")
    assert told[head_jp].startswith("The roles of Leaving end after")
    assert {address_of(one) for one in notices} == {
        "/people/me/",
        "/people/delegation/",
    }
    remind_of_dates(now + DAY)
    assert Notice.objects.filter(person=later).exists()


def test_who_has_no_delegation_has_administrators_warned(administrator, now):
    make_user(Role.OBSERVER, role_ends_on=now.date())
    remind_of_dates(now)
    assert Notice.objects.filter(user=administrator, kind="role_ends").count() == 1


def test_a_last_day_that_has_passed_is_refused(administrator, officer_jp, now):
    values = {**vars(profile_of(officer_jp)), "role_ends_on": now.date() - DAY}
    with pytest.raises(ValidationError) as refusal:
        change_person(
            person_id=officer_jp.pk,
            version=1,
            profile=Profile(**values),
            by=administrator,
            at=now,
        )
    assert refusal.value.error_dict["role_ends_on"][0].code == "passed"


def test_one_administrator_always_has_no_last_day(administrator, now):
    other = make_user(Role.ADMINISTRATOR)
    for person, ok in ((other, True), (administrator, False)):
        values = {**vars(profile_of(person)), "role_ends_on": now.date()}
        wanted = {
            "person_id": person.pk, "version": 1, "profile": Profile(**values),
            "by": administrator, "at": now,
        }  # fmt: skip
        if ok:
            assert change_person(**wanted).role_ends_on
            continue
        with pytest.raises(ValidationError) as refusal:
            change_person(**wanted)
        assert "role_ends_on" in refusal.value.error_dict


def test_a_service_user_has_no_last_day(members, now):
    with pytest.raises(IntegrityError):
        make_user(Role.OBSERVER, is_service=True, role_ends_on=now.date())
