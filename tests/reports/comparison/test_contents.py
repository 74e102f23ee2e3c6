"""Tests of what a report's page says of its contents and its standing."""

import pytest

from reports.contents import SECTION_NAMES, contents_sentence, printed_contents
from reports.kinds import KIND_RULES, KINDS, LAYOUTS
from reports.renderers.outline import printed_sections
from reports.scores.labels import score_labels
from tests.reports.sample_snapshot import sample_snapshot, without_entries


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("has_entries", [True, False])
@pytest.mark.parametrize("has_scores", [True, False])
def test_the_contents_on_the_page_are_those_of_the_document(
    kind, layout, has_entries, has_scores
):
    if layout not in KIND_RULES[kind].layouts:
        return
    snapshot = sample_snapshot(kind=kind, layout=layout)
    facts = (snapshot if has_entries else without_entries(snapshot))["facts"]
    if has_scores:
        facts = {**facts, "scores": {"labels": score_labels(), "tables": []}}
    overall = facts["figures"]["overall"]
    found = printed_contents(kind, facts["sections"], overall, has_scores=has_scores)
    assert ("scores by assessing bodies" in found) == has_scores
    assert found == [str(SECTION_NAMES[name]) for name in printed_sections(facts)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_says_which_kinds_have_scores(kind):
    says_so = "it has their scores" in contents_sentence(kind)
    assert says_so == (kind in {"stocktake", "member"})
