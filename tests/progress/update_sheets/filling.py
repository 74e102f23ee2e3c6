"""Fill in a downloaded CSV sheet with Python's own module, as a person would."""

import csv
import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from progress.models import Entry

SHEET = "/plans/test-plan/sheet/"
# What makes a new draft in a row.
TEXTS = {"As of": "2017-03-01", "Status": "Limited progress", "Narrative": "New words."}
PREVIEW, REPORT = f"{SHEET}preview/", f"{SHEET}report/"


def download(browser: Client) -> list[list[str]]:
    """Return the lines of the sheet as they are in the file."""
    answer = browser.get(f"{SHEET}?format=csv")
    assert answer.status_code == 200
    return [*csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))]


def filled(lines: list[list[str]], **texts: dict[str, str]) -> bytes:
    """Return the file with these cells: `c1_2_2={"Narrative": "…"}`."""
    headings = next(line for line in lines if "Narrative" in line)
    by_code = {name[1:].replace("_", "."): cells for name, cells in texts.items()}
    for line in lines:
        cells = by_code.get(line[0].split(" ")[0], {}) if line else {}
        for heading, text in cells.items():
            line[headings.index(heading)] = text
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(lines)
    return buffer.getvalue().encode("utf-8-sig")


def line_of(lines: list[list[str]], code: str) -> int:
    """Return the number of a row as a spreadsheet program shows it."""
    found = (
        n for n, line in enumerate(lines, 1) if line and line[0].startswith(f"{code} ")
    )
    return next(found)


def upload(browser: Client, content: bytes, name: str = "mine.csv") -> Any:
    return browser.post(SHEET, {"files": SimpleUploadedFile(name, content)})


def press(browser: Client, **chosen: str) -> Any:
    """Press the button of the preview as the page offers it now."""
    page = browser.get(PREVIEW)
    sent = {name: page.context[name] for name in ("seen",)}
    sent["file"] = page.context["upload"].sha256
    for one in page.context["shown"]:
        if one.row.code:
            sent[f"version-{one.row.code}"] = str(one.version)
    return browser.post(PREVIEW, {"act": "apply", **sent, **chosen})


def narrative_of(draft: Entry) -> str:
    return Entry.objects.get(pk=draft.pk).narrative
