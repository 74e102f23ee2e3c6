"""Tests of the pages of the update sheet: upload, preview, apply, report, discard."""

import re

import pytest
from django.test import Client

from accounts.models import Role
from progress.models import Entry, SheetUpload
from tests.factories import make_user
from tests.progress.reading import html_of, words_of
from tests.progress.update_sheets.filling import (
    PREVIEW,
    REPORT,
    SHEET,
    TEXTS,
    download,
    filled,
    line_of,
    narrative_of,
    press,
    upload,
)

# ---- The page ------------------------------------------------------------------------


def test_the_page_offers_both_files_and_says_what_it_holds(browser, draft):
    words = words_of(browser.get(SHEET))
    assert "It has 4 commitments that you can update." in words
    for ending in ("xlsx", "csv"):
        answer = browser.get(f"{SHEET}?format={ending}")
        assert f'.{ending}"' in answer.headers["Content-Disposition"]
        assert "no-store" in answer.headers["Cache-Control"]


def test_a_contributor_gets_the_commitments_assigned_to_them(signed_in, contributor_jp):
    browser = signed_in(contributor_jp)
    assert "It has 1 commitment that you can update." in words_of(browser.get(SHEET))
    lines = download(browser)
    assert [line[0][:5] for line in lines if line and line[0][:2] in {"1.", "2."}] == [
        "1.2.2"
    ]


def test_a_contributor_without_commitments_reads_why_there_is_no_file(
    signed_in, plan, members
):
    browser = signed_in(make_user(Role.CONTRIBUTOR, member="JP"))
    assert "No commitment is assigned to you" in words_of(browser.get(SHEET))
    assert "attachment" not in browser.get(f"{SHEET}?format=csv").headers.get(
        "Content-Disposition", ""
    )


def test_the_task_list_leads_to_the_page(browser):
    assert f'href="{SHEET}"' in html_of(browser.get("/tasks/"))


# ---- Upload --------------------------------------------------------------------------


def test_an_upload_leads_to_its_preview_and_changes_nothing(browser, draft):
    content = filled(download(browser), c1_2_2={"Narrative": "New words are here."})
    answer = upload(browser, content)
    assert answer.headers["Location"] == PREVIEW
    page = browser.get(PREVIEW)
    assert "1 row would change an entry." in words_of(page)
    assert re.search(r"<ins>.*?New.*?</ins>", html_of(page))
    assert re.search(r"<del>.*?Old.*?</del>", html_of(page))
    assert narrative_of(draft) == "Old words are here."
    assert "mine.csv" in words_of(browser.get(SHEET))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("mine.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xlsx"),
        ("mine.csv", b"", "empty"),
        ("mine.csv", b"nothing,known\r\n1,2\r\n", "heading"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_and_the_earlier_one_stays(
    browser, name, content, sentence
):
    upload(browser, filled(download(browser), c2_1=TEXTS))
    answer = upload(browser, content, name)
    assert answer.status_code == 422
    assert sentence in words_of(answer).lower()
    assert SheetUpload.objects.get().file_name == "mine.csv"
    assert "1 row would change" in words_of(browser.get(PREVIEW))


def test_no_file_is_no_upload(browser):
    answer = browser.post(SHEET, {})
    assert answer.status_code == 422
    assert "Choose the file you filled in" in words_of(answer)
    assert not SheetUpload.objects.exists()


@pytest.mark.long
def test_a_file_of_more_than_20_mb_is_refused(browser):
    answer = upload(browser, b"x" * (20 * 1024 * 1024 + 1))
    assert answer.status_code == 422
    assert "larger than 20 MB" in words_of(answer)


def test_who_was_signed_out_reads_that_the_file_is_not_kept(client, plan):
    answer = upload(client, b"rows")
    assert answer.status_code == 403
    assert "The file was not kept" in words_of(answer)
    assert f"next={SHEET}" in html_of(answer)
    assert not SheetUpload.objects.exists()


def test_who_signed_in_again_reads_that_the_file_is_not_kept(officer_jp, plan):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(officer_jp)
    answer = upload(browser, b"rows")
    assert answer.status_code == 403
    assert "You have signed in again" in words_of(answer)
    assert not SheetUpload.objects.exists()


# ---- The preview ---------------------------------------------------------------------


def test_every_error_is_shown_by_row_and_column_and_nothing_can_be_applied(browser):
    lines = download(browser)
    bad = {"As of": "yesterday", "Status": "Superb", "Narrative": "Words."}
    upload(browser, filled(lines, c1_2_2=bad, c2_1={"Narrative": "No day."}))
    page = browser.get(PREVIEW)
    words = words_of(page)
    first, second = line_of(lines, "1.2.2"), line_of(lines, "2.1")
    for place in (
        f"Row {first}, 1.2.2, column “As of”:",
        f"Row {first}, 1.2.2, column “Status”:",
        f"Row {second}, 2.1, column “As of”:",
    ):
        assert place in words
    for line in (first, second):
        assert f'href="#row-{line}"' in html_of(page)
    assert 'value="apply"' not in html_of(page)
    assert press(browser).status_code == 422
    assert not Entry.objects.exists()


def test_rows_that_need_a_person_come_first_and_counts_lead_to_them(browser, draft):
    upload(
        browser, filled(download(browser), c1_1_1={"Narrative": "No day."}, c2_1=TEXTS)
    )
    page = browser.get(PREVIEW)
    assert [one.row.code for one in page.context["shown"]][:2] == ["1.1.1", "2.1"]
    tabs = {str(tab["label"]): tab["count"] for tab in page.context["tabs"]}
    assert tabs == {"To check": 2, "Errors": 1, "New drafts": 1, "Unchanged": 2}
    shown = browser.get(f"{PREVIEW}?show=new").context["shown"]
    assert [one.row.code for one in shown] == ["2.1"]


@pytest.mark.long
def test_ten_thousand_rows_come_in_pages_and_the_errors_first(browser):
    lines = download(browser)
    strange = [["9.9.9 Unknown", *[""] * (len(lines[-1]) - 2), "no key"]] * 9_996
    upload(browser, filled([*lines, *strange], c2_1=TEXTS))
    page = browser.get(PREVIEW)
    assert "9996 errors in the file" in words_of(page)
    assert {one.row.outcome for one in page.context["shown"]} == {"refused"}
    assert page.context["page"].paginator.num_pages == 200
    assert len(page.content) < 200_000
    last = browser.get(f"{PREVIEW}?page=200")
    assert last.context["shown"][-1].row.code == "2.1"


def test_a_sheet_that_changes_nothing_says_so(browser, draft):
    upload(browser, filled(download(browser)))
    page = browser.get(PREVIEW)
    assert "The sheet changes nothing" in words_of(page)
    assert 'value="apply"' not in html_of(page)
    answer = press(browser)
    assert answer.status_code == 422
    assert "Nothing was applied" in words_of(answer)


@pytest.mark.long
def test_a_lower_handling_label_is_ticked_apart(browser, draft):
    upload(browser, filled(download(browser), c1_2_2={"Handling": "TLP:CLEAR"}))
    assert "More people may read 1.2.2" in words_of(browser.get(PREVIEW))
    answer = press(browser)
    assert answer.status_code == 422
    assert "Confirm the lower handling label" in words_of(answer)
    assert Entry.objects.get().handling == "green"
    assert press(browser, **{"lowered-1.2.2": "1"}).status_code == 302
    assert Entry.objects.get().handling == "clear"


# ---- Discard -------------------------------------------------------------------------


def test_a_discarded_file_is_gone_and_no_entry_is_changed(browser, draft):
    upload(browser, filled(download(browser), c1_2_2={"Narrative": "New."}))
    for _press in range(2):
        answer = browser.post(f"{SHEET}discard/")
        assert answer.headers["Location"] == SHEET
    assert not SheetUpload.objects.exists()
    assert narrative_of(draft) == "Old words are here."
    assert browser.get(PREVIEW).headers["Location"] == SHEET
    assert browser.get(REPORT).headers["Location"] == SHEET


# ---- Other people --------------------------------------------------------------------


def test_another_person_of_the_delegation_finds_nothing_of_a_file(
    browser, draft, signed_in, head_jp
):
    upload(browser, filled(download(browser), c2_1=TEXTS), "our plan for Tokyo.csv")
    other = signed_in(head_jp)
    assert "Tokyo" not in html_of(other.get(SHEET))
    for page in (PREVIEW, REPORT):
        assert other.get(page).headers["Location"] == SHEET
    other.post(f"{SHEET}discard/")
    assert SheetUpload.objects.exists()


def test_a_row_of_another_member_reads_as_an_unknown_one(
    signed_in, browser, officer_fr
):
    theirs = filled(download(signed_in(officer_fr)), c1_2_2=TEXTS)
    upload(browser, theirs)
    words = words_of(browser.get(PREVIEW))
    invented = theirs.replace(b"FR", b"XX")
    upload(browser, invented)
    assert words == words_of(browser.get(PREVIEW)).replace("XX", "FR")
    assert "1.2.2" not in words


def test_a_head_reads_that_they_cannot_clear_what_they_apply(
    signed_in, head_jp, stocktake
):
    browser = signed_in(head_jp)
    upload(browser, filled(download(browser), c2_1=TEXTS))
    assert "You cannot clear what you write yourself" in words_of(browser.get(PREVIEW))
