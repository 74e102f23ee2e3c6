"""The sentences on what is at risk, past its target date, missing or old."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.snapshot.sentences import (
    GAPS,
    MIX,
    OVERDUE,
    RISK,
    SentenceRule,
    counted,
    in_two_forms,
    joined,
    named,
    plain,
)

AT_RISK: Final = (
    plain(
        "nothing_at_risk",
        MIX,
        lambda told: told.with_entry > 0 and not told.overall["at_risk_in_all"],
        lambda _n: _("No entry is marked as at risk."),
    ),
    counted(
        "at_risk_in_all",
        RISK,
        lambda told: told.overall["at_risk_in_all"],
        lambda n: ngettext(
            "{count} entry is marked as at risk.",
            "{count} entries are marked as at risk.",
            n,
        ),
    ),
    counted(
        "at_risk_in_stocktake",
        RISK,
        lambda told: told.overall["at_risk"] if told.has_stocktake else 0,
        lambda n: ngettext(
            "{count} of these marks is from this stocktake.",
            "{count} of these marks are from this stocktake.",
            n,
        ),
    ),
    plain(
        "none_at_risk_in_stocktake",
        RISK,
        lambda told: (
            told.has_stocktake
            and told.overall["at_risk_in_all"] > 0
            and not told.overall["at_risk"]
        ),
        lambda _n: _("None of these marks is from this stocktake."),
    ),
)

PAST_TARGET: Final = (
    plain(
        "nothing_overdue",
        MIX,
        lambda told: told.with_entry > 0 and not told.overall["overdue"],
        lambda _n: _(
            "No target date in this report has passed without the status"
            " “Implemented” or “Not applicable”."
        ),
    ),
    counted(
        "overdue",
        OVERDUE,
        lambda told: told.overall["overdue"],
        lambda n: ngettext(
            "{count} target date has passed without the status “Implemented” or “Not"
            " applicable”.",
            "{count} target dates have passed without the status “Implemented” or “Not"
            " applicable”.",
            n,
        ),
    ),
    *named(
        "overdue",
        OVERDUE,
        lambda told: told.lists["overdue"],
        lambda: _("Past the target date: {cells}."),
        lambda: _("Past the target date, by member: {members}."),
    ),
)

SILENT: Final = (
    SentenceRule(
        "silent_members_published",
        GAPS,
        lambda told: told.reads_all and told.has_silent_members,
        lambda _told: _("No published entry at all: {members}."),
        names=lambda told: {"members": joined(told.silent_members)},
    ),
    SentenceRule(
        "silent_members_released",
        GAPS,
        lambda told: not told.reads_all and told.has_silent_members,
        lambda _told: _("No released entry at all: {members}."),
        names=lambda told: {"members": joined(told.silent_members)},
    ),
    *in_two_forms(
        "without",
        GAPS,
        lambda told: told.without_entry if told.with_entry else 0,
        lambda n: ngettext(
            "{count} position has no published entry.",
            "{count} positions have no published entry.",
            n,
        ),
        lambda n: ngettext(
            "{count} position has no released entry.",
            "{count} positions have no released entry.",
            n,
        ),
    ),
    *named(
        "without",
        GAPS,
        lambda told: told.gaps("none") if told.with_entry else [],
        lambda: _("These are: {cells}."),
        lambda: _("By member: {members}."),
    ),
    *in_two_forms(
        "no_update",
        GAPS,
        lambda told: told.older if told.has_stocktake else 0,
        lambda n: ngettext(
            "{count} position has a published entry, but none of this stocktake.",
            "{count} positions have a published entry, but none of this stocktake.",
            n,
        ),
        lambda n: ngettext(
            "{count} position has a released entry, but none of this stocktake.",
            "{count} positions have a released entry, but none of this stocktake.",
            n,
        ),
    ),
    *named(
        "no_update",
        GAPS,
        lambda told: told.gaps("no_update"),
        lambda: _("Without an update: {cells}."),
        lambda: _("Without an update, by member: {members}."),
    ),
    counted(
        "repeated",
        GAPS,
        lambda told: len(told.gaps("repeated")),
        lambda n: ngettext(
            "{count} entry repeats the words of an earlier one.",
            "{count} entries repeat the words of an earlier one.",
            n,
        ),
    ),
    *named(
        "repeated",
        GAPS,
        lambda told: told.gaps("repeated"),
        lambda: _("Repeated: {cells}."),
        lambda: _("Repeated, by member: {members}."),
    ),
    counted(
        "late",
        GAPS,
        lambda told: len(told.gaps("late")),
        lambda n: ngettext(
            "{count} entry came after the deadline.",
            "{count} entries came after the deadline.",
            n,
        ),
    ),
    plain(
        "nothing_silent",
        GAPS,
        lambda told: told.is_full and told.has_stocktake and not told.has_gaps,
        lambda _n: _(
            "Every position has an entry of this stocktake, on time and in new words."
        ),
    ),
)
