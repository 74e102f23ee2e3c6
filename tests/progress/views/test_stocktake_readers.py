"""Tests of what each reader sees of a stocktake, on every page that shows it."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from progress.actions.stocktakes import close_stocktake
from progress.models import Entry, Extension, Handling, State
from tests.factories import CHAIR, make_entry, member_commitment_of
from tests.progress.reading import html_of, words_of
from tests.progress.stocktaking import DAY, extend, more_time, release, url_of

LIST = "/stocktakes/"


@pytest.fixture
def presidency(signed_in, coordinator):
    return signed_in(coordinator)


def test_before_submission_the_presidency_sees_one_number_a_member(
    plan, stocktake, presidency, officer_jp, signed_in
):
    for code, state in (
        ("1.1.1", State.DRAFT),
        ("1.2.1", State.IN_CLEARANCE),
        ("1.2.2", State.RETURNED),
        ("2.1", State.SUBMITTED),
    ):
        make_entry(
            member_commitment_of(plan, code, "JP"),
            by=officer_jp,
            state=state,
            stocktake=stocktake,
        )
    shown = words_of(presidency.get(url_of(stocktake)))
    assert re.search(r"Japan 0 of 4 1 3 0 \d+ \w+, \d\d:\d\d UTC Remind Japan", shown)
    for word in ("Draft", "In clearance", "Returned"):
        assert word not in shown.split("Coverage by member")[1]
    own = words_of(signed_in(officer_jp).get(url_of(stocktake)))
    for word in ("1 Draft", "1 In clearance", "1 Returned", "1 With the Presidency"):
        assert word in own
    assert "0 No draft" in own


def test_others_learn_what_is_released_and_no_more(
    plan, stocktake, officer_jp, officer_fr, observer, signed_in
):
    for code, handling in (("1.1.1", Handling.GREEN), ("1.2.1", Handling.AMBER)):
        make_entry(
            member_commitment_of(plan, code, "JP"),
            by=officer_jp,
            state=State.PUBLISHED,
            handling=handling,
            stocktake=stocktake,
        )
    make_entry(
        member_commitment_of(plan, "2.1", "JP"),
        by=officer_jp,
        state=State.SUBMITTED,
        stocktake=stocktake,
    )
    shown = words_of(signed_in(observer).get(url_of(stocktake)))
    assert "Member Published Of these, late" in shown
    assert "Japan 1 of 4 0" in shown
    unknown = "– not shown to you"
    shown = words_of(signed_in(officer_fr).get(url_of(stocktake)))
    assert f"Japan 1 of 4 {unknown} {unknown} 0" in shown
    shown = words_of(signed_in(officer_jp).get(url_of(stocktake)))
    assert "Japan 2 of 4 1 1 0" in shown


def test_a_members_extension_and_release_are_between_it_and_the_presidency(
    stocktake, waiting, presidency, coordinator, officer_jp, officer_fr, observer,
    signed_in, now,
):  # fmt: skip
    end = stocktake.grace_ends_at + DAY
    extend(stocktake, more_time("JP", ends_at=end), coordinator, now)
    extend(
        stocktake,
        more_time(ends_at=end - timedelta(hours=1), reason="For all."),
        coordinator,
        now,
    )
    release(waiting, coordinator, now)
    ours = words_of(signed_in(officer_jp).get(url_of(stocktake)))
    theirs = words_of(presidency.get(url_of(stocktake)))
    for shown in (ours, theirs):
        assert "A national holiday." in shown
        assert "Under discussion." in shown
        assert "For all." in shown
    for person in (officer_fr, observer):
        shown = words_of(signed_in(person).get(url_of(stocktake)))
        assert "For all." in shown
        assert "A national holiday." not in shown
        assert "Under discussion." not in shown


def test_a_second_reviewers_name_stays_with_the_presidency_and_at_home(
    stocktake, presidency, signed_in, second_reviewer, officer_fr
):
    for browser in (presidency, signed_in(second_reviewer)):
        assert f"{second_reviewer.name}, United Kingdom" in words_of(
            browser.get(url_of(stocktake))
        )
    shown = words_of(signed_in(officer_fr).get(url_of(stocktake)))
    assert "United Kingdom reviews the entries" in shown


def test_a_reviewer_who_left_is_told_to_the_presidency(
    stocktake, presidency, second_reviewer, signed_in, officer_fr
):
    second_reviewer.is_active = False
    second_reviewer.save()
    assert "This stocktake needs a new second reviewer" in words_of(
        presidency.get(url_of(stocktake))
    )
    other = words_of(signed_in(officer_fr).get(url_of(stocktake)))
    assert "This stocktake needs a new second reviewer" not in other


# ---- Releases, deadlines, the second reviewer's desk


def test_an_entry_is_released_from_its_page_and_its_trail_says_so(
    waiting, presidency, signed_in, officer_jp
):
    url = f"/entries/{waiting.pk}/"
    assert f"{url}release/" in html_of(presidency.get(url))
    assert f"{url}release/" in html_of(presidency.get("/review/"))
    empty = presidency.post(f"{url}release/", {"version": 1, "reason": ""})
    assert empty.status_code == 422
    stale = presidency.post(f"{url}release/", {"version": 7, "reason": "It waits."})
    assert stale.status_code == 409
    assert "It waits." in html_of(stale)
    sent = {"version": 1, "reason": "It waits."}
    for _press in range(2):
        assert presidency.post(f"{url}release/", sent).status_code == 302
    for browser in (presidency, signed_in(officer_jp)):
        shown = words_of(browser.get(url))
        assert "Released from “Stocktake first”" in shown
        assert "It waits." in shown
    assert f"{url}release/" not in html_of(presidency.get(url))
    assert Entry.objects.get().state == State.SUBMITTED


def test_a_delegation_reads_its_extension_wherever_its_deadline_stands(
    plan, stocktake, coordinator, officer_jp, officer_fr, head_jp, signed_in, now
):
    end = stocktake.grace_ends_at + 3 * DAY
    extend(stocktake, more_time("JP", ends_at=end), coordinator, now)
    entry = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp, stocktake=stocktake
    )
    make_entry(
        member_commitment_of(plan, "2.1", "JP"),
        by=officer_jp,
        state=State.IN_CLEARANCE,
        stocktake=stocktake,
    )
    pages = ["/", "/tasks/", "/matrix/", f"/entries/{entry.pk}/edit/"]
    words = "Extended: late entries until"
    for url in pages:
        assert words in words_of(signed_in(officer_jp).get(url)), url
    assert words in words_of(signed_in(head_jp).get("/clearance/"))
    for url in pages[:3]:
        assert words not in words_of(signed_in(officer_fr).get(url)), url


def test_dates_are_kept_to_the_second_by_a_form_that_only_changes_the_title(
    planned, signed_in, coordinator
):
    coordinator.time_zone = "America/New_York"
    coordinator.save()
    browser = signed_in(coordinator)
    local = planned.due_at.astimezone(ZoneInfo("America/New_York"))
    form = html_of(browser.get(url_of(planned, "edit")))
    assert local.replace(tzinfo=None).isoformat() in form


def test_pages_of_a_stocktake_ask_few_queries(
    plan, stocktake, coordinator, waiting, presidency, django_assert_max_num_queries,
    officer_jp, signed_in, now,
):  # fmt: skip
    for days in range(1, 5):
        end = stocktake.grace_ends_at + days * DAY
        extend(stocktake, more_time("JP", ends_at=end), coordinator, now)
    assert Extension.objects.count() == 4
    for browser in (presidency, signed_in(officer_jp)):
        for url in (LIST, url_of(stocktake)):
            with django_assert_max_num_queries(12):
                assert browser.get(url).status_code == 200
    for act in ("edit", "extend", "reviewer", "close"):
        with django_assert_max_num_queries(12):
            assert presidency.get(url_of(stocktake, act)).status_code == 200


def test_the_second_reviewer_finds_the_chairs_own_entries_at_home_and_in_review(
    plan, stocktake, coordinator, second_reviewer, signed_in, now
):
    own = make_entry(
        member_commitment_of(plan, "1.2.2", CHAIR),
        by=coordinator,
        state=State.SUBMITTED,
        stocktake=stocktake,
    )
    browser = signed_in(second_reviewer)
    assert "1 entry is waiting for review" in words_of(browser.get("/"))
    assert str(own.pk) in html_of(browser.get("/review/"))


def test_after_the_close_a_correction_still_finds_the_second_reviewer(
    plan, stocktake, coordinator, second_reviewer, signed_in, now
):
    mine = member_commitment_of(plan, "1.2.2", CHAIR)
    published = make_entry(
        mine, by=coordinator, state=State.PUBLISHED, stocktake=stocktake
    )
    close_stocktake(stocktake_id=stocktake.pk, version=1, by=coordinator, at=now)
    assert "For the second reviewer" not in words_of(
        signed_in(second_reviewer).get("/")
    )
    make_entry(
        mine,
        by=coordinator,
        state=State.SUBMITTED,
        stocktake=stocktake,
        kind=Entry.Kind.CORRECTION,
        supersedes=published,
        reason="A slip.",
    )
    assert "1 entry is waiting for review" in words_of(
        signed_in(second_reviewer).get("/")
    )
