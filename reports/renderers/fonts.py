"""Which fonts a PDF is set in, and what none of them covers.

The typesetter's wheel brings a serif face and a monospaced one, no sans and no CJK. The
files named here are used where a machine has them, and no other: the snapshot lists
each with its hash, and a document is set in exactly those, so that its bytes do not
depend on what else is installed.
"""

import hashlib
import json
import os
import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple, TypedDict, cast

import typst

from reports.snapshot_schema import FontFile

FONT_DIRS: Final = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
SERIF: Final = "Libertinus Serif"
MONO: Final = "DejaVu Sans Mono"
LAST_RESORT: Final = "New Computer Modern"
STANDARDS: Final[list["typst.PDFStandard"]] = ["ua-1", "a-2a"]


class Family(NamedTuple):
    name: str
    files: tuple[str, ...]  # the upright, regular one first
    is_for_text: bool = True  # else it only lends characters to the others


# In order of preference: the first sans at hand sets what delegations write, and the
# first family with a character lends it where a better one has none.
FAMILIES: Final = (
    Family(
        "Noto Sans",
        (
            "NotoSans-Regular.ttf",
            "NotoSans-Bold.ttf",
            "NotoSans-Italic.ttf",
            "NotoSans-BoldItalic.ttf",
        ),
    ),
    # Its Latin is a good sans too, and fonts-noto-cjk may be all there is. Japanese
    # forms come first where Chinese and Japanese share a code point.
    Family("Noto Sans CJK JP", ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc")),
    Family(
        "DejaVu Sans",
        (
            "DejaVuSans.ttf",
            "DejaVuSans-Bold.ttf",
            "DejaVuSans-Oblique.ttf",
            "DejaVuSans-BoldOblique.ttf",
        ),
    ),
    Family("Noto Serif CJK JP", ("NotoSerifCJK-Regular.ttc",), is_for_text=False),
    Family(
        "Noto Sans Arabic",
        ("NotoSansArabic-Regular.ttf", "NotoSansArabic-Bold.ttf"),
        is_for_text=False,
    ),
    Family("Noto Sans Hebrew", ("NotoSansHebrew-Regular.ttf",), is_for_text=False),
    Family("Noto Sans Symbols", ("NotoSansSymbols-Regular.ttf",), is_for_text=False),
    Family("Noto Sans Symbols2", ("NotoSansSymbols2-Regular.ttf",), is_for_text=False),
)


class FontsDifferError(Exception):
    """A font that the snapshot names is not at hand, or is another version of it."""


def fonts_at_hand(font_dirs: Sequence[Path] = FONT_DIRS) -> list[FontFile]:
    """The named fonts that are found, in order of preference."""
    found = _find(font_dirs)
    names = (name for family in FAMILIES for name in family.files)
    return [_describe(found[name]) for name in names if name in found]


class Faces(TypedDict):
    """Families in the order in which they are asked for a character.

    All are named in each: what is not is tried but once in a stretch of text, and one
    that needs two such families in turn fails.
    """

    serif: list[str]
    sans: list[str]
    mono: list[str]


def faces_of(fonts: Iterable[FontFile]) -> Faces:
    names = {font["name"] for font in fonts}
    found = [family for family in FAMILIES if family.files[0] in names]
    text = [family.name for family in found if family.is_for_text]
    rest = [family.name for family in found if not family.is_for_text]
    return {
        "serif": [SERIF, *rest, *text, MONO, LAST_RESORT],
        "sans": [*text, SERIF, *rest, MONO, LAST_RESORT],
        "mono": [MONO, *text, SERIF, *rest, LAST_RESORT],
    }


class TypesetterFailedError(Exception):
    """The typesetter broke off by a fault of its own."""


@contextmanager
def open_fonts(
    fonts: Sequence[FontFile], font_dirs: Sequence[Path] = FONT_DIRS
) -> Iterator[typst.Fonts]:
    """Exactly these fonts and the typesetter's own, in this order.

    The typesetter takes folders only and reads each in the order of the file system, on
    which its choice of a fallback would then depend: so each font gets a folder of its
    own. Raises FontsDifferError.
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
        yield typst.Fonts(include_system_fonts=False, font_paths=[*map(str, folders)])


def typeset(
    source: bytes, fonts: typst.Fonts, *, data: str, root: Path | None = None
) -> bytes:
    """The typesetter's answer, with its own faults as ordinary exceptions.

    A panic in it comes as a BaseException of a class that cannot be imported; a worker
    would die of it.
    """
    compiler = typst.Compiler(
        source, root=root, font_paths=fonts, sys_inputs={"data": data}
    )
    try:
        return cast(bytes, compiler.compile(pdf_standards=STANDARDS))
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise TypesetterFailedError from error
        raise


def uncovered(texts: Iterable[str], fonts: typst.Fonts, faces: Faces) -> set[str]:
    """Those of the given texts, single characters or longer, that cannot be set.

    What is missing altogether is found in one style first: a complaint is dear.
    """
    wanted = set(texts)
    missing: set[str] = set()
    for thorough in (False, True):
        # A fault of one kind hides those of another, so ask until there is none.
        while found := _faulty(sorted(wanted - missing), thorough, fonts, faces):
            missing |= found
    return missing


def _faulty(
    texts: list[str], thorough: bool, fonts: typst.Fonts, faces: Faces
) -> set[str]:
    """Those that the typesetter complains of.

    Asked of itself, by one small document that holds each alone on a line: it names the
    lines at fault. What a font's own table of characters says would not tell what
    becomes of sequences.
    """
    source = "\n".join([PROBE, *(_line(text, thorough) for text in texts)])
    try:
        typeset(source.encode(), fonts, data=json.dumps(faces))
    except typst.TypstError as error:
        first = PROBE.count("\n") + 2
        numbers = re.findall(r"┌─ [^\n]*?:(\d+):\d+", error.diagnostic)
        return {texts[int(number) - first] for number in numbers}
    except TypesetterFailedError:
        # Some rare sequence breaks it. Halve the list until that one stands alone.
        middle = len(texts) // 2
        if not middle:
            return set(texts)
        halves = texts[:middle], texts[middle:]
        return set().union(*(_faulty(it, thorough, fonts, faces) for it in halves))
    return set()


# One line a text. A character is tried in every style, since a bold or slanted font may
# lack what the regular one has; a longer text only as it is usually set.
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
    """Where each named file is; the first folder that has it wins."""
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
    """Read once a version of the file, which its size and time stand for."""
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return {"name": path.name, "version": _version(content), "sha256": digest}


def _version(content: bytes) -> str:
    """`head.fontRevision`, a 16.16 fixed-point number (OpenType, table `head`)."""
    start = 0
    if content[:4] == b"ttcf":  # a collection: its first font speaks for all
        (start,) = struct.unpack_from(">I", content, 12)
    (count,) = struct.unpack_from(">H", content, start + 4)
    for number in range(count):
        tag, _, offset, _ = struct.unpack_from(
            ">4sIII", content, start + 12 + 16 * number
        )
        if tag == b"head":
            return f"{struct.unpack_from('>i', content, offset + 4)[0] / 65536:.3f}"
    return ""
