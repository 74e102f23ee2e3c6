"""The signs between the words of a report, in its language."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Punctuation:
    """Signs with the blanks around them, which some languages do not write."""

    comma: str = ", "
    opening: str = " ("
    closing: str = ")"
    stop: str = "."
    # Between two sentences.
    gap: str = " "

    def note(self, text: str) -> str:
        """Return a note in brackets, to be put after a text."""
        return f"{self.opening}{text}{self.closing}"


ENGLISH: Final = Punctuation()
JAPANESE: Final = Punctuation("、", "\uff08", "\uff09", "。", gap="")


def punctuation_of(language: str) -> Punctuation:
    """Return the signs of a report in this language."""
    return JAPANESE if language == "ja" else ENGLISH
