"""What the record says of a report: by SQL, with nothing of the product's own code."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any, NamedTuple

from django.db import connection

from reports.models import Report
from tests.reports.formats.vocabulary import NAMES

Cell = tuple[str, str]  # the code of a commitment, and of a member
HANDLINGS = {
    "clear": ["clear"],
    "green": ["clear", "green"],
    "amber": ["clear", "green", "amber"],
}


class TrueEvidence(NamedTuple):
    title: str
    url: str
    citation: str
    file_name: str


@dataclass(frozen=True)
class TruePosition:
    """One member and one commitment. Without an entry, most of it is empty."""

    action: str
    status: str
    as_of: str = ""
    published_on: str = ""
    handling: str = ""
    language: str = ""
    narrative: str = ""
    next_steps: str = ""
    obstacles: str = ""
    flags: frozenset[str] = frozenset()
    evidence: tuple[TrueEvidence, ...] = ()
    lead_authority: str = ""
    target_on: str = ""

    @property
    def words(self) -> tuple[str, str, str]:
        return self.narrative, self.next_steps, self.obstacles


@dataclass(frozen=True)
class Truth:
    """The positions of a report, in the order of the plan, and what they add up to."""

    positions: dict[Cell, TruePosition]
    members: dict[str, str]

    def all_counts(self) -> dict[str, Counter[str]]:
        """Return the counts of the plan, and of each action and member by name."""
        found: dict[str, Counter[str]] = {}
        for (_, code), one in self.positions.items():
            counted = ("cells", one.status, *one.flags)
            for name in ("plan", f"action {one.action}", self.members[code]):
                found.setdefault(name, Counter()).update(counted)
        return found

    def gaps_of(self, member: str, gap: str) -> int:
        """Return how many positions of a member have a gap."""
        return sum(
            code == member and (one.status == gap or gap in one.flags)
            for (_, code), one in self.positions.items()
        )


# Rule 3, word for word: one row of each member commitment, with its entry or without.
POSITIONS = """
SELECT c.code, mc.member_id, m.name, a.number, e.*, lead.lead_authority, lead.target_on,
    st.due_at, st.grace_ends_at
FROM commitments_membercommitment mc
JOIN commitments_commitment c ON c.id = mc.commitment_id
JOIN commitments_action a ON a.id = c.action_id
JOIN accounts_member m ON m.code = mc.member_id
LEFT JOIN LATERAL (
    SELECT entry.* FROM progress_entry entry
    WHERE entry.member_commitment_id = mc.id AND entry.state = 'published'
      AND entry.published_at <= %(known_at)s AND entry.as_of <= %(at)s
      AND entry.kind <> 'withdrawal' AND entry.handling = ANY(%(handlings)s)
      AND NOT EXISTS (SELECT FROM progress_entry later
          WHERE later.supersedes_id = entry.id AND later.state = 'published'
          AND later.published_at <= %(known_at)s)
    ORDER BY entry.as_of DESC, entry.published_at DESC, entry.ledger_record_id DESC
    LIMIT 1) e ON true
LEFT JOIN LATERAL (
    SELECT v.lead_authority, v.target_on FROM commitments_leadandtargetversion v
    WHERE v.member_commitment_id = mc.id AND v.set_at <= %(known_at)s
    ORDER BY v.id DESC LIMIT 1) lead ON true
LEFT JOIN progress_stocktake st ON st.id = e.stocktake_id
WHERE c.plan_id = %(plan)s ORDER BY c.position, mc.member_id
"""
EVIDENCE = """
SELECT item.title, item.url, item.citation, item.file_name
FROM progress_entryevidence link
JOIN progress_evidence item ON item.id = link.evidence_id
WHERE link.entry_id = %s ORDER BY link.position
"""
WITHDRAWN_ABOVE = """
SELECT count(*) FROM progress_entry w
JOIN progress_entry gone ON gone.id = w.supersedes_id
WHERE w.kind = 'withdrawal' AND w.state = 'published'
  AND w.member_commitment_id = %(owed)s AND w.published_at <= %(known_at)s
  AND w.published_at > %(published_at)s AND gone.as_of >= %(as_of)s
  AND w.handling = ANY(%(handlings)s) AND gone.handling = ANY(%(handlings)s)
"""


def truth_of(report: Report) -> Truth:
    """Return what the record says to the audience of a report, at its clocks."""
    given = {
        "plan": report.plan_id,
        "at": report.at,
        "known_at": report.known_at,
        "handlings": HANDLINGS[report.audience],
    }
    rows = [row for row in _rows(POSITIONS, given) if _is_in_scope(report, row)]
    positions = {
        (row["code"], row["member_id"]): _position(report, row, given) for row in rows
    }
    names = NAMES[report.language]
    members = {row["member_id"]: names.get(row["name"], row["name"]) for row in rows}
    return Truth(positions, members)


def _is_in_scope(report: Report, row: dict[str, Any]) -> bool:
    if report.member_id:
        return bool(row["member_id"] == report.member_id)
    if report.action:
        return bool(row["number"] == report.action.number)
    if report.sub_area:
        return bool(row["code"].startswith(f"{report.sub_area.code}."))
    if report.instrument:
        named = "SELECT 1 FROM commitments_commitment_instruments n"
        named += " JOIN commitments_commitment c ON c.id = n.commitment_id"
        named += " WHERE c.code = %(code)s AND c.plan_id = %(plan)s"
        about = {"code": row["code"], "plan": report.plan_id}
        return bool(_rows(named, about))
    return True


def _position(
    report: Report, row: dict[str, Any], given: dict[str, Any]
) -> TruePosition:
    action, is_amber = str(row["number"]), report.audience == "amber"
    if row["id"] is None:
        known = _lead(report, row, "") if is_amber else {}
        return TruePosition(action, "not_reported", **known)
    published = row["published_at"].astimezone(UTC).date().isoformat()
    known = _lead(report, row, row["status"])
    flags = frozenset((*known.pop("flags", ()), *_flags(report, row, given)))
    return TruePosition(
        action,
        row["status"],
        as_of=row["as_of"].isoformat(),
        published_on=published,
        handling=row["handling"],
        language=row["language"],
        narrative=row["narrative"],
        next_steps=row["next_steps"],
        obstacles=row["obstacles"],
        flags=flags,
        evidence=tuple(
            TrueEvidence(**item) for item in _rows(EVIDENCE, [str(row["id"])])
        ),
        **known,
    )


def _flags(report: Report, row: dict[str, Any], given: dict[str, Any]) -> list[str]:
    is_update, due = row["kind"] == "update", row["due_at"]
    above = {**given, "owed": row["member_commitment_id"], **row}
    seen = _rows(
        "SELECT 1 FROM progress_entry WHERE id = %(id)s AND handling = ANY(%(labels)s)",
        {"id": row["supersedes_id"], "labels": given["handlings"]},
    )
    found = {
        "at_risk": row["is_at_risk"],
        "late": is_update and due is not None and row["submitted_at"] > due,
        "correction": row["kind"] == "correction" and bool(seen),
        "shows_again": _rows(WITHDRAWN_ABOVE, above)[0]["count"] > 0,
        "no_update": report.stocktake_id not in {None, row["stocktake_id"]},
        "unchanged": row["unchanged_since"] is not None,
    }
    return [name for name, is_so in found.items() if is_so]


def _lead(report: Report, row: dict[str, Any], status: str) -> dict[str, Any]:
    target: date | None = row["target_on"]
    is_open = status not in {"implemented", "not_applicable"}
    is_overdue = target is not None and target < report.at and is_open
    return {
        "lead_authority": row["lead_authority"] or "",
        "target_on": target.isoformat() if target else "",
        "flags": frozenset({"overdue"} if is_overdue else ()),
    }


def _rows(query: str, given: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        assert cursor.description is not None
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
