"""The first lines of a text, for lists that lead to the whole of it."""

from django.utils.text import Truncator

from progress.entries.markdown_dialect import read_blocks, text_of

EXCERPT_LENGTH = 280  # characters: three or four lines


def excerpt_of(markdown: str, length: int = EXCERPT_LENGTH) -> str:
    """Return the opening of a text in one line, without marks, cut between words."""
    words = " ".join(" ".join(text_of(read_blocks(markdown))).split())
    cut = Truncator(words).chars(length)
    if cut == words:
        return words
    whole, space, _part = cut.rpartition(" ")
    # Text without spaces, such as Japanese, is cut anywhere.
    return f"{whole}…" if space and len(whole) > length // 2 else cut
