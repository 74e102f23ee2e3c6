"""Tests of the pages of requests, and of who has notices of them."""

import pytest
from django.core import mail

from accounts.models import PendingGrant, Role, User
from accounts.second_factors.rules import factors_of
from partners.actions.cursors import open_cursor
from partners.event_consumer import NOTICES, read_new_events
from partners.models import Notice
from partners.sentences import address_of, sentence_of
from tests.accounts.approvals.requests import EMAIL, ask_account
from tests.accounts.factors.conftest import give_app
from tests.factories import make_user

INVITATION = {
    "name": "New Person", "email": EMAIL, "member": "JP", "roles": ["officer"],
}  # fmt: skip


@pytest.fixture
def second(members) -> User:
    return make_user(Role.ADMINISTRATOR, name="Second administrator")


def told(user):
    return [
        (notice.kind, sentence_of(notice), address_of(notice))
        for notice in Notice.objects.filter(user=user).with_targets().order_by("kind")
    ]


def test_an_invitation_goes_out_when_another_administrator_agrees(
    signed_in, administrator, second, head_jp, head_fr, now
):
    open_cursor(name=NOTICES, at=now)
    first, other = signed_in(administrator), signed_in(second)
    answer = first.post("/people/new/", INVITATION, follow=True)
    grant = PendingGrant.objects.get()
    page = f"/people/grants/{grant.pk}/"
    assert answer.redirect_chain == [(page, 302)]
    assert "It takes effect when another administrator agrees." in answer.text
    assert "Agree to this request" not in answer.text
    early = other.post(f"{page}agree/")
    assert early.status_code == 422
    assert "The heads of this delegation are not notified yet." in early.text

    read_new_events(grant.requested_at)
    assert first.post(f"{page}agree/").status_code == 403
    assert not mail.outbox
    agreed = other.post(f"{page}agree/", follow=True)
    assert "Agreed. The change is in effect." in agreed.text
    assert [message.to for message in mail.outbox] == [[EMAIL]]
    assert other.post(f"{page}agree/").status_code == 422

    read_new_events(grant.requested_at)
    kind = "(New account)"
    assert told(head_jp) == [
        ("grant", f"An administrator asked for a change of New Person {kind}", page),
        ("grant_end", f"A change for New Person has taken effect {kind}", page),
    ]
    assert told(second)[0][:2] == (
        "grant_ask",
        f"A request about New Person needs an administrator {kind}",
    )
    assert [kind for kind, _told, _page in told(administrator)] == ["grant_end"]
    assert told(head_fr) == []


def test_the_presidency_has_a_notice_of_a_member_s_first_account(
    administrator, coordinator, head_fr, now
):
    open_cursor(name=NOTICES, at=now)
    grant = ask_account(administrator, now)
    read_new_events(now)
    grant.refresh_from_db()
    assert grant.notified_at is not None
    assert [kind for kind, _told, _page in told(coordinator)] == ["grant"]
    assert grant in PendingGrant.objects.visible_to(coordinator, now)
    assert Notice.objects.visible_to(coordinator, now).count() == 1
    assert told(head_fr) == []
    assert grant not in PendingGrant.objects.visible_to(head_fr, now)


def test_no_head_can_turn_these_notices_off(signed_in, head_jp):
    page = signed_in(head_jp).get("/notices/preferences/").text
    assert "An administrator asked for rights in your delegation" not in page


def test_who_is_no_head_any_more_has_no_notice_of_it(administrator, head_jp, now):
    open_cursor(name=NOTICES, at=now)
    ask_account(administrator, now)
    read_new_events(now)
    assert Notice.objects.visible_to(head_jp, now).count() == 1
    User.objects.filter(pk=head_jp.pk).update(roles=["officer"])
    former = User.objects.get(pk=head_jp.pk)
    assert not Notice.objects.visible_to(former, now).exists()


def test_a_change_of_roles_is_asked_for_on_the_page_of_the_person(
    signed_in, administrator, officer_jp
):
    browser = signed_in(administrator)
    values = {
        "name": "Renamed", "member": "JP", "roles": ["head"], "time_zone": "UTC",
        "version": 1,
    }  # fmt: skip
    browser.post(f"/people/{officer_jp.pk}/edit/", values)
    officer_jp.refresh_from_db()
    assert (officer_jp.name, officer_jp.roles) == ("Renamed", ["officer"])
    page = browser.get(f"/people/{officer_jp.pk}/edit/").text
    assert "A request waits for a second administrator: Change of roles" in page
    assert "1 request waits for a second administrator" in browser.get("/people/").text
    assert "Renamed" in browser.get("/people/grants/").text


def test_an_address_changes_with_mails_to_both(
    signed_in, administrator, second, officer_jp, head_jp, now
):
    first, before = signed_in(administrator), officer_jp.email
    page = f"/people/{officer_jp.pk}/address/"
    assert first.post(page, {"email": "x", "version": 1}).status_code == 422
    assert first.post(page, {"email": EMAIL, "version": 7}).status_code == 422
    assert first.post(page, {"email": EMAIL, "version": 1}).status_code == 302
    PendingGrant.objects.update(notified_at=now)
    grant = PendingGrant.objects.get()
    signed_in(second).post(f"/people/grants/{grant.pk}/agree/")
    assert sorted(message.to[0] for message in mail.outbox) == sorted([EMAIL, before])


def test_a_reset_ends_sessions_and_sends_a_link(
    signed_in, administrator, second, officer_jp, head_jp, now
):
    give_app(officer_jp)
    theirs = signed_in(officer_jp)
    assert theirs.get("/people/me/").status_code == 200
    page = f"/people/{officer_jp.pk}/reset-sign-in/"
    first = signed_in(administrator)
    assert "Neither of you can read their entries" in first.get(page).text
    assert first.post(page, {"version": 1}).status_code == 302
    assert first.post(page, {"version": 1}).status_code == 422
    assert theirs.get("/people/me/").status_code == 200
    PendingGrant.objects.update(notified_at=now)
    grant = PendingGrant.objects.get()
    signed_in(second).post(f"/people/grants/{grant.pk}/agree/")
    assert theirs.get("/people/me/").status_code == 302
    assert [message.to for message in mail.outbox] == [[officer_jp.email]]
    assert not factors_of(officer_jp.pk).has_any


def test_a_head_refuses_a_request_for_their_delegation(
    signed_in, administrator, head_jp, now
):
    grant = ask_account(administrator, now)
    page = f"/people/grants/{grant.pk}/"
    browser = signed_in(head_jp)
    assert "Refuse this request" in browser.get(page).text
    assert "Agree to this request" not in browser.get(page).text
    browser.post(f"{page}refuse/")
    grant.refresh_from_db()
    assert grant.decision == "refused"
    assert not User.objects.filter(email=EMAIL).exists()
