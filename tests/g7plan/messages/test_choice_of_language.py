"""Tests of the choice of a language, and of what a page says of its own."""

import re

import pytest
from django.conf import settings
from django.utils import translation

from accounts.models import User
from audit.models import Event
from g7plan.celery import forget_language

pytestmark = pytest.mark.django_db
OURS = dict(settings.LANGUAGES)
SIGN_IN = "/accounts/login/"


def language_in(answer):
    return re.findall(r'<html lang="([^"]+)"', answer.text)[0]


def choose(browser, language, page="/"):
    return browser.post("/language/", {"language": language, "next": page})


@pytest.mark.parametrize("language", OURS)
def test_a_person_keeps_the_language_that_they_chose(signed_in, officer_jp, language):
    browser = signed_in(officer_jp)
    answer = choose(browser, language, "/notices/?list=all")
    assert (answer.status_code, answer["Location"]) == (302, "/notices/?list=all")
    # So that the sign-in page speaks it when the session has ended.
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == language
    officer_jp.refresh_from_db()
    assert officer_jp.language == language
    # On every browser, whatever it asks for.
    page = signed_in(officer_jp).get(
        "/feeds/", headers={"Accept-Language": "pt, it;q=0.5"}
    )
    assert language_in(page) == page["Content-Language"] == language


def test_the_choice_is_recorded_once(signed_in, officer_jp):
    browser = signed_in(officer_jp)
    for _time in range(2):
        choose(browser, "de")
    [event] = Event.objects.filter(verb="user.change", target_id=str(officer_jp.pk))
    assert event.data["language"] == ["", "de"]


def test_a_person_without_a_choice_gets_what_their_browser_asks_for(
    signed_in, officer_jp
):
    browser = signed_in(officer_jp)
    for asked, shown in (
        ("fr-CA,en;q=0.5", "fr"), ("ja", "ja"), ("pt-BR", "en-gb"), ("en-US", "en-gb"),
        ("de-AT;q=0.4, it;q=0.9", "it"),
    ):  # fmt: skip
        page = browser.get("/feeds/", headers={"Accept-Language": asked})
        assert language_in(page) == page["Content-Language"] == shown
        assert "Accept-Language" in page["Vary"]


def test_the_account_page_offers_the_languages_and_the_browsers(signed_in, officer_jp):
    browser = signed_in(officer_jp)
    browser.post(
        "/people/me/",
        {"name": "Ken", "time_zone": "UTC", "language": "ja", "version": "1"},
    )
    officer_jp.refresh_from_db()
    assert officer_jp.language == "ja"
    page = browser.get("/people/me/")
    assert '<option value="ja" selected>日本語</option>' in page.text
    assert '<option value="">' in page.text


@pytest.mark.parametrize("language", ["", "pt", "en", "fr\x00", "x" * 5000, "../fr"])
def test_an_unknown_language_is_refused(client, signed_in, officer_jp, language):
    for browser in (client, signed_in(officer_jp)):
        answer = choose(browser, language)
        assert answer.status_code == 400
        assert not answer.cookies.get(settings.LANGUAGE_COOKIE_NAME)
    assert not User.objects.exclude(language="").exists()


@pytest.mark.parametrize(
    "page", ["https://evil.example/", "//evil.example", "/\\evil.example", "", "a\nb"]
)
def test_the_choice_leads_only_to_our_own_pages(client, page):
    assert choose(client, "fr", page)["Location"] == "/"


def test_a_stranger_keeps_their_choice_in_a_cookie(client):
    answer = choose(client, "it", SIGN_IN)
    cookie = answer.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("it", True, "Lax")
    page = client.get(SIGN_IN, headers={"Accept-Language": "fr"})
    assert language_in(page) == "it"
    assert {"Accept-Language", "Cookie"} <= set(page["Vary"].split(", "))


def test_a_made_up_cookie_is_no_choice(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx"
    assert language_in(client.get(SIGN_IN)) == "en-gb"


def test_the_page_that_checks_a_report_reads_no_choice_of_a_stranger(client):
    choose(client, "it")
    page = client.get("/verify/", headers={"Accept-Language": "fr"})
    assert language_in(page) == page["Content-Language"] == "fr"
    assert 'class="languages"' not in page.text


def test_public_addresses_read_no_choice_and_differ_by_the_header_alone(client):
    choose(client, "it")
    page = client.get("/public/", headers={"Accept-Language": "fr"})
    assert language_in(page) == page["Content-Language"] == "fr"
    assert set(page["Vary"].split(", ")) <= {"Accept-Language", "Accept-Encoding"}


def test_each_page_offers_each_language_by_its_own_name(client, signed_in, officer_jp):
    browser = signed_in(officer_jp)
    choose(browser, "fr")
    for page in (browser.get("/feeds/"), client.get(SIGN_IN)):
        shown = re.findall(r'name="language" value="([^"]+)" lang="\1"', page.text)
        assert shown == list(OURS)
        for name in OURS.values():
            assert f">{name}</button>" in page.text
    chosen = r'value="fr" lang="fr" aria-current="true"'
    assert chosen in browser.get("/feeds/").text


def test_the_api_is_in_english_for_everyone(signed_in, officer_jp):
    User.objects.filter(pk=officer_jp.pk).update(language="fr")
    answer = signed_in(officer_jp).get(
        "/api/v1/entries/?status=x", headers={"Accept-Language": "fr"}
    )
    assert answer.status_code == 400
    assert answer["Content-Language"] == "en-gb"
    assert "Select one of: not_started" in answer.text


def test_a_page_that_is_not_there_is_in_the_language_too(signed_in, officer_jp):
    User.objects.filter(pk=officer_jp.pk).update(language="de")
    page = signed_in(officer_jp).get("/entries/none/")
    assert page.status_code == 404
    assert language_in(page) == page["Content-Language"] == "de"


def test_no_thread_keeps_the_language_of_a_request(signed_in, officer_jp):
    User.objects.filter(pk=officer_jp.pk).update(language="ja")
    signed_in(officer_jp).get("/feeds/")
    assert translation.get_language() == settings.LANGUAGE_CODE


def test_no_task_begins_in_the_language_of_another():
    translation.activate("ja")
    forget_language()
    assert translation.get_language() == settings.LANGUAGE_CODE


def test_nothing_that_a_process_keeps_is_shown_in_another_language(
    signed_in, officer_jp, plan
):
    browser = signed_in(officer_jp)
    names = {"fr": "Allemagne", "en-gb": "Germany", "de": "Deutschland"}
    for language in (*names, *names):
        User.objects.update(language=language)
        for page in ("/matrix/?view=detailed", "/search/suggestions/?q=germany"):
            text = browser.get(page).text
            assert [tag for tag, name in names.items() if name in text] == [language]
