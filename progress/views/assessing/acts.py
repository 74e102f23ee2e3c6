"""What a body does with a whole table: each act asks first, then acts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from progress.actions.assessments.feedback import open_feedback
from progress.actions.assessments.release import release_table
from progress.actions.assessments.tables import discard_table, revise_table
from progress.assessments.permissions import allowed_on_table
from progress.assessments.transitions import TableVerb, is_legal_on_table
from progress.assessments.work import table_work
from progress.forms.assessing import FeedbackForm, ReleaseForm, ReviseForm
from progress.forms.versions import VersionForm
from progress.models import AssessmentTable
from progress.views.assessing.lookups import crumbs_of_table, find_own_table
from progress.views.confirming import Act, Confirmation, Data

# How long delegations have, where the body chooses nothing else.
FEEDBACK_TIME = timedelta(days=14)
# What an action refuses that no field of the form can mend.
_ABOUT_THE_TABLE = frozenset({"illegal_transition", "table_exists"})
# After these others read the table, so it must be ready for them.
_SHOWN_TO_OTHERS = frozenset({TableVerb.OPEN_FEEDBACK, TableVerb.RELEASE})


def _as_shown(action: Callable[..., Any]) -> Callable[..., Any]:
    """Let an action compare the version that the page showed."""

    def run(*, version: int, table: AssessmentTable, **given: Any) -> Any:
        table.version = version
        return action(table=table, **given)

    return run


@dataclass(frozen=True, kw_only=True)
class TableAct(Act):
    """What a body does with a table, and the page that asks about it."""

    verb: TableVerb

    @property
    def route(self) -> str:
        return f"progress:{ROUTES[self.verb]}"


ROUTES = {
    TableVerb.OPEN_FEEDBACK: "assessing-feedback",
    TableVerb.RELEASE: "assessing-release",
    TableVerb.REVISE: "assessing-revise",
    TableVerb.DISCARD: "assessing-discard",
}
TABLE_ACTS = {
    act.verb: act
    for act in (
        TableAct(
            verb=TableVerb.OPEN_FEEDBACK,
            run=_as_shown(open_feedback),
            label=_("Open for feedback"),
            title=_("Open this table for feedback?"),
            text=_(
                "All delegations can then read it, and comment on the scores of their"
                " own member. No score can be changed any more: to change one, revise"
                " the table."
            ),
            done=_("The table is open for feedback. All delegations can read it."),
            form_class=FeedbackForm,
        ),
        TableAct(
            verb=TableVerb.RELEASE,
            run=_as_shown(release_table),
            label=_("Release the table"),
            title=_("Release this table?"),
            text=_(
                "You cannot undo this. The table is frozen, and each score gets a"
                " record in the ledger. To change a score later, you release a"
                " revision, and this table stays readable. A final table ends the"
                " comments on an interim one."
            ),
            done=_("The table is released."),
            form_class=ReleaseForm,
        ),
        TableAct(
            verb=TableVerb.REVISE,
            run=_as_shown(revise_table),
            label=_("Revise the table"),
            title=_("Revise this table?"),
            text=_(
                "A new draft begins as a copy of this table. Only your body sees it."
                " This table stays as it is until you release the new one."
            ),
            done=_("The revision has begun. It is a copy of the table before."),
            form_class=ReviseForm,
        ),
        TableAct(
            verb=TableVerb.DISCARD,
            run=_as_shown(discard_table),
            label=_("Discard the draft"),
            title=_("Discard this draft?"),
            text=_(
                "You cannot undo this. Your body can still read the draft, but no one"
                " can score in it or release it."
            ),
            done=_("The draft is discarded."),
            is_danger=True,
        ),
    )
}


def acts_on_table(request: UserRequest, table: AssessmentTable) -> list[TableAct]:
    """Return the acts that the reader can perform now, in the table's order."""
    verbs = allowed_on_table(request.user, table, at=request.at)
    return [act for verb, act in TABLE_ACTS.items() if verb in verbs]


@keeps_unsent_text(FeedbackForm, ReleaseForm, ReviseForm)
@require_http_methods(["GET", "HEAD", "POST"])
def table_act(request: UserRequest, pk: UUID, verb: TableVerb) -> HttpResponse:
    table = find_own_table(request, pk)
    return TableConfirmation(request, TABLE_ACTS[verb], table).respond()


@dataclass(frozen=True)
class TableConfirmation(Confirmation):
    """The page of one act on one table."""

    act: TableAct
    row: AssessmentTable

    template = "progress/assessing/table_act.html"

    def form(self, data: Data = None) -> VersionForm:
        form = self.act.form_class(data, initial=self._initial())
        if isinstance(form, ReviseForm) and self.row.is_final:
            form.keep_final()
        return form

    def _initial(self) -> dict[str, Any]:
        until = self.request.at + FEEDBACK_TIME
        return {
            "version": self.row.version,
            "until": until.replace(minute=0, second=0, microsecond=0),
            "handling": self.row.handling,
            "phase": AssessmentTable.Phase.FINAL,
        }

    def is_possible(self) -> bool:
        return is_legal_on_table(self.act.verb, self.row, at=self.request.at)

    def arguments(self, form: Any) -> dict[str, Any]:
        return {"table": self.row, **form.arguments()}

    def is_about_form(self, form: VersionForm, error: ValidationError) -> bool:  # noqa: ARG002
        return getattr(error, "code", "") not in _ABOUT_THE_TABLE

    def refusal(self, error: ValidationError | None = None) -> HttpResponse:
        table = find_own_table(self.request, self.row.pk)
        context = {
            "table": table,
            "act": self.act,
            "sentences": error.messages if error else [],
            "breadcrumb": crumbs_of_table(table),
        }
        template = "progress/assessing/table_problem.html"
        return render(self.request, template, context, status=409)

    def was_just_done(self, form: Any) -> bool:
        """Return whether a first press, by this person, has done the same.

        With another audience it was not the same: a label cannot be changed any more.
        """
        table = self.row
        reached = {
            TableVerb.OPEN_FEEDBACK: ("in_feedback", table.feedback_opened_by_id),
            TableVerb.RELEASE: ("released", table.released_by_id),
        }.get(self.act.verb)
        is_next = table.version == form.named_version + 1
        is_same = all(
            getattr(table, name) == value for name, value in form.arguments().items()
        )
        return is_next and is_same and reached == (table.state, self.request.user.pk)

    def next_url(self, result: AssessmentTable) -> str:
        if self.act.verb is TableVerb.DISCARD:
            return reverse("progress:assessing")
        return reverse("progress:assessing-table", args=[result.pk])

    def context(self) -> Mapping[str, object]:
        reader, at = self.request.user, self.request.at
        work = table_work(self.row.pk, {}, reader=reader, at=at)
        return {
            "table": self.row,
            "stocktake": self.row.stocktake,
            "work": work,
            "needs_scores": self.act.verb in _SHOWN_TO_OTHERS and not work.is_ready,
            "breadcrumb": crumbs_of_table(self.row),
        }
