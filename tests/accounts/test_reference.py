"""Members and the rotation of the chair, as the reference files have them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from accounts.actions.reference import load_members, load_presidencies
from accounts.models import Member, Presidency, chair_at
from accounts.reference import (
    LoadOutcome,
    MemberRecord,
    PresidencyRow,
    ReferenceDataError,
    read_members,
    read_presidencies,
)
from audit.models import Event

FIXTURES = Path(__file__).parents[2] / "fixtures"
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROTATION = ["JP", "IT", "CA", "FR", "US", "GB", "DE"]


def day(year: int, month: int = 1, of_month: int = 1) -> datetime:
    return datetime(year, month, of_month, tzinfo=UTC)


def rows(*periods: tuple[str, datetime, datetime]) -> list[PresidencyRow]:
    return [PresidencyRow(*period) for period in periods]


# ---- The files


def test_members_are_the_seven_and_the_european_union():
    members = read_members(FIXTURES / "members.toml")
    states = {row.code for row in members if row.kind == "state"}
    assert states == set(ROTATION)
    assert [row.code for row in members if row.kind == "organization"] == ["EU"]


def test_the_chair_rotates_every_1_january_from_japan_to_japan():
    presidencies = read_presidencies(FIXTURES / "presidencies.toml")
    assert [row.member for row in presidencies] == [*ROTATION, *ROTATION, "JP"]
    assert [(row.starts_at, row.ends_at) for row in presidencies] == [
        (day(year), day(year + 1)) for year in range(2016, 2031)
    ]


PRESIDENCY = """[[presidencies]]
member = "JP"
starts_at = 2016-01-01T00:00:00Z
ends_at = 2017-01-01T00:00:00Z
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PRESIDENCY.replace("2016-01-01T00:00:00Z", "2016-01-01"), "with its zone"),
        (PRESIDENCY.replace("Z\n", "\n"), "a time needs its time zone"),
        (PRESIDENCY.replace("2017", "2015"), "it ends before it starts"),
        (PRESIDENCY + PRESIDENCY, "year of starts_at 2016 is given twice"),
        (
            PRESIDENCY
            + PRESIDENCY.replace("2017-01", "2017-03").replace("2016", "2017")
            + PRESIDENCY.replace("2017-", "2018-").replace("2016-01", "2015-06"),
            "presidencies of JP and JP overlap in 2016",
        ),
    ],
)
def test_a_slip_in_the_presidencies_is_said(tmp_path, text, words):
    (tmp_path / "presidencies.toml").write_text(text)
    with pytest.raises(ReferenceDataError, match=words):
        read_presidencies(tmp_path / "presidencies.toml")


def test_a_member_named_twice_is_refused(tmp_path):
    row = '[[members]]\ncode = "JP"\nname = "Japan"\nkind = "state"\n'
    (tmp_path / "members.toml").write_text(row + row)
    with pytest.raises(ReferenceDataError, match="code JP is given twice"):
        read_members(tmp_path / "members.toml")


# ---- Members


def test_members_are_made_corrected_and_left_alone(db, administrator):
    load_members(rows=[MemberRecord("XA", "Alpha", "state")], at=AT)
    counts = load_members(
        rows=[
            MemberRecord("XA", "Alfa", "state"),
            MemberRecord("XB", "Bravo", "state"),
        ],
        by=administrator,
        at=AT,
    )
    assert counts == {LoadOutcome.UPDATED: 1, LoadOutcome.CREATED: 1}
    assert Member.objects.get(code="XA").name == "Alfa"
    corrected, created = Event.objects.order_by("pk")[1:3]
    assert (corrected.verb, corrected.target_id) == ("member.correct", "XA")
    assert corrected.data == {"name": ["Alpha", "Alfa"]}
    assert (created.verb, created.actor) == ("member.create", administrator.email)


def test_a_members_own_settings_survive_a_load(db):
    row = MemberRecord("XA", "Alpha", "state")
    load_members(rows=[row], at=AT)
    Member.objects.filter(code="XA").update(skips_clearance=True)
    assert load_members(rows=[row], at=AT) == {LoadOutcome.UNCHANGED: 1}
    assert Member.objects.get(code="XA").skips_clearance


# ---- Presidencies


@pytest.fixture
def two_chairs(members) -> None:
    load_presidencies(
        rows=rows(("JP", day(2016), day(2017)), ("IT", day(2017), day(2018))), at=AT
    )


def test_the_chair_passes_at_the_instant(two_chairs):
    assert chair_at(day(2016)) == "JP"
    assert chair_at(datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)) == "JP"
    assert chair_at(day(2017)) == "IT"
    assert chair_at(day(2018)) is None


@pytest.mark.parametrize("handover", [day(2017, 3), day(2017, 1, 2)])
def test_a_handover_that_moves_moves_both_neighbours(two_chairs, handover):
    moved = rows(("JP", day(2016), handover), ("IT", handover, day(2018)))
    assert load_presidencies(rows=moved, at=AT) == {LoadOutcome.UPDATED: 2}
    assert chair_at(day(2017)) == "JP"
    assert chair_at(handover) == "IT"
    back = rows(("JP", day(2016), day(2017)), ("IT", day(2017), day(2018)))
    assert load_presidencies(rows=back, at=AT) == {LoadOutcome.UPDATED: 2}
    assert chair_at(day(2017)) == "IT"


def test_another_member_for_a_year_corrects_that_years_row(two_chairs):
    load_presidencies(rows=rows(("CA", day(2017), day(2018))), at=AT)
    assert chair_at(day(2017)) == "CA"
    assert Presidency.objects.count() == 2
    event = Event.objects.latest("pk")
    assert (event.verb, event.data) == (
        "presidency.correct",
        {"member_id": ["IT", "CA"]},
    )


def test_a_presidency_that_runs_into_one_not_in_the_file_is_refused(two_chairs):
    before = list(Presidency.objects.order_by("pk").values())
    with pytest.raises(ValidationError) as caught:
        load_presidencies(rows=rows(("JP", day(2016), day(2017, 2))), at=AT)
    assert caught.value.code == "invalid_row"
    assert list(Presidency.objects.order_by("pk").values()) == before


def test_a_chair_that_is_no_member_is_refused(members):
    with pytest.raises(ValidationError, match="There is no member ZZ"):
        load_presidencies(rows=rows(("ZZ", day(2016), day(2017))), at=AT)
