"""Tests of the documents: what they name exists."""

import re
from importlib import import_module

import pytest

from tests.calls import calls
from tests.source_files import ROOT, tracked

DOCUMENTS = tracked("README.md", "CONTRIBUTING.md", "docs/*.md")
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text("utf-8")
TOP = {path.name for path in ROOT.iterdir()}
# A name without a folder is some file of the tree, if it ends like one.
ENDINGS = (".css", ".csv", ".md", ".py", ".sh", ".toml", ".typ", ".yaml", ".yml")
# Files that the running product or the reader makes.
NOT_OURS = re.compile(r"^(var|\.venv)/|^\.env$")
PROGRESS = ROOT / "progress"
LAYERS = ("models", "querysets", "actions", "forms", "views", "templatetags")


def paths_in(text):
    """Return the files and folders of the tree that a text names in code."""
    for span in re.findall(r"`([\w./-]+)`", text):
        is_path = "/" in span and span.split("/")[0] in TOP
        if (is_path or span.endswith(ENDINGS)) and not NOT_OURS.match(span):
            yield span


def is_there(path):
    found = (ROOT / path).exists()
    return found or ("/" not in path and bool(tracked(path, f"*/{path}")))


def links_in(text):
    """Return the targets of a text's links, without the web and its own anchors."""
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


def diagram():
    [found] = re.findall(r"```mermaid\n(.*?)```", ARCHITECTURE, re.DOTALL)
    return found


def arrows_of(text):
    """Return the arrows of a diagram: the start, the kind and the end of each."""
    names = dict(re.findall(r'(\w+)\["([^"]+)"\]', text))
    found = []
    for line in re.sub(r'\["[^"]+"\]', "", text).splitlines():
        steps = re.split(r"(-->|-\.->)", line)
        for before, kind, after in zip(
            steps[::2], steps[1::2], steps[2::2], strict=False
        ):
            found += [
                (names[start.strip()], kind, names[end.strip()])
                for start in before.split("&")
                for end in after.split("&")
            ]
    return found


def test_the_diagram_names_functions_that_exist():
    names = re.findall(r'\["([^"]+)"\]', diagram())
    assert all(callable(resolve(name)) for name in names)
    steps = ("forms", "actions", "transitions", "publication", "positions", "snapshot")
    assert all(any(step in name for name in names) for step in steps)


def test_every_line_of_the_diagram_is_read():
    assert diagram().count("-->") == 19
    assert diagram().count("-.->") == 6
    first, *lines = diagram().splitlines()
    assert first == "flowchart TD"
    assert all(re.search(r" (-->|-\.->) ", line) for line in lines)
    assert len(arrows_of(diagram())) == 19 + 6 + 3 + 1 + 1 + 1


@pytest.mark.parametrize(("start", "kind", "end"), arrows_of(diagram()))
def test_a_solid_arrow_is_a_call_and_a_dashed_one_is_none(start, kind, end):
    assert calls(start, end) == (kind == "-->")


def grid():
    """Return the rows of the table: a subject, and the modules of each layer."""
    rows = re.findall(r"^\| `?(\w+)`? \|(.*)\|$", ARCHITECTURE, re.MULTILINE)
    found = [(subject, cells.split("|")) for subject, cells in rows]
    return [(subject, cells) for subject, cells in found if len(cells) == len(LAYERS)]


def test_the_grid_names_every_module_of_a_layer_once():
    *subjects, last = (subject for subject, _cells in grid())
    assert len(subjects) == 14
    assert all((PROGRESS / subject).is_dir() for subject in subjects)
    assert last == "shared"
    for number, layer in enumerate(LAYERS):
        named = [
            module
            for _subject, cells in grid()
            for module in re.findall(r"\w+", cells[number])
        ]
        modules = {path.stem for path in (PROGRESS / layer).glob("*.py")}
        modules |= {path.parent.name for path in (PROGRESS / layer).glob("*/*.py")}
        assert sorted(named) == sorted(modules - {"__init__"}), layer


def test_every_module_and_package_of_progress_is_named():
    assert all(f"`progress/{name}`" in ARCHITECTURE for name in at_the_top("*.py"))
    subjects = {subject for subject, _cells in grid()}
    packages = {path.split("/")[0] for path in at_the_top("*/__init__.py")}
    assert packages == (subjects - {"shared"}) | set(LAYERS)


def at_the_top(pattern):
    """Return the files of `progress` that match, but for migrations."""
    found = (path.relative_to(PROGRESS) for path in PROGRESS.glob(pattern))
    return {str(path) for path in found} - {"__init__.py", "migrations/__init__.py"}


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
        "a format of the report",
        "a scheduled task",
    ]
    for title, steps in parts:
        assert len(re.findall(r"^\d+\. ", steps, re.MULTILINE)) <= 10, title


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 120


def test_the_reader_of_documents_reads():
    """Test the test itself: it finds paths and links, and ignores all else."""
    text = "`docs/none.md`, `none.py`, `/jobs/`, `a/b`, `var/mail`, [x](y.md#z)"
    assert list(paths_in(text)) == ["docs/none.md", "none.py"]
    assert not is_there("docs/none.md")
    assert not is_there("none.py")
    assert is_there("workflow.csv")
    assert list(links_in(text)) == ["y.md"]
    with pytest.raises(AttributeError):
        resolve("progress.transitions.nothing")
