"""Tests of the list of notices, and of a person's choice of notices."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Event
from partners.models import Notice, NoticeKind, NoticePreference
from progress.models import State
from tests.factories import make_entry, member_commitment_of
from tests.partners.conftest import make_notice

NOTICES = "/notices/"
PREFERENCES = "/notices/preferences/"
# Notices that protect a delegation cannot be muted.
PROTECTING = {"public", "circ_ends", "grant", "grant_end", "withheld"}
ALL_KINDS = [kind for kind in NoticeKind.values if kind not in PROTECTING]


@pytest.fixture
def entry(plan, stocktake, officer_jp):
    mine = member_commitment_of(plan, "1.2.2", "JP")
    return make_entry(mine, by=officer_jp, state=State.RETURNED, stocktake=stocktake)


@pytest.fixture
def browser(signed_in, officer_jp):
    return signed_in(officer_jp)


def sentences(answer):
    return [line.sentence for line in answer.context["lines"]]


def test_nobody_reads_it_without_signing_in(client, db):
    for path in (NOTICES, PREFERENCES):
        assert client.get(path).url.startswith("/accounts/login/")


def test_an_empty_list_says_what_will_stand_there(browser):
    answer = browser.get(NOTICES)
    assert "You get a notice here when an entry is returned" in answer.text
    assert "Mark all as read" not in answer.text


def test_what_is_unread_stands_first_and_the_newest_above(browser, officer_jp, entry):
    now = timezone.now()
    for hours, kind, read_at in (
        (1, "returned", now),
        (2, "published", None),
        (3, "sent_back", None),
        (4, "released", now),
    ):
        made_at = now - timedelta(hours=hours)
        make_notice(officer_jp, entry, kind=kind, read_at=read_at, created_at=made_at)
    answer = browser.get(NOTICES)
    assert sentences(answer) == [
        "1.2.2 was published",
        "1.2.2 was sent back before clearance",
        "1.2.2 was returned",
        "1.2.2 was released from its stocktake",
    ]
    assert f'href="/entries/{entry.pk}/"' in answer.text
    assert '<span class="navigation-count">2</span>' in answer.text


@pytest.mark.parametrize(
    ("kind", "fields", "sentence", "path"),
    [
        ("opens", {}, "Stocktake first opens on", "/plans/test-plan/stocktakes/first/"),
        ("opened", {}, "Stocktake first has opened and is due on", None),
        ("extended", {}, "More time was given for Stocktake first", None),
        ("closed", {}, "Stocktake first has closed", None),
        ("due", {"missing_count": 1}, "1 item for Stocktake first is due", "/tasks/"),
        ("due", {"missing_count": 3}, "3 items for Stocktake first are due", None),
        ("late", {"missing_count": 2}, "2 items for Stocktake first are late", None),
        ("last_day", {"missing_count": 1}, "1 item for Stocktake first", None),
        ("reminder", {"missing_count": 4}, "The Presidency reminds you: 4", None),
    ],
)
def test_a_stocktake_is_told_of_in_a_sentence(
    browser, officer_jp, stocktake, kind, fields, sentence, path
):
    make_notice(officer_jp, None, kind=kind, stocktake=stocktake, **fields)
    [line] = browser.get(NOTICES).context["lines"]
    assert line.sentence.startswith(sentence)
    assert browser.get(line.url).status_code == 200
    assert path is None or path in line.url


def test_a_deadline_is_told_in_the_readers_zone(browser, officer_jp, stocktake):
    officer_jp.time_zone = "Asia/Tokyo"
    officer_jp.save()
    make_notice(officer_jp, None, kind="due", stocktake=stocktake, missing_count=1)
    [line] = browser.get(NOTICES).context["lines"]
    assert line.sentence.endswith("JST")


def test_one_kind_is_asked_for(browser, officer_jp, entry):
    make_notice(officer_jp, entry, kind="returned")
    make_notice(officer_jp, entry, kind="published")
    assert sentences(browser.get(f"{NOTICES}?kind=published")) == [
        "1.2.2 was published"
    ]
    assert "No notices of this kind" in browser.get(f"{NOTICES}?kind=late").text


@pytest.mark.parametrize(
    "query", ["kind=nonsense", "kind=%F0%9F%98%80", "page=99", "page=-1", "page=x"]
)
def test_an_odd_address_shows_what_there_is(browser, officer_jp, entry, query):
    make_notice(officer_jp, entry)
    assert len(sentences(browser.get(f"{NOTICES}?{query}"))) == 1


def test_a_long_list_has_pages(browser, officer_jp, entry):
    for number in range(51):
        make_notice(officer_jp, entry, key=f"event-{number}")
    first, second = browser.get(NOTICES), browser.get(f"{NOTICES}?page=2")
    assert (len(sentences(first)), len(sentences(second))) == (50, 1)
    assert 'rel="next"' in first.text


def test_a_longer_list_costs_no_more_queries(browser, officer_jp, entry, stocktake):
    costs = []
    for number in (1, 40):
        for turn in range(number):
            make_notice(officer_jp, entry, key=f"event-{number}-{turn}")
            make_notice(
                officer_jp, None, kind="due", stocktake=stocktake, missing_count=1,
                key=f"due-{number}-{turn}",
            )  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            browser.get(NOTICES)
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert costs[0] <= 12


# ---- Marking as read -----------------------------------------------------------------
def test_one_is_marked_as_read(browser, officer_jp, entry):
    one, other = make_notice(officer_jp, entry), make_notice(officer_jp, entry)
    answer = browser.post(f"{NOTICES}{one.pk}/read/", {"kind": "returned", "page": "2"})
    assert answer.url == f"{NOTICES}?kind=returned&page=2"
    unread = Notice.objects.unread()
    assert list(unread) == [other]
    first_time = Notice.objects.get(pk=one.pk).read_at
    assert browser.post(f"{NOTICES}{one.pk}/read/").url == NOTICES
    assert Notice.objects.get(pk=one.pk).read_at == first_time


def test_all_are_marked_as_read(browser, officer_jp, head_jp, entry):
    for _number in range(3):
        make_notice(officer_jp, entry)
    others = make_notice(head_jp, entry)
    assert browser.post(f"{NOTICES}read/").url == NOTICES
    assert list(Notice.objects.unread()) == [others]


def test_all_of_one_kind_are_marked_as_read(browser, officer_jp, entry):
    make_notice(officer_jp, entry, kind="returned")
    published = make_notice(officer_jp, entry, kind="published")
    browser.post(f"{NOTICES}read/", {"kind": "returned"})
    assert list(Notice.objects.unread()) == [published]


def test_what_is_hidden_is_not_marked_as_read(browser, officer_jp, entry, members):
    hidden = make_notice(officer_jp, entry, member_id="FR")
    browser.post(f"{NOTICES}read/")
    assert browser.post(f"{NOTICES}{hidden.pk}/read/").status_code == 404
    assert list(Notice.objects.unread()) == [hidden]


def test_what_is_not_theirs_is_not_there(signed_in, officer_jp, entry, head_jp):
    notice = make_notice(officer_jp, entry)
    browser = signed_in(head_jp)
    assert browser.post(f"{NOTICES}{notice.pk}/read/").status_code == 404
    assert browser.post(f"{NOTICES}{uuid4()}/read/").status_code == 404
    assert Notice.objects.unread().count() == 1


@pytest.mark.parametrize(
    "place",
    [{"page": "//evil.example"}, {"kind": "https://evil.example"}, {"page": "²"}],
)
def test_no_form_leads_anywhere_else(browser, officer_jp, entry, place):
    make_notice(officer_jp, entry)
    assert browser.post(f"{NOTICES}read/", place).url == NOTICES


def test_nothing_is_marked_by_reading_an_address(browser, officer_jp, entry):
    notice = make_notice(officer_jp, entry)
    assert browser.get(f"{NOTICES}{notice.pk}/read/").status_code == 405
    assert browser.get(f"{NOTICES}read/").status_code == 405
    assert Notice.objects.unread().exists()


# ---- Preferences ---------------------------------------------------------------------
def choose(browser, **changes):
    data = {"mail": "daily", "wanted": ALL_KINDS, "version": 0, **changes}
    return browser.post(PREFERENCES, data)


def test_whoever_has_chosen_nothing_sees_what_holds(browser):
    form = browser.get(PREFERENCES).context["form"]
    assert form.initial == {"mail": "daily", "wanted": ALL_KINDS, "version": 0}


def test_a_choice_is_kept(browser, officer_jp):
    wanted = [kind for kind in ALL_KINDS if kind != "published"]
    answer = choose(browser, mail="at_once", wanted=wanted)
    assert answer.url == PREFERENCES
    chosen = NoticePreference.objects.get()
    assert (chosen.user, chosen.mail, chosen.muted, chosen.version) == (
        officer_jp, "at_once", ["published"], 1,
    )  # fmt: skip
    event = Event.objects.get(verb="notice_preference.set")
    assert event.data == {"mail": "at_once", "muted": ["published"]}
    form = browser.get(PREFERENCES).context["form"]
    assert form.initial["wanted"] == wanted


def test_all_other_kinds_can_be_muted(browser):
    choose(browser, wanted=[])
    assert NoticePreference.objects.get().muted == ALL_KINDS


@pytest.mark.parametrize(
    "changes",
    [
        {"mail": "hourly"},
        {"mail": ""},
        {"mail": "a\x00"},
        {"wanted": ["nonsense"]},
        {"wanted": ["a\x00"]},
        {"wanted": ["public"]},
        {"version": ""},
        {"version": "-1"},
        {"mail": "a" * 100_000},
    ],
)
def test_a_wrong_choice_is_refused(browser, changes):
    answer = choose(browser, **changes)
    assert answer.status_code == 422
    assert not NoticePreference.objects.exists()


def test_a_choice_that_comes_too_late_is_shown_and_refused(browser):
    choose(browser, mail="never")
    answer = choose(browser, mail="at_once")
    assert answer.status_code == 409
    assert (
        "Your settings were changed elsewhere while you were editing them."
        in answer.text
    )
    assert NoticePreference.objects.get().mail == "never"
    choose(browser, mail="at_once", version=1)
    assert NoticePreference.objects.get().mail == "at_once"


def test_a_persons_own_page_leads_there(browser):
    assert f'href="{PREFERENCES}"' in browser.get("/people/me/").text


def test_names_with_marks_of_html_stay_text(signed_in, entry, stocktake, officer_jp):
    stocktake.title = "<script>alert(1)</script>"
    stocktake.save()
    make_notice(officer_jp, None, kind="closed", stocktake=stocktake)
    assert "<script>alert" not in signed_in(officer_jp).get(NOTICES).text


@pytest.mark.parametrize("role", ["observer", "assessor", "administrator"])
def test_who_belongs_to_no_delegation_has_a_link_if_they_read(request, signed_in, role):
    """Of final reports they get notices. An administrator reads none."""
    answer = signed_in(request.getfixturevalue(role)).get(NOTICES)
    assert answer.status_code == 200
    has_link = ">Notices</a>" in answer.text.partition("<main")[0]
    assert has_link == (role != "administrator")
