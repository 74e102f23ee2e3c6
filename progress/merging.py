"""Two texts made into one that holds all of both. Plain Python."""

from difflib import SequenceMatcher

from progress.differences import is_too_much

# Between what one wrote and what the other wrote in its place: another paragraph.
GAP = [""]


def merged(theirs: str, mine: str) -> str:
    """Lines that both have once; where they differ, theirs and then mine.

    It is a proposal for somebody to read and to edit: nothing is left out of it.
    """
    old, new = theirs.split("\n"), mine.split("\n")
    if is_too_much(old, new):
        return "\n".join([*old, *GAP, *new])
    lines: list[str] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            lines += old[start:end]
        else:
            lines += _both(old[start:end], new[new_start:new_end])
    return "\n".join(lines).strip("\n")


def _both(theirs: list[str], mine: list[str]) -> list[str]:
    if any(theirs) and any(mine):
        return [*theirs, *GAP, *mine]
    return [*theirs, *mine]
