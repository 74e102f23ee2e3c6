"""Tests of the ledger's export, and of the script that verifies it in Python alone."""

import ast
import json
import subprocess
import sys
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from progress.models import Entry, LedgerRecord, State
from tests.factories import make_entry, member_commitment_of
from tests.progress.tampering import as_superuser
from tests.source_files import ROOT

SCRIPT = ROOT / "docs/verify_ledger.py"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def published(plan, officer_jp, now):
    """Green, clear and amber, a correction of the amber one, evidence, Japanese."""

    def publish(code, hours, **fields):
        return make_entry(
            member_commitment_of(plan, code, "JP"),
            by=officer_jp,
            state=State.PUBLISHED,
            published_at=now - timedelta(hours=hours),
            **fields,
        )

    odd = 'Tab\there, "quotes", \\ and \x7f, 日本は𠮷野家。\nNext <script>.'
    entries = [
        publish("1.1.1", 9, narrative=odd, evidence=2),
        publish("1.2.1", 8, handling="clear", narrative="Clear words."),
        publish("1.2.2", 7, handling="amber", narrative="Amber words."),
    ]
    corrected = {"kind": Entry.Kind.CORRECTION, "supersedes": entries[2]}
    return [
        *entries,
        publish("1.2.2", 6, reason="Now open.", narrative="Green words.", **corrected),
        publish("2.1", 5),
    ]


@pytest.fixture
def export(tmp_path):
    """`export(audience)`: the file, as a path."""

    def write(audience="amber"):
        path = tmp_path / f"{audience}.jsonl"
        call_command(
            "export_ledger", out=str(path), audience=audience, stderr=StringIO()
        )
        return path

    return write


def verified(path, *arguments):
    """Run the script as a person would who has Python and nothing of ours."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), str(path), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8"},
        check=False,
    )


def refused(path, *words, head=None):
    done = verified(path, *(["--head", head] if head else []))
    assert done.returncode == 1, done.stdout
    assert all(word in done.stdout for word in words), done.stdout
    assert "Not intact" in done.stderr


def lines_of(path):
    return path.read_text("utf-8").splitlines(keepends=True)


def test_the_script_is_short_and_needs_nothing():
    source = SCRIPT.read_text("utf-8")
    assert len(source.splitlines()) <= 130
    tree = ast.parse(source, feature_version=(3, 9))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert imported <= sys.stdlib_module_names
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert [node.module for node in froms] == ["typing"]


@pytest.mark.parametrize("audience", ["amber", "green", "clear"])
def test_an_export_is_whole_for_every_audience(published, export, audience):
    head = LedgerRecord.objects.get(sequence=5).sha256
    done = verified(export(audience), "--head", head)
    assert (done.returncode, done.stderr) == (0, "")
    withheld = {"amber": 0, "green": 2, "clear": 4}[audience]
    assert done.stdout.splitlines()[0] == (
        f"ledger: 5 records, head {head}; contents verified {5 - withheld},"
        f" not seen: {withheld} withheld and 0 erased"
    )


def test_an_empty_ledger_is_whole(members, export):
    assert verified(export()).returncode == 0


@pytest.mark.parametrize(
    ("audience", "withheld"),
    [("amber", []), ("green", [3, 4]), ("clear", [1, 3, 4, 5])],
)
def test_what_is_above_the_audience_is_left_out(published, export, audience, withheld):
    """Also a correction that would reveal an entry the audience may not know of."""
    first, *rows = [json.loads(line) for line in lines_of(export(audience))]
    rows = [row for row in rows if "chain" not in row]
    assert first["audience"] == audience
    assert ("note" in first) is bool(withheld)
    assert [row["sequence"] for row in rows if row.get("withheld")] == withheld
    assert all(("content" in row) is ("withheld" not in row) for row in rows)
    assert ("Amber words" in str(rows)) is (audience == "amber")


def test_who_asks_for_less_is_told_what_the_file_still_says(published, tmp_path):
    told = StringIO()
    out = str(tmp_path / "x")
    call_command("export_ledger", out=out, audience="green", stderr=told)
    assert "how many there are" in told.getvalue()


def test_it_goes_to_the_standard_output_too(published, capfdbinary):
    call_command("export_ledger")
    lines = capfdbinary.readouterr().out.splitlines()
    assert len(lines) == 1 + 5 + 6  # the wording of the plan, and five publications


def test_no_file_is_overwritten_and_none_is_open_to_others(published, export):
    path = export()
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_ledger", out=str(path))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Clear words", "Clear wordz", "ledger record 2 confirms a content"),
        ('"kind":"correction"', '"kind":"update"', "record 4 confirms a content"),
        ('"sequence":2', '"sequence":7', "record 7 follows 1"),
        ('"kind":"publication"', '"kind":"withdrawal"', "record 1 has been changed"),
        (
            '"previous_sha256":"0',
            '"previous_sha256":"1',
            "record 1 does not continue the chain",
        ),
        ('"content":{', '"contents":{', "line 2 cannot be read"),
        ("{", "[", "cannot be read"),
        ('"sequence":2', '"sequence":2,"note":"x"', "its fields are"),
        ('"sequence":2', '"sequence":2,"sequence":2', "a key is there twice"),
        ('"as_of":', '"as_of":"2016-05-26","as_of":', "a key is there twice"),
        ('"sequence":2', '"sequence":"2"', "a value is of a wrong type"),
        ('"sequence":2', '"sequence":2.0', "is not a whole number"),
        ('"sequence":2', '"sequence":true', "a value is of a wrong type"),
        ('"kind":"publication"', '"kind":1', "kind is not a text"),
        (
            '"sequence":2,"sha256":"',
            '"sequence":2,"sha256":"A',
            "sha256 is not a hash",
        ),
        ('"is_at_risk":false', '"is_at_risk":NaN', "is not a whole number"),
        ('"chain":"trail"', '"chain":"other"', "cannot be read"),
        ('"chain":"trail"', '"chain":"ledger"', "its fields are"),
        ('"transitions":', '"steps":', "trail record 2 confirms a content"),
        ('"kind":"plan"', '"kind":"answer"', "trail record 1 has been changed"),
    ],
)
def test_one_changed_byte_is_named(published, export, old, new, words):
    path = export()
    first, *rows = lines_of(path)
    text = "".join(rows)
    assert old in text
    path.write_text(first + text.replace(old, new, 1), "utf-8")
    refused(path, words)


def withheld_too(path):
    """Return the export with the content of each ledger record replaced."""
    first, *rows = [json.loads(line) for line in lines_of(path)]
    for row in rows:
        if "chain" not in row:
            row.pop("content", None)
            row["withheld"] = True
    path.write_text("".join(json.dumps(row) + "\n" for row in (first, *rows)), "utf-8")
    return path


def test_an_export_of_everything_withholds_nothing(published, export):
    refused(withheld_too(export()), "5 contents are withheld, and not 0")


@pytest.mark.long
def test_the_number_of_withheld_contents_is_printed_and_can_be_demanded(
    published, export
):
    path = export("green")
    trail = 5  # who did what, and when
    assert "not seen: 2 withheld and 0 erased" in verified(path).stdout
    assert verified(path, "--withheld", str(2 + trail)).returncode == 0
    more = verified(withheld_too(export("clear")), "--withheld", str(4 + trail))
    assert more.returncode == 1
    assert "10 contents are withheld, and not 9" in more.stdout


def test_an_export_of_version_1_still_verifies(published, export):
    path = export()
    first, *rows = lines_of(path)
    old = [row for row in rows if '"chain"' not in row]
    first = first.replace("g7plan-ledger/2", "g7plan-ledger/1")
    path.write_text("".join([first, *old]), "utf-8")
    done = verified(path)
    assert done.returncode == 0
    assert done.stdout.startswith("ledger: 5 records, head ")
    assert "trail" not in done.stdout


def test_a_head_of_the_trail_is_found(published, export):
    path = export()
    head = json.loads(lines_of(path)[-1])["sha256"]
    assert verified(path, "--head", head).returncode == 0
    path.write_text("".join(lines_of(path)[:-1]), "utf-8")
    refused(path, f"the head {head} is not in this file", head=head)


def test_readers_below_amber_do_not_see_who_did_what(published, export):
    _, *rows = [json.loads(line) for line in lines_of(export("green"))]
    trail = {row["kind"]: set(row) for row in rows if "chain" in row}
    assert "content" in trail["plan"]
    assert "withheld" in trail["publication"]


def test_a_line_that_is_gone_is_named(published, export):
    path = export()
    lines = lines_of(path)
    path.write_text("".join(lines[:3] + lines[4:]), "utf-8")
    refused(path, "line 4: ledger record 4 follows 2", "record 4 does not continue")


def test_lines_in_another_order_are_named(published, export):
    path = export()
    lines = lines_of(path)
    lines[2], lines[3] = lines[3], lines[2]
    path.write_text("".join(lines), "utf-8")
    refused(path, "record 3 follows 1", "record 2 is dated before")


def test_a_cut_tail_is_named_by_a_head_that_somebody_holds(published, export):
    path = export()
    lines = lines_of(path)
    head = json.loads(lines[5])["sha256"]
    path.write_text("".join(lines[:5] + lines[6:]), "utf-8")
    assert verified(path).returncode == 0
    refused(path, f"the head {head} is not in this file", head=head)


def test_what_is_no_export_is_refused(members, tmp_path):
    path = tmp_path / "x"
    path.write_text("{}\n")
    done = verified(path)
    assert done.returncode == 2
    assert "not an export of the ledger" in done.stderr


def test_an_erased_record_is_told_without_its_words(published, export):
    entry = published[0]
    assert entry.ledger_record
    with as_superuser() as admin:
        admin.execute(
            "INSERT INTO progress_tombstone (id, entry_id, content_sha256, reason,"
            " erased_at, erased_by, number, ledger_head)"
            " VALUES (%s, %s, %s, 'An order', now(), 'A clerk', 1, 1)",
            [entry.pk, entry.pk, entry.ledger_record.content_sha256],
        )
    path = export()
    row = json.loads(lines_of(path)[1])
    assert set(row) & {"content", "erased_at"} == {"erased_at"}
    assert verified(path).returncode == 0
