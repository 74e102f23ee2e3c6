"""The plan of the hand-checked table, in the database."""

from datetime import date

from commitments.models import Action, Commitment, MemberCommitment, Plan, SubArea
from tests.factories import make_members, make_summit
from tests.progress.assessments.hand_checked import LINES, MEMBERS

AREAS = {"1.1": "Border security", "1.2": "Aviation security"}


def make_hand_checked_plan(slug: str = "hand-checked") -> Plan:
    """Make a plan with the commitments of the table, owed by all its members."""
    members = make_members()
    plan = Plan.objects.create(
        slug=slug,
        title="Plan of the hand-checked table",
        summit=make_summit(slug),
        adopted_on=date(2016, 5, 27),
        preamble="",
        source_text="…",
        source_sha256="0" * 64,
    )
    actions = {
        number: Action.objects.create(
            plan=plan, number=int(number), title=f"Action number {number}"
        )
        for number in dict.fromkeys(line.action for line in LINES)
    }
    areas = {
        code: SubArea.objects.create(
            action=actions[code[0]], number=code[2:], code=code, title=title
        )
        for code, title in AREAS.items()
    }
    for position, line in enumerate(LINES, 1):
        commitment = Commitment.objects.create(
            plan=plan,
            action=actions[line.action],
            sub_area=areas[line.sub_area] if line.sub_area else None,
            position=position,
            code=line.commitment,
            text=f"We will do what {line.commitment} says.",
            short_title=f"Promise {line.commitment}",
            is_joint=False,
        )
        MemberCommitment.objects.bulk_create(
            MemberCommitment(commitment=commitment, member=members[code])
            for code in MEMBERS
        )
    return plan
