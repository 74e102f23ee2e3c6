"""The pages of the score sheet: download, upload, preview, apply, report, discard."""

import pytest

from progress import limits
from progress.models import Assessment, ScoreSheetUpload
from tests.factories import make_body
from tests.progress.assessment_sheets.sample_score_sheets import (
    as_csv,
    as_xlsx,
    filled,
)
from tests.progress.assessment_sheets.uploading import (
    download,
    press,
    score_of,
    upload,
)
from tests.progress.assessments.scoring import (
    cell,
    make_table,
    release,
    score,
)
from tests.progress.editing import page

pytestmark = pytest.mark.django_db

MATRIX = [["Commitment", "FR", "JP"], ["1.1.1", "0", "n/a"], ["1.2.1", "", "\u22121"]]


@pytest.fixture
def url(browser, table):
    """The page of a file whose changes are still to be applied."""
    return upload(browser, table, as_xlsx(MATRIX))["Location"]


# ---- Download ------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_file_of_a_draft_is_for_no_cache_and_says_that_it_is_a_draft(
    browser, table, ending
):
    answer = browser.get(f"/assessing/{table.pk}/sheet.{ending}")
    assert answer["Cache-Control"] == "private, no-store"
    name = f"draft-university-observatory-test-plan-{table.stocktake.slug}-scores"
    assert f'filename="{name}.{ending}"' in answer["Content-Disposition"]


def test_the_work_page_leads_to_the_sheet(browser, table):
    text = browser.get(f"/assessing/{table.pk}/").text
    for end in ("upload/", "sheet.xlsx", "sheet.csv"):
        assert f"/assessing/{table.pk}/{end}" in text


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_sheet_uploaded_as_it_was_downloaded_changes_nothing(browser, table, ending):
    content = download(browser, table, ending)
    before = list(Assessment.objects.order_by("pk").values())
    url = upload(browser, table, content, f"mine.{ending}")["Location"]
    shown = browser.get(url)
    assert "The sheet changes nothing" in page(shown)
    assert "Apply" not in page(shown)
    cells = Assessment.objects.filter(table=table).count()
    assert len(page(browser.get(f"{url}?show=unchanged")).split("1.1.1")) > 1
    assert shown.context["tabs"][-1]["count"] == cells
    assert list(Assessment.objects.order_by("pk").values()) == before


# ---- Preview and apply ---------------------------------------------------------------


def test_a_matrix_is_previewed_and_then_applied(browser, table, url):
    text = page(browser.get(url))
    assert "3 cells of the table would change." in text
    assert "No score is changed yet." in text
    assert score_of(table, "1.1.1", "FR") == "1"

    report = browser.get(press(browser, url)["Location"])
    assert "3 cells of the table are saved." in page(report)
    assert score_of(table, "1.1.1", "FR") == "0"
    assert cell(table, "1.1.1", "FR").rationale == "A law was adopted."
    assert score_of(table, "1.1.1", "JP") == "not_applicable"
    assert score_of(table, "1.2.1", "JP") == "-1"
    assert score_of(table, "1.2.1", "FR") == ""


def test_each_change_is_shown_from_old_to_new(browser, table, url):
    [change] = [
        one
        for one in browser.get(url).context["shown"]
        if one.row.present.pair == ("1.1.1", "FR")
    ]
    [changed] = change.changes
    assert (changed.change.before, changed.change.after) == ("+1", "0")


def test_every_bad_cell_is_listed_with_its_address_value_and_reason(browser, table):
    rows = [["", "FR", "JP"], ["1.1.1", "-", "<b>2</b>"], ["9.9", "1", "0"]]
    url = upload(browser, table, as_xlsx(rows))["Location"]
    answer = browser.get(url)
    text = page(answer)
    assert "3 errors in the file" in text
    assert "There is a sign without a digit." in text
    assert "&lt;b&gt;2&lt;/b&gt;" in answer.text
    for address in ("B2", "C2", "A3"):
        assert f'<th scope="row">{address}</th>' in answer.text
    assert press(browser, url).status_code == 422
    assert score_of(table, "1.1.1", "FR") == "1"


def test_many_errors_are_listed_page_by_page(browser, table):
    rows = [["", "FR", "JP"], *([f"9.{n}", "1", "0"] for n in range(150))]
    url = upload(browser, table, as_xlsx(rows))["Location"]
    first = browser.get(url)
    assert "150 errors in the file" in page(first)
    assert len(first.context["faults"]) == 20
    named = [
        fault.cell
        for number in (1, 2)
        for fault in browser.get(f"{url}?show=refused&page={number}").context["faults"]
    ]
    assert named == [f"A{line}" for line in range(2, 152)]


def test_a_blank_deletes_nothing_and_the_preview_says_so(browser, table):
    url = upload(browser, table, as_xlsx([["", "FR", "JP"], ["1.1.1", "", "1"]]))
    answer = browser.get(url["Location"])
    assert "1 saved score or text is blank in the sheet" in page(answer)
    blank = browser.get(f"{url['Location']}?show=blank")
    assert "Blank in the sheet, and left as it is saved: Score" in page(blank)
    press(browser, url["Location"])
    assert score_of(table, "1.1.1", "FR") == "1"


def test_a_text_of_scripts_is_shown_as_text(browser, table):
    rows = [
        ["code", "member", "score", "rationale"],
        ["1.1.1", "JP", "1", "<script>alert(1)</script>"],
    ]
    answer = browser.get(upload(browser, table, as_xlsx(rows))["Location"])
    assert "<script>alert" not in answer.text


# ---- Conflicts -----------------------------------------------------------------------


@pytest.fixture
def conflict(browser, table):
    """The page of a sheet with a score that was saved after the download."""
    content = filled(download(browser, table), {(2, "score"): "\u22121"})
    first = Assessment.objects.filter(table=table).in_plan_order()[0]
    pair = first.member_commitment.commitment.code, first.member_code
    score(table, {pair: "0"})
    return upload(browser, table, content)["Location"], pair


def test_a_conflict_is_shown_with_both_values_and_must_be_decided(
    browser, table, conflict
):
    url, pair = conflict
    answer = browser.get(url)
    [shown] = answer.context["shown"]
    assert shown.is_conflict
    assert (shown.changes[0].change.before, shown.changes[0].change.after) == (
        "0",
        "\u22121",
    )
    assert "saved this score on" in page(answer)
    refused = press(browser, url)
    assert refused.status_code == 422
    assert "Choose which score to use." in page(refused)
    assert score_of(table, *pair) == "0"


@pytest.mark.parametrize(("choice", "expected"), [("sheet", "-1"), ("present", "0")])
def test_a_decided_conflict_is_applied(browser, table, conflict, choice, expected):
    url, pair = conflict
    press(browser, url, **{f"choice-{'-'.join(pair)}": choice})
    assert score_of(table, *pair) == expected


def test_a_choice_is_not_of_a_score_that_was_saved_later(browser, table, conflict):
    url, pair = conflict
    chosen = {f"choice-{'-'.join(pair)}": "sheet"}
    press(browser, url, act="keep", **chosen)
    score(table, {pair: "not_applicable"})
    shown = browser.get(url)  # as if the conflict were on another page
    sent = {"seen": shown.context["seen"], "file": shown.context["upload"].sha256}
    answer = browser.post(url, {"act": "apply", **sent})
    assert answer.status_code == 422
    assert "This score was saved after you chose. Choose again." in page(answer)
    assert score_of(table, *pair) == "not_applicable"


def test_a_score_saved_between_preview_and_apply_is_shown_first(browser, table, url):
    shown = browser.get(url)
    score(table, {("1.1.1", "JP"): "1"})
    sent = {"seen": shown.context["seen"], "file": shown.context["upload"].sha256}
    answer = browser.post(url, {"act": "apply", **sent})
    assert answer.status_code == 409
    assert "Scores have changed since you opened this page" in page(answer)
    assert score_of(table, "1.1.1", "JP") == "1"
    press(browser, url)
    assert score_of(table, "1.1.1", "JP") == "not_applicable"


def test_a_score_saved_elsewhere_in_the_table_is_no_matter(browser, table, url):
    shown = browser.get(url)
    score(table, {("2.1", "US"): "1"})
    sent = {"seen": shown.context["seen"], "file": shown.context["upload"].sha256}
    assert browser.post(url, {"act": "apply", **sent}).status_code == 302
    assert score_of(table, "2.1", "US") == "1"


# ---- Twice, and after the release ----------------------------------------------------


def test_a_second_press_does_nothing_and_shows_the_report(browser, table, url):
    shown = browser.get(url)
    sent = {"seen": shown.context["seen"], "file": shown.context["upload"].sha256}
    press(browser, url)
    version = cell(table, "1.1.1", "FR").version
    again = browser.post(url, {"act": "apply", **sent})
    assert again["Location"] == f"{url}report/"
    assert browser.get(url)["Location"] == f"{url}report/"
    assert "The sheet is applied" in page(browser.get(again["Location"]))
    assert cell(table, "1.1.1", "FR").version == version


def test_another_file_in_the_meantime_is_not_applied_unseen(browser, table, url):
    shown = browser.get(url)
    sent = {"seen": shown.context["seen"], "file": shown.context["upload"].sha256}
    upload(browser, table, as_xlsx([["", "FR", "JP"], ["1.1.1", "-1", "-1"]]))
    answer = browser.post(url, {"act": "apply", **sent})
    assert answer.status_code == 409
    assert "You uploaded another file in the meantime" in page(answer)
    assert score_of(table, "1.1.1", "FR") == "1"


def test_after_the_release_nothing_is_applied_and_the_file_is_kept(browser, table, url):
    shown = browser.get(url)
    sent = {"seen": shown.context["seen"], "file": shown.context["upload"].sha256}
    release(table)
    for answer in (browser.get(url), browser.post(url, {"act": "apply", **sent})):
        assert answer.status_code == 409
        text = page(answer)
        assert "Only a draft can be scored by spreadsheet" in text
        assert "The state of the table is “Released”. No score was changed." in text
        assert "was not applied. It is kept until" in text
    assert score_of(table, "1.1.1", "FR") == "1"
    assert ScoreSheetUpload.objects.get().content is not None
    for end in ("upload/", "sheet.xlsx", "sheet.csv"):
        assert browser.get(f"/assessing/{table.pk}/{end}").status_code == 409
    assert upload(browser, table, as_xlsx(MATRIX)).status_code == 409


def test_a_discarded_file_is_gone_and_no_score_is_changed(browser, table, url):
    for _press in range(2):
        answer = browser.post(f"{url}discard/")
        assert answer["Location"] == f"/assessing/{table.pk}/upload/"
    assert not ScoreSheetUpload.objects.exists()
    assert score_of(table, "1.1.1", "FR") == "1"
    assert browser.get(url).status_code == 404


def test_a_file_that_is_no_sheet_does_not_replace_the_one_that_waits(
    browser, table, url
):
    answer = upload(browser, table, b"not,a,sheet", "mine.csv")
    assert answer.status_code == 422
    assert "not a sheet of scores" in page(answer)
    assert ScoreSheetUpload.objects.get().file_name == "mine.xlsx"
    missing = browser.post(f"/assessing/{table.pk}/upload/", {})
    assert missing.status_code == 422
    assert "Choose the file you filled in" in page(missing)


# ---- Other people --------------------------------------------------------------------

ROLES = [
    *("contributor_jp", "officer_jp", "head_jp", "officer_fr", "coordinator"),
    *("second_reviewer", "observer", "administrator", "other_assessor"),
]


@pytest.mark.parametrize("role", ROLES)
def test_nobody_else_finds_the_sheet_of_a_table(role, table, url, signed_in, request):
    other = signed_in(request.getfixturevalue(role))
    base = f"/assessing/{table.pk}/"
    for end in ("sheet.xlsx", "sheet.csv", "upload/"):
        assert other.get(base + end).status_code == 404
    assert upload(other, table, as_xlsx(MATRIX)).status_code == 404
    assert other.get(url).status_code == 404
    assert other.post(url, {"act": "apply"}).status_code == 404
    assert other.post(f"{url}discard/").status_code == 404
    assert ScoreSheetUpload.objects.count() == 1
    assert score_of(table, "1.1.1", "FR") == "1"


def test_a_colleague_of_the_body_does_not_find_the_file(
    table, url, signed_in, make_assessor
):
    other = signed_in(make_assessor())
    assert other.get(url).status_code == 404
    shown = other.get(f"/assessing/{table.pk}/upload/")
    assert shown.status_code == 200
    assert "mine.xlsx" not in page(shown)
    other.post(f"{url}discard/")
    assert ScoreSheetUpload.objects.count() == 1


def test_an_upload_of_another_table_is_not_found(browser, table, url, stocktake):
    other = make_table(make_body("policy-institute"), stocktake)
    upload_id = url.split("/")[-2]
    assert browser.get(f"/assessing/{other.pk}/uploads/{upload_id}/").status_code == 404


# ---- Pages ---------------------------------------------------------------------------


def test_the_pages_ask_the_database_a_few_times_however_much_they_show(
    browser, table, django_assert_max_num_queries
):
    rows = [["code", "member", "score", "rationale"]]
    cells = Assessment.objects.filter(table=table).select_related(
        "member_commitment__commitment"
    )
    for one in cells.in_plan_order():
        code = one.member_commitment.commitment.code
        rows.append([code, one.member_code, "1", "説" * limits.RATIONALE])
    url = upload(browser, table, as_csv(rows), "all.csv")["Location"]
    for address in (url, f"{url}?page=2", f"/assessing/{table.pk}/upload/"):
        with django_assert_max_num_queries(12):
            answer = browser.get(address)
        assert len(answer.content) < 100_000
    assert len(browser.get(url).context["shown"]) == 1
    with django_assert_max_num_queries(12):
        browser.get(f"/assessing/{table.pk}/sheet.xlsx")
    report = browser.get(press(browser, url)["Location"])
    assert len(report.content) < 100_000
