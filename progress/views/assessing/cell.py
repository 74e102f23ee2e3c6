"""Save a cell: by a button, or by itself a few seconds after a change (rule 8).

Both go through one action, so neither overwrites a newer version, and nothing is
written if nothing has changed.
"""

from dataclasses import dataclass, replace
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.dates import clock
from accounts.models import User
from accounts.requests import UserRequest
from accounts.versions import StaleRow
from accounts.views.unsent_text import keeps_unsent_text
from progress.actions.assessments.cells import save_cell
from progress.assessments.cells import CellText
from progress.forms.assessing import CellForm
from progress.models import Assessment
from progress.views.assessing.lookups import find_cell
from progress.views.assessing.table import WorkPage, show_work, work_page
from progress.views.editor.autosave import first_error, refused


@dataclass(frozen=True)
class CellEditor:
    """One request to save a cell."""

    page: WorkPage
    cell: Assessment

    @property
    def request(self) -> UserRequest:
        return self.page.request

    def form(self) -> CellForm:
        return CellForm(self.request.POST)

    def save_typed(self, form: CellForm) -> Assessment:
        """Save what was typed. The second of two presses finds its own text saved.

        Raises Http404, StaleRow with the newer cell, or ValidationError.
        """
        text = form.text()
        try:
            return save_cell(
                assessment=self.cell,
                version=form.named_version,
                fields=text,
                by=self.request.user,
                at=self.request.at,
            )
        except Assessment.DoesNotExist as error:
            raise Http404 from error
        except StaleRow as stale:
            saved: Assessment = stale.row
            if _was_just_saved(saved, text, by=self.request.user):
                return saved
            raise


def _editor(request: UserRequest, pk: UUID, cell: UUID) -> CellEditor:
    page = work_page(request, pk)
    return CellEditor(page, find_cell(request, page.table, cell))


def _was_just_saved(cell: Assessment, text: CellText, *, by: User) -> bool:
    """Return whether this very text was saved last, by this person.

    A blank cell does not say who left it blank.
    """
    if text.is_blank:
        return CellText.of(cell).is_blank
    if text.as_of is None:
        text = replace(text, as_of=cell.as_of)
    return cell.scored_by_id == by.pk and CellText.of(cell) == text


@keeps_unsent_text(CellForm)
@require_http_methods(["GET", "HEAD", "POST"])
def cell_edit(request: UserRequest, pk: UUID, cell: UUID) -> HttpResponse:
    """Save a cell. A GET, as after signing in again, leads to the work page."""
    editor = _editor(request, pk, cell)
    if request.method != "POST":
        return redirect(editor.page.url(cell))
    if request.POST.get("act") == "show":
        return _show_again(editor)
    form = editor.form()
    if not form.is_valid():
        return show_work(editor.page, editor.cell, form, status=422)
    try:
        saved = editor.save_typed(form)
    except StaleRow as stale:
        return _conflict(editor, stale.row)
    except ValidationError as error:
        form.refuse(error)
        is_about_fields = hasattr(error, "error_dict")
        status = 422 if is_about_fields else 409
        return show_work(editor.page, editor.cell, form, status=status)
    return _saved(editor, saved)


def _show_again(editor: CellEditor) -> HttpResponse:
    """Show what was typed as it was typed. Nothing is checked, and nothing is saved."""
    form = CellForm.keeping(editor.request.POST, editor.request.POST.get("version"))
    return show_work(editor.page, editor.cell, form, is_typed=True)


def _saved(editor: CellEditor, saved: Assessment) -> HttpResponse:
    request, page = editor.request, editor.page
    mine = editor.cell.member_commitment
    named = {"member": mine.member.name, "code": mine.commitment.code}
    messages.success(request, _("%(member)s, %(code)s: saved.") % named)
    if request.POST.get("act") != "save_next":
        return redirect(page.url(saved.pk))
    following = page.work.next_unscored(saved.pk)
    if following is None:
        messages.info(request, _("No other cell of this list is left to score."))
        return redirect(page.url(saved.pk))
    return redirect(page.url(following.pk))


def _conflict(editor: CellEditor, newer: Assessment) -> HttpResponse:
    """Show what was saved, and what was typed, to be saved over it (409)."""
    newer = find_cell(editor.request, editor.page.table, newer.pk)
    form = CellForm.keeping(editor.request.POST, newer.version)
    return show_work(editor.page, newer, form, newer=newer, is_typed=True, status=409)


@require_POST
def cell_autosave(request: UserRequest, pk: UUID, cell: UUID) -> JsonResponse:
    """Save what was typed, and say when; or say why it is not saved."""
    editor = _editor(request, pk, cell)
    form = editor.form()
    if not form.is_valid():
        return refused(first_error(form))
    try:
        saved = editor.save_typed(form)
    except StaleRow:
        return _overtaken()
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            return refused(error.messages[0], status=HTTPStatus.CONFLICT)
        form.refuse(error)
        return refused(first_error(form))
    return _saved_by_itself(editor, saved)


def _saved_by_itself(editor: CellEditor, saved: Assessment) -> JsonResponse:
    at = clock(timezone.localtime(saved.scored_at or editor.request.at))
    return JsonResponse(
        {
            "state": "saved",
            "message": _("Saved at %(time)s") % {"time": at},
            "version": saved.version,
            # The address of the open cell: at first it is the next one to score.
            "page": editor.page.url(saved.pk),
        }
    )


def _overtaken() -> JsonResponse:
    message = _(
        "Not saved: someone saved a newer version. Press “Save” to see both versions."
    )
    return JsonResponse(
        {"state": "overtaken", "message": message}, status=HTTPStatus.CONFLICT
    )
