"""Tests of tables over the API: their figures, two bodies, a revision, two instants."""

from datetime import timedelta
from fractions import Fraction
from time import sleep

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Scope
from api.resources.changes import ChangeOut
from progress.models import Assessment
from tests.api.conftest import API, client_with, results, store_key
from tests.progress.assessments.scoring import (
    SCORES,
    make_table,
    release,
    released_at,
    released_table,
    revision,
    score,
)

# 1.1.1: FR +1, JP 0, DE -1; 1.2.1: FR -1, JP n/a; 2.1: FR 0.
HAND = {
    **SCORES,
    ("1.1.1", "DE"): "-1",
    ("1.2.1", "JP"): "not_applicable",
    ("2.1", "FR"): "0",
}
NOTHING = {"average": None, "numerator": None, "denominator": None, "percentage": None}


def detail(client, table):
    answer = client.get(f"{API}assessment-tables/{table.pk}/")
    assert answer.status_code == 200, answer.content
    return answer.json()


def row_of(rows, **key):
    [(name, value)] = key.items()
    [found] = [row for row in rows if row[name] == value]
    return {name: found[name] for name in found if name not in {"counts", "members"}}


def test_the_figures_are_those_of_the_hand(observatory, stocktake, green_key):
    table = released_table(observatory, stocktake, HAND)
    found = detail(green_key, table)
    assert (found["cell_count"], found["scored_count"]) == (32, 6)
    figures = found["figures"]
    assert figures["counts"] == {
        "full_compliance": 1,
        "partial_compliance": 2,
        "no_compliance": 2,
        "not_applicable": 1,
        "not_scored": 26,
    }
    means = {one["name"]: one for one in figures["means"]}
    assert means["cells"] == {
        "average": "-0.20", "numerator": -1, "denominator": 5, "percentage": 40,
        "name": "cells", "of": 5,
    }  # fmt: skip
    # 1.1.1: 0, 1.2.1: -1, 2.1: 0. FR: 0, JP: 0, DE: -1.
    for name in ("commitments", "members"):
        assert (means[name]["average"], means[name]["of"]) == ("-0.33", 3)
        assert Fraction(means[name]["numerator"], means[name]["denominator"]) == (
            Fraction(-1, 3)
        )
    zero = {"average": "0.00", "numerator": 0, "denominator": 1, "percentage": 50}
    members = figures["members"]
    assert row_of(members, member="FR") == {"member": "FR", **zero, "rank": 1}
    assert row_of(members, member="JP") == {"member": "JP", **zero, "rank": 1}
    assert row_of(members, member="DE")["rank"] == 2
    assert row_of(members, member="US") == {"member": "US", **NOTHING, "rank": None}
    codes = [row["commitment"] for row in figures["commitments"]]
    assert codes == ["1.1.1", "1.2.1", "1.2.2", "2.1"]
    area = row_of(figures["areas"], area="1.2")
    assert (area["average"], area["percentage"], area["rank"]) == ("-1.00", 0, 2)


def test_a_draft_has_no_figures(observatory, stocktake, writer):
    table = make_table(observatory, stocktake)
    score(table, HAND)
    assert detail(writer, table)["figures"] is None


@pytest.fixture
def history(observatory, institute, stocktake):
    """Both bodies release, and then one of them revises its final table."""
    first = released_table(observatory, stocktake, phase="final")
    theirs = released_table(institute, stocktake, {("1.1.1", "FR"): "-1"})
    second = release(revision(first, {("1.1.1", "FR"): "0", ("1.1.1", "JP"): ""}))
    return first, theirs, second


@pytest.fixture
def instants(history, time_machine):
    """A whole second after each release."""
    found = [
        one.released_at.replace(microsecond=0) + timedelta(seconds=1) for one in history
    ]
    time_machine.move_to(found[-1] + timedelta(minutes=1))
    return found


def known(client, at, path, **params):
    given = {"known_at": at.isoformat(), "page_size": 1000, **params}
    return results(client, path, **given)


def test_both_tables_are_read_at_two_instants(history, instants, green_key):
    first, theirs, second = history
    before = first.released_at.replace(microsecond=0)
    assert known(green_key, before, "assessment-tables/") == []
    now = instants[-1]
    assert {row["id"] for row in known(green_key, now, "assessment-tables/")} == {
        str(theirs.pk), str(second.pk),
    }  # fmt: skip
    scores = known(green_key, now, "assessments/", commitment="1.1.1", member="FR")
    assert {row["body"]: row["score"] for row in scores} == {
        "university-observatory": "0", "policy-institute": "-1",
    }  # fmt: skip
    old, new = detail(green_key, first), detail(green_key, second)
    assert (old["is_current"], old["supersedes"]) == (False, None)
    assert (new["is_current"], new["supersedes"]) == (True, str(first.pk))
    assert row_of(old["figures"]["members"], member="FR")["average"] == "0.00"
    assert row_of(new["figures"]["members"], member="FR")["average"] == "-0.50"


def test_what_was_known_between_two_releases_is_read_later(
    observatory, institute, stocktake, green_key, time_machine
):
    first = released_table(observatory, stocktake, phase="final")
    at = released_at(first).replace(microsecond=0) + timedelta(seconds=1)
    sleep(1)  # the database's clock gives the instant of a release
    second = release(revision(first, {("1.1.1", "FR"): "0"}))
    time_machine.move_to(timezone.now() + timedelta(minutes=1))
    for instant, table, expected in ((at, first, "1"), (timezone.now(), second, "0")):
        instant = instant.replace(microsecond=0)
        [row] = known(green_key, instant, "assessment-tables/")
        assert row["id"] == str(table.pk)
        [cell] = known(
            green_key, instant, "assessments/", commitment="1.1.1", member="FR"
        )
        assert (cell["table"], cell["score"]) == (str(table.pk), expected)


def test_changes_have_scores_as_assessments_gives_them(history, green_key):
    first = history[0]
    body = green_key.get(f"{API}changes/", {"page_size": 1000}).json()
    rows = body["results"]
    assert {row["about"] for row in rows} == {"assessment"}
    assert [row["kind"] for row in rows] == ["released"] * 4 + ["removed"] + (
        ["released"] * 2
    )
    assert list(rows[0]) == list(ChangeOut().fields)
    for row in rows:
        assert row["entry_id"] == row["assessment_id"]
        assert row["entry"] is None
        if row["kind"] == "released":
            path = f"{API}assessments/{row['assessment_id']}/"
            assert green_key.get(path).json() == row["assessment"]
    removed = rows[4]
    assert removed["assessment"] is None
    gone = Assessment.objects.get(pk=removed["assessment_id"])
    assert (gone.table_id, gone.member_code) == (first.pk, "JP")
    only = green_key.get(f"{API}changes/", {"about": "entry"}).json()
    assert only["results"] == []
    of_scores = green_key.get(f"{API}changes/", {"about": "assessment"}).json()
    assert of_scores["results"] == rows


def test_a_value_of_about_that_is_unknown_is_refused(green_key, refused_parameter):
    answer = green_key.get(f"{API}changes/", {"about": "score"})
    assert refused_parameter(answer) == ("about", "invalid_choice")


def test_an_answer_has_a_tag_until_something_changes(history, green_key):
    second = history[2]
    path = f"{API}assessment-tables/{second.pk}/"
    tag = green_key.get(path).headers["ETag"]
    headers = {"If-None-Match": tag}
    assert green_key.get(path, headers=headers).status_code == 304
    release(revision(second, {("2.1", "DE"): "1"}))
    assert green_key.get(path, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("path", "most"),
    [("assessments/", 4), ("assessment-tables/", 3), ("guidelines/", 3)],
)
def test_a_list_costs_the_same_whatever_its_length(history, green_key, path, most):
    def cost(size):
        with CaptureQueriesContext(connection) as found:
            results(green_key, path, page_size=size)
        return len(found)

    cost(1)
    assert cost(1) == cost(1000) <= most


def test_pages_follow_each_other(history, green_key):
    whole = results(green_key, "assessments/", page_size=1000)
    found, url = [], f"{API}assessments/?page_size=7"
    while url:
        answer = green_key.get(url).json()
        found += answer["results"]
        url = answer["next"]
    assert found == whole
    assert len({row["id"] for row in found}) == 3 * 32


def test_a_key_without_a_scope_for_scores_reads_none(history, problem_of):
    client = client_with(store_key(Scope.READ_REPORTS)[1])
    for path in ("assessments/", "assessment-tables/", "guidelines/"):
        problem_of(client.get(f"{API}{path}"), 403)
