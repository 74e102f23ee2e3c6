"""Renders the PDF of a report. It is both tagged (PDF/UA-1) and archival (PDF/A-2a).

Rendering is a pure function. The same snapshot gives the same bytes, whatever the time,
the locale or the machine. It refuses a snapshot that names other fonts or other code:
the bytes would differ, and the file would not match its stored hash.
"""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import typst
from typst import Fonts, TypstError

from accounts import languages
from accounts.languages import language_of
from progress.entries import markdown_dialect, markdown_runs
from progress.entries.markdown_runs import is_link
from progress.positions import figures
from reports.renderers.flow import is_whole, units_of
from reports.renderers.fonts import (
    FONT_DIRS,
    TypesetterFailedError,
    faces_of,
    fonts_at_hand,
    forget,
    open_fonts,
    typeset,
    typesetter_version,
    uncovered,
)
from reports.renderers.markdown_blocks import first_sentence, printed_blocks
from reports.renderers.printable import (
    MARK,
    Json,
    Printable,
    Replaced,
    make_printable,
    strictly,
)
from reports.snapshot_schema import (
    SCHEMA_VERSION,
    EntryPart,
    EvidenceRow,
    Facts,
    FigureRow,
    FiguresPart,
    FontFile,
    Snapshot,
    Versions,
)

HERE: Final = Path(__file__).parent
TEMPLATES: Final = HERE / "templates"
# The code that decides on the bytes of a document.
SOURCES: Final = (
    *(HERE / name for name in ("flow.py", "fonts.py", "markdown_blocks.py")),
    *(HERE / name for name in ("pdf.py", "printable.py")),
    Path(languages.__file__),
    Path(markdown_dialect.__file__),
    Path(markdown_runs.__file__),
    Path(figures.__file__),
)
REPLACED_NAMED: Final = 20  # replaced characters of an entry that the annex lists


class VersionsDifferError(Exception):
    """The snapshot names other versions of the renderer than these."""


@dataclass(frozen=True)
class RenderedPdf:
    content: bytes
    replaced: list[Replaced]  # also listed in the annex


def render_pdf(
    snapshot: Snapshot, snapshot_sha256: str, *, font_dirs: Sequence[Path] = FONT_DIRS
) -> RenderedPdf:
    """Return the PDF of a snapshot.

    Raises VersionsDifferError, or FontsDifferError with the name of the font.
    """
    _require_same_versions(snapshot)
    named = snapshot["envelope"]["versions"]["fonts"]
    document = _document(snapshot, snapshot_sha256)
    try:
        # Some rare sequences can be typeset alone but not next to others. Then replace
        # all of their kind. If that fails too, replace everything but plain ASCII.
        for is_strict in (False, True):
            with suppress(TypstError, TypesetterFailedError):
                printable = _printable(document, named, font_dirs, is_strict=is_strict)
                forget()
                with open_fonts(named, font_dirs) as fonts:
                    return _render(printable, fonts)
        with open_fonts(named, font_dirs) as fonts:
            return _render(make_printable(document, set), fonts)
    finally:
        forget()


def _printable(
    document: dict[str, Any],
    named: Sequence[FontFile],
    font_dirs: Sequence[Path],
    *,
    is_strict: bool,
) -> Printable:
    """Return the document with printable texts.

    The fonts that it was tested with are closed again: they hold far more characters
    than the document needs.
    """
    with open_fonts(named, font_dirs) as fonts:
        tested = partial(uncovered, fonts=fonts, faces=faces_of(named))
        return make_printable(document, strictly(tested) if is_strict else tested)


def _render(printable: Printable, fonts: Fonts) -> RenderedPdf:
    document, replaced = printable
    data = {**document, "replaced": _replaced_rows(replaced, document)}
    source = (TEMPLATES / "report.typ").read_bytes()
    content = typeset(source, fonts, data=json.dumps(data), root=TEMPLATES)
    return RenderedPdf(content, replaced)


def current_versions(
    *, product: str, font_dirs: Sequence[Path] = FONT_DIRS
) -> Versions:
    """Return the versions for a snapshot taken now, with the available fonts."""
    return {
        "product": product,
        "typst": typesetter_version(),
        "typst_package": typst.__version__,  # type: ignore[attr-defined]  # untyped
        "renderer_sha256": _renderer_sha256(),
        "fonts": fonts_at_hand(font_dirs),
    }


def _require_same_versions(snapshot: Snapshot) -> None:
    if snapshot.get("schema") != SCHEMA_VERSION:
        raise VersionsDifferError
    named = snapshot["envelope"]["versions"]
    here = current_versions(product=named["product"], font_dirs=())
    if {**here, "fonts": named["fonts"]} != named:
        raise VersionsDifferError


def _renderer_sha256() -> str:
    """Return one hash of all code and templates: of their names and contents.

    The order of the files is the same on every machine. It is computed each time, as
    the templates are read each time.
    """
    paths = [*SOURCES, *sorted(TEMPLATES.glob("*.typ"))]
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _document(snapshot: Snapshot, snapshot_sha256: str) -> dict[str, Any]:
    facts, envelope = snapshot["facts"], snapshot["envelope"]
    return {
        "facts": {
            **facts,
            "entries": _entries(facts),
            "figures": _figures(facts["figures"]),
        },
        "envelope": envelope,
        "snapshot_sha256": snapshot_sha256,
        "faces": faces_of(envelope["versions"]["fonts"]),
        "mark": MARK,
        "parts": list(figures.PARTS),
        # These are made here, not in the template, so that the fonts are checked for
        # their characters too.
        "kind_in_capitals": facts["title"].upper(),
        "draft_in_capitals": facts["labels"]["draft"].upper(),
        "illustrative_in_capitals": facts["labels"]["illustrative"].upper(),
    }


def _figures(part: FiguresPart) -> dict[str, Any]:
    """Return the figures, with the number of older positions by status in each row."""

    def row_of(row: FigureRow) -> dict[str, Any]:
        current = row["parts"]
        older = {name: row["in_all"][name] - current[name] for name in row["in_all"]}
        return {**row, "older": older}

    return {
        "overall": row_of(part["overall"]),
        "actions": [*map(row_of, part["actions"])],
        "sub_areas": [*map(row_of, part["sub_areas"])],
        "members": [*map(row_of, part["members"])],
        "commitments": [*map(row_of, part["commitments"])],
    }


def _entries(facts: Facts) -> dict[str, Any]:
    """Return the entries by key, each with its place in the plan and its blocks."""
    prints_texts = facts["layout"] == "full" and "commitments" in facts["sections"]
    return {
        key: {
            **_entry(facts["entries"][key], prints_texts=prints_texts),
            "commitment": commitment["code"],
            "member": position["member"],
        }
        for action in facts["actions"]
        for area in action["sub_areas"]
        for commitment in area["commitments"]
        for position in commitment["positions"]
        if (key := position["entry"]) is not None
    }


def _entry(entry: EntryPart, *, prints_texts: bool) -> dict[str, Any]:
    """Return an entry for the templates. Without its texts, first sentences remain."""
    texts = (entry["narrative"], entry["next_steps"], entry["obstacles"])
    narrative, next_steps, obstacles = (
        units_of(printed_blocks(text)) if prints_texts else [] for text in texts
    )
    return {
        **entry,
        "language": _language(entry),
        "narrative": narrative,
        "next_steps": next_steps,
        "obstacles": obstacles,
        "is_whole": is_whole(
            [narrative, next_steps, obstacles], len(entry["evidence"])
        ),
        "first_sentence": first_sentence(entry["narrative"]),
        "obstacle": first_sentence(entry["obstacles"]),
        "evidence": [_evidence(row) for row in entry["evidence"]],
    }


def _language(entry: EntryPart) -> str:
    """Return the language of an entry. If it is not known, Japanese is guessed.

    The typesetter takes no script and no region here.
    """
    texts = (entry["narrative"], entry["next_steps"], entry["obstacles"])
    guessed = "ja" if any(map(markdown_dialect.is_japanese, texts)) else ""
    return language_of(entry["language"]) or guessed


def _evidence(row: EvidenceRow) -> dict[str, Any]:
    return {**row, "href": row["url"]} if is_link(row["url"]) else {**row}


def _replaced_rows(replaced: list[Replaced], document: dict[str, Any]) -> Json:
    """Return the rows of the annex. Characters are given as code points."""
    names = {member["code"]: member["name"] for member in document["facts"]["members"]}
    return [
        {
            "commitment": item.commitment,
            "member": names.get(item.member, ""),
            "characters": _code_points(item.characters),
        }
        for item in replaced
    ]


def _code_points(sequences: list[str]) -> str:
    """Return the code points of the first sequences, and the number of the others."""
    named = [
        " ".join(f"U+{ord(character):04X}" for character in sequence)
        for sequence in sequences[:REPLACED_NAMED]
    ]
    more = len(sequences) - len(named)
    return ", ".join([*named, f"+ {more}"] if more else named)
