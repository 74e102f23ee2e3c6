"""Renders the PDF of a report. It is both tagged (PDF/UA-1) and archival (PDF/A-3a).

It carries the files of the same report that were made before, so that the numbers of
a document that is passed on are still at hand.

Rendering is a pure function. The same snapshot gives the same bytes, whatever the time,
the locale or the machine. It refuses a snapshot that names other fonts or other code:
the bytes would differ, and the file would not match its stored hash.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from accounts.languages import language_of
from progress.entries.markdown_runs import is_link
from progress.positions import figures
from reports.formats import FORMAT_RULES, Format
from reports.renderers.bars import figures_with_older
from reports.renderers.cover import RenderedCover, draw_cover
from reports.renderers.entry_language import printed_language
from reports.renderers.evidence import PrintedEvidence, printed_evidence
from reports.renderers.flow import is_whole, units_of
from reports.renderers.fonts import (
    FONT_DIRS,
    faces_of,
    open_fonts,
    uncovered,
)
from reports.renderers.markdown_blocks import first_sentence, printed_blocks
from reports.renderers.marks import Marks, marks_of, qr_words, short_circulation
from reports.renderers.printable import (
    MARK,
    Json,
    Printable,
    Replaced,
    make_printable,
    strictly,
)
from reports.renderers.punctuation import punctuation_of
from reports.renderers.qr import QUIET, qr_side, qr_svg
from reports.renderers.scores import WIDE, legend_of, printed_bodies
from reports.renderers.typesetter import (
    SourceRefusedError,
    Typesetter,
    TypesetterFailedError,
)
from reports.renderers.versions import require_same_versions
from reports.snapshot_schema import (
    EntryPart,
    Envelope,
    Facts,
    FontFile,
    Snapshot,
)

HERE: Final = Path(__file__).parent
TEMPLATES: Final = HERE / "templates"
REPLACED_NAMED: Final = 20  # replaced characters of an entry that the annex lists


@dataclass(frozen=True)
class _Attachment:
    """How the PDF describes a file that it carries."""

    name: str
    # Of PDF/A-3: the document was made from its source, and its data is a view of it.
    relationship: str


ATTACHMENTS: Final[dict[Format, _Attachment]] = {
    "json": _Attachment("report.json", "source"),
    "csv": _Attachment("positions.csv", "data"),
}


@dataclass(frozen=True)
class RenderedPdf:
    content: bytes
    replaced: list[Replaced]  # also listed in the annex
    cover: RenderedCover | None = None


def render_pdf(
    snapshot: Snapshot,
    snapshot_sha256: str,
    *,
    attached: Mapping[Format, bytes] = MappingProxyType({}),
    font_dirs: Sequence[Path] = FONT_DIRS,
) -> RenderedPdf:
    """Return the PDF of a snapshot. It carries these files of the same report.

    Raises VersionsDifferError, or FontsDifferError with the name of the font.
    """
    require_same_versions(snapshot)
    named = snapshot["envelope"]["versions"]["fonts"]
    carried = {name: attached[name] for name in ATTACHMENTS if name in attached}
    document = _document(snapshot, snapshot_sha256, carried)
    # Some rare sequences can be typeset alone but not next to others. Then replace all
    # of their kind. If that fails too, replace everything but plain ASCII.
    for is_strict in (False, True):
        with suppress(SourceRefusedError, TypesetterFailedError):
            printable = _printable(document, named, font_dirs, is_strict=is_strict)
            with open_fonts(named, font_dirs) as typesetter:
                return _render(printable, typesetter, carried)
    with open_fonts(named, font_dirs) as typesetter:
        return _render(make_printable(document, set), typesetter, carried)


def _printable(
    document: dict[str, Any],
    named: Sequence[FontFile],
    font_dirs: Sequence[Path],
    *,
    is_strict: bool,
) -> Printable:
    """Return the document with printable texts.

    The typesetter that tested them ends: with all fonts open it takes far more memory
    than for the document.
    """
    with open_fonts(named, font_dirs) as typesetter:
        tested = partial(uncovered, typesetter=typesetter, faces=faces_of(named))
        return make_printable(document, strictly(tested) if is_strict else tested)


def _render(
    printable: Printable, typesetter: Typesetter, attached: Mapping[Format, bytes]
) -> RenderedPdf:
    document, replaced = printable
    data = {**document, "replaced": _replaced_rows(replaced, document)}
    source = (TEMPLATES / "report.typ").read_bytes()
    content = typesetter.typeset(
        source, data=json.dumps(data), root=TEMPLATES, attached=attached
    )
    return RenderedPdf(content, replaced, draw_cover(data, content, typesetter))


def _document(
    snapshot: Snapshot, snapshot_sha256: str, attached: Mapping[Format, bytes]
) -> dict[str, Any]:
    facts, envelope = snapshot["facts"], snapshot["envelope"]
    marks = marks_of(snapshot, snapshot_sha256)
    return {
        "facts": {
            **facts,
            "entries": _entries(facts, envelope),
            "figures": figures_with_older(facts["figures"]),
        },
        "scores": _scores(facts),
        "envelope": envelope,
        "snapshot_sha256": snapshot_sha256,
        "attached": [*map(_attachment, attached, attached.values())],
        "faces": faces_of(envelope["versions"]["fonts"]),
        "mark": MARK,
        "parts": list(figures.PARTS),
        # These are made here, not in the template, so that the fonts are checked for
        # their characters too.
        "kind_in_capitals": facts["title"].upper(),
        "signs": asdict(punctuation_of(facts["language"])),
        "circulation": marks.circulation.value,
        "circulation_in_capitals": marks.circulation.value.upper(),
        "circulation_on_pages": short_circulation(snapshot),
        "check": _check(snapshot, marks),
        "illustrative_in_capitals": facts["labels"]["illustrative"].upper(),
    }


def _scores(facts: Facts) -> dict[str, Any] | None:
    """Return the tables of scores as they are printed."""
    if "scores" not in facts:
        return None
    bodies = [asdict(body) for body in printed_bodies(facts)]
    for body in bodies:
        for table in body["tables"]:
            table["wide"] = sorted(WIDE[table["name"]])
    return {"legend": legend_of(facts), "bodies": bodies}


def _check(snapshot: Snapshot, marks: Marks) -> dict[str, str | float] | None:
    """Return the code and its picture, and what a reader does with them."""
    address = snapshot["envelope"]["verify_url"]
    if not address:
        return None
    return {
        "label": marks.code.label,
        "code": marks.code.value,
        "note": marks.verify.value,
        "svg": qr_svg(address),
        "quiet": QUIET / qr_side(address),
        "alt": qr_words(snapshot),
    }


def _attachment(name: Format, content: bytes) -> dict[str, str]:
    return {
        "format": name,
        **asdict(ATTACHMENTS[name]),
        "media_type": FORMAT_RULES[name].content_type.partition(";")[0],
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _entries(facts: Facts, envelope: Envelope) -> dict[str, Any]:
    """Return the entries by key, each with its place in the plan and its blocks."""
    prints_texts = facts["layout"] == "full" and "commitments" in facts["sections"]
    return {
        key: {
            **_entry(facts["entries"][key], prints_texts=prints_texts),
            "evidence": [
                _evidence(row)
                for row in printed_evidence(envelope, key, facts["entries"][key])
            ],
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
        # The typesetter takes no script and no region here.
        "language": language_of(printed_language(entry)),
        "narrative": narrative,
        "next_steps": next_steps,
        "obstacles": obstacles,
        "is_whole": is_whole(
            [narrative, next_steps, obstacles], len(entry["evidence"])
        ),
        "first_sentence": first_sentence(entry["narrative"]),
        "obstacle": first_sentence(entry["obstacles"]),
    }


def _evidence(row: PrintedEvidence) -> dict[str, Any]:
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
