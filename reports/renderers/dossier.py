"""Renders the PDF of a clearance dossier. Nothing keeps it, so it has no hash."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from reports.renderers.fonts import (
    FONT_DIRS,
    faces_of,
    fonts_at_hand,
    open_fonts,
    uncovered,
)
from reports.renderers.printable import Uncovered, make_printable, strictly
from reports.renderers.typesetter import SourceRefusedError, TypesetterFailedError

TEMPLATES: Final = Path(__file__).parent / "templates"
# From the least to the most careful: what to replace if the texts cannot be typeset.
CARE: Final[tuple[Callable[[Uncovered], Uncovered], ...]] = (
    lambda tested: tested,
    strictly,
    lambda _tested: set,
)


def render_dossier(
    document: dict[str, Any], *, font_dirs: Sequence[Path] = FONT_DIRS
) -> bytes:
    """Return the PDF of what `reports.dossiers.document` collected.

    Raises TypesetterFailedError if no way to typeset it works.
    """
    named = fonts_at_hand(font_dirs)
    faces = faces_of(named)
    source = (TEMPLATES / "dossier.typ").read_bytes()
    for careful in CARE:
        with (
            suppress(SourceRefusedError, TypesetterFailedError),
            open_fonts(named, font_dirs) as typesetter,
        ):
            tested = partial(uncovered, typesetter=typesetter, faces=faces)
            printable = make_printable(document, careful(tested)).document
            data = json.dumps({**printable, "faces": faces})
            return typesetter.typeset(source, data=data, root=TEMPLATES)
    raise TypesetterFailedError
