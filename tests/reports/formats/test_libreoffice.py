"""LibreOffice opens every file that people edit, without a complaint, and prints it."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.reports.formats.blocks import fold
from tests.reports.formats.conftest import Compile, Compiled
from tests.reports.formats.vocabulary import fragments_of, letters

pytestmark = [pytest.mark.django_db, pytest.mark.long]

# What LibreOffice calls the filter that opens a format.
FILTERS = {"csv": "CSV:44,34,76,1", "csv-people": "CSV:44,34,76,1"}
# Every sheet as CSV in UTF-8.
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
ENDINGS = {"csv-people": "people.csv"}
REPORTS = {
    "stocktake in English": ("stocktake", "green", "en"),
    "stocktake in French": ("stocktake", "amber", "fr"),
    "member": ("member", "green", "en"),
    "brief": ("brief", "clear", "fr"),
    "changes": ("changes", "green", "en"),
    "gaps": ("gaps", "amber", "fr"),
}

# Each in the two formats that people edit, and one in the others too.
OPENED = [
    *((about, format_) for about in REPORTS for format_ in ("docx", "xlsx")),
    *(("stocktake in English", format_) for format_ in ("html", "csv", "csv-people")),
]


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile of its own, so that no other instance answers."""
    return tmp_path_factory.mktemp("libreoffice")


def converted(
    report: Compiled, format_: str, folder: Path, profile: Path, to: str = "pdf"
) -> list[Path]:
    """Return the files that LibreOffice makes of one. It must not complain."""
    path = folder / f"report.{ENDINGS.get(format_, format_)}"
    path.write_bytes(report.files[format_])
    opened = [f"--infilter={FILTERS[format_]}"] if format_ in FILTERS else []
    done = subprocess.run(
        [
            *("soffice", "--headless", f"-env:UserInstallation={profile.as_uri()}"),
            *(*opened, "--convert-to", to, "--outdir", str(folder / "made"), str(path)),
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "HOME": str(profile), "LANG": "C.UTF-8"},
        timeout=120,
        check=True,
    )
    assert complaints_in(done.stderr) == []
    return sorted((folder / "made").iterdir())


def complaints_in(said: str) -> list[str]:
    """Return what LibreOffice said. It misses Java, which it needs for nothing here."""
    return [line for line in said.splitlines() if line and "java" not in line.lower()]


def text_of(path: Path) -> str:
    done = subprocess.run(
        ["pdftotext", str(path), "-"], capture_output=True, text=True, check=True
    )
    return fold(done.stdout)


def pages_of(path: Path) -> int:
    done = subprocess.run(
        ["pdfinfo", str(path)], capture_output=True, text=True, check=True
    )
    facts = dict(line.split(":", 1) for line in done.stdout.splitlines())
    return int(facts["Pages"])


@pytest.mark.parametrize(("about", "format_"), OPENED)
def test_libreoffice_prints_what_the_record_says(
    compiled: Compile, about: str, format_: str, tmp_path: Path, profile: Path
) -> None:
    report = compiled(*REPORTS[about])
    to = "pdf:writer_web_pdf_Export" if format_ == "html" else "pdf"
    [path] = converted(report, format_, tmp_path, profile, to)
    assert pages_of(path) > 0
    text = letters(text_of(path))
    # CSV has the slug of the plan. The other formats have its title.
    assert letters("test-plan" if format_ == "csv" else "Action Plan for Tests") in text
    kind = report.snapshot["facts"]["kind"]
    if kind in {"gaps", "changes"} or format_ not in {"docx", "xlsx"}:
        return
    for cell, one in report.truth.positions.items():
        for words in lines_of(one.narrative, format_):
            assert letters(words) in text, (cell, words)


def lines_of(typed: str, format_: str) -> list[str]:
    """Return what is printed of a text. From right to left, pdftotext reads otherwise.

    A workbook has the text as it was typed.
    """
    lines = typed.split("\n") if format_ == "xlsx" else fragments_of(typed)
    return [line for line in lines if not re.search("[\u0590-\u07ff]", line)]


@pytest.mark.parametrize("format_", ["xlsx", "csv-people"])
def test_libreoffice_reads_every_cell_as_text(
    compiled: Compile, format_: str, tmp_path: Path, profile: Path
) -> None:
    """As CSV again, the texts are what they were, and none was calculated."""
    report = compiled("stocktake", "green", "en")
    found = converted(report, format_, tmp_path, profile, AS_CSV)
    text = "\n".join(one.read_text() for one in found)
    assert "Err:" not in text
    assert "#NAME?" not in text
    for one in report.truth.positions.values():
        for words in one.words:
            assert letters(words.replace('"', '""')) in letters(text), words
