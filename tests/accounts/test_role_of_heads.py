"""Tests that one place decides who is a head: `User.is_head_at`."""

import ast

from tests.source_files import ROOT, tracked

# Code that means heads in office alone, or that only writes or shows roles.
HEADS_IN_OFFICE = {
    "accounts/models/acting_heads.py": "finds the heads in office, and who acts",
    "accounts/models/people.py": "decides who is a head",
    "accounts/permissions.py": "a head in office names acting heads, and makes keys",
    "accounts/second_factors/rules.py": "asks for acting heads in the next line",
    "g7plan/trial/demo/people.py": "invents the people",
    "partners/recipients.py": "heads in office hear of acting heads and of grants",
    "partners/querysets.py": "heads in office read of webhooks, whose keys they make",
}


def lone_heads(tree: ast.AST) -> int:
    """Count the calls and lists with `Role.HEAD` and without `Role.OFFICER`.

    An acting head is an officer. What heads and officers may do alike, they may do.
    """
    found = 0
    for node in ast.walk(tree):
        parts: list[ast.AST] = []
        if isinstance(node, ast.Call):
            parts = [*node.args]
        elif isinstance(node, ast.List | ast.Tuple | ast.Set):
            parts = [*node.elts]
        elif isinstance(node, ast.Compare | ast.Dict | ast.Assign):
            parts = list(ast.iter_child_nodes(node))
        names = {ast.unparse(part).removesuffix(".value") for part in parts}
        found += "Role.HEAD" in names and "Role.OFFICER" not in names
    return found


def test_no_other_code_asks_for_the_role_of_a_head_alone():
    found = {
        path
        for path in tracked("*.py")
        if not path.startswith(("tests/", "benchmarks/"))
        and "/migrations/" not in path
        and lone_heads(ast.parse((ROOT / path).read_text("utf-8")))
    }
    assert found == set(HEADS_IN_OFFICE)
