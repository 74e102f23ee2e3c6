"""Tests of the guidelines of a body: write them, publish one or all, begin the next."""

import pytest

from progress.models import Guideline
from tests.progress.assessments.scoring import make_guidelines
from tests.progress.editing import page
from tests.progress.reading import words_of

TEXT = "**+1**: a law is in force.\n\n**0**: a bill."


@pytest.fixture
def url(plan):
    return f"/assessing/guidelines/{plan.slug}/"


def write(browser, url, code="1.1.1", **fields):
    return browser.post(f"{url}{code}/", {"version": 0, "text": TEXT, **fields})


def only() -> Guideline:
    return Guideline.objects.get()


def test_list_has_each_commitment_with_its_official_wording(browser, url):
    answer = browser.get(url)
    shown = words_of(answer)
    assert "0 of 4 published" in shown
    assert shown.count("No guideline yet") == 4
    assert "Emphasize the necessity to implement UNSCRs." in shown
    assert "Publish" not in shown.replace("published", "")


def test_a_guideline_is_saved_and_not_published(browser, url, assessor):
    answer = write(browser, url)
    assert answer.url == f"{url}#c-1.1.1"
    assert (only().text, only().body, only().published_at) == (
        TEXT,
        assessor.body,
        None,
    )
    shown = words_of(browser.get(url))
    assert "Guideline 1 Not published" in shown
    assert "Publish 1 guideline" in shown


def test_one_guideline_is_published_after_a_question(browser, url):
    write(browser, url)
    asked = browser.get(f"{url}1.1.1/publish/")
    assert "a published guideline never changes" in words_of(asked)
    answer = browser.post(f"{url}1.1.1/publish/", {"version": 1})
    assert answer.url == f"{url}#c-1.1.1"
    assert only().is_published
    assert "1 guideline is published." in words_of(browser.get(url))


def test_all_guidelines_are_published_at_once(browser, url, assessor, plan):
    make_guidelines(assessor.body, plan, is_published=False)
    asked = browser.get(f"{url}publish/")
    assert "Publish 4 guidelines?" in words_of(asked)
    browser.post(f"{url}publish/")
    assert Guideline.objects.published().count() == 4
    shown = words_of(browser.get(url))
    assert "4 guidelines are published." in shown
    assert "4 of 4 published" in shown


def test_with_nothing_to_publish_the_page_says_so(browser, url):
    assert browser.get(f"{url}publish/").url == url
    assert "No guideline waits to be published." in words_of(browser.get(url))
    assert browser.get(f"{url}1.1.1/publish/").status_code == 302


def test_the_next_text_of_a_published_one_is_a_new_number(browser, url):
    write(browser, url)
    browser.post(f"{url}1.1.1/publish/", {"version": 1})
    editor = browser.get(f"{url}1.1.1/")
    assert TEXT.split("\n", maxsplit=1)[0] in page(editor)
    write(browser, url, text="Another text")
    numbers = Guideline.objects.order_by("number").values_list("number", "text")
    assert list(numbers) == [(1, TEXT), (2, "Another text")]
    shown = words_of(browser.get(url))
    assert "Guideline 1 Published" in shown
    assert "Guideline 2 Not published" in shown


def test_a_published_one_that_was_replaced_stays_readable(browser, url):
    write(browser, url)
    browser.post(f"{url}1.1.1/publish/", {"version": 1})
    write(browser, url, text="Another text")
    browser.post(f"{url}1.1.1/publish/", {"version": 1})
    shown = words_of(browser.get(url))
    assert "1 earlier guideline" in shown
    assert "Guideline 1, published on" in shown


@pytest.mark.parametrize("text", ["x" * 10_001, "a\x00b", "a\u202eb"])
def test_a_text_that_cannot_be_stored_is_refused_and_kept(browser, url, text):
    answer = write(browser, url, text=text)
    assert answer.status_code == 422
    assert "Guideline:" in page(answer)
    assert not Guideline.objects.exists()


def test_a_newer_text_is_shown_beside_what_was_typed(
    browser, url, colleague, signed_in
):
    write(signed_in(colleague), url, text="Of a colleague")
    answer = write(browser, url)
    shown = page(answer)
    assert answer.status_code == 409
    assert "Another person saved this guideline after you opened it" in shown
    assert "Of a colleague" in shown
    assert "**+1**: a law is in force." in shown
    assert 'name="version" value="1"' in shown
    assert only().text == "Of a colleague"


def test_a_second_press_is_no_conflict(browser, url):
    for _time in range(2):
        assert write(browser, url).status_code == 302
    assert only().version == 1


def test_a_guideline_that_changed_since_is_asked_about_again(browser, url):
    write(browser, url)
    write(browser, url, version=1, text="Newer")
    answer = browser.post(f"{url}1.1.1/publish/", {"version": 1})
    assert answer.status_code == 409
    assert "Newer" in page(answer)
    assert not only().is_published


def test_a_second_press_of_publish_says_that_it_is_published(browser, url):
    write(browser, url)
    for _time in range(2):
        answer = browser.post(f"{url}1.1.1/publish/", {"version": 1})
        assert answer.status_code == 302


def test_an_unknown_plan_or_commitment_is_not_found(browser, url):
    assert browser.get("/assessing/guidelines/nothing/").status_code == 404
    assert browser.get(f"{url}9.9/").status_code == 404


def test_another_body_sees_none_of_it(browser, url, other_assessor, signed_in):
    write(browser, url)
    theirs = words_of(signed_in(other_assessor).get(url))
    assert "a law is in force" not in theirs
    assert theirs.count("No guideline yet") == 4


@pytest.mark.parametrize("role", ["officer_jp", "coordinator", "observer"])
def test_guideline_pages_do_not_exist_for_others(request, url, signed_in, role):
    other = signed_in(request.getfixturevalue(role))
    for path in (url, f"{url}publish/", f"{url}1.1.1/", f"{url}1.1.1/publish/"):
        assert other.get(path).status_code == 404
        assert other.post(path).status_code in {404, 405}


def test_list_takes_few_queries(browser, url, django_assert_max_num_queries):
    browser.get(url)
    with django_assert_max_num_queries(8):
        browser.get(url)
