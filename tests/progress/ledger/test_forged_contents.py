"""Tests of forged contents of the trail: each is named, and stops no verification."""

import json
import subprocess
import sys

import pytest
from django.core.management import call_command

from progress.models import TrailRecord
from tests.factories import make_plan
from tests.progress.ledger.forging import forged_trail
from tests.source_files import ROOT

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "signer"])

ODD_CONTENTS = [
    "", "no JSON", "null", "[]", "5", '{"order": []}', '{"order":1,"order":2}',
    '{"order":[{}]}', '{"order":[{"id":[]}]}', '{"order":[{"id":{"id":1}},{}]}',
    '{"actions":[]}', '{"preamble":{"hmac_sha256":1}}', '{"preamble":NaN}',
    '{"preamble":1e400}', '{"preamble":1152921504606846976}', '{"\\ud800":1}',
    '{"\\u001b[2K\\r":1}', "[" * 100_000, '{"order":' * 5_000 + "1" + "}" * 5_000,
]  # fmt: skip


@pytest.mark.long
def test_a_row_of_the_trail_with_any_content_is_named_and_exported(
    recorded, verify, tmp_path
):
    """No content keeps the other rows from being verified or exported."""
    before = verify()
    for number, content in enumerate(ODD_CONTENTS):
        make_plan(f"odd-{number}")
        forged_trail(TrailRecord.Kind.PLAN, f"odd-{number}", content)
    new = [line for line in verify() if line not in before]
    for number in range(len(ODD_CONTENTS)):
        named = f"plan odd-{number}: changed since it was recorded: "
        assert any(named in line for line in new), (ODD_CONTENTS[number], new)
    assert all(line.isprintable() for line in new)
    path = tmp_path / "ledger.jsonl"
    call_command("export_ledger", out=str(path))
    chain = [json.loads(line).get("chain") for line in path.read_text().splitlines()]
    assert chain.count("trail") == TrailRecord.objects.count()
    script = [sys.executable, "-I", "-S", str(ROOT / "docs/verify_ledger.py")]
    done = subprocess.run(
        [*script, str(path)], capture_output=True, text=True, check=False
    )
    assert "a value is of a wrong type" in done.stdout
    assert done.stderr.startswith("Not intact: ")
