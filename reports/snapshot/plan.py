"""The plan, and each commitment in its order with the position of every member."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Literal, cast

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Member
from commitments.models import Action, Commitment, Plan, SubArea
from progress.models import Entry, Stocktake
from progress.positions.figures import is_past_target
from progress.positions.position import Position
from reports.models import Report
from reports.snapshot.entries import dead_links_of, entry_part, withheld_files_of
from reports.snapshot.moments import dates, day, instant
from reports.snapshot.reading import ReportRows
from reports.snapshot_schema import (
    ActionRow,
    CommitmentRow,
    Compared,
    DeadLink,
    EntryPart,
    MemberRow,
    PlanPart,
    PositionRow,
    ReportScope,
    StocktakePart,
    SubAreaRow,
    WithheldFile,
)

SHORT_TITLE = 60

MemberKind = Literal["state", "organization"]


def name_of(member: Member) -> str:
    """Return the name of a member in the language of the report."""
    return pgettext("member", member.name)


def plan_part(plan: Plan) -> PlanPart:
    summit = plan.summit
    return {
        "slug": plan.slug,
        "title": plan.title,
        "short_title": _short(plan.title),
        "summit": {
            "name": f"{pgettext('summit', summit.name)} {summit.year}",
            "place": pgettext("place", summit.place) if summit.place else "",
            "dates": dates(summit.starts_on, summit.ends_on),
        },
        "adopted_on": day(plan.adopted_on),
        "source_sha256": plan.source_sha256,
    }


def _short(title: str) -> str:
    if len(title) <= SHORT_TITLE:
        return title
    return title[: SHORT_TITLE - 1].rsplit(" ", 1)[0] + "…"


def stocktake_part(stocktake: Stocktake | None) -> StocktakePart | None:
    if stocktake is None:
        return None
    return {
        "slug": stocktake.slug,
        "title": stocktake.title,
        "due_at": instant(stocktake.due_at),
    }


def issuer_of(report: Report, rows: ReportRows) -> str:
    """Return who issues the report: the chair at its instant, or a reader."""
    if not report.is_of_presidency:
        return _("Compiled by a reader, not by the Presidency")
    if rows.chair is None:
        return ""
    return _("Presidency: %(member)s") % {"member": name_of(rows.chair)}


def scope_of(report: Report) -> ReportScope:
    """Return what the report is about, as it is printed. Without a scope: nothing."""
    about = report.member or report.action or report.sub_area or report.instrument
    return {
        "member": report.member.code if report.member else "",
        "action": report.action.code if report.action else "",
        "sub_area": report.sub_area.code if report.sub_area else "",
        "instrument": report.instrument.slug if report.instrument else "",
        "title": name_of(about) if isinstance(about, Member) else str(about or ""),
    }


def compared_part(report: Report, rows: ReportRows) -> Compared | None:
    """Return what changes compare with, so that its title completes “since …”."""
    comparison = rows.comparison
    if comparison is None:
        return None
    known_at, stocktake = instant(comparison.known_at), comparison.stocktake
    if stocktake is not None:
        title = _("the stocktake “%(title)s”") % {"title": stocktake.title}
    elif report.since_report is not None:
        title = _("the report of %(instant)s") % {"instant": known_at["text"]}
    else:
        title = pgettext("a day after “since”", "%(day)s") % {
            "day": day(comparison.at)["text"]
        }
    return {
        "title": title,
        "stocktake": stocktake.slug if stocktake else "",
        "at": day(comparison.at),
        "known_at": known_at,
    }


def member_rows(rows: ReportRows) -> list[MemberRow]:
    return [
        {
            "code": member.code,
            "name": name_of(member),
            "kind": cast("MemberKind", member.kind),
        }
        for member in rows.members
    ]


def entry_parts(rows: ReportRows) -> dict[str, EntryPart]:
    """Return the words of each entry that is shown, by its id."""
    return {
        str(entry.pk): entry_part(position, entry) for position, entry in _shown(rows)
    }


def dead_links(rows: ReportRows) -> dict[str, list[DeadLink]]:
    """Return the dead links of each entry that is shown and has any, by its id."""
    links = (
        (str(entry.pk), dead_links_of(entry, known_at=rows.known_at))
        for _position, entry in _shown(rows)
    )
    return {key: dead for key, dead in links if dead}


def withheld_files(rows: ReportRows) -> dict[str, list[WithheldFile]]:
    """Return the withheld files of each entry that is shown and has any, by its id."""
    files = (
        (str(entry.pk), withheld_files_of(entry, known_at=rows.known_at))
        for _position, entry in _shown(rows)
    )
    return {key: withheld for key, withheld in files if withheld}


def _shown(rows: ReportRows) -> Iterator[tuple[Position, Entry]]:
    """Yield each entry that is shown, in print order, with the position it is."""
    for commitment in rows.commitments:
        for member in rows.members:
            position = rows.position((commitment.pk, member.code))
            if position.entry:
                yield position, position.entry


def action_rows(rows: ReportRows) -> list[ActionRow]:
    """Return the plan in its own order, with a row for every member and commitment."""
    return [
        _action(action, list(group), rows)
        for action, group in groupby(rows.commitments, key=lambda row: row.action)
    ]


def _action(action: Action, group: Iterable[Commitment], rows: ReportRows) -> ActionRow:
    return {
        "code": action.code,
        "heading": _("Action %(code)s: %(title)s")
        % {"code": action.code, "title": action.title},
        "title": action.title,
        "sub_areas": [
            _sub_area(sub_area, [_commitment(row, rows) for row in commitments])
            for sub_area, commitments in groupby(group, key=lambda row: row.sub_area)
        ],
    }


def _sub_area(sub_area: SubArea | None, rows: list[CommitmentRow]) -> SubAreaRow:
    return {
        "code": sub_area.code if sub_area else "",
        "title": sub_area.title if sub_area else "",
        "commitments": rows,
    }


def _commitment(commitment: Commitment, rows: ReportRows) -> CommitmentRow:
    return {
        "code": commitment.code,
        "short_title": pgettext("short title", commitment.short_title),
        "text": commitment.text,
        "is_joint": commitment.is_joint,
        "instruments": sorted(
            instrument.name for instrument in commitment.instruments.all()
        ),
        "positions": [_position(commitment, member, rows) for member in rows.members],
    }


def _position(commitment: Commitment, member: Member, rows: ReportRows) -> PositionRow:
    key = commitment.pk, member.code
    position, tracked = rows.position(key), rows.lead_and_target(key)
    target_on = tracked.target_on
    return {
        "member": member.code,
        "figure": position.figure,
        "entry": str(position.entry.pk) if position.entry else None,
        "before": position.before or "",
        "change": position.change,
        "is_withdrawn": key in rows.withdrawn,
        "lead_authority": tracked.lead_authority,
        "target_on": day(target_on) if target_on else None,
        "is_overdue": is_past_target(target_on, position.status, at=rows.at),
    }
