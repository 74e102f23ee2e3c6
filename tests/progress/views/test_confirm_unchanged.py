"""Tests of confirming unchanged texts: what is shown, and what cannot be confirmed."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.signing import Signer

from accounts.models import Role
from progress import limits
from progress.actions.carry_forward import carry_forward, confirm_published
from progress.models import Assignment, Entry, State
from tests.factories import make_entry, make_user, member_commitment_of
from tests.progress.editing import page
from tests.progress.reading import words_of

CODES = ("1.1.1", "1.2.1", "1.2.2", "2.1")


@pytest.fixture
def url(plan):
    return f"/plans/{plan.slug}/tasks/confirm/"


@pytest.fixture
def published(plan, officer_jp, stocktake, now):
    """Four texts of an earlier time, one for each commitment of the plan."""
    return [
        make_entry(
            member_commitment_of(plan, code, "JP"),
            by=officer_jp,
            state=State.PUBLISHED,
            as_of=now.date() - timedelta(days=30 + number),
            narrative=f"Text of {code}.",
            evidence=1,
        )
        for number, code in enumerate(CODES)
    ]


@pytest.fixture
def browser(signed_in, officer_jp, published):
    return signed_in(officer_jp)


@pytest.fixture
def draft(published, officer_jp, now):
    """The first text, carried forward."""
    mine = published[0].member_commitment
    return carry_forward(member_commitment=mine, by=officer_jp, at=now)


def marks_of(shown: str) -> list[str]:
    return re.findall(r'name="text" value="([^"]+)"', shown)


def ticked_in(shown: str) -> list[str]:
    return re.findall(r'name="text" value="([^"]+)" data-row-link checked', shown)


@pytest.fixture
def today(now):
    return now.date().isoformat()


def drafts() -> list[Entry]:
    order = "member_commitment__commitment__position"
    return list(Entry.objects.filter(state=State.DRAFT).order_by(order))


# ---- What is shown -------------------------------------------------------------------


def test_each_text_is_shown_with_its_dates_and_nothing_is_ticked(
    browser, url, published, draft
):
    answer = browser.get(url)
    shown, words = page(answer), words_of(answer)
    assert "4 texts have not changed since they were published." in words
    for entry in published:
        assert entry.narrative in words
        since = f"Unchanged since {entry.as_of.day} {entry.as_of:%b %Y}"
        assert since in words
    assert len(marks_of(shown)) == 4
    assert ticked_in(shown) == []
    assert 'name="as_of" required' in shown
    assert not re.search(r'name="as_of"[^>]* value=', shown)
    assert "choose=all" not in shown
    assert f"/entries/{draft.pk}/edit/" in shown


def test_a_text_confirmed_before_shows_both_of_its_days(browser, url, published):
    entry = published[0]
    since = entry.as_of - timedelta(days=60)
    make_entry(
        entry.member_commitment,
        by=entry.written_by,
        state=State.PUBLISHED,
        as_of=entry.as_of + timedelta(days=1),
        unchanged_since=since,
        confirmed_at=entry.published_at,
        confirmed_by=entry.written_by,
    )
    words = words_of(browser.get(url))
    assert f"Unchanged since {since.day} {since:%b %Y}" in words
    assert "Last confirmed as of" in words


def test_what_is_written_sent_or_published_is_not_asked_about(
    browser, url, plan, published, officer_jp, stocktake
):
    for code, state in (
        ("1.1.1", State.DRAFT),
        ("1.2.1", State.IN_CLEARANCE),
        ("1.2.2", State.PUBLISHED),
    ):
        mine = member_commitment_of(plan, code, "JP")
        make_entry(mine, by=officer_jp, state=state, stocktake=stocktake)
    words = words_of(browser.get(url))
    assert "1 text has not changed" in words
    assert "Text of 2.1." in words


def test_an_empty_page_says_so(signed_in, officer_jp, url, stocktake):
    answer = signed_in(officer_jp).get(url)
    assert "No text is waiting to be confirmed" in words_of(answer)
    assert 'name="as_of"' not in page(answer)


def test_a_contributor_is_asked_about_assigned_texts_only(
    signed_in, contributor_jp, url, published
):
    words = words_of(signed_in(contributor_jp).get(url))
    assert "1 text has not changed" in words
    assert "Text of 1.2.2." in words


def test_who_writes_nothing_for_the_member_is_asked_nothing(
    signed_in, coordinator, officer_fr, url, published
):
    for person in (coordinator, officer_fr):
        assert "Text of" not in words_of(signed_in(person).get(url))


def test_the_page_asks_a_fixed_number_of_queries(
    browser, url, draft, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        assert len(marks_of(page(browser.get(url)))) == 4


# ---- Confirming ----------------------------------------------------------------------


def test_ticked_texts_are_confirmed_as_of_the_day_given(
    browser, url, draft, published, officer_jp, now
):
    marks = marks_of(page(browser.get(url)))
    day = now.date() - timedelta(days=2)
    sent = {"text": marks[:2], "as_of": day.isoformat()}
    answer = browser.post(url, sent, follow=True)
    assert answer.redirect_chain == [(url, 302)]
    assert "2 texts confirmed." in page(answer)
    assert [(one.as_of, one.confirmed_by) for one in drafts()] == [
        (day, officer_jp)
    ] * 2
    assert [one.narrative for one in drafts()] == ["Text of 1.1.1.", "Text of 1.2.1."]
    assert len(marks_of(page(answer))) == 2


def test_after_the_last_one_the_page_before_sending_follows(browser, url, plan, today):
    sent = {"text": marks_of(page(browser.get(url))), "as_of": today}
    answer = browser.post(url, sent, follow=True)
    assert answer.redirect_chain == [(f"/plans/{plan.slug}/tasks/check/", 302)]
    assert "4 texts confirmed." in page(answer)
    assert "4 entries are ready." in words_of(answer)


def test_a_contributor_is_led_back_to_the_list(
    signed_in, contributor_jp, url, plan, published, today
):
    browser = signed_in(contributor_jp)
    sent = {"text": marks_of(page(browser.get(url))), "as_of": today}
    answer = browser.post(url, sent)
    assert answer["Location"] == f"/plans/{plan.slug}/tasks/"


def test_a_second_press_confirms_nothing_twice(browser, url, draft, today):
    sent = {"text": marks_of(page(browser.get(url))), "as_of": today}
    for _press in range(2):
        assert browser.post(url, sent).status_code == 302
    assert [one.version for one in drafts()] == [2] * 4


# ---- Refusals ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "typed", "sentence"),
    [
        (None, "", "Enter the day on which the text is true."),
        (None, "soon", "Enter the date as year-month-day"),
        (1, "", "The date must be between"),
        (-40_000, "", "The date must be between"),
    ],
)
def test_a_bad_day_keeps_the_ticks(browser, url, draft, now, days, typed, sentence):
    day = typed if days is None else (now.date() + timedelta(days)).isoformat()
    marks = marks_of(page(browser.get(url)))
    answer = browser.post(url, {"text": marks[1:3], "as_of": day})
    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert ticked_in(page(answer)) == marks[1:3]
    if day:
        assert f'value="{day}"' in page(answer)
    assert [one.confirmed_at for one in drafts()] == [None]


def test_nothing_ticked_is_said_and_the_day_is_kept(browser, url, today):
    answer = browser.post(url, {"as_of": today})
    assert answer.status_code == 422
    assert "Tick at least one text that is still true." in words_of(answer)
    assert f'value="{today}"' in page(answer)


def test_a_day_before_one_of_the_texts_is_said_of_that_text(browser, url, published):
    sent = {
        "text": marks_of(page(browser.get(url))),
        "as_of": published[1].as_of.isoformat(),
    }
    answer = browser.post(url, sent)
    words = words_of(answer)
    assert "1 text was not confirmed" in words
    assert "the text is from that day" in words
    assert "3 texts confirmed." in page(answer)
    assert len(marks_of(page(answer))) == 1


@pytest.mark.parametrize("is_day_good", [True, False])
def test_a_text_that_changed_since_is_shown_again_and_others_are_done(
    browser, url, draft, today, is_day_good
):
    marks = marks_of(page(browser.get(url)))
    Entry.objects.filter(pk=draft.pk).update(version=2, narrative="Newer text.")
    sent = {"text": marks, "as_of": today if is_day_good else ""}
    answer = browser.post(url, sent)
    words = words_of(answer)
    assert "This text has changed since you opened the page. Read it again." in words
    assert "Newer text." in words
    now_shown = marks_of(page(answer))
    assert now_shown[0] not in {*marks, *ticked_in(page(answer))}
    draft.refresh_from_db()
    assert draft.confirmed_at is None
    if is_day_good:
        assert "3 texts confirmed." in page(answer)
        assert "It has changed since you opened the page. Check it again." in words


def test_a_published_text_with_a_newer_one_is_not_confirmed(
    browser, url, published, officer_jp, today
):
    marks = marks_of(page(browser.get(url)))
    mine = published[0].member_commitment
    make_entry(mine, by=officer_jp, state=State.PUBLISHED, narrative="Newer text.")
    words = words_of(browser.post(url, {"text": marks, "as_of": today}))
    assert "1 text was not confirmed" in words
    assert "Newer text." in words
    assert len(drafts()) == 3


@pytest.mark.parametrize("kind", ["bare", "other version", "other person", "junk"])
def test_no_text_is_confirmed_that_no_page_showed_to_this_person(
    browser, url, draft, head_jp, today, kind
):
    about = f"{draft.pk}.{draft.version}"
    mark = marks_of(page(browser.get(url)))[0]
    other = Signer(salt=f"progress.confirm_unchanged:{head_jp.pk}")
    sent = {
        "bare": about,
        "other version": mark.replace(about, f"{draft.pk}.2"),
        "other person": other.sign(f"{about}.draft"),
        "junk": "\x00:日本",
    }[kind]
    if kind == "other version":
        Entry.objects.filter(pk=draft.pk).update(version=2)
    answer = browser.post(url, {"text": [sent], "as_of": today})
    assert answer.status_code == 400
    draft.refresh_from_db()
    assert draft.confirmed_at is None


def test_a_mark_is_worth_nothing_once_the_text_is_out_of_reach(
    signed_in, plan, url, published, today, now
):
    contributor = make_user(Role.CONTRIBUTOR, member="JP")
    mine = published[0].member_commitment
    assigned = Assignment.objects.create(
        member_commitment=mine, user=contributor, kind="drafts"
    )
    browser = signed_in(contributor)
    marks = marks_of(page(browser.get(url)))
    assert len(marks) == 1
    assigned.delete()
    words = words_of(browser.post(url, {"text": marks, "as_of": today}))
    assert "You do not have permission to do this." in words
    assert drafts() == []


def test_too_many_are_refused_in_a_sentence(browser, url, officer_jp, today):
    signer = Signer(salt=f"progress.confirm_unchanged:{officer_jp.pk}")
    marks = [
        signer.sign(f"{uuid4()}.1.draft") for _number in range(limits.BULK_ITEMS + 1)
    ]
    answer = browser.post(url, {"text": marks, "as_of": today})
    assert answer.status_code == 422
    assert f"at most {limits.BULK_ITEMS} entries at once" in words_of(answer)


def test_ticks_and_day_are_kept_after_the_session_has_ended(
    client, browser, url, today
):
    marks = marks_of(page(browser.get(url)))
    kept = client.post(url, {"text": marks, "as_of": today})
    assert kept.status_code == 403
    assert page(kept).count('name="text"') == 4
    assert f'value="{today}"' in page(kept)


def test_the_task_list_and_the_check_lead_here(browser, url, plan, draft):
    assert f'href="{url}">Confirm 4 unchanged texts' in page(browser.get("/tasks/"))
    assert f'href="{url}"' in page(browser.get(f"/plans/{plan.slug}/tasks/check/"))


def test_a_text_confirmed_by_a_colleague_is_said(
    browser, url, published, head_jp, today, now
):
    marks = marks_of(page(browser.get(url)))
    confirm_published(
        entry_id=published[0].pk,
        version=published[0].version,
        by=head_jp,
        at=now,
        as_of=now.date(),
    )
    words = words_of(browser.post(url, {"text": marks, "as_of": today}))
    assert "1.1.1" in words
    assert "A draft already exists here. Open that draft instead." in words
