"""A report goes from draft to final, in a browser. Each story has its own brief."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.circulating import (
    PLAN,
    approve,
    circulate,
    compile_brief,
    compile_with_an_older_release,
    edit_titles,
    find_links_dead,
    let_time_pass,
    next_presidency,
    wait_until_done,
)
from tests.e2e.published_texts import publish_texts
from tests.e2e.test_editor_page import violations
from tests.e2e.writing import WIDE

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

PHONE = {"width": 360, "height": 740}
REASON = "The words of 2.1 are not those that we agreed."
ANOTHER = "It takes another coordinator of the Presidency too."
LINKED = "instrument:unscr-1373-2001"


@pytest.fixture(scope="session")
def plan(plan_of):
    return plan_of(PLAN)


def panel(page: Page) -> Locator:
    return page.get_by_role("region", name="Circulation")


def test_a_draft_is_objected_to_and_the_next_one_becomes_final(
    plan, trial, signed_in_page
):
    first = signed_in_page("coordinator", viewport=WIDE)
    draft = compile_brief(first, "sub_area:1.1")
    circulate(first, draft, 1)
    head = signed_in_page("head.jp", viewport=PHONE, color_scheme="dark")
    head.goto(draft)
    head.get_by_role("link", name="Object", exact=True).click()
    assert violations(head) == []
    head.get_by_role("textbox", name="Reason").fill(REASON)
    head.get_by_role("button", name="Object and break the silence").click()
    expect(panel(head)).to_contain_text("The silence is broken.")
    assert violations(head) == []
    first.goto(draft)
    expect(panel(first)).to_contain_text(REASON)

    publish_texts(trial.var_dir, PLAN, "JP", 1)
    following = compile_brief(first, "sub_area:1.1")
    circulate(first, following, 2)
    let_time_pass(trial, following)
    approve(first, following)
    expect(panel(first)).to_contain_text(ANOTHER)
    second = signed_in_page("coordinator.2")
    approve(second, following)
    wait_until_done(second)
    observer = signed_in_page("observer")
    answer = observer.goto(second.url)
    assert answer is not None
    assert answer.status == 200


def test_the_same_coordinator_does_not_approve_twice(plan, trial, signed_in_page):
    page = signed_in_page("coordinator", viewport=WIDE)
    draft = compile_brief(page, "action:3")
    circulate(page, draft, 1)
    let_time_pass(trial, draft)
    tab = page.context.new_page()
    tab.goto(f"{draft}final/")
    approve(page, draft)
    expect(panel(page)).to_contain_text(ANOTHER)
    expect(page.get_by_role("link", name="Approve as final")).to_have_count(0)
    tab.get_by_role("button", name="Approve as final").click()
    expect(tab.get_by_role("alert")).to_contain_text("You have approved this draft")
    assert violations(tab) == []


def test_what_was_published_since_is_refused_with_the_difference(
    plan, trial, signed_in_page
):
    page = signed_in_page("coordinator", viewport=WIDE)
    draft = compile_brief(page, "action:1")
    circulate(page, draft, 1)
    let_time_pass(trial, draft)
    page.goto(f"{draft}final/")
    publish_texts(trial.var_dir, PLAN, "DE", 1)
    page.get_by_role("button", name="Approve as final").click()
    refusal = page.get_by_role("alert")
    expect(refusal).to_contain_text("would no longer say what was circulated")
    expect(refusal).to_contain_text("1.1.1")
    expect(refusal).to_contain_text("Germany")
    assert violations(page) == []


def test_a_week_later_what_only_looks_different_becomes_final(
    plan, trial, signed_in_page
):
    publish_texts(trial.var_dir, PLAN, "GB", 1)
    first = signed_in_page("coordinator", viewport=WIDE)
    draft = compile_brief(first, LINKED)
    compile_with_an_older_release(trial, draft)
    circulate(first, draft, 1)
    let_time_pass(trial, draft)
    find_links_dead(trial)
    edit_titles(trial)
    approve(first, draft)
    second = signed_in_page("coordinator.2")
    approve(second, draft)
    wait_until_done(second)


def test_after_a_handover_the_new_presidency_makes_it_final(
    plan, trial, signed_in_page
):
    former = signed_in_page("coordinator", viewport=WIDE)
    draft = compile_brief(former, "action:2")
    circulate(former, draft, 1)
    let_time_pass(trial, draft)
    approve(former, draft)
    deadline = panel(former).locator("time").first.get_attribute("datetime")
    with next_presidency(trial, "coordinator.3", "coordinator.4"):
        former.goto(draft)
        expect(panel(former)).to_contain_text("No delegation objected.")
        expect(panel(former)).not_to_contain_text("Approved")
        assert former.goto(f"{draft}final/").status == 403
        third = signed_in_page("coordinator.3")
        approve(third, draft)
        expect(panel(third)).to_contain_text(ANOTHER)
        expect(panel(third).get_by_role("listitem")).to_have_count(1)
        assert panel(third).locator("time").first.get_attribute("datetime") == deadline
        fourth = signed_in_page("coordinator.4")
        approve(fourth, draft)
        wait_until_done(fourth)
