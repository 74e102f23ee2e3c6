"""The pages of the score sheet: download, upload, preview, apply, report, discard."""

import pytest

from progress.models import Assessment
from tests.progress.assessment_sheets.sample_score_sheets import as_xlsx
from tests.progress.assessment_sheets.uploading import (
    download,
    press,
    score_of,
    upload,
)
from tests.progress.editing import page

pytestmark = pytest.mark.django_db

MATRIX = [["Commitment", "FR", "JP"], ["1.1.1", "0", "n/a"], ["1.2.1", "", "\u22121"]]


def test_a_matrix_is_previewed_and_then_applied(browser, table):
    answer = upload(browser, table, as_xlsx(MATRIX))
    url = answer["Location"]
    shown = browser.get(url)
    text = page(shown)
    assert "3 cells of the table would change." in text
    assert "No score is changed yet." in text
    assert score_of(table, "1.1.1", "FR") == "1"

    report = browser.get(press(browser, url)["Location"])
    assert "3 cells of the table are saved." in page(report)
    assert score_of(table, "1.1.1", "FR") == "0"
    assert score_of(table, "1.1.1", "JP") == "not_applicable"
    assert score_of(table, "1.2.1", "JP") == "-1"
    assert score_of(table, "1.2.1", "FR") == ""


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_sheet_uploaded_as_it_was_downloaded_changes_nothing(browser, table, ending):
    content = download(browser, table, ending)
    before = list(Assessment.objects.order_by("pk").values())
    url = upload(browser, table, content, f"mine.{ending}")["Location"]
    assert "The sheet changes nothing" in page(browser.get(url))
    assert list(Assessment.objects.order_by("pk").values()) == before
