"""How texts are searched: the words of a text, and when a search finds it.

Texts and searches are brought into the same plain spelling first:

- compatibility forms become plain ones: full-width letters, ligatures, ① and ²;
- capital letters become small ones;
- accents, vowel points of Hebrew and Arabic, and characters that cannot be seen are
  left out;
- every sign that is not a letter or a digit ends a word.

A search finds a text if the text has all words of the search, in any order. A word of
the search may be only the start of a word of the text: "terror" finds "terrorism".

Chinese and Japanese put no blanks between words. A run of such characters in the search
may be any part of a run in the text. A search without letters and digits finds nothing.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.typed.text import without_unseen

# Only so many characters of a word count: no language has longer ones.
WORD_LENGTH = 64

# Scripts without blanks: ideographs, hiragana, katakana and the marks inside them.
_RUN = (
    "\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u3099\u309a"
    "\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
# In plain spelling.
RUNS_IN = re.compile(f"[{_RUN}]+")
WORDS_IN = re.compile(f"[^ {_RUN}]+")

# Letters that Unicode does not take apart, as they are often typed without the mark.
_LETTERS = {
    "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h",
    "\u0131": "i",
}  # fmt: skip
TATWEEL = "\u0640"  # it only stretches an Arabic word


class _PlainSigns(dict[int, str]):
    """What becomes of each character, found out when it is first met."""

    def __missing__(self, code_point: int) -> str:
        sign = self[code_point] = _plain(chr(code_point))
        return sign


def _plain(sign: str) -> str:
    if sign == TATWEEL or _is_accent(sign):
        return ""
    # Letters, marks and numbers. Everything else separates.
    return _LETTERS.get(sign, sign if unicodedata.category(sign)[0] in "LMN" else " ")


def _is_accent(sign: str) -> bool:
    """Return whether a mark may be left out: an accent, or a vowel point.

    The voicing marks of Japanese and the vowel signs of Indic scripts spell the word.
    """
    place = unicodedata.combining(sign)
    return place >= 200 or 10 <= place <= 36


_SIGNS = _PlainSigns()


@dataclass(frozen=True)
class Words:
    """The words of a text, or of a search, and its runs of Chinese and Japanese."""

    words: frozenset[str]
    runs: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.words or self.runs)

    @property
    def parts(self) -> list[str]:
        """Return what must be in the stored words and runs of a text, each of it."""
        return [*(f" {word}" for word in self.words), *self.runs]

    @property
    def stored(self) -> str:
        """Return words and runs in one text, in which `parts` are looked for."""
        return stored(self.words) + stored(self.runs)


def stored(pieces: Iterable[str]) -> str:
    """Return words or runs as a column holds them, with a blank before each."""
    return "".join(f" {piece}" for piece in sorted(pieces))


def words_of(*texts: str) -> Words:
    """Return the words of some texts. No word goes from one text to the next."""
    plain = plain_spelling("\n".join(texts))
    return Words(
        words=frozenset(word[:WORD_LENGTH] for word in WORDS_IN.findall(plain)),
        runs=frozenset(RUNS_IN.findall(plain)),
    )


def plain_spelling(text: str) -> str:
    """Return letters and digits in their plain spelling, all else as blanks."""
    apart = unicodedata.normalize("NFKD", without_unseen(text)).casefold()
    plain = unicodedata.normalize("NFKD", apart).translate(_SIGNS)
    return unicodedata.normalize("NFKC", plain)


def finds(sought: Words, text: Words) -> bool:
    """Return whether a search finds a text. This is the definition, in full."""
    return (
        bool(sought)
        and all(
            any(word.startswith(start) for word in text.words) for start in sought.words
        )
        and all(any(part in run for run in text.runs) for part in sought.runs)
    )
