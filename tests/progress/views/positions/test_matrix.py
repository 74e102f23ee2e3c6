"""Tests of the matrix: what each reader finds in it, and how many queries it needs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from commitments.models import Commitment, MemberCommitment
from progress.models import Entry, Handling, State
from progress.positions import matrix
from progress.positions.labels import short_status_label
from tests.factories import (
    MEMBERS,
    make_entry,
    make_plan,
    make_stocktake,
    make_user,
    member_commitment_of,
)
from tests.progress.reading import (
    cells_of,
    classes_of,
    html_of,
    steady,
    table_of,
    total_of,
    words_in,
    words_of,
)

MATRIX = "/matrix/"


# ---- Cells ---------------------------------------------------------------------------


def test_a_cell_says_status_age_and_sources(signed_in, officer_fr, reported, now):
    day = now.date() - timedelta(days=21)
    reported(as_of=day, evidence=2, is_at_risk=True)
    cell = cells_of(signed_in(officer_fr).get(MATRIX))["Japan, 1.2.2"]
    assert cell == "Substantial 3 weeks 2 sources At risk"


def test_a_cell_leads_to_the_timeline_of_its_member_commitment(
    signed_in, officer_fr, reported, plan
):
    reported()
    browser = signed_in(officer_fr)
    url = f"/plans/{plan.slug}/commitments/1.2.2/JP/"
    assert f'<a href="{url}" class="cell' in html_of(browser.get(MATRIX))
    assert browser.get(url).status_code == 200


def test_every_cell_has_the_address_of_its_timeline(
    signed_in, observer, plan, stocktake
):
    answer = signed_in(observer).get(MATRIX)
    cells = [
        (cell.url, (plan.slug, row.line.commitment.code, cell.member.code))
        for row in answer.context["matrix"].rows
        for cell in row.cells
        if cell
    ]
    assert len(cells) == MemberCommitment.objects.filter(commitment__plan=plan).count()
    for url, names in cells:
        assert url == reverse("progress:member-commitment-detail", args=names)


def test_a_cell_shows_names_as_text(signed_in, officer_fr, reported, plan, members):
    members["JP"].name = "<b>Japan</b> & {0}"
    members["JP"].save()
    plan.summit.name = "<i>Taormina</i>"
    plan.summit.save()
    reported()
    shown = html_of(signed_in(officer_fr).get(MATRIX))
    assert "&lt;b&gt;Japan&lt;/b&gt; &amp; {0}, 1.2.2: " in shown
    assert "<b>Japan" not in shown
    assert "<i>" not in shown


def test_a_second_look_draws_no_cell_again(signed_in, officer_fr, reported):
    reported(is_at_risk=True)
    browser = signed_in(officer_fr)
    browser.get(MATRIX)
    drawn = [template.name for template in browser.get(MATRIX).templates]
    assert "progress/positions/_matrix_table.html" in drawn
    assert "progress/positions/_matrix_cell.html" not in drawn
    assert "components/_status_mix.html" not in drawn


def test_labels_are_made_once_and_not_for_each_cell(
    signed_in, officer_fr, reported, monkeypatch
):
    reported()
    made: list[str] = []

    def noted(status: str) -> str:
        made.append(status)
        return short_status_label(status)

    monkeypatch.setattr(matrix, "short_status_label", noted)
    cells = cells_of(signed_in(officer_fr).get(MATRIX))
    # Once for the cells, and once for the legend.
    assert len(made) == 2 * len(set(made)) < len(cells)


def test_rows_stand_in_the_plan_s_order_under_their_headings(
    signed_in, observer, plan, stocktake
):
    shown = table_of(signed_in(observer).get(MATRIX))
    places = [
        shown.index(words)
        for words in (
            "1 CT Measures", "1.1 Implementation of UNSCRs", "1.1.1 Emphasize",
            "1.2 Information Sharing", "1.2.1 Bolster", "1.2.2 Support INTERPOL",
            "2 Tolerance in Society", "2.1 Act jointly",
        )
    ]  # fmt: skip
    assert places == sorted(places)


def test_members_stand_in_the_order_of_their_names_and_the_union_last(
    signed_in, observer, plan, stocktake
):
    head = html_of(signed_in(observer).get(MATRIX)).split("<thead>")[1]
    words = words_in(head.split("</thead>")[0])
    names = ["Canada", "France", "United States", "European Union"]
    assert [words.index(name) for name in names] == sorted(
        words.index(name) for name in names
    )


def test_an_entry_of_an_earlier_stocktake_keeps_its_mark_and_loses_its_colour(
    signed_in,
    officer_fr,
    reported,
    plan,
    stocktake,
    coordinator,
    second_reviewer,
    now,
):
    earlier = make_stocktake(
        plan,
        by=coordinator,
        second_reviewer=second_reviewer,
        slug="earlier",
        opened_at=now - timedelta(days=90),
        closed_at=now - timedelta(days=60),
        closed_by=coordinator,
    )
    reported(stocktake=earlier)
    answer = signed_in(officer_fr).get(MATRIX)
    assert "no update" in cells_of(answer)["Japan, 1.2.2"]
    assert "cell-past" in classes_of(answer, "Japan, 1.2.2")
    assert total_of(answer, "No update").startswith("1 ")


def test_what_is_older_than_the_last_summit_has_a_mark_of_its_own(
    signed_in, officer_fr, reported, plan, now
):
    summit = plan.summit
    summit.ends_on = now.date() - timedelta(days=30)
    summit.save(update_fields=["ends_on"])
    reported(published_at=now - timedelta(days=40))
    assert (
        "before Ise-Shima"
        in cells_of(signed_in(officer_fr).get(MATRIX))["Japan, 1.2.2"]
    )


def test_an_entry_that_shows_again_is_marked_so(signed_in, officer_fr, reported, now):
    older = now.date() - timedelta(days=50)
    reported(as_of=older, published_at=now - timedelta(days=3))
    second = reported(published_at=now - timedelta(days=2))
    reported(
        kind=Entry.Kind.WITHDRAWAL,
        supersedes=second,
        reason="A slip.",
        published_at=now - timedelta(days=1),
    )
    cell = cells_of(signed_in(officer_fr).get(MATRIX))["Japan, 1.2.2"]
    assert "1 month" in cell
    assert "reinstated" in cell


def test_the_parts_add_up_for_each_member_and_for_all(
    signed_in, observer, plan, officer_jp, stocktake
):
    for code in ("1.1.1", "1.2.1"):
        row = member_commitment_of(plan, code, "JP")
        make_entry(row, by=officer_jp, state=State.PUBLISHED, stocktake=stocktake)
    answer = signed_in(observer).get(MATRIX)
    labels = [
        "Implemented", "Substantial progress", "Limited progress", "Not started",
        "Not applicable", "No update", "No released entry",
    ]  # fmt: skip
    rows = [[int(number) for number in total_of(answer, one).split()] for one in labels]
    assert [sum(column) for column in zip(*rows, strict=True)] == [32, *[4] * 8]


def test_a_member_that_a_commitment_does_not_bind_has_no_cell(
    signed_in, observer, plan, stocktake
):
    binding = Commitment.objects.get(plan=plan, code="2.1")
    binding.pk, binding.code, binding.position = None, "2.2", 5
    binding.short_title = "Another"
    binding.save()
    MemberCommitment.objects.bulk_create(
        MemberCommitment(commitment=binding, member_id=code)
        for code in MEMBERS
        if code != "EU"
    )
    browser = signed_in(observer)
    answer = browser.get(MATRIX)
    assert "European Union, 2.2" not in cells_of(answer)
    assert total_of(answer, "No released entry").split() == ["39", *"5555555", "4"]
    page = words_of(browser.get(f"/plans/{plan.slug}/commitments/2.2/"))
    assert "United States" in page
    assert "European Union" not in page


# ---- Who sees what -------------------------------------------------------------------


def test_an_amber_entry_and_none_at_all_look_alike_below_amber(
    signed_in, officer_fr, observer, assessor, former_coordinator, plan, reported
):
    before = {
        reader.pk: html_of(signed_in(reader).get(MATRIX))
        for reader in (officer_fr, observer, assessor, former_coordinator)
    }
    reported(handling=Handling.AMBER)
    for reader in (officer_fr, observer, assessor, former_coordinator):
        answer = signed_in(reader).get(MATRIX)
        assert cells_of(answer)["Japan, 1.2.2"] == "No released entry"
        assert steady(html_of(answer)) == steady(before[reader.pk])


def test_its_own_delegation_and_the_presidency_read_amber(
    signed_in, officer_jp, coordinator, reported
):
    reported(handling=Handling.AMBER)
    for reader in (officer_jp, coordinator):
        cells = cells_of(signed_in(reader).get(MATRIX))
        assert cells["Japan, 1.2.2"].startswith("Substantial")


def test_below_amber_a_page_never_says_not_reported_of_another_member(
    signed_in, officer_fr, observer, plan, stocktake
):
    assert "Not reported" not in words_of(signed_in(observer).get(MATRIX))
    cells = cells_of(signed_in(officer_fr).get(MATRIX))
    assert cells["Japan, 1.2.2"] == "No released entry"
    assert cells["France, 1.2.2"] == "Not reported"


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_CLEARANCE, State.RETURNED])
def test_before_submission_the_delegation_alone_sees_a_state(
    signed_in, officer_jp, officer_fr, coordinator, observer, reported, state
):
    readers = (officer_fr, coordinator, observer)
    before = [steady(html_of(signed_in(reader).get(MATRIX))) for reader in readers]
    reported(state=state)
    after = [steady(html_of(signed_in(reader).get(MATRIX))) for reader in readers]
    assert after == before
    cells = cells_of(signed_in(officer_jp).get(MATRIX))
    assert cells["Japan, 1.2.2"] == f"Not reported {state.label}"


def test_once_submitted_the_presidency_sees_the_state_and_others_do_not(
    signed_in, officer_fr, coordinator, observer, reported
):
    reported(state=State.SUBMITTED)
    cells = cells_of(signed_in(coordinator).get(MATRIX))
    assert cells["Japan, 1.2.2"] == "Not reported With the Presidency"
    for reader in (officer_fr, observer):
        cells = cells_of(signed_in(reader).get(MATRIX))
        assert cells["Japan, 1.2.2"] == "No released entry"


def test_of_two_entries_at_work_the_update_gives_the_state(
    signed_in, officer_jp, reported, amend
):
    published = reported()
    reported(state=State.IN_CLEARANCE)
    amend(published, Entry.Kind.WITHDRAWAL, state=State.DRAFT)
    cell = cells_of(signed_in(officer_jp).get(MATRIX))["Japan, 1.2.2"]
    assert "In clearance" in cell
    assert "Draft" not in cell


def test_the_second_reviewer_sees_the_state_of_the_chair_s_entries_alone(
    signed_in,
    second_reviewer,
    plan,
    officer_of_the_chair,
    chair,
    stocktake,
    reported,
):
    make_entry(
        member_commitment_of(plan, "1.2.2", chair),
        by=officer_of_the_chair,
        state=State.SUBMITTED,
        stocktake=stocktake,
    )
    reported(state=State.SUBMITTED)
    cells = cells_of(signed_in(second_reviewer).get(MATRIX))
    assert "With the second reviewer" in cells["Italy, 1.2.2"]
    assert "With the" not in cells["Japan, 1.2.2"]


def test_an_administrator_reads_no_entries(signed_in, administrator, reported):
    reported(handling=Handling.CLEAR)
    answer = signed_in(administrator).get(MATRIX)
    assert answer.status_code == 200
    assert cells_of(answer) == {}
    assert "Your role cannot read entries" in words_of(answer)


def test_nobody_reads_it_without_signing_in(signed_in, plan):
    answer = signed_in(None).get(MATRIX)
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


# ---- Addresses -----------------------------------------------------------------------


def test_a_plan_is_found_by_its_slug_and_the_newest_without(
    signed_in, observer, plan, stocktake
):
    browser = signed_in(observer)
    assert plan.title in words_of(browser.get(f"/plans/{plan.slug}/matrix/"))
    assert plan.title in words_of(browser.get(MATRIX))


def test_an_unknown_plan_is_not_found(signed_in, observer, plan):
    assert signed_in(observer).get("/plans/nowhere/matrix/").status_code == 404


def test_without_any_plan_the_page_says_what_to_do(signed_in, observer):
    answer = signed_in(observer).get(MATRIX)
    assert answer.status_code == 200
    assert "No plan has been loaded yet" in words_of(answer)


def test_an_entry_of_another_plan_is_not_in_it(
    signed_in, officer_jp, observer, plan, stocktake
):
    other = make_plan("other-plan")
    row = member_commitment_of(other, "1.2.2", "JP")
    make_entry(row, by=officer_jp, state=State.PUBLISHED)
    cells = cells_of(signed_in(observer).get(f"/plans/{plan.slug}/matrix/"))
    assert cells["Japan, 1.2.2"] == "No released entry"


# ---- Number of queries ---------------------------------------------------------------


def queries_of(browser, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert browser.get(url).status_code == 200
    return len(queries)


def test_the_matrix_takes_ten_queries_however_much_is_written(
    signed_in, coordinator, officer_jp, observer, plan, stocktake, now
):
    officer = make_user(Role.OFFICER, member="FR")
    readers = [signed_in(reader) for reader in (coordinator, officer, observer)]
    costs = []
    for weeks in (1, 8):
        for week in range(weeks):
            for code in ("1.1.1", "1.2.1", "1.2.2", "2.1"):
                for member in ("JP", "FR", "EU"):
                    make_entry(
                        member_commitment_of(plan, code, member),
                        by=officer_jp,
                        state=State.PUBLISHED,
                        stocktake=stocktake,
                        as_of=now.date() - timedelta(weeks=week),
                        evidence=1,
                    )
        costs.append([queries_of(reader, MATRIX) for reader in readers])
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 10
