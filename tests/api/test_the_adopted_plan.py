"""Tests of the adopted plan, read through the API with a key alone."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.api.conftest import results

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
SOURCE = FIXTURES / "ise-shima-2016-ct-action-plan.txt"
PLAN = "ise-shima-2016-ct"


@pytest.fixture
def client(db, any_key):
    call_command("load_reference_data", verbosity=0)
    call_command("load_plan", str(SOURCE), verbosity=0)
    return any_key


def folded(text):
    return " ".join(text.split())


def test_it_holds_28_commitments_owed_224_times(client):
    commitments = results(client, "commitments/", plan=PLAN, page_size=1000)
    assert len(commitments) == 28
    owed = results(client, "member-commitments/", plan=PLAN, page_size=1000)
    assert len(owed) == 224
    assert sum(row["member_kind"] == "state" for row in owed) == 196
    of_states = results(
        client, "member-commitments/", plan=PLAN, member_kind="state", page_size=1000
    )
    assert len(of_states) == 196


def test_its_parts_have_their_numbers(client):
    assert [row["code"] for row in results(client, "actions/", plan=PLAN)] == list(
        "123"
    )
    areas = results(client, "sub-areas/", plan=PLAN)
    assert [row["code"] for row in areas] == [f"1.{number}" for number in range(1, 8)]
    commitments = results(client, "commitments/", plan=PLAN)
    for action, expected in (("1", 20), ("2", 5), ("3", 3)):
        found = results(client, "commitments/", plan=PLAN, action=action)
        assert len(found) == expected
        assert found == [row for row in commitments if row["action"] == action]


def test_its_words_are_the_sources(client):
    """The joined bullets equal the source's, apart from white space."""
    source = folded(SOURCE.read_text(encoding="utf-8"))
    rest = source
    for commitment in results(client, "commitments/", plan=PLAN):
        mark, _found, rest = rest.partition(commitment["text"])
        assert mark.endswith("- "), commitment["code"]
    assert rest == ""


def test_an_instrument_finds_exactly_the_commitments_that_name_it(client):
    commitments = results(client, "commitments/", plan=PLAN)
    naming = [row["code"] for row in commitments if "INTERPOL" in row["text"]]
    found = results(client, "commitments/", instrument="interpol")
    assert [row["code"] for row in found] == naming
    assert len(naming) == 4
