"""Tests of the pages of acting heads: naming a person, the list, an early end."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import ActingHead, Role, User
from progress.models import Entry, State
from tests.factories import make_acting_head, make_entry, make_user
from tests.progress.editing import page
from tests.progress.reading import words_of

LIST, NEW = "/acting-heads/", "/acting-heads/new/"
TOKYO = ZoneInfo("Asia/Tokyo")
NAMES = ["山田 太郎", "محمد الأمين", "Zoë <b>Ø</b>"]


@pytest.fixture
def head(head_jp: User) -> User:
    head_jp.time_zone = "Asia/Tokyo"
    head_jp.save()
    return head_jp


@pytest.fixture
def browser(signed_in, head):
    return signed_in(head)


def typed(person: User, until: datetime, **fields: str) -> dict[str, str]:
    local = until.astimezone(TOKYO).strftime("%Y-%m-%dT%H:%M")
    return {"user": str(person.pk), "starts_at": "", "ends_at": local, **fields}


def test_a_head_names_an_officer_in_the_time_of_their_own_zone(
    browser, officer_jp, head, now
):
    shown = words_of(browser.get(NEW))
    assert "Your time zone is Asia/Tokyo." in shown
    until = (now + timedelta(days=3)).replace(second=0, microsecond=0)
    answer = browser.post(NEW, typed(officer_jp, until), follow=True)
    shown = words_of(answer)
    assert "Officer JP can now clear entries as acting head." in shown
    named = ActingHead.objects.get()
    assert (named.user, named.ends_at, named.named_by) == (officer_jp, until, head)
    assert until.astimezone(TOKYO).strftime("%H:%M JST") in shown


def test_a_later_start_is_planned(browser, officer_jp, now):
    until = now + timedelta(days=3)
    start = (now + timedelta(days=1)).astimezone(TOKYO).strftime("%Y-%m-%dT%H:%M")
    answer = browser.post(NEW, typed(officer_jp, until, starts_at=start), follow=True)
    shown = words_of(answer)
    assert "Officer JP will be acting head." in shown
    assert "Not started yet" in shown


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"user": ""}, "Choose a person."),
        ({"user": "unknown"}, "Choose a person from the list."),
        ({"ends_at": ""}, "Enter the day and time when the period ends."),
        ({"ends_at": "soon"}, "Enter a valid date/time."),
        ({"ends_at": "2016-05-27T09:00"}, "The end must be after the start."),
        ({"ends_at": "2199-05-27T09:00"}, "The period can have 92 days at most."),
        ({"starts_at": "2016-05-27T09:00"}, "The start has passed."),
    ],
)
def test_a_wrong_form_says_what_is_wrong_and_keeps_the_rest(
    browser, officer_jp, now, fields, sentence
):
    sent = typed(officer_jp, now + timedelta(days=3), **fields)
    answer = browser.post(NEW, sent)
    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert not ActingHead.objects.exists()


def test_the_form_offers_only_who_can_be_named(
    browser, officer_jp, contributor_jp, officer_fr, coordinator
):
    make_user(Role.OFFICER, Role.HEAD, member="JP", name="Second head")
    make_user(Role.OFFICER, member="JP", name="Gone", is_active=False)
    form = browser.get(NEW).context["form"]
    assert [name for _pk, name in form.fields["user"].choices] == [
        "Choose a person", "Officer JP",
    ]  # fmt: skip


def test_a_delegation_without_an_officer_reads_what_to_do(browser):
    assert "Invite an officer first, under “Delegation”." in page(browser.get(NEW))


@pytest.mark.parametrize("name", NAMES)
def test_names_of_any_script_are_shown_as_they_are(browser, head, signed_in, name):
    person = make_user(Role.OFFICER, member="JP", name=name)
    make_acting_head(person, head)
    answer = browser.get(LIST)
    assert name in words_of(answer)
    assert "<b>" not in page(answer)


def test_the_whole_delegation_reads_the_list_and_no_one_else(
    signed_in, head, officer_jp, contributor_jp, officer_fr, coordinator
):
    make_acting_head(officer_jp, head)
    for reader in (officer_jp, contributor_jp):
        shown = words_of(signed_in(reader).get(LIST))
        assert "Officer JP" in shown
        assert "Acting now" in shown
        assert "Head JP" in shown
        assert "Name an acting head" not in shown
    for reader in (officer_fr, coordinator):
        shown = words_of(signed_in(reader).get(LIST))
        assert "Officer JP" not in shown
        assert "Your delegation has no acting head" in shown


@pytest.mark.parametrize("who", ["head", "officer_jp"])
def test_ending_asks_first_and_says_what_it_did(
    request, signed_in, head, officer_jp, who
):
    acting = make_acting_head(officer_jp, head)
    browser = signed_in(request.getfixturevalue(who))
    url = f"{LIST}{acting.pk}/end/"
    assert url in page(browser.get(LIST))
    assert "What the person cleared stays cleared." in page(browser.get(url))
    assert not ActingHead.objects.filter(ended_at__isnull=False)
    shown = words_of(browser.post(url, follow=True))
    assert "no longer acting head" in shown
    assert "Ended early by" in shown
    again = words_of(browser.post(url, follow=True))
    assert "is over already" in again
    assert ActingHead.objects.get().ended_by == request.getfixturevalue(who)


def test_an_acting_head_has_the_page_of_clearance_for_the_period_only(
    signed_in, jp_122, head, officer_jp, stocktake
):
    author = make_user(Role.OFFICER, member="JP")
    entry = make_entry(jp_122, by=author, state=State.IN_CLEARANCE, stocktake=stocktake)
    browser = signed_in(officer_jp)
    assert browser.get("/clearance/").status_code == 404
    assert "/clearance/" not in page(browser.get("/"))
    acting = make_acting_head(officer_jp, head)
    assert "/clearance/" in page(browser.get("/"))
    assert f"/entries/{entry.pk}/clear/" in page(browser.get("/clearance/"))
    browser.post(f"/entries/{entry.pk}/clear/", {"version": entry.version})
    assert Entry.objects.get(pk=entry.pk).state == State.SUBMITTED
    shown = words_of(browser.get(f"/entries/{entry.pk}/"))
    assert shown.count("(acting head, named by Head JP)") == 2
    browser.post(f"{LIST}{acting.pk}/end/")
    assert browser.get("/clearance/").status_code == 404


def test_a_head_whose_own_words_wait_finds_the_way_to_name_somebody(
    browser, jp_122, head, stocktake
):
    make_entry(jp_122, by=head, state=State.IN_CLEARANCE, stocktake=stocktake)
    assert f'href="{NEW}"' in page(browser.get("/clearance/"))


def test_where_another_head_can_clear_there_is_no_such_link(
    browser, jp_122, head, stocktake
):
    make_user(Role.HEAD, member="JP")
    make_entry(jp_122, by=head, state=State.IN_CLEARANCE, stocktake=stocktake)
    assert f'href="{NEW}"' not in page(browser.get("/clearance/"))


def test_a_session_that_ended_keeps_what_was_typed(client, officer_jp, head, now):
    until = datetime.now(UTC) + timedelta(days=2)
    sent = typed(officer_jp, until)
    assert sent["ends_at"] in page(client.post(NEW, sent))
