"""Tests of what the editor refuses: after mistakes and conflicts, all text is kept."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Role
from progress.actions.drafting import edit_entry
from progress.entries.text import EntryText
from progress.models import Entry, State
from tests.factories import make_entry, make_user
from tests.progress.editing import new_url, page, typed

TODAY = datetime.now(UTC).date()


# ---- Mistakes are named, and the typed text stays ------------------------------------

TOO_LONG = "字" * 10_001


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"as_of": ""}, "This field is required."),
        ({"as_of": "2026-02-31"}, "Enter a valid date."),
        ({"as_of": "2016-05-26"}, "between the plan&#x27;s adoption (27 May 2016)"),
        ({"as_of": (TODAY + timedelta(days=1)).isoformat()}, "and today. Today is"),
        (
            {"narrative": TOO_LONG},
            "This text has 10,001 characters; the limit is 10,000.",
        ),
        ({"narrative": "a\x00b"}, "There is a null character (U+0000) after “a”."),
        (
            {"next_steps": "x" * 4_001},
            "This text has 4,001 characters; the limit is 4,000.",
        ),
        ({"status": "done"}, "Select a valid choice."),
        ({"handling": "red"}, "Select a valid choice."),
        ({"handling": ""}, "This field is required."),
        (
            {"evidence-1-url": "javascript:alert(1)"},
            "Evidence 1: the link must be a complete web address",
        ),
        (
            {"evidence-1-url": "https://example.org/report\u200bs"},
            "The link has a zero width space (U+200B) after “report”. Delete it.",
        ),
        (
            {"evidence-1-url": "\x01https://example.org/"},
            "The link has a control character (U+0001) at the start. Delete it.",
        ),
        (
            {"evidence-1-url": "ht\ntps://example.org/"},
            "The link has a line end (U+000A) after “ht”. Delete it.",
        ),
        ({"evidence-1-title": ""}, "Evidence 1: give it a title."),
        ({"evidence-1-url": ""}, "Evidence 1: give either a link or a citation."),
        (
            {"evidence-1-title": "a\x00b"},
            "There is a null character (U+0000) after “a”.",
        ),
        (
            {"evidence-1-title": "x" * 301},
            "Evidence 1: the title has 301 characters; the limit is 300.",
        ),
        (
            {"evidence-1-url": f"https://example.org/{'x' * 1_981}"},
            "Evidence 1: the link has 2,001 characters; the limit is 2,000.",
        ),
        (
            {"evidence-1-url": "", "evidence-1-citation": "x" * 2_001},
            "Evidence 1: the citation has 2,001 characters; the limit is 2,000.",
        ),
        (
            {"evidence-1-accessed_on": "9999-12-31"},
            "the date of access cannot be in the future.",
        ),
        (
            {"evidence-1-accessed_on": "0016-05-26"},
            "Evidence 1: the date of access cannot be before the plan&#x27;s adoption"
            " (27 May 2016).",
        ),
        ({"evidence-1-accessed_on": "then"}, "Enter a valid date."),
    ],
)
def test_wrong_input_is_refused_and_kept(browser, draft, fields, sentence):
    sent = typed(version=1, next_steps="Kept words.") | fields
    answer = browser.post(f"/entries/{draft.pk}/edit/", sent)
    assert answer.status_code == 422
    assert "Please correct the following" in page(answer)
    assert sentence in page(answer)
    assert fields.get("next_steps", "Kept words.") in page(answer)
    draft.refresh_from_db()
    assert draft.version == 1


def test_first_save_is_checked_like_every_other(browser, plan, stocktake):
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    answer = browser.post(new_url(plan), typed(as_of=tomorrow))
    assert answer.status_code == 422
    assert "Two of five bureaus are connected.</textarea>" in page(answer)
    assert not Entry.objects.exists()


def test_ten_thousand_characters_fit(browser, draft):
    sent = typed(version=1, narrative="字" * 10_000)
    assert browser.post(f"/entries/{draft.pk}/edit/", sent).status_code == 302


def test_an_address_may_begin_with_a_capital(browser, draft):
    sent = typed(version=1, **{"evidence-1-url": "Https://example.org/Report"})
    assert browser.post(f"/entries/{draft.pk}/edit/", sent).status_code == 302
    saved = draft.evidence_links.get().evidence
    assert saved.url == "https://example.org/Report"


def test_all_mistakes_are_said_at_once(browser, plan, stocktake):
    sent = typed(0, as_of="", **{"evidence-1-title": ""})
    shown = page(browser.post(new_url(plan), sent))
    assert "As of: This field is required." in shown
    assert "Evidence 1: give it a title." in shown


def test_more_evidence_than_fits_is_refused(browser, draft):
    rows = {
        f"evidence-{number}-{name}": value
        for number in range(1, 22)
        for name, value in {"title": "Report", "url": "https://example.org"}.items()
    }
    answer = browser.post(f"/entries/{draft.pk}/edit/", typed(version=1) | rows)
    assert answer.status_code == 422
    assert "An entry can have at most 20 items of evidence." in page(answer)


def test_incomplete_entry_is_saved_and_not_submitted(browser, draft):
    sent = typed(version=1, act="submit", status="", narrative="")
    answer = browser.post(f"/entries/{draft.pk}/edit/", sent)
    assert answer.status_code == 422
    assert "Choose a status." in page(answer)
    assert "Describe what was done." in page(answer)
    assert "The draft is saved. It has not been sent yet." in page(answer)
    draft.refresh_from_db()
    assert (draft.state, draft.version) == (State.DRAFT, 2)
    # What the page holds now can be saved as it is.
    assert 'name="version" value="2"' in page(answer)
    assert f'action="/entries/{draft.pk}/edit/"' in page(answer)


def test_after_grace_the_text_is_saved_and_the_reason_said(browser, draft, stocktake):
    stocktake.due_at -= timedelta(days=22)
    stocktake.opens_at -= timedelta(days=22)
    stocktake.grace_ends_at -= timedelta(days=22)
    stocktake.save()
    sent = typed(version=1, act="submit", narrative="Late words.")
    answer = browser.post(f"/entries/{draft.pk}/edit/", sent)
    assert answer.status_code == 409
    assert "The deadline and the days of grace have passed" in page(answer)
    draft.refresh_from_db()
    assert (draft.narrative, draft.state) == ("Late words.", State.DRAFT)


# ---- Two people at one entry ---------------------------------------------------------


@pytest.fixture
def colleague(members):
    return make_user(Role.OFFICER, member="JP", name="Colleague JP")


def save_meanwhile(entry, *, by, **words):
    text = EntryText(as_of=TODAY, status="implemented", **words)
    return edit_entry(
        entry_id=entry.pk, version=entry.version, text=text, by=by, at=datetime.now(UTC)
    )


def test_stale_save_is_refused_with_both_texts(browser, draft, colleague):
    save_meanwhile(draft, by=colleague, narrative="Theirs, saved first.")
    url = f"/entries/{draft.pk}/edit/"
    answer = browser.post(url, typed(version=1, narrative="Mine, typed long."))
    assert answer.status_code == 409
    assert "Mine, typed long.</textarea>" in page(answer)
    assert '<p dir="auto">Theirs, saved first.</p>' in page(answer)
    assert "By Colleague JP" in page(answer)
    assert Entry.objects.get().narrative == "Theirs, saved first."

    again = browser.post(url, typed(version=2, narrative="Both."))
    assert again.status_code == 302
    assert Entry.objects.get().narrative == "Both."


@pytest.mark.parametrize("version", ["", "x", "-1", "0", "9" * 5000])
def test_save_without_a_known_version_counts_as_stale(browser, draft, version):
    answer = browser.post(
        f"/entries/{draft.pk}/edit/", typed(version=1) | {"version": version}
    )
    assert answer.status_code in {409, 422}
    assert "Two of five bureaus are connected.</textarea>" in page(answer)
    draft.refresh_from_db()
    assert draft.version == 1


def test_pressing_save_twice_is_saving_once(browser, draft):
    url, sent = f"/entries/{draft.pk}/edit/", typed(version=1)
    assert browser.post(url, sent).status_code == 302
    assert browser.post(url, sent).status_code == 302
    draft.refresh_from_db()
    assert draft.version == 2


def test_pressing_save_and_submit_twice_is_no_conflict(browser, plan, stocktake):
    sent = typed(act="submit")
    browser.post(new_url(plan), sent)
    answer = browser.post(new_url(plan), sent)
    entry = Entry.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/entries/{entry.pk}/")
    assert entry.state == State.IN_CLEARANCE


def test_draft_begun_by_somebody_else_meanwhile_keeps_both_texts(
    browser, plan, mine, stocktake, colleague
):
    theirs = make_entry(mine, by=colleague, narrative="Theirs.", stocktake=stocktake)
    answer = browser.post(new_url(plan), typed(narrative="Mine."))
    assert answer.status_code == 409
    assert "Mine.</textarea>" in page(answer)
    assert '<p dir="auto">Theirs.</p>' in page(answer)
    assert f'action="/entries/{theirs.pk}/edit/"' in page(answer)
    assert 'name="version" value="1"' in page(answer)
    assert Entry.objects.count() == 1


def test_entry_that_went_on_meanwhile_keeps_what_was_typed(
    browser, draft, colleague, signed_in
):
    signed_in(colleague).post(f"/entries/{draft.pk}/submit/", {"version": 1})
    url = f"/entries/{draft.pk}/edit/"
    answer = browser.post(url, typed(version=1, narrative="Mine."))
    assert answer.status_code == 409
    assert "Mine.</textarea>" in page(answer)
    assert "The state of the entry is now “In clearance”." in page(answer)
    # And once more, now naming the newest version.
    again = browser.post(url, typed(version=2, narrative="Mine."))
    assert again.status_code == 409
    assert "Mine.</textarea>" in page(again)


def test_beginning_where_a_draft_exists_leads_to_it(browser, plan, draft):
    answer = browser.get(new_url(plan))
    assert (answer.status_code, answer.url) == (302, f"/entries/{draft.pk}/edit/")


def test_beginning_where_an_entry_waits_leads_to_it(
    browser, plan, mine, stocktake, officer_jp
):
    waiting = make_entry(
        mine, by=officer_jp, state=State.IN_CLEARANCE, stocktake=stocktake
    )
    assert browser.get(new_url(plan)).url == f"/entries/{waiting.pk}/"
