"""Tests of choosing many entries, confirming, and reading each result.

All without JavaScript.
"""

import re
from uuid import uuid4

import pytest

from progress import limits
from progress.models import Clearance, Entry, State
from tests.factories import make_entry, member_commitment_of
from tests.progress.editing import page
from tests.progress.reading import words_of

NOBODY = "00000000-0000-4000-8000-000000000000"
CODES = ("1.1.1", "1.2.1", "1.2.2", "2.1")


@pytest.fixture
def entries_in(plan, officer_jp, stocktake):
    def make(state, member="JP", **fields):
        values = {"by": officer_jp, "state": state, "stocktake": stocktake, **fields}
        return [
            make_entry(member_commitment_of(plan, code, member), **values)
            for code in CODES
        ]

    return make


def chosen(entries):
    return {"item": [f"{entry.pk}.{entry.version}" for entry in entries]}


def boxes_of(shown: str) -> list[str]:
    """Return the data that the page's checkboxes send."""
    return re.findall(
        r'type="checkbox" form="bulk" name="(?:\w+)" value="(\S+?)"', shown
    )


def states():
    return sorted(Entry.objects.values_list("state", flat=True))


# ---- Offered verbs and entries ----------------------------------------------------


def test_drafts_can_be_chosen_and_submitted_from_the_tasks(
    signed_in, officer_jp, entries_in
):
    entries = entries_in(State.DRAFT)
    browser = signed_in(officer_jp)
    shown = page(browser.get("/tasks/"))
    assert sorted(boxes_of(shown)) == sorted(chosen(entries)["item"])
    assert "Send chosen entries for clearance" in shown
    assert "Confirm chosen" not in shown
    answer = browser.post("/entries/bulk/submit/", {"item": boxes_of(shown)})
    assert "4 entries sent." in words_of(answer)
    assert states() == [State.IN_CLEARANCE] * 4


def test_all_are_chosen_by_an_address(signed_in, officer_jp, entries_in):
    entries_in(State.DRAFT)
    browser = signed_in(officer_jp)
    assert "checked" not in page(browser.get("/tasks/"))
    url = re.search(r'href="([^"]*)" data-choose-all', page(browser.get("/tasks/")))
    assert url
    assert page(browser.get(f"/tasks/{url[1]}")).count(" checked") == 4


def test_what_cannot_be_done_is_not_offered(signed_in, contributor_jp, entries_in):
    """A contributor cannot submit; entries in other states have no boxes."""
    entries_in(State.DRAFT)
    shown = page(signed_in(contributor_jp).get("/tasks/"))
    assert boxes_of(shown) == []
    assert 'id="bulk"' not in shown


def test_carrying_all_forward_does_not_confirm_them(
    signed_in, officer_jp, plan, entries_in
):
    entries_in(State.PUBLISHED, stocktake=None)
    browser = signed_in(officer_jp)
    assert "Start 4 drafts from the last text" in page(browser.get("/tasks/"))
    answer = browser.post(
        "/entries/bulk/carry-forward/", {"which": "all", "plan": plan.slug}
    )
    assert "4 drafts created." in words_of(answer)

    shown = page(browser.get("/tasks/"))
    assert shown.count("Unchanged, not confirmed") == 4
    assert boxes_of(shown) == []
    sent = chosen(Entry.objects.filter(state=State.DRAFT))
    refused = words_of(browser.post("/entries/bulk/submit/", sent))
    assert "4 could not be done: see below." in refused
    assert refused.count("Confirm that it is still true, or edit it.") == 4


def test_some_are_carried_forward(signed_in, officer_jp, plan, entries_in):
    entries_in(State.PUBLISHED, stocktake=None)
    browser = signed_in(officer_jp)
    two = boxes_of(page(browser.get("/tasks/")))[:2]
    answer = browser.post("/entries/bulk/carry-forward/", {"commitment": two})
    assert "2 drafts created." in words_of(answer)
    assert states() == [State.DRAFT] * 2 + [State.PUBLISHED] * 4


# ---- Confirmation ------------------------------------------------------------------


def test_clearing_many_asks_for_one_reference(signed_in, head_jp, entries_in):
    entries = entries_in(State.IN_CLEARANCE)
    browser = signed_in(head_jp)
    boxes = boxes_of(page(browser.get("/clearance/")))
    assert sorted(boxes) == sorted(chosen(entries)["item"])
    asked = browser.post("/entries/bulk/clear/", {"item": boxes})
    assert "The capital's reference" in words_of(asked)
    assert "4 entries" in words_of(asked)
    assert states() == [State.IN_CLEARANCE] * 4

    sent = {"item": boxes, "confirmed": "1", "capital_reference": "T 12"}
    wrong = browser.post(
        "/entries/bulk/clear/", {**sent, "capital_dated_on": "2999-01-01"}
    )
    assert words_of(wrong).count("The date must be between") == 4
    assert states() == [State.IN_CLEARANCE] * 4
    done = browser.post("/entries/bulk/clear/", sent)
    assert "4 entries cleared and sent for review." in words_of(done)
    references = Clearance.objects.values_list("capital_reference", flat=True)
    assert list(references) == ["T 12"] * 4


@pytest.mark.parametrize(
    ("verb", "who", "before", "after", "word", "result"),
    [
        (
            "send-back",
            "head_jp",
            State.IN_CLEARANCE,
            State.DRAFT,
            "Send back",
            "4 entries sent back.",
        ),
        (
            "return",
            "coordinator",
            State.SUBMITTED,
            State.RETURNED,
            "Return to",
            "4 entries returned.",
        ),
    ],
)
def test_going_back_needs_one_reason(
    request, signed_in, entries_in, verb, who, before, after, word, result
):
    entries = entries_in(before)
    browser = signed_in(request.getfixturevalue(who))
    url = f"/entries/bulk/{verb}/"
    assert word in words_of(browser.post(url, chosen(entries)))
    blank = browser.post(url, {**chosen(entries), "confirmed": "1", "reason": " "})
    assert blank.status_code == 422
    assert states() == [before] * 4
    sent = {**chosen(entries), "confirmed": "1", "reason": "理由 <b>"}
    assert result in words_of(browser.post(url, sent))
    assert states() == [after] * 4


def test_publishing_many_is_confirmed_for_it_cannot_be_taken_back(
    signed_in, coordinator, entries_in
):
    entries = entries_in(State.SUBMITTED)
    browser = signed_in(coordinator)
    boxes = boxes_of(page(browser.get("/review/")))
    asked = words_of(browser.post("/entries/bulk/publish/", {"item": boxes}))
    assert "You cannot undo this" in asked
    for code in CODES:
        assert code in asked
    assert states() == [State.SUBMITTED] * 4
    Entry.objects.filter(pk=entries[0].pk).update(version=7)
    told = words_of(
        browser.post("/entries/bulk/publish/", {"item": boxes, "confirmed": "1"})
    )
    assert "3 entries published. 1 could not be done: see below." in told
    assert "It has changed since you opened the page" in told


def test_results_lead_to_what_may_still_be_seen(signed_in, coordinator, entries_in):
    """After a return its reviewer cannot see the entry: it is named without a link."""
    entries = entries_in(State.SUBMITTED)
    sent = {**chosen(entries), "confirmed": "1", "reason": "Why?"}
    browser = signed_in(coordinator)
    told = page(browser.post("/entries/bulk/return/", sent))
    assert "1.2.2" in told
    assert str(entries[0].pk) not in told
    published = entries_in(State.SUBMITTED, member="FR")
    sent = {**chosen(published), "confirmed": "1"}
    told = page(browser.post("/entries/bulk/publish/", sent))
    assert f'href="/entries/{published[0].pk}/"' in told


def test_reloading_the_results_tells_that_it_was_done(
    signed_in, officer_jp, entries_in
):
    sent = chosen(entries_in(State.DRAFT))
    browser = signed_in(officer_jp)
    browser.post("/entries/bulk/submit/", sent)
    again = words_of(browser.post("/entries/bulk/submit/", sent))
    assert again.count("Already done.") == 4
    assert "4 entries sent." in again


# ---- Refusals --------------------------------------------------------------


def test_nothing_chosen_is_said(signed_in, officer_jp, plan):
    answer = signed_in(officer_jp).post("/entries/bulk/submit/", follow=True)
    assert answer.redirect_chain == [("/tasks/", 302)]
    assert "Choose at least one row first." in page(answer)


def test_too_many_are_refused_in_a_sentence(signed_in, officer_jp, plan):
    sent = {"item": [f"{uuid4()}.1" for _number in range(limits.BULK_ITEMS + 1)]}
    answer = signed_in(officer_jp).post("/entries/bulk/submit/", sent, follow=True)
    assert f"at most {limits.BULK_ITEMS} entries at once" in page(answer)


@pytest.mark.parametrize(
    "junk",
    ["", "x", "1.1", f"{NOBODY}.x", f"{NOBODY}.-1", f"{NOBODY}.{'9' * 30}",
     f"{NOBODY}.1\x00", "日本", "<script>"],
)  # fmt: skip
def test_what_no_page_sends_is_a_bad_request(signed_in, officer_jp, plan, junk):
    answer = signed_in(officer_jp).post("/entries/bulk/submit/", {"item": [junk]})
    assert answer.status_code == 400


@pytest.mark.parametrize("slug", ["\x00", "a b", "x" * 51, "日本"])
def test_a_plan_no_page_names_is_a_bad_request(signed_in, officer_jp, plan, slug):
    sent = {"which": "all", "plan": slug}
    answer = signed_in(officer_jp).post("/entries/bulk/carry-forward/", sent)
    assert answer.status_code == 400


def test_an_attacker_of_another_member_learns_nothing(
    signed_in, officer_fr, entries_in
):
    hidden = entries_in(State.DRAFT, narrative="CANARY")
    browser = signed_in(officer_fr)
    real = words_of(browser.post("/entries/bulk/submit/", chosen(hidden)))
    sent = {"item": [f"{uuid4()}.1" for _entry in hidden]}
    assert real == words_of(browser.post("/entries/bulk/submit/", sent))
    assert "This entry does not exist, or you cannot see it." in real
    assert states() == [State.DRAFT] * 4


def test_the_page_that_asks_names_nothing_hidden(
    signed_in, coordinator, entries_in, plan
):
    hidden = entries_in(State.DRAFT)
    asked = words_of(
        signed_in(coordinator).post("/entries/bulk/publish/", chosen(hidden))
    )
    assert "0 entries" in asked
    assert "1.2.2" not in asked


def test_the_address_alone_leads_to_the_list(signed_in, coordinator, head_jp, plan):
    for person, url, list_url in (
        (coordinator, "/entries/bulk/publish/", "/review/"),
        (head_jp, "/entries/bulk/clear/", "/clearance/"),
        (head_jp, "/entries/bulk/submit/", "/tasks/"),
    ):
        answer = signed_in(person).get(url)
        assert (answer.status_code, answer.url) == (302, list_url)


def test_lists_ask_no_more_for_more_rows(
    signed_in, officer_jp, entries_in, django_assert_max_num_queries
):
    entries_in(State.PUBLISHED, stocktake=None)
    browser = signed_in(officer_jp)
    with django_assert_max_num_queries(12):
        browser.get("/tasks/")


def test_a_reason_typed_signed_out_is_kept_with_all_that_was_chosen(client, entries_in):
    entries = entries_in(State.IN_CLEARANCE)
    sent = {**chosen(entries), "confirmed": "1", "reason": "Too long,\nby far."}
    kept = client.post("/entries/bulk/send-back/", sent)
    assert kept.status_code == 403
    assert "Too long,\nby far." in page(kept)
    assert page(kept).count('name="item"') == 4


def test_all_that_a_contributor_carries_forward_is_their_own(
    signed_in, contributor_jp, plan, entries_in
):
    entries_in(State.PUBLISHED, stocktake=None)
    sent = {"which": "all", "plan": plan.slug}
    browser = signed_in(contributor_jp)
    assert "1 draft created." in words_of(
        browser.post("/entries/bulk/carry-forward/", sent)
    )
    assert "Choose at least one row first." in page(
        browser.post("/entries/bulk/carry-forward/", sent, follow=True)
    )
