"""Tests of sending entries back: usual reasons, quoted passages, own words."""

import re

import pytest

from progress.models import State, Transition
from tests.progress.clearing import words
from tests.progress.editing import page


def reason_of(entry):
    return entry.transitions.get(verb="send_back").reason


def test_a_reason_may_be_a_usual_one_a_passage_and_own_words(decide, four):
    decide(
        four["1.1.1"], "send-back", usual="figures", passage="exchange alerts",
        reason="Which year?",
    )  # fmt: skip
    assert reason_of(four["1.1.1"]) == (
        "Please give the source of the figures.\n\n“exchange alerts”\n\nWhich year?"
    )
    decide(four["1.2.1"], "send-back", usual="evidence")
    assert reason_of(four["1.2.1"]) == "Please add evidence."
    decide(four["2.1"], "send-back", reason="Only this.")
    assert reason_of(four["2.1"]) == "Only this."


def test_every_reader_of_the_entry_reads_the_passage(
    decide, four, signed_in, officer_jp
):
    decide(four["1.1.1"], "send-back", passage="exchange alerts")
    shown = page(signed_in(officer_jp).get(f"/entries/{four['1.1.1'].pk}/edit/"))
    assert "“exchange alerts”" in shown


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"usual": "", "passage": "", "reason": " "}, "Give a reason."),
        (
            {"usual": "figures", "passage": "p" * 1000, "reason": "w" * 1200},
            "The whole reason has 2,244 characters",
        ),
        ({"usual": "", "passage": "a\x00b", "reason": "Kept."}, "null character"),
        ({"usual": "invented", "reason": "Kept."}, "not one of the available choices"),
    ],
)
def test_what_was_typed_stays_with_the_problem(decide, four, typed, sentence):
    answer = decide(four["1.1.1"], "send-back", **typed)
    assert answer.status_code == 422
    shown = page(answer)
    assert sentence in shown
    assert 'id="send-back" open' in shown
    for name in ("passage", "reason"):
        assert typed.get(name, "").strip().split("\x00")[0] in shown
    if typed["usual"] == "figures":
        assert re.search(r'<option value="figures"\s+selected', shown)
    assert Transition.objects.count() == 0


def test_the_reason_has_a_counter_of_two_thousand(browser, four):
    shown = page(browser.get("/clearance/"))
    assert 'id="back_reason_limit" data-limit="2000"' in shown


def test_own_words_can_be_sent_back(decide, entry_on, head_jp):
    entry = entry_on("1.2.1", by=head_jp)
    decide(entry, "send-back", reason="I was wrong.")
    entry.refresh_from_db()
    assert entry.state == State.DRAFT


def test_sending_several_back_takes_a_usual_reason(browser, four):
    sent = {
        "item": [f"{entry.pk}.1" for entry in four.values()],
        "confirmed": "1",
        "usual": "capital",
    }
    done = words(page(browser.post("/entries/bulk/send-back/", sent)))
    assert "4 entries sent back." in done
    assert reason_of(four["2.1"]).startswith("The capital has not agreed")
