"""Fixtures of the pages of the update sheet."""

import pytest

from progress.models import State
from tests.factories import make_entry


@pytest.fixture
def draft(jp_122, officer_jp, stocktake):
    return make_entry(
        jp_122,
        by=officer_jp,
        state=State.DRAFT,
        stocktake=stocktake,
        narrative="Old words are here.",
        handling="green",
    )


@pytest.fixture
def browser(signed_in, officer_jp, stocktake):
    return signed_in(officer_jp)
