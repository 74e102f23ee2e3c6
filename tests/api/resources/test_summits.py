"""Tests of summits in the API."""

from datetime import date

from commitments.models import Summit
from tests.api.conftest import API, results


def slugs(client, **params):
    return [row["slug"] for row in results(client, "summits/", **params)]


def test_summits_come_newest_first_and_can_be_narrowed(
    plan, any_key, refused_parameter
):
    Summit.objects.create(
        slug="taormina-2030",
        name="Taormina",
        year=2030,
        host_id="IT",
        place="Taormina, Italy",
        starts_on=date(2030, 5, 26),
        ends_on=date(2030, 5, 27),
    )
    Summit.objects.create(slug="next-2031", name="Next", year=2031, host_id="CA")
    first = plan.summit.slug
    assert slugs(any_key) == ["next-2031", "taormina-2030", first]
    assert slugs(any_key, host="IT") == ["taormina-2030"]
    assert slugs(any_key, search="taorm") == ["taormina-2030"]
    assert slugs(any_key, ordering="year") == [first, "taormina-2030", "next-2031"]
    assert any_key.get(f"{API}summits/taormina-2030/").json() == {
        "slug": "taormina-2030",
        "name": "Taormina",
        "year": 2030,
        "host": "IT",
        "place": "Taormina, Italy",
        "starts_on": "2030-05-26",
        "ends_on": "2030-05-27",
    }
    assert any_key.get(f"{API}summits/next-2031/").json()["starts_on"] is None
    refused = any_key.get(f"{API}summits/?host=XX")
    assert refused_parameter(refused) == ("host", "unknown_value")


def test_a_plan_names_a_summit_that_is_there(plan, any_key):
    named = any_key.get(f"{API}plans/test-plan/").json()["summit"]
    assert any_key.get(f"{API}summits/{named}/").json()["slug"] == named
