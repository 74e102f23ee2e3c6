"""Every number of every page, notice and API answer, against one reference.

Random histories are written to the real database, and read back in two ways: by people
from pages, and by `tests/progress/reference.py` from the raw rows.
"""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest

from accounts.models import Role
from partners.calendar import remind_of_dates
from partners.models import Notice
from tests.factories import make_user
from tests.progress.histories import MEMBERS, History
from tests.progress.raw_rows import PersonRow
from tests.progress.reading import cells_of, html_of, words_in, words_of
from tests.progress.reference import (
    PARTS,
    STATUSES,
    Cell,
    Counts,
    CoverageCounts,
    Reference,
    count_cells,
)

DAY = timedelta(days=1)
LABELS = {
    "not_started": "Not started",
    "limited": "Limited progress",
    "substantial": "Substantial progress",
    "implemented": "Implemented",
    "not_applicable": "Not applicable",
    "no_update": "No update",
}
STATES = {
    "no_draft": "No draft",
    "drafting": "Draft",
    "in_clearance": "In clearance",
    "submitted": "With the Presidency",
    "returned": "Returned",
    "published": "Published",
}
NAMES = {
    "CA": "Canada", "FR": "France", "DE": "Germany", "IT": "Italy", "JP": "Japan",
    "GB": "United Kingdom", "US": "United States", "EU": "European Union",
}  # fmt: skip
CAST = (
    "officer_jp", "head_jp", "contributor_jp", "officer_fr", "coordinator",
    "officer_of_the_chair", "second_reviewer", "former_coordinator", "observer",
    "assessor", "administrator",
)  # fmt: skip


@pytest.fixture
def cast(request):
    return {name: request.getfixturevalue(name) for name in CAST}


@pytest.fixture
def make_history(plan, cast, time_machine):
    """`make_history(seed)`: it ends at noon, where the clock then stops."""

    def make(seed: int) -> History:
        now = datetime.combine(datetime.now(UTC).date(), time(12), UTC)
        time_machine.move_to(now, tick=False)
        return History.begin(
            seed,
            plan,
            now,
            writers={code: writer_of(code) for code in MEMBERS},
            coordinator=cast["coordinator"],
            second_reviewer=cast["second_reviewer"],
        ).fill()

    return make


def writer_of(member: str):
    return make_user(Role.CONTRIBUTOR, member=member)


# ---- Reading pages -------------------------------------------------------------------


def number(text: str) -> int:
    return int(text.replace(",", ""))


def totals_of(html: str) -> list[dict[str, list[int]]]:
    """Return the groups of totals: by label, all members first, then each column."""
    groups: list[dict[str, list[int]]] = []
    for row in html.split("<tfoot>")[1].split("</tfoot>")[0].split("<tr")[1:]:
        if 'class="group-row"' in row:
            groups.append({})
            continue
        words = words_in(f"<tr{row}").split()
        label = " ".join(word for word in words if not word.isdigit())
        groups[-1][label] = [int(word) for word in words if word.isdigit()]
    return groups


def table_rows(html: str, heading: str) -> dict[str, list[int]]:
    """Return the numbers of each member's row in the table after a heading."""
    table = html.split(heading, 1)[1].split("</table>")[0]
    rows = [row.split("</tr>")[0] for row in table.split("<tr>")[1:]]
    found = {}
    for row in rows:
        name = re.search(r'<th scope="row">(?:<a [^>]*>)?([^<]+)<', row)
        if name:
            cells = re.findall(r'<td class="number">(.*?)</td>', row, re.DOTALL)
            words = " ".join(words_in(cell) for cell in cells)
            found[name[1]] = [int(word) for word in re.findall(r"\d+", words)]
    return found


def word_counts(html: str) -> dict[str, int]:
    listed = html.split('<ul class="word-counts">')[1].split("</ul>")[0]
    found = re.findall(r"<strong>(\d+)</strong> <span[^>]*>([^<]+)<", listed)
    return {label: int(count) for count, label in found}


def found_number(pattern: str, words: str) -> int:
    found = re.search(pattern, words)
    return int(found[1]) if found else 0


def none_label(reference: Reference, reader: PersonRow, now: datetime) -> str:
    reads_all = reference.is_presidency(reader, now)
    return "Not reported" if reads_all else "No released entry"


# ---- Pages and the API, each against the reference -----------------------------------


def check_matrix(browser, reference, reader, history, at: date | None) -> None:
    answer = browser.get("/matrix/", {"at": at} if at else {})
    assert answer.status_code == 200
    if not reader.reads:
        assert cells_of(answer) == {}
        return
    now, plan = history.now, history.plan.pk
    cells = reference.cells_for_reader(reader, plan, now=now, at=at)
    stocktake = reference.in_hand(plan, at or now.date(), now)
    html = html_of(answer)
    assert (stocktake.title if stocktake else "No stocktake has opened yet") in html
    columns = re.findall(r'<span class="matrix-member" aria-hidden="true">(\w+)<', html)
    by_column = [
        count_cells(cell for cell in cells if cell.owed.member == code)
        for code in columns
    ]
    everything = [count_cells(cells), *by_column]
    expected = totals_expected(
        everything,
        none_label(reference, reader, now),
        has_stocktake=stocktake is not None,
    )
    assert totals_of(html) == expected
    check_marks(cells_of(answer), cells)


def totals_expected(
    counts: list[Counts], nothing: str, *, has_stocktake: bool
) -> list[dict[str, list[int]]]:
    labels = {**LABELS, "not_reported": nothing}
    here = {labels[part]: [each.parts[part] for each in counts] for part in PARTS}
    at_risk = [each.at_risk for each in counts]
    if not has_stocktake:
        return [{**here, "At risk": at_risk}]
    in_all = {
        labels[status]: [each.in_all[status] for each in counts] for status in STATUSES
    }
    in_all[nothing] = here[nothing]
    in_all["At risk in all"] = [each.at_risk_in_all for each in counts]
    return [{**here, "At risk in this stocktake": at_risk}, in_all]


def check_marks(shown: dict[str, str], cells: list[Cell]) -> None:
    """The marks of the cells, counted by hand, are the totals."""
    by_name = {
        f"{NAMES[cell.owed.member]}, {cell.owed.commitment}": cell for cell in cells
    }
    assert set(shown) == set(by_name)
    for name, cell in by_name.items():
        words = shown[name]
        assert ("At risk" in words) == (
            cell.entry is not None and cell.entry.is_at_risk
        )
        if cell.entry is not None:
            assert words.startswith(LABELS[cell.entry.status].split()[0])
            assert ("no update" in words) == (cell.part == "no_update")


def check_home(browser, reference, reader, history) -> None:
    answer = browser.get("/")
    html, words, now = html_of(answer), words_of(answer), history.now
    latest = reference.stocktakes[history.latest.pk]
    is_open = latest.closed_at is None
    is_chair = reference.is_presidency(reader, now)
    waiting = reference.waiting_for(reader, now)
    if is_chair or waiting:
        pattern = r"(\d+) entr(?:y is|ies are) waiting for review"
        assert found_number(pattern, words) == len(waiting)
    if is_chair and is_open:
        coverage = reference.coverage(reader, latest, now)
        check_desk(html, words, coverage, len(waiting), own=reader.member or "")
    if {"officer", "head", "contributor"} & set(reader.roles) and is_open:
        is_limited = not {"officer", "head"} & set(reader.roles)
        states = reference.own_states(reader, latest, now, only_assigned=is_limited)
        check_states(html, states)
        left = states["no_draft"] + states["drafting"] + states["returned"]
        assert found_number(r"(\d+) of (?:the )?\d+ commitments", words) == left
    if {"observer", "assessor"} & set(reader.roles):
        cells = reference.cells_for_reader(reader, history.plan.pk, now=now)
        check_overview(html, cells)


def numbers_of(counts: CoverageCounts) -> list[int]:
    return [
        counts.not_yet_submitted,
        counts.owed,
        counts.submitted,
        counts.published,
        counts.late,
    ]


def check_desk(html, words, coverage, waiting: int, *, own: str) -> None:
    """The sentence, its explanation and the table of the Presidency add up."""
    rows = table_rows(html, 'id="coverage-')
    assert rows == {
        NAMES[member]: numbers_of(each) for member, each in coverage.items()
    }
    column = sum(each.submitted for each in coverage.values())
    another = coverage[own].submitted
    beside = waiting - (column - another)
    assert found_number(r"It leaves (\d+) out", words) == beside
    assert found_number(r"It also counts (\d+) entr", words) == another
    if beside or another:
        counted = found_number(r"The table below counts (\d+) of them", words)
        assert counted + beside == waiting
        assert counted + another == column
    reminders = {
        NAMES[member]: each.not_yet_submitted
        for member, each in coverage.items()
        if each.not_yet_submitted
    }
    if reminders:
        shown = table_rows(html, 'id="reminders"')
        assert {name: row[0] for name, row in shown.items()} == reminders


def check_states(html: str, states: dict[str, int]) -> None:
    shown = word_counts(html)
    shown["With the Presidency"] = shown.pop(
        "With the second reviewer", shown.get("With the Presidency", 0)
    )
    assert shown == {label: states.get(state, 0) for state, label in STATES.items()}


def check_overview(html: str, cells: list[Cell]) -> None:
    labels = {**LABELS, "not_reported": "No released entry"}
    overview = html.split('id="overview"')[1].split("</section>")[0]
    in_all = overview.split('<ul class="legend">')[1].split("</ul>")[0]
    found = re.findall(r"<strong>(\d+)</strong> ([^<]+)<", in_all)
    parts = count_cells(cells).parts
    assert {label: int(count) for count, label in found} == {
        labels[part]: count for part, count in parts.items() if count
    }
    actions = sorted({cell.owed.action for cell in cells})
    of_each = [[cell for cell in cells if cell.owed.action == one] for one in actions]
    codes = [cell.owed.commitment.rpartition(".")[0] for cell in cells]
    of_each += [
        [cell for cell, code in zip(cells, codes, strict=True) if code == area]
        for area in sorted({code for code in codes if "." in code})
    ]
    members = {cell.owed.member for cell in cells}
    of_each += [
        [cell for cell in cells if cell.owed.member == member]
        for member in ("CA", "FR", "DE", "IT", "JP", "GB", "US", "EU")
        if member in members
    ]
    tables = overview.split('<table class="figures-table">')[1:]
    rows = [
        [int(number) for number in re.findall(r'<td class="number[^"]*">(\d+)', row)]
        for table in tables
        for row in table.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    ]
    part_of = {label: part for part, label in labels.items()}
    heads = re.findall(r'<th scope="col" class="number">.*?<span>([^<]+)<', tables[0])
    for numbers, counted in zip(rows, of_each, strict=True):
        parts = count_cells(counted).parts
        assert numbers == [*(parts[part_of[head]] for head in heads), len(counted)]


def check_stocktake(browser, reference, reader, history, stocktake) -> None:
    url = f"/plans/{history.plan.slug}/stocktakes/{stocktake.slug}/"
    answer = browser.get(url)
    if not reader.reads:
        return
    html, row = html_of(answer), reference.stocktakes[stocktake.pk]
    coverage = reference.coverage(reader, row, history.now)
    is_chair = reference.is_presidency(reader, history.now)
    shown = table_rows(html, 'id="coverage"')
    overall = shown.pop("All")
    for member, each in coverage.items():
        numbers = shown.pop(NAMES[member])
        is_known = is_chair or member == reader.delegation
        # The second reviewer also knows what waits of the chair.
        if is_known or len(numbers) > len((each.published, each.owed, each.late)):
            rest = [each.submitted, each.not_yet_submitted]
        else:
            rest = []
        assert numbers == [each.published, each.owed, *rest, each.late]
    assert shown == {}
    assert overall[0] == sum(each.published for each in coverage.values())
    assert overall[-1] == sum(each.late for each in coverage.values())
    if reader.delegation:
        check_states(html, reference.own_states(reader, row, history.now))


def check_queue(browser, reference, reader, history) -> None:
    answer = browser.get("/review/")
    waiting = reference.waiting_for(reader, history.now)
    if answer.status_code == 404:
        assert not waiting
        return
    queue = html_of(answer).split('id="returned"')[0]
    assert queue.count("Sent for review on") == len(waiting)
    if reference.is_presidency(reader, history.now):
        words = words_of(browser.get("/presidency/"))
        pattern = r"entries waiting for review (\d+)"
        assert found_number(pattern, words) == len(waiting)


def check_positions(browser, reference, reader, history, at: date | None) -> None:
    query = {"plan": history.plan.slug, **({"at": at} if at else {})}
    answer = browser.get("/api/v1/positions/", query)
    cells = reference.cells_for_reader(reader, history.plan.pk, now=history.now, at=at)
    slugs = {row.id: row.slug for row in reference.stocktakes.values()}
    assert {
        (row["member_commitment"]["commitment"], row["member_commitment"]["member"]): (
            row["entry"],
            row["status"],
            row["is_at_risk"],
            row["stocktake"],
        )
        for row in answer.json()["results"]
    } == {
        (cell.owed.commitment, cell.owed.member): (
            (
                str(cell.entry.id),
                cell.entry.status,
                cell.entry.is_at_risk,
                slugs[cell.entry.stocktake] if cell.entry.stocktake else None,
            )
            if cell.entry
            else (None, None, None, None)
        )
        for cell in cells
    }


def check_notices(reference: Reference, history: History) -> None:
    latest = reference.stocktakes[history.latest.pk]
    remind_of_dates(history.now)
    shown = {row.user_id: (row.kind, row.missing_count) for row in Notice.objects.all()}
    expected = {}
    if latest.closed_at is None:
        for pk, count in reference.missing(latest, history.now).items():
            member = reference.people[pk].member
            kind = reference.notice_of(latest, member, history.now)
            if kind:
                expected[pk] = (kind, count)
    assert shown == expected


def check_all(history: History, cast, signed_in) -> None:
    reference = Reference.read()
    days = [None, *(history.now.date() - back * DAY for back in (1, 31, 100))]
    for person in cast.values():
        reader, browser = reference.people[person.pk], signed_in(person)
        for day in history.random.sample(days, 2):
            check_matrix(browser, reference, reader, history, day)
            check_positions(browser, reference, reader, history, day)
        check_home(browser, reference, reader, history)
        check_stocktake(browser, reference, reader, history, history.latest)
        check_stocktake(browser, reference, reader, history, history.earlier)
        check_queue(browser, reference, reader, history)
    check_notices(reference, history)


@pytest.mark.parametrize("seed", [0])
def test_every_number_comes_from_one_reference(seed, make_history, cast, signed_in):
    check_all(make_history(seed), cast, signed_in)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, *range(100, 120)])
def test_every_number_comes_from_one_reference_at_length(
    seed, make_history, cast, signed_in
):
    check_all(make_history(seed), cast, signed_in)
