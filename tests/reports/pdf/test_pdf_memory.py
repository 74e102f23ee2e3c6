"""Tests of the memory that one report after the other takes."""

import json
import os
import subprocess
import sys

import pytest

from reports.renderers.fonts import FONT_DIRS
from tests.reports.sample_parts import SHA256
from tests.reports.sample_snapshot import (
    sample_snapshot,
)
from tests.source_files import ROOT

# Prints the highest memory so far, in MB, after each of three reports.
RENDER = f"""\
import json, resource, sys
from pathlib import Path
from reports.renderers.pdf import render_pdf
snapshot = json.load(sys.stdin)
font_dirs = [Path(name) for name in sys.argv[1:]]
for number in range(3):
    render_pdf(snapshot, "{SHA256}", font_dirs=font_dirs)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.long
def test_later_reports_take_no_more_memory_than_the_first():
    done = subprocess.run(
        [sys.executable, "-c", RENDER, *map(str, FONT_DIRS)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        input=json.dumps(sample_snapshot(FONT_DIRS)),
        capture_output=True,
        text=True,
        check=True,
    )
    first, _second, third = map(int, done.stdout.split())
    assert third <= first + 25
