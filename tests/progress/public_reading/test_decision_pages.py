"""Tests of the pages of public reading: its decision, and older entries."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import Role
from partners.models import Notice
from partners.sentences import address_of, sentence_of
from progress.models import PublicAgreement, PublicReading
from tests.factories import make_acting_head, make_user
from tests.partners.conftest import news, told  # noqa: F401 - fixtures
from tests.progress.public_reading.opening import agree, make_clear, make_public_reading

PAGE = "/public-reading/"
OLDER = f"{PAGE}entries/"
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def other_administrator(members):
    return make_user(Role.ADMINISTRATOR, name="Other administrator")


def test_two_administrators_turn_it_on_by_the_pages(
    signed_in, administrator, other_administrator, plan
):
    first, second = signed_in(administrator), signed_in(other_administrator)
    assert "Public reading is off" in first.get(PAGE).text
    assert first.post(f"{PAGE}propose/").url == PAGE
    reading = PublicReading.objects.get()
    shown = first.get(PAGE).text
    assert "you cannot confirm it yourself" in shown
    assert f"{reading.pk}/confirm/" not in shown
    assert first.post(f"{PAGE}{reading.pk}/confirm/").status_code == 403
    assert f"{PAGE}{reading.pk}/confirm/" in second.get(PAGE).text
    answer = second.post(f"{PAGE}{reading.pk}/confirm/", follow=True)
    assert "All heads are notified." in answer.text
    assert "Public reading starts on" in answer.text
    assert Client().get("/public/").status_code == 404
    assert first.post(f"{PAGE}{reading.pk}/end/").url == PAGE
    assert "Public reading is off" in first.get(PAGE).text


def test_a_second_press_says_what_has_happened(
    signed_in, administrator, other_administrator
):
    make_public_reading(started=None)
    answer = signed_in(administrator).post(f"{PAGE}propose/", follow=True)
    assert "proposed, announced or on already" in answer.text
    reading = make_confirmed()
    answer = signed_in(other_administrator).post(
        f"{PAGE}{reading.pk}/confirm/", follow=True
    )
    assert "confirmed or withdrawn already" in answer.text


def make_confirmed() -> PublicReading:
    reading = PublicReading.objects.get()
    reading.confirmed_at = datetime.now(UTC)
    reading.confirmed_by = make_user(Role.ADMINISTRATOR)
    reading.starts_at = reading.confirmed_at + 14 * DAY
    reading.save()
    return reading


@pytest.mark.parametrize("role", ["officer_jp", "coordinator", "observer"])
def test_only_administrators_learn_who_decided(request, members, signed_in, role):
    make_public_reading()
    shown = signed_in(request.getfixturevalue(role)).get(PAGE).text
    assert "Public reading is on" in shown
    assert "Person " not in shown.split("<main")[1]
    administrator = make_user(Role.ADMINISTRATOR)
    assert "Person " in signed_in(administrator).get(PAGE).text.split("<main")[1]


def test_administrators_and_then_all_heads_are_notified(
    news,  # noqa: F811
    administrator,
    other_administrator,
    head_jp,
    head_fr,
    officer_jp,
    coordinator,
    signed_in,
):
    acting = make_user(Role.OFFICER, member="FR", name="Acting FR")
    make_acting_head(acting, head_fr)
    browser = signed_in(administrator)
    assert news(lambda: browser.post(f"{PAGE}propose/")) == {
        ("Other administrator", "pub_ask")
    }
    reading = PublicReading.objects.get()
    second = signed_in(other_administrator)
    heads = {"Head JP", "Head FR", "Acting FR"}
    found = news(lambda: second.post(f"{PAGE}{reading.pk}/confirm/"))
    assert found == {(name, "public") for name in heads}
    found = news(lambda: browser.post(f"{PAGE}{reading.pk}/end/"))
    assert found == {(name, "pub_end") for name in heads}
    for notice in Notice.objects.with_targets():
        assert address_of(notice) == PAGE or notice.kind not in {
            "public",
            "pub_ask",
            "pub_end",
        }
    sentences = {
        sentence_of(notice)
        for notice in Notice.objects.with_targets().filter(user=head_jp)
    }
    assert any(one.startswith("Public reading of clear entries") for one in sentences)


# ---- Older entries


def test_a_head_agrees_after_a_page_that_names_the_entries(signed_in, plan, head_jp):
    make_public_reading(started=-DAY)
    chosen, other = make_clear(plan), make_clear(plan, "2.1")
    browser = signed_in(head_jp)
    assert "0 of 2 entries are agreed." in browser.get(OLDER).text
    sent = {"act": "agree", "entry": [str(chosen.pk), "nonsense"]}
    asked = browser.post(OLDER, sent).text
    assert "Show 1 older entry to anyone?" in asked
    assert not PublicAgreement.objects.exists()
    answer = browser.post(OLDER, {**sent, "confirmed": "1"}, follow=True).text
    assert "You agreed to public reading of 1 entry." in answer
    assert "1 of 2 entries are agreed." in answer
    asked = browser.post(OLDER, {"act": "agree", "all": "1"}).text
    assert str(other.pk) in asked
    assert f'value="{chosen.pk}"' not in asked
    sent = {"act": "withdraw", "entry": str(chosen.pk), "confirmed": "1"}
    answer = browser.post(OLDER, sent, follow=True).text
    assert "You withdrew the agreement for 1 entry." in answer


def test_the_list_has_the_own_clear_entries_from_before_the_start(
    signed_in, plan, head_jp
):
    ago = datetime.now(UTC) - 9 * DAY
    older = make_clear(plan, "2.1", published_at=ago)
    theirs = make_clear(plan, "2.1", member="FR", published_at=ago)
    green = make_clear(plan, "1.1.1", handling="green", published_at=ago)
    make_public_reading()
    newer = make_clear(plan)
    shown = signed_in(head_jp).get(OLDER).text
    assert str(older.pk) in shown
    for entry in (theirs, green, newer):
        assert str(entry.pk) not in shown


def test_an_acting_head_sees_how_to_withdraw_alone(
    signed_in, plan, head_jp, officer_jp
):
    make_public_reading(started=-DAY)
    agree(make_clear(plan), head_jp)
    make_acting_head(officer_jp, head_jp)
    browser = signed_in(officer_jp)
    shown = browser.get(OLDER).text
    assert "Only a head in office can agree" in shown
    assert "Agree to" not in shown
    assert "Withdraw from the chosen entries" in shown
    assert browser.post(OLDER, {"act": "agree", "all": "1"}).status_code == 403


def test_nothing_chosen_is_said(signed_in, plan, head_jp):
    make_public_reading(started=-DAY)
    make_clear(plan)
    answer = signed_in(head_jp).post(OLDER, {"act": "agree"}, follow=True)
    assert "Choose at least one entry." in answer.text


def test_while_it_is_off_a_head_can_only_withdraw(signed_in, plan, head_jp):
    agree(make_clear(plan), head_jp)
    shown = signed_in(head_jp).get(OLDER).text
    assert "Public reading is off" in shown
    assert "Agree to" not in shown
    assert "Withdraw from the chosen entries" in shown
