"""Tests of writing an entry in a browser, without JavaScript."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from accounts.models import Role
from audit.models import Event
from progress.models import Entry, Evidence, State
from tests.factories import (
    add_evidence,
    assign,
    make_entry,
    make_user,
    member_commitment_of,
)
from tests.progress.editing import new_url, page, typed

TODAY = datetime.now(UTC).date()


# ---- Writing and saving --------------------------------------------------------------


def test_looking_at_an_empty_editor_writes_nothing(browser, plan, stocktake):
    answer = browser.get(new_url(plan))
    assert answer.status_code == 200
    assert "Bolster information sharing" in page(answer)
    assert "TLP:RED material does not belong in this system." in page(answer)
    assert not Entry.objects.exists()
    assert not Event.objects.exists()


def test_first_save_begins_a_draft_in_the_open_stocktake(
    browser, plan, stocktake, officer_jp
):
    answer = browser.post(new_url(plan), typed(), follow=True)
    entry = Entry.objects.get()
    assert answer.redirect_chain == [(f"/entries/{entry.pk}/edit/", 302)]
    assert "The draft is saved." in page(answer)
    assert (entry.state, entry.status) == (State.DRAFT, "limited")
    assert entry.narrative == "Two of five bureaus are connected."
    assert entry.stocktake == stocktake
    assert entry.written_by == officer_jp
    assert Event.objects.get().verb == "entry.draft"


def test_a_form_without_files_may_be_sent_in_the_other_encoding(
    browser, plan, stocktake
):
    """A browser sends the editor as multipart. Other programs may not."""
    sent = urlencode(typed()), "application/x-www-form-urlencoded"
    first = browser.post(new_url(plan), *sent)
    entry = Entry.objects.get()
    assert (first.status_code, first["Location"]) == (302, f"/entries/{entry.pk}/edit/")
    changed = urlencode(typed(entry.version, narrative="Three of five."))
    browser.post(first["Location"], changed, sent[1])
    assert Entry.objects.get().narrative == "Three of five."


def test_link_without_a_date_was_read_today(browser, plan, stocktake):
    browser.post(new_url(plan), typed())
    evidence = Evidence.objects.get()
    assert (evidence.kind, evidence.accessed_on) == ("link", TODAY)


def test_draft_may_be_empty_but_for_its_date(browser, plan, stocktake):
    empty = dict.fromkeys(["status", "narrative", "next_steps", "evidence-1-title"], "")
    answer = browser.post(new_url(plan), typed() | empty | {"evidence-1-url": ""})
    assert answer.status_code == 302
    assert Entry.objects.get().status == ""
    assert not Evidence.objects.exists()


def test_saving_again_replaces_the_text(browser, draft):
    sent = typed(version=1, narrative="Three.", is_at_risk="on", handling="amber")
    browser.post(f"/entries/{draft.pk}/edit/", sent)
    draft.refresh_from_db()
    assert (draft.narrative, draft.is_at_risk, draft.version) == ("Three.", True, 2)
    assert draft.handling == "amber"


def test_line_ends_of_a_browser_are_kept_as_one_character(browser, plan, stocktake):
    browser.post(new_url(plan), typed(narrative="one\r\ntwo"))
    assert Entry.objects.get().narrative == "one\ntwo"


def test_japanese_comes_back_as_it_was_typed(browser, plan, stocktake):
    words = "到着便すべての乗客予約記録を照合している。😀"
    answer = browser.post(new_url(plan), typed(narrative=words), follow=True)
    assert Entry.objects.get().narrative == words
    assert words in page(answer)


def test_save_and_submit_sends_the_entry_to_clearance(browser, plan, stocktake):
    assert "Save and send for clearance" in page(browser.get(new_url(plan)))
    answer = browser.post(new_url(plan), typed(act="submit"), follow=True)
    entry = Entry.objects.get()
    assert entry.state == State.IN_CLEARANCE
    assert answer.redirect_chain[-1][0] == f"/entries/{entry.pk}/sent/"
    assert "Sent to your head of delegation for clearance." in page(answer)


def test_member_that_skips_clearance_is_told_where_it_goes(
    browser, plan, stocktake, members
):
    members["JP"].skips_clearance = True
    members["JP"].save()
    assert "Save and send to the Presidency" in page(browser.get(new_url(plan)))
    answer = browser.post(new_url(plan), typed(act="submit"), follow=True)
    assert Entry.objects.get().state == State.SUBMITTED
    assert "Sent to the Presidency for review." in page(answer)


def test_chair_that_skips_clearance_sends_to_its_second_reviewer(
    signed_in, plan, stocktake, members, coordinator
):
    chair = members[coordinator.member_id]
    chair.skips_clearance = True
    chair.save()
    officer = make_user(Role.OFFICER, member=chair.code)
    browser, url = signed_in(officer), new_url(plan, member=chair.code)
    assert "Save and send to the second reviewer" in page(browser.get(url))
    answer = browser.post(url, typed(act="submit"), follow=True)
    assert Entry.objects.get().state == State.SUBMITTED
    assert "Sent to the second reviewer." in page(answer)


def test_returned_entry_shows_why_above_the_editor(
    browser, mine, stocktake, officer_jp, coordinator, signed_in
):
    entry = make_entry(mine, by=officer_jp, state=State.SUBMITTED, stocktake=stocktake)
    reason = {"version": 1, "reason": "Which bureaus?"}
    signed_in(coordinator).post(f"/entries/{entry.pk}/return/", reason)
    shown = page(browser.get(f"/entries/{entry.pk}/edit/"))
    assert "Which bureaus?" in shown
    assert "The Presidency" in shown
    assert "Coordinator" not in shown


# ---- Preview and more rows: not saved, not lost --------------------------------------


@pytest.mark.parametrize("act", ["preview", "add"])
def test_preview_and_add_keep_everything_and_write_nothing(browser, draft, act):
    sent = typed(
        version=1,
        act=act,
        narrative="**Bold** <script>alert(1)</script>",
        as_of="soon",
        obstacles="Time",
        is_at_risk="on",
        **{"evidence-1-title": "Half a row", "evidence-1-url": "not yet"},
    )
    answer = browser.post(f"/entries/{draft.pk}/edit/", sent)
    shown = page(answer)
    assert answer.status_code == 200
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown
    for kept in ('value="soon"', "Half a row", 'value="not yet"', "Time", "checked"):
        assert kept in shown
    assert "Please correct the following" not in shown
    draft.refresh_from_db()
    assert draft.version == 1


def test_preview_shows_markdown_as_readers_will_see_it(browser, draft):
    sent = typed(version=1, act="preview", narrative="**Four** of five")
    assert "<strong>Four</strong> of five" in page(
        browser.post(f"/entries/{draft.pk}/edit/", sent)
    )


def test_add_another_gives_one_more_row(browser, draft):
    answer = browser.post(f"/entries/{draft.pk}/edit/", typed(version=1, act="add"))
    assert 'name="evidence-2-title"' in page(answer)
    assert 'name="evidence-3-title"' not in page(answer)


def test_row_ticked_to_be_removed_is_gone(browser, draft):
    sent = typed(1, **{"evidence-1-remove": "on", "evidence-1-url": "javascript:"})
    assert browser.post(f"/entries/{draft.pk}/edit/", sent).status_code == 302
    assert draft.evidence.count() == 0


def test_emptied_row_is_gone(browser, draft):
    sent = typed(version=1, **{"evidence-1-title": "", "evidence-1-url": ""})
    browser.post(f"/entries/{draft.pk}/edit/", sent)
    assert draft.evidence.count() == 0


def test_no_row_is_offered_beyond_the_limit(browser, draft):
    rows = {f"evidence-{number}-title": "x" for number in range(1, 21)}
    shown = page(
        browser.post(f"/entries/{draft.pk}/edit/", typed(version=1, act="add") | rows)
    )
    assert "evidence-20-title" in shown
    assert "evidence-21-title" not in shown
    assert "Add another" not in shown


# ---- What was published before -------------------------------------------------------


def test_last_published_text_stands_beside_the_editor(browser, plan, mine, officer_jp):
    before = make_entry(
        mine,
        by=officer_jp,
        state=State.PUBLISHED,
        narrative="One of **five**.",
        evidence=1,
    )
    shown = page(browser.get(new_url(plan)))
    assert "One of <strong>five</strong>." in shown
    assert "Start from the last text" in shown
    draft = make_entry(mine, by=officer_jp)
    shown = page(browser.get(f"/entries/{draft.pk}/edit/"))
    assert "One of <strong>five</strong>." in shown
    assert f'href="?from={before.pk}"' in shown


def test_correction_is_written_beside_what_it_corrects(
    browser, mine, officer_jp, stocktake
):
    wrong = make_entry(
        mine, by=officer_jp, state=State.PUBLISHED, narrative="Nine of five."
    )
    make_entry(mine, by=officer_jp, state=State.PUBLISHED, as_of=TODAY)
    correction = make_entry(
        mine,
        by=officer_jp,
        kind=Entry.Kind.CORRECTION,
        supersedes=wrong,
        reason="Wrong number.",
        narrative="Four of five.",
    )
    shown = page(browser.get(f"/entries/{correction.pk}/edit/"))
    assert '<p dir="auto">Nine of five.</p>' in shown
    assert "Four of five.</textarea>" in shown
    assert "Wrong number." in shown


def test_starting_from_it_copies_the_words_and_not_the_day(
    browser, plan, mine, officer_jp
):
    before = make_entry(
        mine,
        by=officer_jp,
        state=State.PUBLISHED,
        narrative="One of **five**.",
        evidence=1,
    )
    shown = page(browser.get(new_url(plan), {"from": before.pk}))
    assert "One of **five**.</textarea>" in shown
    assert 'value="https://example.org/report"' in shown
    assert f'value="{TODAY.isoformat()}"' in shown
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    "source", ["draft", "nonsense", "another commitment", "another"]
)
def test_only_a_published_text_of_this_commitment_can_be_started_from(
    browser, plan, mine, officer_jp, officer_fr, draft, source
):
    elsewhere = member_commitment_of(plan, "2.1", "JP")
    theirs = member_commitment_of(plan, "1.2.1", "FR")
    make = {"by": officer_jp, "state": State.PUBLISHED}
    sources = {
        "draft": draft.pk,
        "nonsense": "1 OR 1=1",
        "another commitment": make_entry(elsewhere, **make).pk,
        "another": make_entry(theirs, by=officer_fr, state=State.PUBLISHED).pk,
    }
    url = f"/entries/{draft.pk}/edit/"
    assert browser.get(url, {"from": sources[source]}).status_code == 404


# ---- Permissions ---------------------------------------------------------------------


def test_contributor_writes_what_is_assigned_and_submits_nothing(
    signed_in, contributor_jp, plan, stocktake
):
    browser = signed_in(contributor_jp)
    url = new_url(plan, "1.2.2")
    assert "Save and send" not in page(browser.get(url))
    assert "Send and next" not in page(browser.get(url))
    assert browser.post(url, typed()).status_code == 302
    entry = Entry.objects.get()
    answer = browser.post(f"/entries/{entry.pk}/edit/", typed(version=1, act="submit"))
    assert answer.status_code == 403
    assert Entry.objects.get().state == State.DRAFT


def test_contributor_does_not_write_what_is_not_assigned(
    signed_in, contributor_jp, plan, draft
):
    browser = signed_in(contributor_jp)
    assert browser.get(new_url(plan)).status_code == 403
    assert browser.post(new_url(plan), typed()).status_code == 403
    assert browser.get(f"/entries/{draft.pk}/edit/").status_code == 403
    assert browser.post(f"/entries/{draft.pk}/edit/", typed(1)).status_code == 403


@pytest.mark.parametrize(
    "who", ["officer_fr", "head_fr", "coordinator", "observer", "administrator"]
)
def test_drafts_of_another_delegation_do_not_exist(
    request, signed_in, plan, draft, who
):
    browser = signed_in(request.getfixturevalue(who))
    assert browser.get(f"/entries/{draft.pk}/edit/").status_code == 404
    assert browser.post(f"/entries/{draft.pk}/edit/", typed(1)).status_code == 404
    assert browser.get(new_url(plan)).status_code == 403
    assert browser.post(new_url(plan), typed()).status_code == 403
    draft.refresh_from_db()
    assert draft.version == 1


def test_editing_what_waits_is_refused_with_a_sentence(
    browser, mine, officer_jp, stocktake
):
    entry = make_entry(
        mine, by=officer_jp, state=State.IN_CLEARANCE, stocktake=stocktake
    )
    answer = browser.get(f"/entries/{entry.pk}/edit/")
    assert answer.status_code == 409
    assert "This is not possible now" in page(answer)


def test_no_such_commitment_is_not_found(browser, plan):
    assert browser.get(new_url(plan, "9.9")).status_code == 404
    assert browser.get(new_url(plan, "1.2.1", "XX")).status_code == 404


def test_editor_takes_only_get_and_post(browser, draft):
    assert browser.delete(f"/entries/{draft.pk}/edit/").status_code == 405


def test_editor_asks_a_fixed_number_of_queries(
    browser, draft, officer_jp, django_assert_max_num_queries
):
    for position in range(1, 6):
        add_evidence(draft, position=position, by=officer_jp)
    with django_assert_max_num_queries(12):
        browser.get(f"/entries/{draft.pk}/edit/")


def test_contributors_are_named_by_officers(browser, draft, contributor_jp, mine):
    assign(contributor_jp, mine)
    shown = page(browser.get(f"/entries/{draft.pk}/edit/"))
    assert "/contributors/" in shown
