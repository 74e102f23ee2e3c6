"""Tests of who reads scores over the API, in which state of their table."""

import pytest

from accounts.models import Scope
from tests.api.conftest import API, client_with, results, store_key
from tests.api.scores.conftest import READING
from tests.progress.assessments.scoring import (
    SCORES,
    cell,
    make_guidelines,
    make_table,
    release,
    released_at,
    released_table,
    revision,
    score,
    table_in_feedback,
)

CELLS = 4 * 8
OUTSIDERS = ("green_key", "own_key_jp", "other_body", "any_key")


@pytest.fixture
def other_body(body_key, institute):
    scopes = (*READING, Scope.READ_OWN, Scope.WRITE_ASSESSMENTS)
    return body_key(*scopes, body=institute)


@pytest.fixture
def draft(observatory, stocktake):
    table = make_table(observatory, stocktake)
    score(table, SCORES)
    return table


def count(client, path="assessments/", **params) -> int:
    answer = client.get(f"{API}{path}", {"page_size": 1000, **params})
    return len(answer.json()["results"]) if answer.status_code == 200 else 0


@pytest.mark.parametrize("name", OUTSIDERS)
def test_nobody_outside_a_body_learns_of_its_draft(request, draft, name):
    client = request.getfixturevalue(name)
    mine = cell(draft, "1.1.1", "FR")
    assert mine.as_of is not None
    assert mine.scored_at is not None
    for path in ("assessments/", "assessment-tables/"):
        for params in (
            {}, {"state": "draft"}, {"body": "university-observatory"},
            {"plan": "test-plan"}, {"stocktake": draft.stocktake.slug},
        ):  # fmt: skip
            assert count(client, path, **params) == 0
    assert count(client, table=draft.pk) == 0
    assert count(client, search="reported") == 0
    scopes = () if name == "any_key" else (404,)
    for path in (f"assessments/{mine.pk}/", f"assessment-tables/{draft.pk}/"):
        assert client.get(f"{API}{path}").status_code in (scopes or (403,))


@pytest.mark.parametrize("name", OUTSIDERS)
def test_a_draft_changes_no_answer_of_others(request, observatory, stocktake, name):
    client = request.getfixturevalue(name)
    paths = [f"{API}{one}" for one in ("assessments/", "assessment-tables/")]
    before = [(a.status_code, a.headers.get("ETag")) for a in map(client.get, paths)]
    score(make_table(observatory, stocktake), SCORES)
    after = [(a.status_code, a.headers.get("ETag")) for a in map(client.get, paths)]
    assert after == before


@pytest.mark.parametrize(
    ("scopes", "expected"),
    [
        ((Scope.READ_GREEN,), 0),
        ((Scope.READ_GREEN, Scope.READ_OWN), 0),
        ((Scope.WRITE_ASSESSMENTS,), CELLS),
    ],
)
def test_a_key_of_the_body_sees_drafts_by_its_scopes(draft, body_key, scopes, expected):
    assert count(body_key(*scopes)) == expected


def test_a_draft_shows_blank_cells_and_what_may_be_done(draft, writer):
    mine = cell(draft, "1.1.1", "FR")
    assert mine.as_of is not None
    assert mine.scored_at is not None
    answer = writer.get(f"{API}assessments/{mine.pk}/").json()
    assert answer == {
        "id": str(mine.pk),
        "table": str(draft.pk),
        "body": "university-observatory",
        "stocktake": draft.stocktake.slug,
        "phase": "interim",
        "state": "draft",
        "handling": "green",
        "released_at": None,
        "is_current": False,
        "member_commitment": {
            "id": str(mine.member_commitment_id),
            "plan": "test-plan",
            "commitment": "1.1.1",
            "member": "FR",
        },
        "score": "1",
        "rationale": "FR on 1.1.1: it **reported** in spring.",
        "sources": "https://example.org/report",
        "as_of": mine.as_of.isoformat(),
        "guideline": str(mine.guideline_id),
        "scored_at": mine.scored_at.isoformat().replace("+00:00", "Z"),
        "allowed": ["edit"],
    }
    blank = cell(draft, "2.1", "US")
    answer = writer.get(f"{API}assessments/{blank.pk}/").json()
    assert (answer["score"], answer["as_of"], answer["guideline"]) == (None,) * 3


def test_a_score_that_was_taken_back_leaves_no_trace(draft, writer, green_key):
    """Others cannot tell its cell from one that was never scored."""
    withdrawn, never = (cell(draft, "2.1", member) for member in ("DE", "US"))
    address = f"{API}assessments/{withdrawn.pk}/"
    for words in (
        {"score": "-1", "rationale": "No."},
        {"score": None, "rationale": ""},
    ):
        tag = {"If-Match": writer.get(address).headers["ETag"]}
        answer = writer.patch(address, words, "application/json", headers=tag)
        assert answer.status_code == 200
    release(draft)
    first, second = (
        green_key.get(f"{API}assessments/{one.pk}/").json()
        for one in (withdrawn, never)
    )
    names = first.keys() - {"id", "member_commitment"}
    assert {name: first[name] for name in names} == {
        name: second[name] for name in names
    }


def test_a_table_in_feedback_is_read_by_delegations_alone(
    observatory, stocktake, green_key, own_key_jp, other_body, writer
):
    table = table_in_feedback(observatory, stocktake)
    assert [count(one) for one in (own_key_jp, writer)] == [CELLS, CELLS]
    assert [count(one) for one in (green_key, other_body)] == [0, 0]
    [found] = results(own_key_jp, "assessment-tables/")
    assert (found["state"], found["allowed"]) == ("in_feedback", [])
    whole = own_key_jp.get(f"{API}assessment-tables/{table.pk}/").json()
    assert whole["figures"] is None


def test_a_released_table_is_read_by_its_label(
    observatory, institute, stocktake, client_for_key, green_key
):
    released_table(observatory, stocktake)
    released_table(institute, stocktake, handling="clear")
    clear_key = client_for_key(Scope.READ_CLEAR)
    assert count(green_key, "assessment-tables/") == 2
    [found] = results(clear_key, "assessment-tables/")
    assert (found["body"], found["allowed"]) == ("policy-institute", [])
    assert count(clear_key) == CELLS


def test_a_limited_key_reads_what_concerns_its_body_and_no_figure(
    observatory, stocktake
):
    table = released_table(observatory, stocktake)
    _key, token = store_key(*READING, instrument_owner="interpol")
    client = client_with(token)
    rows = results(client, "assessments/", page_size=1000)
    assert {row["member_commitment"]["commitment"] for row in rows} == {"1.2.2"}
    answer = client.get(f"{API}assessment-tables/{table.pk}/").json()
    hidden = ("figures", "cell_count", "scored_count")
    assert [answer[name] for name in hidden] == [None] * 3


def test_filters_find_scores(observatory, stocktake, green_key):
    table = released_table(observatory, stocktake)
    assert count(green_key, score="-1") == 1
    assert count(green_key, commitment="1.1.1", member=["FR", "JP"]) == 2
    assert count(green_key, sub_area="1.2", member="FR") == 2
    assert count(green_key, action="2") == 8
    assert count(green_key, search="FR on 1.2.1") == 1
    assert count(green_key, table=table.pk, phase="interim", handling="green") == CELLS
    assert count(green_key, phase="final") == 0
    since = released_at(table).isoformat()
    assert count(green_key, released_since=since) == CELLS
    assert count(green_key, released_since="2040-01-01T00:00:00Z") == 0
    [first, *_] = results(green_key, "assessments/", ordering="-score,member")
    assert (first["score"], first["member_commitment"]["member"]) == ("1", "FR")


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"score": "+1"}, "invalid_choice"),
        ({"body": "nobody"}, "unknown_value"),
        ({"table": "1"}, "invalid"),
        ({"known_at": "2100-01-01T00:00:00Z"}, "future"),
        ({"known_at": "2017-01-01T00:00:00.5Z"}, "fraction"),
        ({"status": "limited"}, "unknown"),
    ],
)
def test_a_bad_parameter_is_refused(green_key, refused_parameter, params, code):
    [name] = params
    found = refused_parameter(green_key.get(f"{API}assessments/", params))
    assert found[0] == name
    assert found[1].startswith(code) or code == "fraction"


def test_whole_lists_are_streamed(observatory, stocktake, green_key):
    released_table(observatory, stocktake)
    for path in ("assessments/", "assessment-tables/", "guidelines/"):
        answer = green_key.get(f"{API}{path}", {"format": "csv"})
        text = b"".join(answer).decode()
        names = text.splitlines()[0].split(",")
        assert names[0] == "id"
        assert "university-observatory" in text
    answer = green_key.get(f"{API}assessments/", {"format": "jsonl"})
    assert len(b"".join(answer).splitlines()) == CELLS


def test_guidelines_are_of_their_body_before_they_are_published(
    observatory, plan, green_key, writer
):
    made = make_guidelines(observatory, plan, is_published=False)
    assert count(green_key, "guidelines/") == 0
    assert count(writer, "guidelines/") == len(made)
    first = made["1.1.1"]
    path = f"{API}guidelines/{first.pk}/"
    assert green_key.get(path).status_code == 404
    answer = writer.get(path).json()
    assert (answer["published_at"], answer["number"]) == (None, 1)


def test_every_key_reads_the_bodies(observatory, institute, any_key):
    names = [row["slug"] for row in results(any_key, "assessing-bodies/")]
    assert names == ["policy-institute", "university-observatory"]
    answer = any_key.get(f"{API}assessing-bodies/policy-institute/").json()
    assert list(answer) == ["slug", "name", "short_name", "website"]


def test_me_names_the_body(writer, body_key, green_key):
    me = writer.get(f"{API}me/").json()
    assert me["body"] == "university-observatory"
    assert body_key(Scope.READ_GREEN).get(f"{API}me/").json()["body"] is None
    assert green_key.get(f"{API}me/").json()["body"] is None


def test_a_discarded_revision_and_an_open_one_are_the_bodys_alone(
    observatory, stocktake, green_key, writer
):
    table = released_table(observatory, stocktake)
    tag = green_key.get(f"{API}assessment-tables/{table.pk}/").headers["ETag"]
    revision(table, {("2.1", "JP"): "1"})
    assert green_key.get(f"{API}assessment-tables/{table.pk}/").headers["ETag"] == tag
    assert count(green_key, "assessment-tables/") == 1
    assert count(writer, "assessment-tables/") == 2
