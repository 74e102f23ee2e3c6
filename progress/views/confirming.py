"""The page that asks before an act is carried out, and what it answers.

It asks (200, or 422 where a field is wrong), carries out the act (302), asks again if
the row has changed in between (409), or refuses what is not possible now (409).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise

from accounts.requests import UserRequest
from accounts.versions import StaleRow
from progress.forms.versions import VersionForm
from progress.models import Entry
from progress.permissions import allowed_verbs
from progress.transitions import Verb
from progress.views.lookups import breadcrumb_of

# What was sent, or None where the form is not filled in yet.
Data = QueryDict | None


@dataclass(frozen=True, kw_only=True)
class Act:
    """An action, and the texts with which a page asks about it."""

    run: Callable[..., Any]
    label: str | Promise
    title: str | Promise
    text: str | Promise = ""
    # The message once it is done.
    done: str | Promise
    # What is asked beside the version of the row, if anything.
    form_class: type[VersionForm] = VersionForm
    is_danger: bool = False
    # Whether its button is the primary one of a page that offers it.
    is_primary: bool = False


@dataclass(frozen=True)
class Confirmation(ABC):
    """One reader's page of confirmation: an act, and the row it would change."""

    request: UserRequest
    act: Act
    row: Any

    template: ClassVar[str]

    def respond(self) -> HttpResponse:
        """Ask on GET, carry out the act on POST."""
        if self.request.method == "POST":
            return self._carry_out()
        if not self.is_possible():
            return self.refusal()
        return self.ask(self.form())

    def form(self, data: Data = None) -> VersionForm:
        """Return the form, with the version of the row or with what was sent."""
        return self.act.form_class(data, initial={"version": self.row.version})

    # ---- What each kind of page answers for itself ----------------------------------

    @abstractmethod
    def is_possible(self) -> bool:
        """Return whether the row's state allows the act."""

    @abstractmethod
    def refusal(self, error: ValidationError | None = None) -> HttpResponse:
        """Answer that the act is not possible now."""

    @abstractmethod
    def arguments(self, form: Any) -> dict[str, Any]:
        """Return what the action takes, apart from version, user and time."""

    @abstractmethod
    def next_url(self, result: Any) -> str:
        """Return the next page, given what the action returned."""

    @abstractmethod
    def context(self) -> Mapping[str, object]:
        """Return what the template shows beside the form."""

    def was_just_done(self, form: Any) -> bool:  # noqa: ARG002 - not every act can tell
        """Return whether this is a second press, and the first has done the same."""
        return False

    def is_about_form(self, form: VersionForm, error: ValidationError) -> bool:
        """Return whether an error is about what was typed, not about the state."""
        return form.is_about(error)

    def label(self) -> str:
        return str(self.act.label)

    def done_message(self) -> str:
        return str(self.act.done)

    # ---- The four answers -----------------------------------------------------------

    def ask(
        self, form: VersionForm, *, is_stale: bool = False, status: int = 200
    ) -> HttpResponse:
        context = {
            "act": self.act,
            "label": self.label(),
            "form": form,
            "is_stale": is_stale,
            **self.context(),
        }
        return render(self.request, self.template, context, status=status)

    def ask_to_correct(self, form: VersionForm) -> HttpResponse:
        """Ask again, with what is wrong beside each field."""
        return self.ask(form, status=422)

    def _carry_out(self) -> HttpResponse:
        form = self.form(self.request.POST)
        if not form.is_valid():
            return self.ask_to_correct(form)
        try:
            result = self.act.run(
                version=form.named_version,
                by=self.request.user,
                at=self.request.at,
                **self.arguments(form),
            )
        except ObjectDoesNotExist as error:
            raise Http404 from error
        except StaleRow as stale:
            return replace(self, row=stale.row).ask_about_newer(form)
        except ValidationError as error:
            return self._refuse(form, error)
        messages.success(self.request, self.done_message())
        return redirect(self.next_url(result))

    def ask_about_newer(self, form: VersionForm) -> HttpResponse:
        """Ask about the row as it is now, and keep what was typed over an older one."""
        if self.was_just_done(form):
            # The answer to the first press may have been lost: this one says it too.
            messages.success(self.request, self.done_message())
            return redirect(self.next_url(self.row))
        if not self.is_possible():
            return self.refusal()
        typed = self.request.POST.copy()
        typed["version"] = str(self.row.version)
        return self.ask(self.form(typed), is_stale=True, status=409)

    def _refuse(self, form: VersionForm, error: ValidationError) -> HttpResponse:
        if not self.is_about_form(form, error):
            return self.refusal(error)
        form.refuse(error)
        return self.ask(form, status=422)


@dataclass(frozen=True)
class EntryConfirmation(Confirmation):
    """A page that asks about an entry, whose text is shown beside the question."""

    row: Entry

    template = "progress/entries/entry_confirm.html"

    def refusal(self, error: ValidationError | None = None) -> HttpResponse:
        return refusal_page(self.request, self.row, error)

    def arguments(self, form: VersionForm) -> dict[str, Any]:
        return {"entry_id": self.row.pk, **form.arguments()}

    def context(self) -> Mapping[str, object]:
        return {
            "entry": self.row,
            "breadcrumb": breadcrumb_of(self.request, self.row.member_commitment),
            "commitment": self.row.member_commitment.commitment,
        }


def refusal_page(
    request: UserRequest,
    entry: Entry,
    error: ValidationError | None = None,
    *,
    status: int = 409,
) -> HttpResponse:
    """Say why the act is not possible on the entry now, and what is possible."""
    successors = Entry.objects.visible_to(request.user, request.at).filter(
        supersedes=entry
    )
    context = {
        "entry": entry,
        "breadcrumb": breadcrumb_of(request, entry.member_commitment),
        "commitment": entry.member_commitment.commitment,
        "sentences": error.messages if error else [],
        "can_edit": Verb.EDIT in allowed_verbs(request.user, entry, at=request.at),
        "successor": successors.exclude(state="discarded").first(),
    }
    return render(
        request, "progress/entries/entry_problem.html", context, status=status
    )
