"""Upload score sheets through the pages, as an assessor does."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from progress.models import AssessmentTable
from tests.progress.assessments.scoring import cell


def download(browser: Client, table: AssessmentTable, ending: str = "xlsx") -> bytes:
    answer = browser.get(f"/assessing/{table.pk}/sheet.{ending}")
    assert answer.status_code == 200
    return answer.content


def upload(
    browser: Client, table: AssessmentTable, content: bytes, name: str = "mine.xlsx"
) -> Any:
    sent = {"files": SimpleUploadedFile(name, content)}
    return browser.post(f"/assessing/{table.pk}/upload/", sent)


def press(browser: Client, url: str, *, act: str = "apply", **chosen: str) -> Any:
    """Press a button of the preview as the page offers it now."""
    page = browser.get(url)
    sent = {"seen": page.context["seen"], "file": page.context["upload"].sha256}
    for one in page.context["shown"]:
        sent[f"version-{one.row.code}"] = str(one.version)
    return browser.post(url, {"act": act, **sent, **chosen})


def score_of(table: AssessmentTable, code: str, member: str) -> str:
    return cell(table, code, member).score
