"""Tests of tracking: who in a delegation leads a commitment, and by when."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Role, Scope
from accounts.versions import StaleRow
from audit.models import Event
from commitments.actions.tracking import edit_member_commitment
from commitments.tracking import LeadAndTarget, newest_lead_and_target
from tests.factories import make_user, member_commitment_of
from tests.progress.editing import page
from tests.progress.reading import words_of

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = date(2027, 5, 1)


@pytest.fixture
def mine(plan):
    return member_commitment_of(plan, "1.2.2", "JP")


@pytest.fixture
def url(plan):
    return f"/plans/{plan.slug}/commitments/1.2.2/JP/edit/"


def edit(mine, by, lead_and_target, version=1):
    return edit_member_commitment(
        member_commitment_id=mine.pk,
        version=version,
        lead_and_target=lead_and_target,
        by=by,
        at=NOW,
    )


@pytest.mark.parametrize("who", ["officer_jp", "head_jp"])
def test_officers_and_heads_say_who_leads_and_by_when(request, mine, who):
    edit(mine, request.getfixturevalue(who), LeadAndTarget(" National  Police ", DAY))
    mine.refresh_from_db()
    assert newest_lead_and_target(mine) == LeadAndTarget("National Police", DAY)
    assert mine.version == 2
    event = Event.objects.get()
    assert (event.verb, event.member) == ("member_commitment.edit", "JP")
    assert event.data == {
        "lead_authority": ["", "National Police"],
        "target_on": [None, "2027-05-01"],
    }


@pytest.mark.parametrize(
    "who",
    [
        "contributor_jp", "officer_fr", "coordinator", "former_coordinator",
        "second_reviewer", "observer", "assessor", "administrator",
    ],
)  # fmt: skip
def test_nobody_else_does(request, mine, who):
    with pytest.raises(PermissionDenied):
        edit(mine, request.getfixturevalue(who), LeadAndTarget("Mine", DAY))
    mine.refresh_from_db()
    assert (newest_lead_and_target(mine), mine.version) == (LeadAndTarget(), 1)


def test_no_key_does(mine):
    machine = make_user(Role.OFFICER, member="JP", is_service=True)
    machine.scopes = frozenset(Scope.values)
    with pytest.raises(PermissionDenied):
        edit(mine, machine, LeadAndTarget("Mine", DAY))


@pytest.mark.parametrize(
    ("lead_and_target", "field"),
    [
        (LeadAndTarget("x" * 201), "lead_authority"),
        (LeadAndTarget("a\x00b"), "lead_authority"),
        (LeadAndTarget("", date(2016, 5, 26)), "target_on"),
        (LeadAndTarget("", date(2067, 1, 1)), "target_on"),
        (LeadAndTarget("", date.max), "target_on"),
    ],
)
def test_what_does_not_fit_is_refused(mine, officer_jp, lead_and_target, field):
    with pytest.raises(ValidationError) as refusal:
        edit(mine, officer_jp, lead_and_target)
    assert list(refusal.value.error_dict) == [field]
    assert not Event.objects.exists()


def test_who_comes_second_is_refused_unless_it_is_the_same(mine, officer_jp, head_jp):
    edit(mine, officer_jp, LeadAndTarget("Police", DAY))
    with pytest.raises(StaleRow):
        edit(mine, head_jp, LeadAndTarget("Customs", DAY))
    edit(mine, head_jp, LeadAndTarget("Police", DAY))
    assert Event.objects.count() == 1


def test_officer_edits_it_in_the_browser(signed_in, url, officer_jp, officer_fr):
    browser = signed_in(officer_jp)
    here = url.removesuffix("edit/")
    assert url in page(browser.get(here))
    assert url not in page(signed_in(officer_fr).get(here))
    sent = {"version": 1, "lead_authority": "警察庁 <b>", "target_on": "2027-05-01"}
    shown = browser.post(url, sent, follow=True)
    assert "Saved." in words_of(shown)
    assert "警察庁 &lt;b&gt;" in page(shown)
    # Nothing is released there yet, so no other delegation sees it.
    assert "警察庁" not in page(signed_in(officer_fr).get(here))


def test_stale_form_shows_both_values(signed_in, url, mine, officer_jp, head_jp):
    edit(mine, head_jp, LeadAndTarget("Police", DAY))
    sent = {"version": 1, "lead_authority": "Customs", "target_on": ""}
    answer = signed_in(officer_jp).post(url, sent)
    assert answer.status_code == 409
    shown = words_of(answer)
    for words in ("Another person changed this", "Police", "Customs", "1 May 2027"):
        assert words in shown
    assert 'value="Customs"' in page(answer)
    sent["version"] = 2
    signed_in(officer_jp).post(url, sent)
    assert newest_lead_and_target(mine) == LeadAndTarget("Customs", None)


@pytest.mark.parametrize(
    "sent",
    [
        {"target_on": "soon"},
        {"lead_authority": "x" * 201},
        {"lead_authority": "a\x00b"},
        {"target_on": "1900-01-01"},
    ],
)
def test_what_is_wrong_comes_back_to_be_corrected(signed_in, url, officer_jp, sent):
    answer = signed_in(officer_jp).post(url, {"version": 1, **sent})
    assert answer.status_code == 422
    assert "Please correct 1 field" in words_of(answer)


def test_session_that_ended_keeps_it(signed_in, url):
    sent = {"version": 1, "lead_authority": "Police" * 20}
    answer = signed_in(None).post(url, sent)
    assert answer.status_code == 403
    assert "Police" * 20 in page(answer)


def test_far_day_within_reason_is_taken(mine, officer_jp):
    edit(mine, officer_jp, LeadAndTarget("", DAY + timedelta(days=365 * 20)))
    assert newest_lead_and_target(mine).target_on
