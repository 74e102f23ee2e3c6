"""Which function of the product calls which, as its source says."""

import ast
import inspect
from functools import cache
from importlib import import_module


def split(dotted):
    """Return the module of a function or method, and its name there."""
    parts = dotted.split(".")
    for size in range(len(parts) - 1, 0, -1):
        try:
            module = import_module(".".join(parts[:size]))
        except ModuleNotFoundError:
            continue
        return module, ".".join(parts[size:])
    raise AttributeError(dotted)


@cache
def functions_of(module):
    """Return the functions of a module and the methods of its classes, by name."""
    found = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            found |= {
                f"{node.name}.{part.name}": part
                for part in node.body
                if isinstance(part, ast.FunctionDef)
            }
    return found


def called_by(module, name):
    """Return what a function calls: functions by name, methods as `.name`.

    Calls by the functions of its own module that it calls are counted too.
    """
    found, waiting = set(), [name]
    while waiting:
        for node in ast.walk(functions_of(module)[waiting.pop()]):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Attribute):
                found.add(f".{node.func.attr}")
            elif isinstance(node.func, ast.Name) and node.func.id not in found:
                found.add(node.func.id)
                if node.func.id in functions_of(module):
                    waiting.append(node.func.id)
    return found


def knows(module, owner):
    """Whether a module has this class, or a model whose rows it chooses."""
    return any(
        value is owner
        or getattr(getattr(value, "objects", None), "_queryset_class", None) is owner
        for value in vars(module).values()
    )


def calls(caller, callee):
    """Whether one function or method calls another."""
    module, name = split(caller)
    home, target = split(callee)
    called = called_by(module, name)
    if "." in target:
        owner, method = target.split(".")
        return f".{method}" in called and knows(module, getattr(home, owner))
    # Under any name that it has there.
    return any(
        getattr(module, each, None) is getattr(home, target)
        for each in called
        if not each.startswith(".")
    )
