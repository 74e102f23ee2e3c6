"""What the form to request a report offers its reader: all of one plan."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import F, Max
from django.utils.translation import gettext as _

from accounts.day_sentences import day_as, instant_text
from accounts.models import Member, User, members_in_order
from commitments.models import Action, Instrument, Plan, SubArea
from progress.models import Stocktake
from reports.kinds import KIND_RULES, Kind
from reports.models import Report
from reports.permissions import compilable_audiences, compiles_for_all_members
from reports.report_request import Since

EARLIER_REPORTS = 50
# The choice that is completed by a date.
SINCE_DAY = "day"

Subject = Action | SubArea | Instrument
# Choices of a list by the heading of their group, and what each value names.
Groups = list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class FormChoices:
    """The values of each field, and what each of them names."""

    kind: Kind
    plan: Plan
    audiences: list[str]
    members: dict[str, Member]
    stocktakes: dict[str, Stocktake]
    subjects: dict[str, Subject]
    subject_groups: Groups
    sinces: dict[str, Since]
    since_groups: Groups


def plans_to_choose() -> list[Plan]:
    """Return all plans: that of the newest stocktake first, then the newest."""
    plans = Plan.objects.only("slug", "title", "adopted_on").annotate(
        newest_stocktake_at=Max("stocktakes__opened_at")
    )
    newest = F("newest_stocktake_at").desc(nulls_last=True)
    return list(plans.order_by(newest, "-adopted_on", "pk"))


def choices_for(user: User, kind: Kind, plan: Plan, *, at: datetime) -> FormChoices:
    """Return what this reader may choose for a report of this kind about a plan."""
    rules = KIND_RULES[kind]
    stocktakes = _stocktakes(plan)
    subjects = _subjects(plan) if "action" in rules.scope else []
    sinces = _sinces(user, plan, stocktakes, at) if rules.has_since else []
    return FormChoices(
        kind=kind,
        plan=plan,
        audiences=compilable_audiences(user, kind, user.delegation, at=at),
        members=_members(user, at) if "member" in rules.scope else {},
        stocktakes={stocktake.slug: stocktake for stocktake in stocktakes},
        subjects={
            value: subject
            for _heading, rows in subjects
            for value, _label, subject in rows
        },
        subject_groups=_labels_of(subjects),
        sinces={
            value: since for _heading, rows in sinces for value, _label, since in rows
        },
        since_groups=_labels_of(sinces),
    )


def _labels_of(
    groups: list[tuple[str, list[tuple[str, str, Subject]]]]
    | list[tuple[str, list[tuple[str, str, Since]]]],
) -> Groups:
    return [
        (heading, [(value, label) for value, label, _thing in rows])
        for heading, rows in groups
        if rows
    ]


def _members(user: User, at: datetime) -> dict[str, Member]:
    members = Member.objects.all()
    if not compiles_for_all_members(user, at=at):
        members = members.filter(pk=user.delegation)
    return {member.code: member for member in members_in_order(members)}


def _stocktakes(plan: Plan) -> list[Stocktake]:
    opened = Stocktake.objects.filter(plan=plan).exclude(opened_at=None)
    return list(opened.order_by("-opens_at", "pk"))


def _subjects(plan: Plan) -> list[tuple[str, list[tuple[str, str, Subject]]]]:
    actions = plan.actions.order_by("number")
    sub_areas = SubArea.objects.filter(action__plan=plan).select_related("action")
    instruments = _instruments(plan)
    return [
        (
            _("Actions"),
            [(f"action:{row.code}", str(row), row) for row in actions],
        ),
        (
            _("Sub-areas"),
            [
                (f"sub_area:{row.code}", str(row), row)
                for row in sub_areas.order_by("action__number", "number")
            ],
        ),
        (
            _("Instruments and bodies"),
            [
                (f"instrument:{row.slug}", row.name, row)
                for row in sorted(instruments, key=lambda row: row.name.casefold())
            ],
        ),
    ]


def _instruments(plan: Plan) -> list[Instrument]:
    """Return what the plan's commitments name, and what owns it, at any depth."""
    known = {row.pk: row for row in Instrument.objects.all()}
    named = plan.commitments.values_list("instruments", flat=True)
    found: set[int] = set()
    for each in named:
        key: int | None = each  # None for a commitment that names none
        while key is not None and key not in found:
            found.add(key)
            key = known[key].owner_id
    return [known[key] for key in found]


def _sinces(
    user: User, plan: Plan, stocktakes: list[Stocktake], at: datetime
) -> list[tuple[str, list[tuple[str, str, Since]]]]:
    closed = [stocktake for stocktake in stocktakes if stocktake.closed_at]
    reports = (
        Report.objects.visible_to(user, at)
        .filter(plan=plan, state=Report.State.DONE)
        .defer("snapshot")
        .order_by("-known_at", "pk")[:EARLIER_REPORTS]
    )
    return [
        (_("A day"), [(SINCE_DAY, _("The day given below"), Since())]),
        (
            _("Closed stocktakes"),
            [
                (f"stocktake:{row.slug}", row.title, Since(stocktake=row))
                for row in closed
            ],
        ),
        (
            _("Earlier reports"),
            [
                (f"report:{row.pk}", _report_label(row), Since(report=row))
                for row in reports
            ],
        ),
    ]


def _report_label(report: Report) -> str:
    return _("%(kind)s, %(audience)s, as of %(day)s, as known at %(instant)s") % {
        "kind": report.get_kind_display(),
        "audience": report.get_audience_display(),
        "day": day_as(report.at, "j M Y"),
        "instant": instant_text(report.known_at.astimezone(UTC), "j M Y"),
    }
