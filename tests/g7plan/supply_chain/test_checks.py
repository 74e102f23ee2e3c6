"""Tests of `make audit`: it finds what it looks for, in what it looks at."""

import json
import re
import subprocess
import sys

import pytest

from tests.g7plan.supply_chain import audit
from tests.g7plan.supply_chain.audit import licences, secrets, unsafe_code
from tests.source_files import ROOT

UNSAFE = "import pickle\n\n\ndef read(data):\n    return pickle.loads(data){reason}\n"


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(audit, "ROOT", tmp_path)
    monkeypatch.setattr(audit, "OUR_CODE", ("audit",))
    (tmp_path / "audit").mkdir()
    return tmp_path


@pytest.mark.long
def test_unsafe_code_is_found_unless_its_reason_stands_beside_it(root):
    path = root / "audit/reading.py"
    path.write_text(UNSAFE.format(reason=""))
    found = [line for line in unsafe_code() if "B301" in line]
    assert [line.partition(" ")[0] for line in found] == ["audit/reading.py:5:"]
    path.write_text(UNSAFE.format(reason="  # noqa: S301 - written by us"))
    assert not [line for line in unsafe_code() if "B301" in line]


def test_a_secret_is_found_and_an_example_is_not(root):
    key = "".join(["AK", "IA", "Q6EXAMPLEKEY4321"])
    (root / "settings.py").write_text(f'AWS = "{key}"\nPASSWORD = "hunter2 hunter2"\n')
    (root / "example.py").write_text('PASSWORD = "g7plan-demo"\n')
    (root / "tests").mkdir()
    (root / "tests/test_it.py").write_text(f'PASSWORD = "made up"\nAWS = "{key}"\n')
    found = list(secrets(["settings.py", "example.py", "tests/test_it.py"]))
    assert found == [
        "settings.py:1: AWS Access Key",
        "settings.py:2: Secret Keyword",
        "tests/test_it.py:2: AWS Access Key",
    ]


@pytest.mark.long
def test_the_licence_of_every_package_has_been_read():
    assert list(licences()) == []


@pytest.mark.long
def test_the_bill_of_materials_names_every_locked_package(tmp_path):
    target = tmp_path / "sbom.json"
    command = [
        sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements",
        "requirements.txt", "--of", "JSON", "--output-file", str(target),
        "--no-validate",
    ]  # fmt: skip
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    bill = json.loads(target.read_text())
    text = (ROOT / "requirements.txt").read_text("utf-8")
    locked = re.findall(r"^[\w.-]+==", text, re.MULTILINE)
    assert bill["bomFormat"] == "CycloneDX"
    assert len(bill["components"]) == len(locked)
    assert all(part["externalReferences"][0]["hashes"] for part in bill["components"])
