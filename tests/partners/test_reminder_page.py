"""Tests of the page that shows a reminder before it is sent."""

import pytest
from django.core import mail
from django.utils import timezone

from partners.actions.reminders import remind_member
from partners.mail import send_digest_mail
from partners.models import Notice, Reminder
from partners.sentences import sentence_of
from progress.models import State
from tests.factories import make_entry, member_commitment_of
from tests.partners.conftest import make_focal_point
from tests.progress.reading import html_of, words_of

CODES = ("1.1.1", "1.2.1", "1.2.2", "2.1")


@pytest.fixture
def page(signed_in, coordinator, stocktake):
    """`page(…)` opens the page with these parameters."""
    browser = signed_in(coordinator)
    address = f"/notices/stocktakes/{stocktake.pk}/remind/"
    return lambda query="": browser.get(f"{address}{query}")


@pytest.fixture
def send(signed_in, coordinator, stocktake):
    browser = signed_in(coordinator)
    address = f"/notices/stocktakes/{stocktake.pk}/remind/"
    return lambda *codes: browser.post(address, {"member": codes}, follow=True)


@pytest.fixture
def bring_in(plan, stocktake, officer_jp):
    def bring_in(*codes, state=State.SUBMITTED):
        for code in codes:
            row = member_commitment_of(plan, code, "JP")
            make_entry(row, by=officer_jp, state=state, stocktake=stocktake)

    return bring_in


def test_it_shows_the_words_that_are_sent(page, send, bring_in, officer_jp):
    make_focal_point("JP")
    bring_in("1.1.1")
    shown = words_of(page("?member=JP"))
    send("JP")
    notice = Notice.objects.get(user__name="Focal point JP")
    assert sentence_of(notice) in shown
    send_digest_mail(officer_jp, 1)
    [sent] = mail.outbox
    assert str(sent.subject) in shown
    for line in filter(None, map(str.strip, sent.body.splitlines())):
        assert line in shown


def test_it_says_who_is_not_notified_and_why(
    page, bring_in, members, stocktake, coordinator
):
    bring_in(*CODES)
    at = timezone.now()
    remind_member(
        stocktake_id=stocktake.pk, member=members["IT"], by=coordinator, at=at
    )
    notified, others = words_of(page()).split("Not notified")
    assert "Japan: all its entries are with the Presidency or published." in others
    assert "Italy: already reminded today (UTC)" in others
    assert "Japan" not in notified
    assert "France 4 none: the officers are notified never" in notified
    make_focal_point("FR")
    assert "France 4 focal point and deputy never" in words_of(page())


def test_it_names_no_person_and_no_state(page, bring_in, officer_jp, head_jp):
    make_focal_point("JP")
    nothing = words_of(page())
    bring_in("1.1.1", state=State.DRAFT)
    bring_in("1.2.1", state=State.IN_CLEARANCE)
    bring_in("2.1", state=State.RETURNED)
    assert words_of(page()) == nothing
    for name in (officer_jp.name, head_jp.name, "Focal point JP", "Deputy JP"):
        assert name not in html_of(page())


def test_those_that_are_ticked_are_reminded_and_no_others(send, officer_jp, officer_fr):
    answer = send("JP", "FR", "XX")
    assert "These delegations have been reminded: France, Japan." in answer.text
    assert set(Reminder.objects.values_list("member", flat=True)) == {"JP", "FR"}
    again = send("JP", "IT")
    assert "Japan has already been reminded today" in again.text
    assert "Italy has been reminded." in again.text
    assert "Nothing was chosen" in send().text
    assert Reminder.objects.count() == 3


def test_one_link_for_each_member_leads_to_its_own_preview(page, stocktake, chair):
    shown = html_of(page("?member=JP"))
    assert shown.count('name="member"') == 1
    assert "Remind Japan" in words_of(page("?member=JP"))
    assert page("?member=XX").status_code == 404
