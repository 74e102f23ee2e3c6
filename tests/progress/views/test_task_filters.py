"""Tests of the task list's filters, counts and orders: each number is a promise."""

import re
from datetime import date, timedelta

import pytest

from accounts.models import Role
from progress.models import Assignment, State, Transition
from tests.factories import make_entry, make_user, member_commitment_of
from tests.progress.editing import page
from tests.progress.reading import html_of, words_of

CODES = ["1.1.1", "1.2.1", "1.2.2", "2.1"]
LINK = re.compile(
    r'<a href="(\?[^"]*)"(?: aria-current="(?:page|true)")?>'
    r'([^<>]+?) <span class="navigation-count">(\d+)</span>'
)


@pytest.fixture
def browser(signed_in, officer_jp):
    return signed_in(officer_jp)


@pytest.fixture
def responsible_for(plan):
    def name(person, *codes):
        for code in codes:
            Assignment.objects.create(
                member_commitment=member_commitment_of(plan, code, "JP"),
                user=person,
                kind=Assignment.Kind.RESPONSIBLE,
            )

    return name


@pytest.fixture
def colleague():
    return make_user(Role.OFFICER, member="JP", name="Aiko Colleague")


@pytest.fixture
def tasks(plan, officer_jp, coordinator, colleague, stocktake, responsible_for, now):
    """Four tasks after the deadline: returned, draft at risk, published, no draft."""

    def make(code, state, **fields):
        mine = member_commitment_of(plan, code, "JP")
        values = {"by": officer_jp, "stocktake": stocktake, "state": state, **fields}
        return make_entry(mine, **values)

    returned = make("1.1.1", State.RETURNED)
    Transition.objects.create(
        entry=returned,
        verb="return",
        before=State.SUBMITTED,
        after=State.RETURNED,
        reason="Which year?",
        at=now,
        by=coordinator,
    )
    make("1.2.1", State.DRAFT, is_at_risk=True)
    make("1.2.2", State.PUBLISHED, as_of=date(2016, 8, 1))
    responsible_for(colleague, "1.1.1", "1.2.1")
    stocktake.due_at = now - timedelta(hours=1)
    stocktake.save(update_fields=["due_at"])


def rows_in(shown: str) -> list[str]:
    return re.findall(r'<tr id="task-([\d.]+)">', shown)


def links_in(shown: str) -> dict[str, tuple[str, int]]:
    """Return the address and the number of each filter, by its label."""
    found = LINK.findall(shown.replace("&amp;", "&"))
    return {label.strip(): (url, int(number)) for url, label, number in found}


def counts_in(shown: str) -> dict[str, int]:
    return {label: number for label, (_url, number) in links_in(shown).items()}


# ---- Filters -------------------------------------------------------------------------


def test_every_filter_has_its_number(browser, tasks, colleague):
    assert counts_in(page(browser.get("/tasks/"))) == {
        "All": 4,
        "No draft": 1,
        "Draft": 1,
        "Returned": 1,
        "Published": 1,
        "Came back": 1,
        "Late": 2,
        "At risk": 1,
        str(colleague): 2,
        "No one named": 2,
    }


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("state=published", ["1.2.2"]),
        ("came-back=yes", ["1.1.1"]),
        ("late=yes", ["1.2.1", "2.1"]),
        ("at-risk=yes", ["1.2.1"]),
        ("responsible=no-one", ["1.2.2", "2.1"]),
        ("late=yes&responsible=no-one", ["2.1"]),
        ("late=yes&state=drafting&at-risk=yes", ["1.2.1"]),
    ],
)
def test_filters_narrow_the_list_together(browser, tasks, query, codes):
    assert rows_in(page(browser.get(f"/tasks/?{query}"))) == codes


@pytest.mark.parametrize(
    "start", ["", "late=yes", "state=no_draft", "late=yes&at-risk=yes"]
)
def test_each_number_is_what_its_link_shows(browser, tasks, start):
    first = page(browser.get(f"/tasks/?{start}"))
    links, chosen = links_in(first), labels_chosen_in(first)
    assert len(links) > 6
    for label, (url, number) in links.items():
        shown = page(browser.get(f"/tasks/{url}"))
        # The link of a filter that is chosen removes it.
        if label not in chosen:
            assert len(rows_in(shown)) == number, (label, url)


def labels_chosen_in(shown: str) -> str:
    """Return the line that says what is chosen, or nothing."""
    found = re.search(r"\d+ of \d+ commitments: ([^<]*)\.", shown)
    return found[1] if found else ""


def test_what_is_chosen_is_said_and_can_be_removed(browser, tasks):
    shown = page(browser.get("/tasks/?late=yes&responsible=no-one"))
    assert "1 of 4 commitments: Late, No one named." in shown
    assert "(remove this filter)" in shown
    url, _number = links_in(shown)["Late"]
    assert url == "?responsible=no-one"


@pytest.mark.parametrize(
    "query",
    ["state=nowhere", "late=maybe", "at-risk=1", "responsible=x", "colour=red",
     "ordering=narrative", "ordering=--state"],
)  # fmt: skip
def test_an_unknown_value_filters_nothing(browser, tasks, query):
    shown = page(browser.get(f"/tasks/?{query}"))
    assert sorted(rows_in(shown)) == CODES
    assert labels_chosen_in(shown) == ""


def test_nothing_that_fits_is_said_with_a_link_to_all(browser, tasks):
    answer = browser.get("/tasks/?state=published&late=yes")
    assert "No commitment matches these filters" in words_of(answer)
    assert 'href="/tasks/">Show all commitments' in page(answer)
    assert rows_in(page(answer)) == []


def test_the_address_of_a_plan_keeps_its_filters(browser, plan, tasks):
    shown = page(browser.get(f"/plans/{plan.slug}/tasks/?late=yes"))
    assert len(rows_in(shown)) == 2
    assert f'href="/plans/{plan.slug}/tasks/">Show all' in shown


def test_a_person_who_left_stays_a_filter(browser, tasks, colleague):
    colleague.is_active = False
    colleague.save(update_fields=["is_active"])
    shown = page(browser.get(f"/tasks/?responsible={colleague.pk}"))
    assert rows_in(shown) == ["1.1.1", "1.2.1"]


# ---- Who sees what -------------------------------------------------------------------


def test_a_contributor_counts_assigned_tasks_only(
    signed_in, contributor_jp, tasks, responsible_for, officer_jp
):
    responsible_for(officer_jp, "1.2.2", "2.1")
    shown = page(signed_in(contributor_jp).get("/tasks/"))
    assert rows_in(shown) == ["1.2.2"]
    assert counts_in(shown) == {"All": 1, "Published": 1, str(officer_jp): 1}


def test_a_contributor_without_tasks_is_told_whom_to_ask(signed_in, tasks):
    nobody = make_user(Role.CONTRIBUTOR, member="JP")
    answer = signed_in(nobody).get("/tasks/")
    assert "No commitment is assigned to you yet" in words_of(answer)
    assert counts_in(page(answer)) == {}


def test_nobody_filters_by_a_person_of_another_delegation(
    signed_in, officer_fr, tasks, colleague
):
    browser = signed_in(officer_fr)
    known = page(browser.get(f"/tasks/?responsible={colleague.pk}"))
    assert rows_in(known) == CODES
    assert str(colleague) not in known


@pytest.mark.parametrize("who", ["officer_jp", "head_jp", "contributor_jp"])
def test_the_home_page_has_the_numbers_of_the_list(request, signed_in, tasks, who):
    browser = signed_in(request.getfixturevalue(who))
    home = html_of(browser.get("/"))
    counted = home.split('<ul class="word-counts">')[1].split("</ul>")[0]
    numbers = re.findall(r"<strong>(\d+)</strong> <span class=\"tag tag-(\w+)", counted)
    assert len(numbers) == 6
    for number, state in numbers:
        shown = page(browser.get(f"/tasks/?state={state}"))
        assert len(rows_in(shown)) == int(number), state
    owed = len(rows_in(page(browser.get("/tasks/"))))
    assert sum(int(number) for number, _state in numbers) == owed


# ---- Rows and orders -----------------------------------------------------------------


def test_what_came_back_is_first_once_and_with_its_reason(browser, tasks):
    shown = page(browser.get("/tasks/"))
    assert rows_in(shown) == ["1.1.1", "1.2.1", "1.2.2", "2.1"]
    assert shown.index("Entries that came back") < shown.index('id="task-1.1.1"')
    assert shown.count("Which year?") == 1


def test_each_row_has_one_button_in_one_place(browser, tasks):
    shown = page(browser.get("/tasks/"))
    found = {
        code: re.findall(r'class="button[^"]*" href="[^"]*">(\w+)', row)
        for code, row in re.findall(
            r'<tr id="task-([\d.]+)">(.*?)</tr>', shown, re.DOTALL
        )
    }
    assert found == {
        "1.1.1": ["Revise"],
        "1.2.1": ["Edit"],
        "1.2.2": ["Open"],
        "2.1": ["Begin"],
    }


@pytest.mark.parametrize(
    ("ordering", "codes"),
    [
        ("state", ["2.1", "1.2.1", "1.1.1", "1.2.2"]),
        ("-state", ["1.2.2", "1.1.1", "1.2.1", "2.1"]),
        ("as_of", ["1.1.1", "1.2.1", "2.1", "1.2.2"]),
        ("-as_of", ["1.2.2", "1.1.1", "1.2.1", "2.1"]),
        ("responsible", ["1.1.1", "1.2.1", "1.2.2", "2.1"]),
    ],
)
def test_columns_sort_the_list(browser, tasks, ordering, codes):
    shown = page(browser.get(f"/tasks/?ordering={ordering}"))
    assert rows_in(shown) == codes
    assert "Tolerance in Society" not in shown
    assert 'aria-sort="' in shown


def test_sorting_and_filters_keep_each_other(browser, tasks):
    shown = page(browser.get("/tasks/?late=yes&ordering=-state"))
    assert rows_in(shown) == ["1.2.1", "2.1"]
    assert "late=yes&amp;ordering=state" in shown
    assert links_in(shown)["At risk"][0] == "?late=yes&ordering=-state&at-risk=yes"
