"""Tests of the files of a report on its pages and in the API, with their manifest."""

import json
from hashlib import sha256

import pytest
from django.urls import reverse

from progress.ledger.keys import is_signed
from progress.models import Handling
from reports import runner
from reports.actions.requests import request_report
from reports.formats import FORMAT_RULES
from reports.models import Report, ReportFile, ReportManifest
from reports.renderers.documents import RENDERERS
from reports.report_request import ReportRequest
from reports.runner import compile_if_waiting
from reports.tasks import sign_reports
from tests.finished_reports import made_up_files, make_finished_report

pytestmark = pytest.mark.django_db(
    transaction=True, databases=["default", "owner", "signer"]
)
PLACES = ("/reports/", "/api/v1/reports/")


@pytest.fixture
def finished(plan, stocktake, coordinator, now):
    """A report with a file in every format, of which the content is HTML."""
    return make_finished_report(
        plan=plan,
        stocktake=stocktake,
        at=now.date(),
        known_at=now,
        audience=Handling.GREEN,
        requested_at=now,
        requested_by=coordinator,
        is_of_presidency=True,
        formats=reversed(FORMAT_RULES),
        content=b"<script>alert(1)</script>",
    )


@pytest.fixture
def signed(plan, stocktake, coordinator, now, made_up_reports):
    whole = now.replace(microsecond=0)
    request = ReportRequest(plan, Handling.GREEN, now.date(), whole, stocktake)
    report = request_report(request=request, by=coordinator, at=now)
    assert compile_if_waiting(report.pk)
    sign_reports()
    return report


def test_the_formats_of_the_table_are_those_of_the_rows_and_steps():
    assert list(FORMAT_RULES) == ReportFile.Format.values
    assert set(RENDERERS) <= set(FORMAT_RULES)
    assert set(Report.Step.values) == {*FORMAT_RULES, "snapshot", "filing"}
    assert len({rule.ending for rule in FORMAT_RULES.values()}) == len(FORMAT_RULES)


def test_every_file_is_offered_with_its_size_its_purpose_and_its_hash(
    finished, signed_in, coordinator
):
    page = signed_in(coordinator).get(f"/reports/{finished.pk}/").content.decode()
    places = []
    for file in finished.files.offered():
        url = reverse("reports:report-file", args=[finished.pk, file.format])
        assert f'<a href="{url}">{file.get_format_display()}</a>' in page
        assert file.purpose in page.replace("&#x27;", "'")
        assert file.sha256 in page
        places.append(page.index(url))
    assert len(places) == len(FORMAT_RULES)
    assert places == sorted(places)


def test_the_list_of_reports_offers_every_file(finished, signed_in, coordinator):
    page = signed_in(coordinator).get("/reports/").content.decode()
    for name in FORMAT_RULES:
        assert reverse("reports:report-file", args=[finished.pk, name]) in page


def test_the_api_lists_every_file_in_the_same_order(finished, signed_in, coordinator):
    told = signed_in(coordinator).get(f"/api/v1/reports/{finished.pk}/").json()
    assert [file["format"] for file in told["files"]] == list(FORMAT_RULES)
    for file in told["files"]:
        assert file["content_type"] == FORMAT_RULES[file["format"]].content_type
        assert file["url"].endswith(f"/{finished.pk}/files/{file['format']}/")


@pytest.mark.parametrize("place", PLACES)
def test_every_file_is_a_download_in_which_nothing_runs_on_our_site(
    place, finished, signed_in, coordinator
):
    client = signed_in(coordinator)
    for name, rule in FORMAT_RULES.items():
        answer = client.get(f"{place}{finished.pk}/files/{name}/")
        assert answer.content == b"<script>alert(1)</script>"
        assert answer["Content-Type"] == rule.content_type
        assert answer["Content-Disposition"].startswith("attachment; filename=")
        assert answer["Content-Disposition"].endswith(f'-en-green.{rule.ending}"')
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"].split("; ") == [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "sandbox",
        ]
        assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("place", PLACES)
def test_the_manifest_is_a_file_that_covers_all_others(
    place, signed, signed_in, coordinator
):
    client = signed_in(coordinator)
    answer = client.get(f"{place}{signed.pk}/files/manifest/")
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"].endswith('-en-green.manifest.json"')
    told = json.loads(answer.content)
    assert set(told) == {"manifest", "signed_at", "key_sha256", "signature"}
    assert is_signed(
        told["manifest"].encode(),
        key_sha256=told["key_sha256"],
        signature=told["signature"],
    )
    named = {
        file["format"]: file["sha256"] for file in json.loads(told["manifest"])["files"]
    }
    assert set(named) == set(RENDERERS)
    for name, digest in named.items():
        file = client.get(f"{place}{signed.pk}/files/{name}/")
        assert sha256(file.content).hexdigest() == digest


@pytest.mark.parametrize("place", PLACES)
def test_there_is_no_manifest_before_it_is_signed(
    place, finished, signed_in, coordinator
):
    assert not ReportManifest.objects.exists()
    url = f"{place}{finished.pk}/files/manifest/"
    assert signed_in(coordinator).get(url).status_code == 404


def test_the_manifest_is_offered_beside_the_files(signed, signed_in, coordinator):
    url = reverse("reports:report-manifest", args=[signed.pk])
    client = signed_in(coordinator)
    page = client.get(f"/reports/{signed.pk}/").content.decode()
    assert f'<a href="{url}">Signed manifest</a>' in page


@pytest.mark.parametrize(
    "role",
    [
        "officer_jp",
        "former_coordinator",
        "second_reviewer",
        "observer",
        "administrator",
    ],
)
def test_who_may_not_read_a_report_finds_none_of_its_files(
    role, signed, request, signed_in
):
    client = signed_in(request.getfixturevalue(role))
    for place in PLACES:
        for name in (*FORMAT_RULES, "manifest"):
            answer = client.get(f"{place}{signed.pk}/files/{name}/")
            assert answer.status_code == 404, (place, name)
        assert str(signed.pk) not in client.get(place).content.decode()


def test_a_coordinator_sees_which_file_is_being_made(
    plan, stocktake, coordinator, now, monkeypatch, signed_in
):
    """Each step is noted before its file is made, and the percent only grows."""
    noted = []
    client = signed_in(coordinator)

    def watched(*_args, **_options):
        for file in made_up_files():
            row = Report.objects.get()
            page = client.get(f"/reports/{row.pk}/").content.decode()
            assert row.get_step_display() in page
            noted.append((row.step, row.percent))
            yield file

    monkeypatch.setattr(runner, "render_all", watched)
    whole = now.replace(microsecond=0)
    request = ReportRequest(plan, Handling.GREEN, now.date(), whole, stocktake)
    assert compile_if_waiting(
        request_report(request=request, by=coordinator, at=now).pk
    )
    assert [step for step, _percent in noted] == list(RENDERERS)
    percents = [percent for _step, percent in noted]
    assert percents == sorted(set(percents))


def test_a_report_of_which_one_format_fails_has_no_file_and_says_which(
    plan, stocktake, coordinator, now, monkeypatch
):
    def broken(*_args, **_options):
        yield from list(made_up_files())[:-1]
        raise ZeroDivisionError

    monkeypatch.setattr(runner, "render_all", broken)
    whole = now.replace(microsecond=0)
    request = ReportRequest(plan, Handling.GREEN, now.date(), whole, stocktake)
    compile_if_waiting(request_report(request=request, by=coordinator, at=now).pk)
    report = Report.objects.get()
    assert report.state == "failed"
    assert report.problem == (
        "The report failed at this step: Making the web page. No file was saved. Try"
        " again; if it fails again, give an administrator the number of this report."
    )
    assert not report.files.exists()
