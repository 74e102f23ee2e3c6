from datetime import date

import pytest

from progress.positions.matrix import age_of


@pytest.mark.parametrize(
    ("day", "age"),
    [
        (date(2026, 3, 1), "today"),
        (date(2026, 2, 28), "1 day"),
        (date(2026, 2, 8), "3 weeks"),
        (date(2025, 7, 1), "8 months"),
        (date(2016, 5, 27), "9 years"),
        # A date after the day that is read counts as today.
        (date(2026, 4, 1), "today"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(day, age):
    assert age_of(day, at=date(2026, 3, 1)).replace("\xa0", " ") == age
