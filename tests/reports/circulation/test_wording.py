"""Tests of the wording that a final takes from its draft, and of what it does not."""

from copy import deepcopy

import pytest

from progress.ledger.chain import hash_of
from reports.snapshot.wording import in_words_of
from tests.reports.sample_snapshot import sample_snapshot


@pytest.fixture(scope="module")
def draft():
    return sample_snapshot()["facts"]


def commitments(facts):
    return [
        row
        for action in facts["actions"]
        for area in action["sub_areas"]
        for row in area["commitments"]
    ]


def in_other_words(facts) -> None:
    """Say the same otherwise, as a later version or an edited title would."""
    facts["title"], facts["audience_statement"] = "Report", "Do not publish."
    facts["labels"]["contents"] = "What is in it"
    facts["method"] = facts["method"][:1]
    facts["summary"], facts["acronyms"] = [], []
    facts["at"]["text"] = "2017, May 25"
    facts["plan"]["adopted_on"]["text"] = "2016, May 27"
    for row in commitments(facts):
        row["short_title"] = f"Other {row['code']}"
    for rows in (facts["figures"]["commitments"], facts["members"]):
        for row in rows:
            row["name"] = f"Other {row['code']}"
    for action in facts["actions"]:
        action["heading"] = f"{action['code']}. {action['title']}"


def test_other_words_of_the_same_facts_are_those_of_the_draft(draft):
    later = deepcopy(draft)
    in_other_words(later)
    assert hash_of(later) != hash_of(draft)
    before = deepcopy(later)
    assert hash_of(in_words_of(draft, later)) == hash_of(draft)
    assert later == before


def a_day_later(facts) -> None:
    facts["at"] = {"iso": "2017-05-26", "text": facts["at"]["text"]}


def another_action_title(facts) -> None:
    facts["actions"][0]["title"] = "Other measures"


def another_status(facts) -> None:
    next(iter(facts["entries"].values()))["status"] = "limited_by_test"


def another_narrative(facts) -> None:
    next(iter(facts["entries"].values()))["narrative"] += " More."


def another_wording_of_the_plan(facts) -> None:
    commitments(facts)[0]["text"] += " And more."


def one_commitment_fewer(facts) -> None:
    facts["actions"][0]["sub_areas"][0]["commitments"].pop()


def another_figure(facts) -> None:
    facts["figures"]["overall"]["at_risk"] += 1


def a_new_label(facts) -> None:
    facts["labels"]["of_the_upgrade"] = "Signed by"


@pytest.mark.parametrize(
    "change",
    [
        a_day_later,
        another_action_title,
        another_status,
        another_narrative,
        another_wording_of_the_plan,
        one_commitment_fewer,
        another_figure,
        a_new_label,
    ],
)
def test_what_the_report_says_is_never_taken_from_the_draft(draft, change):
    later = deepcopy(draft)
    in_other_words(later)
    change(later)
    assert hash_of(in_words_of(draft, later)) != hash_of(draft)
