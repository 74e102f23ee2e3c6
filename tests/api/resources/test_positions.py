"""Tests of positions: each member commitment's status, under both clocks."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from accounts.models import Scope
from progress.models import State
from tests.api.conftest import API, results
from tests.factories import make_entry, make_plan, member_commitment_of

BEFORE = datetime(2017, 1, 1, tzinfo=UTC)
AFTER = datetime(2017, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def publish(plan, officer_jp):
    def published(code="1.2.2", member="JP", **fields):
        owed = member_commitment_of(plan, code, member)
        values = {"state": State.PUBLISHED, "as_of": date(2016, 12, 1), **fields}
        return make_entry(owed, by=officer_jp, **values)

    return published


def positions(client, **params):
    rows = results(client, "positions/", plan="test-plan", **params)
    return {
        (
            row["member_commitment"]["commitment"],
            row["member_commitment"]["member"],
        ): row
        for row in rows
    }


def status(client, **params):
    return positions(client, **params)["1.2.2", "JP"]["status"]


# ---- Shape ---------------------------------------------------------------------------


def test_a_position(publish, stocktake, green_key):
    entry = publish(stocktake=stocktake, published_at=AFTER)
    assert positions(green_key)["1.2.2", "JP"] == {
        "member_commitment": {
            "id": str(entry.member_commitment_id),
            "plan": "test-plan",
            "commitment": "1.2.2",
            "member": "JP",
        },
        "entry": str(entry.pk),
        "stocktake": "first",
        "as_of": "2016-12-01",
        "published_at": "2017-03-01T00:00:00Z",
        "status": "substantial",
        "is_at_risk": False,
        "handling": "green",
        "shows_again": False,
        "unchanged_since": None,
        "lead_authority": "",
        "target_on": None,
    }


def test_a_member_commitment_without_an_entry_has_a_row(plan, green_key):
    owed = member_commitment_of(plan, "1.2.2", "JP")
    assert positions(green_key)["1.2.2", "JP"] == {
        "member_commitment": {
            "id": str(owed.pk),
            "plan": "test-plan",
            "commitment": "1.2.2",
            "member": "JP",
        },
        "entry": None,
        "stocktake": None,
        "as_of": None,
        "published_at": None,
        "status": None,
        "is_at_risk": None,
        "handling": None,
        "shows_again": None,
        "unchanged_since": None,
        "lead_authority": "",
        "target_on": None,
    }


def test_there_is_one_row_a_member_commitment_in_the_plans_order(publish, green_key):
    make_plan("another")
    publish()
    publish(as_of=date(2017, 1, 1))
    rows = positions(green_key)
    assert len(rows) == 32
    assert list(rows)[:2] == [("1.1.1", "CA"), ("1.1.1", "DE")]
    assert list(rows)[-1] == ("2.1", "US")


def test_a_position_has_no_address_of_its_own(publish, green_key, problem_of):
    entry = publish()
    problem_of(green_key.get(f"{API}positions/{entry.pk}/"), 404)


# ---- Two clocks ----------------------------------------------------------------------


def test_what_was_true_on_a_day(publish, green_key):
    publish(status="limited", as_of=date(2016, 12, 1))
    publish(status="implemented", as_of=date(2017, 5, 1))
    assert status(green_key) == "implemented"
    known_at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    for day, expected in [
        ("2017-05-01", "implemented"),
        ("2017-04-30", "limited"),
        ("2016-11-30", None),
    ]:
        assert status(green_key, at=day, known_at=known_at) == expected


def test_a_day_alone_moves_both_clocks(publish, green_key):
    end_of_march_1 = AFTER + timedelta(days=1, microseconds=-1)
    publish(status="limited", published_at=AFTER)
    publish(status="implemented", as_of=date(2016, 12, 2), published_at=end_of_march_1)
    publish(status="substantial", as_of=date(2016, 12, 3), published_at=AFTER + DAY)
    assert status(green_key, at="2017-02-28") is None
    assert status(green_key, at="2017-03-01") == "implemented"
    assert status(green_key, at="2017-03-02") == "substantial"
    assert status(green_key, known_at="2017-03-01T00:00:00Z") == "limited"


@pytest.mark.parametrize(
    ("clocks", "refused", "code", "words"),
    [
        ("at={tomorrow}", "at", "future", "which this system uses for its dates"),
        ("at=9999-12-31", "at", "future", "This day is in the future."),
        ("known_at={tomorrow}T00:00:00Z", "known_at", "future", "in the future"),
        ("known_at=2017-03-01T00:00:00.5Z", "known_at", "fraction", "whole seconds"),
        ("known_at=2017-03-01T00:00:00.000001Z", "known_at", "fraction", "fraction"),
        ("stocktake=first&at=2017-03-01", "at", "before_stocktake", "had not opened"),
        (
            "stocktake=first&known_at=2017-03-01T00:00:00Z",
            "known_at",
            "before_stocktake",
            "had not opened by then. It opened on",
        ),
    ],
)
def test_clocks_that_cannot_be_asked_for_are_refused_in_words(
    stocktake, green_key, refused_parameter, clocks, refused, code, words
):
    query = clocks.format(tomorrow=datetime.now(UTC).date() + DAY)
    answer = green_key.get(f"{API}positions/?plan=test-plan&{query}")
    assert refused_parameter(answer) == (refused, code)
    assert words in answer.json()["errors"][0]["detail"]


def test_both_clocks_are_refused_at_once(plan, green_key):
    query = "plan=test-plan&at=9999-12-31&known_at=9999-12-31T00:00:00Z"
    answer = green_key.get(f"{API}positions/?{query}")
    assert answer.status_code == 400
    assert [fault["parameter"] for fault in answer.json()["errors"]] == [
        "at",
        "known_at",
    ]


def test_a_whole_second_may_be_written_with_a_fraction_of_zero(plan, green_key):
    query = "plan=test-plan&known_at=2017-03-01T00:00:00.000Z"
    assert green_key.get(f"{API}positions/?{query}").status_code == 200


def test_what_was_known_at_an_instant(publish, green_key):
    publish(status="limited", published_at=BEFORE)
    publish(status="implemented", as_of=date(2016, 12, 2), published_at=AFTER)
    assert status(green_key, known_at="2017-03-01T00:00:00Z") == "implemented"
    assert status(green_key, known_at="2017-02-28T23:59:59Z") == "limited"
    assert status(green_key, known_at="2017-03-01T08:59:59+09:00") == "limited"
    assert status(green_key, known_at="2016-12-31T23:59:59Z") is None


def test_a_correction_takes_the_place_of_what_it_corrects(publish, green_key):
    slip = publish(status="implemented", published_at=BEFORE)
    publish(
        status="limited",
        published_at=AFTER,
        kind="correction",
        supersedes=slip,
        reason="A slip.",
    )
    assert status(green_key) == "limited"
    assert status(green_key, known_at="2017-02-01T00:00:00Z") == "implemented"


def test_after_a_withdrawal_an_earlier_entry_shows_again(publish, green_key):
    publish(status="limited", published_at=BEFORE - timedelta(days=9))
    wrong = publish(as_of=date(2016, 12, 5), published_at=BEFORE)
    publish(
        as_of=wrong.as_of,
        published_at=AFTER,
        kind="withdrawal",
        supersedes=wrong,
        reason="Untrue.",
    )
    row = positions(green_key)["1.2.2", "JP"]
    assert (row["status"], row["shows_again"]) == ("limited", True)
    row = positions(green_key, known_at="2017-02-01T00:00:00Z")["1.2.2", "JP"]
    assert (row["status"], row["shows_again"]) == ("substantial", False)


# ---- Who sees what -------------------------------------------------------------------


def test_below_amber_an_amber_position_reads_as_an_absent_one(
    plan, publish, green_key, own_key_jp
):
    publish(handling="amber")
    rows = positions(green_key)
    hidden, absent = rows["1.2.2", "JP"], rows["1.2.2", "FR"]
    hidden.pop("member_commitment")
    absent.pop("member_commitment")
    assert hidden == absent
    assert status(own_key_jp) == "substantial"


def test_a_green_entry_under_an_amber_one_is_a_green_readers_position(
    publish, green_key, own_key_jp
):
    publish(status="limited")
    publish(status="implemented", as_of=date(2017, 1, 1), handling="amber")
    assert status(green_key) == "limited"
    assert status(own_key_jp) == "implemented"


def test_a_green_entry_that_an_amber_one_supersedes_is_gone_for_everybody(
    publish, green_key, own_key_jp
):
    green = publish(status="limited", published_at=BEFORE)
    publish(
        handling="amber",
        published_at=AFTER,
        kind="correction",
        supersedes=green,
        reason="Not for everybody.",
    )
    assert status(green_key) is None
    assert status(green_key, known_at="2017-02-01T00:00:00Z") == "limited"
    assert status(own_key_jp) == "substantial"


def test_the_withdrawal_of_an_amber_entry_leaves_no_mark(publish, green_key):
    publish(status="limited", published_at=BEFORE - timedelta(days=9))
    amber = publish(as_of=date(2016, 12, 5), published_at=BEFORE, handling="amber")
    publish(
        as_of=amber.as_of,
        published_at=AFTER,
        kind="withdrawal",
        supersedes=amber,
        reason="Untrue.",
    )
    row = positions(green_key)["1.2.2", "JP"]
    assert (row["status"], row["shows_again"]) == ("limited", False)


def test_drafts_are_no_position_even_to_their_own(plan, officer_jp, own_key_jp):
    for state in (State.DRAFT, State.SUBMITTED):
        code = "1.2.2" if state == State.DRAFT else "2.1"
        make_entry(member_commitment_of(plan, code, "JP"), by=officer_jp, state=state)
    assert {row["status"] for row in positions(own_key_jp).values()} == {None}


def test_an_administrator_sees_rows_and_nothing_in_them(
    publish, administrator, signed_in
):
    publish(handling="clear")
    rows = positions(signed_in(administrator))
    assert len(rows) == 32
    assert {row["status"] for row in rows.values()} == {None}


# ---- Filters -------------------------------------------------------------------------


def test_positions_can_be_filtered(publish, stocktake, green_key):
    publish(status="limited", published_at=BEFORE)
    publish(status="implemented", as_of=date(2017, 1, 1), published_at=BEFORE)
    publish("2.1", handling="clear", published_at=AFTER, stocktake=stocktake)
    publish("2.1", "FR", handling="amber", status="limited")
    cases: list[tuple[dict[str, Any], int]] = [
        ({"action": "2"}, 8),
        ({"sub_area": "1.2"}, 16),
        ({"commitment": "1.1.1"}, 8),
        ({"instrument": "interpol"}, 8),
        ({"member": "JP"}, 4),
        ({"member": ["JP", "FR"]}, 8),
        ({"member_kind": "organization"}, 4),
        ({"search": "interpol"}, 8),
        ({"status": "implemented"}, 1),
        ({"status": "limited"}, 0),
        (
            {
                "status": "limited",
                "at": "2016-12-31",
                "known_at": "2017-01-01T00:00:00Z",
            },
            1,
        ),
        ({"status": "substantial"}, 1),
        ({"status": "substantial", "member": "FR"}, 0),
        ({"handling": "green"}, 1),
        ({"handling": "clear"}, 1),
        ({"handling": "amber"}, 0),
        ({"status": "implemented", "handling": "clear"}, 0),
        ({"stocktake": "first"}, 1),
        ({"as_of_after": "2017-01-01"}, 1),
        ({"as_of_before": "2016-12-31"}, 1),
        ({"published_since": "2017-02-01T00:00:00Z"}, 1),
    ]
    for params, expected in cases:
        assert len(positions(green_key, **params)) == expected, params


def test_positions_can_be_ordered_by_member(plan, green_key):
    rows = list(positions(green_key, ordering="-member,commitment"))
    assert rows[0] == ("1.1.1", "US")
    assert rows[4] == ("1.1.1", "JP")


def test_an_unknown_plan_is_refused(plan, green_key, refused_parameter):
    answer = green_key.get(f"{API}positions/?plan=nothing")
    assert refused_parameter(answer) == ("plan", "unknown_value")


# ---- Pages ---------------------------------------------------------------------------


def test_all_pages_of_one_list_tell_the_instant_of_the_first(
    publish, client_for_key, time_machine
):
    """What is published while a reader turns pages does not appear half way."""
    client = client_for_key(Scope.READ_GREEN)
    page = client.get(f"{API}positions/?plan=test-plan&page_size=20").json()
    time_machine.move_to(datetime.now(UTC) + timedelta(minutes=5))
    publish("2.1", "US", published_at=datetime.now(UTC))
    rows = client.get(page["next"]).json()["results"]
    assert len(rows) == 12
    assert rows[-1]["member_commitment"]["member"] == "US"
    assert rows[-1]["status"] is None
    assert positions(client)["2.1", "US"]["status"] == "substantial"


def test_clocks_that_were_given_stay_on_every_page(plan, green_key):
    query = "plan=test-plan&page_size=20&at=2017-01-01&known_at=2017-01-01T12:00:00Z"
    page = green_key.get(f"{API}positions/?{query}").json()
    assert "at=2017-01-01&" in page["next"]
    assert "known_at=2017-01-01T12%3A00%3A00Z" in page["next"]
    assert green_key.get(page["next"]).status_code == 200


@pytest.mark.parametrize(
    "clocks",
    [
        "",
        "at=2017-01-01",
        "known_at=2017-01-01T12:00:00Z",
        "at=2017-01-01&known_at=2017-01-02T12:00:00Z",
    ],
)
def test_a_cursor_is_bound_to_its_clocks(plan, green_key, refused_parameter, clocks):
    def page(query: str):
        return green_key.get(f"{API}positions/?plan=test-plan&page_size=20&{query}")

    next_url = page(clocks).json()["next"]
    assert green_key.get(next_url).status_code == 200
    cursor = parse_qs(urlsplit(next_url).query)["cursor"][0]
    for others in (
        "",
        "at=2017-01-03",
        "known_at=2017-01-01T12:00:01Z",
        "at=2016-12-31&known_at=2017-01-01T12:00:00Z",
        "at=9999-12-31",
    ):
        if others == clocks != "":
            continue
        answer = page(f"cursor={cursor}&{others}")
        assert refused_parameter(answer) == ("cursor", "invalid_cursor")
        assert "at these clocks" in answer.json()["errors"][0]["detail"]


def test_the_clocks_of_a_cursor_may_be_given_as_they_were_asked_for(plan, green_key):
    query = "plan=test-plan&page_size=20&at=2017-01-01"
    next_url = green_key.get(f"{API}positions/?{query}").json()["next"]
    cursor = parse_qs(urlsplit(next_url).query)["cursor"][0]
    answer = green_key.get(f"{API}positions/?{query}&cursor={cursor}")
    assert answer.json()["results"] == green_key.get(next_url).json()["results"]
