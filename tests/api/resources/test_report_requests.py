"""Tests of requests for reports in the API: what they take, and what they refuse."""

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Scope
from commitments.models import Action, Instrument, Plan, SubArea
from reports.actions.requests import request_report
from reports.models import Report
from reports.report_request import ReportRequest, Since
from tests.api.conftest import API, client_with, store_key
from tests.factories import make_plan
from tests.finished_reports import make_finished_report

URL = f"{API}reports/"
BODY = {"plan": "test-plan", "kind": "stocktake", "audience": "green"}


@pytest.fixture
def presidency(coordinator, signed_in, plan):
    return signed_in(coordinator)


def ask(client: Client, **changes: Any) -> Any:
    body = {**BODY, **changes}
    sent = {name: value for name, value in body.items() if value != "left out"}
    return client.post(URL, json.dumps(sent), "application/json")


def test_a_request_is_accepted_and_followed(presidency, stocktake) -> None:
    answer = ask(presidency, stocktake="first", layout="compact", language="en")
    report = Report.objects.get()
    assert answer.status_code == 202
    assert answer["Location"] == f"http://testserver{URL}{report.pk}/"
    told = presidency.get(answer["Location"]).json()
    assert told == answer.json()
    assert (told["state"], told["percent"], told["files"]) == ("queued", 0, [])
    assert (told["stocktake"], told["layout"]) == ("first", "compact")


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("member", {"member": "JP"}),
        ("brief", {"action": "1"}),
        ("brief", {"sub_area": "1.2"}),
        ("brief", {"instrument": "interpol"}),
        ("changes", {"since": "2017-05-02"}),
    ],
)
def test_each_kind_takes_its_own_field(presidency, kind, given) -> None:
    told = ask(presidency, kind=kind, **given).json()
    names = {"member", "action", "sub_area", "instrument", "since"}
    assert {name: told[name] for name in names} == {**dict.fromkeys(names), **given}


def test_changes_are_since_a_closed_stocktake_or_an_earlier_report(
    presidency, plan, stocktake, coordinator, now
) -> None:
    early = now.replace(year=2018)
    type(stocktake).objects.filter(pk=stocktake.pk).update(
        opened_at=early, closed_at=early, closed_by=coordinator,
        closing_sha256="0" * 64, closing_head="0" * 64,
    )  # fmt: skip
    report = make_finished_report(
        plan=plan, at=early.date(), known_at=early, audience="green",
        requested_at=early, requested_by=coordinator, is_of_presidency=True,
    )  # fmt: skip
    for since in ("first", str(report.pk)):
        assert ask(presidency, kind="changes", since=since).json()["since"] == since


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"plan": "left out"}, "/plan", "required"),
    ({"kind": "left out"}, "/kind", "required"),
    ({"audience": "left out"}, "/audience", "required"),
    ({"plan": "nowhere"}, "/plan", "unknown_value"),
    ({"plan": ["test-plan"]}, "/plan", "invalid"),
    ({"kind": "poem"}, "/kind", "invalid_choice"),
    ({"layout": "wide"}, "/layout", "invalid_choice"),
    ({"language": "tlh"}, "/language", "invalid_choice"),
    ({"audience": "red"}, "/audience", "invalid_choice"),
    ({"stocktake": "nowhere"}, "/stocktake", "unknown_value"),
    ({"at": "2017-5-2"}, "/at", "invalid_date"),
    ({"at": 20170502}, "/at", "invalid_date"),
    ({"at": "1999-01-01"}, "/at", "too_early"),
    ({"at": "2999-01-01"}, "/at", "future"),
    ({"known_at": "2017-05-20T12:00:00"}, "/known_at", "invalid_instant"),
    ({"known_at": "2017-05-20T12:00:00.5Z"}, "/known_at", "fraction"),
    ({"colour": "blue"}, "/colour", "unknown"),
    ({"member": "JP"}, "/member", "unfit"),
    ({"action": "1"}, "/action", "unfit"),
    ({"since": "2017-05-02"}, "/since", "unfit"),
    ({"kind": "member"}, "/member", "required"),
    ({"kind": "member", "member": "XX"}, "/member", "unknown_value"),
    ({"kind": "member", "member": "JP", "sub_area": "1.2"}, "/sub_area", "unfit"),
    ({"kind": "brief"}, "/action", "required"),
    ({"kind": "brief", "action": "9"}, "/action", "unknown_value"),
    ({"kind": "brief", "action": "²"}, "/action", "unknown_value"),
    ({"kind": "brief", "sub_area": "9.9"}, "/sub_area", "unknown_value"),
    ({"kind": "brief", "instrument": "none"}, "/instrument", "unknown_value"),
    ({"kind": "brief", "action": "1", "sub_area": "1.2"}, "/sub_area", "several"),
    ({"kind": "brief", "action": "1", "member": "JP"}, "/member", "unfit"),
    ({"kind": "changes"}, "/since", "required"),
    ({"kind": "changes", "since": "never"}, "/since", "unknown_value"),
    ({"kind": "changes", "since": "first"}, "/since", "not_closed"),
    ({"kind": "changes", "since": "2999-01-01"}, "/since", "not_before"),
    ({"kind": "changes", "since": "1999-01-01"}, "/since", "too_early"),
    ({"kind": "gaps"}, "/audience", "unfit"),
    ({"kind": "gaps", "audience": "amber", "layout": "compact"}, "/layout", "unfit"),
]


def test_each_wrong_field_is_pointed_to(presidency, stocktake, problem_of) -> None:
    for changes, pointer, code in REFUSED:
        problem = problem_of(ask(presidency, **changes), 422)
        found = [(error["pointer"], error["code"]) for error in problem["errors"]]
        assert found == [(pointer, code)], changes
    assert not Report.objects.exists()


def test_a_value_outside_a_set_is_refused_with_the_set(presidency, problem_of) -> None:
    for audience in ("red", None, 1, ["green"], "left out"):
        (error,) = problem_of(ask(presidency, audience=audience), 422)["errors"]
        assert error["detail"] == "Select one of: clear, green, amber."
    (error,) = problem_of(ask(presidency, plan="left out"), 422)["errors"]
    assert error["detail"] == "Give the slug of a plan. /api/v1/plans/ lists them."


def test_a_part_of_another_plan_is_unknown(presidency, plan, problem_of) -> None:
    other = Plan.objects.get(pk=plan.pk)
    other.pk, other.slug = None, "other"
    other.save()
    action = Action.objects.create(plan=other, number=7, title="Other")
    SubArea.objects.create(action=action, number=1, code="7.1", title="Other")
    for name, code in (("action", "7"), ("sub_area", "7.1")):
        problem_of(ask(presidency, kind="brief", **{name: code}), 422)


def test_an_instrument_that_the_plan_does_not_name_is_refused(
    presidency, problem_of
) -> None:
    Instrument.objects.create(slug="unnamed", name="Unnamed", kind="body")
    problem = problem_of(ask(presidency, kind="brief", instrument="unnamed"), 422)
    assert problem["errors"][0]["code"] == "unnamed"


@pytest.mark.parametrize(
    "body",
    [b"[]", b'"text"', b"null", b'{"plan": NaN}', b'{"plan": "a", "plan": "b"}',
     b'{"plan": "' + b"x" * 1_000_001 + b'"}', b'{"plan": "a\\u0000b"}'],
)  # fmt: skip
def test_a_body_that_is_no_json_object_of_ours_cannot_be_read(
    presidency, problem_of, body
) -> None:
    problem_of(presidency.post(URL, body, "application/json"), 400)
    assert not Report.objects.exists()


def test_another_type_of_body_and_any_parameter_are_refused(
    presidency, problem_of
) -> None:
    problem_of(presidency.post(URL, "plan=test-plan", "text/plain"), 415)
    problem_of(presidency.post(f"{URL}?plan=test-plan", BODY, "application/json"), 400)


def test_the_report_of_another_reader_is_no_since(
    plan, observer, coordinator, signed_in, problem_of, now
) -> None:
    """A report that the reader may not see is as unknown as one that is not there."""
    early = now.replace(year=2018)
    hidden = make_finished_report(
        plan=plan, at=early.date(), known_at=early, audience="amber",
        requested_at=early, requested_by=coordinator, is_of_presidency=True,
    )  # fmt: skip
    sent = str(hidden.pk)
    problem = problem_of(ask(signed_in(observer), kind="changes", since=sent), 422)
    assert problem["errors"][0]["code"] == "unknown_value"


def test_the_action_too_refuses_a_since_that_its_reader_may_not_see(
    plan, observer, coordinator, now
) -> None:
    """Before it says anything else of that report, here that it is of another plan."""
    hidden = make_finished_report(
        plan=make_plan("another"), at=now.date(), known_at=now, audience="green",
        requested_at=now, requested_by=coordinator, is_of_presidency=True,
    )  # fmt: skip
    wanted = ReportRequest(
        plan=plan, kind="changes", audience="green", at=now.date(),
        known_at=now.replace(microsecond=0), since=Since(report=hidden),
    )  # fmt: skip
    for by, code in ((observer, "unknown_value"), (coordinator, "other_plan")):
        with pytest.raises(ValidationError) as refused:
            request_report(request=wanted, by=by, at=now)
        assert [one.code for one in refused.value.error_dict["since"]] == [code]


def test_a_key_without_the_scope_requests_nothing(plan, problem_of) -> None:
    _key, token = store_key(Scope.READ_REPORTS, Scope.READ_GREEN)
    problem = problem_of(ask(client_with(token)), 403)
    assert problem["type"].endswith("#problem-missing-scope")
    assert not Report.objects.exists()


def test_a_key_that_may_only_compile_is_told_of_its_report_once(plan) -> None:
    _key, token = store_key(Scope.COMPILE_REPORTS, Scope.READ_GREEN)
    answer = ask(client_with(token))
    assert answer.status_code == 202
    assert client_with(token).get(answer["Location"]).status_code == 403


def test_a_report_is_compiled_and_listed_in_its_language(presidency) -> None:
    french = ask(presidency, language="fr").json()
    english = ask(presidency).json()
    assert (french["language"], english["language"]) == ("fr", "en")
    listed = presidency.get(URL, {"language": "fr"}).json()["results"]
    assert [row["id"] for row in listed] == [french["id"]]
    assert presidency.get(URL, {"language": "es"}).status_code == 400


def test_an_unfinished_report_says_when_to_read_it_again(presidency) -> None:
    asked = ask(presidency)
    assert asked["Retry-After"] == "2"
    url = asked["Location"]
    assert presidency.get(url)["Retry-After"] == "2"
    Report.objects.update(state="cancelled", finished_at=asked.wsgi_request.at)
    assert "Retry-After" not in presidency.get(url)


def test_the_worker_is_asked_after_the_report_is_committed(
    presidency, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr("api.resources.reports.enqueue_soon", lambda *a: sent.append(a))
    with django_capture_on_commit_callbacks(execute=True):
        ask(presidency)
        assert not sent
    assert sent == [("reports.tasks.compile_report", Report.objects.get().pk)]


def test_japanese_is_refused_where_no_font_has_it(
    presidency, monkeypatch, settings
) -> None:
    settings.REPORT_FONT_DIRS = []
    monkeypatch.setattr("reports.offered_languages.PACKAGED", ())
    answer = ask(presidency, language="ja")
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["pointer"] == "/language"
    assert "no installed font has the letters" in error["detail"]
    assert ask(presidency, language="de").status_code == 202
