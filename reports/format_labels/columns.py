"""The headings of the columns of tables: of the CSV for people and of the XLSX."""

from typing import cast

from django.utils.translation import gettext_lazy as _

from reports.label_schema import ColumnLabels

COLUMN_HEADINGS = {
    "report": _("Report"),
    "code": _("Verification code"),
    "plan": _("Plan"),
    "kind": _("Kind"),
    "scope": _("Scope"),
    "audience": _("Audience"),
    "circulation": _("Circulation"),
    "draft_number": _("Number of the draft"),
    "language": _("Language of the report"),
    "at": _("Position as of"),
    "known_at": _("As known at"),
    "snapshot_sha256": _("Snapshot SHA-256"),
    "action": _("Action"),
    "sub_area": _("Sub-area"),
    "commitment": _("Commitment"),
    "short_title": _("Short title"),
    "commitment_text": _("Adopted wording"),
    "is_joint": _("Joint commitment"),
    "member": _("Member code"),
    "member_name": _("Member"),
    "figure": _("Counted as"),
    "status": _("Status"),
    "status_before": _("Status before"),
    "change": _("Change"),
    "is_withdrawn": _("Withdrawn"),
    "entry": _("Entry"),
    "as_of": _("Entry as of"),
    "published_at": _("Published"),
    "handling": _("Handling of the entry"),
    "entry_language": _("Language of the entry"),
    "narrative": _("Narrative"),
    "next_steps": _("Next steps"),
    "obstacles": _("Obstacles"),
    "evidence_count": _("Items of evidence"),
    "evidence": _("Evidence"),
    "at_risk": _("At risk"),
    "late": _("Late"),
    "correction": _("Correction"),
    "shows_again": _("Reinstated after a withdrawal"),
    "unchanged_since": _("Unchanged since"),
    "confirmed_at": _("Confirmed on"),
    "lead_authority": _("Lead authority"),
    "target_on": _("Target date"),
    "is_overdue": _("Target date passed"),
    "content_sha256": _("SHA-256 of the content"),
    "instruments": _("Instruments named"),
}


def column_labels() -> ColumnLabels:
    """Return these labels in the active language."""
    headings = {name: str(heading) for name, heading in COLUMN_HEADINGS.items()}
    return cast("ColumnLabels", headings)
