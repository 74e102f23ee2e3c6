"""Tests of the languages that are offered: those whose letters a font here has."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from progress.models import Handling
from reports import offered_languages as offered
from reports.actions.requests import request_report
from reports.actions.schedules import add_schedule
from reports.languages import LANGUAGES
from reports.models import Report, Schedule
from reports.renderers.fonts import FONTS_FOR, PACKAGED, has_fonts_for
from reports.report_request import ReportRequest
from reports.runner import compile_if_waiting
from reports.schedules.terms import ScheduleTerms

WHY = "Reports in 日本語 are not possible here, because no installed font"


@pytest.fixture
def without_japanese(monkeypatch, settings):
    """A place that has no font with Japanese letters."""
    settings.REPORT_FONT_DIRS = []
    packages = [path for path in PACKAGED if "pylopdf" not in str(path)]
    monkeypatch.setattr(offered, "PACKAGED", packages)


def japanese_request(plan, now):
    whole = now.replace(microsecond=0)
    return ReportRequest(plan, Handling.GREEN, whole.date(), whole, language="ja")


def test_with_the_locked_packages_every_language_is_offered(settings):
    settings.REPORT_FONT_DIRS = []
    assert offered.offered_languages() == LANGUAGES
    assert offered.refused_languages() == []


def test_without_a_japanese_font_japanese_is_not_offered(without_japanese):
    assert [*offered.offered_languages()] == ["en", "fr", "de", "it"]
    [reason] = offered.refused_languages()
    assert reason.startswith(WHY)
    with override("ja"):
        assert offered.usual_language() == "en"


@pytest.mark.parametrize("name", FONTS_FOR["ja"])
def test_either_of_the_fonts_is_enough(tmp_path, name):
    assert not has_fonts_for("ja", (Path(tmp_path),))
    assert has_fonts_for("de", (Path(tmp_path),))
    inner = tmp_path / "truetype"
    inner.mkdir()
    (inner / name).touch()
    assert has_fonts_for("ja", (inner,))


def test_the_form_says_why_japanese_is_missing(
    without_japanese, signed_in, coordinator, plan
):
    page = signed_in(coordinator)
    for address in ("/reports/new/stocktake/", "/reports/schedules/new/"):
        text = page.get(address).content.decode()
        assert '<option value="ja"' not in text
        assert re.search(r'<option value="de"[^>]*>Deutsch</option>', text)
        assert WHY in text


def test_a_request_for_japanese_is_refused(without_japanese, plan, coordinator, now):
    with pytest.raises(ValidationError) as refused:
        request_report(request=japanese_request(plan, now), by=coordinator, at=now)
    [problem] = refused.value.error_dict["language"]
    assert problem.code == "no_font"
    assert problem.message.startswith(WHY)
    assert not Report.objects.exists()


def test_a_schedule_of_japanese_reports_is_refused(
    without_japanese, plan, coordinator, now
):
    terms = ScheduleTerms(plan=plan, audience="green", rhythm="at_close", language="ja")
    with pytest.raises(ValidationError) as refused:
        add_schedule(terms=terms, by=coordinator, at=now)
    assert refused.value.message_dict["language"][0].startswith(WHY)
    assert not Schedule.objects.exists()


def test_a_worker_without_the_font_says_why_it_compiles_no_japanese(
    plan, coordinator, now, request
):
    """The web server may have had the font that the worker does not have."""
    report = request_report(request=japanese_request(plan, now), by=coordinator, at=now)
    request.getfixturevalue("without_japanese")
    compile_if_waiting(report.pk)
    report.refresh_from_db()
    assert report.state == Report.State.FAILED
    assert report.problem.startswith(WHY)
    assert report.finished_at
