"""Makes texts printable: replaces characters no font has, and breaks long words."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from progress.entries.markdown_runs import OVERRIDES, VISIBLE_MARK

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
Uncovered = Callable[[set[str]], set[str]]

# Printed in place of a character that no font has. The typesetter's own fonts have it.
MARK: Final = VISIBLE_MARK
# Keys whose value is a link target, not a text to print.
UNPRINTED: Final = {"href", "svg", "alt"}

# Characters of all other scripts than these. The characters of these scripts are simply
# set side by side. All others join, reorder or combine, so their texts are tried as a
# whole.
INTRICATE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1fff"
    "\u2010-\u2027\u2030-\u205e\u2070-\u209c\u20a0-\u20c0\u2100-\u27bf"
    "\u2e80-\u3029\u3030-\u3098\u309b-\u9fff\uac00-\ud7a3\uff01-\uffee\ufffd]"
)
JOINER: Final = "\u200d"
FLAG: Final = "[\U0001f1e6-\U0001f1ff]"  # two such letters make a flag

# The longest word that is never broken, and the letters between two possible breaks.
LONGEST_WORD: Final = 40
STRETCH: Final = 10
WORD: Final = re.compile(r"[^\s\u200b\u2e80-\u9fff\uac00-\ud7a3\uff00-\uffef]+")
# The typesetter itself can break a URL after the characters between these.
ADDRESS_PART: Final = re.compile(r"[^\s\u200b/?&=.:_#%+-]+")
# A template turns it into a place to break. It is no character of the printed text.
BREAK: Final = "\u200b"


class TextPlace(NamedTuple):
    """The place of a text in the document. Both are empty outside the commitments."""

    commitment: str = ""
    member: str = ""


class Replaced(NamedTuple):
    """An entry, or the text of a commitment, with replaced characters."""

    commitment: str
    member: str
    characters: list[str]  # as a reader counts them, in order of appearance


class Printable(NamedTuple):
    """A document that can be printed, and what was replaced in it."""

    document: dict[str, Any]
    replaced: list[Replaced]


class PrintableText(NamedTuple):
    """A text that can be printed, and the characters that were replaced in it."""

    text: str
    replaced: list[str]


def make_printable(document: dict[str, Any], uncovered: Uncovered) -> Printable:
    """Return the document with printable texts, and what was replaced.

    `uncovered` returns those of its texts that cannot be printed. It gets single
    characters first, and then whole texts that may fail.
    """
    printable = _printable_texts(set(_texts(document)), uncovered)
    replaced: dict[TextPlace, dict[str, None]] = {}

    def change(text: str, place: TextPlace) -> str:
        found = printable[text]
        if found.replaced:
            replaced.setdefault(place, {}).update(dict.fromkeys(found.replaced))
        return _with_breaks(found.text) if place.member else found.text

    changed = {
        key: _rewrite(value, change, TextPlace()) for key, value in document.items()
    }
    return Printable(
        changed, [Replaced(*place, [*found]) for place, found in replaced.items()]
    )


def strictly(uncovered: Uncovered) -> Uncovered:
    """Return a stricter `uncovered`: texts with joining characters always fail."""

    def strict(texts: set[str]) -> set[str]:
        intricate = {text for text in texts if INTRICATE.search(text)}
        return intricate | uncovered(texts - intricate)

    return strict


def _printable_texts(texts: set[str], uncovered: Uncovered) -> dict[str, PrintableText]:
    """Return a printable text for each text.

    First the characters are checked, then sequences that a reader takes for one
    character, then whole texts in scripts whose characters join.
    """
    everything = "\n".join(sorted(texts)).replace("\ufeff", "")
    characters = set(everything)
    never = {c for c in characters if _is_never_printed(c)}
    missing = never | uncovered({c for c in characters - never if c > "~"})
    sequences = _sequences_in(characters)
    found = set(sequences.findall(everything))
    missing |= uncovered({text for text in found if missing.isdisjoint(text)})
    at_fault = re.compile(f"{sequences.pattern}|{_any_of(missing)}", re.DOTALL)
    first = {text: _mark(text, at_fault, missing) for text in texts}
    doubtful = {
        result.text for result in first.values() if INTRICATE.search(result.text)
    }
    broken = uncovered(doubtful)
    all_doubtful = re.compile(f"{at_fault.pattern}|{INTRICATE.pattern}", re.DOTALL)
    return {
        text: _mark(text, all_doubtful) if result.text in broken else result
        for text, result in first.items()
    }


def _mark(
    text: str, pattern: re.Pattern[str], missing: set[str] | None = None
) -> PrintableText:
    """Replace what the pattern finds with the mark.

    If `missing` is given, only replace what contains a missing character or sequence.
    """
    replaced: list[str] = []

    def mark(match: re.Match[str]) -> str:
        found = match[0]
        if missing is not None and found not in missing and missing.isdisjoint(found):
            return found
        replaced.append(found)
        return MARK

    # The typesetter gives a tab no width. A byte order mark is not a character.
    text = text.replace("\t", " ").replace("\ufeff", "")
    return PrintableText(pattern.sub(mark, text), replaced)


def _any_of(characters: set[str]) -> str:
    single = sorted(c for c in characters if len(c) == 1)
    return f"[{re.escape(''.join(single))}]" if single else "(?!)"


def _is_never_printed(character: str) -> bool:
    """Return whether this is a control, a lone surrogate, or turns letters around."""
    is_space = character in "\t\n\r"
    is_control = unicodedata.category(character) in {"Cc", "Cs"}
    return (is_control and not is_space) or bool(OVERRIDES.match(character))


def _sequences_in(characters: set[str]) -> re.Pattern[str]:
    """Return a pattern for sequences that a reader takes for one character."""
    extending = _any_of({c for c in characters if _is_extending(c)})
    follows = f"(?:{extending}|{JOINER}.?)"
    return re.compile(f"{FLAG}{FLAG}{follows}*|\\S{follows}+", re.DOTALL)


def _is_extending(character: str) -> bool:
    return (
        unicodedata.category(character) in {"Mn", "Mc", "Me"}
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= character <= "\U000e007f"  # tags in flags of regions
    )


def narrowed(text: str, letters: int) -> str:
    """Return a text for a column with room for so many letters: long words may break.

    The widest letters take up nearly twice the room of others. Words in scripts whose
    letters join are left alone.
    """
    longest, stretch = letters * 4 // 5, max(1, letters // 2)

    def broken(word: re.Match[str]) -> str:
        fits = len(word[0]) <= longest or INTRICATE.search(word[0])
        return word[0] if fits else _broken(word[0], stretch)

    return WORD.sub(broken, text)


def _with_breaks(text: str) -> str:
    return WORD.sub(_broken_word, text)


def _broken_word(word: re.Match[str]) -> str:
    if word[0].startswith(("http://", "https://")):
        return ADDRESS_PART.sub(_broken_if_long, word[0])
    return _broken_if_long(word)


def _broken_if_long(word: re.Match[str]) -> str:
    is_long = len(word[0]) > LONGEST_WORD
    return _broken(word[0], STRETCH) if is_long else word[0]


def _broken(word: str, letters: int) -> str:
    """Return the word with possible breaks, but none inside a sequence.

    A sequence is what a reader takes for one character.
    """
    parts = [word[start : start + letters] for start in range(0, len(word), letters)]
    out = parts[:1]
    for part in parts[1:]:
        is_inside = _is_extending(part[0]) or JOINER in (part[0], out[-1][-1])
        out.append(part if is_inside else BREAK + part)
    return "".join(out)


def _rewrite(
    value: Json, change: Callable[[str, TextPlace], str], place: TextPlace
) -> Json:
    """Return the tree with each text changed. `change` also gets the text's place."""
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


def _place(value: dict[str, Json], place: TextPlace) -> TextPlace:
    """Return the place of a value's texts.

    A value with positions is a commitment. A value with a figure is a position. A value
    with a narrative is an entry.
    """
    if "positions" in value:
        return TextPlace(commitment=str(value["code"]))
    if "narrative" in value:
        return TextPlace(str(value["commitment"]), str(value["member"]))
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
