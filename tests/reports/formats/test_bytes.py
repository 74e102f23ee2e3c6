"""Tests of the bytes of all files: for one snapshot always the same, on any machine."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.utils.translation import override

from reports.kinds import KINDS, Kind
from reports.languages import LANGUAGES
from reports.renderers.documents import RENDERERS, render_all
from reports.renderers.fonts import FONT_DIRS
from reports.renderers.versions import sources
from tests.reports.checking.true_snapshots import font_dirs_for, true_snapshot
from tests.reports.sample_parts import SHA256
from tests.reports.sample_snapshot import sample_snapshot, short_snapshot
from tests.source_files import ROOT

# Reads a snapshot on its input, and writes the SHA-256 of each file: no database, no
# settings, no clock.
RENDER = f"""\
import hashlib, json, sys
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from reports.renderers.documents import render_all
font_dirs = [Path(name) for name in sys.argv[1:]]
files = render_all(json.load(sys.stdin), "{SHA256}", font_dirs=font_dirs)
hashes = {{one.format: hashlib.sha256(one.content).hexdigest() for one in files}}
print(json.dumps(hashes))
"""
# Prints the modules of the product that rendering needs, as files.
IMPORTED = f"""\
import sys
from pathlib import Path
root = Path({str(ROOT)!r})
sys.path.insert(0, str(root))
import reports.renderers.documents
for module in list(sys.modules.values()):
    path = Path(getattr(module, "__file__", None) or "/")
    if root in path.parents and ".venv" not in str(path) and path.stat().st_size:
        print(path)
"""
# Types and names alone: they decide on no byte.
WITHOUT_BYTES = {"label_schema.py", "snapshot_schema.py"}
IN_JAPAN = {"TZ": "Asia/Tokyo", "LANG": "ja_JP.UTF-8", "PYTHONHASHSEED": "1"}
IN_AMERICA = {"TZ": "Etc/GMT+9", "LANG": "C", "PYTHONHASHSEED": "4242"}


def hashes_elsewhere(
    snapshot: str,
    font_dirs: tuple[Path, ...],
    environment: dict[str, str],
    cwd: Path = ROOT,
    umask: int = -1,
) -> dict[str, str]:
    """Return the hashes of all files that a fresh process makes of a snapshot."""
    done = subprocess.run(
        [sys.executable, "-c", RENDER, *map(str, font_dirs)],
        cwd=cwd,
        umask=umask,
        env={"PATH": os.environ["PATH"], **environment},
        input=snapshot.encode(),
        capture_output=True,
        check=True,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def hashes_of_two(
    snapshot: object, tmp_path: Path, font_dirs: tuple[Path, ...] = ()
) -> list[dict[str, str]]:
    text = json.dumps(snapshot)
    return [
        hashes_elsewhere(text, font_dirs, IN_JAPAN, umask=0o077),
        hashes_elsewhere(text, font_dirs, IN_AMERICA, tmp_path, 0o002),
    ]


@pytest.mark.long
def test_fresh_processes_make_the_same_files_whatever_their_environment(
    tmp_path: Path,
) -> None:
    first, second = hashes_of_two(short_snapshot(), tmp_path)
    assert {*first} == {*RENDERERS}
    assert first == second


@pytest.mark.long
@pytest.mark.parametrize("font_dirs", [(), FONT_DIRS], ids=["no fonts", "at hand"])
def test_fresh_processes_make_the_same_files_of_a_whole_report(
    font_dirs: tuple[Path, ...], tmp_path: Path
) -> None:
    first, second = hashes_of_two(sample_snapshot(font_dirs), tmp_path, font_dirs)
    assert first == second


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "language"),
    [
        (kind, language)
        for kind in KINDS
        for language in LANGUAGES
        if language in {"en", "fr"} or kind == "stocktake"
    ],
)
def test_every_kind_has_the_same_files_in_two_fresh_processes(
    kind: Kind, language: str, tmp_path: Path
) -> None:
    """They have no database, so they can read no file that is stored there."""
    scope = {"member": {"member": "JP"}, "brief": {"action": "2"}}.get(kind)
    audience = "amber" if kind == "gaps" else "green"
    with override(language):
        snapshot = true_snapshot(
            kind, audience=audience, scope=scope, language=language
        )
    first, second = hashes_of_two(snapshot, tmp_path, font_dirs_for(language))
    assert {*first} == {*RENDERERS}
    assert first == second


@pytest.mark.long
def test_the_order_of_keys_in_a_stored_snapshot_changes_no_file() -> None:
    snapshot = short_snapshot()
    reordered = json.loads(json.dumps(snapshot, sort_keys=True))
    first, second = (
        [file.content for file in render_all(one, SHA256, font_dirs=())]
        for one in (snapshot, reordered)
    )
    assert first == second


@pytest.mark.long
def test_no_member_of_a_package_has_a_date_of_its_own() -> None:
    for file in render_all(short_snapshot(), SHA256, font_dirs=()):
        if file.content.startswith(b"PK"):
            with ZipFile(io.BytesIO(file.content)) as package:
                members = package.infolist()
            assert {member.date_time for member in members} == {(1980, 1, 1, 0, 0, 0)}
            assert len({member.create_system for member in members}) == 1


@pytest.mark.long
def test_the_versions_cover_all_code_that_decides_on_bytes() -> None:
    """A snapshot names the hash of this code: other code must not render it."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {Path(line) for line in done.stdout.split()}
    left_out = imported - {*sources()}
    assert {path.name for path in left_out} == WITHOUT_BYTES
