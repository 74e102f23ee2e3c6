"""Tests of deciding on the clearance page: next, undo, own words, newer versions."""

import re
from datetime import timedelta

import pytest

from accounts.models import Role
from progress.models import Clearance, Entry, State, Transition
from tests.factories import make_user
from tests.progress.clearing import (
    CANARY,
    edit_and_send,
    hidden,
    open_code,
    row_of,
    words,
)
from tests.progress.editing import page

GONE = "That entry is not in clearance any more, or you cannot see it"


# ---- One after the other -------------------------------------------------------------


def test_one_entry_is_open_and_all_are_listed(browser, four):
    shown = page(browser.get("/clearance/"))
    assert "4 entries wait." in shown
    for code, entry in four.items():
        assert f"Choose {code} {code}" in row_of(shown, entry)
    assert shown.count('id="open-entry"') == 1
    assert shown.partition("<footer")[0].count('aria-current="true"') == 1


def test_the_next_follows_each_and_the_first_follows_the_last(decide, four):
    assert open_code(decide(four["1.1.1"])) == "1.2.1"
    assert open_code(decide(four["2.1"])) == "1.2.1"
    assert open_code(decide(four["1.2.1"], "send-back", reason="Why?")) == "1.2.2"
    done = decide(four["1.2.2"])
    assert open_code(done) is None
    assert "No entries are waiting for clearance" in page(done)
    assert "See all tasks" in page(done)


def test_the_next_is_one_that_the_head_can_clear(decide, entry_on, head_jp):
    first = entry_on("1.1.1")
    own = entry_on("1.2.1", by=head_jp)
    entry_on("1.2.2")
    assert open_code(decide(first)) == "1.2.2"
    last = Entry.objects.get(member_commitment__commitment__code="1.2.2")
    assert open_code(decide(last)) == "1.2.1"  # to send back, or to know who can
    assert own.state == State.IN_CLEARANCE


def test_previous_and_next_are_links_with_keys(browser, four):
    shown = page(browser.get("/clearance/", {"entry": four["1.2.1"].pk}))
    for key, code in (("k", "1.1.1"), ("j", "1.2.2")):
        address = f'data-key="{key}" href="/clearance/?entry={four[code].pk}"'
        assert address in shown
    assert "2 of 4" in words(shown)


@pytest.mark.parametrize("named", ["", "x", "a b", "1" * 32, "日本"])
def test_an_address_that_names_nothing_shows_the_first(browser, four, named):
    for parameter in ("entry", "after"):
        answer = browser.get("/clearance/", {parameter: named})
        assert answer.status_code == 200
        assert open_code(answer) == "1.1.1"


def test_an_entry_of_others_reads_like_one_that_does_not_exist(
    browser, four, entry_on, officer_fr
):
    theirs = entry_on("1.2.1", member="FR", by=officer_fr, narrative=CANARY)
    for pk in (theirs.pk, "0199aaaa-0000-7000-8000-000000000000"):
        for parameter in ("entry", "after"):
            shown = page(browser.get("/clearance/", {parameter: pk}))
            assert CANARY not in shown
            assert (GONE in shown) is (parameter == "entry")
            assert open_code(browser.get("/clearance/", {parameter: pk})) == "1.1.1"


# ---- The state of each row ----------------------------------------------------------


def test_each_row_says_its_state(browser, decide, entry_on, head_jp, members):
    make_user(Role.HEAD, member="JP", name="Ada of Japan")
    waiting, own = entry_on("1.1.1"), entry_on("1.2.1", by=head_jp)
    before, cleared = entry_on("2.1", State.SUBMITTED), entry_on("1.2.2")
    decide(cleared)
    shown = page(browser.get("/clearance/"))
    assert "Waiting" in row_of(shown, waiting)
    assert "You changed this entry, so you cannot clear it." in row_of(shown, own)
    assert "Ada of Japan can clear it." in row_of(shown, own)
    assert "Cleared just now" in row_of(shown, cleared)
    assert "With the Presidency" in row_of(shown, before)
    assert f"/entries/{own.pk}/clear/" not in page(
        browser.get("/clearance/", {"entry": own.pk})
    )


def test_just_now_ends(browser, entry_on, head_jp, now):
    entry = entry_on("1.2.2", State.SUBMITTED)
    Clearance.objects.create(
        entry=entry, sent_at=now, sent_by=head_jp, cleared_by=head_jp,
        cleared_at=now - timedelta(hours=2),
    )  # fmt: skip
    assert "Cleared just now" not in page(browser.get("/clearance/"))


def test_a_cleared_entry_can_be_recalled_until_it_is_published(
    browser, decide, four, stocktake
):
    entry = four["1.1.1"]
    shown = page(decide(entry))
    assert f'action="/entries/{entry.pk}/recall/"' in shown
    assert "Recall 1.1.1" in shown
    entry.refresh_from_db()
    again = page(browser.get("/clearance/", {"entry": entry.pk}))
    assert f'action="/entries/{entry.pk}/recall/"' in again
    assert f"/entries/{entry.pk}/clear/" not in again
    browser.post(f"/entries/{entry.pk}/recall/", {"version": entry.version})
    entry.refresh_from_db()
    assert entry.state == State.DRAFT
    assert "/recall/" not in page(browser.get("/clearance/", {"after": entry.pk}))


def test_nothing_is_recalled_after_publication(browser, entry_on):
    entry = entry_on("1.2.2", State.PUBLISHED)
    for parameter in ("after", "entry"):
        shown = page(browser.get("/clearance/", {parameter: entry.pk}))
        assert "/recall/" not in shown


# ---- The entry that is open ---------------------------------------------------------


def test_old_and_new_stand_side_by_side_with_their_own_marks(browser, entry_on):
    entry_on("1.2.1", State.PUBLISHED, narrative="Two bureaus.", status="limited")
    entry_on("1.2.1", narrative="Four bureaus.", status="substantial")
    shown = page(browser.get("/clearance/"))
    old, new = (
        re.findall(rf'<div class="compare-{side}">.*?\n    </div>', shown, re.DOTALL)
        for side in ("old", "new")
    )
    assert "<del>" in "".join(old)
    assert "<ins>" not in "".join(old)
    assert "<ins>" in "".join(new)
    assert "<del>" not in "".join(new)
    assert "status changed" in shown


def test_old_words_written_anew_are_open_too(browser, entry_on):
    entry_on("1.2.1", State.PUBLISHED, narrative="Nothing yet of all this.")
    entry_on("1.2.1", narrative="Screening began everywhere in April.")
    shown = page(browser.get("/clearance/"))
    before = shown.index("Nothing yet of all this.")
    assert "<details" not in shown[shown.index("data-quotable") : before]


def test_dates_people_and_earlier_reasons_are_at_hand(browser, four, officer_jp, now):
    entry = four["1.1.1"]
    for verb, reason in (("send_back", "Which year?"), ("submit", "")):
        Transition.objects.create(
            entry=entry, verb=verb, before="draft", after="in_clearance",
            reason=reason, at=now, by=officer_jp,
        )  # fmt: skip
    shown = words(page(browser.get("/clearance/")))
    assert "Written by Officer JP" in shown
    assert "Sent by Officer JP" in shown
    assert "It came back 1 time before" in shown
    assert "Which year?" in shown
    assert "Due" in shown


def test_the_page_takes_few_queries_with_everything_on_it(
    browser, decide, three, own, django_assert_max_num_queries
):
    decide(three["1.1.1"])
    with django_assert_max_num_queries(12):
        browser.get("/clearance/", {"after": three["1.1.1"].pk})
    with django_assert_max_num_queries(12):
        browser.get("/clearance/", {"entry": own.pk})


# ---- A newer version -----------------------------------------------------------------


def test_a_newer_version_is_not_cleared_and_its_difference_is_shown(
    browser, decide, entry_on, officer_jp, now
):
    entry_on("1.2.1", State.PUBLISHED, narrative="Nothing yet.")
    entry = entry_on("1.2.1", narrative="Two bureaus joined.")
    shown = page(browser.get("/clearance/"))
    sealed = hidden(shown, "shown", f"/entries/{entry.pk}/clear/")
    edit_and_send(entry, "Nine bureaus joined.", officer_jp, now)
    answer = decide(entry, shown=sealed, capital_reference="T 12")
    assert answer.status_code == 409
    told = page(answer)
    assert "Another person changed this entry after you opened it" in told
    notice = told[told.index('id="stale"') : told.index("data-quotable")]
    assert "As you opened it" in notice
    assert ">Two<" in notice[notice.index("<del>") : notice.index("</del>")]
    assert ">Nine<" in notice[notice.index("<ins>") : notice.index("</ins>")]
    assert "Nothing yet." in told[told.index("data-quotable") :]
    assert 'value="T 12"' in told
    entry.refresh_from_db()
    assert entry.state == State.IN_CLEARANCE

    newer = hidden(told, "shown", f"/entries/{entry.pk}/clear/")
    assert newer != sealed
    assert decide(entry, shown=newer).redirect_chain
    entry.refresh_from_db()
    assert entry.state == State.SUBMITTED


@pytest.mark.parametrize("sealed", ["", "junk", "e30:1x:abc"])
def test_a_seal_that_is_none_only_loses_the_difference(
    decide, entry_on, officer_jp, now, sealed
):
    entry = entry_on("1.2.1")
    edit_and_send(entry, "Newer.", officer_jp, now)
    answer = decide(entry, shown=sealed)
    assert answer.status_code == 409
    assert "Newer." in page(answer)
    assert "As you opened it" not in page(answer)


def test_the_seal_of_another_entry_shows_nothing_of_it(
    browser, decide, four, officer_jp, now
):
    other = page(browser.get("/clearance/", {"entry": four["2.1"].pk}))
    sealed = hidden(other, "shown", f"/entries/{four['2.1'].pk}/clear/")
    edit_and_send(four["1.1.1"], "Newer.", officer_jp, now)
    assert "As you opened it" not in page(decide(four["1.1.1"], shown=sealed))
