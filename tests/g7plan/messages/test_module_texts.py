"""No module asks for a text before the reader's language is known."""

import ast

import pytest

from tests.source_files import ROOT, tracked

EAGER = {"gettext", "ngettext", "pgettext", "npgettext"}
APPS = ("accounts/", "commitments/", "g7plan/", "partners/", "progress/", "reports/")
MODULES = [
    name
    for name in tracked("*.py")
    if name.startswith(APPS) and "/migrations/" not in name
]


def asked_too_early(source):
    """Return the lines of calls that run when the module is loaded."""
    tree = ast.parse(source)
    eager = {
        name.asname or name.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if name.name in EAGER
    }
    return [
        node.lineno
        for node in loaded(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in eager
    ]


def loaded(node):
    """Yield what runs at once: all but the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in (*child.decorator_list, child.args):
                yield from loaded(part)
        elif not isinstance(child, ast.Lambda):
            yield child
            yield from loaded(child)


def test_no_module_asks_for_a_text_when_it_is_loaded():
    lines = {
        name: found
        for name in MODULES
        if (found := asked_too_early((ROOT / name).read_text("utf-8")))
    }
    assert lines == {}


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("TITLE = _('Title')", [2]),
        ("class Form:\n    label = field(_('Label'))", [3]),
        ("def text(at=_('now')):\n    return 1", [2]),
        ("def text():\n    return _('Text')", []),
        ("TEXTS = {1: lambda: _('Text')}", []),
    ],
)
def test_a_text_that_is_asked_for_too_early_is_found(source, lines):
    module = f"from django.utils.translation import gettext as _\n{source}\n"
    assert asked_too_early(module) == lines
