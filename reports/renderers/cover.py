"""Draws the cover of a report: the first page of its PDF as a small picture.

It is a preview for the report's page. Nothing signs it, and no report fails without it.
"""

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reports.renderers.typesetter import (
    SourceRefusedError,
    Typesetter,
    TypesetterEndedError,
    TypesetterFailedError,
)

TEMPLATES: Final = Path(__file__).parent / "templates"
# A page of 397 by 561 pixels: about 50 kB.
PIXELS_PER_INCH: Final = 48
MOST_BYTES: Final = 200_000
# The root of the tree of pages comes first, and counts them all.
_COUNT: Final = re.compile(rb"/Type\s*/Pages\s*/Count (\d+)")


@dataclass(frozen=True)
class RenderedCover:
    picture: bytes  # PNG
    pages: int  # of the whole document


def draw_cover(
    data: dict[str, Any], pdf: bytes, typesetter: Typesetter
) -> RenderedCover | None:
    """Return the cover of a typeset document, or None if it cannot be drawn.

    `data` is what the PDF was typeset from. Raises NoLongerWantedError.
    """
    count = _COUNT.search(pdf)
    if count is None:
        return None
    pages = int(count[1])
    source = (TEMPLATES / "cover.typ").read_bytes()
    given = json.dumps({**data, "facts": _of_first_page(data["facts"]), "pages": pages})
    with suppress(SourceRefusedError, TypesetterFailedError, TypesetterEndedError):
        picture = typesetter.draw(
            source, data=given, root=TEMPLATES, ppi=PIXELS_PER_INCH
        )[0]
        if len(picture) <= MOST_BYTES:
            return RenderedCover(picture, pages)
    return None


def _of_first_page(facts: dict[str, Any]) -> dict[str, Any]:
    """Return what the first page needs: no texts, and no section to link to."""
    return {
        **facts,
        "sections": ["gaps"] if facts["sections"] == ["gaps"] else [],
        "entries": {key: {} for key in facts["entries"]},
    }
