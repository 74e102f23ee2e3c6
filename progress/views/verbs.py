"""One route a verb: a GET asks, a POST acts on the version that was looked at."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import UserRequest
from accounts.versions import StaleRow
from progress.actions.transition import was_just_done
from progress.forms.entries import VersionForm
from progress.models import Entry, Round
from progress.permissions import can
from progress.transitions import Verb, is_legal
from progress.views.acts import VERB_ACTS, VerbAct
from progress.views.editor import Editor
from progress.views.lookups import breadcrumb_of, find_entry
from progress.views.refusals import refusal_page
from progress.views.unsent_text import keeps_unsent_text


@keeps_unsent_text
@require_http_methods(["GET", "HEAD", "POST"])
def entry_verb(request: UserRequest, pk: UUID, verb: Verb) -> HttpResponse:
    act = VERB_ACTS[verb]
    if verb is Verb.RETURN and _is_returned(request, pk):
        messages.info(request, _("This entry has been returned to its delegation."))
        return redirect("progress:review-list")
    entry = find_entry(request, pk)
    if not can(verb, request.user, entry, at=request.at):
        raise PermissionDenied
    if request.method == "POST":
        return _carry_out(request, act, entry)
    if not is_legal(verb, entry):
        return refusal_page(request, entry)
    initial = {"version": entry.version}
    return _ask(request, act, entry, act.form_class(initial=initial))


def _is_returned(request: UserRequest, pk: UUID) -> bool:
    """Pressed twice: the first press took the entry out of the reviewer's sight."""
    if Entry.objects.visible_to(request.user, request.at).filter(pk=pk).exists():
        return False
    rounds = Round.objects.visible_to(request.user, request.at)
    return rounds.filter(entry=pk, returned_by=request.user).exists()


def _carry_out(request: UserRequest, act: VerbAct, entry: Entry) -> HttpResponse:
    form = act.form_class(request.POST)
    if not form.is_valid():
        return _ask(request, act, entry, form, status=422)
    try:
        done = act.run(
            entry_id=entry.pk,
            version=form.named_version,
            by=request.user,
            at=request.at,
            **form.words(),
        )
    except Entry.DoesNotExist as error:
        raise Http404 from error
    except StaleRow as stale:
        return _out_of_date(request, act, stale.row, form)
    except ValidationError as error:
        return _refuse(request, act, entry, form, error)
    messages.success(request, str(act.done))
    return redirect(act.next_url(done))


def _out_of_date(
    request: UserRequest, act: VerbAct, entry: Entry, form: VersionForm
) -> HttpResponse:
    """Somebody wrote in between: look again, then press again. The reason is kept."""
    if was_just_done(act.verb, entry, by=request.user, version=form.named_version):
        return redirect(act.next_url(entry))
    if not can(act.verb, request.user, entry, at=request.at):
        raise PermissionDenied
    if not is_legal(act.verb, entry):
        return refusal_page(request, entry)
    kept = {**form.cleaned_data, "version": entry.version}
    return _ask(
        request, act, entry, act.form_class(initial=kept), is_stale=True, status=409
    )


def _refuse(
    request: UserRequest,
    act: VerbAct,
    entry: Entry,
    form: VersionForm,
    error: ValidationError,
) -> HttpResponse:
    if form.is_about(error):
        form.refuse(error)
        return _ask(request, act, entry, form, status=422)
    if act.verb is Verb.SUBMIT:
        editor = Editor(request, entry.member_commitment, entry)
        return editor.cannot_submit(entry, error)
    return refusal_page(request, entry, error)


def _ask(
    request: UserRequest,
    act: VerbAct,
    entry: Entry,
    form: VersionForm,
    *,
    is_stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "act": act,
        "entry": entry,
        "breadcrumb": breadcrumb_of(request, entry.member_commitment),
        "commitment": entry.member_commitment.commitment,
        "form": form,
        "is_stale": is_stale,
    }
    return render(
        request, "progress/entries/entry_confirm.html", context, status=status
    )
