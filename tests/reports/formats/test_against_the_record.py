"""Each file of a report is read back by another tool, and says what the record says.

Each kind, in each format, for each audience. What is expected comes from the database,
by SQL of its own.
"""

from itertools import pairwise
from typing import Any

import pytest

from tests.reports.formats.comparing import differences, gap_differences
from tests.reports.formats.conftest import Compile, Compiled
from tests.reports.formats.files import DOCUMENTS, FORMATS

pytestmark = [pytest.mark.django_db, pytest.mark.long]

REPORTS: dict[str, dict[str, Any]] = {
    "stocktake": {"kind": "stocktake"},
    "stocktake compact": {"kind": "stocktake", "layout": "compact"},
    "member": {"kind": "member"},
    "brief on an action": {"kind": "brief"},
    "brief on a sub-area": {"kind": "brief", "scope": "sub_area"},
    "brief on an instrument": {"kind": "brief", "scope": "instrument"},
    "changes": {"kind": "changes"},
    "gaps": {"kind": "gaps"},
}
EVERY_DAY = ("stocktake", "green", "en")
# The kinds whose documents have tables of figures of everything they are about.
WITH_FIGURES = {"stocktake", "member"}


def all_reports() -> list[Any]:
    return [
        pytest.param(
            about,
            audience,
            language,
            id=f"{about}, {audience}, {language}",
            marks=() if (about, audience, language) == EVERY_DAY else pytest.mark.long,
        )
        for about in REPORTS
        for audience in ("clear", "green", "amber")
        for language in ("en", "fr")
        if about != "gaps" or audience == "amber"
    ] + [
        # The rest of a report is the same in every language.
        pytest.param("stocktake", "green", language, id=f"stocktake, green, {language}")
        for language in ("de", "it", "ja")
    ]


def faults_of(format_: str, report: Compiled) -> list[str]:
    """Return what a file says otherwise than the record."""
    facts = report.snapshot["facts"]
    is_document, kind = format_ in DOCUMENTS, facts["kind"]
    if is_document and kind == "gaps":
        document = DOCUMENTS[format_](report.files[format_])
        return gap_differences(document, report.truth, report.language)
    is_empty = not facts["entries"]
    return differences(
        report.told_by(format_),
        report.truth,
        is_partial=is_document and kind == "changes",
        is_short=is_document and facts["layout"] == "compact",
        has_figures=kind in WITH_FIGURES and not is_empty,
    )


@pytest.mark.parametrize(("about", "audience", "language"), all_reports())
def test_every_file_says_what_the_record_says(
    compiled: Compile, about: str, audience: str, language: str
) -> None:
    report = compiled(**REPORTS[about], audience=audience, language=language)
    assert {*report.files} == {*FORMATS}
    faults = {name: faults_of(name, report) for name in report.files}
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize(("about", "audience", "language"), all_reports())
def test_all_files_of_a_report_count_the_same_and_tell_the_same(
    compiled: Compile, about: str, audience: str, language: str
) -> None:
    report = compiled(**REPORTS[about], audience=audience, language=language)
    told = {name: report.told_by(name) for name in report.files}
    for (name, one), (next_name, other) in pairwise(told.items()):
        for cell in one.positions.keys() & other.positions.keys():
            statuses = one.positions[cell].status, other.positions[cell].status
            assert len({*statuses}) == 1, (name, next_name, cell)
        for of in one.counts.keys() & other.counts.keys():
            assert one.counts[of] == other.counts[of], (name, next_name, of)
