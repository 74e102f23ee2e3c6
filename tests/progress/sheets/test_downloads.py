"""Tests of the files that pages offer: what is in them, their marks and their names."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from progress.models import State
from progress.positions import downloads
from progress.views import downloads as views
from tests.factories import make_entry, member_commitment_of
from tests.progress.reading import words_of
from tests.progress.sheets.downloading import (
    MATRIX,
    STOCKTAKE,
    about,
    lines_of,
    rows,
    sheets_of,
)
from tests.progress.sheets.nasty_texts import NASTY


@pytest.fixture
def download(signed_in):
    """`download(reader, "/matrix/?format=csv")` returns the lines of a CSV."""
    return lambda reader, url: lines_of(signed_in(reader).get(url))


# ---- What is in a file ---------------------------------------------------------------


def test_a_matrix_has_a_row_for_each_commitment_and_a_column_for_each_member(
    download, officer_fr, reported
):
    reported(is_at_risk=True)
    found = {
        row["Commitment"]: row
        for row in rows(download(officer_fr, f"{MATRIX}?format=csv"))
    }
    assert list(found) == ["1.1.1", "1.2.1", "1.2.2", "2.1"]
    assert found["1.2.2"]["Japan"] == "Substantial progress, at risk"
    assert found["1.2.2"]["Action"] == "1"
    assert found["1.1.1"]["Japan"] == "No released entry"


def test_an_entry_from_before_the_stocktake_is_marked(download, officer_fr, reported):
    reported(stocktake=None)
    [row] = [
        row for row in rows(download(officer_fr, f"{MATRIX}?format=csv"))
        if row["Commitment"] == "1.2.2"
    ]  # fmt: skip
    assert row["Japan"] == "Substantial progress, no update"


def test_a_file_says_what_was_asked_for(download, officer_fr, plan, reported, now):
    url = f"{MATRIX}?action=1&member=JP&member=FR&status=substantial&other=x&format=csv"
    said = about(download(officer_fr, url))
    today = now.date().isoformat()
    assert said.pop("As known at").startswith(today)
    assert said == {
        "Handling": "TLP:GREEN",
        "Table": "Matrix",
        "Plan": plan.title,
        "Position as of": today,
        "Stocktake": "Stocktake first",
        "Action": "1 CT Measures",
        "Status": "Substantial progress",
        "Members": "Japan, France",
        "Illustrative data": "The entries in it are invented.",
        "Query": "/matrix/?action=1&member=JP&member=FR&status=substantial",
    }


def test_real_data_are_not_called_illustrative(
    download, officer_fr, plan, now, monkeypatch
):
    monkeypatch.setattr(views, "database_clock", lambda: (now, False))
    said = about(download(officer_fr, f"{MATRIX}?format=csv"))
    assert "Illustrative data" not in said


def test_a_file_has_what_the_filters_leave(download, officer_fr, plan, reported):
    reported()
    url = f"{MATRIX}?action=1&member=JP&status=substantial&format="
    [row] = rows(download(officer_fr, f"{url}csv"))
    assert [*row][4:] == ["Japan"]
    assert row["Commitment"] == "1.2.2"
    [entry] = rows(download(officer_fr, f"{url}entries-csv"))
    assert (entry["Commitment"], entry["Member code"]) == ("1.2.2", "JP")


def test_entries_of_another_status_are_left_out(
    download, officer_fr, plan, stocktake, reported
):
    reported()
    theirs = member_commitment_of(plan, "1.2.2", "FR")
    make_entry(
        theirs,
        by=officer_fr,
        state=State.PUBLISHED,
        stocktake=stocktake,
        status="limited",
    )
    url = f"{MATRIX}?status=substantial&format=entries-csv"
    assert [row["Member code"] for row in rows(download(officer_fr, url))] == ["JP"]


def test_without_results_a_file_has_its_headings(download, officer_fr, plan, stocktake):
    for ending, first in (("csv", "Action"), ("entries-csv", "Commitment")):
        url = f"{MATRIX}?status=implemented&format={ending}"
        lines = download(officer_fr, url)
        assert lines[-2] == []
        assert lines[-1][0] == first
        assert about(lines)["Handling"] == "TLP:GREEN"


def test_entries_have_all_their_words(download, officer_fr, officer_jp, reported, now):
    entry = reported(
        narrative="- one\n- two",
        next_steps="=1+1",
        obstacles="+ none",
        is_at_risk=True,
        language="ja",
        evidence=2,
    )
    [row] = rows(download(officer_fr, f"{MATRIX}?format=entries-csv"))
    evidence = row.pop("Evidence")
    assert len(evidence.splitlines()) == 2
    assert row == {
        "Commitment": "1.2.2",
        "Short title": entry.member_commitment.commitment.short_title,
        "Member code": "JP",
        "Member": "Japan",
        "Status": "Substantial progress",
        "At risk": "yes",
        "Entry as of": entry.as_of.isoformat(),
        "State": "Published",
        "Kind": "",
        "Published": entry.published_at.date().isoformat(),
        "Late": "",
        "Handling": "TLP:GREEN",
        "Language": "ja",
        "Narrative": "- one\n- two",
        "Next steps": "=1+1",
        "Obstacles": "+ none",
        "Stocktake": "Stocktake first",
        "Entry": str(entry.pk),
    }


def test_every_text_reads_back_equal(download, signed_in, officer_fr, reported):
    text = "\n".join(one for one in NASTY if "\r" not in one and len(one) < 100)
    reported(narrative=f"={text}")
    [row] = rows(download(officer_fr, f"{MATRIX}?format=entries-csv"))
    assert row["Narrative"] == f"={text}"
    _about, [headings, [*cells]] = sheets_of(
        signed_in(officer_fr).get(f"{MATRIX}?format=entries-xlsx")
    )
    assert cells[headings.index("Narrative")] == f"={text}"


@pytest.mark.parametrize("what", ["", "entries-"])
def test_a_workbook_says_the_same(signed_in, officer_fr, reported, what):
    reported()
    browser = signed_in(officer_fr)
    lines = lines_of(browser.get(f"{MATRIX}?format={what}csv"))
    said, table = sheets_of(browser.get(f"{MATRIX}?format={what}xlsx"))
    said, expected = dict(said), about(lines)
    assert said.pop("As known at")[:10] == expected.pop("As known at")[:10]
    assert said == expected
    assert table == lines[lines.index([]) + 1 :]


# ---- Names, links and limits ---------------------------------------------------------


def test_the_name_of_a_file_says_what_was_asked_for(signed_in, officer_fr, plan, now):
    url = f"{MATRIX}?action=1&member=JP&member=FR&format=xlsx"
    answer = signed_in(officer_fr).get(url)
    day = now.date().isoformat()
    assert answer["Content-Disposition"] == (
        f'attachment; filename="TLP-GREEN-matrix-test-plan-{day}-1-JP-FR.xlsx"'
    )
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_pages_offer_their_files(signed_in, coordinator, plan, waiting):
    browser = signed_in(coordinator)
    for url, formats in (
        (f"{MATRIX}?action=1", ("csv", "xlsx", "entries-csv", "entries-xlsx")),
        ("/review/?member=JP&page=1", ("csv", "xlsx")),
        (STOCKTAKE, ("csv", "xlsx")),
    ):
        page = browser.get(url)
        kept = page.wsgi_request.GET.copy()
        kept.pop("page", None)
        for one in formats:
            kept["format"] = one
            query = kept.urlencode().replace("&", "&amp;")
            assert f'href="?{query}"' in page.content.decode()
            answer = browser.get(f"{page.wsgi_request.path}?{kept.urlencode()}")
            assert "attachment" in answer["Content-Disposition"]


def test_a_table_that_is_too_long_for_a_workbook_is_refused(
    signed_in, officer_fr, reported, monkeypatch
):
    reported()
    monkeypatch.setattr(views, "MOST_WORKBOOK_ROWS", 0)
    browser = signed_in(officer_fr)
    answer = browser.get(f"{MATRIX}?member=JP&format=entries-xlsx")
    assert answer.status_code == 422
    assert "It has 1 row" in words_of(answer)
    assert 'href="?member=JP&amp;format=entries-csv"' in answer.content.decode()
    assert len(rows(lines_of(browser.get(f"{MATRIX}?format=entries-csv")))) == 1


def test_entries_are_read_a_few_at_a_time_while_the_file_is_sent(
    signed_in, officer_fr, officer_jp, plan, reported, stocktake, monkeypatch
):
    reported()
    for code in ("1.1.1", "1.2.1"):
        row = member_commitment_of(plan, code, "JP")
        make_entry(row, by=officer_jp, state=State.PUBLISHED, stocktake=stocktake)
    monkeypatch.setattr(downloads, "ENTRIES_AT_A_TIME", 1)
    answer = signed_in(officer_fr).get(f"{MATRIX}?format=entries-csv")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        lines = lines_of(answer)
    assert [row["Commitment"] for row in rows(lines)] == ["1.1.1", "1.2.1", "1.2.2"]
    reads = [query for query in queries if "narrative" in query["sql"]]
    assert len(reads) == 3


def test_a_page_that_cannot_be_shown_sends_no_file(signed_in, officer_fr, plan):
    answer = signed_in(officer_fr).get(f"{MATRIX}?action=9&format=csv")
    assert answer.status_code == 400
    assert "Content-Disposition" not in answer


@pytest.mark.parametrize("asked", ["", "pdf", "entries-", "x-csv", "csv-entries"])
def test_another_format_is_the_page(signed_in, officer_fr, plan, asked):
    answer = signed_in(officer_fr).get(f"{MATRIX}?format={asked}")
    assert answer["Content-Type"].startswith("text/html")


def test_an_administrator_reads_no_entries_in_a_file_either(
    signed_in, administrator, plan
):
    answer = signed_in(administrator).get(f"{MATRIX}?format=entries-csv")
    assert "Content-Disposition" not in answer


def test_a_look_back_is_a_look_back_in_the_file(download, officer_fr, reported, now):
    day = now.date() - timedelta(days=2)  # the entry is some hours old: before those
    reported()
    lines = download(officer_fr, f"{MATRIX}?at={day}&format=entries-csv")
    assert about(lines)["Position as of"] == day.isoformat()
    assert rows(lines) == []
