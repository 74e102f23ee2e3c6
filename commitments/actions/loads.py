"""Actions that load plans, summits and acronyms.

A load can be repeated, as in accounts.actions.reference: rows that are already right do
not change. The text of a loaded plan is never changed. Data about the plan can be
corrected.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, product
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actions.reference import (
    Put,
    count_and_record,
    put,
    require_members,
    wait_for_other_loads,
)
from accounts.models import Member, User
from accounts.reference import LoadOutcome, ReferenceDataError
from audit.record import record
from commitments.models import (
    Acronym,
    Action,
    Commitment,
    Instrument,
    MemberCommitment,
    Plan,
    SubArea,
    Summit,
)
from commitments.plan_text import PlanText, parse_plan_text
from commitments.reference import (
    AcronymRecord,
    InstrumentRow,
    PlanMeta,
    SummitRow,
    owners_first,
    require_named,
    require_titles_of,
)
from commitments.short_titles import opening_titles


@transaction.atomic
def load_summits(
    *, rows: Sequence[SummitRow], at: datetime, by: User | None = None
) -> Counter[LoadOutcome]:
    """Create or correct the summits.

    Raises ValidationError `unknown_member` or `invalid_row`.
    """
    wait_for_other_loads()
    require_members({row.host for row in rows})
    known = {summit.slug: summit for summit in Summit.objects.order_by("pk")}
    puts = [
        put(
            known.get(row.slug) or Summit(slug=row.slug),
            {
                "name": row.name,
                "year": row.year,
                "host_id": row.host,
                "place": row.place,
                "starts_on": row.starts_on,
                "ends_on": row.ends_on,
            },
        )
        for row in rows
    ]
    return count_and_record(puts, by=by, at=at)


@transaction.atomic
def load_acronyms(
    *, rows: Sequence[AcronymRecord], at: datetime, by: User | None = None
) -> Counter[LoadOutcome]:
    """Create or correct the acronyms. Raises ValidationError `invalid_row`."""
    wait_for_other_loads()
    known = {row.acronym: row for row in Acronym.objects.order_by("pk")}
    puts = [
        put(
            known.get(row.acronym) or Acronym(acronym=row.acronym),
            {"meaning": row.meaning},
        )
        for row in rows
    ]
    return count_and_record(puts, by=by, at=at)


@dataclass(frozen=True)
class PlanLoad:
    """The result of a load: counts for each kind of row, in the order of the work."""

    plan: Plan
    plan_text: PlanText
    counts: Mapping[str, Counter[LoadOutcome]]

    @property
    def is_changed(self) -> bool:
        return any(
            set(counts) - {LoadOutcome.UNCHANGED} for counts in self.counts.values()
        )


@transaction.atomic
def load_plan(
    *,
    text: str,
    meta: PlanMeta,
    instruments: Sequence[InstrumentRow] | None,
    at: datetime,
    by: User | None = None,
) -> PlanLoad:
    """Load a plan from its text, and create a member commitment for each member.

    `instruments=None` leaves the instruments as they are. Raises PlanTextError,
    ReferenceDataError, or ValidationError with code `sha256_differs`, `unknown_summit`,
    `wording_changed` or `invalid_row`.
    """
    wait_for_other_loads()
    plan_text = parse_plan_text(text)
    texts = {bullet.code: bullet.text for bullet in plan_text.bullets}
    if instruments is not None:
        require_named(instruments, texts)
    plan_put = _put_plan(text, plan_text, meta)
    require_titles_of(texts, meta)
    plan = plan_put.row
    puts: dict[str, list[Put[Any]]] = {
        "plan": [plan_put],
        **_put_parts(plan, plan_text, meta),
    }
    if instruments is not None:
        puts["instruments"] = _put_instruments(instruments)
    counts = {noun: Counter(p.outcome for p in done) for noun, done in puts.items()}
    if instruments is not None:
        counts["instrument links"] = _link(plan, instruments)
    counts["member commitments"] = _add_member_commitments(plan)
    load = PlanLoad(plan, plan_text, counts)
    if load.is_changed:
        data = {"counts": counts, "corrections": _corrections(chain(*puts.values()))}
        record(verb="plan.load", target=plan, by=by, at=at, data=data)
    return load


def _corrections(puts: Iterable[Put[Any]]) -> list[dict[str, object]]:
    """Return the old and new values of each updated row, for the audit event."""
    return [
        {"row": str(done.row), **done.changes}
        for done in puts
        if done.outcome == LoadOutcome.UPDATED
    ]


def _put_plan(text: str, plan_text: PlanText, meta: PlanMeta) -> Put[Plan]:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    if sha256 != meta.source_sha256.lower():
        raise ValidationError(
            f"The SHA-256 of the text is {sha256}. The meta file expects"
            f" {meta.source_sha256}.",
            code="sha256_differs",
        )
    summit = Summit.objects.filter(slug=meta.summit).first()
    if summit is None:
        raise ValidationError(
            f"There is no summit {meta.summit}. Load the reference data first.",
            code="unknown_summit",
        )
    plan = Plan.objects.filter(slug=meta.slug).first()
    if plan is not None:
        _refuse_changed_wording(plan, plan_text)
    values = {
        "title": meta.title,
        "summit_id": summit.pk,
        "adopted_on": meta.adopted_on,
    }
    if plan is None:  # the text of a loaded plan stays, in any other layout too
        values |= {
            "preamble": plan_text.wording["the preamble"],
            "source_text": text,
            "source_sha256": sha256,
        }
    return put(plan or Plan(slug=meta.slug), values)


def _refuse_changed_wording(plan: Plan, plan_text: PlanText) -> None:
    """Refuse a text whose wording differs: reports quote it under the same codes."""
    headed: tuple[Action | SubArea, ...] = (
        *plan.actions.order_by("number"),
        *SubArea.objects.filter(action__plan=plan).order_by("number"),
    )
    before = {
        "the preamble": plan.preamble,
        **{f"the heading of {part.code}": part.title for part in headed},
        **{c.code: c.text for c in plan.commitments.order_by("position")},
    }
    after = plan_text.wording
    differ = [key for key in before | after if before.get(key) != after.get(key)]
    if differ:
        raise ValidationError(
            f"The wording of {plan.slug} cannot be changed. This text differs in"
            f" {', '.join(differ)}.",
            code="wording_changed",
        )


def _put_parts(
    plan: Plan, plan_text: PlanText, meta: PlanMeta
) -> dict[str, list[Put[Any]]]:
    """Put the actions, sub-areas and commitments, in the order of the plan."""
    return {
        "actions": _put_actions(plan, plan_text),
        "sub-areas": _put_sub_areas(plan, plan_text),
        "commitments": _put_commitments(plan, plan_text, meta.short_titles),
    }


def _put_actions(plan: Plan, plan_text: PlanText) -> list[Put[Action]]:
    known = {action.number: action for action in plan.actions.order_by("pk")}
    return [
        put(
            known.get(part.number) or Action(plan=plan, number=part.number),
            {"title": part.title},
        )
        for part in plan_text.actions
    ]


def _put_sub_areas(plan: Plan, plan_text: PlanText) -> list[Put[SubArea]]:
    actions = {action.number: action for action in plan.actions.order_by("pk")}
    rows = SubArea.objects.filter(action__plan=plan).order_by("pk")
    known = {sub_area.code: sub_area for sub_area in rows}
    return [
        put(
            known.get(part.code)
            or SubArea(action=actions[action.number], number=part.number),
            {"code": part.code, "title": part.title},
        )
        for action in plan_text.actions
        for part in action.sub_areas
    ]


def _put_commitments(
    plan: Plan, plan_text: PlanText, short_titles: Mapping[str, str]
) -> list[Put[Commitment]]:
    """Put the commitments. One without a short title keeps its own, or gets one."""
    known = {row.code: row for row in plan.commitments.order_by("pk")}
    edited = {row.short_title for row in known.values() if row.edited_at}
    titles = (
        opening_titles({bullet.code: bullet.text for bullet in plan_text.bullets})
        | {row.code: row.short_title for row in known.values()}
        | {code: title for code, title in short_titles.items() if title not in edited}
    )
    actions = {action.code: action.pk for action in plan.actions.order_by("pk")}
    rows = SubArea.objects.filter(action__plan=plan).order_by("pk")
    sub_areas = {row.code: row.pk for row in rows}
    return [
        put(
            known.get(bullet.code) or Commitment(plan=plan, code=bullet.code),
            {
                "action_id": actions[bullet.action_code],
                "sub_area_id": sub_areas.get(bullet.heading_code),
                "position": position,
                "text": bullet.text,
                "short_title": titles[bullet.code],
                "is_joint": bullet.is_joint,
            },
        )
        for position, bullet in enumerate(plan_text.bullets, start=1)
    ]


def _put_instruments(rows: Sequence[InstrumentRow]) -> list[Put[Instrument]]:
    known = {row.slug: row for row in Instrument.objects.order_by("pk")}
    puts = []
    for row in owners_first(rows):
        if row.owner and row.owner not in known:
            raise ReferenceDataError(
                f"{row.slug} has the owner {row.owner}, which is no instrument."
            )
        values = {
            "name": row.name,
            "kind": row.kind,
            "owner_id": known[row.owner].pk if row.owner else None,
        }
        done = put(known.get(row.slug) or Instrument(slug=row.slug), values)
        known[row.slug] = done.row
        puts.append(done)
    return puts


def _link(plan: Plan, rows: Sequence[InstrumentRow]) -> Counter[LoadOutcome]:
    """Link this plan's commitments to the instruments that the file names.

    Links that the file does not name are removed.
    """
    links = Commitment.instruments.through.objects
    commitments = dict(plan.commitments.values_list("code", "pk"))
    slugs = [row.slug for row in rows]
    instruments = dict(
        Instrument.objects.filter(slug__in=slugs).values_list("slug", "pk")
    )
    wanted = {
        (commitments[code], instruments[row.slug])
        for row in rows
        for code in row.commitments
    }
    present = {
        (commitment, instrument): pk
        for commitment, instrument, pk in links.filter(
            commitment__plan=plan
        ).values_list("commitment_id", "instrument_id", "pk")
    }
    gone = [pk for pair, pk in present.items() if pair not in wanted]
    links.filter(pk__in=gone).delete()
    missing = sorted(wanted - set(present))
    links.bulk_create(
        links.model(commitment_id=commitment, instrument_id=instrument)
        for commitment, instrument in missing
    )
    return _counted(created=len(missing), removed=len(gone), of=len(wanted))


def _add_member_commitments(plan: Plan) -> Counter[LoadOutcome]:
    """Create what is missing, so that each member has one for each commitment.

    A member that joins later gets its own at the next load.
    """
    members = Member.objects.order_by("code").values_list("code", flat=True)
    commitments = plan.commitments.order_by("position").values_list("pk", flat=True)
    wanted = list(product(commitments, members))
    rows = MemberCommitment.objects.filter(commitment__plan=plan)
    present = set(rows.values_list("commitment_id", "member_id"))
    missing = [pair for pair in wanted if pair not in present]
    MemberCommitment.objects.bulk_create(
        MemberCommitment(commitment_id=commitment, member_id=member)
        for commitment, member in missing
    )
    return _counted(created=len(missing), removed=0, of=len(wanted))


def _counted(*, created: int, removed: int, of: int) -> Counter[LoadOutcome]:
    """Return the counts of rows that were written together, without zeros."""
    counts = {
        LoadOutcome.CREATED: created,
        LoadOutcome.REMOVED: removed,
        LoadOutcome.UNCHANGED: of - created,
    }
    return Counter({outcome: count for outcome, count in counts.items() if count})
