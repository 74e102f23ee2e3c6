"""What pages say about each kind of report: its purpose and what it contains."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.kinds import KIND_RULES, Kind, Layout, Section, sections_of

KIND_PURPOSES = {
    "stocktake": gettext_lazy("The whole plan: every commitment of every member."),
    "member": gettext_lazy(
        "One member: its published position on every commitment of the plan."
    ),
    "brief": gettext_lazy(
        "One subject: an action, a sub-area, or all that concerns a body or another"
        " instrument, for every member."
    ),
    "changes": gettext_lazy(
        "What has changed since a day, a stocktake or an earlier report."
    ),
    "gaps": gettext_lazy(
        "One page for the Presidency: which member owes what, and what came late."
    ),
}
SECTION_NAMES = {
    "summary": gettext_lazy("summary"),
    "matrix": gettext_lazy("matrix of commitments by member"),
    "mix": gettext_lazy("status mix"),
    "changes": gettext_lazy("changes"),
    "commitments": gettext_lazy("commitments with what members report"),
    "gaps": gettext_lazy("list of gaps"),
    "instruments": gettext_lazy("index of instruments"),
    "entries": gettext_lazy("list of entries with their hashes"),
    "acronyms": gettext_lazy("acronyms"),
    "method": gettext_lazy("method"),
}


def kind_purpose(kind: Kind) -> str:
    """Return what a kind of report is for, in a sentence."""
    return str(KIND_PURPOSES[kind])


def contents_sentence(kind: Kind, layout: Layout = "full") -> str:
    """Return the sentence that lists what a report contains, in order."""
    names = [str(SECTION_NAMES[section]) for section in sections_of(kind, layout)]
    return _("It contains: %(sections)s.") % {"sections": ", ".join(names)}


def compact_sentence(kind: Kind) -> str:
    """Return what the compact layout changes, or an empty text if there is none."""
    if "compact" not in KIND_RULES[kind].layouts:
        return ""
    left_out: list[Section] = [
        section
        for section in sections_of(kind, "full")
        if section not in sections_of(kind, "compact")
    ]
    shortened = _(
        "In the compact layout, only the first sentence of each text is printed."
    )
    if not left_out:
        return shortened
    names = ", ".join(str(SECTION_NAMES[section]) for section in left_out)
    omitted = _("It leaves out: %(sections)s.") % {"sections": names}
    return f"{shortened} {omitted}"
