"""Tests of the preview's conflicts and of the press that applies the sheet."""

import threading
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from functools import partial

import pytest
from django.db import connections

from audit.models import Event
from progress.actions.carry_forward import carry_forward
from progress.actions.clearance import submit_entry
from progress.actions.drafting import edit_entry
from progress.entries.text import EntryText
from progress.models import Entry, SheetUpload, State
from tests.factories import make_entry, member_commitment_of
from tests.progress.reading import html_of, words_of
from tests.progress.update_sheets.filling import (
    PREVIEW,
    REPORT,
    SHEET,
    TEXTS,
    download,
    filled,
    narrative_of,
    press,
    upload,
)


def change(draft, by, at, **texts):
    """A colleague saves the draft."""
    fresh = Entry.objects.get(pk=draft.pk)
    text = EntryText(**{**vars(EntryText.of(fresh)), **texts})
    edit_entry(entry_id=fresh.pk, version=fresh.version, text=text, by=by, at=at)


# ---- Conflicts -----------------------------------------------------------------------


@pytest.fixture
def conflict(browser, draft, head_jp, now):
    content = filled(download(browser), c1_2_2={"Narrative": "Words of the sheet."})
    change(draft, head_jp, now, narrative="Words of a colleague.")
    upload(browser, content)
    return draft


def test_a_conflict_shows_both_texts_and_who_saved(browser, conflict):
    words = words_of(browser.get(PREVIEW))
    assert "Head JP saved this entry on" in words
    assert words.index("Saved now") < words.index("In your sheet")
    assert "colleague" in words
    answer = press(browser)
    assert answer.status_code == 422
    assert "Choose which text to use." in words_of(answer)
    assert narrative_of(conflict) == "Words of a colleague."


@pytest.mark.parametrize(
    ("choice", "text", "result"),
    [
        ("sheet", "Words of the sheet.", "Draft changed"),
        ("present", "Words of a colleague.", "Kept as it was"),
    ],
)
def test_the_person_chooses_one_of_the_two_texts(
    browser, conflict, choice, text, result
):
    answer = press(browser, **{"choice-1.2.2": choice})
    assert answer.headers["Location"] == REPORT
    assert narrative_of(conflict) == text
    assert result in words_of(browser.get(REPORT))


def test_a_choice_is_kept_until_a_colleague_saves_again(
    browser, conflict, head_jp, now
):
    press(browser, **{"choice-1.2.2": "sheet", "act": "keep"})
    assert browser.get(PREVIEW).context["shown"][0].choice == "sheet"
    assert narrative_of(conflict) == "Words of a colleague."
    chosen = {"choice-1.2.2": "sheet", "version-1.2.2": "2"}
    later = partial(change, conflict, head_jp, now, narrative="Words saved later.")
    answer = stale(browser, later, **chosen)
    assert answer.status_code == 409
    assert "Someone saved this entry after you chose." in words_of(answer)
    assert browser.get(PREVIEW).context["shown"][0].choice == ""
    assert narrative_of(conflict) == "Words saved later."


def test_choices_are_kept_when_the_session_has_ended(browser, conflict, client):
    chosen = {"act": "apply", "choice-1.2.2": "sheet", "version-1.2.2": "2"}
    answer = client.post(PREVIEW, {**chosen, "file": "…"})
    assert answer.status_code == 403
    assert 'name="choice-1.2.2" value="sheet"' in html_of(answer)
    assert narrative_of(conflict) == "Words of a colleague."


# ---- Apply ---------------------------------------------------------------------------


def test_one_press_applies_all_rows_and_a_second_does_nothing_more(browser, draft):
    texts = {"c1_2_2": {"Narrative": "Changed words."}, "c2_1": TEXTS}
    upload(browser, filled(download(browser), **texts))
    sent = browser.get(PREVIEW)
    form = {
        "act": "apply",
        "seen": sent.context["seen"],
        "file": sent.context["upload"].sha256,
    }
    assert browser.post(PREVIEW, form).headers["Location"] == REPORT
    assert browser.post(PREVIEW, form).headers["Location"] == REPORT
    assert narrative_of(draft) == "Changed words."
    assert Entry.objects.count() == 2
    assert Event.objects.filter(verb="sheet.apply").count() == 1
    assert SheetUpload.objects.get().content is None


def test_the_report_lists_each_row_and_leads_on(browser, draft):
    upload(browser, filled(download(browser), c1_2_2={"Narrative": "A."}, c2_1=TEXTS))
    press(browser)
    page = browser.get(REPORT)
    words, new = words_of(page), Entry.objects.exclude(pk=draft.pk).get()
    assert "2 drafts are saved. They are not sent yet." in words
    for result in ("Draft begun 1", "Draft changed 1", "Unchanged 2"):
        assert result in words
    for entry in (draft, new):
        assert f"/entries/{entry.pk}/edit/" in html_of(page)
    assert "/plans/test-plan/tasks/check/" in html_of(page)
    assert browser.get(PREVIEW).headers["Location"] == REPORT
    assert "Your last sheet was applied" in words_of(browser.get(SHEET))


def stale(browser, make_stale, **chosen):
    """Open the preview, let something happen, then press its button."""
    sent = browser.get(PREVIEW)
    form = {
        "act": "apply",
        "seen": sent.context["seen"],
        "file": sent.context["upload"].sha256,
    }
    make_stale()
    return browser.post(PREVIEW, {**form, **chosen})


def test_what_a_colleague_saved_after_the_preview_is_shown_and_nothing_is_applied(
    browser, draft, head_jp, now
):
    texts = {"c1_2_2": {"Narrative": "Mine."}, "c2_1": TEXTS}
    upload(browser, filled(download(browser), **texts))
    answer = stale(browser, lambda: change(draft, head_jp, now, narrative="Theirs."))
    assert answer.status_code == 409
    words = words_of(answer)
    assert "Entries have changed since you opened this page" in words
    assert "Head JP saved this entry on" in words
    assert narrative_of(draft) == "Theirs."
    assert not Entry.objects.filter(member_commitment__commitment__code="2.1").exists()


def test_an_entry_sent_after_the_preview_stops_the_sheet(
    browser, draft, officer_jp, now
):
    upload(browser, filled(download(browser), c1_2_2={"Narrative": "Mine."}))

    def send():
        submit_entry(entry_id=draft.pk, version=draft.version, by=officer_jp, at=now)

    answer = stale(browser, send)
    assert answer.status_code == 409
    assert "Recall it" in words_of(answer)
    assert narrative_of(draft) == "Old words are here."


def test_a_draft_begun_after_the_preview_is_a_conflict(
    browser, plan, officer_jp, head_jp, now
):
    mine = member_commitment_of(plan, "2.1", "JP")
    make_entry(mine, by=officer_jp, state=State.PUBLISHED)
    upload(browser, filled(download(browser), c2_1=TEXTS))
    begin = lambda: carry_forward(member_commitment=mine, by=head_jp, at=now)  # noqa: E731
    answer = stale(browser, begin)
    assert answer.status_code == 409
    assert answer.context["shown"][0].is_conflict


def test_a_file_uploaded_in_another_tab_is_shown_before_it_is_applied(browser, draft):
    upload(browser, filled(download(browser), c1_2_2={"Narrative": "First."}))
    other = filled(download(browser), c1_2_2={"Narrative": "Second."})
    answer = stale(browser, lambda: upload(browser, other))
    assert answer.status_code == 409
    assert "You uploaded another file in the meantime" in words_of(answer)
    assert narrative_of(draft) == "Old words are here."


@pytest.mark.long
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_two_presses_at_once_apply_the_sheet_once(browser, draft):
    upload(browser, filled(download(browser), c1_2_2={"Narrative": "New."}, c2_1=TEXTS))
    file, start = SheetUpload.objects.get().sha256, threading.Barrier(2)

    def send(_number):
        start.wait()
        try:
            answer = copy(browser).post(PREVIEW, {"act": "apply", "file": file})
            return answer.headers["Location"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        assert [*threads.map(send, range(2))] == [REPORT, REPORT]
    assert Event.objects.filter(verb="sheet.apply").count() == 1
    assert Entry.objects.count() == 2
