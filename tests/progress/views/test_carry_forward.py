"""Tests of carried text on the pages: where it appears, and how it is confirmed."""

from datetime import date, timedelta

import pytest

from progress.actions.carry_forward import carry_forward
from progress.actions.clearance import clear_entry, submit_entry
from progress.actions.review import publish_entry
from progress.models import Entry, Handling, State
from reports.models import Report
from reports.snapshot import build_snapshot
from tests.factories import make_entry
from tests.progress.confirming import confirm_today
from tests.progress.editing import new_url, page, typed
from tests.progress.reading import cells_of, words_of

LONG_AGO = date(2016, 8, 1)


@pytest.fixture
def publish_old(jp_122, officer_jp, coordinator, now):
    def make(**fields):
        values = {
            "published_at": now - timedelta(days=90),
            "as_of": LONG_AGO,
            "narrative": "Two bureaus.",
            "evidence": 1,
            **fields,
        }
        return make_entry(
            jp_122,
            by=officer_jp,
            state=State.PUBLISHED,
            published_by=coordinator,
            **values,
        )

    return make


@pytest.fixture
def old(publish_old):
    return publish_old()


@pytest.fixture
def carry(jp_122, officer_jp, stocktake, now):
    return lambda: carry_forward(member_commitment=jp_122, by=officer_jp, at=now)


def about(entry, by, at):
    return {"entry_id": entry.pk, "version": entry.version, "by": by, "at": at}


@pytest.fixture
def confirmed_and_out(carry, officer_jp, head_jp, coordinator, now):
    """Carried forward, confirmed, signed and published, `handling` changed or not."""

    def bring_out(handling=""):
        draft = carry()
        if handling:
            Entry.objects.filter(pk=draft.pk).update(handling=handling)
        confirmed = confirm_today(**about(draft, officer_jp, now))
        sent = submit_entry(**about(confirmed, officer_jp, now))
        cleared = clear_entry(**about(sent, head_jp, now))
        return publish_entry(**about(cleared, coordinator, now))

    return bring_out


# ---- Writing -------------------------------------------------------------------------


def test_the_last_text_is_the_first_choice_and_is_confirmed_by_a_button(
    signed_in, officer_jp, plan, old, stocktake, now
):
    browser = signed_in(officer_jp)
    shown = page(browser.get(new_url(plan, "1.2.2")))
    assert shown.index("Start from the last text") < shown.index('id="editor"')

    url = f"/plans/{plan.slug}/commitments/1.2.2/JP/entries/carry-forward/"
    begun = browser.post(url, follow=True)
    draft = Entry.objects.get(state=State.DRAFT)
    assert begun.redirect_chain == [(f"/entries/{draft.pk}/edit/", 302)]
    assert "Unchanged since 1 Aug 2016, not confirmed yet" in words_of(begun)
    assert "Two bureaus.</textarea>" in page(begun)

    confirm_url = f"/entries/{draft.pk}/confirm/"
    day = (now.date() - timedelta(days=2)).isoformat()
    done = browser.post(confirm_url, {"version": 1, "as_of": day}, follow=True)
    assert "The text is confirmed. You can send it now." in words_of(done)
    assert "Unchanged since 1 Aug 2016, confirmed" in words_of(done)
    again = browser.post(confirm_url, {"version": 1, "as_of": day}, follow=True)
    assert "The entry was changed" not in words_of(again)
    draft.refresh_from_db()
    assert (draft.as_of.isoformat(), draft.version) == (day, 2)


def test_submitting_from_the_editor_without_a_change_asks_for_the_confirmation(
    signed_in, officer_jp, old, carry
):
    draft = carry()
    sent = typed(
        version=1,
        act="submit",
        narrative=old.narrative,
        status=old.status,
        next_steps="",
    )
    answer = signed_in(officer_jp).post(f"/entries/{draft.pk}/edit/", sent)
    assert answer.status_code == 422
    assert "Confirm that it is still true, or edit it." in words_of(answer)
    assert "Confirm as still true" in page(answer)
    draft.refresh_from_db()
    assert (draft.state, draft.unchanged_since) == (State.DRAFT, LONG_AGO)

    changed = {**sent, "version": draft.version, "narrative": "Three bureaus."}
    answer = signed_in(officer_jp).post(f"/entries/{draft.pk}/edit/", changed)
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.unchanged_since) == (State.IN_CLEARANCE, None)


def test_submitting_from_the_page_of_the_entry_says_the_same(
    signed_in, officer_jp, old, carry
):
    draft = carry()
    browser = signed_in(officer_jp)
    assert "Confirm as still true" in page(browser.get(f"/entries/{draft.pk}/"))
    answer = browser.post(f"/entries/{draft.pk}/submit/", {"version": 1})
    assert answer.status_code == 422
    assert "Confirm that it is still true, or edit it." in words_of(answer)


@pytest.mark.parametrize("day", ["soon", "2999-01-01", "2016-07-01", "1"])
def test_a_day_that_cannot_be_is_refused(signed_in, officer_jp, old, carry, day):
    draft = carry()
    sent = {"version": 1, "as_of": day}
    answer = signed_in(officer_jp).post(
        f"/entries/{draft.pk}/confirm/", sent, follow=True
    )
    assert answer.status_code in {200, 409}
    assert any(
        sentence in words_of(answer)
        for sentence in (
            "Enter the date as",
            "The date must be",
            "the text is from that day",
        )
    )
    draft.refresh_from_db()
    assert draft.confirmed_at is None


def test_the_day_is_asked_and_not_assumed(signed_in, officer_jp, old, carry):
    draft = carry()
    browser = signed_in(officer_jp)
    shown = page(browser.get(f"/entries/{draft.pk}/"))
    assert 'id="confirm_as_of" name="as_of" required>' in shown
    answer = browser.post(f"/entries/{draft.pk}/confirm/", {"version": 1}, follow=True)
    assert "Enter the day on which the text is true." in words_of(answer)
    draft.refresh_from_db()
    assert draft.confirmed_at is None


def test_a_stale_confirmation_is_told(signed_in, officer_jp, old, carry, now):
    draft = carry()
    Entry.objects.filter(pk=draft.pk).update(version=4)
    sent = {"version": 1, "as_of": now.date().isoformat()}
    answer = signed_in(officer_jp).post(
        f"/entries/{draft.pk}/confirm/", sent, follow=True
    )
    assert "The entry was changed after you opened it." in words_of(answer)


def test_carrying_twice_opens_the_draft_that_is_there(
    signed_in, officer_jp, plan, old, carry
):
    draft = carry()
    url = f"/plans/{plan.slug}/commitments/1.2.2/JP/entries/carry-forward/"
    answer = signed_in(officer_jp).post(url, follow=True)
    assert answer.redirect_chain[-1] == (f"/entries/{draft.pk}/edit/", 302)


def test_the_head_and_the_presidency_see_that_words_are_old(
    signed_in, officer_jp, head_jp, coordinator, old, carry, now
):
    confirmed = confirm_today(**about(carry(), officer_jp, now))
    sent = submit_entry(**about(confirmed, officer_jp, now))
    mark = "Unchanged since 1 Aug 2016, confirmed"
    assert mark in words_of(signed_in(head_jp).get("/clearance/"))
    clear_entry(**about(sent, head_jp, now))
    assert mark in words_of(signed_in(coordinator).get("/review/"))


# ---- Reading -------------------------------------------------------------------------


def test_published_old_words_are_told_as_old_on_every_page(
    signed_in, observer, old, confirmed_and_out, commitment_url, timeline_url
):
    out = confirmed_and_out()
    browser = signed_in(observer)
    mark = "Unchanged since 1 Aug 2016, confirmed"
    for url in (commitment_url, timeline_url, f"/entries/{out.pk}/"):
        assert mark in words_of(browser.get(url)), url
    matrix = browser.get("/matrix/")
    assert "unchanged" in cells_of(matrix)["Japan, 1.2.2"]
    assert f'title="{mark}' in page(browser.get("/matrix/?view=detailed"))


def test_words_that_stood_hidden_are_new_to_whoever_could_not_see_them(
    signed_in, observer, coordinator, publish_old, confirmed_and_out, commitment_url,
    timeline_url,
):  # fmt: skip
    """Otherwise the mark would reveal an amber entry."""
    publish_old(handling=Handling.AMBER)
    out = confirmed_and_out(handling=Handling.GREEN)
    for url in (commitment_url, timeline_url, f"/entries/{out.pk}/", "/matrix/"):
        assert "unchanged" not in words_of(signed_in(observer).get(url)).lower(), url
    assert "Unchanged since" in words_of(signed_in(coordinator).get(commitment_url))


def snapshot_of(plan, stocktake, coordinator, now, audience="green"):
    report = Report(
        plan=plan,
        stocktake=stocktake,
        at=now.date(),
        known_at=now + timedelta(minutes=1),
        audience=audience,
        requested_at=now,
        requested_by=coordinator,
    )
    snapshot = build_snapshot(report, font_dirs=[], ledger_head=None)
    for action in snapshot["facts"]["actions"]:
        for area in action["sub_areas"]:
            for row in area["commitments"]:
                for position in row["positions"]:
                    if (row["code"], position["member"]) == ("1.2.2", "JP"):
                        entries = snapshot["facts"]["entries"]
                        shown = entries.get(position["entry"] or "")
                        return {**position, "entry": shown}
    raise AssertionError


def test_unconfirmed_words_are_not_compiled_as_current(
    plan, stocktake, coordinator, old, carry, now
):
    carry()
    position = snapshot_of(plan, stocktake, coordinator, now)
    assert position["figure"] == "no_update"
    assert position["entry"]["unchanged_since"] is None


def test_confirmed_words_are_current_and_told_as_old(
    plan, stocktake, coordinator, old, confirmed_and_out, now
):
    confirmed_and_out()
    position = snapshot_of(plan, stocktake, coordinator, now)
    assert position["figure"] == "current"
    assert position["entry"]["unchanged_since"]["iso"] == LONG_AGO.isoformat()
    assert position["entry"]["confirmed_at"]["iso"] == now.date().isoformat()


@pytest.mark.parametrize(("audience", "is_told"), [("green", False), ("amber", True)])
def test_a_report_tells_of_old_words_if_it_may_hold_them(
    plan, stocktake, coordinator, publish_old, confirmed_and_out, now, audience, is_told
):
    publish_old(handling=Handling.AMBER)
    confirmed_and_out(handling=Handling.GREEN)
    position = snapshot_of(plan, stocktake, coordinator, now, audience)
    assert bool(position["entry"]["unchanged_since"]) == is_told
