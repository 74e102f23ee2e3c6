"""The versions of all that decides on the bytes of a report's files.

A renderer refuses a snapshot that names others: the bytes would differ, and the file
would not match its stored hash.
"""

import hashlib
import zlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

from accounts import languages
from progress import assessments
from progress.assessments import arithmetic, differences
from progress.assessments import figures as score_figures
from progress.entries import markdown, markdown_dialect, markdown_runs
from progress.positions import drawings, figures
from progress.sheets import csv_text, row_heights, workbook
from reports import codes, formats, kinds, scores
from reports.renderers.fonts import FONT_DIRS, fonts_at_hand
from reports.renderers.html.styles import SITE_STYLES
from reports.renderers.typesetter import typesetter_version
from reports.scores import schema as score_schema
from reports.snapshot_schema import SCHEMA_VERSION, Snapshot, Versions

HERE: Final = Path(__file__).parent
# The code outside this folder that decides on the bytes of a file.
OUTSIDE: Final = tuple(
    Path(str(module.__file__))
    for module in (
        *(languages, markdown, markdown_dialect, markdown_runs, drawings, figures),
        *(csv_text, row_heights, workbook),
        *(codes, formats, kinds),
        *(assessments, arithmetic, differences, score_figures, scores, score_schema),
    )
)


class VersionsDifferError(Exception):
    """The snapshot names other versions of the renderers than these."""


def current_versions(
    *, product: str, font_dirs: Sequence[Path] = FONT_DIRS
) -> Versions:
    """Return the versions for a snapshot taken now, with the available fonts."""
    return {
        "product": product,
        "typst": typesetter_version(),
        "typst_package": version("typst"),
        "xlsxwriter": version("xlsxwriter"),
        "python_docx": version("python-docx"),
        "lxml": version("lxml"),
        "segno": version("segno"),
        "nh3": version("nh3"),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "renderer_sha256": renderer_sha256(),
        "fonts": fonts_at_hand(font_dirs),
    }


def require_same_versions(snapshot: Snapshot) -> None:
    """Raise VersionsDifferError if the snapshot was taken with other versions."""
    if snapshot.get("schema") != SCHEMA_VERSION:
        raise VersionsDifferError
    named = snapshot["envelope"]["versions"]
    here = current_versions(product=named["product"], font_dirs=())
    if {**here, "fonts": named["fonts"]} != named:
        raise VersionsDifferError


def renderer_sha256() -> str:
    """Return one hash of all code and templates: of their names and contents.

    The order of the files is the same on every machine. It is computed each time, as
    the templates are read each time.
    """
    digest = hashlib.sha256()
    for path in sources():
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def sources() -> list[Path]:
    """Return all code and templates that decide on the bytes of a file."""
    files = (path for path in HERE.rglob("*") if path.is_file())
    inside = sorted(path for path in files if path.suffix != ".pyc")
    return [*OUTSIDE, *SITE_STYLES, *inside]
