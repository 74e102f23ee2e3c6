"""Tests of the page of a chart, and of its files."""

from typing import Any

import pytest

from progress.models import Handling, State
from tests.factories import make_entry, member_commitment_of
from tests.progress.reading import html_of, words_of

CHARTS = ("status", "change", "coverage", "days")


@pytest.fixture
def open_chart(plan, stocktake, signed_in):
    """`open_chart(reader, name, query)` is the answer to that reader."""

    def answer(reader, name, query=""):
        return signed_in(reader).get(f"/plans/{plan.slug}/charts/{name}/{query}")

    return answer


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?member=XX", 400),
        ("?by=colour", 400),
        ("?at=2999-01-01", 400),
        ("?member=JP&by=sub_area", 200),
        ("?stocktake=first", 200),
        ("?format=pdf", 200),
    ],
)
def test_what_a_chart_is_asked_for_is_checked(open_chart, observer, query, status):
    assert open_chart(observer, "status", query).status_code == status


def test_what_does_not_exist_is_not_found(open_chart, observer, administrator):
    assert open_chart(observer, "pie").status_code == 404
    assert open_chart(observer, "days", "?stocktake=none").status_code == 404
    assert open_chart(administrator, "status").status_code == 404


def test_a_page_has_the_finding_the_numbers_and_the_files(
    open_chart, reported, coordinator
):
    reported()
    for name in CHARTS:
        answer = open_chart(coordinator, name)
        if name == "change":  # no stocktake has closed yet
            assert "Nothing to show yet" in words_of(answer)
            continue
        html = html_of(answer)
        assert f'role="img" aria-labelledby="chart-{name}-finding"' in html
        assert f'<p id="chart-{name}-finding">' in html
        assert "Show the numbers" in html
        assert "format=csv" in html
        assert "format=svg" in html
        assert "style=" not in html


@pytest.mark.parametrize(
    ("reader", "counted", "mark"),
    [
        ("coordinator", 2, "TLP:AMBER"),
        ("officer_jp", 2, "TLP:AMBER"),
        ("officer_fr", 1, "TLP:GREEN"),
        ("observer", 1, "TLP:GREEN"),
    ],
)
def test_files_count_for_their_reader_and_say_who_may_read_them(
    request, open_chart, reported, plan, stocktake, officer_jp, reader, counted, mark
):
    reported()
    other = member_commitment_of(plan, "2.1", "JP")
    fields: dict[str, Any] = {"state": State.PUBLISHED, "handling": Handling.AMBER}
    make_entry(other, by=officer_jp, stocktake=stocktake, **fields)
    person = request.getfixturevalue(reader)
    csv = html_of(open_chart(person, "days", "?format=csv"))
    assert f"Handling,{mark}" in csv
    assert csv.splitlines()[-1].split(",")[1] == str(counted)
    svg = open_chart(person, "status", "?format=svg")
    assert svg["Content-Type"].startswith("image/svg+xml")
    assert svg["Content-Disposition"].startswith("attachment")
    assert f"Handling: {mark}" in html_of(svg)
    assert f"cover {counted} of 32 positions" in html_of(svg)
