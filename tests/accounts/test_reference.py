"""Tests of the reference files: the members and the rotation of the chair."""

import os
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.core.exceptions import ValidationError

from accounts.actions.reference import load_members, load_presidencies
from accounts.models import Member, Presidency, chair_at
from accounts.reference import (
    LoadOutcome,
    MemberRecord,
    PresidencyRow,
    ReferenceDataError,
    counts_sentence,
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


def problem(tmp_path: Path, text: str, name: str = "presidencies.toml") -> str:
    (tmp_path / name).write_text(text)
    read = read_presidencies if name == "presidencies.toml" else read_members
    with pytest.raises(ReferenceDataError) as caught:
        read(tmp_path / name)
    return str(caught.value)


def test_a_problem_is_one_sentence_with_the_file_and_the_row(tmp_path):
    next_year = PRESIDENCY.replace("2017-01", "2018-01").replace("2016", "2017")
    assert problem(tmp_path, PRESIDENCY + PRESIDENCY) == (
        "presidencies.toml: year of starts_at 2016 is given twice."
    )
    assert problem(tmp_path, PRESIDENCY + next_year.replace("2018", "2016")) == (
        "presidencies.toml, row 2: it ends before it starts."
    )
    assert problem(tmp_path, f"{PRESIDENCY}b = 1\na = 1") == (
        "presidencies.toml, row 1: a, b is not known here."
    )


@pytest.mark.parametrize("key", ["starts_at", "ends_at"])
def test_both_instants_of_a_presidency_need_a_time_zone(tmp_path, key):
    lines = PRESIDENCY.splitlines()
    without = [line.removesuffix("Z") if key in line else line for line in lines]
    assert "a time needs its" in problem(tmp_path, "\n".join(without))


def test_a_presidency_lasts_longer_than_an_instant(tmp_path):
    text = PRESIDENCY.replace("2017", "2016")
    assert "it ends before it starts" in problem(tmp_path, text)


def test_a_member_has_a_code_a_name_and_a_kind(tmp_path):
    path = tmp_path / "members.toml"
    path.write_text('[[members]]\ncode = "JP"\nname = "Japan"\nkind = "state"\n')
    assert read_members(path) == (MemberRecord("JP", "Japan", "state"),)


@pytest.mark.parametrize("name", [" ", "a\\u001fb"])
def test_a_name_is_more_than_blanks_and_has_no_control_character(tmp_path, name):
    text = f'[[members]]\ncode = "JP"\nname = "{name}"\nkind = "state"\n'
    assert problem(tmp_path, text, "members.toml") == (
        "members.toml, row 1: name must be a text."
    )


def test_a_file_in_any_script_is_read_as_utf_8(tmp_path):
    path = tmp_path / "members.toml"
    text = '[[members]]\ncode = "JP"\nname = "日本"\nkind = "state"\n'
    path.write_text(text, encoding="utf-8")
    assert read_members(path)[0].name == "日本"


def test_counts_are_told_in_one_sentence():
    counts = {LoadOutcome.UNCHANGED: 11, LoadOutcome.UPDATED: 1}
    assert counts_sentence("summits", counts) == "Summits: 1 updated, 11 unchanged."
    assert counts_sentence("summits", {}) == "Summits: none."


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
        rows=rows(("JP", day(2116), day(2117)), ("IT", day(2117), day(2118))), at=AT
    )


def test_the_chair_passes_at_the_instant(two_chairs):
    assert chair_at(day(2116)) == "JP"
    assert chair_at(datetime(2116, 12, 31, 23, 59, 59, tzinfo=UTC)) == "JP"
    assert chair_at(day(2117)) == "IT"
    assert chair_at(day(2118)) is None


@pytest.mark.parametrize("handover", [day(2117, 3), day(2117, 1, 2)])
def test_a_handover_that_moves_moves_both_neighbours(two_chairs, handover):
    moved = rows(("JP", day(2116), handover), ("IT", handover, day(2118)))
    assert load_presidencies(rows=moved, at=AT) == {LoadOutcome.UPDATED: 2}
    assert chair_at(day(2117)) == "JP"
    assert chair_at(handover) == "IT"
    back = rows(("JP", day(2116), day(2117)), ("IT", day(2117), day(2118)))
    assert load_presidencies(rows=back, at=AT) == {LoadOutcome.UPDATED: 2}
    assert chair_at(day(2117)) == "IT"


def test_another_member_for_a_year_corrects_that_years_row(two_chairs):
    load_presidencies(rows=rows(("CA", day(2117), day(2118))), at=AT)
    assert chair_at(day(2117)) == "CA"
    assert Presidency.objects.count() == 2
    event = Event.objects.latest("pk")
    assert (event.verb, event.data) == (
        "presidency.correct",
        {"member_id": ["IT", "CA"]},
    )


def test_a_presidency_that_runs_into_one_not_in_the_file_is_refused(two_chairs):
    before = list(Presidency.objects.order_by("pk").values())
    with pytest.raises(ValidationError) as caught:
        load_presidencies(rows=rows(("JP", day(2116), day(2117, 2))), at=AT)
    assert caught.value.code == "invalid_row"
    assert list(Presidency.objects.order_by("pk").values()) == before


def test_a_chair_that_is_no_member_is_refused(members):
    with pytest.raises(ValidationError, match="There is no member ZZ"):
        load_presidencies(rows=rows(("ZZ", day(2116), day(2117))), at=AT)


def test_a_presidency_that_has_begun_is_left_to_the_owner(members):
    load_presidencies(rows=rows(("JP", day(2016), day(2017))), at=AT)
    with pytest.raises(ValidationError, match="of 2016 has begun") as caught:
        load_presidencies(rows=rows(("IT", day(2016), day(2017))), at=AT)
    assert caught.value.code == "begun"
    assert chair_at(day(2016)) == "JP"


def change_presidency(url):
    with psycopg.connect(os.environ[url]) as session:
        session.execute("UPDATE accounts_presidency SET member_id = 'IT'")


@pytest.mark.django_db(transaction=True)
def test_the_owner_changes_it_and_an_event_says_so(members, all_rules):
    load_presidencies(rows=rows(("JP", day(2016), day(2017))), at=datetime.now(UTC))
    with pytest.raises(psycopg.DatabaseError, match="has begun and stays"):
        change_presidency("DATABASE_URL")
    change_presidency("DATABASE_OWNER_URL")
    assert chair_at(day(2016)) == "IT"
    event = Event.objects.get(verb="presidency.change_begun")
    assert event.data["before"]["member_id"] == "JP"
    assert event.data["after"]["member_id"] == "IT"
