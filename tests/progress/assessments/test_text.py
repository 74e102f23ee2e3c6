"""Tests of how numbers of scores are printed, in every language."""

from fractions import Fraction

import pytest
from django.conf import settings
from django.utils import translation

from progress.assessments.agreement import AGREEMENTS
from progress.assessments.arithmetic import SCORE_VALUES
from progress.assessments.differences import DEGREES, KINDS
from progress.assessments.figures import MEAN_NAMES, ExactAverage
from progress.assessments.text import (
    agreement_label,
    average_text,
    counting_rule,
    degree_label,
    kind_label,
    mean_explanation,
    mean_label,
    percentage_text,
    rank_text,
    score_label,
    score_text,
    score_with_label,
)
from progress.models import Score

MINUS = "\N{MINUS SIGN}"
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def test_the_arithmetic_and_the_model_know_the_same_scores():
    assert {*Score.values, ""} == set(SCORE_VALUES)


@pytest.mark.parametrize(
    ("score", "text", "label"),
    [
        ("1", "+1", "Full compliance"),
        ("0", "0", "Partial compliance or work in progress"),
        ("-1", f"{MINUS}1", "No compliance"),
        ("not_applicable", "n/a", "Not applicable"),
        ("", "", "Not scored"),
    ],
)
def test_a_score_has_its_sign_and_its_meaning(score, text, label):
    assert (score_text(score), score_label(score)) == (text, label)
    counts = score not in {"", "not_applicable"}
    assert score_with_label(score) == (f"{text}: {label}" if counts else label)


@pytest.mark.parametrize(
    ("language", "average", "percentage"),
    [
        ("en-gb", f"{MINUS}0.63", "19%"),
        ("fr", f"{MINUS}0,63", "19\u202f%"),
        ("de", f"{MINUS}0,63", "19\xa0%"),
        ("it", f"{MINUS}0,63", "19%"),
        ("ja", f"{MINUS}0.63", "19%"),
    ],
)
def test_an_average_has_the_decimals_of_the_language(language, average, percentage):
    with translation.override(language):
        figure = ExactAverage(Fraction(-5, 8))
        assert average_text(figure) == average
        assert percentage_text(figure) == percentage


def test_an_average_has_a_sign_only_if_it_is_negative():
    assert average_text(ExactAverage(Fraction(1, 8))) == "0.13"
    assert average_text(ExactAverage(Fraction(0))) == "0.00"
    assert average_text(ExactAverage(Fraction(-1, 999))) == "0.00"
    assert average_text(ExactAverage(Fraction(-1))) == f"{MINUS}1.00"


def test_without_scores_there_is_a_dash():
    nothing = ExactAverage(None)
    texts = average_text(nothing), percentage_text(nothing), rank_text(None)
    assert texts == ("–", "–", "–")
    assert rank_text(3) == "3"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_has_a_label_of_its_own(language):
    with translation.override(language):
        labels = [
            *map(mean_label, MEAN_NAMES),
            *map(mean_explanation, MEAN_NAMES),
            *map(kind_label, KINDS),
            *map(degree_label, DEGREES),
            *map(agreement_label, AGREEMENTS),
        ]
        assert len(set(labels)) == len(labels)
        assert counting_rule()
