"""Tests of clearance: who may clear an entry for a member, and who may know of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from accounts.models import Member, Role
from audit.models import Event
from progress.actions.clearance import clear_entry, recall_entry, submit_entry
from progress.actions.drafting import edit_entry
from progress.actions.review import publish_entry, return_entry
from progress.entries.text import EntryText
from progress.models import Clearance, State
from tests.factories import make_entry, make_user, member_commitment_of
from tests.progress.editing import page

LETTER = {"capital_reference": "外務省 Tel. 1234/16", "capital_dated_on": "2016-11-02"}


@pytest.fixture
def draft(jp_122, officer_jp, stocktake):
    return make_entry(jp_122, by=officer_jp, stocktake=stocktake)


@pytest.fixture
def sent(draft, officer_jp, now):
    return submit_entry(entry_id=draft.pk, version=1, by=officer_jp, at=now)


@pytest.fixture
def other_head(members):
    return make_user(Role.HEAD, member="JP", name="Other head JP")


def clear(entry, head, at, **word):
    return clear_entry(entry_id=entry.pk, version=entry.version, by=head, at=at, **word)


def test_signature_names_officer_head_and_the_capitals_word(
    sent, officer_jp, head_jp, now
):
    at = now + timedelta(hours=2)
    dated_on = now.date() - timedelta(days=1)
    clear(sent, head_jp, at, capital_reference="  T 12/16 ", capital_dated_on=dated_on)
    row = Clearance.objects.get()
    assert (row.entry_id, row.sent_by, row.sent_at) == (sent.pk, officer_jp, now)
    assert (row.cleared_by, row.cleared_at) == (head_jp, at)
    assert (row.capital_reference, row.capital_dated_on) == ("T 12/16", dated_on)
    event = Event.objects.get(verb="entry.clear")
    assert "T 12/16" not in str(event.data)


def test_either_half_of_the_capitals_word_may_be_missing(sent, head_jp, now):
    clear(sent, head_jp, now, capital_dated_on=now.date())
    row = Clearance.objects.get()
    assert (row.capital_reference, row.capital_dated_on) == ("", now.date())


@pytest.mark.parametrize(
    "reference",
    ["x" * 121, "nul\x00", "two\nlines", "bell\x07", "turn\u202eround", "half\ud800"],
)
def test_unsound_reference_is_refused_and_nothing_signed(sent, head_jp, now, reference):
    with pytest.raises(ValidationError) as refusal:
        clear(sent, head_jp, now, capital_reference=reference)
    assert list(refusal.value.message_dict) == ["capital_reference"]
    sent.refresh_from_db()
    assert sent.state == State.IN_CLEARANCE
    assert not Clearance.objects.exists()


@pytest.mark.parametrize("reference", ["x" * 120, "外務省 第１号", "<script>", "№ 7/é"])
def test_any_letters_make_a_reference(sent, head_jp, now, reference):
    clear(sent, head_jp, now, capital_reference=reference)
    assert Clearance.objects.get().capital_reference == reference


def test_the_capitals_date_lies_in_the_past_by_its_own_clock(sent, head_jp, now):
    at = now.replace(hour=20, minute=0)
    in_tokyo = (at + timedelta(hours=9)).date()
    for day in (in_tokyo + timedelta(days=1), now.date().replace(year=1949)):
        with pytest.raises(ValidationError) as refusal:
            clear(sent, head_jp, at, capital_dated_on=day)
        assert list(refusal.value.message_dict) == ["capital_dated_on"]
    clear(sent, head_jp, at, capital_dated_on=in_tokyo)


def test_every_signature_is_kept_through_a_return(
    sent, officer_jp, head_jp, other_head, coordinator, now
):
    cleared = clear(sent, head_jp, now, capital_reference="First")
    back = return_entry(
        entry_id=sent.pk,
        version=cleared.version,
        reason="Which year?",
        by=coordinator,
        at=now + timedelta(hours=1),
    )
    again = submit_entry(
        entry_id=sent.pk,
        version=back.version,
        by=officer_jp,
        at=now + timedelta(hours=2),
    )
    clear(again, other_head, now + timedelta(hours=3), capital_reference="Second")
    rows = Clearance.objects.order_by("pk")
    assert [row.capital_reference for row in rows] == ["First", "Second"]
    assert [row.cleared_by for row in rows] == [head_jp, other_head]
    assert [row.sent_at for row in rows] == [now, now + timedelta(hours=2)]


def test_a_head_who_wrote_last_leaves_the_signature_to_another(
    draft, head_jp, other_head, now
):
    text = EntryText(as_of=now.date(), status="limited", narrative="By the head.")
    edited = edit_entry(entry_id=draft.pk, version=1, text=text, by=head_jp, at=now)
    sent = submit_entry(entry_id=draft.pk, version=edited.version, by=head_jp, at=now)
    with pytest.raises(PermissionDenied):
        clear(sent, head_jp, now)
    clear(sent, other_head, now)
    row = Clearance.objects.get()
    assert (row.sent_by, row.cleared_by) == (head_jp, other_head)


def test_a_member_that_skips_clearance_has_no_signature(draft, officer_jp, now):
    Member.objects.filter(code="JP").update(skips_clearance=True)
    entry = submit_entry(entry_id=draft.pk, version=1, by=officer_jp, at=now)
    assert entry.state == State.SUBMITTED
    assert not Clearance.objects.exists()


def test_a_recall_takes_no_signature_away(sent, officer_jp, head_jp, now):
    cleared = clear(sent, head_jp, now)
    recall_entry(entry_id=sent.pk, version=cleared.version, by=officer_jp, at=now)
    assert Clearance.objects.count() == 1


@pytest.mark.parametrize(
    "change", ["UPDATE {} SET capital_reference = ''", "DELETE FROM {}", "TRUNCATE {}"]
)
def test_a_signature_is_never_changed(sent, head_jp, now, change):
    clear(sent, head_jp, now)
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format("progress_clearance"))
    assert Clearance.objects.exists()


# ---- In the browser ------------------------------------------------------------------


def test_the_head_gives_the_reference_on_the_page_of_the_verb(signed_in, sent, head_jp):
    browser = signed_in(head_jp)
    url = f"/entries/{sent.pk}/clear/"
    shown = page(browser.get(url))
    assert "The capital&#x27;s reference" in shown
    assert "Only your delegation sees it" in shown
    answer = browser.post(url, {"version": sent.version, **LETTER})
    assert (answer.status_code, answer.url) == (302, f"/clearance/?after={sent.pk}")
    assert Clearance.objects.get().capital_reference == "外務省 Tel. 1234/16"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("capital_dated_on", "soon", "Enter a valid date."),
        ("capital_dated_on", "2999-01-01", "The date must be between"),
        ("capital_dated_on", "2016-05-26", "The date must be between 27 May 2016 and"),
        ("capital_reference", "a\u2028b", "on one line"),
        (
            "capital_reference",
            "x" * 121,
            "This text has 121 characters; the limit is 120.",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(
    signed_in, sent, head_jp, field, value, sentence
):
    typed = {"version": sent.version, **LETTER, field: value}
    answer = signed_in(head_jp).post(f"/entries/{sent.pk}/clear/", typed)
    assert answer.status_code == 422
    assert sentence in page(answer)
    other = next(name for name in LETTER if name != field)
    assert LETTER[other] in page(answer)
    assert not Clearance.objects.exists()


def test_a_stale_page_keeps_the_reference(signed_in, sent, head_jp):
    typed = {"version": 1, **LETTER}
    answer = signed_in(head_jp).post(f"/entries/{sent.pk}/clear/", typed)
    assert answer.status_code == 409
    assert LETTER["capital_reference"] in page(answer)


@pytest.mark.parametrize("who", ["officer_jp", "head_jp", "contributor_jp"])
def test_the_delegation_sees_who_signed_on_whose_word(
    request, signed_in, sent, head_jp, now, who
):
    clear(sent, head_jp, now, capital_reference="<b>T 12</b>")
    shown = page(signed_in(request.getfixturevalue(who)).get(f"/entries/{sent.pk}/"))
    assert "By Head JP" in shown
    assert "sent for clearance by Officer JP" in shown
    assert "&lt;b&gt;T 12&lt;/b&gt;" in shown


@pytest.mark.parametrize("is_published", [False, True])
def test_the_presidency_sees_that_the_head_signed_and_no_more(
    signed_in, sent, head_jp, coordinator, now, is_published
):
    cleared = clear(sent, head_jp, now, capital_reference="CANARY-T")
    if is_published:
        publish_entry(entry_id=sent.pk, version=cleared.version, by=coordinator, at=now)
    shown = page(signed_in(coordinator).get(f"/entries/{sent.pk}/"))
    assert "By a head or acting head of delegation" in shown
    for hidden in ("CANARY-T", "Head JP", "Officer JP", "sent for clearance"):
        assert hidden not in shown


@pytest.mark.parametrize(
    "who", ["officer_fr", "former_coordinator", "observer", "assessor"]
)
def test_others_see_a_published_entry_without_its_signature(
    request, signed_in, sent, head_jp, coordinator, now, who
):
    cleared = clear(sent, head_jp, now, capital_reference="CANARY-T")
    publish_entry(entry_id=sent.pk, version=cleared.version, by=coordinator, at=now)
    answer = signed_in(request.getfixturevalue(who)).get(f"/entries/{sent.pk}/")
    assert answer.status_code == 200
    for hidden in ("CANARY-T", "Cleared", "head of delegation", "Head JP"):
        assert hidden not in page(answer)


def test_an_entry_that_came_in_without_a_trail_was_sent_by_its_writer(
    jp_122, officer_jp, head_jp, stocktake
):
    entry = make_entry(
        jp_122, by=officer_jp, state=State.IN_CLEARANCE, stocktake=stocktake
    )
    clear(entry, head_jp, datetime.now(UTC))
    row = Clearance.objects.get()
    assert (row.sent_by, row.sent_at) == (officer_jp, entry.written_at)


def test_the_second_reviewer_sees_the_chairs_signature(
    plan, chair, stocktake, signed_in, second_reviewer, officer_of_the_chair, now
):
    mine = member_commitment_of(plan, "1.2.2", chair)
    entry = make_entry(mine, by=officer_of_the_chair, stocktake=stocktake)
    sent = submit_entry(entry_id=entry.pk, version=1, by=officer_of_the_chair, at=now)
    clear(sent, make_user(Role.HEAD, member=chair), now, capital_reference="CANARY-T")
    shown = page(signed_in(second_reviewer).get(f"/entries/{entry.pk}/"))
    assert "By a head or acting head of delegation" in shown
    assert "CANARY-T" not in shown
