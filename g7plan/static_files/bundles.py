"""One style sheet and one script, made from the files that people write.

A style sheet names its parts with `@import "tokens.css";`, and a module with `import`:
their names and their order are in the files themselves. Comments and spaces are left
out. Nothing else changes: no rule is moved and no name is shortened.
"""

import re
from pathlib import Path
from typing import Final

import rcssmin
import rjsmin

IMPORTED_STYLES: Final = re.compile(r'^@import "([^"]+)";$', re.MULTILINE)
# A descendant by its pseudo-class alone. Inside a layer, rcssmin (1.3.0) takes its
# space for that before the colon of a declaration. With `*` it says the same.
DESCENDANT: Final = re.compile(r"(?<=\S) :(?=[a-z])")
IMPORT: Final = re.compile(
    r'^import (?:(?P<names>\{[^}]*\}) from )?"(?P<path>\.[^"]+)";$', re.MULTILINE
)
EXPORT: Final = re.compile(
    r"^export (?=(?:async function|function|class|const) (?P<name>\w+))", re.MULTILINE
)
# Any other form, such as `export default`, `import * as` or `import("…")`.
OTHER_FORM: Final = re.compile(r"^(?:import|export)\b.*|\bimport\(.*", re.MULTILINE)
COMMENT_LINE: Final = re.compile(r"^\s*//.*$", re.MULTILINE)


class BundleError(Exception):
    """A source that cannot be put into the style sheet or the script."""


def bundle_styles(entry: Path) -> str:
    """Return a style sheet with those that it imports, without comments and spaces."""
    parts = IMPORTED_STYLES.findall(entry.read_text("utf-8"))
    text = "\n".join((entry.parent / name).read_text("utf-8") for name in parts)
    if "@import" in text:
        raise BundleError(f"Only {entry.name} may import style sheets.")
    return str(rcssmin.cssmin(DESCENDANT.sub(" *:", text)))


def bundle_scripts(entry: Path) -> str:
    """Return a module with those that it imports, each once and after what it needs.

    Each becomes a function that runs at once and returns what it exports. So a name in
    one module never meets the same name in another, as in a browser.

    Raises `BundleError` for a circle of imports, and for a form of import or export
    that is not known here.
    """
    order: dict[Path, str] = {}
    _add(entry.resolve(), order, ())
    return str(rjsmin.jsmin("\n".join(order.values())))


def _add(path: Path, order: dict[Path, str], importers: tuple[Path, ...]) -> None:
    if path in importers:
        names = " → ".join(each.name for each in (*importers, path))
        raise BundleError(f"The modules import each other: {names}")
    if path in order:
        return
    text = COMMENT_LINE.sub("", path.read_text("utf-8"))
    for found in IMPORT.finditer(text):
        _add(_imported(path, found), order, (*importers, path))

    def as_constant(found: re.Match[str]) -> str:
        names = found["names"]
        return f"const {names} = {_variable(_imported(path, found))};" if names else ""

    exported = [found["name"] for found in EXPORT.finditer(text)]
    body = EXPORT.sub("", IMPORT.sub(as_constant, text))
    if other := OTHER_FORM.search(body):
        raise BundleError(f"{path.name} has a form that is not known: {other[0]}")
    order[path] = (
        f"const {_variable(path)} = (() => {{\n{body}\n"
        f"return {{ {', '.join(exported)} }};\n}})();"
    )


def _imported(path: Path, found: re.Match[str]) -> Path:
    return (path.parent / found["path"]).resolve()


def _variable(path: Path) -> str:
    """Return the name under which a module's exports are kept: no two are the same."""
    return f"${path.parent.name}_{path.stem}"
