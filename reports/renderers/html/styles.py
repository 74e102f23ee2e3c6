"""The styles of the page: those of the site, and `report.css` beside this module."""

import re
from pathlib import Path
from typing import Final

from reports.renderers.html.markup import Markup

HERE: Final = Path(__file__).parent
SITE: Final = HERE.parents[2] / "static" / "css"
# The first one sets the order of the layers.
SITE_STYLES: Final = tuple(
    SITE / name for name in ("tokens.css", "base.css", "components.css", "tables.css")
)
COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
BLANKS: Final = re.compile(r"\s+")


def styles() -> Markup:
    """Return the styles of the page, without comments and line ends."""
    paths = (*SITE_STYLES, HERE / "report.css")
    text = " ".join(path.read_text() for path in paths)
    return Markup(BLANKS.sub(" ", COMMENT.sub("", text)).strip())
