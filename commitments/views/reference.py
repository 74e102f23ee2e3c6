"""The administrators' pages of reference data: one list and two forms for each kind."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import EditedRow, Presidency
from accounts.requests import UserRequest
from accounts.versions import StaleRow, changed_fields
from accounts.views.administrators import administrators_only
from accounts.views.unsent_text import keeps_unsent_text
from commitments.actions.reference_rows import (
    add_next_presidency,
    add_reference_row,
    edit_reference_row,
)
from commitments.forms import FORMS, ReferenceForm, add_form, edit_form
from commitments.reference_kinds import KINDS, ReferenceKind

ROUTE = "commitments:reference-list"


@administrators_only
@require_safe
def reference_list(request: UserRequest, kind: str = "members") -> HttpResponse:
    shown = _find_kind(kind)
    rows = [
        {
            "name": shown.name_of(row),
            "cells": [text_of(row) for text_of in shown.columns.values()],
            "url": _edit_url(shown, row, request),
        }
        for row in shown.rows
    ]
    context = {"kind": shown, "rows": rows, "tabs": _tabs(shown)}
    return render(request, "commitments/reference/reference_list.html", context)


@keeps_unsent_text(*FORMS.values())
@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def reference_edit(request: UserRequest, kind: str, key: str) -> HttpResponse:
    shown = _find_kind(kind)
    row = _find_row(shown, key)
    if not _edit_url(shown, row, request):
        raise Http404
    form = edit_form(shown, row, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, shown, form)
    try:
        edit_reference_row(
            row=row,
            version=form.named_version,
            values=form.values,
            by=request.user,
            at=request.at,
        )
    except ValidationError as error:
        form.put_errors(error)
        return _page(request, shown, form)
    except StaleRow as stale:
        return _overtaken(request, shown, stale.row, form)
    messages.success(request, _("Saved."))
    return redirect(ROUTE, shown.slug)


@keeps_unsent_text(*FORMS.values())
@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def reference_new(request: UserRequest, kind: str) -> HttpResponse:
    shown = _find_kind(kind)
    if shown.add_label is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = add_form(shown, data, after=_last_presidency())
    if not form.is_valid():
        return _page(request, shown, form)
    try:
        _add(request, shown, form)
    except ValidationError as error:
        form.put_errors(error)
        return _page(request, shown, form)
    except StaleRow:
        form.add_error(None, _("Another person has added one. Check the list first."))
        return _page(request, shown, form, status=HTTPStatus.CONFLICT)
    messages.success(request, _("Added."))
    return redirect(ROUTE, shown.slug)


def _add(request: UserRequest, kind: ReferenceKind, form: ReferenceForm) -> None:
    act: dict[str, Any] = {"by": request.user, "at": request.at}
    if kind.model is Presidency:
        after = form.named_version
        add_next_presidency(member=form.values["member"], after=after, **act)
    else:
        add_reference_row(row=form.row, values=form.values, **act)


def _find_kind(slug: str) -> ReferenceKind:
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]


def _find_row(kind: ReferenceKind, key: str) -> Any:
    """Return the row with this key. Keys are compared as text: any text is safe."""
    keys = {str(pk): pk for pk in kind.rows.values_list("pk", flat=True)}
    if key not in keys:
        raise Http404
    return get_object_or_404(kind.rows, pk=keys[key])


def _edit_url(kind: ReferenceKind, row: EditedRow, request: UserRequest) -> str:
    """Return the address of the row's form, or nothing: what has begun has none."""
    if isinstance(row, Presidency) and row.has_begun(request.at):
        return ""
    return reverse("commitments:reference-edit", args=[kind.slug, row.pk])


def _last_presidency() -> int:
    last = Presidency.objects.order_by("starts_at").last()
    return last.pk if last else 0


def _tabs(shown: ReferenceKind) -> list[dict[str, object]]:
    return [
        {
            "label": kind.title,
            "url": reverse(ROUTE, args=[kind.slug]),
            "is_current": kind is shown,
        }
        for kind in KINDS.values()
    ]


def _overtaken(
    request: UserRequest, kind: ReferenceKind, now: Any, form: ReferenceForm
) -> HttpResponse:
    """Show what differs, with the form ready to replace the values there are now."""
    typed = kind.model(**form.values)
    changes = changed_fields(now, typed, kind.labels)
    form.start_from(now.version)
    status = HTTPStatus.CONFLICT
    return _page(request, kind, form, status=status, overtaken=changes)


def _page(
    request: UserRequest,
    kind: ReferenceKind,
    form: ReferenceForm,
    *,
    status: int = HTTPStatus.OK,
    **more: object,
) -> HttpResponse:
    if form.errors and status == HTTPStatus.OK:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    is_new = form.row._state.adding
    context = {
        "kind": kind,
        "form": form,
        "row": None if is_new else form.row,
        "heading": kind.add_label if is_new else kind.name_of(form.row),
        "action_url": request.path,
        "back_url": reverse(ROUTE, args=[kind.slug]),
        **more,
    }
    template = "commitments/reference/reference_edit.html"
    return render(request, template, context, status=status)
