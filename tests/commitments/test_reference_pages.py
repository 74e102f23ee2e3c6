"""Tests of the administrators' pages of reference data."""

from datetime import timedelta

import pytest

from accounts.models import Member, Presidency
from audit.models import Event
from commitments.models import Acronym, Commitment, Instrument, Summit
from tests.progress.reading import html_of, words_of

KINDS = (
    "members", "presidencies", "summits", "instruments", "short-titles", "acronyms",
)  # fmt: skip


@pytest.fixture
def browser(plan, chair, signed_in, administrator):
    return signed_in(administrator)


@pytest.fixture
def titled(plan) -> Commitment:
    return Commitment.objects.get(plan=plan, code="1.2.2")


def edit_url(kind, row) -> str:
    return f"/reference/{kind}/{row.pk}/edit/"


def test_home_leads_to_reference_data(browser):
    assert 'href="/reference/"' in html_of(browser.get("/"))
    page = html_of(browser.get("/reference/"))
    for kind in KINDS:
        assert f'href="/reference/{kind}/"' in page


@pytest.mark.parametrize("kind", KINDS)
def test_each_list_takes_few_queries_whatever_its_length(
    browser, kind, django_assert_max_num_queries
):
    Acronym.objects.create(acronym="PNR", meaning="Passenger Name Record")
    with django_assert_max_num_queries(12):
        answer = browser.get(f"/reference/{kind}/")
    assert answer.status_code == 200
    assert "<tbody>" in html_of(answer)


def test_a_short_title_is_changed_beside_the_wording(browser, titled):
    url = edit_url("short-titles", titled)
    shown = html_of(browser.get(url))
    assert "Support INTERPOL&#x27;s information sharing role." in shown
    sent = {"version": 1, "short_title": "INTERPOL databases"}
    answer = browser.post(url, sent, follow=True)
    assert "Saved." in words_of(answer)
    assert "INTERPOL databases" in words_of(answer)
    titled.refresh_from_db()
    assert titled.short_title == "INTERPOL databases"
    assert titled.text == "Support INTERPOL's information sharing role."


def test_a_form_cannot_send_what_the_page_does_not_show(browser, titled):
    sent = {"version": 1, "short_title": "Titled", "text": "Do less.", "code": "9.9"}
    browser.post(edit_url("short-titles", titled), sent)
    titled.refresh_from_db()
    assert (titled.short_title, titled.code) == ("Titled", "1.2.2")
    assert titled.text == "Support INTERPOL's information sharing role."


def test_a_stale_form_shows_both_values(browser, titled):
    url = edit_url("short-titles", titled)
    browser.post(url, {"version": 1, "short_title": "First"})
    answer = browser.post(url, {"version": 1, "short_title": "Second"})
    assert answer.status_code == 409
    shown = words_of(answer)
    for words in ("Another person changed this", "First", "Second"):
        assert words in shown
    assert 'value="Second"' in html_of(answer)
    assert 'name="version" value="2"' in html_of(answer)
    browser.post(url, {"version": 2, "short_title": "Second"})
    titled.refresh_from_db()
    assert titled.short_title == "Second"


@pytest.mark.parametrize("typed", ["", "x" * 10_000, "a\x00b", "\u200b", "\u202etxet"])
def test_what_does_not_fit_comes_back_to_be_corrected(browser, titled, typed):
    url = edit_url("short-titles", titled)
    answer = browser.post(url, {"version": 1, "short_title": typed})
    assert answer.status_code == 422
    assert not Event.objects.filter(verb="commitment.edit").exists()


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "警察庁", "قواعد"])
def test_any_words_are_shown_as_words(browser, titled, typed):
    url = edit_url("short-titles", titled)
    answer = browser.post(url, {"version": 1, "short_title": typed}, follow=True)
    assert typed in words_of(answer)
    assert "<script>alert" not in html_of(answer)


def test_a_title_that_another_has_is_refused(browser, titled, plan):
    taken = Commitment.objects.get(plan=plan, code="2.1").short_title
    url = edit_url("short-titles", titled)
    answer = browser.post(url, {"version": 1, "short_title": taken})
    assert answer.status_code == 422


def test_skipping_clearance_is_confirmed_first(browser):
    url = "/reference/members/JP/edit/"
    sent = {"version": 1, "language": "ja", "skips_clearance": "on"}
    answer = browser.post(url, sent)
    assert answer.status_code == 422
    assert "Confirm this before you save." in words_of(answer)
    assert browser.post(url, {**sent, "is_confirmed": "on"}).status_code == 302
    japan = Member.objects.get(pk="JP")
    assert (japan.language, japan.skips_clearance) == ("ja", True)
    # To let a head clear again needs no confirmation.
    browser.post(url, {"version": 2, "language": "xx-bad"})
    browser.post(url, {"version": 2, "language": ""})
    japan.refresh_from_db()
    assert (japan.language, japan.skips_clearance) == ("", False)


def test_a_future_presidency_is_changed_and_one_is_added(browser, now):
    *begun, future = Presidency.objects.order_by("starts_at")
    listed = html_of(browser.get("/reference/presidencies/"))
    assert f"{future.ends_at:%H:%M:%S} UTC" in listed
    assert edit_url("presidencies", future) in listed
    for row in begun:
        assert edit_url("presidencies", row) not in listed
        assert browser.get(edit_url("presidencies", row)).status_code == 404
    sent = {"version": 1, "member": "FR", "is_confirmed": "on"}
    browser.post(edit_url("presidencies", future), sent)
    future.refresh_from_db()
    assert future.member_id == "FR"

    url = "/reference/presidencies/new/"
    sent = {"version": future.pk, "member": "JP", "is_confirmed": "on"}
    assert browser.post(url, {**sent, "is_confirmed": ""}).status_code == 422
    assert browser.post(url, {**sent, "member": "EU"}).status_code == 422
    assert browser.post(url, sent).status_code == 302
    added = Presidency.objects.latest("starts_at")
    assert (added.member_id, added.starts_at) == ("JP", future.ends_at)
    assert added.ends_at - added.starts_at >= timedelta(days=365)
    assert browser.post(url, sent).status_code == 409  # the same form again
    assert Presidency.objects.latest("starts_at") == added


def test_a_summit_is_added_and_changed(browser):
    sent = {
        "name": "Évian", "year": 2026, "host": "FR", "place": "Évian-les-Bains",
        "starts_on": "2026-06-14", "ends_on": "2026-06-16",
    }  # fmt: skip
    assert browser.post("/reference/summits/new/", sent).status_code == 422
    confirmed = {**sent, "is_confirmed": "on"}
    assert browser.post("/reference/summits/new/", confirmed).status_code == 302
    summit = Summit.objects.get(slug="evian-2026")
    assert browser.post("/reference/summits/new/", confirmed).status_code == 422
    url = edit_url("summits", summit)
    wrong = browser.post(url, {**sent, "version": 1, "ends_on": "2026-06-13"})
    assert wrong.status_code == 422
    assert "Give both days" in words_of(wrong)
    browser.post(url, {**sent, "version": 1, "starts_on": "", "ends_on": ""})
    summit.refresh_from_db()
    assert (summit.starts_on, summit.slug) == (None, "evian-2026")


def test_an_instrument_is_added_with_its_owner(browser):
    interpol = Instrument.objects.get(slug="interpol")
    sent: dict[str, object] = {
        "name": "I-24/7", "kind": "database", "owner": interpol.pk,
        "is_confirmed": "on",
    }  # fmt: skip
    assert browser.post("/reference/instruments/new/", sent).status_code == 302
    made = Instrument.objects.get(name="I-24/7")
    assert made.owner == interpol
    sent = {"version": 1, "name": "INTERPOL", "kind": "body", "owner": made.pk}
    answer = browser.post(edit_url("instruments", interpol), sent)
    assert answer.status_code == 422
    assert "I-24/7 belongs to this instrument itself." in words_of(answer)
    sent["owner"] = "9" * 30
    assert browser.post(edit_url("instruments", interpol), sent).status_code == 422


def test_an_acronym_is_added_and_changed(browser):
    sent = {"acronym": "PNR", "meaning": "Passenger", "is_confirmed": "on"}
    browser.post("/reference/acronyms/new/", sent)
    row = Acronym.objects.get()
    changed = {"version": 1, "acronym": "PNR", "meaning": "Passenger Name Record"}
    browser.post(edit_url("acronyms", row), changed)
    row.refresh_from_db()
    assert row.meaning == "Passenger Name Record"
    verbs = Event.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["acronym.add", "acronym.edit"]


@pytest.mark.parametrize(
    "path",
    [
        "nothing/", "members/new/", "short-titles/new/", "members/XX/edit/",
        "summits/0/edit/", f"summits/{'9' * 40}/edit/",
        "members/%E6%97%A5/edit/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(browser, path):
    assert browser.get(f"/reference/{path}").status_code == 404


def test_a_session_that_ended_keeps_what_was_typed(signed_in, titled):
    sent = {"version": 1, "short_title": "Typed and not lost"}
    answer = signed_in(None).post(edit_url("short-titles", titled), sent)
    assert answer.status_code == 403
    assert "Typed and not lost" in html_of(answer)
