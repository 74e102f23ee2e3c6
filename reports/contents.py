"""What pages say about a report: its purpose, what it contains, and its standing."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.wording.listed import listed
from reports.kinds import KIND_RULES, Kind, Layout, Section, sections_of
from reports.models import Report
from reports.renderers.outline import PrintedSection, with_scores

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
    "scores": gettext_lazy("scores by assessing bodies"),
}


def kind_purpose(kind: Kind) -> str:
    """Return what a kind of report is for, in a sentence."""
    return str(KIND_PURPOSES[kind])


def contents_sentence(kind: Kind, layout: Layout = "full") -> str:
    """Return the sentence that lists what a report contains, in order."""
    names = [str(SECTION_NAMES[section]) for section in sections_of(kind, layout)]
    sentence = _("It contains: %(sections)s.") % {"sections": listed(names)}
    if not KIND_RULES[kind].has_scores:
        return sentence
    scores = _("If assessing bodies have scored the stocktake, it has their scores.")
    return f"{sentence} {scores}"


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
    names = listed(str(SECTION_NAMES[section]) for section in left_out)
    omitted = _("It leaves out: %(sections)s.") % {"sections": names}
    return f"{shortened} {omitted}"


def printed_contents(
    kind: str,
    sections: Sequence[Section],
    overall: Mapping[str, Any],
    *,
    has_scores: bool = False,
) -> list[str]:
    """Return the names of the sections that a stored report prints, in order.

    `overall` is the figure of the whole report. The rule is that of
    `reports.renderers.outline`, which reads the rows themselves.
    """
    changes = overall["changes"]
    has_entries = overall["parts"]["not_reported"] < overall["cells"]
    has_changes = any(n for change, n in changes.items() if change != "same")
    left_out: set[Section] = set()
    if kind == "changes" and not has_changes:
        left_out.add("commitments")
    if not has_entries:
        left_out |= {"matrix", "mix", "entries"}
        if not changes.get("gone"):
            left_out.add("changes")
    printed: list[PrintedSection] = [name for name in sections if name not in left_out]
    if has_scores:
        printed = with_scores(printed)
    return [str(SECTION_NAMES[name]) for name in printed]


def standing_of(report: Report, *, is_superseded: bool = False) -> str:
    """Return what a report counts as: a draft with its number, or a final report."""
    if not report.is_of_presidency:
        return _("Your own report")
    if report.final_of_id is not None:
        return _("Final report, superseded") if is_superseded else _("Final report")
    if report.draft_number is None:
        return pgettext("a report", "Draft")
    named = {
        Report.Circulation.CIRCULATED: _("Draft %(number)d, circulated"),
        Report.Circulation.OBJECTED: _("Draft %(number)d, silence broken"),
    }
    standing = named.get(Report.Circulation(report.circulation), _("Draft %(number)d"))
    return standing % {"number": report.draft_number}


def name_of_earlier(report: Report) -> str:
    """Return how sentences name an earlier report of a line: "draft 2"."""
    if report.final_of_id is not None:
        return _("the earlier final report")
    if report.draft_number is None:
        return _("an earlier draft")
    return _("draft %(number)d") % {"number": report.draft_number}
