"""LibreOffice opens a workbook without complaint and reads the same texts."""

import csv
import subprocess
from pathlib import Path

import pytest

from reports.renderers.xlsx import render_xlsx
from tests.progress.sheets.nasty_texts import NASTY
from tests.reports.sample_snapshot import sample_snapshot, with_narratives

pytestmark = pytest.mark.long
DIGEST = "5e" * 32
# Every sheet as a file of its own: commas, quotes, UTF-8, and every text in quotes.
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,false,false,false,-1"


def converted(content: bytes, folder: Path, form: str) -> str:
    """Convert a workbook in this folder, and return what LibreOffice says about it."""
    (folder / "report.xlsx").write_bytes(content)
    command = [
        *("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"),
        *("--convert-to", form, "--outdir", str(folder), str(folder / "report.xlsx")),
    ]
    done = subprocess.run(command, capture_output=True, check=True, timeout=240)
    return done.stderr.decode()


@pytest.fixture(scope="module")
def snapshot():
    """The sample with these texts as narratives. One line end is like the other."""
    texts = [text.replace("\r\n", "\n") for text in NASTY if text]
    return with_narratives(sample_snapshot(), lambda number: texts[number % len(texts)])


def test_libreoffice_reads_every_text_and_number(snapshot, tmp_path):
    complaints = converted(render_xlsx(snapshot, DIGEST), tmp_path, AS_CSV)
    assert "rror" not in complaints
    with (tmp_path / "report-Entries.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = [*csv.reader(file)][2:]
    narrative = head.index(snapshot["facts"]["labels"]["columns"]["narrative"])
    entries = snapshot["facts"]["entries"].values()
    assert [row[narrative] for row in rows] == [one["narrative"] for one in entries]
    names = {path.stem.partition("-")[2] for path in tmp_path.glob("report-*.csv")}
    assert names == {
        *["About", "Matrix", "Entries", "Evidence", "Figures", "Changes", "Gaps"]
    }


def test_libreoffice_prints_a_workbook_as_pages(snapshot, tmp_path):
    complaints = converted(render_xlsx(snapshot, DIGEST), tmp_path, "pdf")
    assert "rror" not in complaints
    command = ["pdftotext", "-layout", str(tmp_path / "report.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    pages = text.split("\f")[:-1]
    assert len(pages) > 10
    assert all(page.count("TLP:GREEN") >= 2 for page in pages)
    assert "Status by member" in text
