"""Compare every number of the home page, the review and a stocktake's page."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from tests.progress.histories import History
from tests.progress.numbers_of_the_matrix import (
    NAMES,
    NO_RELEASED,
    bar_expected,
    bars_of,
)
from tests.progress.raw_rows import PersonRow, StocktakeRow
from tests.progress.reading import html_of, words_in, words_of
from tests.progress.reference import (
    Cell,
    CoverageCounts,
    Reference,
    count_cells,
)

STATES = {
    "no_draft": "No draft",
    "drafting": "Draft",
    "in_clearance": "In clearance",
    "submitted": "With the Presidency",
    "returned": "Returned",
    "published": "Published",
}
WRITERS = {"officer", "head", "contributor"}
# How many waiting entries the second reviewer's home page names.
NAMED = 5


# ---- Reading pages -------------------------------------------------------------------


def rows_of(html: str, start: str) -> list[str]:
    """Return the rows of the table after a start, each as HTML."""
    table = html.split(start, 1)[1].split("</table>")[0]
    return table.split("<tbody>")[1].split("<tr>")[1:]


def table_rows(html: str, start: str) -> dict[str, list[int]]:
    """Return the numbers of each member's row in the table after a start."""
    found = {}
    for row in rows_of(html, start):
        name = re.search(r'<th scope="row">\s*(?:<a [^>]*>)?([^<]+)<', row)
        assert name is not None
        cells = re.findall(r'<td class="number[^"]*">(.*?)</td>', row, re.DOTALL)
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


# ---- The home page -------------------------------------------------------------------


def check_home(browser, reference: Reference, reader: PersonRow, history) -> None:
    answer = browser.get("/")
    html, words, now = html_of(answer), words_of(answer), history.now
    latest = reference.stocktakes[history.latest.pk]
    is_open = latest.closed_at is None
    is_chair = reference.is_presidency(reader, now)
    is_second = not is_chair and is_open and latest.second_reviewer == reader.id
    waiting = reference.waiting_for(reader, now)
    pattern = r"(\d+) entr(?:y is|ies are) waiting for review"
    assert found_number(pattern, words) == len(waiting)
    coverage = reference.coverage(reader, latest, now)
    chair = reference.chair(now)
    if is_chair and is_open:
        check_delegations(html, words, coverage)
        check_queue_sums(words, coverage, len(waiting), own=reader.member or "")
    if is_second:
        coverage = {code: each for code, each in coverage.items() if code == chair}
        shown = table_rows(html, 'id="coverage-')
        assert shown == {
            NAMES[code]: numbers_of(each) for code, each in coverage.items()
        }
        check_queue_sums(words, coverage, len(waiting), own=reader.member or "")
    if waiting and not is_chair:
        named = rows_of(html, 'id="second-review"')
        assert len(named) == min(NAMED, len(waiting))
    reviews = is_chair or is_second or bool(waiting)
    has_desk = reader.delegation and (not reviews or WRITERS & set(reader.roles))
    assert ('id="due"' in html) == bool(has_desk)
    if has_desk:
        check_own(html, words, reference, reader, latest, now)
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


def check_delegations(
    html: str, words: str, coverage: Mapping[str, CoverageCounts]
) -> None:
    """The one table of the Presidency: how far each is, and who can be reminded."""
    start = 'class="home-delegations"'
    assert table_rows(html, start) == {
        NAMES[member]: numbers_of(each) for member, each in coverage.items()
    }
    late = sum(bool(each.late) for each in coverage.values())
    assert found_number(r"(\d+) delegations? (?:has|have) late entries", words) == late
    assert ("No entry is late." in words) == (late == 0)
    reminded = [words_in(row) for row in rows_of(html, start) if "<button" in row]
    missing = [NAMES[code] for code, each in coverage.items() if each.not_yet_submitted]
    assert sorted(
        name for name in NAMES.values() if any(name in row for row in reminded)
    ) == sorted(missing)
    assert len(reminded) == len(missing)


def check_queue_sums(
    words: str, coverage: Mapping[str, CoverageCounts], waiting: int, *, own: str
) -> None:
    """The sentence, its explanation and the table below it add up."""
    column = sum(each.submitted for each in coverage.values())
    another = coverage[own].submitted if own in coverage else 0
    beside = waiting - (column - another)
    assert found_number(r"It leaves (\d+) out", words) == beside
    assert found_number(r"It also counts (\d+) entr", words) == another
    if beside or another:
        counted = found_number(r"The table below counts (\d+) of them", words)
        assert counted + beside == waiting
        assert counted + another == column


def check_own(
    html: str,
    words: str,
    reference: Reference,
    reader: PersonRow,
    latest: StocktakeRow,
    now: datetime,
) -> None:
    """What a delegation owes: its sentence, its bar, its states and what came back."""
    is_limited = WRITERS & set(reader.roles) == {"contributor"}
    if latest.closed_at is None:
        states = reference.own_states(reader, latest, now, only_assigned=is_limited)
        check_states(html, states)
        check_bar(html, words, states)
    else:
        assert "<progress" not in html
        assert "word-counts" not in html
    at_work = Counter(
        entry.state
        for entry in reference.entries.values()
        if reference.member_of(entry) == reader.delegation
        and reference.owed[entry.owed].plan == latest.plan
        and (not is_limited or (reader.id, entry.owed) in reference.drafts)
    )
    clears = "head" in reader.roles
    to_clear = found_number(r"Open (\d+) entr(?:y|ies) for clearance", words)
    assert to_clear == (at_work["in_clearance"] if clears else 0)
    returned = at_work["returned"] if WRITERS & set(reader.roles) else 0
    assert words.count("Returned by the reviewer") == returned


def check_bar(html: str, words: str, states: Mapping[str, int]) -> None:
    owed = sum(states.values())
    left = sum(states.get(one, 0) for one in ("no_draft", "drafting", "returned"))
    done = sum(states.get(one, 0) for one in ("submitted", "published"))
    sentence = re.search(r"(\d+) of (?:the )?(\d+) commitments", words)
    found = (int(sentence[1]), int(sentence[2])) if sentence else None
    assert found == ((left, owed) if left else None)
    drawn = re.findall(r'<progress max="(\d+)" value="(\d+)"', html)
    said = re.findall(r"(\d+) of (\d+) are sent or published", words)
    assert drawn == ([(str(owed), str(done))] if owed else [])
    assert said == ([(str(done), str(owed))] if owed else [])


def check_states(html: str, states: Mapping[str, int]) -> None:
    shown = word_counts(html)
    shown["With the Presidency"] = shown.pop(
        "With the second reviewer", shown.get("With the Presidency", 0)
    )
    assert shown == {label: states.get(state, 0) for state, label in STATES.items()}


# ---- What observers and assessors read -----------------------------------------------


def last_known(cells: Iterable[Cell]) -> dict[str, int]:
    """Return the bar's numbers: by last known status, also without an update."""
    counts = count_cells(cells)
    nothing = {"not_reported": counts.parts["not_reported"]}
    return bar_expected({**counts.in_all, **nothing}, NO_RELEASED)


def check_overview(html: str, cells: Sequence[Cell]) -> None:
    """The sentence, the bar of the plan, and each row of the three tables."""
    section = html.split('id="standing"')[1].split("</section>")[0]
    words, counts = words_in(section), count_cells(cells)
    assert found_number(r"(\d+) positions: one for each", words) == len(cells)
    at_risk = found_number(r"(\d+) (?:is|are) marked as at risk", words)
    assert at_risk == counts.at_risk_in_all
    legend = section.split('<ul class="legend">')[1].split("</ul>")[0]
    listed = re.findall(r"<strong>(\d+)</strong> ([^<]+)<", legend)
    assert {label: int(count) for count, label in listed} == last_known(cells)
    rows = [
        row
        for table in section.split('<table class="home-standing">')[1:]
        for row in table.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    ]
    for row, (name, of_it) in zip(rows, groups_of(cells), strict=True):
        done, owed, risk = numbers_in(row)
        expected = count_cells(of_it)
        assert words_in(row).startswith(name)
        assert bars_of(row) == [last_known(of_it)]
        assert (done, owed) == (expected.in_all["implemented"], len(of_it))
        assert risk == expected.at_risk_in_all


def numbers_in(row: str) -> list[int]:
    cells = re.findall(r'<td class="number[^"]*">(.*?)</td>', row, re.DOTALL)
    return [int(word) for cell in cells for word in re.findall(r"\d+", cell)]


def groups_of(cells: Sequence[Cell]) -> list[tuple[str, list[Cell]]]:
    """Return the cells by member, action and sub-area, each with how its row begins."""
    keys = [
        [NAMES[cell.owed.member] for cell in cells],
        [cell.owed.action for cell in cells],
        [cell.owed.commitment.rpartition(".")[0] for cell in cells],
    ]
    orders = [
        [name for name in NAMES.values() if name in keys[0]],
        sorted(set(keys[1])),
        sorted(key for key in set(keys[2]) if "." in key),
    ]
    return [
        (name, [cell for cell, key in zip(cells, of, strict=True) if key == name])
        for of, order in zip(keys, orders, strict=True)
        for name in order
    ]


# ---- The page of a stocktake ---------------------------------------------------------


def check_stocktake(
    browser, reference: Reference, reader: PersonRow, history: History, stocktake
) -> None:
    url = f"/plans/{history.plan.slug}/stocktakes/{stocktake.slug}/"
    answer = browser.get(url)
    if not reader.reads:
        return
    html, row = html_of(answer), reference.stocktakes[stocktake.pk]
    coverage = reference.coverage(reader, row, history.now)
    is_chair = reference.is_presidency(reader, history.now)
    chair = reference.chair(history.now)
    shown = table_rows(html, 'id="coverage"')
    overall = shown.pop("All")
    for member, each in coverage.items():
        is_seconded = row.second_reviewer == reader.id and member == chair
        is_known = is_chair or is_seconded or member == reader.delegation
        rest = [each.submitted, each.not_yet_submitted] if is_known else []
        numbers = [each.published, each.owed, *rest, each.late]
        assert shown.pop(NAMES[member]) == numbers
    assert shown == {}
    columns = ["published", "owed", "submitted", "not_yet_submitted", "late"]
    if not is_chair:
        columns = ["published", "owed", "late"]
    assert overall == [
        sum(getattr(each, column) for each in coverage.values()) for column in columns
    ]
    to_review = sum(
        each.submitted for code, each in coverage.items() if code != reader.delegation
    )
    is_reviewing = is_chair and row.closed_at is None
    button = found_number(r"Review (\d+) entr(?:y|ies)", words_of(answer))
    assert button == (to_review if is_reviewing else 0)
    if reader.delegation:
        check_states(html, reference.own_states(reader, row, history.now))


# ---- The review ----------------------------------------------------------------------


def check_queue(browser, reference: Reference, reader: PersonRow, history) -> None:
    answer = browser.get("/review/")
    waiting = reference.waiting_for(reader, history.now)
    if answer.status_code == 404:
        assert not waiting
        return
    html, words = html_of(answer), words_of(answer)
    assert found_number(r"(\d+) entr(?:y remains|ies remain)\.", words) == len(waiting)
    is_chair = reference.is_presidency(reader, history.now)
    theirs = [
        entry
        for entry in reference.entries.values()
        if is_chair
        and entry.state == "submitted"
        and reference.member_of(entry) == reader.delegation
    ]
    listed = html.split('id="entries"')[1].split("</nav>")[0]
    mine, _heading, second = listed.partition('<h2 class="review-part">')
    assert mine.count("Sent on") == len(waiting)
    assert second.count("Sent on") == len(theirs)
    pattern = r"Waiting for the second reviewer (\d+)"
    assert found_number(pattern, words) == len(theirs)
    # No history has a round that is not sent again.
    assert "not sent again yet" not in words
    place = re.search(r"(\d+) of (\d+) ", words_in(html.split('"review-detail')[1]))
    assert (int(place[2]) if place else 0) == len(waiting)
    check_choices(browser, html, reference, reader, history)
    if is_chair:
        words = words_of(browser.get("/presidency/"))
        pattern = r"entries waiting for review (\d+)"
        assert found_number(pattern, words) == len(waiting)


def check_choices(
    browser, html: str, reference: Reference, reader: PersonRow, history: History
) -> None:
    """The numbers of the members and of the stocktakes, and where one leads."""
    waiting = reference.waiting_for(reader, history.now)
    titles = {row.id: row.title for row in reference.stocktakes.values()}
    expected = {
        "member": Counter(NAMES[reference.member_of(entry)] for entry in waiting),
        "stocktake": Counter(
            titles[entry.stocktake] if entry.stocktake else "Outside a stocktake"
            for entry in waiting
        ),
    }
    for name, counts in expected.items():
        choices = html.partition(f'name="{name}">')[2].partition("</select>")[0]
        found = re.findall(r'value="([^"]+)">([^<]+) \((\d+)\)<', choices)
        shown = {label: int(number) for _value, label, number in found}
        assert shown == (counts if len(counts) > 1 else {})
        if found:
            value, _label, number = history.random.choice(found)
            words = words_of(browser.get("/review/", {name: value}))
            assert found_number(r"(\d+) (?:is|are) listed\.", words) == int(number)
