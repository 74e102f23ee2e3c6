"""Tests of the clearance page: what goes out under a member's name."""

from datetime import UTC, datetime

import pytest

from accounts.models import Role
from progress.models import Entry, State
from tests.factories import make_entry, make_user, member_commitment_of
from tests.progress.editing import page


@pytest.mark.long
def test_entry_is_shown_as_a_difference_from_what_was_published(browser, entry_on):
    entry_on("1.2.1", State.PUBLISHED, narrative="Two bureaus.", status="limited")
    entry_on("1.2.1", narrative="Four bureaus.", status="substantial", evidence=1)
    shown = page(browser.get("/clearance/"))
    assert "Bolster information sharing" in shown
    assert "Limited progress" in shown
    assert "Substantial progress" in shown
    assert ">Two<" in shown[shown.index("<del>") : shown.index("</del>")]
    assert ">Four<" in shown[shown.index("<ins>") : shown.index("</ins>")]
    assert '<span class="tag">new</span>' in shown
    assert "First entry" not in shown


def test_first_entry_is_said_to_be_one(browser, entry_on):
    entry_on("1.2.1", narrative="First **words**.")
    shown = page(browser.get("/clearance/"))
    assert "First entry" in shown
    assert "First <strong>words</strong>." in shown


def test_text_written_anew_is_shown_by_itself(browser, entry_on):
    entry_on("1.2.1", State.PUBLISHED, narrative="Nothing **yet** of all this.")
    entry_on("1.2.1", narrative="Screening began **everywhere** in April.")
    shown = page(browser.get("/clearance/"))
    assert "Screening began <strong>everywhere</strong> in April." in shown
    assert "Nothing <strong>yet</strong> of all this." in shown
    assert '<span class="tag">rewritten</span>' in shown
    assert "<del>" not in shown


def test_source_read_again_is_not_a_new_one(browser, entry_on):
    entry_on("1.2.1", State.PUBLISHED, evidence=1)
    day = datetime.now(UTC).date()
    entry_on("1.2.1", evidence=1, as_of=day)
    shown = page(browser.get("/clearance/"))
    assert "Annual report" in shown
    assert '<span class="tag">new</span>' not in shown
    assert '<span class="tag">removed</span>' not in shown


def test_old_words_are_said_to_be_old(browser, entry_on):
    entry_on("1.2.1", State.PUBLISHED, narrative="Same.")
    entry_on("1.2.1", narrative="Same.")
    assert "The text is unchanged since" in page(browser.get("/clearance/"))


def test_correction_is_compared_with_what_it_corrects(browser, entry_on):
    wrong = entry_on("1.2.1", State.PUBLISHED, narrative="Nine bureaus.")
    entry_on(
        "1.2.1",
        narrative="Five bureaus.",
        kind=Entry.Kind.CORRECTION,
        supersedes=wrong,
        reason="Wrong number.",
    )
    shown = page(browser.get("/clearance/"))
    assert "Wrong number." in shown
    assert ">Nine<" in shown[shown.index("<del>") : shown.index("</del>")]


def test_clearing_from_the_list_comes_back_to_it(browser, entry_on):
    entry = entry_on("1.2.1")
    answer = browser.post(f"/entries/{entry.pk}/clear/", {"version": 1}, follow=True)
    assert answer.redirect_chain == [(f"/clearance/?after={entry.pk}", 302)]
    assert "1.2.1: The entry is cleared and sent for review." in page(answer)
    assert "No entries are waiting for clearance" in page(answer)
    entry.refresh_from_db()
    assert entry.state == State.SUBMITTED


def test_sent_entry_shows_as_being_with_the_presidency(browser, entry_on):
    entry = entry_on("1.2.1", State.SUBMITTED)
    shown = page(browser.get("/clearance/"))
    assert f'href="/clearance/?entry={entry.pk}"' in shown
    assert "With the Presidency" in shown


@pytest.mark.long
def test_own_text_is_shown_without_a_button_and_with_the_reason(
    browser, head_jp, entry_on
):
    entry = entry_on("1.2.1", by=head_jp)
    shown = page(browser.get("/clearance/"))
    assert "You changed this entry, so you cannot clear it" in shown
    assert f"/entries/{entry.pk}/clear/" not in shown
    assert f"/entries/{entry.pk}/send-back/" in shown


def test_drafts_and_other_delegations_do_not_show(
    browser, plan, entry_on, officer_fr, stocktake
):
    entry_on("1.2.1", State.DRAFT, narrative="Only a draft.")
    theirs = member_commitment_of(plan, "1.2.1", "FR")
    make_entry(
        theirs,
        by=officer_fr,
        state=State.IN_CLEARANCE,
        stocktake=stocktake,
        narrative="Theirs.",
    )
    shown = page(browser.get("/clearance/"))
    assert "Only a draft." not in shown
    assert "Theirs." not in shown
    assert "No entries are waiting for clearance" in shown


def test_script_in_a_text_is_words(browser, entry_on):
    entry_on("1.2.1", State.PUBLISHED, narrative="<b>old</b>")
    entry_on("1.2.1", narrative="<script>alert(1)</script>")
    assert "<script>alert" not in page(browser.get("/clearance/"))


@pytest.mark.parametrize(
    "who",
    [
        "officer_jp", "contributor_jp", "coordinator", "former_coordinator",
        "second_reviewer", "observer", "assessor", "administrator",
    ],
)  # fmt: skip
def test_page_is_for_heads_alone(request, signed_in, chair, who):
    browser = signed_in(request.getfixturevalue(who))
    assert browser.get("/clearance/").status_code == 404


def test_number_of_queries_does_not_grow_with_the_entries(
    browser, entry_on, plan, stocktake, django_assert_num_queries
):
    entry_on("1.2.1", State.PUBLISHED, evidence=1)
    entry_on("1.2.1", evidence=1)
    with django_assert_num_queries(10):
        browser.get("/clearance/")
    for code in ("1.1.1", "1.2.2", "2.1"):
        entry_on(code, State.PUBLISHED, evidence=2)
        entry_on(code, evidence=2)
    with django_assert_num_queries(10):
        browser.get("/clearance/")


def test_head_who_is_also_an_officer_finds_both(signed_in, plan, members, chair):
    both = make_user(Role.HEAD, Role.OFFICER, member="JP")
    assert signed_in(both).get("/clearance/").status_code == 200
    assert signed_in(both).get("/tasks/").status_code == 200


def test_the_list_has_pages(browser, entry_on, monkeypatch):
    monkeypatch.setattr("progress.views.batches.PAGE_SIZE", 2)
    entries = [entry_on(code) for code in ("1.1.1", "1.2.1", "1.2.2")]
    sent = entry_on("2.1", State.SUBMITTED)
    first, second = (page(browser.get("/clearance/", {"page": n})) for n in (1, 2))
    for entry in entries[:2]:
        assert f'href="/clearance/?entry={entry.pk}" data-row-link' in first
        assert f'href="/clearance/?entry={entry.pk}" data-row-link' not in second
    assert f'id="entry-{entries[0].pk}"' in first
    assert f'id="entry-{entries[2].pk}"' in second
    assert f'href="/clearance/?entry={sent.pk}"' in second
    assert "With the Presidency" not in first
    for shown in (first, second):
        assert "Choose all on this page" in shown
        assert "No entries are waiting" not in shown
    named = page(browser.get("/clearance/", {"entry": entries[2].pk}))
    assert f'href="/clearance/?entry={sent.pk}"' in named
