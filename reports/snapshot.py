"""Freezing what a report will say: one JSON-able value, all labels in its language.

Figures are counted here, from the very rows that are printed, so that text, table and
chart cannot differ (rule 11).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import cast

import rfc8785
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.models import Member
from audit.models import Demonstration
from commitments.models import Action, Commitment, MemberCommitment, SubArea
from progress.models import Entry, Handling, Stocktake
from progress.positions import Position, positions_for_audience
from reports.labels import AUDIENCE_STATEMENTS, labels, method
from reports.models import Report
from reports.renderers.pdf import versions
from reports.snapshot_schema import (
    PARTS,
    SCHEMA_VERSION,
    ActionRow,
    CommitmentRow,
    EntryPart,
    EvidenceRow,
    Figure,
    FigureRow,
    MemberRow,
    Moment,
    Part,
    PositionRow,
    ReportPart,
    Snapshot,
    StocktakePart,
    SubAreaRow,
    Summary,
)

SHORT_TITLE = 60


def hash_of(snapshot: Snapshot) -> str:
    """SHA-256 of the snapshot as canonical JSON (RFC 8785), in hexadecimal."""
    return sha256(rfc8785.dumps(cast("dict[str, object]", snapshot))).hexdigest()


def build_snapshot(report: Report, *, font_dirs: Sequence[Path]) -> Snapshot:
    """Everything the report will say, read in a fixed number of queries."""
    with override(report.language):
        members = sorted_members()
        actions = _actions(report, members)
        return {
            "schema": SCHEMA_VERSION,
            "versions": versions(font_dirs),
            "report": _report(report),
            "labels": labels(),
            "members": members,
            "actions": actions,
            "summary": _summary(actions),
            "method": method(),
        }


def sorted_members() -> list[MemberRow]:
    """The seven by name, then the European Union: it takes part, but is not one of them."""
    rows = sorted(
        Member.objects.all(), key=lambda m: (m.kind != Member.Kind.STATE, m.name)
    )
    return [
        {"code": member.code, "name": member.name, "kind": member.kind}
        for member in rows
    ]
