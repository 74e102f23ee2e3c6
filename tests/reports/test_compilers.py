"""Tests of who may compile which report: in a browser, in the API, and when it runs.

`compilers.csv` is written by hand from the rules and read by nothing else.
"""

import csv
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Scope, User
from reports.models import Report
from reports.permissions import can_still_compile
from tests.api.conftest import API, client_with, store_key

LINES = (Path(__file__).parent / "compilers.csv").read_text("utf-8").splitlines()
TABLE = list(csv.DictReader(LINES))
ROLES = list(TABLE[0])[3:]

pytestmark = pytest.mark.django_db


def page_fields(row: dict[str, str]) -> dict[str, str]:
    """Return what a browser sends for a row of the table."""
    fields = {"plan": "test-plan", "audience": row["audience"], "layout": "full"}
    fields["language"] = "en"
    if row["kind"] == "member":
        fields["member"] = row["about"]
    if row["kind"] == "brief":
        fields["subject"] = row["about"]
    if row["kind"] == "changes":
        fields |= {"since": "day", "since_day": "2017-01-01"}
    return fields


def api_fields(row: dict[str, str]) -> dict[str, str]:
    """Return the body of the API's request for a row of the table."""
    fields = {
        "plan": "test-plan", "kind": row["kind"], "audience": row["audience"]
    }  # fmt: skip
    if row["kind"] == "member":
        fields["member"] = row["about"]
    if row["kind"] == "brief":
        name, _colon, code = row["about"].partition(":")
        fields[name] = code
    if row["kind"] == "changes":
        fields["since"] = "2017-01-01"
    return fields


def taken_back() -> bool:
    """Return whether a report was requested, and free its place in the queue."""
    done = Report.objects.filter(state="queued").update(
        state="cancelled", finished_at="2026-01-01T00:00:00Z"
    )
    return done == 1


@pytest.mark.parametrize("role", ROLES)
def test_each_role_requests_what_the_table_says_in_a_browser(
    role: str, request: pytest.FixtureRequest, signed_in: Any, plan: Any, chair: str
) -> None:
    browser = signed_in(request.getfixturevalue(role))
    wrong = []
    for row in TABLE:
        answer = browser.post(f"/reports/new/{row['kind']}/", page_fields(row))
        is_made = taken_back()
        assert (
            answer.status_code == 302 if is_made else answer.status_code in {403, 422}
        )
        if is_made != (row[role] == "yes"):
            wrong.append((row["kind"], row["about"], row["audience"]))
    assert not wrong


@pytest.mark.parametrize("role", ROLES)
def test_each_role_requests_what_the_table_says_in_the_api(
    role: str, request: pytest.FixtureRequest, signed_in: Any, plan: Any, chair: str
) -> None:
    client = signed_in(request.getfixturevalue(role))
    wrong = []
    for row in TABLE:
        answer = client.post(f"{API}reports/", api_fields(row), "application/json")
        is_made = taken_back()
        assert (
            answer.status_code == 202 if is_made else answer.status_code in {403, 422}
        )
        if is_made != (row[role] == "yes"):
            wrong.append((row["kind"], row["about"], row["audience"]))
    assert not wrong


GREEN = (Scope.READ_CLEAR, Scope.READ_GREEN)
# The key of an observer or an officer, and the role whose rows of the table it has.
KEYS: dict[str, tuple[tuple[Scope, ...], str | None, str]] = {
    "observer": (GREEN, None, "observer"),
    "officer": ((Scope.READ_OWN, *GREEN), "JP", "officer_jp"),
    "officer up to green": (GREEN, "JP", "officer_jp"),
    "clear": ((Scope.READ_CLEAR,), None, "observer"),
    "nothing": ((), None, "observer"),
}


@pytest.mark.parametrize("name", KEYS)
def test_a_key_requests_what_its_user_may_up_to_what_it_reads(
    name: str, plan: Any, chair: str
) -> None:
    scopes, member, role = KEYS[name]
    _key, token = store_key(Scope.COMPILE_REPORTS, *scopes, member=member)
    client = client_with(token)
    reads = {scope.value.partition(":")[2] for scope in scopes}
    labels = reads | ({"amber", "clear", "green"} if "own" in reads else set())
    for row in TABLE:
        client.post(f"{API}reports/", api_fields(row), "application/json")
        may = row[role] == "yes" and row["audience"] in labels
        assert taken_back() == may, row


def test_rights_are_checked_again_when_the_job_runs(
    plan: Any, officer_jp: User, coordinator: User, now: datetime
) -> None:
    """Each requester may compile their report now, and not once their role is gone."""
    own = Report(
        kind="member", audience="amber", member_id="JP", requested_by=officer_jp
    )
    draft = Report(audience="green", requested_by=coordinator, is_of_presidency=True)
    assert can_still_compile(own, at=now)
    assert can_still_compile(draft, at=now)
    own.member_id = "FR"
    assert not can_still_compile(own, at=now)
    own.member_id, officer_jp.member_id = "JP", "FR"
    assert not can_still_compile(own, at=now)
    # After the handover, also if another role of the person could compile it.
    coordinator.roles = [*coordinator.roles, "observer"]
    assert can_still_compile(draft, at=now)
    assert not can_still_compile(draft, at=now + timedelta(days=365))


def test_an_officer_reads_only_their_own_reports_about_their_own_member(
    plan: Any, officer_jp: User, head_jp: User, coordinator: User, now: datetime
) -> None:
    own = Report.objects.create(
        kind="member", audience="amber", member_id="JP", requested_by=officer_jp,
        plan=plan, at=now.date(), known_at=now, requested_at=now,
    )  # fmt: skip
    seen = Report.objects.visible_to
    assert list(seen(officer_jp, now)) == [own]
    for other in (head_jp, coordinator):
        assert not seen(other, now).exists()
    officer_jp.roles = ["contributor"]
    assert not seen(officer_jp, now).exists()
    officer_jp.roles, officer_jp.member_id = ["officer"], "FR"
    assert not seen(officer_jp, now).exists()
