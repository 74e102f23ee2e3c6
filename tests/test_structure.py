"""Tests of the shape of the tree that `import-linter` and `ruff` cannot check."""

import ast
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from tests.source_files import ROOT, tracked

MOST_MODULES = 30  # in a folder
MOST_TEMPLATES = 40
MOST_AT_THE_TOP_OF_PROGRESS = 8
APPS = frozenset(
    {"accounts", "api", "audit", "commitments", "g7plan", "partners", "progress"}
    | {"reports"}
)
SUBJECTS = (
    *("conversations", "entries", "evidence", "ledger", "positions", "sheets"),
    "stocktakes",
)
# Django gives these names to a class in every module that has one.
SHARED_NAMES = frozenset({"Command", "Meta", "Migration"})
# allauth and Django look for their templates by these names.
FOREIGN_TEMPLATES = frozenset({"account", "django"})


def by_folder(names):
    folders = defaultdict(list)
    for name in names:
        folders[str(Path(name).parent)].append(name)
    return folders


def modules_of_apps():
    return [name for name in tracked("*.py") if Path(name).parts[0] in APPS]


def test_no_folder_holds_more_than_a_reader_can_take_in():
    sizes = {folder: len(names) for folder, names in by_folder(tracked("*.py")).items()}
    assert not {folder: size for folder, size in sizes.items() if size > MOST_MODULES}


def test_the_top_of_progress_holds_what_the_whole_app_shares():
    found = by_folder(tracked("progress/*.py"))["progress"]
    assert len(found) <= MOST_AT_THE_TOP_OF_PROGRESS, found


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_has_one_name_in_every_layer(subject):
    """A topic's logic is a package; its modules in other layers have the same name."""
    assert (ROOT / "progress" / subject / "__init__.py").exists()
    assert (ROOT / "tests/progress" / subject).is_dir()
    assert tracked(f"templates/progress/{subject}/*.html")


def test_every_module_is_in_a_layer_of_a_contract():
    """Each app has an exhaustive contract, so import-linter refuses all else."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    exhaustive = [
        container
        for contract in contracts
        if contract["type"] == "layers" and contract.get("exhaustive")
        for container in contract["containers"]
    ]
    assert sorted(exhaustive) == sorted(APPS)
    ignored = {name for one in contracts for name in one.get("exhaustive_ignores", [])}
    assert ignored <= {"migrations"}
    assert set(settings["tool"]["importlinter"]["root_packages"]) == APPS


def test_templates_lie_with_their_app_and_subject():
    sizes = {
        folder: len(names)
        for folder, names in by_folder(tracked("templates/*.html")).items()
    }
    assert not {folder: size for folder, size in sizes.items() if size > MOST_TEMPLATES}
    loose = [
        name
        for name in tracked("templates/*.html")
        if len(Path(name).parts) == 3
        and Path(name).parts[1] not in FOREIGN_TEMPLATES | {"components"}
    ]
    assert not loose


def test_no_two_classes_share_a_name():
    places = defaultdict(list)
    for name in modules_of_apps():
        for node in ast.parse((ROOT / name).read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                places[node.name].append(name)
    shared = {name: where for name, where in places.items() if len(where) > 1}
    assert not {
        name: where for name, where in shared.items() if name not in SHARED_NAMES
    }


def test_one_class_means_that_a_row_has_changed_in_between():
    found = [
        node.name
        for name in modules_of_apps()
        for node in ast.walk(ast.parse((ROOT / name).read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        and ("Stale" in node.name or "Outdated" in node.name or "Conflict" in node.name)
        and any(getattr(base, "id", "") == "Exception" for base in node.bases)
    ]
    assert found == ["StaleRow"]
