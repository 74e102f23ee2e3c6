"""Tests that only actions write to the database.

They read the source for calls that write. A file's `save()` or a cache's `delete()` is
not a row: such modules are listed below, each with the reason.
"""

import ast
from pathlib import Path

from tests.source_files import ROOT, tracked

WRITES = {
    "abulk_create", "abulk_update", "acreate", "add", "adelete", "asave", "aupdate",
    "bulk_create", "bulk_update", "clear", "create", "delete", "execute",
    "get_or_create", "remove", "save", "set", "update", "update_or_create",
}  # fmt: skip
# The functions of `audit.statements` that write.
FUNCTIONS = {"write_rows"}
PLAIN = {
    "add",
    "clear",
    "execute",
    "remove",
    "set",
    "update",
}  # sets and dicts have them
MAY_WRITE = {
    "audit/record.py": "the one door through which an event is written",
    "reports/erasure.py": "what the law has erased, in the owner's transaction",
    "g7plan/management/commands/erase_entry.py": "lets the owner's transaction do so",
    "g7plan/trial/demo/people.py": "invented people, in a demonstration database only",
    "g7plan/trial/demo/stocktakes.py": "invented lead authorities and target dates",
    "g7plan/trial/management/commands/load_demo_data.py": "the owner's mark",
    "g7plan/trial/management/commands/remove_demo_data.py": "the owner empties tables",
}
NOT_ROWS = {
    "g7plan/traces/tracing.py": "makes a resource of OpenTelemetry",
    "reports/renderers/docx/package.py": "saves a document into memory",
    "reports/renderers/qr.py": "saves a picture into memory",
}


def may_write(name):
    parts = Path(name).with_suffix("").parts
    return (
        "actions" in parts
        or parts[0] in {"tests", "benchmarks"}
        or name in MAY_WRITE
        or name in NOT_ROWS
    )


def is_query(node):
    """A call on something that speaks of rows: `….objects.…`, `….filter(…).…`."""
    return any(
        isinstance(part, ast.Attribute)
        and part.attr in {"objects", "filter", "exclude", "all", "cursor", "visible_to"}
        for part in ast.walk(node.func)
    )


def writes_in(name):
    calls = [
        node
        for node in ast.walk(ast.parse((ROOT / name).read_text("utf-8")))
        if isinstance(node, ast.Call)
    ]
    return [
        f"{name}:{node.lineno} .{node.func.attr}()"
        for node in calls
        if isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and (node.func.attr not in PLAIN or is_query(node))
    ] + [
        f"{name}:{node.lineno} {node.func.id}()"
        for node in calls
        if isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS
    ]


def test_no_other_module_writes():
    others = [name for name in tracked("*.py") if not may_write(name)]
    assert others
    assert not [write for name in others for write in writes_in(name)]


def test_every_exception_still_exists():
    assert all((ROOT / name).exists() for name in {**MAY_WRITE, **NOT_ROWS})
