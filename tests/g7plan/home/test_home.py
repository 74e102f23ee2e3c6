"""Tests of the first page after sign-in: what is due, when, and what was returned."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from progress.models import Handling, State, Transition
from reports.models import Report
from tests.factories import make_entry, make_plan, make_user, member_commitment_of
from tests.progress.reading import html_of, words_in, words_of

HOME = "/"


@pytest.fixture
def entry(plan, officer_jp, stocktake):
    """`entry(code, …)`: of Japan, under the open stocktake."""

    def make(code="1.2.2", member="JP", **fields):
        row = member_commitment_of(plan, code, member)
        return make_entry(row, by=officer_jp, **{"stocktake": stocktake, **fields})

    return make


def words_count(answer) -> dict[str, int]:
    """Return the number of commitments that the page shows for each label."""
    counted = html_of(answer).split('<ul class="word-counts">')[1].split("</ul>")[0]
    found = re.findall(r"<strong>(\d+)</strong> <span[^>]*>([^<]+)<", counted)
    return {word: int(number) for number, word in found}


def coverage_row(answer, member: str) -> str:
    rows = [row.split("</tr>")[0] for row in html_of(answer).split("<tr>")]
    named = re.compile(rf">{member}(</a>)?</th>|>\s*<a[^>]*>{member}</a>")
    found = next(words_in(row) for row in rows if named.search(row))
    return re.sub(r" (never|\d+ \w+ \d{4}).*", "", found)


# ---- A delegation --------------------------------------------------------------------


def test_an_officer_reads_what_is_due_and_by_when(
    signed_in, officer_jp, entry, stocktake
):
    entry("1.1.1", state=State.DRAFT)
    entry("1.2.1", state=State.SUBMITTED)
    entry("1.2.2", state=State.PUBLISHED)
    answer = signed_in(officer_jp).get(HOME)
    assert "2 of 4 commitments still need to be written or revised." in words_of(answer)
    assert words_count(answer) == {
        "No draft": 1,
        "Draft": 1,
        "In clearance": 0,
        "With the Presidency": 1,
        "Returned": 0,
        "Published": 1,
    }
    assert f"Entries due {stocktake.due_at.day} {stocktake.due_at:%b}" in words_of(
        answer
    )


def test_each_number_leads_into_the_task_list(signed_in, officer_jp, entry):
    entry(state=State.DRAFT)
    browser = signed_in(officer_jp)
    assert 'href="/tasks/?state=drafting"' in html_of(browser.get(HOME))
    assert browser.get("/tasks/?state=drafting").status_code == 200


def test_what_came_back_stands_there_with_its_reason(
    signed_in, officer_jp, coordinator, entry, now
):
    returned = entry(state=State.RETURNED)
    Transition.objects.create(
        entry=returned,
        verb="return",
        before=State.SUBMITTED,
        after=State.RETURNED,
        reason="Which year was that?",
        at=now,
        by=coordinator,
    )
    shown = words_of(signed_in(officer_jp).get(HOME))
    assert "Returned by the reviewer" in shown
    assert "Which year was that?" in shown


def test_a_contributor_is_asked_for_what_is_named_to_them(
    signed_in, contributor_jp, entry
):
    entry("1.1.1", state=State.DRAFT)
    answer = signed_in(contributor_jp).get(HOME)
    assert (
        "1 of the 1 commitments assigned to you still needs to be written"
        in words_of(answer)
    )
    assert sum(words_count(answer).values()) == 1


def test_a_contributor_to_whom_nothing_is_named_is_told_whom_to_ask(
    signed_in, plan, stocktake
):
    contributor = make_user(Role.CONTRIBUTOR, member="JP")
    shown = words_of(signed_in(contributor).get(HOME))
    assert "Ask an officer of your delegation" in shown


def test_a_head_reads_how_many_wait_for_their_signature(
    signed_in, head_jp, officer_jp, entry
):
    entry("1.1.1", state=State.IN_CLEARANCE)
    entry("1.2.1", state=State.IN_CLEARANCE)
    assert "Open 2 entries for clearance" in words_of(signed_in(head_jp).get(HOME))
    assert "entries for clearance" not in words_of(signed_in(officer_jp).get(HOME))


def test_after_the_deadline_the_page_says_until_when_and_that_it_is_late(
    signed_in, officer_jp, stocktake, now
):
    stocktake.due_at = now - timedelta(days=1)
    stocktake.save(update_fields=["due_at"])
    shown = words_of(signed_in(officer_jp).get(HOME))
    assert "passed" in shown
    assert "Late entries accepted until" in shown


def test_without_an_open_stocktake_nothing_is_due(signed_in, officer_jp, plan, chair):
    shown = words_of(signed_in(officer_jp).get(HOME))
    assert "No stocktake is open, so nothing is due." in shown


def test_a_delegation_reads_nothing_of_another(signed_in, officer_fr, entry):
    before = words_of(signed_in(officer_fr).get(HOME))
    for code, state in [
        ("1.1.1", State.DRAFT),
        ("1.2.1", State.IN_CLEARANCE),
        ("1.2.2", State.SUBMITTED),
        ("2.1", State.RETURNED),
    ]:
        entry(code, state=state)
    assert words_of(signed_in(officer_fr).get(HOME)) == before


# ---- The Presidency, and the former Presidency ---------------------------------------


def test_the_presidency_reads_one_number_a_member_before_submission(
    signed_in, coordinator, entry
):
    browser = signed_in(coordinator)
    assert coverage_row(browser.get(HOME), "Japan") == "Japan 4 of 4 0 0 0"
    entry("1.1.1", state=State.DRAFT)
    entry("1.2.1", state=State.IN_CLEARANCE)
    entry("2.1", state=State.RETURNED)
    assert coverage_row(browser.get(HOME), "Japan") == "Japan 4 of 4 0 0 0"
    entry("1.2.2", state=State.SUBMITTED)
    assert coverage_row(browser.get(HOME), "Japan") == "Japan 3 of 4 1 0 0"


def test_the_presidency_reads_how_long_the_queue_is_and_since_when(
    signed_in, coordinator, entry, now
):
    entry("1.1.1", state=State.SUBMITTED, submitted_at=now - timedelta(days=9))
    entry("1.2.1", state=State.SUBMITTED)
    shown = words_of(signed_in(coordinator).get(HOME))
    assert (
        "2 entries are waiting for review. The oldest was sent 1 week, 2 days ago."
        in shown
    )
    assert "Compile stocktake report" in shown


def test_the_sentence_and_the_column_explain_each_other(
    signed_in, coordinator, second_reviewer, chair, entry, plan, officer_jp
):
    """Waiting for the Presidency: four entries, of which the table counts one.

    The table counts one more, which waits for the second reviewer.
    """
    published = entry("1.1.1", state=State.PUBLISHED)
    about = {"supersedes": published, "reason": "The year was wrong."}
    entry("1.1.1", state=State.SUBMITTED, kind="correction", **about)
    entry("1.2.1", state=State.PUBLISHED)
    entry("1.2.1", state=State.SUBMITTED)
    entry("1.2.2", state=State.SUBMITTED, stocktake=None)
    entry("2.1", state=State.SUBMITTED)
    entry("2.1", chair, state=State.SUBMITTED)
    answer = signed_in(coordinator).get(HOME)
    assert coverage_row(answer, "Japan") == "Japan 1 of 4 1 2 0"
    assert coverage_row(answer, "Italy") == "Italy 3 of 4 1 0 0"
    shown = words_of(answer)
    assert "4 entries are waiting for review." in shown
    assert "The table below counts 1 of them, in Stocktake first." in shown
    assert "It leaves 3 out: corrections, withdrawals, new versions" in shown
    assert "It also counts 1 entry of Italy, which waits for the second" in shown
    shown = words_of(signed_in(second_reviewer).get(HOME))
    assert "1 entry is waiting for review." in shown
    assert "The table below counts" not in shown


def test_the_chair_s_own_entries_wait_for_the_second_reviewer(
    signed_in, coordinator, second_reviewer, chair, entry
):
    entry(member=chair, state=State.SUBMITTED)
    entry("1.1.1", state=State.SUBMITTED)
    assert "1 entry is waiting for review" in words_of(signed_in(coordinator).get(HOME))
    answer = signed_in(second_reviewer).get(HOME)
    assert "1 entry is waiting for review" in words_of(answer)
    assert coverage_row(answer, "Italy") == "Italy 3 of 4 1 0 0"
    assert ">Japan</th>" not in html_of(answer)


def test_a_former_coordinator_reads_as_an_ordinary_delegation(
    signed_in, former_coordinator, entry
):
    entry(state=State.SUBMITTED)
    shown = words_of(signed_in(former_coordinator).get(HOME))
    assert "Entries from Canada" in shown
    for words in ("waiting for review", "Compile", "Japan"):
        assert words not in shown


def test_a_coordinator_whose_chair_is_still_to_come_reads_as_a_delegation(
    signed_in, entry, chair
):
    coordinator = make_user(Role.COORDINATOR, member="US")
    entry(state=State.SUBMITTED)
    shown = words_of(signed_in(coordinator).get(HOME))
    assert "Entries from United States" in shown
    assert "review" not in shown


# ---- Readers and administrators ------------------------------------------------------


def test_an_observer_reads_the_last_known_status_by_member_and_action(
    signed_in, observer, assessor, entry
):
    entry("1.1.1", state=State.PUBLISHED, status="implemented")
    entry("2.1", state=State.PUBLISHED, handling=Handling.AMBER)
    entry("1.2.1", state=State.SUBMITTED)
    for reader in (observer, assessor):
        shown = words_of(signed_in(reader).get(HOME))
        assert "32 positions" in shown
        assert "1 Implemented 31 No released entry" in shown
        assert "Japan 1 of 4 0" in shown
        assert "2 Tolerance in Society 0 of 8 0" in shown
        assert "Japan 1.1.1" in shown.split("What changed lately")[1]
        assert "1.2.1" not in shown.split("What changed lately")[1]
        assert "Not reported" not in shown
        assert ("Scores to do" in shown) == (reader == assessor)


def test_an_administrator_reads_numbers_of_people_and_jobs_and_no_entries(
    signed_in, administrator, officer_jp, coordinator, entry, plan, now
):
    entry(state=State.PUBLISHED, handling=Handling.CLEAR)
    # Those who signed for the entry cannot sign in either.
    before = User.objects.filter(is_active=False).count()
    make_user(Role.OBSERVER, is_active=False)
    Report.objects.create(
        plan=plan,
        at=now.date(),
        known_at=now,
        audience=Handling.GREEN,
        requested_at=now,
        requested_by=coordinator,
        state=Report.State.FAILED,
        finished_at=now,
    )
    shown = words_of(signed_in(administrator).get(HOME))
    assert "1 failed job to decide" in shown
    assert f"deactivated accounts {before + 1}" in shown
    assert "0 API keys that end in the next 30 days" in shown
    assert "Entries due" not in shown
    for words in ("Published", "Implemented", "Japan", "Matrix"):
        assert words not in shown


def test_people_with_two_roles_find_both(signed_in, plan, stocktake):
    both = make_user(Role.OFFICER, Role.ADMINISTRATOR, member="JP")
    shown = words_of(signed_in(both).get(HOME))
    assert "Due from you" in shown
    assert "People and the system" in shown


def test_without_any_plan_the_page_says_what_to_do(
    signed_in, officer_jp, administrator
):
    for reader in (officer_jp, administrator):
        answer = signed_in(reader).get(HOME)
        assert answer.status_code == 200
        assert "No plan has been loaded yet" in words_of(answer)


def test_other_plans_are_a_click_away(signed_in, officer_jp, plan, stocktake):
    other = make_plan("other-plan")
    html = html_of(signed_in(officer_jp).get(HOME))
    slugs = {plan.slug, other.slug}
    assert slugs == {slug for slug in slugs if f'href="/plans/{slug}/"' in html}


def test_nobody_reads_it_without_signing_in(client, plan):
    assert client.get(HOME).url.startswith("/accounts/login/")


def test_no_home_takes_more_than_twelve_queries_however_much_is_written(
    signed_in, officer_jp, head_jp, contributor_jp, officer_fr, coordinator,
    former_coordinator, second_reviewer, observer, assessor, administrator, entry, now,
):  # fmt: skip
    cast = {
        person.name: signed_in(person)
        for person in (
            officer_jp, head_jp, contributor_jp, officer_fr, coordinator,
            former_coordinator, second_reviewer, observer, assessor, administrator,
        )
    }  # fmt: skip
    costs = []
    for weeks in (1, 8):
        for week in range(weeks):
            for code in ("1.1.1", "1.2.1"):
                for member in ("JP", "FR", "IT"):
                    entry(
                        code,
                        member,
                        state=State.PUBLISHED,
                        as_of=now.date() - timedelta(weeks=week),
                    )
        if weeks == 1:
            for member in ("JP", "FR", "IT"):
                entry("2.1", member, state=State.SUBMITTED)
                entry("1.2.2", member, state=State.RETURNED)
        costs.append({name: _queries(browser) for name, browser in cast.items()})
    assert costs[0] == costs[1]
    assert {name: cost for name, cost in costs[0].items() if cost > 12} == {}


def _queries(browser) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(HOME).status_code == 200
    return len(queries)
