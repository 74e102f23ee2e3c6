"""Tests of the list before sending, of the page after it, and of going on."""

import pytest

from progress.models import Entry, State
from tests.factories import make_entry, member_commitment_of
from tests.progress.editing import new_url, typed


@pytest.fixture
def draft_of(plan, officer_jp, stocktake):
    def make(code, **fields):
        mine = member_commitment_of(plan, code, "JP")
        return make_entry(mine, by=officer_jp, stocktake=stocktake, **fields)

    return make


def check_url(plan):
    return f"/plans/{plan.slug}/tasks/check/"


# ---- Before sending ------------------------------------------------------------------


def test_the_check_lists_what_is_ready_what_is_missing_and_what_is_not_begun(
    browser, plan, draft_of
):
    ready, unready = draft_of("1.2.1"), draft_of("1.2.2", status="", narrative=" ")
    shown = browser.get(check_url(plan)).text
    assert "1 entry is ready." in shown
    assert "1 draft is incomplete." in shown
    assert f'value="{ready.pk}.1" checked' in shown
    assert f'value="{unready.pk}.1"' not in shown
    edit = f"/entries/{unready.pk}/edit/"
    assert f'<a href="{edit}#id_status">Choose a status.' in shown
    assert f'<a href="{edit}#id_narrative">Describe what was done.' in shown
    assert f"{new_url(plan, '2.1')}#id_narrative" in shown
    assert ready.narrative in shown


def test_a_text_carried_forward_and_not_confirmed_is_missing_something(
    browser, plan, draft_of
):
    draft = draft_of("1.2.1", unchanged_since=plan.adopted_on)
    shown = browser.get(check_url(plan)).text
    assert "0 entries are ready." in shown
    assert "Confirm that it is still true" in shown
    assert f'value="{draft.pk}.1"' not in shown


def test_what_the_check_lists_as_ready_is_sent(browser, plan, draft_of):
    ready = [draft_of("1.2.1"), draft_of("1.2.2")]
    items = [f"{entry.pk}.1" for entry in ready]
    answer = browser.post("/entries/bulk/submit/", {"item": items})
    assert "2 entries sent." in answer.text
    assert {entry.state for entry in Entry.objects.all()} == {State.IN_CLEARANCE}
    assert "0 entries are ready." in browser.get(check_url(plan)).text


def test_a_contributor_is_offered_nothing_to_send(
    signed_in, contributor_jp, plan, draft_of
):
    draft = draft_of("1.2.2")
    shown = signed_in(contributor_jp).get(check_url(plan)).text
    assert f'value="{draft.pk}.1"' not in shown


def test_the_check_asks_a_fixed_number_of_queries(
    browser, plan, draft_of, django_assert_max_num_queries
):
    for code in ("1.1.1", "1.2.1", "1.2.2", "2.1"):
        draft_of(code, status="")
    with django_assert_max_num_queries(12):
        assert "4 drafts are incomplete." in browser.get(check_url(plan)).text


# ---- After sending -------------------------------------------------------------------


def test_after_sending_the_page_says_what_happens_next_and_names_the_next_task(
    browser, plan, draft_of
):
    draft = draft_of("1.2.1")
    answer = browser.post(
        f"/entries/{draft.pk}/edit/", typed(version=1, act="submit"), follow=True
    )
    assert answer.redirect_chain == [(f"/entries/{draft.pk}/sent/", 302)]
    assert "Sent to your head of delegation for clearance." in answer.text
    assert "What happens next" in answer.text
    assert "The Presidency publishes it, or returns it with a reason." in answer.text
    assert f'href="{new_url(plan, "1.2.2")}#id_narrative">Write 1.2.2' in answer.text


def test_the_page_after_sending_gives_way_once_the_entry_is_back(browser, draft_of):
    draft = draft_of("1.2.1")
    answer = browser.get(f"/entries/{draft.pk}/sent/")
    assert answer["Location"] == f"/entries/{draft.pk}/"


# ---- Going on ------------------------------------------------------------------------


def test_save_and_next_leads_to_the_next_commitment(browser, plan, stocktake):
    sent = typed(act="save_next")
    answer = browser.post(new_url(plan, "1.2.1"), sent, follow=True)
    assert answer.redirect_chain == [(f"{new_url(plan, '1.2.2')}#id_narrative", 302)]
    assert "1.2.1: the draft is saved." in answer.text
    assert Entry.objects.get().state == State.DRAFT


def test_save_and_next_opens_a_draft_that_is_begun(browser, plan, draft_of):
    begun = draft_of("1.2.2")
    answer = browser.post(new_url(plan, "1.2.1"), typed(act="save_next"))
    assert answer["Location"] == f"/entries/{begun.pk}/edit/#id_narrative"


def test_save_and_next_of_the_last_leads_to_the_check(browser, plan, stocktake):
    last = plan.commitments.order_by("position").last()
    answer = browser.post(new_url(plan, last.code), typed(act="save_next"))
    assert answer["Location"] == check_url(plan)


def test_send_and_next_sends_and_leads_on(browser, plan, stocktake):
    sent = typed(act="submit_next")
    answer = browser.post(new_url(plan, "1.2.1"), sent, follow=True)
    assert Entry.objects.get().state == State.IN_CLEARANCE
    assert answer.redirect_chain[-1][0] == f"{new_url(plan, '1.2.2')}#id_narrative"
    assert "1.2.1: Sent to your head of delegation for clearance." in answer.text


def test_send_and_next_of_an_incomplete_text_stays(browser, plan, stocktake):
    sent = typed(act="submit_next", status="")
    answer = browser.post(new_url(plan, "1.2.1"), sent)
    assert answer.status_code == 422
    assert "Choose a status." in answer.text


def test_the_editor_links_to_the_tasks_around_it(browser, plan, draft_of):
    draft_of("1.2.2", state=State.IN_CLEARANCE)
    around = browser.get(new_url(plan, "1.2.1")).text
    before, after = around.split('aria-label="Other tasks"')[1].split('rel="next"')
    assert f'href="{new_url(plan, "1.1.1")}#id_narrative"' in before
    # What is with the head of delegation is nothing to write.
    assert new_url(plan, "1.2.2") not in after.split("</nav>")[0]
