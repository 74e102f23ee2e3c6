"""Tests of a delegation's task list: what is due, by when, and what was returned."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from progress.models import Entry, State, Transition
from tests.factories import (
    make_entry,
    make_plan,
    make_stocktake,
    member_commitment_of,
)
from tests.progress.editing import page

CODES = ["1.1.1", "1.2.1", "1.2.2", "2.1"]


@pytest.fixture
def browser(signed_in, officer_jp):
    return signed_in(officer_jp)


@pytest.fixture
def entry_on(plan, officer_jp, stocktake):
    def make(code, state=State.DRAFT, **fields):
        mine = member_commitment_of(plan, code, "JP")
        values = {"by": officer_jp, "state": state, "stocktake": stocktake, **fields}
        return make_entry(mine, **values)

    return make


def row_of(shown: str, code: str) -> str:
    rows = re.findall(r'<tr id="task-.*?</tr>', shown, re.DOTALL)
    return "".join(row for row in rows if row.startswith(f'<tr id="task-{code}">'))


def tabs_of(shown: str) -> dict[str, int]:
    """Label and number of each tab."""
    tabs = shown[shown.index('<nav class="tabs"') :]
    tabs = tabs[: tabs.index("</nav>")]
    found = re.findall(r'>([^<>]+?) <span class="navigation-count">(\d+)', tabs)
    return {label: int(count) for label, count in found}


def test_every_commitment_stands_under_its_heading_in_the_plans_order(
    browser, plan, stocktake
):
    shown = page(browser.get("/tasks/"))
    places = [
        shown.index(words)
        for words in (
            "CT Measures", "Implementation of UNSCRs", "Emphasize the necessity",
            "Information Sharing", "Bolster information", "Support INTERPOL",
            "Tolerance in Society", "Act jointly",
        )
    ]  # fmt: skip
    assert places == sorted(places)


@pytest.mark.parametrize("slug", ["a-plan", "b-plan", "c-plan"])
def test_the_plan_that_asks_for_entries_comes_before_others_of_its_day(
    browser, coordinator, second_reviewer, slug
):
    plans = {name: make_plan(name) for name in ("a-plan", "b-plan", "c-plan")}
    make_stocktake(plans[slug], by=coordinator, second_reviewer=second_reviewer)
    assert f'href="/plans/{slug}/stocktakes/first/"' in page(browser.get("/tasks/"))


def test_deadline_is_told_in_the_readers_zone(browser, officer_jp, plan, stocktake):
    officer_jp.time_zone = "Asia/Tokyo"
    officer_jp.save()
    stocktake.due_at = datetime.now(UTC).replace(
        hour=20, minute=30, second=0, microsecond=0
    ) + timedelta(days=10)
    stocktake.save()
    shown = page(browser.get("/tasks/"))
    assert "05:30 JST" in shown
    assert "in 1\N{NO-BREAK SPACE}week" in shown


def test_states_are_told_and_add_up(browser, entry_on):
    entry_on("1.1.1")
    entry_on("1.2.1", State.IN_CLEARANCE)
    entry_on("1.2.2", State.PUBLISHED, status="implemented")
    shown = page(browser.get("/tasks/"))
    assert tabs_of(shown) == {
        "All": 4,
        "No draft": 1,
        "Draft": 1,
        "In clearance": 1,
        "Published": 1,
    }
    assert "Draft" in row_of(shown, "1.1.1")
    assert "In clearance" in row_of(shown, "1.2.1")
    assert "Implemented" in row_of(shown, "1.2.2")
    assert "Published" in row_of(shown, "1.2.2")
    assert "Not reported" in row_of(shown, "2.1")
    assert "No draft" in row_of(shown, "2.1")


def test_buttons_lead_to_what_can_be_done(browser, plan, entry_on):
    draft = entry_on("1.1.1")
    waiting = entry_on("1.2.1", State.SUBMITTED)
    done = entry_on("1.2.2", State.PUBLISHED)
    shown = page(browser.get("/tasks/"))
    assert f'href="/entries/{draft.pk}/edit/"' in row_of(shown, "1.1.1")
    assert f'href="/entries/{waiting.pk}/"' in row_of(shown, "1.2.1")
    assert f'href="/entries/{done.pk}/"' in row_of(shown, "1.2.2")
    assert f"/plans/{plan.slug}/commitments/2.1/JP/entries/new/" in row_of(shown, "2.1")


def test_text_of_an_earlier_stocktake_is_no_update(browser, entry_on):
    entry_on("1.1.1", State.PUBLISHED, stocktake=None, status="limited")
    row = row_of(page(browser.get("/tasks/")), "1.1.1")
    assert "Limited progress" in row
    assert "no update" in row
    assert "No draft" in row


def test_draft_begun_before_the_stocktake_opened_counts_as_a_draft(browser, entry_on):
    entry_on("1.1.1", stocktake=None)
    assert "Draft" in row_of(page(browser.get("/tasks/")), "1.1.1")


def test_list_can_be_narrowed_to_one_state(browser, entry_on):
    entry_on("1.1.1")
    shown = page(browser.get("/tasks/", {"state": "drafting"}))
    assert '<span class="code">1.1.1</span>' in shown
    assert '<span class="code">2.1</span>' not in shown
    assert tabs_of(shown)["All"] == 4


def test_state_nobody_knows_narrows_nothing(browser, plan, stocktake):
    shown = page(browser.get("/tasks/", {"state": "<script>"}))
    assert all(f'<span class="code">{code}</span>' in shown for code in CODES)
    assert "<script>" not in shown.replace("<script src", "")


def test_what_was_returned_stands_first_with_its_reason(
    browser, signed_in, coordinator, entry_on
):
    entry = entry_on("2.1", State.SUBMITTED)
    sent = {"version": 1, "reason": "Which <year>?"}
    signed_in(coordinator).post(f"/entries/{entry.pk}/return/", sent)
    shown = page(browser.get("/tasks/"))
    assert "Returned by the reviewer" in shown
    assert "Which &lt;year&gt;?" in shown
    assert shown.index("Which &lt;year&gt;?") < shown.index("CT Measures")
    assert f'href="/entries/{entry.pk}/edit/"' in shown


def test_what_the_head_sent_back_stands_first_too(
    browser, signed_in, head_jp, entry_on
):
    entry = entry_on("2.1", State.IN_CLEARANCE)
    sent = {"version": 1, "reason": "Too long."}
    signed_in(head_jp).post(f"/entries/{entry.pk}/send-back/", sent)
    shown = page(browser.get("/tasks/"))
    assert "Sent back by your head of delegation" in shown
    assert "Too long." in shown
    sent = {"version": Entry.objects.get().version}
    browser.post(f"/entries/{entry.pk}/submit/", sent)
    assert "Too long." not in page(browser.get("/tasks/"))


def test_correction_at_work_is_named_beside_what_stands(browser, entry_on, officer_jp):
    published = entry_on("1.1.1", State.PUBLISHED)
    entry_on(
        "1.1.1",
        kind=Entry.Kind.CORRECTION,
        supersedes=published,
        reason="Wrong number.",
    )
    row = row_of(page(browser.get("/tasks/")), "1.1.1")
    assert "Published" in row
    assert "Correction" in row


def test_after_the_deadline_what_is_missing_is_late(browser, plan, stocktake, entry_on):
    entry_on("1.1.1", State.SUBMITTED)
    stocktake.due_at = datetime.now(UTC) - timedelta(hours=1)
    stocktake.save()
    shown = page(browser.get("/tasks/"))
    assert "Late entries accepted until" in shown
    assert "Late" in row_of(shown, "2.1")
    assert "Late" not in row_of(shown, "1.1.1")


def test_after_grace_nothing_more_is_taken(browser, plan, stocktake):
    stocktake.due_at = datetime.now(UTC) - timedelta(hours=2)
    stocktake.grace_ends_at = datetime.now(UTC) - timedelta(hours=1)
    stocktake.save()
    assert "The deadline and the days of grace have passed" in page(
        browser.get("/tasks/")
    )


def test_nothing_left_to_write_is_said(browser, entry_on):
    for code in CODES:
        entry_on(code, State.SUBMITTED)
    assert "Nothing is left to write" in page(browser.get("/tasks/"))


def test_no_open_stocktake_is_said(browser, plan, chair):
    shown = page(browser.get("/tasks/"))
    assert "No stocktake is open" in shown
    assert "Begin" in row_of(shown, "1.1.1")


def test_no_plan_is_said(browser, chair):
    assert "No plan is loaded" in page(browser.get("/tasks/"))


def test_plan_can_be_named(browser, plan, stocktake):
    other = make_plan("other-plan")
    other.adopted_on -= timedelta(days=400)
    other.title = "An Older Plan"
    other.save()
    assert "Action Plan for Tests" in page(browser.get("/tasks/"))
    assert "An Older Plan" in page(browser.get(f"/plans/{other.slug}/tasks/"))
    assert browser.get("/plans/no-such-plan/tasks/").status_code == 404


def test_contributor_sees_and_begins_only_what_is_assigned(
    signed_in, contributor_jp, plan, stocktake
):
    shown = page(signed_in(contributor_jp).get("/tasks/"))
    assert "Begin" in row_of(shown, "1.2.2")
    assert "Assigned to you" in row_of(shown, "1.2.2")
    assert row_of(shown, "1.2.1") == ""
    assert tabs_of(shown) == {"All": 1, "No draft": 1}


def test_coordinator_sees_the_list_of_their_own_member_and_begins_nothing(
    signed_in, coordinator, plan, stocktake
):
    shown = page(signed_in(coordinator).get("/tasks/"))
    assert "Bolster information sharing" in shown
    assert "Begin" not in shown


def test_no_other_delegation_shows_in_it(browser, plan, stocktake, officer_fr):
    theirs = member_commitment_of(plan, "1.1.1", "FR")
    make_entry(theirs, by=officer_fr, state=State.PUBLISHED, status="implemented")
    assert "Implemented" not in row_of(page(browser.get("/tasks/")), "1.1.1")


@pytest.mark.parametrize("who", ["observer", "assessor", "administrator"])
def test_who_belongs_to_no_delegation_has_no_tasks(
    request, signed_in, plan, chair, who
):
    assert signed_in(request.getfixturevalue(who)).get("/tasks/").status_code == 404


@pytest.mark.parametrize(("who", "number"), [("officer_jp", 9), ("contributor_jp", 9)])
def test_number_of_queries_does_not_grow_with_the_rows(
    request, signed_in, plan, entry_on, django_assert_num_queries, who, number
):
    client = signed_in(request.getfixturevalue(who))
    with django_assert_num_queries(number):
        client.get("/tasks/")
    for code in CODES:
        entry_on(code, State.PUBLISHED)
        entry = entry_on(code, State.RETURNED)
        Transition.objects.create(
            entry=entry,
            verb="return",
            before=State.SUBMITTED,
            after=State.RETURNED,
            reason="Why?",
            at=datetime.now(UTC),
            by=entry.written_by,
        )
    with django_assert_num_queries(number):
        client.get("/tasks/")
