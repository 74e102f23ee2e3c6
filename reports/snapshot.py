"""Builds the snapshot of a report: one JSON-able value, in the report's language.

Figures are counted from the same rows that are printed. So text, table and chart cannot
differ (rule 11).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import Literal, TypedDict, cast
from urllib.parse import urlencode

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from accounts.dates import utc_day
from accounts.day_sentences import day_text, printed_instant_text
from accounts.models import Member, members_in_order
from audit.models import Demonstration
from commitments.models import Action, Commitment, Plan, SubArea
from commitments.tracking import LeadAndTarget, leads_and_targets
from progress.ledger.chain import hash_of
from progress.models import Entry, Evidence, Handling, Stocktake
from progress.positions.figures import Status
from progress.positions.position import (
    NO_POSITION,
    Key,
    Position,
    Positions,
    positions_for_audience,
    shown_lead_and_target,
)
from reports.labels import audience_statement, labels, method
from reports.languages import require_catalogue
from reports.ledger_heads import PrintedHead
from reports.models import Report
from reports.renderers.pdf import current_versions
from reports.snapshot_schema import (
    SCHEMA_VERSION,
    ActionRow,
    CommitmentRow,
    EntryPart,
    Envelope,
    EvidenceKind,
    EvidenceRow,
    Facts,
    FilePart,
    HandlingLabel,
    MemberRow,
    Moment,
    PlanPart,
    PositionRow,
    Snapshot,
    StocktakePart,
    SubAreaRow,
    Versions,
)
from reports.summary import summary_of

SHORT_TITLE = 60

MemberKind = Literal["state", "organization"]


def hash_snapshot(snapshot: Snapshot) -> str:
    """Return the SHA-256 of the snapshot in canonical JSON (RFC 8785), as hex."""
    return hash_of(snapshot)


def build_snapshot(
    report: Report, *, ledger_head: PrintedHead | None, font_dirs: Sequence[Path]
) -> Snapshot:
    """Return all content of the report. The number of queries is fixed.

    The ledger is sealed up to the report's `known_at`. `ledger_head` is the head that
    the audience may see.
    """
    with override(report.language):
        require_catalogue()
        facts, versions = _facts(report), _versions(font_dirs)
        return {
            "schema": SCHEMA_VERSION,
            "facts": facts,
            "envelope": _envelope(report, hash_of(facts), ledger_head, versions),
        }


def _facts(report: Report) -> Facts:
    members = _members()
    reads_all = report.audience == Handling.AMBER
    actions = _actions(report, members, reads_all)
    return {
        "kind": report.kind,
        "title": report.get_kind_display(),
        "language": report.language,
        "audience": cast("HandlingLabel", report.audience),
        "audience_statement": audience_statement(Handling(report.audience)),
        "plan": _plan(report.plan),
        "stocktake": _stocktake(report.stocktake),
        "at": _day(report.at),
        "labels": labels(reads_all=reads_all),
        "members": members,
        "actions": actions,
        "summary": summary_of(
            actions,
            has_stocktake=report.stocktake is not None,
            reads_all=reads_all,
        ),
        "method": method(reads_all=reads_all),
    }


def _versions(font_dirs: Sequence[Path]) -> Versions:
    return current_versions(product=settings.PRODUCT_VERSION, font_dirs=font_dirs)


def _envelope(
    report: Report, facts_sha256: str, head: PrintedHead | None, versions: Versions
) -> Envelope:
    return {
        "id": str(report.pk),
        "facts_sha256": facts_sha256,
        "circulation": report.circulation,
        "known_at": _instant(report.known_at),
        "requested_at": _instant(report.requested_at),
        "is_illustrative": Demonstration.objects.exists(),
        "ledger_head": head.sha256 if head else "",
        "ledger_head_at": _instant(head.at) if head else None,
        "query": positions_query(report),
        "versions": versions,
    }


def positions_query(report: Report) -> str:
    """Return the query of the API that gives the report's positions again."""
    clocks = {"at": report.at.isoformat(), "known_at": _iso(report.known_at)}
    asked = {"plan": report.plan.slug, **clocks, "audience": report.audience}
    return f"GET /api/v1/positions/?{urlencode(asked, safe=':')}"


def _members() -> list[MemberRow]:
    return [
        {
            "code": member.code,
            "name": pgettext("member", member.name),
            "kind": cast("MemberKind", member.kind),
        }
        for member in members_in_order(Member.objects.all())
    ]


def _plan(plan: Plan) -> PlanPart:
    summit = plan.summit
    return {
        "slug": plan.slug,
        "title": plan.title,
        "short_title": _short(plan.title),
        "summit": {
            "name": f"{pgettext('summit', summit.name)} {summit.year}",
            "place": pgettext("place", summit.place) if summit.place else "",
            "dates": _dates(summit.starts_on, summit.ends_on),
        },
        "adopted_on": _day(plan.adopted_on),
        "source_sha256": plan.source_sha256,
    }


def _short(title: str) -> str:
    if len(title) <= SHORT_TITLE:
        return title
    return title[: SHORT_TITLE - 1].rsplit(" ", 1)[0] + "…"


def _stocktake(stocktake: Stocktake | None) -> StocktakePart | None:
    if stocktake is None:
        return None
    return {
        "slug": stocktake.slug,
        "title": stocktake.title,
        "due_at": _instant(stocktake.due_at),
    }


def _day(day: date) -> Moment:
    return {"iso": day.isoformat(), "text": day_text(day)}


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _instant(at: datetime) -> Moment:
    return {"iso": _iso(at), "text": printed_instant_text(at.astimezone(UTC))}


def _dates(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return ""
    if first == last:
        return day_text(first)
    return _("%(first)s to %(last)s") % {
        "first": day_text(first) if first.month != last.month else str(first.day),
        "last": day_text(last),
    }


def _actions(
    report: Report, members: list[MemberRow], reads_all: bool
) -> list[ActionRow]:
    """Return the plan in its own order, with a row for every member and commitment."""
    positions = positions_for_audience(
        report.plan,
        audience=report.audience,
        stocktake=report.stocktake,
        at=report.at,
        known_at=report.known_at,
    )
    known = leads_and_targets(report.plan, report.known_at)
    shown = _Shown(positions, known, reads_all)
    commitments = (
        Commitment.objects.filter(plan=report.plan)
        .select_related("action", "sub_area")
        .prefetch_related("instruments")
        .order_by("position", "pk")
    )

    def rows_of(commitments: Iterable[Commitment]) -> list[CommitmentRow]:
        return [_commitment(row, members, shown) for row in commitments]

    return [
        _action(action, group, rows_of)
        for action, group in groupby(commitments, key=lambda row: row.action)
    ]


def _action(
    action: Action,
    commitments: Iterable[Commitment],
    rows_of: Callable[[Iterable[Commitment]], list[CommitmentRow]],
) -> ActionRow:
    return {
        "code": action.code,
        "heading": _("Action %(code)s: %(title)s")
        % {"code": action.code, "title": action.title},
        "sub_areas": [
            _sub_area(sub_area, rows_of(group))
            for sub_area, group in groupby(commitments, key=lambda row: row.sub_area)
        ],
    }


def _sub_area(sub_area: SubArea | None, rows: list[CommitmentRow]) -> SubAreaRow:
    return {
        "code": sub_area.code if sub_area else "",
        "title": sub_area.title if sub_area else "",
        "commitments": rows,
    }


def _commitment(
    commitment: Commitment, members: list[MemberRow], shown: "_Shown"
) -> CommitmentRow:
    return {
        "code": commitment.code,
        "text": commitment.text,
        "is_joint": commitment.is_joint,
        "instruments": sorted(
            instrument.name for instrument in commitment.instruments.all()
        ),
        "positions": [shown.row(commitment.pk, member["code"]) for member in members],
    }


@dataclass(frozen=True)
class _Shown:
    """What the audience may read of each member commitment."""

    positions: Positions
    leads_and_targets: Mapping[Key, LeadAndTarget]
    reads_all: bool

    def row(self, commitment: int, member: str) -> PositionRow:
        position = self.positions.get((commitment, member), NO_POSITION)
        tracked = shown_lead_and_target(
            self.leads_and_targets.get((commitment, member), LeadAndTarget()),
            has_entry=position.entry is not None,
            reads_all=self.reads_all,
        )
        return {
            "member": member,
            "figure": position.figure,
            "entry": _entry(position, position.entry) if position.entry else None,
            "lead_authority": tracked.lead_authority,
            "target_on": _day(tracked.target_on) if tracked.target_on else None,
        }


def _entry(position: Position, entry: Entry) -> EntryPart:
    assert entry.published_at is not None  # noqa: S101 - a position is published
    return {
        "status": cast("Status", entry.status),
        "as_of": _day(entry.as_of),
        "published_at": _day(utc_day(entry.published_at)),
        "handling": cast("HandlingLabel", entry.handling),
        "language": entry.language,
        "narrative": entry.narrative,
        "next_steps": entry.next_steps,
        "obstacles": entry.obstacles,
        "evidence": [_evidence(link.evidence) for link in entry.evidence_links.all()],
        "is_at_risk": entry.is_at_risk,
        "is_late": entry.is_late,
        "is_correction": position.is_correction,
        "shows_again": position.shows_again,
        **_confirmation(entry),
    }


class _Confirmation(TypedDict):
    unchanged_since: Moment | None
    confirmed_at: Moment | None


def _confirmation(entry: Entry) -> _Confirmation:
    """Return since when the text is unchanged, and when that was confirmed (rule 9).

    Only earlier entries that the audience may read count.
    """
    since, confirmed_at = entry.visible_unchanged_since, entry.confirmed_at
    if since is None or confirmed_at is None:
        return {"unchanged_since": None, "confirmed_at": None}
    return {
        "unchanged_since": _day(since),
        "confirmed_at": _day(utc_day(confirmed_at)),
    }


def _evidence(item: Evidence) -> EvidenceRow:
    return {
        "kind": cast("EvidenceKind", item.kind),
        "title": item.title,
        "url": item.url,
        "accessed_on": _day(item.accessed_on) if item.accessed_on else None,
        "citation": item.citation,
        "file": _file(item) if item.kind == Evidence.Kind.FILE else None,
    }


def _file(item: Evidence) -> FilePart:
    return {
        "name": item.file_name,
        "size": filesizeformat(item.size or 0),
        "sha256": item.sha256,
    }
