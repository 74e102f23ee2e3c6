"""The sentences on the status of the plan, and on what has moved."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.snapshot.sentences import (
    CHANGES,
    MIX,
    SentenceRule,
    counted,
    in_two_forms,
    named,
    plain,
    statuses,
)

STANDING: Final = (
    counted(
        "covered",
        MIX,
        lambda told: told.count if told.with_entry else 0,
        lambda n: ngettext(
            "This report covers {count} position: one commitment of one member.",
            "This report covers {count} positions, each of one member on one"
            " commitment.",
            n,
        ),
    ),
    plain(
        "covered_nothing",
        "",
        lambda told: not told.count,
        lambda _n: _("This report covers no commitment."),
    ),
    plain(
        "nothing_published",
        "",
        lambda told: told.is_empty and told.reads_all and len(told.members) > 1,
        lambda _n: _("No member has a published entry."),
    ),
    plain(
        "nothing_released",
        "",
        lambda told: told.is_empty and not told.reads_all and len(told.members) > 1,
        lambda _n: _("No member has a released entry."),
    ),
    plain(
        "member_nothing_published",
        "",
        lambda told: told.is_empty and told.reads_all and len(told.members) == 1,
        lambda _n: _("This member has no published entry."),
    ),
    plain(
        "member_nothing_released",
        "",
        lambda told: told.is_empty and not told.reads_all and len(told.members) == 1,
        lambda _n: _("This member has no released entry."),
    ),
    plain(
        "all_published",
        MIX,
        lambda told: told.is_full and told.reads_all,
        lambda _n: _("Every position has a published entry."),
    ),
    plain(
        "all_released",
        MIX,
        lambda told: told.is_full and not told.reads_all,
        lambda _n: _("Every position has a released entry."),
    ),
    *in_two_forms(
        "some",
        MIX,
        lambda told: told.with_entry if told.without_entry else 0,
        lambda n: ngettext(
            "{count} of them has a published entry.",
            "{count} of them have a published entry.",
            n,
        ),
        lambda n: ngettext(
            "{count} of them has a released entry.",
            "{count} of them have a released entry.",
            n,
        ),
    ),
    statuses(
        "last_known",
        lambda told: told.in_all,
        lambda told: told.with_entry > 0,
        lambda: _("Last known status of all: {statuses}."),
    ),
    statuses(
        "of_this_stocktake",
        lambda told: told.parts,
        lambda told: told.has_stocktake and told.current > 0,
        lambda: _("Status in entries of this stocktake: {statuses}."),
    ),
    plain(
        "none_of_this_stocktake",
        MIX,
        lambda told: told.has_stocktake and told.with_entry > 0 and not told.current,
        lambda _n: _("No entry is from this stocktake."),
    ),
    counted(
        "outside_stocktake",
        MIX,
        lambda told: told.older if told.current else 0,
        lambda n: ngettext(
            "{count} entry is from outside this stocktake.",
            "{count} entries are from outside this stocktake.",
            n,
        ),
    ),
)

MOVED: Final = (
    plain(
        "no_comparison",
        "",
        lambda told: not told.since and told.with_entry > 0,
        lambda _n: _("There is no earlier stocktake to compare with."),
    ),
    SentenceRule(
        "nothing_moved",
        CHANGES,
        lambda told: bool(told.since) and told.with_entry > 0 and not told.moved,
        lambda _told: _("No status has changed since {since}."),
        names=lambda told: {"since": told.since},
    ),
    counted(
        "moved_up",
        CHANGES,
        lambda told: told.changed("up"),
        lambda n: ngettext(
            "{count} position has moved up.", "{count} positions have moved up.", n
        ),
    ),
    *named(
        "moved_up",
        CHANGES,
        lambda told: told.lists["moved_up"],
        lambda: _("Moved up: {cells}."),
        lambda: _("Moved up, by member: {members}."),
    ),
    counted(
        "moved_down",
        CHANGES,
        lambda told: told.changed("down"),
        lambda n: ngettext(
            "{count} position has moved down.", "{count} positions have moved down.", n
        ),
    ),
    *named(
        "moved_down",
        CHANGES,
        lambda told: told.lists["moved_down"],
        lambda: _("Moved down: {cells}."),
        lambda: _("Moved down, by member: {members}."),
    ),
    counted(
        "other",
        CHANGES,
        lambda told: told.changed("other"),
        lambda n: ngettext(
            "{count} position has changed to or from “Not applicable”.",
            "{count} positions have changed to or from “Not applicable”.",
            n,
        ),
    ),
    *in_two_forms(
        "new",
        CHANGES,
        lambda told: told.changed("new"),
        lambda n: ngettext(
            "{count} position had no published entry then and has one now.",
            "{count} positions had no published entry then and have one now.",
            n,
        ),
        lambda n: ngettext(
            "{count} position had no released entry then and has one now.",
            "{count} positions had no released entry then and have one now.",
            n,
        ),
    ),
    *in_two_forms(
        "gone",
        CHANGES,
        lambda told: told.changed("gone"),
        lambda n: ngettext(
            "{count} position had a published entry then and has none now.",
            "{count} positions had a published entry then and have none now.",
            n,
        ),
        lambda n: ngettext(
            "{count} position had a released entry then and has none now.",
            "{count} positions had a released entry then and have none now.",
            n,
        ),
    ),
    counted(
        "withdrawn",
        CHANGES,
        lambda told: told.withdrawn,
        lambda n: ngettext(
            "{count} of these entries was withdrawn.",
            "{count} of these entries were withdrawn.",
            n,
        ),
    ),
    counted(
        "same",
        CHANGES,
        lambda told: told.changed("same") if told.moved else 0,
        lambda n: ngettext(
            "{count} position has kept its status.",
            "{count} positions have kept their status.",
            n,
        ),
    ),
)
