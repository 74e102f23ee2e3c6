"""The annexes of a report: instruments, acronyms, and the queries of its figures."""

from urllib.parse import urlencode

from django.utils.translation import gettext as _

from commitments.acronyms import acronyms_in
from commitments.models import Commitment, Instrument
from progress.positions.changes import Comparison
from reports.kinds import Section
from reports.models import Report
from reports.snapshot.moments import iso
from reports.snapshot_schema import IndexedInstrument, PrintedAcronym, QueryRow


def instrument_rows(commitments: list[Commitment]) -> list[IndexedInstrument]:
    """Return the instruments that these commitments name, ordered by name."""
    named: dict[Instrument, list[str]] = {}
    for commitment in commitments:
        for instrument in commitment.instruments.all():
            named.setdefault(instrument, []).append(commitment.code)
    return [
        {
            "slug": instrument.slug,
            "name": instrument.name,
            "kind": instrument.get_kind_display(),
            "owner": instrument.owner.name if instrument.owner else "",
            "commitments": codes,
        }
        for instrument, codes in sorted(
            named.items(), key=lambda row: (row[0].name.casefold(), row[0].slug)
        )
    ]


def acronym_rows(commitments: list[Commitment]) -> list[PrintedAcronym]:
    """Return the acronyms of the official wording and of the names of instruments.

    Those in what members write are left out: a legal erasure must leave no trace of it.
    """
    named = {
        instrument.name
        for commitment in commitments
        for instrument in commitment.instruments.all()
    }
    texts = [commitment.text for commitment in commitments]
    found = acronyms_in(" ".join([*texts, *sorted(named)]))
    return [{"acronym": acronym, "meaning": meaning} for acronym, meaning in found]


def positions_query(report: Report) -> str:
    """Return the query of the API that gives the report's positions again."""
    return _query(report, Comparison(report.at, report.known_at))


def query_rows(
    report: Report, comparison: Comparison | None, sections: list[Section]
) -> list[QueryRow]:
    """Return the queries that give the numbers of each table again."""
    now = positions_query(report)
    tables = {
        "table-matrix": ("matrix", _("Commitments by member")),
        "table-mix": ("mix", _("Status by action")),
        "table-members": ("mix", _("Status by member")),
        "table-sub-areas": ("mix", _("Status by sub-area")),
        "table-changes": ("changes", _("Changes: positions now")),
        "table-risk": ("summary", _("At risk")),
        "table-overdue": ("summary", _("Past the target date")),
        "table-gaps": ("gaps", _("Gaps")),
    }
    found: list[QueryRow] = [
        {"table": anchor, "name": name, "query": now}
        for anchor, (section, name) in tables.items()
        if section in sections
    ]
    if comparison is not None and "changes" in sections:
        found.append(
            {
                "table": "table-changes",
                "name": _("Changes: positions then"),
                "query": _query(report, comparison),
            }
        )
    return found


def _query(report: Report, clocks: Comparison) -> str:
    asked = {
        "plan": report.plan.slug,
        "at": clocks.at.isoformat(),
        "known_at": iso(clocks.known_at),
        "audience": report.audience,
        **_scope(report),
    }
    return f"GET /api/v1/positions/?{urlencode(asked, safe=':')}"


def _scope(report: Report) -> dict[str, str]:
    if report.member is not None:
        return {"member": report.member.code}
    if report.action is not None:
        return {"action": report.action.code}
    if report.sub_area is not None:
        return {"sub_area": report.sub_area.code}
    if report.instrument is not None:
        return {"instrument_owner": report.instrument.slug}
    return {}
