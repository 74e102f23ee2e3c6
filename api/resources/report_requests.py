"""The body of a request for a report, and the request that it makes."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts.dates import next_second, utc_day
from accounts.models import Member
from accounts.typed.text import clean_line
from api.fields import PLAN_NEEDED, ChoiceIn
from api.requests import ActorRequest
from api.values import read_date, read_instant
from commitments.models import Action, Instrument, Plan, SubArea
from progress.models import Handling, Stocktake
from reports.languages import LANGUAGES
from reports.models import Report
from reports.report_request import ReportRequest, Since

Row = TypeVar("Row", bound=Model)
LONGEST_NAME = 50  # characters
SINCE_HELP = gettext_lazy(
    "For the kind `changes`: a day such as 2017-05-02, the slug of a closed stocktake,"
    " or the id of an earlier report that this key may read."
)


class DayIn(serializers.DateField):
    """A day in the form `2017-05-25`."""

    def to_internal_value(self, value: Any) -> date:
        try:
            return read_date(str(value))
        except ValidationError as error:
            raise serializers.ValidationError(error.messages[0], error.code) from error


class InstantIn(serializers.DateTimeField):
    """An instant with its time zone, in the form `2017-05-20T12:00:00Z`."""

    def to_internal_value(self, value: Any) -> datetime:
        try:
            return read_instant(str(value))
        except ValidationError as error:
            raise serializers.ValidationError(error.messages[0], error.code) from error


class NameIn(serializers.CharField):
    """The natural key of something: a slug, a code or an id."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_NAME, **options)

    def to_internal_value(self, value: Any) -> str:
        try:
            return clean_line(super().to_internal_value(value), limit=LONGEST_NAME)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages[0], error.code) from error


def _name(text: Any = "") -> NameIn:
    """Return a field for a natural key that may be left out."""
    return NameIn(required=False, allow_null=True, help_text=text)


class ReportIn(serializers.Serializer[Any]):
    plan = NameIn(
        help_text=gettext_lazy("Its slug."), error_messages={"required": PLAN_NEEDED}
    )
    kind = ChoiceIn(Report.Kind.choices)
    audience = ChoiceIn(Handling.choices)
    layout = ChoiceIn(Report.Layout.choices, required=False)
    language = ChoiceIn(list(LANGUAGES.items()), required=False)
    stocktake = _name(gettext_lazy("Its slug, of the same plan."))
    at = DayIn(required=False, allow_null=True)
    known_at = InstantIn(required=False, allow_null=True)
    member = _name(gettext_lazy("For the kind `member`: its code."))
    action = _name(gettext_lazy("For the kind `brief`: its code, such as 1."))
    sub_area = _name(gettext_lazy("For the kind `brief`: its code, such as 1.2."))
    instrument = _name(gettext_lazy("For the kind `brief`: its slug."))
    since = _name(SINCE_HELP)


def report_request_of(request: ActorRequest) -> ReportRequest:
    """Return what the body of a request asks for.

    Raises ValidationError, by field.
    """
    sent = cast("dict[str, Any]", request.data)  # by our parser
    body = ReportIn(data=sent)
    if not body.is_valid() or sent.keys() - body.fields.keys():
        raise ValidationError(dict(_faults(body, sent)))
    wanted = _Wanted(request, body.validated_data)
    asked = wanted.report_request()
    if wanted.unknown:
        raise ValidationError(wanted.unknown)
    return asked


def _faults(
    body: ReportIn, sent: Mapping[str, Any]
) -> Iterator[tuple[str, list[ValidationError]]]:
    for name, errors in body.errors.items():
        yield name, [ValidationError(str(error), error.code) for error in errors]
    for name in sent.keys() - body.fields.keys():
        known = ", ".join(body.fields)
        message = _("This field is unknown here. Known fields: %s.") % known
        yield name, [ValidationError(message, "unknown")]


@dataclass
class _Wanted:
    """Finds the rows that a body names, and notes names that are not there."""

    request: ActorRequest
    data: Mapping[str, Any]
    unknown: dict[str, list[ValidationError]] = field(default_factory=dict)

    def report_request(self) -> ReportRequest:
        data, now = self.data, self.request.at
        plans = Plan.objects.select_related("summit")
        plan = self._find("plan", plans, "slug")
        if plan is None:
            raise ValidationError(self.unknown)
        sub_areas = SubArea.objects.filter(action__plan=plan).select_related("action")
        return ReportRequest(
            plan=plan,
            kind=data["kind"],
            audience=data["audience"],
            layout=data.get("layout", "full"),
            language=data.get("language", next(iter(LANGUAGES))),
            stocktake=self._find("stocktake", self._stocktakes(plan), "slug"),
            at=data.get("at") or utc_day(now),
            known_at=data.get("known_at") or next_second(now),
            member=self._find("member", Member.objects.all(), "code"),
            action=self._action(plan),
            sub_area=self._find("sub_area", sub_areas, "code"),
            instrument=self._find("instrument", Instrument.objects.all(), "slug"),
            since=self._since(plan),
        )

    def _stocktakes(self, plan: Plan) -> QuerySet[Stocktake]:
        return Stocktake.objects.visible_to(self.request.user).filter(plan=plan)

    def _action(self, plan: Plan) -> Action | None:
        """Return the action of a code. Its column is a number, and a code is text."""
        code = self.data.get("action")
        actions = Action.objects.filter(plan=plan)
        found = next((action for action in actions if action.code == code), None)
        if code is not None and found is None:
            self._note_unknown("action", code)
        return found

    def _find(self, name: str, rows: QuerySet[Row], key: str) -> Row | None:
        value = self.data.get(name)
        if value is None:
            return None
        found = rows.filter(**{key: value}).first()
        if found is None:
            self._note_unknown(name, value)
        return found

    def _note_unknown(self, name: str, value: str) -> None:
        message = _("There is no “%(name)s”. Check the spelling and case.")
        problem = ValidationError(message, "unknown_value", {"name": value})
        self.unknown[name] = [problem]

    def _since(self, plan: Plan) -> Since | None:
        value = self.data.get("since")
        if value is None:
            return None
        with suppress(ValidationError):
            return Since(at=read_date(value))
        with suppress(ValueError):
            reports = Report.objects.visible_to(self.request.user, self.request.at)
            named = reports.filter(pk=UUID(value), plan=plan, state=Report.State.DONE)
            if report := named.defer("snapshot").first():
                return Since(report=report)
        if stocktake := self._stocktakes(plan).filter(slug=value).first():
            return Since(stocktake=stocktake)
        self._note_unknown("since", value)
        return None
