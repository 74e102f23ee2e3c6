"""The fonts of a PDF, and the characters that none of them has.

The typesetter's package has a serif and a monospaced font, but no sans and no CJK font.
Two packages bring a sans with italics and a Japanese font. The other fonts named here
are used if the machine has them, and no others. The snapshot lists each with its hash,
and the document uses exactly those. So its bytes do not depend on other fonts.
"""

import hashlib
import json
import os
import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple, TypedDict

from reports.renderers.typesetter import (
    SourceRefusedError,
    Typesetter,
    TypesetterFailedError,
    running_typesetter,
)
from reports.snapshot_schema import FontFile


def _folders_of(*packages: str) -> tuple[Path, ...]:
    """Return the folders of packages that hold only files, without importing them."""
    specs = filter(None, map(find_spec, packages))
    found = [
        folder for spec in specs for folder in spec.submodule_search_locations or ()
    ]
    return tuple(map(Path, found))


# Installed with the product. Without them, what delegations write is set in serif.
PACKAGED: Final = _folders_of("font_source_sans_pro", "pylopdf_fonts_jp")
FONT_DIRS: Final = (
    *PACKAGED,
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
)
SERIF: Final = "Libertinus Serif"
MONO: Final = "DejaVu Sans Mono"
LAST_RESORT: Final = "New Computer Modern"


class Family(NamedTuple):
    name: str
    files: tuple[str, ...]  # the upright, regular one first
    is_for_text: bool = True  # otherwise only for characters that others do not have


# In order of preference. The first available sans is used for what delegations write. A
# character that it does not have comes from the first family that has it.
FAMILIES: Final = (
    Family(
        "Source Sans Pro",
        (
            "SourceSansPro-Regular.otf",
            "SourceSansPro-Bold.otf",
            "SourceSansPro-It.otf",
            "SourceSansPro-BoldIt.otf",
        ),
    ),
    # It has the Japanese form where Chinese and Japanese share a code point.
    Family("Noto Sans JP", ("NotoSansJP-Regular.otf",)),
    Family(
        "Noto Sans",
        (
            "NotoSans-Regular.ttf",
            "NotoSans-Bold.ttf",
            "NotoSans-Italic.ttf",
            "NotoSans-BoldItalic.ttf",
        ),
    ),
    Family(
        "DejaVu Sans",
        (
            "DejaVuSans.ttf",
            "DejaVuSans-Bold.ttf",
            "DejaVuSans-Oblique.ttf",
            "DejaVuSans-BoldOblique.ttf",
        ),
    ),
    # For Chinese and Korean.
    Family(
        "Noto Sans CJK JP",
        ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
        is_for_text=False,
    ),
    Family(
        "Noto Sans Arabic",
        ("NotoSansArabic-Regular.ttf", "NotoSansArabic-Bold.ttf"),
        is_for_text=False,
    ),
    Family("Noto Sans Hebrew", ("NotoSansHebrew-Regular.ttf",), is_for_text=False),
    Family("Noto Sans Symbols", ("NotoSansSymbols-Regular.ttf",), is_for_text=False),
    Family("Noto Sans Symbols2", ("NotoSansSymbols2-Regular.ttf",), is_for_text=False),
)


# One of these must be there for a report in the language. The fonts of the typesetter
# and of our packages have the letters of all others.
FONTS_FOR: Final = {"ja": ("NotoSansJP-Regular.otf", "NotoSansCJK-Regular.ttc")}


class FontsDifferError(Exception):
    """A font that the snapshot names is missing, or another version is installed."""


def fonts_at_hand(font_dirs: Sequence[Path] = FONT_DIRS) -> list[FontFile]:
    """Return the fonts named here that are installed, in order of preference."""
    found = _find(font_dirs)
    names = (name for family in FAMILIES for name in family.files)
    return [_describe(found[name]) for name in names if name in found]


@lru_cache
def has_fonts_for(language: str, font_dirs: tuple[Path, ...]) -> bool:
    """Return whether these folders have a font with the letters of a language.

    The answer is kept: a process is started again after fonts have been installed.
    """
    needed = FONTS_FOR.get(language, ())
    return not needed or not _find(font_dirs).keys().isdisjoint(needed)


class Faces(TypedDict):
    """Font families for each kind of text, in the order in which they are tried.

    Each list must name all families. The typesetter tries an unnamed family only once
    in a stretch of text, so it fails on text that needs two of them in turn.
    """

    serif: list[str]
    sans: list[str]
    mono: list[str]


def faces_of(fonts: Iterable[FontFile]) -> Faces:
    """Return the families for serif, sans and monospaced text with these fonts."""
    names = {font["name"] for font in fonts}
    found = [family for family in FAMILIES if family.files[0] in names]
    text = [family.name for family in found if family.is_for_text]
    rest = [family.name for family in found if not family.is_for_text]
    return {
        "serif": [SERIF, *rest, *text, MONO, LAST_RESORT],
        "sans": [*text, SERIF, *rest, MONO, LAST_RESORT],
        "mono": [MONO, *text, SERIF, *rest, LAST_RESORT],
    }


@contextmanager
def open_fonts(
    fonts: Sequence[FontFile], font_dirs: Sequence[Path] = FONT_DIRS
) -> Iterator[Typesetter]:
    """Run a typesetter with exactly these fonts and its own, in this order.

    The typesetter takes folders only, and reads each in the order of the file system.
    Its choice of a fallback font would depend on that order, so each font gets a folder
    of its own. Raises FontsDifferError.
    """
    found = _find(font_dirs)
    with TemporaryDirectory(prefix="fonts-") as name:
        folders: list[Path] = []
        for number, font in enumerate(fonts):
            path = found.get(font["name"])
            if path is None or _describe(path) != font:
                raise FontsDifferError(font["name"])
            folders.append(Path(name) / f"{number:02}")
            folders[-1].mkdir()
            (folders[-1] / font["name"]).symlink_to(path)
        with running_typesetter(folders) as typesetter:
            yield typesetter


def uncovered(texts: Iterable[str], typesetter: Typesetter, faces: Faces) -> set[str]:
    """Return those texts (single characters or longer) that these fonts cannot print.

    Finding an error is slow. So characters that are missing in all styles are found in
    one style first.
    """
    wanted = set(texts)
    missing: set[str] = set()
    for thorough in (False, True):
        # Errors of one kind hide those of another, so repeat until there are none.
        while found := _faulty(sorted(wanted - missing), thorough, typesetter, faces):
            missing |= found
    return missing


def _faulty(
    texts: list[str], thorough: bool, typesetter: Typesetter, faces: Faces
) -> set[str]:
    """Return the texts for which the typesetter reports an error.

    It compiles one small document with each text alone on a line, and names the lines
    with errors. The character table of a font would not be enough: it does not cover
    sequences.
    """
    source = "\n".join([PROBE, *(_line(text, thorough) for text in texts)])
    try:
        typesetter.typeset(source.encode(), data=json.dumps(faces))
    except SourceRefusedError as error:
        first = PROBE.count("\n") + 2
        numbers = re.findall(r"┌─ [^\n]*?:(\d+):\d+", error.diagnostic)
        return {texts[int(number) - first] for number in numbers}
    except TypesetterFailedError:
        # A rare sequence makes it fail. Halve the list until only that one is left.
        middle = len(texts) // 2
        if not middle:
            return set(texts)
        halves = texts[:middle], texts[middle:]
        return set().union(
            *(_faulty(half, thorough, typesetter, faces) for half in halves)
        )
    return set()


# One line for each text. A character is tried in every style, since a bold or italic
# font may not have all characters of the regular font. A longer text is tried in the
# regular style only.
PROBE: Final = """\
#set document(title: "Characters")
#set page(width: 120mm, height: auto)
#let faces = json(bytes(sys.inputs.data))
#let once(it) = par(text(font: faces.sans, it))
#let whole(it) = for face in faces.values() { par(text(font: face, it)) }
#let alone(it) = for face in faces.values() {
  par(text(font: face)[#it #strong(it) #emph(it) #strong(emph(it))])
}"""
LONGEST_CHARACTER: Final = 8  # code points


def _line(text: str, thorough: bool) -> str:
    name = "alone" if len(text) <= LONGEST_CHARACTER else "whole"
    escaped = "".join(f"\\u{{{ord(character):x}}}" for character in text)
    return f"#{name if thorough else 'once'}[{escaped}]"


def _find(font_dirs: Sequence[Path]) -> dict[str, Path]:
    """Return the path of each font file. The first folder that has it is used."""
    wanted = {name for family in FAMILIES for name in family.files}
    found: dict[str, Path] = {}
    for font_dir in font_dirs:
        for folder, folders, names in os.walk(font_dir):
            folders.sort()
            for name in wanted.intersection(names):
                found.setdefault(name, Path(folder) / name)
    return found


def _describe(path: Path) -> FontFile:
    stat = path.stat()
    return _read(path, stat.st_size, stat.st_mtime_ns)


@lru_cache
def _read(path: Path, size: int, modified: int) -> FontFile:  # noqa: ARG001
    """Return the name, version and hash of a font file.

    The cache reads each version once. Size and time of the file tell versions apart.
    """
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return {"name": path.name, "version": _version(content), "sha256": digest}


def _version(content: bytes) -> str:
    """Return the font's version: `fontRevision` of the OpenType table `head`.

    It is a 16.16 fixed-point number.
    """
    start = 0
    if content[:4] == b"ttcf":  # a collection: use its first font
        (start,) = struct.unpack_from(">I", content, 12)
    (count,) = struct.unpack_from(">H", content, start + 4)
    for number in range(count):
        tag, _, offset, _ = struct.unpack_from(
            ">4sIII", content, start + 12 + 16 * number
        )
        if tag == b"head":
            return f"{struct.unpack_from('>i', content, offset + 4)[0] / 65536:.3f}"
    return ""
