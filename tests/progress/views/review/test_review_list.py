"""Tests of the review page: entries to review, and one number for all others."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from accounts.dates import utc_day
from accounts.models import Presidency
from progress.actions.conversations.comments import add_comment
from progress.actions.conversations.questions import ask_question
from progress.models import Entry, Round, State
from tests.progress.editing import page, typed
from tests.progress.reading import steady, words_in
from tests.progress.stocktaking import extend, more_time


def heads_of(shown: str) -> list[str]:
    """Return the member and the code of each entry in the list, without its title."""
    found = re.findall(r"data-row-link[^>]*>(.*?</span>)", shown)
    return [re.sub(r"<[^>]+>", "", head) for head in found]


def opened_in(shown: str) -> str:
    """Return the member and the code of the entry that is open, or nothing."""
    found = re.search(r'<h2 id="open-entry"[^>]*>(.*?</span>)', shown)
    return re.sub(r"<[^>]+>", "", found[1]) if found else ""


def test_submitted_entries_wait_with_their_differences(browser, entry_of):
    entry_of("JP", "1.2.1", State.PUBLISHED, narrative="Two bureaus.")
    entry_of("JP", "1.2.1", narrative="Four bureaus.")
    shown = page(browser.get("/review/"))
    assert heads_of(shown) == ["Japan 1.2.1"]
    assert opened_in(shown) == "Japan 1.2.1"
    assert ">Two<" in shown[shown.index("<del>") : shown.index("</del>")]


def test_late_entry_is_marked(browser, entry_of, stocktake):
    stocktake.due_at = datetime.now(UTC) - timedelta(days=3)
    stocktake.save()
    entry_of("JP", "1.2.1")
    assert "tag-late" in page(browser.get("/review/"))


def test_queue_can_be_narrowed_to_a_member(browser, entry_of):
    entry_of("JP", "1.2.1")
    entry_of("FR", "1.2.1")
    entry_of("FR", "2.1")
    shown = page(browser.get("/review/", {"member": "FR", "order": "commitment"}))
    assert heads_of(shown) == ["France 1.2.1", "France 2.1"]
    assert "Japan (1)" in shown
    assert "3 entries remain. 2 are listed." in words_in(shown)
    assert len(heads_of(page(browser.get("/review/", {"member": "XX"})))) == 3


def test_chairs_own_entries_are_not_its_coordinators_to_review(
    browser, signed_in, second_reviewer, entry_of, chair
):
    entry_of("JP", "1.2.1")
    entry_of(chair, "1.2.1")
    assert heads_of(page(browser.get("/review/"))) == ["Japan 1.2.1"]
    theirs = page(signed_in(second_reviewer).get("/review/"))
    assert heads_of(theirs) == ["Italy 1.2.1"]


def test_a_second_reviewer_learns_of_no_extension_of_the_chair(
    browser, signed_in, second_reviewer, entry_of, chair, stocktake, coordinator, now
):
    entry_of("JP", "1.2.1")
    entry_of(chair, "1.2.1")
    reviewer = signed_in(second_reviewer)
    before = words_in(page(reviewer.get("/review/")))
    for member in ("JP", chair):
        end = stocktake.grace_ends_at + timedelta(days=5)
        extend(stocktake, more_time(member, ends_at=end), coordinator, now)
    assert words_in(page(reviewer.get("/review/"))) == before
    assert "Extended" in words_in(page(browser.get("/review/")))


def test_before_submission_the_presidency_sees_nothing(browser, entry_of):
    entry_of("JP", "1.1.1", State.DRAFT, narrative="Secret draft.")
    entry_of("JP", "1.2.1", State.IN_CLEARANCE, narrative="Secret in clearance.")
    entry_of("JP", "1.2.2", State.SUBMITTED)
    shown = page(browser.get("/review/"))
    assert heads_of(shown) == ["Japan 1.2.2"]
    assert "1 entry remains." in shown
    for hidden in ("Secret", "In clearance", "Drafting", "tag-draft"):
        assert hidden not in shown


def test_drafting_changes_nothing_the_presidency_sees(browser, entry_of):
    before = page(browser.get("/review/"))
    entry_of("JP", "1.1.1", State.DRAFT)
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    after = page(browser.get("/review/"))
    assert token.sub("", after) == token.sub("", before)


def test_returned_text_stays_as_it_was_submitted(
    browser, signed_in, officer_jp, entry_of
):
    said = {"narrative": "As submitted.", "as_of": date(2026, 2, 3), "evidence": 1}
    entry = entry_of("JP", "1.2.1", **said)
    sent = {"version": 1, "reason": "Which year?"}
    answer = browser.post(f"/entries/{entry.pk}/return/", sent, follow=True)
    assert "Japan 1.2.1: The entry is returned to its delegation." in page(answer)
    signed_in(officer_jp).post(
        f"/entries/{entry.pk}/edit/", typed(version=2, narrative="Rewritten since.")
    )
    listed = page(browser.get("/review/"))
    assert "Returned, not sent again yet" in listed
    assert heads_of(listed) == ["Japan 1.2.1"]
    shown = page(browser.get("/review/", {"entry": entry.pk}))
    assert "Which year?" in shown
    assert "As submitted." in shown
    assert "as of 3 Feb 2026" in shown
    assert shown.count('href="https://example.org/report"') == 1
    assert "Rewritten since." not in shown
    assert f'"/entries/{entry.pk}/"' not in shown
    assert f'"/entries/{entry.pk}/returns/"' in shown


def test_entry_that_came_again_shows_its_rounds(browser, entry_of, coordinator):
    entry = entry_of("JP", "1.2.1", narrative="Second try.")
    Round.objects.create(
        entry=entry,
        number=1,
        reason="Which year?",
        text={"narrative": "First try.", "status": "limited", "is_at_risk": False},
        returned_at=datetime.now(UTC),
        returned_by=coordinator,
    )
    shown = page(browser.get("/review/"))
    assert "First try." in shown
    assert "Returned, not sent again yet" not in shown


def test_publishing_comes_back_to_the_queue(browser, entry_of):
    entry = entry_of("JP", "1.2.1")
    answer = browser.post(f"/entries/{entry.pk}/publish/", {"version": 1}, follow=True)
    assert answer.redirect_chain == [("/review/", 302)]
    assert "Japan 1.2.1: The entry is published." in page(answer)
    assert "No entries are waiting for review" in page(answer)


@pytest.mark.parametrize(
    "who",
    [
        "officer_jp", "head_jp", "contributor_jp", "officer_of_the_chair",
        "former_coordinator", "observer", "assessor", "administrator",
    ],
)  # fmt: skip
def test_page_is_for_reviewers_alone(request, signed_in, stocktake, who):
    browser = signed_in(request.getfixturevalue(who))
    assert browser.get("/review/").status_code == 404
    assert 'href="/review/"' not in page(browser.get("/"))


def test_reviewers_are_led_to_it(browser, signed_in, second_reviewer, stocktake):
    assert 'href="/review/"' in page(browser.get("/"))
    assert 'href="/review/"' in page(signed_in(second_reviewer).get("/"))


def test_after_handover_the_queue_is_the_next_chairs(
    browser, signed_in, former_coordinator, entry_of
):
    entry_of("JP", "1.2.1")
    now = datetime.now(UTC)
    Presidency.objects.all().delete()
    Presidency.objects.create(
        member_id="CA",
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(days=1),
    )
    assert browser.get("/review/").status_code == 404
    shown = page(signed_in(former_coordinator).get("/review/"))
    assert heads_of(shown) == ["Japan 1.2.1"]


def test_number_of_queries_does_not_grow_with_the_entries(
    browser, entry_of, django_assert_num_queries
):
    entry_of("JP", "1.2.1", State.PUBLISHED, evidence=1)
    entry_of("JP", "1.2.1", evidence=1)
    with django_assert_num_queries(11):
        browser.get("/review/")
    for member in ("FR", "DE", "US"):
        for code in ("1.1.1", "1.2.1", "1.2.2", "2.1"):
            entry_of(member, code, State.PUBLISHED, evidence=2)
            entry_of(member, code, evidence=2)
    with django_assert_num_queries(11):
        browser.get("/review/")


def test_the_queue_has_pages(browser, entry_of, return_it, monkeypatch):
    monkeypatch.setattr("progress.views.batches.PAGE_SIZE", 2)
    for member in ("JP", "FR", "US"):
        entry_of(member, "1.2.1")
    return_it(entry_of("DE", "2.1"))
    by_member = {"order": "member"}
    first, second = (
        page(browser.get("/review/", {**by_member, "page": n})) for n in (1, 2)
    )
    assert heads_of(first) == ["France 1.2.1", "Japan 1.2.1"]
    assert heads_of(second) == ["United States 1.2.1", "Germany 2.1"]
    assert [opened_in(shown) for shown in (first, second)] == [
        "France 1.2.1",
        "United States 1.2.1",
    ]
    assert "Returned, not sent again yet" not in first
    assert "Returned, not sent again yet" in second
    for shown in (first, second):
        assert "Choose all on this page" in shown
        assert "3 entries remain." in shown
    chosen = page(browser.get("/review/", {**by_member, "page": 2, "choose": "all"}))
    assert chosen.count(" checked>") == 1
    assert "page=1" in chosen[chosen.index('class="pager"') :]


def test_an_open_entry_brings_its_page_of_the_list(browser, entry_of, monkeypatch):
    monkeypatch.setattr("progress.views.batches.PAGE_SIZE", 2)
    entries = [entry_of(member, "1.2.1") for member in ("JP", "FR", "US")]
    asked = {"order": "member", "entry": entries[2].pk}
    shown = page(browser.get("/review/", asked))
    assert heads_of(shown) == ["United States 1.2.1"]
    assert opened_in(shown) == "United States 1.2.1"
    assert "3 of 3" in shown


def test_a_page_of_returned_entries_alone_does_not_say_that_none_wait(
    browser, entry_of, return_it, monkeypatch
):
    monkeypatch.setattr("progress.views.batches.PAGE_SIZE", 1)
    entry_of("JP", "1.2.1")
    return_it(entry_of("DE", "2.1"))
    shown = page(browser.get("/review/", {"page": 2}))
    assert heads_of(shown) == ["Germany 2.1"]
    assert opened_in(shown) == "Japan 1.2.1"
    assert "No entries are waiting" not in shown


# ---- Orders and neighbours -----------------------------------------------------------


def test_the_list_has_three_orders(browser, entry_of):
    """The times at which these were sent are in the order in which they were made."""
    now = datetime.now(UTC)
    for hours, (member, code) in enumerate(
        [("US", "1.1.1"), ("FR", "2.1"), ("US", "2.1"), ("FR", "1.1.1")]
    ):
        sent = {"submitted_at": now - timedelta(days=1) + timedelta(hours=hours)}
        entry_of(member, code, **sent)
    found = {
        order: heads_of(page(browser.get("/review/", {"order": order})))
        for order in ("", "oldest", "commitment", "member", "unknown")
    }
    oldest = ["United States 1.1.1", "France 2.1", "United States 2.1", "France 1.1.1"]
    assert found[""] == found["oldest"] == found["unknown"] == oldest
    assert found["commitment"] == [
        "France 1.1.1", "United States 1.1.1", "France 2.1", "United States 2.1",
    ]  # fmt: skip
    assert found["member"] == [
        "France 1.1.1", "France 2.1", "United States 1.1.1", "United States 2.1",
    ]  # fmt: skip


def test_neighbours_keep_the_order_and_the_filter(browser, entry_of):
    entry_of("JP", "1.1.1")
    first, second, third = (entry_of("FR", code) for code in ("1.1.1", "1.2.1", "2.1"))
    asked = {"order": "commitment", "member": "FR", "entry": second.pk}
    shown = page(browser.get("/review/", asked))
    kept = "/review/?order=commitment&amp;member=FR"
    assert f'data-key="k" data-opens href="{kept}&amp;entry={first.pk}"' in shown
    assert f'data-key="j" data-opens href="{kept}&amp;entry={third.pk}"' in shown
    assert "2 of 3" in shown
    assert 'publish/?order=commitment&amp;member=FR"' in shown


def test_list_can_be_narrowed_to_a_stocktake(browser, entry_of, return_it):
    inside = entry_of("FR", "1.2.1")
    entry_of("JP", "1.2.1", stocktake=None)
    return_it(entry_of("DE", "2.1"))
    key = f"{inside.stocktake.plan.slug}:{inside.stocktake.slug}"
    shown = page(browser.get("/review/", {"stocktake": key}))
    assert heads_of(shown) == ["France 1.2.1"]
    outside = page(browser.get("/review/", {"stocktake": "none"}))
    assert heads_of(outside) == ["Japan 1.2.1"]


def test_what_waits_for_the_second_reviewer_is_listed_and_not_opened(
    browser, signed_in, second_reviewer, entry_of, chair
):
    entry_of("JP", "1.2.1")
    own = entry_of(chair, "2.1", narrative="Own words of the chair.")
    shown = page(browser.get("/review/"))
    assert "Waiting for the second reviewer" in shown
    assert f'href="/entries/{own.pk}/"' in shown
    assert f"{own.pk}.1" not in shown
    asked = page(browser.get("/review/", {"entry": own.pk}))
    assert "That entry is not waiting for you any more" in asked
    assert "Own words of the chair." not in asked
    theirs = page(signed_in(second_reviewer).get("/review/"))
    assert "Waiting for the second reviewer" not in theirs
    assert opened_in(theirs) == "Italy 2.1"


def test_an_officer_who_was_named_does_not_list_their_own_delegations_entries(
    signed_in, second_reviewer, entry_of, chair
):
    entry_of(second_reviewer.member_id, "1.2.1")
    entry_of(chair, "2.1")
    shown = page(signed_in(second_reviewer).get("/review/"))
    assert heads_of(shown) == ["Italy 2.1"]
    assert "1 entry remains." in shown


@pytest.mark.parametrize("asked", ["", "junk", "00000000-0000-4000-8000-000000000000"])
def test_an_unknown_entry_is_said_to_be_gone(browser, entry_of, asked):
    entry_of("JP", "1.2.1")
    answer = browser.get("/review/", {"entry": asked})
    assert answer.status_code == 200
    assert "That entry is not waiting for you any more" in page(answer)


def test_a_hidden_entry_is_answered_as_an_unknown_one(browser, entry_of):
    draft = entry_of("JP", "1.1.1", State.DRAFT, narrative="Secret draft.")
    entry_of("JP", "1.2.1")
    unknown = UUID("00000000-0000-4000-8000-000000000000")
    answers = [
        steady(page(browser.get("/review/", {"entry": pk}))).replace(str(pk), "")
        for pk in (draft.pk, unknown)
    ]
    assert answers[0] == answers[1]


# ---- The open entry ------------------------------------------------------------------


def test_the_open_entry_shows_what_changed_after_each_return(
    browser, entry_of, return_it
):
    entry = entry_of("JP", "1.2.1", narrative="First try of two agencies.")
    return_it(entry)
    Entry.objects.filter(pk=entry.pk).update(
        state=State.SUBMITTED, narrative="First try of three agencies."
    )
    shown = page(browser.get("/review/"))
    assert "Round 1, returned on" in shown
    assert "Which year?" in shown
    assert "What the delegation changed since" in shown
    assert " two<" in shown[shown.index("<del>") : shown.index("</del>")]
    assert "As returned" in shown


def test_the_open_entry_shows_deadline_comments_and_questions(
    browser, entry_of, coordinator, officer_jp, officer_fr
):
    base = entry_of("JP", "1.2.1", State.PUBLISHED)
    ask_question(
        entry_id=base.pk, body="Since when?", by=officer_fr, at=datetime.now(UTC),
        due_on=utc_day(datetime.now(UTC)) + timedelta(days=9),
    )  # fmt: skip
    entry = entry_of("JP", "1.2.1")
    for by in (coordinator, officer_jp):
        add_comment(
            entry_id=entry.pk, thread="presidency", body="A word.", by=by,
            at=datetime.now(UTC),
        )  # fmt: skip
    shown = words_in(page(browser.get("/review/")))
    assert "Due" in shown
    assert "2 comments with the delegation needs your reply" in shown
    assert "1 question on the published text" in shown


def test_files_are_in_the_order_and_of_the_member_of_the_list(browser, entry_of):
    for member in ("US", "FR"):
        for code in ("2.1", "1.1.1"):
            entry_of(member, code)
    asked = {"format": "csv", "order": "commitment", "member": "FR"}
    file = browser.get("/review/", asked).getvalue().decode()
    assert "United States" not in file
    assert file.index("1.1.1") < file.index("2.1")
