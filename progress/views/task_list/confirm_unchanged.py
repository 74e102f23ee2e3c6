"""Confirm unchanged texts: each is shown with its dates and ticked by itself.

The page asks about drafts that were carried forward, and about published texts that
have no successor yet. It gives each text a signed mark that names its reader and the
version shown. Only such a mark is accepted: a text that no page showed cannot be
confirmed.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from accounts.views.unsent_text import keeps_unsent_text
from commitments.models import Plan
from progress.actions.bulk import Batch, BulkOutcome, Item, run_batch
from progress.entries.carry_forward import unchanged_from
from progress.entries.text import EntryText, EvidenceItem
from progress.forms.entries import ConfirmTextsForm
from progress.models import Entry, State
from progress.positions.position import with_evidence
from progress.stocktakes.deadlines import annotated_deadline
from progress.stocktakes.task_list import Task, tasks_of
from progress.views.lookups import find_open_stocktake, find_plan
from progress.views.next_task import TaskLink, link_to

FIELD = "text"


@dataclass(frozen=True)
class UnchangedText:
    """A text that can be confirmed, as the page shows it."""

    entry: Entry
    task: TaskLink
    # The day since which it is unchanged, and the day of its last publication.
    since: date
    published_as_of: date | None
    # What its box sends.
    mark: str
    is_ticked: bool
    # Whether it was ticked in an earlier version.
    has_changed: bool

    @property
    def evidence(self) -> tuple[EvidenceItem, ...]:
        links = self.entry.evidence_links.all()
        return EntryText.with_links(self.entry, links).evidence


@keeps_unsent_text(ConfirmTextsForm)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_unchanged(request: UserRequest, slug: str) -> HttpResponse:
    plan = find_plan(slug)
    if request.user.delegation is None or plan is None:
        raise Http404
    if request.method != "POST":
        return _page(request, plan, _form(request, plan))
    items = [_read(request, mark) for mark in request.POST.getlist(FIELD)]
    form = _form(request, plan)
    if form.is_valid() and not items:
        form.add_error(None, _("Tick at least one text that is still true."))
    if not form.is_valid():
        return _page(request, plan, form, ticked=items, status=422)
    try:
        outcomes = run_batch(
            Batch.CONFIRM,
            items,
            by=request.user,
            at=request.at,
            arguments=form.arguments(),
        )
    except ValidationError as error:
        form.refuse(error)
        return _page(request, plan, form, ticked=items, status=422)
    return _answer(request, plan, form, outcomes)


def _form(request: UserRequest, plan: Plan) -> ConfirmTextsForm:
    data = request.POST if request.method == "POST" else None
    days = {"adopted_on": plan.adopted_on, "today": request.today.utc}
    return ConfirmTextsForm(data, **days)


def _answer(
    request: UserRequest,
    plan: Plan,
    form: ConfirmTextsForm,
    outcomes: Collection[BulkOutcome],
) -> HttpResponse:
    """Say what was confirmed. Show again what was not, and what is left."""
    done = [outcome for outcome in outcomes if outcome.ok]
    if done:
        sentence = ngettext(
            "%(count)d text confirmed.", "%(count)d texts confirmed.", len(done)
        )
        messages.success(request, sentence % {"count": len(done)})
    if len(done) < len(outcomes):
        refused = [outcome for outcome in outcomes if not outcome.ok]
        return _page(request, plan, form, refused=refused)
    tasks = _tasks(request, plan)
    if any(task.can_confirm for task in tasks):
        return redirect("progress:plan-confirm-unchanged", plan.slug)
    can_send = any(task.can_submit for task in tasks)
    return redirect(
        "progress:plan-task-check" if can_send else "progress:plan-task-list", plan.slug
    )


def _page(
    request: UserRequest,
    plan: Plan,
    form: ConfirmTextsForm,
    *,
    ticked: Iterable[Item] = (),
    refused: Collection[BulkOutcome] = (),
    status: int = 200,
) -> HttpResponse:
    stocktake = find_open_stocktake(plan, member=request.user.delegation)
    stale = [outcome.item for outcome in refused]
    versions = {item.id: item.version for item in (*ticked, *stale)}
    context = {
        "plan": plan,
        "breadcrumb": [{"label": _("Tasks"), "url": reverse("progress:task-list")}],
        "deadline": stocktake and annotated_deadline(stocktake, request.at),
        "texts": list(_texts(request, _tasks(request, plan), versions)),
        "form": form,
        "refused": _named(request, refused),
    }
    template = "progress/stocktakes/unchanged_confirm.html"
    return render(request, template, context, status=status)


def _tasks(request: UserRequest, plan: Plan) -> list[Task]:
    stocktake = find_open_stocktake(plan)
    return tasks_of(
        plan, stocktake, reader=request.user, at=request.at, has_people=False
    )


def _texts(
    request: UserRequest, tasks: Iterable[Task], ticked: dict[UUID, int]
) -> Iterator[UnchangedText]:
    """Yield each text to confirm, in plan order. Two queries."""
    found = {
        entry.pk: task
        for task in tasks
        if task.can_confirm
        and (entry := task.position if task.can_carry else task.update)
    }
    visible = Entry.objects.visible_to(request.user, request.at)
    entries = with_evidence(visible.filter(pk__in=found)).in_bulk()
    for pk, task in found.items():
        if (entry := entries.get(pk)) and (link := link_to(task)):
            version = ticked.get(pk, entry.version)
            yield UnchangedText(
                entry=entry,
                task=link,
                since=unchanged_from(entry),
                published_as_of=task.position.as_of if task.position else None,
                mark=_mark(request, entry),
                is_ticked=pk in ticked and version == entry.version,
                has_changed=version != entry.version,
            )


def _signer(request: UserRequest) -> Signer:
    return Signer(salt=f"progress.confirm_unchanged:{request.user.pk}")


def _mark(request: UserRequest, entry: Entry) -> str:
    """Return what shows that this reader was shown this version of the text."""
    kind = "published" if entry.state == State.PUBLISHED else "draft"
    return _signer(request).sign(f"{entry.pk}.{entry.version}.{kind}")


def _read(request: UserRequest, mark: str) -> Item:
    """Return the item of a mark. Raises BadRequest if no page gave it to the reader."""
    try:
        pk, version, kind = _signer(request).unsign(mark).split(".")
    except BadSignature as error:
        raise BadRequest from error
    return Item(UUID(pk), int(version), is_published=kind == "published")


def _named(
    request: UserRequest, refused: Collection[BulkOutcome]
) -> list[tuple[str, str]]:
    """Return what each refused text is about, if the reader may know, and why."""
    if not refused:
        return []
    visible = Entry.objects.visible_to(request.user, request.at)
    entries = (
        visible.filter(pk__in=[outcome.entry_id for outcome in refused])
        .select_related("member_commitment__commitment")
        .in_bulk()
    )
    return [
        (_heading(entries.get(outcome.entry_id)), outcome.sentence)
        for outcome in refused
    ]


def _heading(entry: Entry | None) -> str:
    return entry.member_commitment.commitment.heading if entry else _("Unknown")
