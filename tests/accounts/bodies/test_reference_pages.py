"""Tests of the administrators' pages of assessing bodies."""

import pytest

from accounts.models import AssessingBody
from audit.models import Event
from tests.factories import make_body
from tests.progress.reading import html_of, words_of

LIST = "/reference/assessing-bodies/"
NEW = f"{LIST}new/"
SENT = {
    "name": "Centre for Summit Studies", "short_name": "Summit_Studies",
    "website": " https://summits.example\u200b", "is_confirmed": "on",
}  # fmt: skip


@pytest.fixture
def browser(members, signed_in, administrator):
    return signed_in(administrator)


def edit_url(body: AssessingBody) -> str:
    return f"{LIST}{body.pk}/edit/"


def test_an_administrator_adds_a_body(browser, administrator):
    answer = browser.post(NEW, SENT, follow=True)
    assert "Added." in words_of(answer)
    body = AssessingBody.objects.get()
    assert (body.slug, body.name) == ("summit-studies", "Centre for Summit Studies")
    assert (body.short_name, body.website) == (
        "Summit_Studies", "https://summits.example",
    )  # fmt: skip
    event = Event.objects.get(verb="assessingbody.add")
    assert (event.actor_id, event.target) == (administrator.pk, body.name)
    assert "Centre for Summit Studies" in words_of(browser.get(LIST))


def test_a_second_body_of_a_short_name_has_its_own_slug(browser):
    browser.post(NEW, SENT)
    browser.post(NEW, SENT | {"name": "Another centre"})
    assert AssessingBody.objects.slugs() == ["summit-studies", "summit-studies-2"]


def test_a_name_without_latin_letters_has_a_slug_as_well(browser):
    browser.post(NEW, SENT | {"name": "研究所", "short_name": "研究所"})
    assert AssessingBody.objects.slugs() == ["assessingbody"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "policy institute"}, "There is already one with this name."),
        ({"short_name": "x" * 31}, "30 characters"),
        ({"website": "summits.example"}, "Enter a complete web address"),
        ({"website": "ftp://summits.example"}, "Enter a complete web address"),
        ({"website": "javascript:alert(1)"}, "Enter a complete web address"),
        ({"website": "https://sum\u200bmits.example"}, "The link has"),
        ({"is_confirmed": ""}, "Confirm this before you save."),
    ],
)
def test_what_is_wrong_is_said(browser, values, sentence):
    make_body("policy-institute")
    answer = browser.post(NEW, SENT | values)
    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert AssessingBody.objects.count() == 1


def test_an_administrator_changes_a_body_and_its_slug_stays(browser):
    body = make_body()
    sent = {"version": 1, "name": "Observatory", "short_name": "Obs", "website": ""}
    answer = browser.post(edit_url(body), sent | {"slug": "other"}, follow=True)
    assert "Saved." in words_of(answer)
    body.refresh_from_db()
    assert (body.slug, body.name, body.version) == (
        "university-observatory", "Observatory", 2,
    )  # fmt: skip
    stale = browser.post(edit_url(body), sent | {"name": "Third name"})
    assert stale.status_code == 409
    assert "Third name" in html_of(stale)


@pytest.mark.parametrize("name", ["assessor", "head_jp", "coordinator", "observer"])
def test_no_one_else_sees_or_changes_bodies_there(request, members, signed_in, name):
    body = make_body()
    browser = signed_in(request.getfixturevalue(name))
    for path in (LIST, NEW, edit_url(body)):
        assert browser.get(path).status_code == 404
    assert browser.post(NEW, SENT).status_code == 404
    assert AssessingBody.objects.count() == 1
