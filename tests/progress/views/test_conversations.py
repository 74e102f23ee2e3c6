"""Tests of an entry's threads in the browser, and of what a reviewer still sees."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from accounts.models import Presidency, Role
from progress.actions.clearance import recall_entry
from progress.actions.review import return_entry
from progress.models import Comment, Entry, State
from tests.conversations import make_comment
from tests.factories import CHAIR, make_entry, make_user, member_commitment_of
from tests.progress.editing import page
from tests.progress.reading import words_of
from tests.samples import crossed

INSIDE, OUTSIDE = "delegation", "presidency"
SECRET = "Canary-inside"
OPEN_WORDS = "Canary-outside"


@pytest.fixture
def entry_in(plan, officer_jp, stocktake):
    def make(state, code="1.2.2", **fields):
        mine = member_commitment_of(plan, code, "JP")
        values = {"by": officer_jp, "stocktake": stocktake, **fields}
        return make_entry(mine, state=state, **values)

    return make


@pytest.fixture
def look(request, signed_in):
    def at(url, who):
        return signed_in(request.getfixturevalue(who)).get(url)

    return at


def comment_url(entry, thread):
    return f"/entries/{entry.pk}/comments/{thread}/"


def send(browser, entry, thread, body="Which year?", token="", **options):
    sent = {"body": body, "form_token": token}
    return browser.post(comment_url(entry, thread), sent, **options)


# ---- Writing -------------------------------------------------------------------------


def test_officer_comments_on_a_draft_and_finds_it_there(
    signed_in, entry_in, officer_jp
):
    entry = entry_in(State.DRAFT)
    browser = signed_in(officer_jp)
    shown = words_of(browser.get(f"/entries/{entry.pk}/"))
    assert "Comments inside the delegation" in shown
    assert "Only your delegation can read this" in shown
    assert "You cannot edit or delete a comment once you have sent it." in shown
    assert "between the delegation and the Presidency" not in shown

    answer = send(browser, entry, INSIDE, "The police has the figure.", follow=True)
    shown = words_of(answer)
    assert "Your comment is added." in shown
    assert "Officer JP" in shown
    assert "The police has the figure." in shown


def test_both_sides_speak_without_telling_names(
    signed_in, entry_in, officer_jp, coordinator
):
    entry = entry_in(State.SUBMITTED)
    presidency, delegation = signed_in(coordinator), signed_in(officer_jp)
    send(presidency, entry, OUTSIDE, "Which year?")
    send(delegation, entry, OUTSIDE, "2015.")
    at_home = words_of(delegation.get(f"/entries/{entry.pk}/"))
    outside = words_of(presidency.get(f"/entries/{entry.pk}/"))
    assert "The Presidency (Italy)" in at_home
    assert "Coordinator" not in at_home
    assert "Officer JP" in at_home
    assert "Japan" in outside
    assert "Officer JP" not in outside
    assert "Coordinator" in outside
    for shown in (at_home, outside):
        assert shown.index("Which year?") < shown.index("2015.")


def test_second_reviewer_is_known_as_such_in_a_thread(
    signed_in, plan, officer_of_the_chair, second_reviewer, stocktake
):
    mine = member_commitment_of(plan, "1.2.2", CHAIR)
    entry = make_entry(
        mine, by=officer_of_the_chair, state=State.SUBMITTED, stocktake=stocktake
    )
    send(signed_in(second_reviewer), entry, OUTSIDE)
    shown = words_of(signed_in(officer_of_the_chair).get(f"/entries/{entry.pk}/"))
    assert "The second reviewer" in shown
    assert "Second reviewer " not in shown.replace("The second reviewer", "")


def test_time_is_told_in_the_readers_zone(signed_in, entry_in, officer_jp):
    at = datetime(2026, 1, 5, 22, 30, tzinfo=UTC)
    make_comment(entry := entry_in(State.DRAFT), INSIDE, by=officer_jp, written_at=at)
    officer_jp.time_zone = "Asia/Tokyo"
    officer_jp.save()
    shown = words_of(signed_in(officer_jp).get(f"/entries/{entry.pk}/"))
    assert "07:30 JST" in shown


def test_script_is_words_and_no_address_becomes_a_link(signed_in, entry_in, officer_jp):
    entry = entry_in(State.DRAFT)
    body = "<script>alert(1)</script>\r\n**bold** https://evil.example/"
    shown = page(send(signed_in(officer_jp), entry, INSIDE, body, follow=True))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>**bold** https://evil" in shown
    assert 'href="https://evil' not in shown


@pytest.mark.parametrize("body", ["", "  \n ", "x" * 2001, "a\x00b"])
def test_words_that_are_none_come_back_to_be_corrected(
    signed_in, entry_in, officer_jp, body
):
    entry = entry_in(State.DRAFT)
    answer = send(signed_in(officer_jp), entry, INSIDE, body)
    assert answer.status_code == 422
    assert "Please correct 1 field" in words_of(answer)
    if len(body) > 100:
        assert body in page(answer)
    assert not Comment.objects.exists()


def test_two_thousand_characters_fit_whatever_line_ends_a_browser_sends(
    signed_in, entry_in, officer_jp
):
    entry = entry_in(State.DRAFT)
    send(signed_in(officer_jp), entry, INSIDE, "x\r\n" * 999 + "xx")
    assert len(Comment.objects.get().body) == 2000


def test_second_press_says_the_same_and_adds_nothing(signed_in, entry_in, officer_jp):
    entry, browser = entry_in(State.DRAFT), signed_in(officer_jp)
    token = str(uuid4())
    answers = [send(browser, entry, INSIDE, token=token) for _press in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Comment.objects.count() == 1


def test_closed_thread_says_so_and_keeps_what_was_typed(
    signed_in, entry_in, officer_jp
):
    entry = entry_in(State.PUBLISHED)
    answer = send(signed_in(officer_jp), entry, OUTSIDE, "Typed too late.")
    assert answer.status_code == 409
    shown = words_of(answer)
    assert "You cannot comment here now" in shown
    assert "Nothing was saved." in shown
    assert "Typed too late." in shown


def test_session_that_ended_keeps_the_comment(signed_in, entry_in):
    entry = entry_in(State.DRAFT)
    answer = send(signed_in(None), entry, INSIDE, "A long thought. " * 20)
    assert answer.status_code == 403
    assert "A long thought." in words_of(answer)
    assert comment_url(entry, INSIDE) in page(answer)


@pytest.mark.parametrize("thread", ["everybody", "DELEGATION", "delegation'"])
def test_there_is_no_other_thread(signed_in, entry_in, officer_jp, thread):
    entry = entry_in(State.DRAFT)
    assert send(signed_in(officer_jp), entry, thread).status_code == 404


def test_form_is_offered_only_where_it_can_be_sent(look, entry_in, contributor_jp):
    entry = entry_in(State.SUBMITTED)
    for who, threads in {
        "officer_jp": {INSIDE, OUTSIDE},
        "contributor_jp": {INSIDE},
        "coordinator": {OUTSIDE},
    }.items():
        shown = page(look(f"/entries/{entry.pk}/", who))
        found = {one for one in (INSIDE, OUTSIDE) if comment_url(entry, one) in shown}
        assert found == threads, who


# ---- No reader sees what rule 4 hides ------------------------------------------------


OTHERS = [
    "officer_fr", "head_fr", "coordinator", "officer_of_the_chair",
    "former_coordinator", "second_reviewer", "observer", "assessor", "administrator",
]  # fmt: skip


STATES = [State.SUBMITTED, State.RETURNED, State.PUBLISHED]


@pytest.mark.parametrize(
    ("who", "state"),
    crossed({who: who for who in OTHERS}, {str(state): state for state in STATES}),
)
def test_no_word_leaves_its_thread(
    request, signed_in, entry_in, officer_jp, stocktake, who, state
):
    entry = entry_in(state)
    make_comment(entry, INSIDE, by=officer_jp, body=SECRET)
    make_comment(entry, OUTSIDE, by=officer_jp, body=OPEN_WORDS)
    urls = [
        "/", "/comments/", "/questions/", "/review/", "/matrix/", "/tasks/",
        f"/entries/{entry.pk}/", f"/entries/{entry.pk}/returns/",
        comment_url(entry, INSIDE), comment_url(entry, OUTSIDE),
        "/plans/test-plan/commitments/1.2.2/JP/",
    ]  # fmt: skip
    browser = signed_in(request.getfixturevalue(who))
    for url in urls:
        shown = page(browser.get(url))
        assert SECRET not in shown, url
        if who != "coordinator":
            assert OPEN_WORDS not in shown, url


def test_former_presidency_reads_nothing_of_it_any_more(
    signed_in, entry_in, officer_jp, coordinator
):
    """Also of a published amber entry, and one microsecond after the handover."""
    amber = entry_in(State.PUBLISHED, handling="amber")
    entries = [entry_in(State.RETURNED), amber]
    for entry in entries:
        make_comment(entry, OUTSIDE, by=officer_jp, body=OPEN_WORDS)
    handover = Presidency.objects.get(member=CHAIR).ends_at
    urls = ["/comments/", *(comment_url(entry, OUTSIDE) for entry in entries)]
    for at, status in ((handover - timedelta(seconds=1), 200), (handover, 404)):
        with time_machine.travel(at, tick=False):
            browser = signed_in(coordinator)
            found = [browser.get(url).status_code for url in urls]
        assert found[0] == status
        assert found[1] == status
        assert found[2] == (409 if status == 200 else 404)


def test_contributor_who_is_not_named_reads_no_inner_thread(
    signed_in, entry_in, contributor_jp, officer_jp
):
    entry = entry_in(State.SUBMITTED, "1.2.1")
    make_comment(entry, INSIDE, by=officer_jp, body=SECRET)
    make_comment(entry, OUTSIDE, by=officer_jp, body=OPEN_WORDS)
    browser = signed_in(contributor_jp)
    shown = page(browser.get(f"/entries/{entry.pk}/"))
    assert SECRET not in shown
    assert OPEN_WORDS in shown
    assert browser.get(comment_url(entry, INSIDE)).status_code == 404


# ---- What a reviewer still sees ------------------------------------------------------


@pytest.fixture
def returned(entry_in, officer_jp, coordinator):
    entry = entry_in(State.SUBMITTED, narrative="As submitted.", evidence=1)
    now = datetime.now(UTC)
    make_comment(entry, OUTSIDE, by=coordinator, body=OPEN_WORDS)
    make_comment(entry, INSIDE, by=officer_jp, body=SECRET)
    return return_entry(
        entry_id=entry.pk, version=1, reason="Which year?", by=coordinator, at=now
    )


def test_reviewer_finds_what_they_returned_and_goes_on_talking(
    signed_in, coordinator, returned
):
    browser = signed_in(coordinator)
    url = f"/entries/{returned.pk}/returns/"
    assert url in page(browser.get("/review/", {"entry": returned.pk}))
    shown = words_of(browser.get(url))
    for words in (
        "As submitted.", "Which year?", OPEN_WORDS, "TLP:GREEN", "Annual report",
    ):  # fmt: skip
        assert words in shown
    assert SECRET not in shown
    answer = send(browser, returned, OUTSIDE, "The year is enough.", follow=True)
    assert answer.redirect_chain[0][0] == f"{url}#presidency"
    assert "The year is enough." in words_of(answer)


def test_later_text_does_not_show_in_the_returns(signed_in, coordinator, returned):
    browser = signed_in(coordinator)
    url = f"/entries/{returned.pk}/returns/"
    before = words_of(browser.get(url))
    Entry.objects.filter(pk=returned.pk).update(
        narrative="Rewritten.", state="in_clearance", status="implemented"
    )
    assert words_of(browser.get(url)) == before
    assert words_of(browser.get(comment_url(returned, OUTSIDE))).count("Rewritten") == 0


def test_after_a_recall_rounds_stay_and_the_thread_is_gone(
    signed_in, coordinator, officer_jp, returned
):
    Entry.objects.filter(pk=returned.pk).update(state="submitted")
    recall_entry(entry_id=returned.pk, version=2, by=officer_jp, at=datetime.now(UTC))
    browser = signed_in(coordinator)
    shown = words_of(browser.get(f"/entries/{returned.pk}/returns/"))
    assert "As submitted." in shown
    assert OPEN_WORDS not in shown
    assert browser.get(comment_url(returned, OUTSIDE)).status_code == 404
    assert OPEN_WORDS not in page(browser.get("/comments/"))


def test_returns_of_an_entry_that_came_again_lead_to_the_entry(
    signed_in, coordinator, returned
):
    Entry.objects.filter(pk=returned.pk).update(state="submitted")
    answer = signed_in(coordinator).get(f"/entries/{returned.pk}/returns/")
    assert answer.headers["Location"] == f"/entries/{returned.pk}/"


# ---- Unanswered comments -------------------------------------------------------------


def test_home_counts_what_waits_and_leads_there(
    signed_in, entry_in, officer_jp, coordinator
):
    entry = entry_in(State.SUBMITTED)
    send(signed_in(coordinator), entry, OUTSIDE)
    browser = signed_in(officer_jp)
    assert "1 comment thread needs your reply" in words_of(browser.get("/"))
    shown = words_of(browser.get("/comments/"))
    assert "Needs your reply" in shown
    assert "1.2.2" in shown
    assert "Nothing needs your reply." in words_of(signed_in(coordinator).get("/"))
    send(browser, entry, OUTSIDE, "2015.")
    assert "Nothing needs your reply." in words_of(browser.get("/"))
    assert "1 comment thread needs your reply" in words_of(
        signed_in(coordinator).get("/")
    )


def test_the_list_of_threads_has_pages(
    signed_in, entry_in, officer_jp, coordinator, monkeypatch
):
    monkeypatch.setattr("progress.views.conversations.PAGE_SIZE", 1)
    entry = entry_in(State.SUBMITTED)
    other = entry_in(State.SUBMITTED, code="1.2.1")
    reviewer = signed_in(coordinator)
    send(signed_in(officer_jp), entry, OUTSIDE)
    send(reviewer, other, OUTSIDE)
    first, second = (page(reviewer.get("/comments/", {"page": n})) for n in (1, 2))
    assert "Needs your reply" in first
    assert "Waiting for a reply" not in first
    assert f"/entries/{entry.pk}/" in first
    assert "Waiting for a reply" in second
    assert f"/entries/{other.pk}/" in second


def test_inner_comments_are_counted_for_nobody(
    look, entry_in, officer_jp, head_jp, coordinator
):
    make_comment(entry_in(State.SUBMITTED), INSIDE, by=head_jp)
    for who in ("officer_jp", "head_jp", "coordinator"):
        assert "comment thread" not in words_of(look("/", who))
        assert "There are no open threads" in words_of(look("/comments/", who))


@pytest.mark.parametrize("who", ["observer", "assessor", "administrator"])
def test_whoever_answers_nobody_is_told_of_no_thread(look, who, stocktake):
    assert "Comments and questions" not in words_of(look("/", who))


def test_pages_ask_few_queries(
    request, signed_in, entry_in, officer_jp, coordinator, django_assert_max_num_queries
):
    entry = entry_in(State.SUBMITTED, evidence=5)
    for number in range(10):
        for thread in (INSIDE, OUTSIDE):
            make_comment(entry, thread, by=officer_jp, body=f"{number}")
    for who in ("officer_jp", "contributor_jp", "coordinator"):
        browser = signed_in(request.getfixturevalue(who))
        for url in ("/", "/comments/", f"/entries/{entry.pk}/"):
            with django_assert_max_num_queries(12):
                browser.get(url)


def test_new_head_of_another_delegation_with_the_same_name_reads_nothing(
    signed_in, entry_in, officer_jp
):
    entry = entry_in(State.SUBMITTED)
    make_comment(entry, OUTSIDE, by=officer_jp, body=OPEN_WORDS)
    namesake = make_user(Role.HEAD, member="FR", name=officer_jp.name)
    assert send(signed_in(namesake), entry, OUTSIDE).status_code == 404
