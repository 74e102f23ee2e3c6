"""Reports on a stocktake that bodies have scored."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reports.actions.requests import request_report
from reports.models import Report
from reports.report_request import ReportRequest
from reports.runner import compile_if_waiting
from tests.source_files import ROOT

CHECK = ROOT / "docs/check_report.py"


@dataclass(frozen=True)
class ScoredReport:
    """A finished report: its files by format, and its snapshot."""

    report: Report
    snapshot: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.snapshot["facts"]
        return facts

    @property
    def tables(self) -> list[dict[str, Any]]:
        return self.facts["scores"]["tables"] if "scores" in self.facts else []


@pytest.fixture
def compiled(stocktake, coordinator) -> Callable[..., ScoredReport]:
    """`compiled(audience, …)`: a report of the stocktake, as it is known now."""

    def compile_now(
        audience: str = "green", *, known_at: datetime | None = None, **fields: Any
    ) -> ScoredReport:
        at = known_at or next_second()
        now = datetime.now(UTC)
        request = ReportRequest(
            stocktake.plan, audience, at.date(), at.replace(microsecond=0),
            stocktake=stocktake, **fields,
        )  # fmt: skip
        report = request_report(request=request, by=coordinator, at=now)
        # An earlier report that says the same needs no second one.
        compile_if_waiting(report.pk)
        report.refresh_from_db()
        assert report.snapshot
        files = {file.format: bytes(file.content) for file in report.files.all()}
        return ScoredReport(report, report.snapshot, files)

    return compile_now


def next_second() -> datetime:
    """Return the next whole second, once it has passed: a report is of a past one."""
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
    while datetime.now(UTC) < at:
        time.sleep(0.02)
    return at


def checked(snapshot: dict[str, Any], path: Any) -> tuple[int, str]:
    """Run docs/check_report.py on a snapshot: what it exits with, and says."""
    path.write_text(json.dumps(snapshot, ensure_ascii=False), "utf-8")
    command = [sys.executable, str(CHECK), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr
