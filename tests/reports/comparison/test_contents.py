"""Tests of what a report's page says of its contents and its standing."""

import pytest

from reports.contents import SECTION_NAMES, printed_contents
from reports.kinds import KIND_RULES, KINDS, LAYOUTS
from reports.renderers.outline import printed_sections
from tests.reports.sample_snapshot import sample_snapshot, without_entries


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("has_entries", [True, False])
def test_the_contents_on_the_page_are_those_of_the_document(kind, layout, has_entries):
    if layout not in KIND_RULES[kind].layouts:
        return
    snapshot = sample_snapshot(kind=kind, layout=layout)
    facts = (snapshot if has_entries else without_entries(snapshot))["facts"]
    found = printed_contents(kind, facts["sections"], facts["figures"]["overall"])
    assert found == [str(SECTION_NAMES[name]) for name in printed_sections(facts)]
