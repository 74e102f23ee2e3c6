"""The lead authority and the target date that a delegation sets for a commitment."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.day_sentences import day_as
from accounts.typed.text import clean_name, cleaned_or_problem
from commitments.models import LeadAndTargetVersion, MemberCommitment, Plan
from commitments.querysets import versions_of

LEAD_AUTHORITY_LENGTH = 200
# A target date is at most this many calendar years after the plan's adoption.
YEARS_AHEAD = 50


@dataclass(frozen=True)
class LeadAndTarget:
    """The lead authority and the target date of a member commitment."""

    lead_authority: str = ""
    target_on: date | None = None

    @classmethod
    def of(cls, row: Any) -> "LeadAndTarget":
        """Return the values of a version, or of a row of `with_lead_and_target`."""
        return cls(row.lead_authority, row.target_on)


def newest_lead_and_target(member_commitment: MemberCommitment) -> LeadAndTarget:
    newest = versions_of(member_commitment).order_by("-pk").first()
    return LeadAndTarget.of(newest) if newest else LeadAndTarget()


def leads_and_targets(
    plan: Plan, known_at: datetime
) -> dict[tuple[int, str], LeadAndTarget]:
    """Return the lead authorities and target dates of a plan, as known at an instant.

    The key is the commitment's primary key and the member's code. A member commitment
    for which nothing was set is not there. One query.
    """
    known = LeadAndTargetVersion.objects.as_known_at(known_at)
    rows = (
        known.filter(member_commitment__commitment__plan=plan)
        .order_by("member_commitment", "-pk")
        .distinct("member_commitment")
        .select_related("member_commitment")
    )
    return {
        (row.member_commitment.commitment_id, row.member_commitment.member_id): (
            LeadAndTarget.of(row)
        )
        for row in rows
    }


def changes_between(
    before: LeadAndTarget, after: LeadAndTarget
) -> dict[str, list[object]]:
    """Return the old and new value of each changed field, for the audit event."""
    found: dict[str, list[object]] = {}
    if before.lead_authority != after.lead_authority:
        found["lead_authority"] = [before.lead_authority, after.lead_authority]
    if before.target_on != after.target_on:
        days = (before.target_on, after.target_on)
        found["target_on"] = [day.isoformat() if day else None for day in days]
    return found


def check_lead_and_target(
    lead_and_target: LeadAndTarget, *, adopted_on: date
) -> LeadAndTarget:
    """Return the values as they are stored.

    Raises ValidationError with a dict of fields.
    """
    lead, problem = cleaned_or_problem(
        clean_name, lead_and_target.lead_authority, limit=LEAD_AUTHORITY_LENGTH
    )
    problems = {
        "lead_authority": problem,
        "target_on": _wrong_day(lead_and_target.target_on, adopted_on),
    }
    found = {
        field: [ValidationError(sentence, code="invalid")]
        for field, sentence in problems.items()
        if sentence
    }
    if found:
        raise ValidationError(found)
    return LeadAndTarget(lead, lead_and_target.target_on)


def _wrong_day(day: date | None, adopted_on: date) -> str:
    if day is None:
        return ""
    if adopted_on <= day and day.year - adopted_on.year <= YEARS_AHEAD:
        return ""
    sentence = _(
        "Choose a day from the plan's adoption (%(first)s) to the end of %(last)d."
    )
    return sentence % {
        "first": day_as(adopted_on),
        "last": adopted_on.year + YEARS_AHEAD,
    }
