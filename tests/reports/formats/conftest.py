"""Reports of one small record, each compiled once for all tests."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from reports.models import Report
from reports.runner import compile_if_waiting
from tests.reports.formats.files import told_by
from tests.reports.formats.told import Told
from tests.reports.formats.truth import Truth, truth_of
from tests.reports.formats.world import ToldWorld


@dataclass(frozen=True)
class Compiled:
    """The files of a report by format, and what the record says about it."""

    files: dict[str, bytes]
    truth: Truth
    snapshot: Any
    snapshot_sha256: str
    language: str
    _told: dict[str, Told] = field(default_factory=dict)

    def told_by(self, format_: str) -> Told:
        """Return what the file of a format tells. It is read once."""
        if format_ not in self._told:
            members = self.truth.members
            found = told_by(format_, self.files, members, self.language)
            self._told[format_] = found
        return self._told[format_]


Compile = Callable[..., Compiled]
_compiled: dict[tuple[Any, ...], Compiled] = {}


@pytest.fixture
def compiled(request: pytest.FixtureRequest) -> Compile:
    """`compiled(kind, audience, …)`: the report, from the runner of the product.

    The record itself is there only with `is_fresh`: other tests get stored files.
    """

    worlds: list[ToldWorld] = []

    def compile_one(
        kind: str = "stocktake",
        audience: str = "green",
        language: str = "en",
        *,
        is_fresh: bool = False,
        **fields: Any,
    ) -> Compiled:
        key = (kind, audience, language, *sorted(fields.items()))
        if is_fresh or key not in _compiled:
            world = worlds[0] if worlds else _make_world(request)
            worlds[:] = [world]
            report = world.report(kind, audience, language=language, **fields)
            _compiled[key] = _compile(report)
        return _compiled[key]

    return compile_one


def _make_world(request: pytest.FixtureRequest) -> ToldWorld:
    people = map(request.getfixturevalue, ("coordinator", "second_reviewer"))
    return ToldWorld(request.getfixturevalue("plan"), *people)


def _compile(report: Report) -> Compiled:
    assert compile_if_waiting(report.pk)
    report.refresh_from_db()
    assert report.state == "done", report.problem
    files = {file.format: bytes(file.content) for file in report.files.all()}
    return Compiled(
        files,
        truth_of(report),
        report.snapshot,
        report.snapshot_sha256,
        report.language,
    )
