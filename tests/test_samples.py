"""Tests of tests/samples.py: the daily part has every value, the long part the rest."""

import pytest

from tests.samples import crossed, one_daily_in, pairs_of

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


def test_the_two_parts_of_pairs_hold_each_pair_once():
    parts = [pairs_of(LETTERS, NUMBERS, is_daily=daily) for daily in (True, False)]
    assert not set(parts[0]) & set(parts[1])
    assert len({*parts[0], *parts[1]}) == len(LETTERS) * len(NUMBERS)
    assert len(parts[0]) == 5


def test_one_case_in_so_many_is_for_every_day():
    cases = one_daily_in(3, [(letter,) for letter in "abcde"])
    assert [case.values for case in cases] == [(letter,) for letter in "abcde"]
    assert [case.values for case in cases if is_daily(case)] == [("a",), ("d",)]
