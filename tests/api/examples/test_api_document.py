"""docs/api.md as a test: its examples run, and answer as it shows.

They run in one shell, in their order, against a server that has the adopted plan and
some entries. A block that no test reads is a failure, and so is a command that does not
reach the server, or an answer that differs from the one that is shown.
"""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import Role
from commitments.models import Plan
from progress.models import State
from tests.api.examples.document import Example, differences, examples_of
from tests.api.examples.server import Recorder, serving
from tests.api.examples.shell import Shell, has_real_curl
from tests.factories import make_entry, make_stocktake, make_user, member_commitment_of
from tests.source_files import ROOT

DOCUMENT = ROOT / "docs" / "api.md"
WRITTEN = "http://127.0.0.1:8000"
SOURCE = ROOT / "fixtures" / "ise-shima-2016-ct-action-plan.txt"
# What an integrator has at hand: files that the examples send.
FILES: dict[str, bytes] = {}
EXAMPLES = list(examples_of(DOCUMENT))


@pytest.fixture
def reported(db):
    """The adopted plan, an open stocktake, and published entries with evidence."""
    call_command("load_reference_data", verbosity=0)
    call_command("load_plan", str(SOURCE), verbosity=0)
    plan = Plan.objects.get()
    stocktake = make_stocktake(
        plan,
        by=make_user(Role.COORDINATOR, member="IT"),
        second_reviewer=make_user(Role.HEAD, member="FR"),
        slug="taormina-2017",
    )
    for member in ("JP", "FR"):
        officer = make_user(Role.OFFICER, member=member)
        for code in ("1.2.3", "2.1"):
            make_entry(
                member_commitment_of(plan, code, member),
                by=officer,
                state=State.PUBLISHED,
                stocktake=stocktake,
                as_of=date(2026, 5, 1),
                narrative="All police units use INTERPOL's databases.",
                evidence=1,
                file_name="protocol.txt",
            )
    return plan


def check_all(folder: Path, *, real_curl: bool) -> None:
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    recorder = Recorder()
    with (
        serving(recorder) as address,
        Shell(folder, address, real_curl=real_curl) as shell,
    ):
        for example in EXAMPLES:
            check(example, shell, recorder, address)


def check(example: Example, shell: Shell, recorder: Recorder, address: str) -> None:
    where = f"docs/api.md, line {example.line}"
    status, printed = shell.run(example.commands.replace(WRITTEN, address))
    assert status == 0, f"{where}: {printed}"
    exchanges, expected = recorder.take(), example.statuses
    assert len(exchanges) == len(expected), f"{where}: {printed}"
    for exchange, wanted in zip(exchanges, expected, strict=True):
        is_right = exchange.status == wanted if wanted else exchange.status < 300
        assert is_right, f"{where}: {exchange.status} {exchange.body[:500]!r}"
    if example.answer is not None:
        real = json.loads(exchanges[-1].text.replace(address, WRITTEN))
        found = list(differences(example.answer, real))
        assert not found, f"{where}: {'; '.join(found)}"


def test_every_example_of_the_document_answers_as_it_shows(reported, tmp_path):
    check_all(tmp_path, real_curl=has_real_curl())


@pytest.mark.long
def test_they_do_so_with_a_curl_of_these_tests(reported, tmp_path):
    """This is what runs where curl is not installed."""
    check_all(tmp_path, real_curl=False)


def test_every_resource_is_in_the_document(any_key):
    text = DOCUMENT.read_text("utf-8")
    for name in any_key.get("/api/v1/").json():
        assert re.search(rf"`{name}`|/{name}/", text), name


def test_a_difference_is_found():
    shown = {"a": [1, {"b": "x…z"}], "c": None}
    assert not list(differences(shown, {"a": [1, {"b": "xyz", "d": 1}, 2], "c": None}))
    others: list[Any] = [
        {},
        {"a": [], "c": None},
        {"a": [1, {"b": "xy"}], "c": None},
        {"a": [True, {"b": "xyz"}], "c": None},
        {"a": [1, {"b": "xyz"}], "c": ""},
    ]
    for real in others:
        assert list(differences(shown, real))


def test_a_block_that_no_test_reads_is_refused(tmp_path):
    document = tmp_path / "some.md"
    for text in ("```yaml\nx\n```\n", "```json\n{}\n```\n", "```\nx\n```\n"):
        document.write_text(text)
        with pytest.raises(AssertionError, match=r"some.md, line 1"):
            list(examples_of(document))
