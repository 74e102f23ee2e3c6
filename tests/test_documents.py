"""Tests of the documents: what they name exists."""

import re
from importlib import import_module

import pytest

from tests.source_files import ROOT, tracked

DOCUMENTS = tracked("README.md", "CONTRIBUTING.md", "docs/*.md")
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text("utf-8")
TOP = {path.name for path in ROOT.iterdir()}
# A name without a folder is some file of the tree, if it ends like one.
ENDINGS = (".css", ".csv", ".md", ".py", ".sh", ".toml", ".typ", ".yaml", ".yml")
# Made where the product runs, or by the reader.
NOT_OURS = re.compile(r"^(var|\.venv)/|^\.env$")
LAYERS = ("models", "querysets", "actions", "forms", "views")


def paths_in(text):
    """What a text names in code as a file or folder of the tree."""
    for span in re.findall(r"`([\w./-]+)`", text):
        is_path = "/" in span and span.split("/")[0] in TOP
        if (is_path or span.endswith(ENDINGS)) and not NOT_OURS.match(span):
            yield span


def is_there(path):
    found = (ROOT / path).exists()
    return found or ("/" not in path and bool(tracked(path, f"*/{path}")))


def links_in(text):
    """Where a text links to, without the web and without places on its own page."""
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            yield target


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_that_a_document_names_exists(name):
    text = (ROOT / name).read_text("utf-8")
    assert not [path for path in paths_in(text) if not is_there(path)]
    folder = (ROOT / name).parent
    assert not [path for path in links_in(text) if not (folder / path).exists()]


def resolve(dotted):
    """The module, class or function of this name."""
    parts = dotted.split(".")
    for size in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:size]))
        except ModuleNotFoundError:
            continue
        for part in parts[size:]:
            found = getattr(found, part)
        return found
    raise AttributeError(dotted)


def names_in_the_diagram():
    [diagram] = re.findall(r"```mermaid\n(.*?)```", ARCHITECTURE, re.DOTALL)
    return re.findall(r'\["([^"]+)"\]', diagram)


def test_the_diagram_names_functions_that_exist():
    names = names_in_the_diagram()
    assert all(callable(resolve(name)) for name in names)
    steps = ("forms", "actions", "transitions", "ledger", "positions", "snapshot")
    assert all(any(step in name for name in names) for step in steps)


def test_the_grid_names_modules_that_exist():
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", ARCHITECTURE, re.MULTILINE)
    grid = [(subject, cells.split("|")) for subject, cells in rows]
    grid = [(subject, cells) for subject, cells in grid if len(cells) == len(LAYERS)]
    assert len(grid) == 6
    for subject, cells in grid:
        assert (ROOT / "progress" / subject).is_dir()
        for layer, cell in zip(LAYERS, cells, strict=True):
            for module in re.findall(r"\w+", cell):
                assert (ROOT / f"progress/{layer}/{module}.py").exists(), module


def test_how_to_add_takes_ten_steps_each():
    parts = re.findall(
        r"^## How to add (.+?)\n(.*?)(?=^## |\Z)",
        ARCHITECTURE,
        re.MULTILINE | re.DOTALL,
    )
    assert [title for title, _steps in parts] == [
        "a field of an entry",
        "a page",
        "an API resource",
        "a section of the report",
        "a scheduled task",
    ]
    for title, steps in parts:
        assert len(re.findall(r"^\d+\. ", steps, re.MULTILINE)) <= 10, title


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 120


def test_the_reader_of_documents_reads():
    """A test of the test: it finds paths and links, and leaves the rest alone."""
    text = "`docs/none.md`, `none.py`, `/jobs/`, `a/b`, `var/mail`, [x](y.md#z)"
    assert list(paths_in(text)) == ["docs/none.md", "none.py"]
    assert not is_there("docs/none.md")
    assert not is_there("none.py")
    assert is_there("workflow.csv")
    assert list(links_in(text)) == ["y.md"]
    with pytest.raises(AttributeError):
        resolve("progress.transitions.nothing")
