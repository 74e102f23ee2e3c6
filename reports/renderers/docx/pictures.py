"""The bars of the summary as pictures. The typesetter draws them as in the PDF."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final, Literal

from progress.positions import figures
from reports.renderers.bars import figures_with_older
from reports.renderers.fonts import faces_of, open_fonts
from reports.renderers.outline import printed_sections
from reports.renderers.punctuation import punctuation_of
from reports.snapshot_schema import Facts, Snapshot

TEMPLATES: Final = Path(__file__).parents[1] / "templates"
PIXELS_PER_INCH: Final = 200

PictureName = Literal["standing", "members", "moved"]


def drawn_pictures(
    snapshot: Snapshot, font_dirs: Sequence[Path]
) -> dict[PictureName, bytes]:
    """Return the pictures of a report as PNG, by name."""
    facts = snapshot["facts"]
    names = _names(facts)
    if not names:
        return {}
    fonts = snapshot["envelope"]["versions"]["fonts"]
    data = {
        "pictures": names,
        # The bars need no texts of entries.
        "facts": {
            **facts,
            "actions": [],
            "entries": {},
            "figures": figures_with_older(facts["figures"]),
        },
        "envelope": snapshot["envelope"],
        "faces": faces_of(fonts),
        "parts": list(figures.PARTS),
        "signs": asdict(punctuation_of(facts["language"])),
    }
    source = (TEMPLATES / "pictures.typ").read_bytes()
    with open_fonts(fonts, font_dirs) as typesetter:
        pages = typesetter.draw(
            source, data=json.dumps(data), root=TEMPLATES, ppi=PIXELS_PER_INCH
        )
    return dict(zip(names, pages, strict=True))


def _names(facts: Facts) -> list[PictureName]:
    """Return the pictures that a summary has, as in `templates/summary.typ`."""
    blocks = {block["name"] for block in facts["summary"]}
    if "summary" not in printed_sections(facts) or not facts["entries"]:
        return []
    names: list[PictureName] = []
    if "standing" in blocks:
        names.append("standing")
        if len(facts["members"]) > 1:
            names.append("members")
    if "moved" in blocks and facts["compared"] is not None:
        names.append("moved")
    return names
