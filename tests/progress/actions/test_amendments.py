"""Tests of amendments: a published entry is corrected or withdrawn by a new one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Role
from progress.actions.amendments import correct_entry, withdraw_entry
from progress.actions.clearance import clear_entry, send_back_entry, submit_entry
from progress.actions.drafting import discard_entry, edit_entry
from progress.actions.review import publish_entry
from progress.entries.text import EntryText
from progress.models import Entry, Handling, LedgerRecord, State
from progress.positions.position import positions_for_audience
from tests.factories import CHAIR, make_entry, make_user, member_commitment_of
from tests.progress.reading import words_of


@pytest.fixture
def published(reported, coordinator):
    return reported(published_by=coordinator, narrative="The first text.", evidence=2)


@pytest.fixture
def bring_out(officer_jp, head_jp, coordinator):
    """`bring_out(draft, at)` takes a draft through clearance and review."""

    def publish(draft, at, officer=officer_jp, head=head_jp, reviewer=coordinator):
        sent = submit_entry(**about(draft, officer, at))
        cleared = clear_entry(**about(sent, head, at))
        return publish_entry(**about(cleared, reviewer, at))

    return publish


def about(entry, by, at):
    return {"entry_id": entry.pk, "version": entry.version, "by": by, "at": at}


def correct(entry, by, at, narrative, reason="The year was wrong."):
    draft = correct_entry(**about(entry, by, at), reason=reason)
    text = replace(EntryText.of(draft), narrative=narrative)
    return edit_entry(**about(draft, by, at), text=text)


def position(plan, stocktake, at):
    found = positions_for_audience(
        plan, audience="amber", stocktake=stocktake, at=at.date(), known_at=at
    )
    return next(iter(found.values()), None)


def test_a_correction_of_a_correction_takes_its_place(
    published, plan, stocktake, officer_jp, bring_out, now
):
    first = bring_out(correct(published, officer_jp, now, "The second text."), now)
    second = bring_out(correct(first, officer_jp, now, "The third text."), now)
    assert second.supersedes == first
    known_at = now + timedelta(hours=1)
    standing = position(plan, stocktake, known_at)
    assert (standing.entry, standing.is_current) == (second, True)
    for superseded in (published, first):
        with pytest.raises(ValidationError) as refusal:
            correct_entry(**about(superseded, officer_jp, now), reason="Again.")
        assert refusal.value.code == "illegal_transition"
    assert LedgerRecord.objects.count() == 3


def test_a_withdrawn_correction_does_not_bring_back_what_it_corrected(
    published, reported, plan, stocktake, officer_jp, bring_out, now
):
    before = now.date() - timedelta(days=30)
    earlier = reported(as_of=before, narrative="An earlier fact.")
    corrected = bring_out(correct(published, officer_jp, now, "Other words."), now)
    draft = withdraw_entry(**about(corrected, officer_jp, now), reason="Not so.")
    withdrawal = bring_out(draft, now)
    standing = position(plan, stocktake, now + timedelta(hours=1))
    assert (standing.entry, standing.shows_again) == (earlier, True)
    for amend in (correct_entry, withdraw_entry):
        with pytest.raises(ValidationError) as refusal:
            amend(**about(withdrawal, officer_jp, now), reason="Again.")
        assert refusal.value.code == "illegal_transition"


def test_both_stay_readable_with_the_reason_for_whoever_may_see_them(
    signed_in, published, observer, officer_jp, bring_out, now, timeline_url
):
    draft = withdraw_entry(**about(published, officer_jp, now), reason="Not <b> so.")
    browser = signed_in(observer)
    assert "withdr" not in words_of(browser.get(f"/entries/{published.pk}/"))
    withdrawal = bring_out(draft, now)
    shown = words_of(browser.get(f"/entries/{published.pk}/"))
    assert "The first text." in shown
    assert "This entry has been withdrawn" in shown
    assert "Not <b> so." in shown
    assert "Not <b> so." in words_of(browser.get(f"/entries/{withdrawal.pk}/"))
    assert "The first text." in words_of(browser.get(timeline_url))


def test_an_amber_withdrawal_takes_the_entry_and_tells_nobody_below_why(
    signed_in, published, observer, officer_jp, bring_out, now, timeline_url
):
    draft = withdraw_entry(**about(published, officer_jp, now), reason="CANARY")
    text = replace(EntryText.of(draft), handling=Handling.AMBER)
    withdrawal = bring_out(edit_entry(**about(draft, officer_jp, now), text=text), now)
    browser = signed_in(observer)
    for url in (timeline_url, f"/entries/{published.pk}/", "/matrix/"):
        assert "CANARY" not in words_of(browser.get(url))
        assert "withdr" not in words_of(browser.get(url)).lower()
    assert browser.get(f"/entries/{withdrawal.pk}/").status_code == 404


def test_after_a_discarded_correction_another_may_begin(published, officer_jp, now):
    draft = correct_entry(**about(published, officer_jp, now), reason="Wrong.")
    discard_entry(**about(draft, officer_jp, now))
    again = withdraw_entry(**about(published, officer_jp, now), reason="Wrong.")
    assert again.kind == Entry.Kind.WITHDRAWAL


def test_an_entry_of_a_closed_stocktake_is_corrected_and_stays_in_it(
    published, stocktake, coordinator, officer_jp, bring_out, now
):
    stocktake.closed_at, stocktake.closed_by = now, coordinator
    stocktake.closing_sha256 = "0" * 64
    stocktake.save()
    at = stocktake.grace_ends_at + timedelta(days=40)
    draft = correct_entry(**about(published, officer_jp, now), reason="Wrong.")
    out = bring_out(draft, at)
    assert (out.stocktake, out.state) == (stocktake, State.PUBLISHED)


def test_a_correction_of_an_entry_of_no_stocktake_does_not_join_the_open_one(
    reported, stocktake, plan, officer_jp, bring_out, now
):
    """Otherwise an old fact would count as current."""
    old = reported(stocktake=None, as_of=now.date() - timedelta(days=200))
    out = bring_out(correct(old, officer_jp, now, "Old, and right."), now)
    assert out.stocktake is None
    standing = position(plan, stocktake, now + timedelta(hours=1))
    assert (standing.entry, standing.is_current) == (out, False)


@pytest.mark.parametrize("stocktake_of_old", ["same", "none"])
def test_the_chairs_own_correction_goes_to_the_second_reviewer(
    plan, stocktake, coordinator, second_reviewer, officer_of_the_chair, now,
    stocktake_of_old, bring_out,
):  # fmt: skip
    mine = member_commitment_of(plan, "1.2.2", CHAIR)
    own = make_entry(
        mine,
        by=officer_of_the_chair,
        state=State.PUBLISHED,
        stocktake=stocktake if stocktake_of_old == "same" else None,
    )
    head = make_user(Role.HEAD, member=CHAIR)
    draft = correct_entry(**about(own, officer_of_the_chair, now), reason="Wrong.")
    sent = submit_entry(**about(draft, officer_of_the_chair, now))
    cleared = clear_entry(**about(sent, head, now))
    with pytest.raises(PermissionDenied):
        publish_entry(**about(cleared, coordinator, now))
    out = publish_entry(**about(cleared, second_reviewer, now))
    assert (out.state, out.stocktake) == (State.PUBLISHED, stocktake)


@pytest.mark.parametrize("amend", [correct_entry, withdraw_entry])
def test_another_delegation_amends_nothing(reported, officer_fr, head_fr, now, amend):
    hidden = reported(handling=Handling.AMBER)
    for person in (officer_fr, head_fr):
        with pytest.raises(Entry.DoesNotExist):
            amend(**about(hidden, person, now), reason="Ours.")
    draft = amend(
        **about(hidden, make_user(Role.OFFICER, member="JP"), now), reason="Y"
    )
    with pytest.raises(Entry.DoesNotExist):
        discard_entry(**about(draft, officer_fr, now))
    green = reported(handling=Handling.GREEN)
    with pytest.raises(PermissionDenied):
        amend(**about(green, officer_fr, now), reason="Ours.")


def test_why_a_head_sent_it_back_stays_in_the_delegation(
    signed_in, jp_122, stocktake, officer_jp, head_jp, coordinator, bring_out, now
):
    draft = make_entry(jp_122, by=officer_jp, stocktake=stocktake)
    sent = submit_entry(**about(draft, officer_jp, now))
    back = send_back_entry(**about(sent, head_jp, now), reason="CANARY one")
    again = submit_entry(**about(back, officer_jp, now))
    twice = send_back_entry(**about(again, head_jp, now), reason="CANARY two")
    out = bring_out(twice, now)
    at_home = words_of(signed_in(officer_jp).get(f"/entries/{out.pk}/"))
    assert "CANARY one" in at_home
    assert "CANARY two" in at_home
    outside = words_of(signed_in(coordinator).get(f"/entries/{out.pk}/"))
    assert "CANARY" not in outside
    assert "Sent back" not in outside
