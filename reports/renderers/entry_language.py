"""The language in which an entry is marked. All renderers mark the same one."""

from progress.entries.markdown_dialect import is_japanese
from reports.snapshot_schema import EntryPart


def printed_language(entry: EntryPart) -> str:
    """Return the BCP 47 tag of an entry, or an empty text if it is not known.

    Japanese is guessed from its letters: without the mark, it is set in Chinese ones.
    """
    texts = (entry["narrative"], entry["next_steps"], entry["obstacles"])
    return entry["language"] or ("ja" if any(map(is_japanese, texts)) else "")
