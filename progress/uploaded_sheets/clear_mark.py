"""The mark that empties a field: a blank cell of a sheet leaves it as it is."""

import re
from typing import Final

CLEAR: Final = "[clear]"
# A text that is this mark itself has brackets around it in the sheet.
_CLEAR_AS_TEXT: Final = re.compile(r"\[+clear\]+", re.IGNORECASE)


def written_text(text: str) -> str:
    """Return a text as a cell holds it, so that it is never read as the clear mark."""
    return f"[{text}]" if _CLEAR_AS_TEXT.fullmatch(text) else text


def read_text(cell: str) -> str:
    """Return the text of a cell. It is empty for the clear mark."""
    if is_clear(cell):
        return ""
    return cell[1:-1] if _CLEAR_AS_TEXT.fullmatch(cell) else cell


def is_clear(cell: str) -> bool:
    return cell.strip().lower() == CLEAR
