"""The committed schema keeps what was promised to partners."""

import yaml

from tests.api.contract.growth import breaks
from tests.source_files import ROOT


def test_the_schema_only_grows():
    """docs/api.md says when the released schema changes: with a release, by `make`."""
    released = yaml.safe_load((ROOT / "docs/openapi.v1-released.yaml").read_text())
    committed = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text())
    assert breaks(released, committed) == []
