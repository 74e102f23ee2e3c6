"""Tests of what a report is about: its rows are those that its query gives."""

from urllib.parse import parse_qsl

import pytest

from commitments.models import Action, Instrument, SubArea
from reports.models import Report
from reports.snapshot import build_snapshot


@pytest.fixture
def scopes(plan, members):
    commitment = plan.commitments.get(code="1.2.2")
    owner = Instrument.objects.create(slug="owner", name="Owner", kind="body")
    named = Instrument.objects.create(
        slug="named", name="Named", kind="database", owner=owner
    )
    commitment.instruments.add(named)
    return {
        "member": members["JP"],
        "action": Action.objects.get(plan=plan, number=2),
        "sub_area": SubArea.objects.get(action__plan=plan, code="1.2"),
        "instrument": owner,
    }


@pytest.mark.parametrize("scope", ["member", "action", "sub_area", "instrument"])
def test_a_report_has_the_rows_that_its_query_gives(
    signed_in, coordinator, plan, scopes, now, scope
):
    report = Report(
        kind="member" if scope == "member" else "brief",
        plan=plan,
        at=now.date(),
        known_at=now.replace(microsecond=0),
        audience="green",
        requested_at=now,
        requested_by=coordinator,
        **{scope: scopes[scope]},
    )
    snapshot = build_snapshot(report, ledger_head=None, font_dirs=())
    facts = snapshot["facts"]
    assert dict(facts["scope"])[scope] in {"JP", "2", "1.2", "owner"}
    assert facts["scope"]["title"]
    path, query = snapshot["envelope"]["query"].removeprefix("GET ").split("?")
    answer = signed_in(coordinator).get(path, dict(parse_qsl(query)))
    assert answer.status_code == 200, answer.content
    listed = {
        (row["member_commitment"]["commitment"], row["member_commitment"]["member"])
        for row in answer.json()["results"]
    }
    printed = {
        (commitment["code"], row["member"])
        for action in facts["actions"]
        for area in action["sub_areas"]
        for commitment in area["commitments"]
        for row in commitment["positions"]
    }
    assert printed == listed != set()
