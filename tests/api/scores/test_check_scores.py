"""docs/check_scores.py works out again the figures that the API answers with."""

from tests.progress.scores.conftest import (  # noqa: F401 - fixtures
    check,
    hand_checked,
    scored_plan,
    scored_stocktake,
)

API = "/api/v1/"


def test_the_script_finds_every_figure_of_the_api_true(
    green_key,
    hand_checked,  # noqa: F811
    check,  # noqa: F811
):
    table = green_key.get(f"{API}assessment-tables/{hand_checked.pk}/")
    asked = {"table": hand_checked.pk, "format": "csv"}
    scores = green_key.get(f"{API}assessments/", asked)
    assert (table.status_code, scores.status_code) == (200, 200)
    content = b"".join(scores)
    code, said = check(content, table.json())
    assert (code, said.splitlines()) == (0, ["80 cells, 57 figures checked"])
