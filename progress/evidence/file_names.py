"""Names of files as people may safely save them. Plain Python."""

import re
import unicodedata
from pathlib import PurePosixPath

# What is seen as nothing and still turns a name around or cuts it off: control and
# format characters (the bidirectional ones too), what is not a character yet or ever.
UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
# Windows takes none of these; the two slashes ended a folder's name before.
RESERVED = re.compile(r'[<>:"/\\|?*]')
# To Windows they are machines, with any ending: `con.pdf` is the keyboard.
DEVICES = re.compile(
    r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*\Z", re.IGNORECASE
)
NAMELESS = "file"


def safe_name(name: str, *, limit: int) -> str:
    """The last part of a path as a harmless name, its ending kept when it is cut.

    Any script stays as it is, composed (NFC) so that equal names are equal.
    """
    last = re.split(r"[\\/]", name)[-1]
    seen = "".join(
        sign if unicodedata.category(sign) not in UNSEEN else " " * sign.isspace()
        for sign in unicodedata.normalize("NFC", last)
    )
    plain = " ".join(RESERVED.sub("", seen).split()).strip(" .")
    path = PurePosixPath(plain)
    stem, ending = (path.stem, path.suffix) if plain else ("", "")
    stem = stem.rstrip(" .") or NAMELESS
    if DEVICES.match(stem.split(".")[0]):
        stem = f"_{stem}"
    stem = stem[: max(1, limit - len(ending))].rstrip(" .")
    return f"{stem}{ending}"[:limit]
