"""Tests of tests/samples.py: the daily part has every value, the long part the rest."""

import pytest

from tests.samples import crossed, one_daily_in

LETTERS = {letter: letter for letter in "abcde"}
NUMBERS = {str(number): number for number in range(3)}


def is_daily(case):
    return not case.marks


@pytest.mark.parametrize(
    ("left", "right"), [(LETTERS, NUMBERS), (NUMBERS, LETTERS), (NUMBERS, NUMBERS)]
)
def test_each_value_is_in_a_pair_for_every_day_and_no_pair_is_lost(left, right):
    pairs = crossed(left, right)
    assert len({case.values for case in pairs}) == len(left) * len(right)
    daily = [case.values for case in pairs if is_daily(case)]
    assert {one for one, _ in daily} == set(left.values())
    assert {other for _, other in daily} == set(right.values())
    assert len(daily) == max(len(left), len(right))
    assert {mark.name for case in pairs for mark in case.marks} == {"long"}


def test_one_case_in_so_many_is_for_every_day():
    cases = one_daily_in(3, [(letter,) for letter in "abcde"])
    assert [case.values for case in cases] == [(letter,) for letter in "abcde"]
    assert [case.values for case in cases if is_daily(case)] == [("a",), ("d",)]
