"""Tests of the work page: the list of cells, and the open cell with its form."""

import pytest

from tests.progress.assessments.scoring import make_table, score
from tests.progress.editing import page


@pytest.fixture
def table(assessor, stocktake):
    return make_table(assessor.body, stocktake)


def test_unscored_cells_come_first(table, assessor, signed_in):
    score(table, {("1.1.1", "CA"): "1"})
    shown = page(signed_in(assessor).get(f"/assessing/{table.pk}/"))
    assert "1 of 32 scored" in shown
    assert shown.index("To score") < shown.index(">Scored<")
    assert "Emphasize the necessity" in shown
