"""Tests of every verb's button: its question, its effect, its message, its refusals."""

from datetime import UTC, datetime

import pytest

from accounts.models import Role
from audit.models import Event
from progress.actions.drafting import edit_entry
from progress.actions.review import return_entry
from progress.entries.text import EntryText
from progress.models import Entry, Round, State, Transition
from tests.factories import make_entry, make_user, member_commitment_of
from tests.progress.editing import page

REASONED = ["send-back", "return", "correct", "withdraw"]
# verb, the state before, who acts, the state after, the page that follows
VERBS = [
    ("submit", State.DRAFT, "officer_jp", State.IN_CLEARANCE, "/entries/{}/sent/"),
    ("recall", State.IN_CLEARANCE, "officer_jp", State.DRAFT, "/entries/{}/"),
    ("recall", State.SUBMITTED, "head_jp", State.DRAFT, "/entries/{}/"),
    ("discard", State.DRAFT, "officer_jp", State.DISCARDED, "/tasks/"),
    ("discard", State.RETURNED, "officer_jp", State.DISCARDED, "/tasks/"),
    ("send-back", State.IN_CLEARANCE, "head_jp", State.DRAFT, "/clearance/?after={}"),
    ("clear", State.IN_CLEARANCE, "head_jp", State.SUBMITTED, "/clearance/?after={}"),
    ("return", State.SUBMITTED, "coordinator", State.RETURNED, "/review/"),
    ("publish", State.SUBMITTED, "coordinator", State.PUBLISHED, "/review/"),
]


@pytest.fixture
def entry_in(plan, officer_jp, stocktake):
    def make(state):
        mine = member_commitment_of(plan, "1.2.1", "JP")
        return make_entry(mine, by=officer_jp, state=state, stocktake=stocktake)

    return make


@pytest.fixture
def press(request, signed_in):
    def post(entry, verb, who, **fields):
        browser = signed_in(request.getfixturevalue(who))
        sent = {"version": entry.version, "reason": "Because.", **fields}
        return browser.post(f"/entries/{entry.pk}/{verb}/", sent)

    return post


@pytest.mark.parametrize(("verb", "before", "who", "after", "url"), VERBS)
def test_verb_moves_the_entry_and_says_so(
    entry_in, press, verb, before, who, after, url
):
    entry = entry_in(before)
    answer = press(entry, verb, who)
    assert (answer.status_code, answer.url) == (302, url.format(entry.pk))
    entry.refresh_from_db()
    assert entry.state == after
    assert Transition.objects.latest("pk").verb == verb.replace("-", "_")
    assert Event.objects.get().verb == f"entry.{verb.replace('-', '_')}"


@pytest.mark.parametrize(("verb", "before", "who", "after", "url"), VERBS)
def test_looking_at_a_verb_asks_and_does_nothing(
    entry_in, request, signed_in, verb, before, who, after, url
):
    entry = entry_in(before)
    browser = signed_in(request.getfixturevalue(who))
    answer = browser.get(f"/entries/{entry.pk}/{verb}/")
    assert answer.status_code == 200
    assert f'action="/entries/{entry.pk}/{verb}/"' in page(answer)
    entry.refresh_from_db()
    assert (entry.state, entry.version) == (before, 1)


@pytest.mark.parametrize(("verb", "before", "who", "after", "url"), VERBS)
def test_verb_of_a_stale_version_is_refused(
    entry_in, press, verb, before, who, after, url
):
    entry = entry_in(before)
    answer = press(entry, verb, who, version=0, reason="Kept reason.")
    assert answer.status_code == 409
    assert "Another person changed this entry after you opened it" in page(answer)
    assert "Border agencies exchange alerts every day." in page(answer)
    assert 'name="version" value="1"' in page(answer)
    if verb in REASONED:
        assert "Kept reason.</textarea>" in page(answer)
    entry.refresh_from_db()
    assert entry.state == before


@pytest.mark.parametrize(("verb", "before", "who", "after", "url"), VERBS)
def test_verb_without_a_version_is_refused(
    entry_in, request, signed_in, verb, before, who, after, url
):
    entry = entry_in(before)
    browser = signed_in(request.getfixturevalue(who))
    answer = browser.post(f"/entries/{entry.pk}/{verb}/", {"reason": "Because."})
    assert answer.status_code == 409
    entry.refresh_from_db()
    assert entry.state == before


@pytest.mark.parametrize(("verb", "before", "who", "after", "url"), VERBS)
def test_pressing_twice_is_doing_it_once(
    entry_in, press, verb, before, who, after, url
):
    entry = entry_in(before)
    press(entry, verb, who)
    answer = press(entry, verb, who)
    assert (answer.status_code, answer.url) == (302, url.format(entry.pk))
    assert Transition.objects.filter(verb=verb.replace("-", "_")).count() == 1


@pytest.mark.parametrize(
    ("verb", "state", "who"),
    [
        ("submit", State.SUBMITTED, "officer_jp"),
        ("recall", State.PUBLISHED, "officer_jp"),
        ("discard", State.IN_CLEARANCE, "officer_jp"),
        ("send-back", State.DRAFT, "head_jp"),
        ("clear", State.RETURNED, "head_jp"),
        ("return", State.PUBLISHED, "coordinator"),
        ("publish", State.PUBLISHED, "coordinator"),
        ("correct", State.DRAFT, "officer_jp"),
        ("withdraw", State.SUBMITTED, "officer_jp"),
    ],
)
def test_state_that_does_not_allow_it_is_explained(
    entry_in, press, request, signed_in, verb, state, who
):
    entry = entry_in(state)
    for answer in (
        press(entry, verb, who),
        signed_in(request.getfixturevalue(who)).get(f"/entries/{entry.pk}/{verb}/"),
    ):
        assert answer.status_code == 409
        assert "This is not possible now" in page(answer)
        assert str(State(state).label) in page(answer)
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("verb", "state", "who", "status"),
    [
        ("submit", State.DRAFT, "contributor_jp", 403),
        ("submit", State.DRAFT, "officer_fr", 404),
        ("submit", State.DRAFT, "coordinator", 404),
        ("discard", State.DRAFT, "contributor_jp", 403),
        ("recall", State.SUBMITTED, "coordinator", 403),
        ("send-back", State.IN_CLEARANCE, "officer_jp", 403),
        ("clear", State.IN_CLEARANCE, "officer_jp", 403),
        ("clear", State.IN_CLEARANCE, "head_fr", 404),
        ("clear", State.IN_CLEARANCE, "coordinator", 404),
        ("return", State.SUBMITTED, "head_jp", 403),
        ("return", State.SUBMITTED, "former_coordinator", 404),
        ("return", State.SUBMITTED, "second_reviewer", 404),
        ("publish", State.SUBMITTED, "officer_jp", 403),
        ("publish", State.SUBMITTED, "former_coordinator", 404),
        ("publish", State.SUBMITTED, "administrator", 404),
        ("publish", State.DRAFT, "coordinator", 404),
        ("correct", State.PUBLISHED, "officer_fr", 403),
        ("correct", State.PUBLISHED, "coordinator", 403),
        ("withdraw", State.PUBLISHED, "observer", 403),
        ("withdraw", State.PUBLISHED, "contributor_jp", 403),
    ],
)
def test_others_may_not(entry_in, press, request, signed_in, verb, state, who, status):
    entry = entry_in(state)
    assert press(entry, verb, who).status_code == status
    browser = signed_in(request.getfixturevalue(who))
    assert browser.get(f"/entries/{entry.pk}/{verb}/").status_code == status
    entry.refresh_from_db()
    assert entry.state == state
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("verb", "state", "who"),
    [
        ("send-back", State.IN_CLEARANCE, "head_jp"),
        ("return", State.SUBMITTED, "coordinator"),
        ("correct", State.PUBLISHED, "officer_jp"),
        ("withdraw", State.PUBLISHED, "officer_jp"),
    ],
)
@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "This field is required."),
        ("  \r\n ", "This field is required."),
        ("x" * 2_001, "This text has 2,001 characters; the limit is 2,000."),
        ("a\x00b", "There is a null character (U+0000) after “a”. Delete it."),
    ],
)
def test_verb_needs_a_reason(entry_in, press, verb, state, who, reason, sentence):
    entry = entry_in(state)
    answer = press(entry, verb, who, reason=reason)
    assert answer.status_code == 422
    if verb in {"send-back", "return"}:  # a usual reason is enough
        sentence = sentence.replace("This field is required.", "Give a reason.")
    assert sentence in page(answer)
    entry.refresh_from_db()
    assert entry.state == state
    assert Entry.objects.count() == 1


def test_whoever_may_not_is_not_asked_for_a_reason(entry_in, press):
    entry = entry_in(State.PUBLISHED)
    assert press(entry, "correct", "officer_fr", reason="").status_code == 403


def test_head_does_not_clear_their_own_text(plan, head_jp, stocktake, press):
    mine = member_commitment_of(plan, "1.2.1", "JP")
    entry = make_entry(mine, by=head_jp, state=State.IN_CLEARANCE, stocktake=stocktake)
    assert press(entry, "clear", "head_jp").status_code == 403


def test_second_reviewer_publishes_what_the_chair_submitted(
    plan, officer_of_the_chair, stocktake, press, coordinator, chair
):
    theirs = member_commitment_of(plan, "1.2.1", chair)
    entry = make_entry(
        theirs, by=officer_of_the_chair, state=State.SUBMITTED, stocktake=stocktake
    )
    assert press(entry, "publish", "coordinator").status_code == 403
    assert press(entry, "publish", "second_reviewer").status_code == 302


def test_submitting_an_incomplete_draft_leads_to_its_fields(
    plan, officer_jp, stocktake, press
):
    mine = member_commitment_of(plan, "1.2.1", "JP")
    entry = make_entry(
        mine, by=officer_jp, stocktake=stocktake, status="", narrative=""
    )
    answer = press(entry, "submit", "officer_jp")
    assert answer.status_code == 422
    assert "Choose a status." in page(answer)
    assert f'action="/entries/{entry.pk}/edit/"' in page(answer)


def test_chair_without_a_stocktake_is_told_why(
    plan, chair, officer_of_the_chair, press
):
    mine = member_commitment_of(plan, "1.2.1", chair)
    entry = make_entry(mine, by=officer_of_the_chair)
    answer = press(entry, "submit", "officer_of_the_chair")
    assert answer.status_code == 409
    assert "its entries need an open stocktake" in page(answer)


def test_correcting_begins_a_draft_from_the_published_text(entry_in, press):
    published = entry_in(State.PUBLISHED)
    answer = press(published, "correct", "officer_jp", reason="Wrong number.")
    draft = Entry.objects.get(supersedes=published)
    assert answer.url == f"/entries/{draft.pk}/edit/"
    assert (draft.kind, draft.reason) == ("correction", "Wrong number.")
    assert draft.narrative == published.narrative

    again = press(published, "correct", "officer_jp")
    assert again.status_code == 409
    assert f"/entries/{draft.pk}/" in page(again)


def test_withdrawing_begins_a_withdrawal(entry_in, press):
    published = entry_in(State.PUBLISHED)
    answer = press(published, "withdraw", "officer_jp")
    draft = Entry.objects.get(supersedes=published)
    assert answer.url == f"/entries/{draft.pk}/"
    assert draft.kind == "withdrawal"


def test_reviewer_sees_the_new_text_before_publishing_after_a_change(
    entry_in, press, coordinator, officer_jp
):
    """Recalled, rewritten and submitted again while the reviewer's page was open."""
    entry = entry_in(State.SUBMITTED)
    now = datetime.now(UTC)
    press(entry, "recall", "officer_jp")
    text = EntryText(as_of=now.date(), status="limited", narrative="Rewritten.")
    edit_entry(entry_id=entry.pk, version=2, text=text, by=officer_jp, at=now)
    press(entry, "submit", "officer_jp", version=3)
    press(entry, "clear", "head_jp", version=4)
    answer = press(entry, "publish", "coordinator", version=1)
    assert answer.status_code == 409
    assert "Rewritten." in page(answer)
    assert press(entry, "publish", "coordinator", version=5).status_code == 302


def test_entry_recalled_under_the_reviewers_hands_is_out_of_sight(entry_in, press):
    entry = entry_in(State.SUBMITTED)
    press(entry, "recall", "officer_jp")
    answer = press(entry, "return", "coordinator", reason="Which year?")
    assert answer.status_code == 404
    assert not Round.objects.exists()


def test_entry_that_went_on_meanwhile_is_not_asked_about_again(entry_in, press):
    entry = entry_in(State.IN_CLEARANCE)
    press(entry, "recall", "officer_jp")
    answer = press(entry, "clear", "head_jp")
    assert answer.status_code == 409
    assert "This is not possible now" in page(answer)


def test_head_who_rewrote_a_text_does_not_clear_it_from_an_old_page(
    entry_in, press, head_jp
):
    entry = entry_in(State.IN_CLEARANCE)
    now = datetime.now(UTC)
    press(entry, "recall", "officer_jp")
    text = EntryText(as_of=now.date(), status="limited", narrative="By the head.")
    edit_entry(entry_id=entry.pk, version=2, text=text, by=head_jp, at=now)
    press(entry, "submit", "officer_jp", version=3)
    assert press(entry, "clear", "head_jp", version=1).status_code == 403


def test_return_keeps_the_text_of_then(entry_in, coordinator, officer_jp):
    entry = entry_in(State.SUBMITTED)
    now = datetime.now(UTC)
    return_entry(entry_id=entry.pk, version=1, reason="Year?", by=coordinator, at=now)
    assert Round.objects.get().text["narrative"] == entry.narrative


def test_another_reviewer_is_not_told_of_somebody_elses_return(
    entry_in, press, signed_in, chair
):
    entry = entry_in(State.SUBMITTED)
    press(entry, "return", "coordinator")
    colleague = signed_in(make_user(Role.COORDINATOR, member=chair))
    assert colleague.get(f"/entries/{entry.pk}/return/").status_code == 404


def test_verbs_take_only_get_and_post(entry_in, signed_in, officer_jp):
    entry = entry_in(State.DRAFT)
    browser = signed_in(officer_jp)
    assert browser.put(f"/entries/{entry.pk}/submit/").status_code == 405


def test_unknown_entry_is_not_found(signed_in, officer_jp, plan):
    browser = signed_in(officer_jp)
    pk = "00000000-0000-4000-8000-000000000000"
    assert browser.post(f"/entries/{pk}/submit/", {"version": 1}).status_code == 404
    assert browser.get(f"/entries/{pk}/").status_code == 404
