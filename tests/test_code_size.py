"""Tests of the limits of size that ruff cannot check."""

import ast
from pathlib import Path

from tests.source_files import ROOT, tracked

FILE_LIMITS = {".py": 400, ".html": 150}
# A reader takes this script alone, so it has to be one file.
ONE_FILE = {"docs/check_report.py": 1040}
FUNCTION_LIMITS = {"views": 25, "tasks": 10}  # by file or folder; all others: 40


def test_files_are_short():
    sizes = {
        name: (ROOT / name).read_text("utf-8").count("\n")
        for name in tracked("*.py", "*.html")
    }
    assert not {
        name: size
        for name, size in sizes.items()
        if size > ONE_FILE.get(name, FILE_LIMITS[Path(name).suffix])
    }


def functions_of(name):
    """Return the functions of a file, and the lines of each."""
    source = (ROOT / name).read_text("utf-8")
    return {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
    }


def limit_of(name):
    parts = Path(name).with_suffix("").parts
    if parts[0] == "tests":
        return 40
    return min(FUNCTION_LIMITS.get(part, 40) for part in parts)


def test_functions_are_short():
    too_long = {
        f"{name}: {function}": lines
        for name in tracked("*.py")
        for function, lines in functions_of(name).items()
        if lines > limit_of(name)
    }
    assert not too_long
