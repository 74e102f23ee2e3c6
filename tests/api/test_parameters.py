"""Tests of parameters: an unknown, repeated or unreadable one is refused by name."""

import pytest
from rest_framework import serializers

from api.fields import ChoiceIn
from api.filters import ChoiceFilter, Filters
from api.urls import router

API = "/api/v1/"
LISTS = [
    "members/",
    "summits/",
    "plans/",
    "actions/",
    "sub-areas/",
    "commitments/",
    "instruments/",
    "member-commitments/",
    "stocktakes/",
    "entries/",
    "evidence/",
    "assessing-bodies/",
    "guidelines/",
    "assessment-tables/",
    "assessments/",
    "positions/?plan=test-plan",
    "reports/",
]
# Found through entries, in one order.
UNORDERED = {"evidence/"}


@pytest.fixture
def client(client_for_key, plan):
    return client_for_key("read:clear", "read:green", "read:reports", "manage:webhooks")


def url(path, query):
    return f"{API}{path}{'&' if '?' in path else '?'}{query}"


def test_every_list_is_here(client):
    places = client.get(API).json()
    named = {path.partition("/")[0] for path in LISTS}
    assert set(places) == named | {"changes", "webhooks", "me", "schema", "docs"}


@pytest.mark.parametrize("path", LISTS)
def test_every_list_refuses_what_it_cannot_read(client, refused_parameter, path):
    for query, refused in {
        "colour=red": ("colour", "unknown"),
        "PAGE_SIZE=5": ("PAGE_SIZE", "unknown"),
        "a%00b=1": ("a\x00b", "unknown"),
        "%ff=1": ("\ufffd", "unknown"),
        "page_size=": ("page_size", "blank"),
        "page_size=5&page_size=6": ("page_size", "repeated"),
        "page_size=0": ("page_size", "invalid_size"),
        "page_size=1001": ("page_size", "invalid_size"),
        "page_size=-1": ("page_size", "invalid_size"),
        "page_size=1e2": ("page_size", "invalid_size"),
        "page_size=%D9%A1": ("page_size", "invalid_size"),
        "page_size=ten": ("page_size", "invalid_size"),
        "cursor=": ("cursor", "blank"),
        "cursor=nonsense": ("cursor", "invalid_cursor"),
        "cursor=%00": ("cursor", "not_text"),
    }.items():
        assert refused_parameter(client.get(url(path, query))) == refused, query


@pytest.mark.parametrize("path", [path for path in LISTS if path not in UNORDERED])
def test_every_list_refuses_an_order_that_it_does_not_have(
    client, refused_parameter, path
):
    for query, code in {
        "ordering=colour": "unknown_order",
        "ordering=,": "unknown_order",
        "ordering=--plan": "unknown_order",
        "ordering=%00": "not_text",
    }.items():
        answer = client.get(url(path, query))
        assert refused_parameter(answer) == ("ordering", code), query


# Lists that have no texts.
WITHOUT_SEARCH = {"assessment-tables/", "reports/"}
SEARCHED = [path for path in LISTS if path not in WITHOUT_SEARCH | UNORDERED]


@pytest.mark.parametrize("path", SEARCHED)
def test_every_search_refuses_what_is_no_text(client, refused_parameter, path):
    for query, code in {
        "search=": "blank",
        "search=a&search=b": "repeated",
        "search=%00": "not_text",
        "search=%ED%A0%80": "not_text",
        "search=%ff": "not_text",
        "search=" + "x" * 1001: "too_long",
        "search=" + "x" * 100_000: "too_long",
    }.items():
        answer = client.get(url(path, query))
        assert refused_parameter(answer) == ("search", code)


@pytest.mark.parametrize("path", SEARCHED)
def test_every_search_takes_script_emoji_and_wildcards(client, path):
    for words in ("%3Cscript%3E", "%F0%9F%91%8D", "%25", "%5C", "%27%22", "x" * 1000):
        assert client.get(url(path, f"search={words}")).status_code == 200


def test_a_thousand_parameters_are_too_many(client, problem_of):
    query = "&".join(f"p{number}=1" for number in range(1001))
    problem = problem_of(client.get(url("plans/", query)), 400)
    assert problem["type"].endswith("#problem-bad-request")


def test_every_fault_is_named_at_once(client, problem_of):
    problem = problem_of(client.get(url("plans/", "colour=red&search=&taste=")), 400)
    assert [error["parameter"] for error in problem["errors"]] == [
        "colour",
        "search",
        "taste",
    ]


NAMING = {
    "plan": ["nothing", "TEST-PLAN", "test-plan%20", "1", "x" * 300],
    "action": ["9", "01", "1.2", "x", "-1", "99999999999999999999", "%D9%A1"],
    "sub_area": ["1.9", "1", "x"],
    "commitment": ["9.9", "1.2", "x", "1.2.2%20"],
    "instrument": ["nothing", "INTERPOL"],
    "member": ["XX", "jp", "UK", "JPN", "JP,FR"],
    "stocktake": ["nothing"],
}
NAMED_IN = {
    "commitments/": {"plan", "action", "sub_area", "commitment", "instrument"},
    "member-commitments/": set(NAMING) - {"stocktake"},
    "entries/": set(NAMING),
    "positions/?plan=test-plan": set(NAMING) - {"plan"},
    "evidence/": set(NAMING),
    "stocktakes/": {"plan"},
    "reports/": {"plan", "stocktake"},
    "actions/": {"plan"},
    "sub-areas/": {"plan", "action"},
}


@pytest.mark.parametrize("path", NAMED_IN)
def test_a_name_that_nothing_has_is_refused(client, refused_parameter, path):
    for name in NAMED_IN[path]:
        for value in NAMING[name]:
            answer = client.get(url(path, f"{name}={value}"))
            assert refused_parameter(answer) == (name, "unknown_value"), value


def test_one_bad_name_among_several_is_refused(client, refused_parameter):
    answer = client.get(url("entries/", "member=JP&member=XX"))
    assert refused_parameter(answer) == ("member", "unknown_value")


def test_a_word_outside_the_choices_is_refused(client, refused_parameter):
    for path, name, value in [
        ("entries/", "status", "done"),
        ("entries/", "status", "Limited"),
        ("entries/", "status", "not_reported"),
        ("entries/", "state", "open"),
        ("entries/", "state", "PUBLISHED"),
        ("entries/", "handling", "red"),
        ("entries/", "kind", "change"),
        ("entries/", "member_kind", "country"),
        ("members/", "kind", "country"),
        ("instruments/", "kind", "thing"),
        ("reports/", "state", "ready"),
        ("reports/", "kind", "gaps!"),
        ("reports/", "audience", "red"),
        ("positions/?plan=test-plan", "status", "null"),
    ]:
        answer = client.get(url(path, f"{name}={value}"))
        assert refused_parameter(answer) == (name, "invalid_choice")


def filters_of(viewset):
    return getattr(viewset, "filterset_class", Filters).base_filters


def test_a_refusal_lists_what_can_be_chosen(client, problem_of):
    listed = 0
    for prefix, viewset, _name in router.registry:
        path = "positions/?plan=test-plan" if prefix == "positions" else f"{prefix}/"
        for name, one in filters_of(viewset).items():
            if isinstance(one, ChoiceFilter):
                values = [str(value) for value, _label in one.extra["choices"]]
                answer = client.get(url(path, f"{name}=nothing"))
                (error,) = problem_of(answer, 400)["errors"]
                assert error["detail"] == f"Select one of: {', '.join(values)}."
                listed += 1
    assert listed > 15


def test_what_names_an_instrument_can_also_be_found_by_its_owner():
    for prefix, viewset, _name in router.registry:
        names = set(filters_of(viewset))
        assert "instrument" not in names or "instrument_owner" in names, prefix


def bodies(of=serializers.Serializer):
    for kind in of.__subclasses__():
        yield from bodies(kind)
        if kind.__module__.startswith("api.") and kind.__name__.endswith("In"):
            yield kind


def test_a_choice_in_a_body_is_refused_with_the_same_words():
    choices = [
        (body, field)
        for body in bodies()
        for field in body().fields.values()
        if isinstance(field, serializers.ChoiceField)
    ]
    assert choices
    for body, field in choices:
        assert isinstance(field, ChoiceIn), (body, field)


@pytest.mark.parametrize("path", ["entries/", "positions/?plan=test-plan"])
def test_a_day_that_is_none_is_refused(client, refused_parameter, path):
    for value in [
        "yesterday",
        "2017-5-2",
        "2017-02-30",
        "20170525",
        "2017-W21-4",
        "25.05.2017",
        "0000-01-01",
        "2017-05-25T00:00:00Z",
        "%D9%A2%D9%A0%D9%A1%D9%A7-05-25",
        "2017-05-25%0A",
        "infinity",
    ]:
        for name in ("as_of_after", "as_of_before"):
            answer = client.get(url(path, f"{name}={value}"))
            assert refused_parameter(answer) == (name, "invalid_date")


@pytest.mark.parametrize("path", ["entries/", "positions/?plan=test-plan"])
def test_an_instant_that_is_none_is_refused(client, refused_parameter, path):
    for value in [
        "now",
        "2017-05-25",
        "2017-05-25T12:00:00",
        "2017-05-25%2012:00:00Z",
        "2017-05-25T25:00:00Z",
        "2017-05-25T12:00:00+02:00",  # a bare plus is a blank in an address
        "2017-05-25T12:00:00%2B99:00",
        "0001-01-01T00:00:00%2B14:00",
        "9999-12-31T23:59:59-14:00",
        "2017-05-25T12:00:00.1234567Z",
        "1495713600",
    ]:
        answer = client.get(url(path, f"published_since={value}"))
        assert refused_parameter(answer) == ("published_since", "invalid_instant")


@pytest.mark.parametrize("path", ["entries/", "positions/?plan=test-plan"])
def test_an_instant_with_its_zone_is_read(client, path):
    for value in [
        "2017-05-25T12:00Z",
        "2017-05-25T12:00:00.123456Z",
        "2017-05-25T12:00:00%2B09:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ]:
        assert client.get(url(path, f"published_since={value}")).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["", "schema/", "members/JP/", "plans/test-plan/", "commitments/test-plan/2.1/"],
)
def test_what_takes_no_parameter_refuses_each(client, refused_parameter, path):
    answer = client.get(url(path, "plan=test-plan"))
    assert refused_parameter(answer) == ("plan", "unknown")
    assert client.get(f"{API}{path}").status_code == 200


def test_positions_need_a_plan(client, refused_parameter):
    answer = client.get(f"{API}positions/")
    assert refused_parameter(answer) == ("plan", "required")
    assert "/api/v1/plans/ lists them." in answer.json()["detail"]
