"""Tests of text that could not be sent: no connection, sign-out, an ended session."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import sign_in
from tests.e2e.writing import kept_in, narrative, new_url, open_new, state_of

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]


@pytest.fixture
def kept_context(browser, trial) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=trial.address)
    yield context
    context.close()


def go_offline_in_mid_sentence(page: Page, text: str) -> None:
    page.context.set_offline(True)
    page.keyboard.insert_text(text)
    page.keyboard.press("Control+s")
    expect(state_of(page)).to_contain_text("Not saved: no connection.")


def test_a_lost_connection_keeps_the_text_and_sends_it_later(kept_context, empty_plan):
    page = kept_context.new_page()
    sign_in(page, "officer.jp")
    open_new(page, empty_plan, "1.4.1")
    page.wait_for_timeout(500)  # the key arrives after the first focus
    go_offline_in_mid_sentence(page, "In the middle of a secret sent")
    page.wait_for_timeout(600)
    assert "unsent/" in kept_in(page)
    assert "secret" not in kept_in(page)
    kept_context.set_offline(False)
    expect(state_of(page)).to_contain_text("Saved at", timeout=20_000)
    assert "unsent/" not in kept_in(page)


def test_an_installation_that_forbids_it_keeps_nothing(kept_context, empty_plan):
    def without_key(route):
        route.fulfill(json={**route.fetch().json(), "key": ""})

    page = kept_context.new_page()
    sign_in(page, "officer.jp")
    page.route("**/unsent-text-key/", without_key)
    open_new(page, empty_plan, "3.1")
    page.wait_for_timeout(500)
    go_offline_in_mid_sentence(page, "Kept by this page alone.")
    expect(state_of(page)).to_contain_text("Keep this page open")
    page.wait_for_timeout(600)
    assert "unsent/" not in kept_in(page)
    kept_context.set_offline(False)
    expect(state_of(page)).to_contain_text("Saved at", timeout=20_000)


def test_the_text_is_offered_after_the_browser_was_closed(kept_context, empty_plan):
    page = kept_context.new_page()
    sign_in(page, "officer.jp")
    open_new(page, empty_plan, "1.4.2")
    page.wait_for_timeout(500)
    go_offline_in_mid_sentence(page, "Typed before the battery died")
    page.wait_for_timeout(600)
    page.close(run_before_unload=False)
    kept_context.set_offline(False)
    again = kept_context.new_page()
    again.goto(new_url(empty_plan, "1.4.2"))
    again.get_by_role("button", name="Put it into the editor").click()
    expect(narrative(again)).to_have_value("Typed before the battery died")
    expect(state_of(again)).to_contain_text("Saved at", timeout=20_000)
    assert "unsent/" not in kept_in(again)


def test_another_person_can_neither_read_nor_find_it(kept_context, empty_plan):
    page = kept_context.new_page()
    sign_in(page, "officer.jp")
    open_new(page, empty_plan, "1.4.3")
    page.wait_for_timeout(500)
    go_offline_in_mid_sentence(page, "Not for the head")
    page.wait_for_timeout(600)
    page.close(run_before_unload=False)
    kept_context.set_offline(False)
    kept_context.clear_cookies()
    other = kept_context.new_page()
    sign_in(other, "head.jp")
    other.goto(new_url(empty_plan, "1.4.3"))
    other.wait_for_timeout(1_000)
    expect(other.get_by_role("button", name="Put it into the editor")).to_be_hidden()
    assert "Not for the head" not in kept_in(other)


def test_signing_out_saves_first(kept_context, empty_plan):
    page = kept_context.new_page()
    sign_in(page, "officer.jp")
    open_new(page, empty_plan, "1.5.1")
    page.keyboard.insert_text("Saved on the way out.")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You have signed out.")).to_be_visible()
    assert "unsent/" not in kept_in(page)
    sign_in(page, "officer.jp")
    page.goto(new_url(empty_plan, "1.5.1"))
    expect(narrative(page)).to_have_value("Saved on the way out.")


def test_signing_out_asks_about_what_cannot_be_saved_and_deletes_it(
    kept_context, empty_plan
):
    page = kept_context.new_page()
    sign_in(page, "officer.jp")
    open_new(page, empty_plan, "1.5.2")
    page.wait_for_timeout(500)
    page.keyboard.insert_text("x" * 10_001)
    page.keyboard.press("Control+s")
    expect(state_of(page)).to_contain_text("Not saved: Narrative:")
    page.wait_for_timeout(600)
    assert "unsent/" in kept_in(page)
    asked = []
    answers = iter([False, True])

    def answer(dialog):
        asked.append(dialog.message)
        if next(answers):
            dialog.accept()
        else:
            dialog.dismiss()

    page.on("dialog", answer)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_timeout(1_000)
    expect(narrative(page)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You have signed out.")).to_be_visible()
    assert len(asked) == 2
    assert all("it is deleted" in message for message in asked)
    assert "unsent/" not in kept_in(page)


def test_an_ended_session_keeps_the_text_until_the_person_is_back(
    kept_context, empty_plan
):
    page = kept_context.new_page()
    sign_in(page, "officer.jp")
    open_new(page, empty_plan, "1.6.1")
    page.wait_for_timeout(500)
    kept_context.clear_cookies()
    page.keyboard.insert_text("Typed after the session had ended.")
    page.keyboard.press("Control+s")
    expect(state_of(page)).to_contain_text("Not saved: you are signed out.")
    sign_in(kept_context.new_page(), "officer.jp")
    expect(state_of(page)).to_contain_text("Saved at", timeout=20_000)
