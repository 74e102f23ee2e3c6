"""Builds the snapshot of a report: one JSON-able value, in the report's language.

Figures are counted here, from the same rows that are printed. So text, table and chart
cannot differ (rule 11).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, TypedDict, cast

import rfc8785
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.dates import utc_day
from accounts.members import members_in_order
from accounts.models import Member
from audit.models import Demonstration
from commitments.models import Action, Commitment, MemberCommitment, SubArea
from progress.models import Entry, Evidence, Handling, Stocktake
from progress.positions.figures import PARTS, Part, Status, count
from progress.positions.position import (
    NO_POSITION,
    Key,
    Position,
    Positions,
    positions_for_audience,
)
from reports.labels import audience_statement, labels, method
from reports.models import Report
from reports.renderers.pdf import current_versions
from reports.snapshot_schema import (
    SCHEMA_VERSION,
    ActionRow,
    CommitmentRow,
    EntryPart,
    EvidenceKind,
    EvidenceRow,
    FigureRow,
    FilePart,
    HandlingLabel,
    MemberRow,
    Moment,
    PositionRow,
    ReportPart,
    Snapshot,
    StocktakePart,
    SubAreaRow,
    Summary,
)

SHORT_TITLE = 60

MemberKind = Literal["state", "organization"]
Owed = Mapping[Key, MemberCommitment]


def hash_snapshot(snapshot: Snapshot) -> str:
    """Return the SHA-256 of the snapshot in canonical JSON (RFC 8785), as hex."""
    return sha256(rfc8785.dumps(cast("dict[str, Any]", snapshot))).hexdigest()


def build_snapshot(
    report: Report, *, ledger_head: str, font_dirs: Sequence[Path]
) -> Snapshot:
    """Return all content of the report. The number of queries is fixed.

    `ledger_head` is the head of the ledger, sealed up to the report's `known_at`.
    """
    with override(report.language):
        members = _members()
        actions = _actions(report, members)
        return {
            "schema": SCHEMA_VERSION,
            "versions": current_versions(
                product=settings.PRODUCT_VERSION, font_dirs=font_dirs
            ),
            "report": _report(report, ledger_head),
            "labels": labels(Handling(report.audience)),
            "members": members,
            "actions": actions,
            "summary": _summary(actions),
            "method": method(),
        }


def _members() -> list[MemberRow]:
    return [
        {
            "code": member.code,
            "name": member.name,
            "kind": cast("MemberKind", member.kind),
        }
        for member in members_in_order(Member.objects.all())
    ]


def _report(report: Report, ledger_head: str) -> ReportPart:
    plan, summit = report.plan, report.plan.summit
    return {
        "id": str(report.pk),
        "kind": report.kind,
        "title": report.get_kind_display(),
        "language": report.language,
        "audience": cast("HandlingLabel", report.audience),
        "audience_statement": audience_statement(Handling(report.audience)),
        "plan": {
            "slug": plan.slug,
            "title": plan.title,
            "short_title": _short(plan.title),
            "summit": {
                "name": str(summit),
                "place": summit.place,
                "dates": _dates(summit.starts_on, summit.ends_on),
            },
            "adopted_on": _day(plan.adopted_on),
            "source_sha256": plan.source_sha256,
        },
        "stocktake": _stocktake(report.stocktake),
        "at": _day(report.at),
        "known_at": _instant(report.known_at),
        "requested_at": _instant(report.requested_at),
        "is_illustrative": Demonstration.objects.exists(),
        "ledger_head": ledger_head,
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
    return {"iso": day.isoformat(), "text": date_format(day, "j F Y")}


def _instant(at: datetime) -> Moment:
    utc = at.astimezone(UTC)
    return {
        "iso": utc.isoformat().replace("+00:00", "Z"),
        "text": _("%(when)s UTC") % {"when": date_format(utc, "j F Y, H:i")},
    }


def _dates(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return ""
    if first == last:
        return date_format(first, "j F Y")
    return _("%(first)s to %(last)s") % {
        "first": date_format(first, "j F Y" if first.month != last.month else "j"),
        "last": date_format(last, "j F Y"),
    }


def _actions(report: Report, members: list[MemberRow]) -> list[ActionRow]:
    """Return the plan in its own order, with a row for every member and commitment."""
    positions = positions_for_audience(
        report.plan,
        audience=report.audience,
        stocktake=report.stocktake,
        at=report.at,
        known_at=report.known_at,
    )
    owed = {
        (row.commitment_id, row.member_id): row
        for row in MemberCommitment.objects.filter(commitment__plan=report.plan)
    }
    commitments = (
        Commitment.objects.filter(plan=report.plan)
        .select_related("action", "sub_area")
        .prefetch_related("instruments")
        .order_by("position", "pk")
    )

    def rows_of(commitments: Iterable[Commitment]) -> list[CommitmentRow]:
        return [_commitment(row, members, positions, owed) for row in commitments]

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
    commitment: Commitment,
    members: list[MemberRow],
    positions: Positions,
    owed: Owed,
) -> CommitmentRow:
    keys = [(commitment.pk, member["code"]) for member in members]
    return {
        "code": commitment.code,
        "text": commitment.text,
        "is_joint": commitment.is_joint,
        "instruments": sorted(
            instrument.name for instrument in commitment.instruments.all()
        ),
        "positions": [
            _position(key[1], positions.get(key, NO_POSITION), owed.get(key))
            for key in keys
        ],
    }


def _position(
    member: str, position: Position, owed: MemberCommitment | None
) -> PositionRow:
    target_on = owed.target_on if owed else None
    return {
        "member": member,
        "figure": position.figure,
        "entry": _entry(position, position.entry) if position.entry else None,
        "lead_authority": owed.lead_authority if owed else "",
        "target_on": _day(target_on) if target_on else None,
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


def _summary(actions: list[ActionRow]) -> Summary:
    """Return the figures and sentences, counted from the rows that are printed."""
    cells = [
        (action["code"], position)
        for action in actions
        for sub_area in action["sub_areas"]
        for commitment in sub_area["commitments"]
        for position in commitment["positions"]
    ]
    overall = _figures("", [position for _code, position in cells])
    return {
        "text": _sentences(overall),
        "actions": [
            _figures(
                action["code"], [row for code, row in cells if code == action["code"]]
            )
            for action in actions
        ],
        "overall": overall,
    }


def _figures(action: str, positions: list[PositionRow]) -> FigureRow:
    counted = count(_CountedRow(position) for position in positions)
    return {
        "action": action,
        "parts": {part: counted.parts[part] for part in PARTS},
        "at_risk": counted.at_risk,
        "cells": counted.cells,
    }


@dataclass(frozen=True)
class _CountedRow:
    """A printed row with what `figures.count` needs."""

    row: PositionRow

    @property
    def part(self) -> Part:
        entry = self.row["entry"]
        if entry is not None and self.row["figure"] == "current":
            return entry["status"]
        return "no_update" if entry is not None else "not_reported"

    @property
    def status(self) -> Status | Literal[""]:
        entry = self.row["entry"]
        return entry["status"] if entry is not None else ""

    @property
    def is_at_risk(self) -> bool:
        entry = self.row["entry"]
        return entry is not None and entry["is_at_risk"]


def _sentences(overall: FigureRow) -> list[str]:
    parts, cells = overall["parts"], overall["cells"]
    current = cells - parts["no_update"] - parts["not_reported"]
    done = ngettext(
        "%(count)d is reported as implemented.",
        "%(count)d are reported as implemented.",
        parts["implemented"],
    ) % {"count": parts["implemented"]}
    at_risk = ngettext(
        "%(count)d is marked as at risk.",
        "%(count)d are marked as at risk.",
        overall["at_risk"],
    ) % {"count": overall["at_risk"]}
    sentences = [
        _("Of %(cells)d member commitments, %(current)d have a current entry.")
        % {"cells": cells, "current": current}
        + f" {done} {at_risk}"
    ]
    if current < cells:
        sentences.append(
            _("%(old)d have only an older entry, and %(none)d have no released entry.")
            % {"old": parts["no_update"], "none": parts["not_reported"]}
        )
    return sentences
