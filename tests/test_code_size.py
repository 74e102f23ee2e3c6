"""Tests of the limits of size that ruff cannot check."""

import ast
from pathlib import Path

import pytest

from tests.source_files import ROOT, tracked

FILE_LIMITS = {".py": 400, ".html": 150}
FUNCTION_LIMITS = {"views": 25, "tasks": 10}  # by file or folder; all others: 40


@pytest.mark.parametrize("name", tracked("*.py", "*.html"))
def test_file_is_short(name):
    path = ROOT / name
    assert path.read_text("utf-8").count("\n") <= FILE_LIMITS[path.suffix]


@pytest.mark.parametrize("name", tracked("*.py"))
def test_functions_are_short(name):
    source = (ROOT / name).read_text("utf-8")
    parts = Path(name).with_suffix("").parts
    is_test = parts[0] == "tests"
    limit = min(40 if is_test else FUNCTION_LIMITS.get(part, 40) for part in parts)
    sizes = {
        node.name: (ast.get_source_segment(source, node) or "").count("\n") + 1
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
    }
    assert not {name: size for name, size in sizes.items() if size > limit}
