"""Tests of the table of drills: its tests exist, and no drill is left out."""

import ast
import re

from tests.source_files import ROOT, tracked

DOCUMENT = (ROOT / "docs/drills.md").read_text("utf-8")
NAMED = re.findall(r"^(\d+)\. `(tests/\S+\.py)::(\w+)`$", DOCUMENT, re.MULTILINE)


def names_in(name: str) -> set[str]:
    tree = ast.parse((ROOT / name).read_text("utf-8"))
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_each_test_that_the_table_names_exists():
    assert [test for _number, file, test in NAMED if test not in names_in(file)] == []


def test_each_number_of_the_tables_is_that_of_a_test():
    tables = DOCUMENT.partition("## Tests")[0]
    used = {int(number) for number in re.findall(r"\[(\d+)\]\(#tests\)", tables)}
    assert used == {int(number) for number, _file, _test in NAMED}
    assert used == set(range(1, len(NAMED) + 1))


def test_each_drill_is_in_the_table():
    files = tracked("tests/g7plan/drills/test_*.py")
    drills = {test for name in files for test in names_in(name)}
    ours = names_in("tests/g7plan/drills/test_table.py")
    assert drills - ours <= {test for _number, _file, test in NAMED}
