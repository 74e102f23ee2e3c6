"""Tests of the PDF's bytes: always the same for a snapshot, and valid for tools."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils.translation import override

from reports.kinds import KINDS
from reports.languages import LANGUAGES
from reports.renderers.fonts import FONT_DIRS
from reports.renderers.pdf import render_pdf
from tests.reports.checking.true_snapshots import true_snapshot
from tests.reports.sample_parts import SHA256
from tests.reports.sample_snapshot import (
    sample_snapshot,
)

ROOT = Path(__file__).parents[3]
# Reads a snapshot on its input and writes the PDF: no database, no settings, no clock.
RENDER = f"""\
import json, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[3])!r})
from reports.renderers.pdf import render_pdf
font_dirs = [Path(name) for name in sys.argv[1:]]
rendered = render_pdf(json.load(sys.stdin), "{SHA256}", font_dirs=font_dirs)
sys.stdout.buffer.write(rendered.content)
"""


def render_elsewhere(
    snapshot: str, font_dirs, cwd: Path = ROOT, umask: int = -1, **environment: str
) -> bytes:
    return subprocess.run(
        [sys.executable, "-c", RENDER, *map(str, font_dirs)],
        cwd=cwd,
        umask=umask,
        env={"PATH": os.environ["PATH"], **environment},
        input=snapshot.encode(),
        capture_output=True,
        check=True,
    ).stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "font_dirs",
    [
        pytest.param((), id="no fonts"),
        pytest.param(FONT_DIRS, id="at hand", marks=pytest.mark.long),
    ],
)
def test_fresh_processes_give_the_same_bytes_whatever_their_environment(font_dirs):
    snapshot = json.dumps(sample_snapshot(font_dirs))
    digests = {
        hashlib.sha256(
            render_elsewhere(snapshot, font_dirs, ROOT, -1, **environment)
        ).hexdigest()
        for environment in (
            {"TZ": "Asia/Tokyo", "LANG": "ja_JP.UTF-8", "PYTHONHASHSEED": "1"},
            {"TZ": "America/New_York", "LANG": "C", "PYTHONHASHSEED": "4242"},
        )
    }
    assert len(digests) == 1


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_the_same_bytes_in_two_fresh_processes(kind, language, tmp_path):
    """They have no database, so they can read no file that is stored there."""
    scope = {"member": {"member": "JP"}, "brief": {"action": "2"}}.get(kind)
    audience = "amber" if kind == "gaps" else "green"
    with override(language):
        snapshot = true_snapshot(kind, audience=audience, scope=scope)
    snapshot["facts"]["language"] = language
    text = json.dumps(snapshot)
    first = render_elsewhere(
        text, (), umask=0o077, TZ="Asia/Tokyo", LANG="ja_JP.UTF-8", PYTHONHASHSEED="1"
    )
    second = render_elsewhere(
        text, (), tmp_path, 0o002, TZ="Etc/GMT+9", LANG="C", PYTHONHASHSEED="4242"
    )
    assert first == second
    assert first.startswith(b"%PDF-")


def test_the_order_of_keys_in_a_stored_snapshot_does_not_matter():
    snapshot = sample_snapshot()
    reordered = json.loads(json.dumps(snapshot, sort_keys=True))
    first, second = (
        render_pdf(one, SHA256, font_dirs=()) for one in (snapshot, reordered)
    )
    assert first.content == second.content


def test_fonts_that_the_snapshot_does_not_name_change_nothing():
    snapshot = sample_snapshot()
    bare, rich = (
        render_pdf(snapshot, SHA256, font_dirs=dirs) for dirs in ((), FONT_DIRS)
    )
    assert bare.content == rich.content


@pytest.mark.long
def test_pdfinfo_finds_a_tagged_document(tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(render_pdf(sample_snapshot(), SHA256, font_dirs=()).content)
    said = subprocess.run(
        ["pdfinfo", str(path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TZ": "UTC"},
    ).stdout
    facts = dict(line.split(":", 1) for line in said.splitlines() if ":" in line)
    facts = {name: value.strip() for name, value in facts.items()}
    assert facts["Tagged"] == "yes"
    assert facts["Page size"].endswith("(A4)")
    assert facts["JavaScript"] == "no"
    assert facts["CreationDate"].startswith("Sat May 20 12:03:20 2017")


@pytest.mark.long
def test_pdffonts_finds_every_font_embedded(tmp_path):
    path = tmp_path / "report.pdf"
    snapshot = sample_snapshot(FONT_DIRS)
    path.write_bytes(render_pdf(snapshot, SHA256, font_dirs=FONT_DIRS).content)
    said = subprocess.run(
        ["pdffonts", str(path)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rows = said.splitlines()[2:]
    assert rows
    # The last columns are: embedded, subset, mapped to Unicode, and the object's id.
    assert all(row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)
