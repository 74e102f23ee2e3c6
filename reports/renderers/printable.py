"""Text made fit to print: nothing the fonts lack, and no word too long for its line."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

JsonObject = dict[str, "Json"]
Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
Uncovered = Callable[[set[str]], set[str]]

# What stands for a character that no font covers. The typesetter's own fonts have it.
MARK: Final = "\N{WHITE VERTICAL RECTANGLE}"
# Keys whose value is an address to follow, not a text to print.
UNPRINTED: Final = {"href"}

LONG_WORD = re.compile(r"[^\s\u200b\u2e80-\u9fff\uac00-\ud7a3\uff00-\uffef]{41,}")
# The typesetter breaks an address behind these by itself.
LONG_ADDRESS_PART = re.compile(r"[^\s\u200b/?&=.:_#%+-]{41,}")
LONG_STRETCH: Final = 10  # characters between two places where such a word may break
ZERO_WIDTH_SPACE: Final = "\u200b"
REGIONAL = "\U0001f1e6-\U0001f1ff"
JOINER = "\u200d"


class Place(NamedTuple):
    """Where a text stands; both are empty outside the commitments."""

    commitment: str = ""
    member: str = ""


class Replaced(NamedTuple):
    """An entry, or the text of a commitment, in which characters were replaced."""

    commitment: str
    member: str
    characters: list[str]  # each as a reader counts them, in order of appearance


def make_printable(
    document: JsonObject, uncovered: Uncovered
) -> tuple[JsonObject, list[Replaced]]:
    """The document with its texts fit to print, and what that took.

    `uncovered` tells which of the characters, and sequences of them, the fonts lack.
    """
    text = "\n".join(_texts(document))
    sequences = _sequences_in(text)
    wanted = {character for character in text if character >= "\x7f"}
    missing = {c for c in text if _is_never_printed(c)}
    if sequences:
        wanted.update(sequences.findall(text))
    missing |= uncovered(wanted - missing)
    return _replace(document, missing, sequences)


def _replace(
    document: JsonObject, missing: set[str], sequences: re.Pattern[str] | None
) -> tuple[JsonObject, list[Replaced]]:
    pattern = re.compile(
        "|".join([*([sequences.pattern] if sequences else []), _any_of(missing)]),
        re.DOTALL,
    )
    replaced: dict[Place, dict[str, None]] = {}

    def change(text: str, place: Place) -> str:
        def mark(match: re.Match[str]) -> str:
            if match[0] not in missing and missing.isdisjoint(match[0]):
                return match[0]
            replaced.setdefault(place, {})[match[0]] = None
            return MARK

        text = pattern.sub(mark, text) if missing else text
        return _with_breaks(text) if place.member else text

    changed = {key: _rewrite(it, change, Place()) for key, it in document.items()}
    return changed, [Replaced(*place, [*found]) for place, found in replaced.items()]


def _any_of(characters: set[str]) -> str:
    single = sorted(c for c in characters if len(c) == 1)
    return f"[{re.escape(''.join(single))}]" if single else "(?!)"


def _is_never_printed(character: str) -> bool:
    """Controls and lone surrogates, whatever a font may have in their place."""
    if character in "\t\n\r":
        return False
    return unicodedata.category(character) in {"Cc", "Cs"}


def _sequences_in(text: str) -> re.Pattern[str] | None:
    """Finds what a reader takes for one character and is several, where any is."""
    extending = {
        c
        for c in set(text)
        if c > "\u02ff"
        and (
            unicodedata.category(c) in {"Mn", "Mc", "Me"}
            or "\U0001f3fb" <= c <= "\U0001f3ff"  # tones of skin
            or "\U000e0020" <= c <= "\U000e007f"  # tags, in flags of regions
        )
    }
    if not extending and JOINER not in text and not re.search(f"[{REGIONAL}]", text):
        return None
    follows = f"(?:{_any_of(extending)}|{JOINER}.?)"
    return re.compile(f"[{REGIONAL}]{{2}}{follows}*|[^\\s]{follows}+", re.DOTALL)


def _with_breaks(text: str) -> str:
    return LONG_WORD.sub(_broken_word, text)


def _broken_word(match: re.Match[str]) -> str:
    if match[0].startswith(("http://", "https://")):
        return LONG_ADDRESS_PART.sub(_broken, match[0])
    return _broken(match)


def _broken(match: re.Match[str]) -> str:
    """Never inside of what a reader takes for one character."""
    joined = re.compile(f"(?s:.{{1,{LONG_STRETCH}}})")
    parts: list[str] = joined.findall(match[0])
    out = parts[0]
    for part in parts[1:]:
        is_inside = unicodedata.combining(part[0]) or JOINER in (part[0], out[-1])
        out += part if is_inside else ZERO_WIDTH_SPACE + part
    return out


def _rewrite(value: Json, change: Callable[[str, Place], str], place: Place) -> Json:
    """The same tree with its texts changed, each told where it stands."""
    if isinstance(value, str):
        return change(value, place)
    if isinstance(value, list):
        return [_rewrite(item, change, place) for item in value]
    if isinstance(value, dict):
        here = _place(value, place)
        return {
            key: inner if key in UNPRINTED else _rewrite(inner, change, here)
            for key, inner in value.items()
        }
    return value


def _place(value: dict[str, Json], place: Place) -> Place:
    """A commitment is what holds positions, a position is what has a figure."""
    if "positions" in value:
        return Place(commitment=str(value["code"]))
    if "figure" in value:
        return place._replace(member=str(value["member"]))
    return place


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in UNPRINTED:
                yield from _texts(inner)
