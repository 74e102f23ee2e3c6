"""Tests of docs/security.md: no item is left out, and what it names is there."""

import ast
import re

import pytest

from tests.source_files import ROOT

PAGE = (ROOT / "docs/security.md").read_text("utf-8")
ROWS = re.findall(r"^\| (V[\d., V]+) \| (.+?) \| ?(.*?) ?\|?$", PAGE, re.MULTILINE)
# How many items of levels 1 and 2 each section of version 5.0.0 has. In these sections
# they come first; the numbers after them are of level 3.
ITEMS = {
    "V1.1": 2, "V1.2": 9, "V1.3": 11, "V1.4": 3, "V1.5": 2,
    "V2.1": 3, "V2.2": 3, "V2.3": 4, "V2.4": 1,
    "V3.2": 2, "V3.3": 4, "V3.4": 6, "V3.5": 5, "V3.7": 2,
    "V4.1": 3, "V4.2": 1, "V4.3": 2, "V4.4": 4,
    "V5.1": 1, "V5.2": 3, "V5.3": 2, "V5.4": 3,
    "V6.1": 3, "V6.2": 12, "V6.3": 4, "V6.4": 4, "V6.5": 5, "V6.6": 3, "V6.8": 4,
    "V7.1": 3, "V7.2": 4, "V7.3": 2, "V7.4": 5, "V7.5": 2, "V7.6": 2,
    "V8.1": 2, "V8.2": 3, "V8.3": 1, "V8.4": 1,
    "V9.1": 3, "V9.2": 4,
    "V10.1": 2, "V10.2": 2, "V10.3": 4, "V10.4": 11, "V10.5": 5, "V10.6": 2, "V10.7": 3,
    "V11.1": 2, "V11.2": 3, "V11.3": 3, "V11.4": 4, "V11.5": 1, "V11.6": 1,
    "V12.1": 3, "V12.2": 2, "V12.3": 4,
    "V13.1": 1, "V13.2": 5, "V13.3": 2, "V13.4": 5,
    "V14.1": 2, "V14.2": 4, "V14.3": 3,
    "V15.1": 3, "V15.2": 3, "V15.3": 7,
    "V16.1": 1, "V16.2": 5, "V16.3": 4, "V16.4": 3, "V16.5": 3,
    "V17.1": 1, "V17.2": 4, "V17.3": 2,
}  # fmt: skip


def shown_by():
    """The code in the last column of each row, with the row's items."""
    for items, how, shown in ROWS:
        yield items, how, re.findall(r"`([^`]+)`", shown)


def test_every_item_of_both_levels_is_there_once():
    found = [item for items, *_ in ROWS for item in items.split(", ")]
    wanted = [
        f"{section}.{number}"
        for section, count in ITEMS.items()
        for number in range(1, count + 1)
    ]
    assert len(wanted) == 253
    assert sorted(found) == sorted(wanted)


def test_a_row_without_a_test_says_who_decides_or_that_it_is_open():
    start = PAGE.index("## Items that do not apply")
    applied = [row for row in shown_by() if PAGE.index(f"| {row[0]} |") < start]
    for items, how, names in applied:
        assert names or how.startswith(("Operator: ", "Open: ")), items


@pytest.mark.parametrize(
    "name", sorted({name for *_, names in shown_by() for name in names})
)
def test_what_shows_an_item_is_there(name):
    if name.startswith("tests/"):
        path, _, function = name.partition("::")
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert function in there if function else there
    elif name.startswith("make "):
        makefile = (ROOT / "Makefile").read_text("utf-8")
        assert re.search(rf"^{name.removeprefix('make ')}:", makefile, re.MULTILINE)
    elif name.startswith("manage.py "):
        command = name.split()[1]
        assert list(ROOT.glob(f"*/management/commands/{command}.py"))
    else:
        assert (ROOT / name).is_file()
