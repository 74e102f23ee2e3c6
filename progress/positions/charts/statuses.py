"""Charts of statuses and of their changes: a bar for each row, and one for all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from django.utils.translation import gettext as _

from accounts.wording.listed import listed
from progress.positions.charts.chart import Chart, ChartBar, ChartScope
from progress.positions.drawings import PartOfBar, in_stocktake
from progress.positions.figures import ORDER, STATUSES, Change, Figures
from progress.positions.labels import change_label, part_label

# From what moved up to what is gone, as bars show it.
CHANGE_ORDER: Final[tuple[Change, ...]] = ("up", "new", "same", "other", "down", "gone")


@dataclass(frozen=True)
class ChartedRow:
    """What one bar counts: an action, a member, or all."""

    label: str
    figures: Figures


def status_mix_chart(
    scope: ChartScope, rows: Sequence[ChartedRow], overall: Figures, *, by: str
) -> Chart:
    """Return how many positions have which status: a bar for each row, and for all."""
    label = partial(part_label, none_label=scope.none_label)
    lines = [*rows, ChartedRow(_("All"), overall)]
    return Chart(
        **scope.known("status", by=by),
        title=status_title(by),
        finding=_status_finding(overall, label),
        key=[(part, label(part)) for part in ORDER if overall.parts[part]],
        headings=[row_heading(by), *(label(part) for part in ORDER), _("All")],
        rows=[
            [
                line.label,
                *(line.figures.parts[part] for part in ORDER),
                line.figures.cells,
            ]
            for line in lines
        ],
        bars=[
            ChartBar(line.label, in_stocktake(line.figures.parts, label))
            for line in lines
            if line.figures.cells
        ],
    )


def status_title(by: str) -> str:
    """Return the title of a chart of statuses."""
    return {
        "action": _("Status by action"),
        "sub_area": _("Status by sub-area"),
        "member": _("Status by member"),
    }[by]


def row_heading(by: str) -> str:
    """Return what the rows of a chart are."""
    return {"action": _("Action"), "sub_area": _("Sub-area"), "member": _("Member")}[by]


def _status_finding(overall: Figures, label: Callable[[str], str]) -> str:
    """Return the sentence of a chart of statuses."""
    if not overall.current:
        return _("None of %(cells)s positions has an entry of this stocktake.") % {
            "cells": overall.cells
        }
    counted = [part for part in ORDER if part in STATUSES and overall.parts[part]]
    steps = listed(f"{label(part)} {overall.parts[part]}" for part in counted)
    found = _("Entries of this stocktake cover %(current)s of %(cells)s positions") % {
        "current": overall.current,
        "cells": overall.cells,
    }
    return f"{found}: {steps}." if steps else f"{found}."


def change_chart(
    scope: ChartScope,
    rows: Sequence[ChartedRow],
    overall: Figures,
    *,
    by: str,
    since: str,
) -> Chart:
    """Return how positions have changed since the close of the stocktake `since`."""
    labels: dict[str, str] = {part: change_label(part) for part in CHANGE_ORDER}
    labels["not_reported"] = scope.none_label
    counted = [(row.label, _changes(row.figures)) for row in rows]
    everything = _changes(overall)
    counted.append((_("All"), everything))
    return Chart(
        **scope.known("change", by=by),
        title=_("Change since %(stocktake)s") % {"stocktake": since},
        finding=_change_finding(overall, since),
        key=[(part, labels[part]) for part in labels if everything[part]],
        headings=[row_heading(by), *labels.values(), _("All")],
        rows=[
            [label, *changes.values(), sum(changes.values())]
            for label, changes in counted
        ],
        bars=[
            ChartBar(
                label,
                [
                    PartOfBar(part, labels[part], number)
                    for part, number in changes.items()
                    if number
                ],
            )
            for label, changes in counted
            if sum(changes.values())
        ],
    )


def _changes(figures: Figures) -> dict[str, int]:
    """Return the count of each change, and of what had and has no entry."""
    found: dict[str, int] = {part: figures.changes[part] for part in CHANGE_ORDER}
    return {**found, "not_reported": figures.cells - sum(found.values())}


def _change_finding(overall: Figures, since: str) -> str:
    changes = overall.changes
    return _(
        "Since %(stocktake)s, %(up)s of %(cells)s positions moved up, %(down)s moved"
        " down and %(same)s kept their status."
    ) % {
        "stocktake": since,
        "cells": overall.cells,
        **{change: changes[change] for change in ("up", "down", "same")},
    }
