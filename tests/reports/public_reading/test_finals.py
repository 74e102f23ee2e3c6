"""Tests of final reports that anyone may read: each entry in them is public."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from accounts.dates import next_second
from progress.models import Entry, Handling
from reports.models import Report
from reports.public_reading.finals import entries_behind, public_finals
from reports.snapshot.builder import build_facts
from tests.leaks.addresses import routes
from tests.progress.public_reading.opening import agree, make_clear, make_public_reading
from tests.progress.public_reading.test_pages import assert_public
from tests.reports.circulation.circulated_reports import make_draft, make_final

LIST = "/public/reports/"
DAY = timedelta(days=1)


@pytest.fixture
def reading(members):
    return make_public_reading()


@pytest.fixture
def entry(plan) -> Entry:
    return make_clear(plan)


@pytest.fixture
def older(plan) -> Entry:
    """A clear entry from before the start. No head has agreed to it."""
    return make_clear(plan, code="2.1", published_at=datetime.now(UTC) - 9 * DAY)


@pytest.fixture
def final(plan, coordinator):
    """`final()`: a final report of what is published, as its worker leaves it."""

    def final(audience: str = Handling.CLEAR, number: int = 1, **fields) -> Report:
        known_at = next_second(datetime.now(UTC))
        fields = {"audience": audience, "known_at": known_at, **fields}
        facts = build_facts(
            Report(plan=plan, at=known_at.date(), requested_by=coordinator, **fields)
        )
        snapshot = {"schema": 7, "facts": facts, "envelope": {}}
        draft = make_draft(
            plan, coordinator, number=number, snapshot=snapshot, **fields
        )
        return make_final(draft)

    return final


def file_of(report: Report) -> str:
    return f"{LIST}{report.pk}/files/pdf/"


def get(path: str, **headers: str):
    return Client().get(path, headers=headers)


def is_public(report: Report) -> bool:
    """Whether it is listed and served. Both must say the same."""
    is_served = bool(get(file_of(report)).status_code == 200)
    assert (f"report-{report.pk}" in get(LIST).text) == is_served
    return is_served


def test_a_final_report_of_public_entries_is_listed_with_its_files(
    reading, entry, final
):
    report = final()
    page = get(LIST)
    assert f'href="{file_of(report)}"' in page.text
    assert "Stocktake report: Action Plan for Tests" in page.text
    answer = get(file_of(report))
    assert answer.content == b"%PDF"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_it_shows_no_person_and_nothing_of_the_workflow(reading, entry, final):
    final()
    text = get(LIST).text
    for word in ("Person ", "Coordinator", "@", "TLP:", "draft", "Circulated"):
        assert word not in text


def test_a_report_is_public_only_while_its_older_entries_are(reading, older, final):
    """Rule 4 for the public: a head of each member agrees to each older entry."""
    report = final()
    assert not is_public(report)
    agreement = agree(older)
    assert is_public(report)
    agreement.withdrawn_at = datetime.now(UTC)
    agreement.withdrawn_by = agreement.agreed_by
    agreement.save()
    assert not is_public(report)


def test_one_entry_that_is_not_public_is_enough(reading, older, entry, final):
    report = final()
    assert entries_behind(report) == {entry.pk, older.pk}
    assert not is_public(report)


@pytest.mark.parametrize("kind", ["correction", "withdrawal"])
@pytest.mark.parametrize("handling", [Handling.CLEAR, Handling.AMBER])
def test_a_corrected_or_withdrawn_entry_takes_the_report_away(
    reading, plan, entry, final, kind, handling
):
    report = final()
    tag = get(file_of(report)).headers["ETag"]
    assert is_public(report)
    make_clear(
        plan, kind=kind, supersedes=entry, reason="Because.", handling=handling,
        published_at=datetime.now(UTC) - timedelta(seconds=1),
    )  # fmt: skip
    assert not is_public(report)
    assert get(file_of(report), **{"If-None-Match": tag}).status_code == 404


def test_an_entry_from_which_it_says_what_changed_counts_too(reading, plan, final):
    """The words of the earlier entry are not in the report. Its status is."""
    earlier = make_clear(
        plan, as_of=date(2016, 6, 1), published_at=datetime.now(UTC) - 9 * DAY,
        status="limited",
    )  # fmt: skip
    entry = make_clear(plan)
    since = datetime.now(UTC).replace(microsecond=0) - 8 * DAY
    report = final(kind="changes", since_at=since.date(), since_known_at=since)
    assert entries_behind(report) == {entry.pk, earlier.pk}
    assert not is_public(report)
    agree(earlier)
    assert is_public(report)


def test_a_report_that_says_that_an_entry_was_withdrawn_is_not_public(entry, final):
    report = final()
    assert entries_behind(report) == {entry.pk}
    facts = report.snapshot["facts"]
    row = facts["actions"][0]["sub_areas"][0]["commitments"][0]["positions"][0]
    row["is_withdrawn"] = True
    assert entries_behind(report) is None
    report.snapshot = {}
    assert entries_behind(report) is None


def test_no_other_report_is_public(reading, plan, entry, final, coordinator):
    green = final(audience=Handling.GREEN)
    clear = final(layout="compact")
    assert clear.final_of is not None
    for report in (green, clear.final_of):
        assert not is_public(report)
    assert is_public(clear)


def test_while_public_reading_is_off_there_is_no_report(plan, entry, final):
    report = final()
    paths = (LIST, file_of(report), f"{LIST}{report.pk}/files/manifest/")
    make_public_reading(started=-DAY)
    missing = get("/public/nothing/")
    for path in paths:
        answer = get(path)
        assert (answer.status_code, answer.content) == (404, missing.content)


def test_of_one_line_the_newest_is_listed(reading, entry, final):
    first = final()
    second = final(number=2)
    page = get(LIST).text
    assert f"report-{second.pk}" in page
    assert f"report-{first.pk}" not in page


def test_the_headers_are_those_of_public_pages(reading, entry, final, head_jp):
    report = final()
    for path in (LIST, file_of(report)):
        client = Client()
        answer = client.get(path)
        assert_public(answer)
        client.force_login(head_jp)
        again = client.get(path)
        assert again.content == answer.content
        tag = answer.headers["ETag"]
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_every_route_is_tried_here():
    found = {
        route.replace("<uuid:pk>", "1").replace("<slug:file_format>", "pdf")
        for route, _pattern in routes(get_resolver().url_patterns)
        if route.startswith("public/reports/")
    }
    assert found == {
        "public/reports/",
        "public/reports/1/files/pdf/",
        "public/reports/1/files/manifest/",
    }


def test_the_number_of_queries_is_the_same_for_two_reports(reading, entry, final):
    def queries() -> int:
        with CaptureQueriesContext(connections["default"]) as captured:
            assert public_finals(reading.starts_at, datetime.now(UTC))
        return len(captured)

    final()
    one = queries()
    final(layout="compact")
    assert queries() == one
