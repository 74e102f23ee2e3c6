"""Tests of docs/check_report.py: it finds each planted error, and no other."""

import json
import runpy
import subprocess
import sys
from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest

from progress.ledger.chain import hash_of
from reports.kinds import KIND_RULES, KINDS
from reports.snapshot.summary import RULES
from tests.reports.checking import true_snapshots as true
from tests.reports.checking.planted_errors import PLANTED, PLANTED_IN_ENVELOPE
from tests.reports.checking.planted_sentences import (
    SENTENCE_PLANTS,
    left_out,
    of_sentence,
    said_twice,
    sentences_of,
)
from tests.reports.checking.true_snapshots import true_snapshot
from tests.source_files import ROOT

SCRIPT = ROOT / "docs" / "check_report.py"
CHECK = runpy.run_path(str(SCRIPT))
STORED = Path(__file__).parents[1]
OLD = STORED / "snapshot_of_schema_3.json"
NAMES = [rule.name for rules in RULES.values() for rule in rules]
JAPAN = {"member": "JP", "title": "Japan"}
FIRST = {"action": "1", "title": "1 CT Measures"}
# By these, every sentence is said at least once.
SAMPLES = {
    "all of it": lambda: true_snapshot(),
    "amber": lambda: true_snapshot(audience="amber"),
    "few": lambda: true_snapshot(change=true.few),
    "few, amber": lambda: true_snapshot(audience="amber", change=true.few),
    "clear, compared with nothing": lambda: true_snapshot(
        audience="clear", has_stocktake=False, is_compared=False
    ),
    "nothing": lambda: true_snapshot(change=true.nothing),
    "nothing, amber": lambda: true_snapshot(audience="amber", change=true.nothing),
    "two silent members": lambda: true_snapshot(change=true.without("FR", "US")),
    "two silent members, amber": lambda: true_snapshot(
        audience="amber", change=true.without("FR", "US")
    ),
    "calm": lambda: true_snapshot(change=true.calm),
    "old": lambda: true_snapshot(change=true.old),
    "full": lambda: true_snapshot(change=true.full),
    "full, amber": lambda: true_snapshot(audience="amber", change=true.full),
    "one member": lambda: true_snapshot("member", scope=JAPAN),
    "one silent member": lambda: true_snapshot(
        "member", scope=JAPAN, change=true.nothing
    ),
    "one silent member, amber": lambda: true_snapshot(
        "member", audience="amber", scope=JAPAN, change=true.nothing
    ),
    "a brief": lambda: true_snapshot("brief", scope=FIRST),
    "a brief on a body": lambda: true_snapshot("brief", scope={"instrument": "fatf"}),
    "nothing at all": lambda: true_snapshot("brief", scope={"action": "9"}),
    "changes": lambda: true_snapshot("changes", "compact"),
    "gaps": lambda: true_snapshot("gaps", audience="amber"),
}


@cache
def sample(name):
    return SAMPLES[name]()


@cache
def sample_text(name):
    return json.dumps(sample(name))


def findings(snapshot):
    """What is found, beside that a test has changed the facts."""
    found = list(CHECK["findings"](snapshot))
    return [finding for finding in found if "SHA-256 of the facts" not in finding]


def run(path, *options):
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(path), *options],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_report_is_found_true_and_both_hashes_with_it(tmp_path):
    snapshot = sample("all of it")
    path = tmp_path / "snapshot.json"
    path.write_text(json.dumps(snapshot), "utf-8")
    hashes = ("--snapshot", hash_of(snapshot), "--facts", hash_of(snapshot["facts"]))
    said = run(path, *hashes)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == "104 positions, 25 sentences checked\n"
    other = run(path, "--facts", "0" * 64)
    assert other.returncode == 1
    assert "the SHA-256 of the facts is" in other.stdout


def test_a_snapshot_of_another_schema_is_refused():
    said = run(OLD)
    assert said.returncode == 1
    assert "This script reads snapshots of schema 6 and 7." in said.stderr


def test_a_true_snapshot_of_schema_6_is_found_true():
    old = json.loads((STORED / "snapshot_of_schema_6.json").read_text("utf-8"))
    assert old["schema"] == 6
    assert list(CHECK["findings"](old)) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_a_true_report_is_found_true(name):
    assert list(CHECK["findings"](sample(name))) == []


@pytest.mark.parametrize("kind", KINDS)
def test_true_reports_of_all_kinds_layouts_and_audiences_are_found_true(kind):
    scope = {"member": JAPAN, "brief": FIRST}.get(kind)
    rules = KIND_RULES[kind]
    for layout in rules.layouts:
        for audience in rules.audiences:
            snapshot = true_snapshot(kind, layout, audience, scope=scope)
            assert list(CHECK["findings"](snapshot)) == [], (layout, audience)


def planted(plant, *, part="facts", is_thorough=False):
    """By sample, what is found of an error: in the first with a place, or in all."""
    found = {}
    for name in SAMPLES:
        snapshot = json.loads(sample_text(name))
        if plant(snapshot[part] if part else snapshot):
            found[name] = findings(snapshot)
            if not is_thorough:
                break
    return found


# The name of all positions is a label, not that of any row.
@pytest.mark.parametrize("name", sorted({*PLANTED} - {"figures of overall: name"}))
def test_a_planted_error_is_found(name):
    found = planted(PLANTED[name])
    assert found, "no sample has a place for it"
    assert all(found.values()), found


@pytest.mark.long
@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_error_is_found_in_every_report(name):
    found = planted(PLANTED[name], is_thorough=True)
    assert all(found.values()), found


@pytest.mark.parametrize("name", PLANTED_IN_ENVELOPE)
def test_a_planted_error_in_the_envelope_is_found(name):
    snapshot = deepcopy(sample("all of it"))
    assert PLANTED_IN_ENVELOPE[name](snapshot)
    assert list(CHECK["findings"](snapshot))


def said_in_samples():
    return {
        sentence["name"]
        for name in SAMPLES
        for sentence in sentences_of(sample(name)["facts"])
    }


def test_the_samples_have_every_sentence_and_the_script_has_a_rule_for_each():
    facts = [sample(name)["facts"] for name in SAMPLES]
    said = {one["name"] for each in facts for one in sentences_of(each)}
    assert said == set(NAMES) == set(CHECK["RULES"])


@pytest.mark.parametrize("rule", NAMES)
def test_a_planted_error_in_a_sentence_is_found(rule):
    plants = [of_sentence(rule, way) for way in SENTENCE_PLANTS]
    for plant in (*plants, left_out(rule), said_twice(rule)):
        found = planted(plant)
        assert all(found.values()), found
