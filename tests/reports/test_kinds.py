"""The table of kinds, and the constraints that hold the same rules in the database."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from commitments.models import Instrument
from progress.models import Handling
from reports.kinds import KIND_RULES, KINDS, LABELS, LAYOUTS, sections_of
from reports.models import Report
from reports.snapshot.summary import RULES, SECTIONS_OF_TABLES

pytestmark = pytest.mark.django_db


def test_the_table_and_the_model_have_the_same_kinds() -> None:
    assert list(KIND_RULES) == list(KINDS) == list(Report.Kind.values)
    assert list(LAYOUTS) == list(Report.Layout.values)
    assert list(LABELS) == list(Handling.values)


def test_a_compact_report_leaves_out_two_annexes() -> None:
    full, compact = (
        sections_of("stocktake", "full"),
        sections_of("stocktake", "compact"),
    )
    assert [name for name in full if name not in {"entries", "instruments"}] == compact
    assert {"entries", "instruments"} < set(full)


def test_each_report_with_a_summary_prints_the_table_of_each_sentence() -> None:
    tables = {rule.table for rules in RULES.values() for rule in rules} - {""}
    needed = [SECTIONS_OF_TABLES[table] for table in tables]
    for kind in KINDS:
        for layout in KIND_RULES[kind].layouts:
            printed = set(sections_of(kind, layout))
            assert kind == "gaps" or all(printed & sections for sections in needed)


@pytest.fixture
def subjects(plan, coordinator) -> dict[str, Any]:
    """A value for each field that a kind may take."""
    action = plan.actions.first()
    return {
        "member_id": "JP",
        "action": action,
        "sub_area": action.sub_areas.first(),
        "instrument": Instrument.objects.first(),
        "since_at": datetime(2017, 1, 1, tzinfo=UTC).date(),
        "since_known_at": datetime(2017, 1, 1, 12, tzinfo=UTC),
    }


CHANGES = ("since_at", "since_known_at")
ACCEPTED: list[tuple[str, tuple[str, ...]]] = [
    ("stocktake", ()),
    ("member", ("member_id",)),
    ("brief", ("action",)),
    ("brief", ("sub_area",)),
    ("brief", ("instrument",)),
    ("changes", CHANGES),
    ("gaps", ()),
]
REFUSED: list[tuple[str, tuple[str, ...], str]] = [
    ("draft", (), "report_kind_is_known"),
    ("stocktake", ("member_id",), "report_of_a_member_has_one"),
    ("stocktake", ("action",), "report_brief_has_one_subject"),
    ("stocktake", CHANGES, "report_of_changes_has_a_since"),
    ("member", (), "report_of_a_member_has_one"),
    ("member", ("member_id", "sub_area"), "report_brief_has_one_subject"),
    ("brief", (), "report_brief_has_one_subject"),
    ("brief", ("action", "instrument"), "report_brief_has_one_subject"),
    ("brief", ("action", "sub_area", "instrument"), "report_brief_has_one_subject"),
    ("brief", ("member_id", "action"), "report_of_a_member_has_one"),
    ("changes", (), "report_of_changes_has_a_since"),
    ("changes", ("since_at",), "report_since_has_both_clocks"),
    ("gaps", ("since_known_at",), "report_since_has_both_clocks"),
    ("gaps", ("member_id",), "report_of_a_member_has_one"),
]


@pytest.fixture
def make(plan, coordinator, subjects, now):
    def create(kind: str, names: tuple[str, ...], **fields: Any) -> Report:
        values = {
            "audience": "amber",
            "at": now.date(),
            "known_at": now,
            "requested_at": now,
            "requested_by": coordinator,
        }
        scope = {name: subjects[name] for name in names}
        return Report.objects.create(plan=plan, kind=kind, **values | scope | fields)

    return create


def test_the_database_accepts_each_kind_with_what_it_takes(make) -> None:
    for kind, names in ACCEPTED:
        assert make(kind, names).pk


def test_the_database_refuses_each_kind_with_anything_else(make) -> None:
    for kind, names, constraint in REFUSED:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            make(kind, names)


def test_the_database_refuses_two_instants_to_compare_with(make, stocktake) -> None:
    with (
        pytest.raises(IntegrityError, match="report_of_changes_has_a_since"),
        transaction.atomic(),
    ):
        make("changes", CHANGES, since_stocktake=stocktake)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"audience": "green"}, "report_of_gaps_is_amber"),
        ({"layout": "compact"}, "report_of_gaps_is_amber"),
        ({"layout": "wide"}, "report_layout_is_known"),
    ],
)
def test_the_database_refuses_gaps_below_amber_or_in_another_layout(
    make, fields: dict[str, str], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make("gaps", (), **fields)
