"""Tests of unsent text: it survives a session that ended, and an expired form."""

import html
import re

import pytest
from django.test import Client

from progress.models import Entry, State
from tests.factories import PASSWORD, make_entry, member_commitment_of
from tests.progress.editing import new_url, page, typed

LONG = "First line of a long narrative.\r\nSecond line with “quotes” & <tags>."


@pytest.fixture
def browser():
    """A client whose CSRF tokens are checked, as a real browser's are."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def draft(plan, officer_jp, stocktake):
    mine = member_commitment_of(plan, "1.2.1", "JP")
    return make_entry(mine, by=officer_jp, stocktake=stocktake)


def token_of(answer) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page(answer))
    assert found
    return found[1]


def fields_of(answer) -> dict[str, str]:
    """What the form on the page of kept text would send."""
    shown = page(answer)
    shown = shown[shown.index('<form class="form"') :]
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', shown)
    texts = re.findall(
        r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', shown, re.DOTALL
    )
    return {name: html.unescape(value) for name, value in [*hidden, *texts]}


def sign_in(browser, user):
    form = browser.get("/accounts/login/")
    answer = browser.post(
        "/accounts/login/",
        {
            "login": user.email,
            "password": PASSWORD,
            "csrfmiddlewaretoken": token_of(form),
        },
    )
    assert answer.status_code == 302, page(answer)


def test_session_that_ended_keeps_the_text_until_it_is_saved(
    browser, draft, officer_jp
):
    sign_in(browser, officer_jp)
    url = f"/entries/{draft.pk}/edit/"
    token = token_of(browser.get(url))
    browser.cookies.pop("sessionid")

    sent = typed(version=1, narrative=LONG, act="save", csrfmiddlewaretoken=token)
    signed_out = browser.post(url, sent)
    assert signed_out.status_code == 403
    assert "You have been signed out." in page(signed_out)
    assert 'target="_blank"' in page(signed_out)
    kept = fields_of(signed_out)
    assert kept["narrative"] == LONG
    assert kept["evidence-1-url"] == "https://example.org/report"

    # In another tab; the token of this one is no longer the session's.
    sign_in(browser, officer_jp)
    outdated = browser.post(url, kept)
    assert outdated.status_code == 403
    assert "Check it, then send it again." in page(outdated)
    draft.refresh_from_db()
    assert draft.version == 1

    saved = browser.post(url, fields_of(outdated))
    assert saved.status_code == 302
    draft.refresh_from_db()
    assert draft.narrative == LONG.replace("\r\n", "\n")
    assert (draft.state, draft.version) == (State.DRAFT, 2)


def test_new_entry_is_kept_as_well(browser, plan, stocktake):
    browser.get("/accounts/login/")
    token = browser.cookies["csrftoken"].value
    sent = typed(narrative=LONG, csrfmiddlewaretoken=token)
    answer = browser.post(new_url(plan), sent)
    assert answer.status_code == 403
    assert fields_of(answer)["narrative"] == LONG
    assert not Entry.objects.exists()


def test_reason_of_a_verb_is_kept(browser, draft):
    browser.get("/accounts/login/")
    token = browser.cookies["csrftoken"].value
    sent = {"version": 1, "reason": LONG, "csrfmiddlewaretoken": token}
    answer = browser.post(f"/entries/{draft.pk}/return/", sent)
    assert fields_of(answer)["reason"] == LONG


def test_page_of_kept_text_tells_nothing_of_the_entry(browser, draft):
    answer = Client().post(f"/entries/{draft.pk}/edit/", typed(version=1))
    assert answer.status_code == 403
    assert "Border agencies" not in page(answer)
    assert "Bolster" not in page(answer)


def test_reading_signed_out_leads_to_sign_in(browser, draft):
    url = f"/entries/{draft.pk}/edit/"
    answer = browser.get(url)
    assert (answer.status_code, answer.url) == (302, f"/accounts/login/?next={url}")


def test_form_that_another_site_sent_gets_no_second_try(browser, draft, officer_jp):
    sign_in(browser, officer_jp)
    answer = browser.post(
        f"/entries/{draft.pk}/edit/",
        typed(version=1, narrative=LONG),
        headers={"origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 403
    assert "Second line" not in page(answer)


def test_password_is_never_written_into_a_page(browser, officer_jp):
    sent = {"login": officer_jp.email, "password": PASSWORD}
    answer = browser.post("/accounts/login/", sent)
    assert answer.status_code == 403
    assert PASSWORD not in page(answer)


def test_signed_out_list_leads_to_sign_in(browser, plan):
    for url in ("/tasks/", "/clearance/", "/review/"):
        assert browser.get(url).url == f"/accounts/login/?next={url}"
