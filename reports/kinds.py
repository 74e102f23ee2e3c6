"""The kinds of report: what each contains, what it is about, and who may compile it.

One table. The form, the API, the permissions and the snapshot read it; the database has
constraints of the same rules.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

Kind = Literal["stocktake", "member", "brief", "changes", "gaps"]
Layout = Literal["full", "compact"]
# In the order of a whole report.
Section = Literal[
    "summary",
    "matrix",
    "mix",
    "changes",
    "commitments",
    "gaps",
    "instruments",
    "entries",
    "acronyms",
    "method",
]
ScopeField = Literal["member", "action", "sub_area", "instrument"]
# The present Presidency; an officer or head for their own member; an observer, an
# assessor or a key for what they may read of all members.
Compiler = Literal["presidency", "delegation", "reader"]

KINDS: Final[tuple[Kind, ...]] = ("stocktake", "member", "brief", "changes", "gaps")
LAYOUTS: Final[tuple[Layout, ...]] = ("full", "compact")
SCOPE_FIELDS: Final[tuple[ScopeField, ...]] = (
    "member",
    "action",
    "sub_area",
    "instrument",
)
LABELS: Final = ("clear", "green", "amber")


@dataclass(frozen=True)
class KindRules:
    """What a report of one kind contains and takes, and who may compile it."""

    # In the order in which they are printed in the full layout.
    sections: tuple[Section, ...]
    compilers: frozenset[Compiler]
    # The report is about exactly one of these. Without any, about the whole plan.
    scope: tuple[ScopeField, ...] = ()
    # Whether it says since when the changes are, which it then must.
    has_since: bool = False
    audiences: tuple[str, ...] = LABELS
    layouts: tuple[Layout, ...] = LAYOUTS
    # Whether it prints the scores of assessing bodies, if there are any. Their figures
    # are of a whole table, so a report of a part of the plan has none.
    has_scores: bool = False


KIND_RULES: Final[dict[Kind, KindRules]] = {
    "stocktake": KindRules(
        sections=get_args(Section),
        compilers=frozenset({"presidency", "reader"}),
        has_scores=True,
    ),
    "member": KindRules(
        sections=(
            "summary",
            "mix",
            "changes",
            "commitments",
            "gaps",
            "entries",
            "acronyms",
            "method",
        ),
        compilers=frozenset({"presidency", "delegation", "reader"}),
        scope=("member",),
        has_scores=True,
    ),
    "brief": KindRules(
        sections=(
            "summary",
            "matrix",
            "mix",
            "changes",
            "commitments",
            "gaps",
            "instruments",
            "entries",
            "method",
        ),
        compilers=frozenset({"presidency", "reader"}),
        scope=("action", "sub_area", "instrument"),
    ),
    "changes": KindRules(
        sections=("summary", "mix", "changes", "commitments", "gaps", "method"),
        compilers=frozenset({"presidency", "reader"}),
        has_since=True,
    ),
    "gaps": KindRules(
        sections=("gaps",),
        compilers=frozenset({"presidency"}),
        audiences=("amber",),
        layouts=("full",),
    ),
}
# The compact layout has no list of instruments, nor of entries with their hashes.
NOT_IN_COMPACT: Final = frozenset({"entries", "instruments"})


def sections_of(kind: Kind, layout: Layout) -> list[Section]:
    """Return the sections that a report prints, in order."""
    left_out = NOT_IN_COMPACT if layout == "compact" else frozenset()
    return [name for name in KIND_RULES[kind].sections if name not in left_out]
