"""Tests of reports in the API: who sees which, their progress, and their files."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest

from accounts.models import Role, Scope
from reports.models import Report
from tests.api.conftest import API, client_with, results, store_key
from tests.factories import CHAIR, make_user
from tests.finished_reports import make_finished_report as make_with_file
from tests.reports.circulation.circulated_reports import (
    DONE,
    approve,
    circulate,
    final_of,
)

PDF = b"%PDF-1.7 not really\x00\xff"


def make_report(plan, by, create=Report.objects.create, **fields):
    now = datetime.now(UTC)
    values = {
        "is_of_presidency": Role.COORDINATOR in by.roles,
        "at": date(2017, 5, 25),
        "known_at": datetime(2017, 5, 20, 12, tzinfo=UTC),
        "audience": "green",
        "requested_at": now - timedelta(minutes=2),
        **fields,
    }
    return create(plan=plan, requested_by=by, **values)


def make_finished_report(plan, by, **fields):
    return make_report(
        plan,
        by,
        create=make_with_file,
        content=PDF,
        percent=100,
        snapshot={"secret": "the whole snapshot"},
        snapshot_sha256="a" * 64,
        facts_sha256="b" * 64,
        finished_at=datetime(2017, 5, 20, 12, 1, tzinfo=UTC),
        **fields,
    )


@pytest.fixture
def finished(plan, coordinator, stocktake):
    return make_finished_report(plan, coordinator, stocktake=stocktake)


@pytest.fixture
def presidency(coordinator, signed_in):
    return signed_in(coordinator)


# ---- Shape ---------------------------------------------------------------------------


def test_a_finished_report(finished, presidency):
    answer = presidency.get(f"{API}reports/{finished.pk}/")
    assert answer.json() == {
        "id": str(finished.pk),
        "plan": "test-plan",
        "stocktake": "first",
        "kind": "stocktake",
        "layout": "full",
        "member": None,
        "action": None,
        "sub_area": None,
        "instrument": None,
        "since": None,
        "at": "2017-05-25",
        "known_at": "2017-05-20T12:00:00Z",
        "audience": "green",
        "language": "en",
        "requested_at": finished.requested_at.isoformat().replace("+00:00", "Z"),
        "state": "done",
        "percent": 100,
        "step": None,
        "problem": "",
        "finished_at": "2017-05-20T12:01:00Z",
        "circulation": "none",
        **dict.fromkeys(("draft_number", "final_of")),
        "code": finished.code,
        "snapshot_sha256": "a" * 64,
        "facts_sha256": "b" * 64,
        "manifest": None,
        "files": [
            {
                "format": "pdf",
                "content_type": "application/pdf",
                "size": len(PDF),
                "sha256": sha256(PDF).hexdigest(),
                "url": f"http://testserver{API}reports/{finished.pk}/files/pdf/",
            }
        ],
    }
    assert results(presidency, "reports/") == [answer.json()]


def test_a_report_that_is_being_compiled(plan, coordinator, presidency):
    report = make_report(
        plan,
        coordinator,
        state="running",
        percent=40,
        step="pdf",
        lease="00000000-0000-4000-8000-000000000000",
        lease_ends_at=datetime.now(UTC),
    )
    answer = presidency.get(f"{API}reports/{report.pk}/")
    told = answer.json()
    assert (told["state"], told["percent"], told["step"]) == (
        "running",
        40,
        "pdf",
    )
    assert told["stocktake"] is None
    assert told["finished_at"] is None
    assert told["files"] == []
    assert "lease" not in answer.content.decode()


def test_a_failed_report_says_why(plan, coordinator, presidency):
    make_report(
        plan,
        coordinator,
        state="failed",
        problem="The typesetter stopped.",
        finished_at=datetime.now(UTC),
    )
    (told,) = results(presidency, "reports/")
    assert told["problem"] == "The typesetter stopped."


def test_a_report_tells_neither_its_snapshot_nor_who_asked(
    finished, presidency, coordinator
):
    words = presidency.get(f"{API}reports/{finished.pk}/").content.decode()
    for word in ("the whole snapshot", coordinator.email, str(coordinator.pk)):
        assert word not in words


# ---- Files ---------------------------------------------------------------------------


def test_a_file_comes_as_it_was_compiled(finished, presidency):
    (report,) = results(presidency, "reports/")
    answer = presidency.get(report["files"][0]["url"])
    assert answer.status_code == 200
    assert answer.content == PDF
    assert sha256(answer.content).hexdigest() == report["files"][0]["sha256"]
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer.headers["Cache-Control"]


def test_a_file_can_be_asked_for_by_its_type(finished, presidency):
    url = f"{API}reports/{finished.pk}/files/pdf/"
    for accepted in ("application/pdf", "*/*", "application/json"):
        answer = presidency.get(url, headers={"Accept": accepted})
        assert answer.content == PDF


def test_a_file_that_is_not_there_is_not_found(
    plan, finished, coordinator, presidency, problem_of
):
    queued = make_report(plan, coordinator)
    for path in [
        f"reports/{queued.pk}/files/pdf/",
        f"reports/{finished.pk}/files/docx/",
        f"reports/{finished.pk}/files/",
        f"reports/{finished.pk}/files/..%2Fpdf/",
        "reports/00000000-0000-4000-8000-000000000000/files/pdf/",
    ]:
        problem_of(presidency.get(f"{API}{path}"), 404)


def test_a_file_takes_no_parameters(finished, presidency, refused_parameter):
    answer = presidency.get(f"{API}reports/{finished.pk}/files/pdf/?download=1")
    assert refused_parameter(answer) == ("download", "unknown")


# ---- Visibility ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "role",
    [
        "contributor_jp",
        "officer_jp",
        "head_fr",
        "former_coordinator",
        "second_reviewer",
        "observer",
        "assessor",
        "administrator",
    ],
)
def test_nobody_else_knows_of_the_presidencys_reports(
    finished, request, signed_in, problem_of, role
):
    client = signed_in(request.getfixturevalue(role))
    assert results(client, "reports/") == []
    problem_of(client.get(f"{API}reports/{finished.pk}/"), 404)
    problem_of(client.get(f"{API}reports/{finished.pk}/files/pdf/"), 404)


def test_the_presidency_knows_of_what_coordinators_requested(
    plan, observer, former_coordinator, presidency
):
    make_finished_report(plan, observer)
    report = make_finished_report(plan, former_coordinator, audience="amber")
    (told,) = results(presidency, "reports/")
    assert told["id"] == str(report.pk)


def test_people_know_of_their_own(plan, observer, signed_in):
    report = make_finished_report(plan, observer)
    client = signed_in(observer)
    assert results(client, "reports/")[0]["id"] == str(report.pk)
    assert client.get(f"{API}reports/{report.pk}/files/pdf/").status_code == 200


def test_a_former_presidency_loses_the_reports_that_it_compiled(
    plan, former_coordinator, signed_in
):
    for audience in ("green", "amber"):
        make_finished_report(plan, former_coordinator, audience=audience)
    assert results(signed_in(former_coordinator), "reports/") == []


def key_with_report(plan, *scopes, audience="green"):
    key, token = store_key(*scopes)
    return client_with(token), make_finished_report(plan, key.user, audience=audience)


def test_a_key_knows_of_what_it_asked_for(plan):
    client, report = key_with_report(plan, Scope.READ_REPORTS, Scope.READ_GREEN)
    assert results(client, "reports/")[0]["id"] == str(report.pk)


def test_a_key_reads_no_report_above_what_it_may_read(plan, problem_of):
    client, report = key_with_report(plan, Scope.READ_REPORTS, Scope.READ_CLEAR)
    assert results(client, "reports/") == []
    problem_of(client.get(f"{API}reports/{report.pk}/"), 404)
    problem_of(client.get(f"{API}reports/{report.pk}/files/pdf/"), 404)


@pytest.mark.parametrize("path", ["", "{}/", "{}/files/pdf/"])
def test_a_key_without_the_scope_is_told_which_it_needs(plan, problem_of, path):
    client, report = key_with_report(plan, Scope.READ_GREEN, Scope.COMPILE_REPORTS)
    problem = problem_of(client.get(f"{API}reports/{path.format(report.pk)}"), 403)
    assert problem["type"].endswith("#problem-missing-scope")
    assert "read:reports" in problem["detail"]


# ---- Circulated and final reports ----------------------------------------------------


@pytest.fixture
def final(plan, finished, coordinator):
    """The final report of the finished one, which went round as draft 2."""
    since = make_finished_report(plan, coordinator)
    draft = make_finished_report(
        plan, coordinator, kind="changes", since_report=since, draft_number=2
    )
    ended = datetime.now(UTC) - timedelta(days=1)
    sent = circulate(draft, by=coordinator, ends_at=ended)
    other = make_user(Role.COORDINATOR, member=CHAIR)
    approve(sent, coordinator, other)
    done = {**DONE, "finished_at": datetime.now(UTC)}
    report = final_of(draft, by=other, **done)
    report.save()
    return report


def told_of(report, client):
    """What one answer says of it: its circulation, draft, number and since."""
    answer = client.get(f"{API}reports/{report.pk}/")
    names = ("circulation", "final_of", "draft_number", "since", "code")
    told = answer.json()
    return [told[name] for name in names] if answer.status_code == 200 else "hidden"


def test_a_draft_that_others_may_not_read_is_not_named(
    final, presidency, officer_jp, observer, signed_in
):
    """Not as what is final, and not as what changes are compared with."""
    draft = final.final_of
    since, instant = str(draft.since_report_id), "2017-05-20T12:00:00Z"
    pk, delegation, guest = str(draft.pk), signed_in(officer_jp), signed_in(observer)
    assert told_of(final, presidency) == ["final", pk, None, since, final.code]
    assert told_of(final, delegation) == ["final", pk, None, instant, final.code]
    assert told_of(final, guest) == ["final", None, None, instant, final.code]
    assert told_of(draft, presidency) == ["circulated", None, 2, since, draft.code]
    assert told_of(draft, delegation) == ["circulated", None, 2, instant, draft.code]
    assert told_of(draft, guest) == "hidden"


def test_keys_read_final_reports_and_a_delegations_circulated_ones(final):
    scopes = (Scope.READ_REPORTS, Scope.READ_GREEN)
    for member, expected in ((None, {"final"}), ("JP", {"final", "circulated"})):
        client = client_with(store_key(*scopes, member=member)[1])
        assert {row["circulation"] for row in results(client, "reports/")} == expected
        (row,) = results(client, "reports/", circulation="final")
        assert row["id"] == str(final.pk)
        found = results(client, "reports/", circulation="circulated")
        assert len(found) == len(expected) - 1
    clear = store_key(Scope.READ_REPORTS, Scope.READ_CLEAR, member="JP")[1]
    assert results(client_with(clear), "reports/") == []


# ---- Filters -------------------------------------------------------------------------


def test_reports_can_be_filtered(plan, stocktake, coordinator, presidency):
    long_ago = datetime(2017, 1, 1, tzinfo=UTC)
    old = make_finished_report(
        plan, coordinator, stocktake=stocktake, requested_at=long_ago
    )
    new = make_report(plan, coordinator, audience="amber")
    names = {str(old.pk): "old", str(new.pk): "new"}
    for params, expected in [
        ({}, "new old"),
        ({"plan": "test-plan"}, "new old"),
        ({"stocktake": "first"}, "old"),
        ({"kind": "stocktake"}, "new old"),
        ({"state": "done"}, "old"),
        ({"state": "cancelled"}, ""),
        ({"audience": "amber"}, "new"),
        ({"ordering": "requested_at"}, "old new"),
        ({"ordering": "-finished_at"}, "new old"),
        ({"ordering": "finished_at"}, "old new"),
        ({"ordering": "at,requested_at"}, "old new"),
    ]:
        found = [names[row["id"]] for row in results(presidency, "reports/", **params)]
        assert found == expected.split(), params
