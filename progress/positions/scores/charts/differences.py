"""The chart of scores that differ from self-reports: a bar for each member."""

from typing import Final

from django.utils.translation import gettext as _

from accounts.wording.names import in_language
from progress.assessments.differences import DEGREES, KINDS, PairCounts, difference_of
from progress.assessments.text import degree_label, kind_label
from progress.positions.charts.chart import Chart, ChartBar
from progress.positions.drawings import PartOfBar
from progress.positions.scores.self_reports import ScoresBesideReports

# How each difference is drawn: by the names of textures that other charts have.
DRAWN_AS: Final = {
    ("report_says_more", "strong"): "up",
    ("report_says_more", "slight"): "new",
    ("score_says_more", "strong"): "down",
    ("score_says_more", "slight"): "other",
    ("applies", "slight"): "gone",
}
NO_DIFFERENCE: Final = "same"


def difference_chart(beside: ScoresBesideReports, *, address: str) -> Chart:
    """Return for each member how many scores differ from the self-report, and how."""
    overall = beside.counts()
    counted = [
        *(
            (in_language(member.name), beside.counts(member.code))
            for member in beside.reading.members
        ),
        (_("All"), overall),
    ]
    labels = difference_labels()
    found = _parts(overall)
    return Chart(
        slug="differences",
        title=_("Self-reports beside scores"),
        finding=_finding(overall),
        key=[(part, label) for part, label in labels.items() if found[part]],
        headings=[_("Member"), *labels.values(), _("All")],
        rows=[
            [name, *(_parts(counts)[part] for part in labels), counts.compared]
            for name, counts in counted
        ],
        address=address,
        note=beside.note,
        bars=[
            ChartBar(name, _stretches(counts, labels))
            for name, counts in counted
            if counts.compared
        ],
        entries=beside.entries,
    )


def difference_labels() -> dict[str, str]:
    """Return the parts of the chart of differences with their labels, in order."""
    labels = {
        DRAWN_AS[kind, degree]: _("%(kind)s: %(degree)s")
        % {"kind": kind_label(kind), "degree": degree_label(degree)}
        for kind in KINDS
        for degree in DEGREES
        if (kind, degree) in DRAWN_AS
    }
    return {**labels, NO_DIFFERENCE: _("No difference")}


def _parts(counts: PairCounts) -> dict[str, int]:
    """Return the count of each part, zeros too. They add up to what is compared."""
    found = dict.fromkeys([*DRAWN_AS.values(), NO_DIFFERENCE], 0)
    for pair, number in counts.pairs.items():
        difference = difference_of(*pair)
        found[DRAWN_AS[difference] if difference else NO_DIFFERENCE] += number
    return found


def _stretches(counts: PairCounts, labels: dict[str, str]) -> list[PartOfBar]:
    return [
        PartOfBar(part, labels[part], number)
        for part, number in _parts(counts).items()
        if number
    ]


def _finding(counts: PairCounts) -> str:
    if not counts.compared:
        return _("There are no scores to compare.")
    return _(
        "%(differing)s of %(compared)s scores differ from the self-report,"
        " %(strong)s of them strongly."
    ) % {
        "differing": counts.differing,
        "compared": counts.compared,
        "strong": counts.of_degree("strong"),
    }
