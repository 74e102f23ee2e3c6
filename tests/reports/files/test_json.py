"""Tests of the JSON of a report, and of the JSON Schema that describes it."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from progress.ledger.chain import hash_of
from progress.models import State
from reports.json_schema import report_schema
from reports.kinds import KINDS, Kind
from reports.renderers.json_document import render_json
from reports.snapshot_schema import SCHEMA_VERSION
from tests.factories import make_entry, member_commitment_of
from tests.reports.languages.test_languages import report_in, snapshot_of
from tests.reports.sample_snapshot import sample_snapshot
from tests.source_files import ROOT

SCHEMA = json.loads(report_schema())


@pytest.fixture(scope="module")
def snapshot() -> Any:
    return sample_snapshot()


def faults(document: Any) -> list[str]:
    return [
        error.message for error in Draft202012Validator(SCHEMA).iter_errors(document)
    ]


def test_the_json_is_the_snapshot_that_every_file_names(snapshot):
    content = render_json(snapshot)
    assert sha256(content).hexdigest() == hash_of(snapshot)
    assert json.loads(content) == snapshot


def test_the_schema_is_a_schema_and_true():
    Draft202012Validator.check_schema(SCHEMA)
    for kind in KINDS:
        assert faults(json.loads(render_json(sample_snapshot(kind=kind)))) == []


@pytest.mark.long
@pytest.mark.django_db
def test_a_report_of_every_kind_fits_the_schema(
    plan, stocktake, officer_jp, coordinator, members
):
    make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        state=State.PUBLISHED,
        stocktake=stocktake,
        published_by=coordinator,
        evidence=2,
        file_name="report.pdf",
    )
    early = datetime.now(UTC).replace(microsecond=0) - timedelta(days=30)
    kinds: dict[Kind, Any] = {
        "stocktake": {},
        "member": {"member": members["JP"]},
        "brief": {"action": plan.actions.get(number=1)},
        "changes": {"since_at": early.date(), "since_known_at": early},
        "gaps": {"audience": "amber"},
    }
    assert set(kinds) == set(KINDS)
    for kind, fields in kinds.items():
        report = report_in("fr", plan, stocktake, coordinator, kind=kind, **fields)
        found = json.loads(render_json(snapshot_of(report)))
        assert faults(found) == []
        assert found["facts"]["entries"], kind


PLANTED = {
    "another schema": lambda found: found.update(schema=5),
    "a key that is not described": lambda found: found["facts"].update(extra=1),
    "a key left out": lambda found: found["envelope"].pop("ledger_head"),
    "a label left out": lambda found: found["facts"]["labels"].pop("matrix"),
    "a status that is none": lambda found: first_entry(found).update(status="done"),
    "a text for a number": lambda found: found["facts"]["figures"]["overall"].update(
        cells="224"
    ),
    "another audience": lambda found: found["facts"].update(audience="red"),
}


def first_entry(found: Any) -> Any:
    return next(iter(found["facts"]["entries"].values()))


@pytest.mark.parametrize("name", PLANTED)
def test_the_schema_refuses_what_is_no_report(name, snapshot):
    wrong = deepcopy(snapshot)
    PLANTED[name](wrong)
    assert len(faults(wrong)) == 1


def test_the_schema_of_the_documents_is_the_one_of_the_code():
    """If it is not: make schema."""
    written = ROOT / "docs" / "report.schema.json"
    assert written.read_bytes() == report_schema()


def test_everyone_may_read_the_schema(client):
    answer = client.get(f"/reports/schema/report-{SCHEMA_VERSION}.json")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/schema+json"
    assert answer.content == report_schema()
