"""Tests of publishing and returning on the review page, beside another reviewer."""

import pytest

from accounts.models import Role
from progress.forms.reasons import REVIEW_REASONS
from progress.models import Entry, Round, State
from tests.factories import make_user
from tests.progress.editing import page
from tests.progress.reading import html_of, words_of


@pytest.fixture
def other_browser(signed_in, chair):
    return signed_in(make_user(Role.COORDINATOR, member=chair))


def state_of(entry: Entry) -> str:
    return str(Entry.objects.values_list("state", flat=True).get(pk=entry.pk))


# ---- What the page asks --------------------------------------------------------------


def test_publishing_says_as_what_and_for_whom(browser, entry_of):
    entry_of("JP", "1.2.1", handling="amber", status="limited")
    shown = words_of(browser.get("/review/"))
    asked = shown[shown.index("Publish Japan 1.2.1") :]
    assert "Limited progress" in asked
    assert "TLP:AMBER" in asked
    assert "Only its delegation and the Presidency can read it." in asked
    assert "You cannot undo this" in asked


def test_the_next_entry_opens_and_its_heading_has_the_focus(browser, entry_of):
    first, second = (entry_of("JP", code) for code in ("1.1.1", "1.2.1"))
    url = f"/entries/{first.pk}/publish/?order=commitment&member=JP&other=1"
    sent = {"version": 1, "next": second.pk}
    answer = browser.post(url, sent)
    assert answer.url == f"/review/?order=commitment&member=JP&next={second.pk}"
    shown = page(browser.get(answer.url))
    assert '<h2 id="open-entry" tabindex="-1" autofocus>Japan' in shown
    assert "autofocus" not in page(browser.get("/review/"))


def test_the_last_of_the_list_is_followed_by_the_one_before_it(browser, entry_of):
    first, second = (entry_of("JP", code) for code in ("1.1.1", "1.2.1"))
    shown = page(browser.get("/review/", {"entry": second.pk}))
    assert f'name="next" value="{first.pk}"' in shown


def test_what_follows_may_be_gone(browser, entry_of):
    entry_of("JP", "1.2.1")
    gone = entry_of("JP", "2.1", State.DRAFT)
    answer = browser.get("/review/", {"next": gone.pk})
    assert "is not waiting for you" not in page(answer)
    assert "1.2.1" in words_of(answer)


def test_next_is_an_entry_and_nothing_else(browser, entry_of):
    entry = entry_of("JP", "1.2.1")
    sent = {"version": 1, "next": "//example.org/"}
    assert browser.post(f"/entries/{entry.pk}/publish/", sent).url == "/review/"


# ---- The reason ----------------------------------------------------------------------


@pytest.mark.parametrize("usual", REVIEW_REASONS)
def test_a_usual_reason_is_enough(browser, entry_of, usual):
    entry = entry_of("JP", "1.2.1")
    sent = {"version": 1, "usual": usual}
    browser.post(f"/entries/{entry.pk}/return/", sent)
    assert Round.objects.get().reason == str(REVIEW_REASONS[usual])


def test_a_reason_quotes_a_passage_between_the_two(browser, entry_of):
    entry = entry_of("JP", "1.2.1")
    sent = {"version": 1, "usual": "figures", "passage": "40 %", "reason": "Since?"}
    browser.post(f"/entries/{entry.pk}/return/", sent)
    assert Round.objects.get().reason == (
        "Please give the source of the figures.\n\n“40 %”\n\nSince?"
    )


def test_a_reason_is_put_together_to_be_edited(browser, entry_of):
    """Without a script a button does it. Nothing is returned by it."""
    entry = entry_of("JP", "1.2.1")
    sent = {"version": 1, "usual": "figures", "passage": "40 %", "reason": "Since?"}
    answer = browser.post(f"/entries/{entry.pk}/return/", {**sent, "insert": "1"})
    assert answer.status_code == 200
    text = "Please give the source of the figures.\n\n“40 %”\n\nSince?</textarea>"
    assert text in page(answer)
    assert "40 %</textarea>" not in page(answer).replace(text, "")
    assert state_of(entry) == State.SUBMITTED


def test_a_reason_that_is_too_long_together_is_kept(browser, entry_of):
    entry = entry_of("JP", "1.2.1")
    sent = {"version": 1, "usual": "figures", "reason": "x" * 1_990}
    answer = browser.post(f"/entries/{entry.pk}/return/", sent)
    assert answer.status_code == 422
    assert "x" * 1_990 in page(answer)
    assert state_of(entry) == State.SUBMITTED


# ---- Another reviewer, and the delegation --------------------------------------------


def test_what_another_published_keeps_the_reason_and_says_so(
    browser, other_browser, entry_of
):
    entry = entry_of("JP", "1.2.1")
    other_browser.post(f"/entries/{entry.pk}/publish/", {"version": 1})
    sent = {"version": 1, "usual": "figures", "reason": "Which <b>?"}
    answer = browser.post(f"/entries/{entry.pk}/return/", sent)
    assert answer.status_code == 409
    words = words_of(answer)
    assert "Japan 1.2.1: This is not possible now" in words
    assert "Published" in words
    kept = "Please give the source of the figures.\n\nWhich &lt;b&gt;?</textarea>"
    assert kept in page(answer)
    assert state_of(entry) == State.PUBLISHED


def test_what_another_returned_keeps_the_reason_and_tells_no_state(
    browser, other_browser, entry_of, officer_jp
):
    entry, draft = entry_of("JP", "1.2.1"), entry_of("JP", "2.1", State.DRAFT)
    other_browser.post(
        f"/entries/{entry.pk}/return/", {"version": 1, "reason": "Theirs."}
    )
    sent = {"version": 1, "reason": "Mine."}
    answers = [
        browser.post(f"/entries/{pk}/return/", sent) for pk in (entry.pk, draft.pk)
    ]
    for answer in answers:
        assert answer.status_code == 404
        assert "Mine.</textarea>" in html_of(answer)
    assert words_of(answers[0]) == words_of(answers[1])
    assert Round.objects.get().reason == "Theirs."


def test_a_second_press_is_done_once_and_another_reason_is_kept(browser, entry_of):
    entry = entry_of("JP", "1.2.1")
    url = f"/entries/{entry.pk}/return/"
    browser.post(url, {"version": 1, "reason": "Since when?"})
    again = browser.post(url, {"version": 1, "reason": "Since when?"}, follow=True)
    assert "This entry has been returned to its delegation." in page(again)
    other = browser.post(url, {"version": 1, "reason": "A second reason."})
    assert other.status_code == 404
    assert "A second reason.</textarea>" in html_of(other)
    assert Round.objects.count() == 1


def test_what_was_recalled_and_sent_again_shows_what_changed(browser, entry_of):
    entry = entry_of("JP", "1.2.1", narrative="Two agencies share lists.")
    shown = page(browser.get("/review/"))
    sealed = shown.split('name="shown" value="')[1].split('"')[0]
    Entry.objects.filter(pk=entry.pk).update(
        version=4, narrative="Three agencies share lists."
    )
    for verb in ("publish", "return"):
        sent = {"version": 1, "shown": sealed, "reason": "Kept reason."}
        answer = browser.post(f"/entries/{entry.pk}/{verb}/", sent)
        assert answer.status_code == 409
        assert "As you opened it" in page(answer)
        assert "<del>" in page(answer)
        assert 'name="version" value="4"' in page(answer)
    assert "Kept reason.</textarea>" in page(answer)
    assert state_of(entry) == State.SUBMITTED


@pytest.mark.parametrize("who", ["officer_fr", "observer", "administrator"])
def test_others_get_no_list_with_their_answer(request, signed_in, entry_of, who):
    entry = entry_of("JP", "1.2.1")
    sent = {"version": 1, "reason": "Mine."}
    answer = signed_in(request.getfixturevalue(who)).post(
        f"/entries/{entry.pk}/return/", sent
    )
    assert answer.status_code == 404
    assert "Mine." not in html_of(answer)
    assert "desk-list" not in html_of(answer)


def test_a_reason_typed_signed_out_is_kept(client, entry_of):
    entry = entry_of("JP", "1.2.1")
    sent = {"version": 1, "reason": "Since when?", "passage": "Two agencies"}
    answer = client.post(f"/entries/{entry.pk}/return/", sent)
    assert answer.status_code == 403
    assert "Since when?" in html_of(answer)
    assert "Two agencies" in html_of(answer)
