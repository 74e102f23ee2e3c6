"""Every number of a report, from one reference that uses no code of the product."""

import runpy
from datetime import UTC, datetime, time, timedelta
from random import Random
from urllib.parse import parse_qsl

import pytest

from accounts.dates import next_second
from accounts.models import Role
from progress.ledger.chain import hash_of
from progress.models import Handling
from reports.models import Report
from reports.snapshot import build_snapshot
from tests.factories import make_user
from tests.progress.histories import MEMBERS, History
from tests.progress.reference import HANDLINGS, Reference, count_cells
from tests.source_files import ROOT

SECOND = timedelta(seconds=1)
MOST_QUERIES = 14
# It shares no code with the product, and works everything out from the rows alone.
CHECK = runpy.run_path(str(ROOT / "docs" / "check_report.py"))


@pytest.fixture
def make_history(plan, coordinator, second_reviewer, time_machine):
    def make(seed: int) -> History:
        now = datetime.combine(datetime.now(UTC).date(), time(12), UTC)
        time_machine.move_to(now, tick=False)
        return History.begin(
            seed,
            plan,
            now,
            writers={
                code: make_user(Role.CONTRIBUTOR, member=code) for code in MEMBERS
            },
            coordinator=coordinator,
            second_reviewer=second_reviewer,
        ).fill()

    return make


def rows_of(snapshot):
    return {
        (commitment["code"], row["member"]): {
            **row,
            "entry": snapshot["facts"]["entries"].get(row["entry"]),
        }
        for action in snapshot["facts"]["actions"]
        for area in action["sub_areas"]
        for commitment in area["commitments"]
        for row in commitment["positions"]
    }


def check_figures(snapshot, cells):
    counts = count_cells(cells)
    overall = snapshot["facts"]["figures"]["overall"]
    assert overall["parts"] == counts.parts
    assert overall["in_all"] == counts.in_all
    assert overall["at_risk"] == counts.at_risk
    assert overall["at_risk_in_all"] == counts.at_risk_in_all
    assert overall["cells"] == len(cells)


def check_rows(snapshot, cells, audience):
    rows = rows_of(snapshot)
    for cell in cells:
        row = rows[cell.owed.commitment, cell.owed.member]
        if cell.entry is None:
            assert row["entry"] is None
            assert audience == Handling.AMBER or not row["lead_authority"]
            continue
        assert row["entry"]["status"] == cell.entry.status
        assert row["entry"]["is_at_risk"] == cell.entry.is_at_risk
        assert (row["figure"] == "current") == cell.is_current


def ask(browser, query):
    """Return the positions that a printed query gives."""
    method, path = query.split(" ")
    path, query = path.split("?")
    answer = browser.get(path, dict(parse_qsl(query)) | {"page_size": 200})
    assert (method, answer.status_code) == ("GET", 200), answer.content
    return answer.json()["results"]


def check_query(browser, snapshot):
    """The printed queries give the same positions again: those of now and of then."""
    rows = rows_of(snapshot)
    listed = ask(browser, snapshot["envelope"]["query"])
    assert len(listed) == len(rows)
    [then] = [
        row["query"]
        for row in snapshot["envelope"]["queries"]
        if row["query"] != snapshot["envelope"]["query"]
    ]
    for found in ask(browser, then):
        owed = found["member_commitment"]
        row = rows[owed["commitment"], owed["member"]]
        assert (found["status"] or "") == row["before"]
    stocktake = snapshot["facts"]["stocktake"]
    for found in listed:
        owed = found["member_commitment"]
        row = rows[owed["commitment"], owed["member"]]
        entry = row["entry"]
        assert found["status"] == (entry and entry["status"])
        assert found["as_of"] == (entry and entry["as_of"]["iso"])
        assert found["is_at_risk"] == (entry and entry["is_at_risk"])
        assert found["handling"] == (entry and entry["handling"])
        if entry and stocktake:
            is_current = found["stocktake"] == stocktake["slug"]
            assert is_current == (row["figure"] == "current")


STEPS = ("not_started", "limited", "substantial", "implemented")


def change_by_hand(before, now):
    """Return the change of a status, from the text of the rule alone."""
    if not before:
        return "new" if now else ""
    if not now:
        return "gone"
    if before == now:
        return "same"
    if "not_applicable" in (before, now):
        return "other"
    return "up" if STEPS.index(before) < STEPS.index(now) else "down"


def check_changes(snapshot, before):
    """Each change is the one from the status of then, read again, to that of now."""
    rows, facts = rows_of(snapshot), snapshot["facts"]
    changed: dict[str, set[tuple[str, str]]] = {}
    for cell in before:
        key = cell.owed.commitment, cell.owed.member
        row, status = rows[key], cell.entry.status if cell.entry else ""
        now = row["entry"]["status"] if row["entry"] else ""
        assert row["before"] == status
        assert row["change"] == change_by_hand(status, now)
        changed.setdefault(row["change"], set()).add(key)
    counts = facts["figures"]["overall"]["changes"]
    names = {"up": "moved_up", "down": "moved_down"}
    assert counts == {change: len(changed.get(change, ())) for change in counts}
    for change in ("up", "down", "new", "gone", "other"):
        listed = facts["lists"][names.get(change, change)]
        found = {(cell["commitment"], cell["member"]) for cell in listed}
        assert found == changed.get(change, set())
        assert len(found) == len(listed)


def ends_of(reference, audience, known_at):
    """Return whether each entry ends in a withdrawal, by steps that may be read."""
    readable = HANDLINGS[: HANDLINGS.index(audience) + 1]
    next_of = {
        entry.supersedes: entry
        for entry in reference.entries.values()
        if entry.supersedes and entry.published_at and entry.published_at <= known_at
    }

    def ends_withdrawn(entry):
        step = next_of.get(entry.id)
        if step is None or step.handling not in readable:
            return step is None and entry.kind == "withdrawal"
        return ends_withdrawn(step)

    return {
        entry.id: ends_withdrawn(entry)
        for entry in reference.entries.values()
        if entry.handling in readable
    }


def check_since(snapshot, reference, at, known_at):
    facts = snapshot["facts"]
    audience = facts["audience"]
    [plan] = {owed.plan for owed in reference.owed.values()}
    before = reference.cells_for_audience(audience, plan, at=at, known_at=known_at)
    check_changes(snapshot, before)
    reported_at = datetime.fromisoformat(snapshot["envelope"]["known_at"]["iso"])
    ends = ends_of(reference, audience, reported_at)
    for cell in before:
        row = rows_of(snapshot)[cell.owed.commitment, cell.owed.member]
        is_gone = row["change"] == "gone"
        assert row["is_withdrawn"] == (is_gone and ends[cell.entry.id])


def check_sums(snapshot):
    """The figures of each way to cut the report add up to those of the whole."""
    figures, rows = snapshot["facts"]["figures"], rows_of(snapshot)
    overall = figures["overall"]
    assert sum(overall["parts"].values()) == overall["cells"] == len(rows)
    assert sum(overall["before"].values()) == overall["cells"]
    for cut in ("actions", "members", "commitments"):
        for name in ("parts", "in_all", "changes", "before"):
            for key, number in overall[name].items():
                assert sum(row[name][key] for row in figures[cut]) == number
        for name in ("at_risk", "at_risk_in_all", "overdue", "cells"):
            assert sum(row[name] for row in figures[cut]) == overall[name]
    for area in figures["sub_areas"]:
        inside = [
            row
            for row in figures["commitments"]
            if row["code"].startswith(f"{area['code']}.")
        ]
        for name in ("at_risk", "overdue", "cells"):
            assert sum(row[name] for row in inside) == area[name]
        assert area["changes"] == {
            change: sum(row["changes"][change] for row in inside)
            for change in area["changes"]
        }
    assert len(snapshot["facts"]["lists"]["overdue"]) == overall["overdue"]
    assert len(snapshot["facts"]["lists"]["at_risk"]) == overall["at_risk_in_all"]


def check_reports(history: History, readers) -> None:
    reference, random = Reference.read(), Random(history.now.day)  # noqa: S311
    for audience in Handling:
        for stocktake in (history.latest, None):
            known_at = history.now - random.choice([0, 1, 4, 20]) * 86400 * SECOND
            report = Report(
                plan=history.plan,
                stocktake=stocktake,
                at=known_at.date(),
                known_at=known_at,
                audience=audience,
                requested_at=history.now,
                requested_by=history.coordinator,
            )
            snapshot = build_snapshot(report, ledger_head=None, font_dirs=())
            cells = reference.cells_for_audience(
                audience,
                history.plan.pk,
                at=known_at.date(),
                known_at=known_at,
                stocktake=stocktake.pk if stocktake else None,
            )
            check_figures(snapshot, cells)
            check_rows(snapshot, cells, audience)
            compared = snapshot["facts"]["compared"]
            assert compared is not None
            last = history.earlier
            if compared["stocktake"] != last.slug:
                assert stocktake is None
                last = history.latest
            assert compared["stocktake"] == last.slug
            closed_at = last.closed_at
            assert closed_at is not None
            check_since(snapshot, reference, closed_at.date(), next_second(closed_at))
            check_sums(snapshot)
            assert list(CHECK["findings"](snapshot)) == []
            check_query(readers[audience], snapshot)


@pytest.fixture
def readers(signed_in, coordinator, observer):
    """Who may read a report for this audience, and so repeat its query."""
    presidency, other = signed_in(coordinator), signed_in(observer)
    return {"amber": presidency, "green": other, "clear": other}


def check_reports_of_changes(history: History) -> None:
    """Since days on which much was published or withdrawn."""
    reference = Reference.read()
    for audience in Handling:
        for days in (4, 11, 19, 28, 45, 66, 76):
            since = history.now - days * 86400 * SECOND
            report = Report(
                kind=Report.Kind.CHANGES,
                plan=history.plan,
                at=history.now.date(),
                known_at=history.now,
                since_at=since.date(),
                since_known_at=since,
                audience=audience,
                requested_at=history.now,
                requested_by=history.coordinator,
            )
            snapshot = build_snapshot(report, ledger_head=None, font_dirs=())
            check_since(snapshot, reference, since.date(), since)
            check_sums(snapshot)


def test_a_snapshot_of_many_entries_takes_few_queries(
    make_history, django_assert_max_num_queries
):
    history = make_history(1)
    report = Report(
        plan=history.plan,
        stocktake=history.latest,
        at=history.now.date(),
        known_at=history.now,
        audience="amber",
        requested_at=history.now,
        requested_by=history.coordinator,
    )
    with django_assert_max_num_queries(MOST_QUERIES):
        snapshot = build_snapshot(report, ledger_head=None, font_dirs=())
    assert len(snapshot["facts"]["entries"]) > 5


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_every_number_of_a_report_comes_from_one_reference(seed, make_history, readers):
    history = make_history(seed)
    check_reports(history, readers)
    check_reports_of_changes(history)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 110))
def test_every_number_of_a_report_comes_from_one_reference_at_length(
    seed, make_history, readers
):
    check_reports(make_history(seed), readers)


def test_any_change_of_a_position_a_label_or_a_figure_changes_the_facts(
    make_history, plan, now
):
    history = make_history(1)

    def snapshot_at(known_at, **changes):
        fields = {"audience": "green", "stocktake": history.latest, **changes}
        report = Report(
            plan=plan,
            at=history.now.date(),
            known_at=known_at,
            requested_at=known_at,
            requested_by=history.coordinator,
            **fields,
        )
        return build_snapshot(report, ledger_head=None, font_dirs=())

    first = snapshot_at(history.now - SECOND)
    again = snapshot_at(history.now)
    assert first["envelope"]["id"] != again["envelope"]["id"]
    assert first["envelope"]["known_at"] != again["envelope"]["known_at"]
    assert first["envelope"]["facts_sha256"] == again["envelope"]["facts_sha256"]
    hashes = {hash_of(first["facts"])}
    for changes in ({"audience": "amber"}, {"stocktake": None}):
        hashes.add(hash_of(snapshot_at(history.now, **changes)["facts"]))
    facts = first["facts"]
    facts["labels"]["late"] = "Belated"
    hashes.add(hash_of(facts))
    facts["figures"]["overall"]["at_risk"] += 1
    hashes.add(hash_of(facts))
    next(iter(facts["entries"].values()))["is_at_risk"] ^= True
    hashes.add(hash_of(facts))
    assert len(hashes) == 6
