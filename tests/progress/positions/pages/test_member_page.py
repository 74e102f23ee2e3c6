"""Tests of the page of a member: its positions, its filters, and what it tells whom."""

import re
from datetime import date, timedelta

import pytest

from commitments.models import Instrument, Summit
from progress.models import Handling, State
from tests.factories import make_entry, member_commitment_of, set_lead_and_target
from tests.progress.reading import html_of, steady, words_in, words_of

SHOWN = re.compile(r'<article class="position" id="commitment-([\d.]+)"')
FACET = re.compile(
    r'<li[^>]*><a href="(\?[^"#]*)#show"( aria-current="true")?>(.*?)</a>'
)


@pytest.fixture
def url(plan_url: str) -> str:
    return f"{plan_url}members/JP/"


def shown_on(answer) -> list[str]:
    """Return the codes of the commitments that the page shows."""
    assert answer.status_code == 200
    return SHOWN.findall(html_of(answer))


def facets_on(answer) -> dict[str, int]:
    """Return how many each choice would show, by its label."""
    found = [words_in(words) for _url, _chosen, words in FACET.findall(html_of(answer))]
    numbered = [re.split(r" (?=\d+ commitments?$)", words) for words in found]
    return {label: int(number.split(" ")[0]) for label, number in numbered}


def of_part(answer, code: str) -> str:
    part = html_of(answer).split(f'id="commitment-{code}"')[1].split("</article>")[0]
    return words_in(f"<article {part}")


def test_all_commitments_of_the_member_are_shown_in_the_order_of_the_plan(
    signed_in, observer, url, reported
):
    reported(narrative="Border agencies exchange alerts.", evidence=2)
    answer = signed_in(observer).get(url)
    assert shown_on(answer) == ["1.1.1", "1.2.1", "1.2.2", "2.1"]
    part = of_part(answer, "1.2.2")
    assert "Border agencies exchange alerts." in part
    assert "2 sources" in part
    assert "Annual report" in part
    assert "No released entry" in of_part(answer, "1.2.1")
    assert "4 of 4 commitments" in words_of(answer)


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("action=1", ["1.1.1", "1.2.1", "1.2.2"]),
        ("action=2", ["2.1"]),
        ("sub_area=1.2", ["1.2.1", "1.2.2"]),
        ("instrument=interpol", ["1.2.2"]),
        ("status=limited", ["1.2.2"]),
        ("status=not_reported", ["1.1.1", "1.2.1", "2.1"]),
        ("at_risk=yes", ["1.2.2"]),
        ("overdue=yes", ["1.2.2"]),
        ("late=yes", []),
        ("sub_area=1.1&status=limited", []),
    ],
)
def test_filters_narrow_the_list_and_can_be_removed(
    signed_in, observer, url, reported, jp_122, now, query, codes
):
    set_lead_and_target(jp_122, target_on=date(2017, 1, 1))
    reported(status="limited", is_at_risk=True)
    answer = signed_in(observer).get(f"{url}?{query}")
    assert shown_on(answer) == codes
    assert html_of(answer).count('class="chip"') == query.count("=")
    if not codes:
        assert "No commitments match these filters" in words_of(answer)


@pytest.mark.parametrize(
    "query", ["action=9", "sub_area=x", "status=done", "since=yesterday", "at_risk=1"]
)
def test_a_filter_that_means_nothing_is_refused_in_words(
    signed_in, observer, url, reported, query
):
    reported()
    answer = signed_in(observer).get(f"{url}?{query}")
    assert answer.status_code == 400
    assert "There is no choice" in words_of(answer)
    assert "Border agencies" not in words_of(answer)


def test_what_was_published_since_the_summit_can_be_asked_for(
    signed_in, observer, url, plan, officer_jp, stocktake, now
):
    summit = Summit.objects.get(slug="summit-of-test-plan")
    Summit.objects.filter(pk=summit.pk).update(
        ends_on=now.date() - timedelta(days=10),
        starts_on=now.date() - timedelta(days=11),
    )
    for code, days in (("1.2.1", 20), ("1.2.2", 1)):
        make_entry(
            member_commitment_of(plan, code, "JP"), by=officer_jp,
            state=State.PUBLISHED, stocktake=stocktake,
            as_of=now.date() - timedelta(days=days),
            published_at=now - timedelta(days=days),
        )  # fmt: skip
    browser = signed_in(observer)
    assert shown_on(browser.get(f"{url}?since=summit")) == ["1.2.2"]
    assert facets_on(browser.get(url))["Published since Ise-Shima 2016"] == 1
    # A day before the summit's end has an earlier summit, or none.
    before = now.date() - timedelta(days=15)
    assert "Published since" not in words_of(browser.get(f"{url}?at={before}"))


def test_each_choice_says_how_many_it_would_show(signed_in, observer, url, reported):
    reported(status="limited")
    facets = facets_on(signed_in(observer).get(f"{url}?status=not_reported"))
    assert facets["1 CT Measures"] == 2
    assert facets["1.2 Information Sharing"] == 1
    assert facets["Limited progress"] == 1
    assert facets["No released entry"] == 3
    assert "INTERPOL" not in facets


def test_choosing_a_sub_area_lets_go_of_the_action(signed_in, observer, url, reported):
    reported(status="limited")
    answer = signed_in(observer).get(f"{url}?action=2&status=limited&at=")
    links = {
        words_in(words).split(" ")[0]: link
        for link, _chosen, words in FACET.findall(html_of(answer))
    }
    assert "action" not in links["1.2"]
    assert "status=limited" in links["1.2"]


def test_every_link_of_a_choice_leads_to_as_many_as_it_says(
    signed_in, observer, url, reported
):
    reported(status="limited", is_at_risk=True)
    browser = signed_in(observer)
    for link, chosen, words in FACET.findall(html_of(browser.get(url))):
        assert not chosen
        number = int(re.findall(r"(\d+) commitment", words_in(words))[-1])
        assert len(shown_on(browser.get(url + link.replace("&amp;", "&")))) == number


@pytest.mark.parametrize("query", ["", "?status=not_reported", "?at_risk=yes"])
def test_an_amber_entry_changes_nothing_for_who_may_not_see_it(
    signed_in, url, reported, observer, officer_fr, assessor, second_reviewer,
    officer_jp, coordinator, jp_122, query,
):  # fmt: skip
    set_lead_and_target(jp_122, "Police", date(2017, 1, 1))
    readers = (observer, officer_fr, assessor, second_reviewer)
    before = [steady(html_of(signed_in(reader).get(url + query))) for reader in readers]
    reported(handling=Handling.AMBER, narrative="A name.", is_at_risk=True, evidence=1)
    after = [steady(html_of(signed_in(reader).get(url + query))) for reader in readers]
    assert before == after
    if not query:
        for reader in (officer_jp, coordinator):
            shown = words_of(signed_in(reader).get(url))
            assert "A name." in shown
            assert "Past its target date" in shown


def test_only_readers_who_see_all_are_told_that_nothing_was_reported(
    signed_in, url, stocktake, officer_jp, coordinator, officer_fr, observer
):
    for reader in (officer_jp, coordinator):
        shown = words_of(signed_in(reader).get(url))
        assert "Not reported" in shown
        assert "No released entry" not in shown
    for reader in (officer_fr, observer):
        shown = words_of(signed_in(reader).get(url))
        assert "Not reported" not in shown
        assert "No released entry" in shown


def test_an_administrator_sees_wording_only(signed_in, administrator, url, reported):
    reported(narrative="Border agencies exchange alerts.")
    answer = signed_in(administrator).get(url)
    assert shown_on(answer) == []
    shown = words_of(answer)
    assert "Your role cannot read entries" in shown
    assert "1.2.2" in shown
    assert "Border agencies" not in shown
    assert "limited" not in shown.lower()


def test_a_text_longer_than_its_first_lines_can_be_opened_in_place(
    signed_in, observer, url, reported
):
    reported(narrative="Alerts are exchanged. " * 30, next_steps="More.")
    html = html_of(signed_in(observer).get(url))
    assert "<summary>Whole text" in html
    assert "Alerts are exchanged. Alerts" in html
    assert "…</p>" in html


def test_what_an_owned_instrument_concerns_counts_for_its_owner(
    signed_in, observer, url, plan, reported
):
    owner = Instrument.objects.create(slug="un", name="United Nations", kind="body")
    Instrument.objects.filter(slug="interpol").update(owner=owner)
    reported()
    assert shown_on(signed_in(observer).get(f"{url}?instrument=un")) == ["1.2.2"]
