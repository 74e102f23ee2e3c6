"""Make file names that people can save safely. Plain Python."""

import re
import unicodedata
from pathlib import PurePosixPath

# Unicode categories that are invisible but can reverse a name or cut it off: control
# and format characters (also bidirectional ones), and what is not a character.
UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
# Windows accepts none of these. Slashes were cut off before.
RESERVED = re.compile(r'[<>:"/\\|?*]')
# Windows takes these for devices, with any ending: `con.pdf` is the console.
DEVICES = re.compile(
    r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*\Z", re.IGNORECASE
)
NAMELESS = "file"


def safe_name(name: str, *, limit: int) -> str:
    """Return the last part of a path as a harmless name of at most `limit` characters.

    A name that is cut keeps its ending. Every script is kept, composed (NFC) so that
    equal names compare equal.
    """
    last = re.split(r"[\\/]", name)[-1]
    seen = "".join(
        sign if unicodedata.category(sign) not in UNSEEN else " " * sign.isspace()
        for sign in unicodedata.normalize("NFC", last)
    )
    plain = " ".join(RESERVED.sub("", seen).split()).strip(" .")
    path = PurePosixPath(plain)
    stem, ending = path.stem or NAMELESS, path.suffix
    if DEVICES.match(stem.split(".")[0]):
        stem = f"_{stem}"
    stem = stem[: max(1, limit - len(ending))].rstrip(" .")
    return f"{stem}{ending}"[:limit]
