"""Tests of instruments in the API, and of what concerns one."""

import pytest

from commitments.models import Commitment, Instrument
from progress.models import State
from tests.api.conftest import API, results
from tests.factories import make_entry, make_plan, member_commitment_of


def codes(client, path, field="code", **params):
    return [row[field] for row in results(client, path, **params)]


def test_instruments_can_be_filtered(plan, any_key):
    oecd = Instrument.objects.create(slug="oecd", name="OECD", kind="body")
    Instrument.objects.create(slug="fatf", name="FATF", kind="body", owner=oecd)
    Instrument.objects.create(slug="pnr", name="Passenger Name Record", kind="data")
    assert codes(any_key, "instruments/", "slug", kind="data") == ["pnr"]
    assert codes(any_key, "instruments/", "slug", search="oecd") == ["fatf", "oecd"]
    assert codes(any_key, "instruments/", "slug", instrument_owner="oecd") == ["fatf"]
    fatf = any_key.get(f"{API}instruments/fatf/").json()
    assert (fatf["owner"], fatf["owner_slug"]) == ("OECD", "oecd")


@pytest.fixture
def owned(plan):
    """A database of INTERPOL, and a part of that: 1.2.1 and 2.1 name them."""
    interpol = Instrument.objects.get(slug="interpol")
    base = Instrument.objects.create(
        slug="base", name="Base", kind="database", owner=interpol
    )
    part = Instrument.objects.create(slug="part", name="Part", kind="data", owner=base)
    plan.commitments.get(code="1.2.1").instruments.add(base)
    plan.commitments.get(code="2.1").instruments.add(part, interpol)


def test_what_concerns_a_body_names_it_or_names_what_it_owns(
    owned, plan, any_key, officer_jp, green_key
):
    make_plan("another")
    concerned = {"interpol": ["1.2.1", "1.2.2", "2.1"], "base": ["1.2.1", "2.1"]}
    for slug, expected in {**concerned, "part": ["2.1"]}.items():
        given = {"plan": "test-plan", "instrument_owner": slug}
        found = Commitment.objects.filter(plan=plan).concerning(slug)
        assert sorted(found.values_list("code", flat=True)) == expected
        assert codes(any_key, "commitments/", **given) == expected
        for path in ("member-commitments/", "positions/"):
            rows = results(green_key, path, page_size=1000, member="JP", **given)
            named = [row.get("member_commitment", row)["commitment"] for row in rows]
            assert named == expected
    # `instrument` is still what a commitment names itself.
    named = codes(any_key, "commitments/", plan="test-plan", instrument="interpol")
    assert named == ["1.2.2", "2.1"]
    for code in ("1.1.1", "1.2.1", "2.1"):
        owed = member_commitment_of(plan, code, "JP")
        make_entry(owed, by=officer_jp, state=State.PUBLISHED, handling="green")
    entries = results(green_key, "entries/", instrument_owner="base")
    found_codes = {row["member_commitment"]["commitment"] for row in entries}
    assert found_codes == {"1.2.1", "2.1"}
    assert results(green_key, "entries/", instrument_owner="base", member="FR") == []


def test_an_unknown_owner_is_refused(plan, any_key):
    for path in ("commitments", "member-commitments", "instruments"):
        answer = any_key.get(f"{API}{path}/?instrument_owner=nobody")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["parameter"] == "instrument_owner"
