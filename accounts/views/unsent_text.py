"""Keep what was typed when a session has ended or a form is out of date (rule 8).

A form with typed text can be refused before any view sees it, in two cases. After the
session has ended, the middleware would redirect to the sign-in page and drop what was
sent. After signing in again in another tab, the form's token is not the session's any
more. The answer to both is a page that holds all that was typed, to be sent again from
there. The server keeps none of it, since the next person at this machine might find it.
The same page answers a form that was sent before, if other content is typed now.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views import csrf

from accounts.actions.form_tokens import FIELD, PROOF_FIELDS
from accounts.requests import UserRequest

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[UserRequest, Arguments], HttpResponse]
AnyView = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]

# Not sent again: the token of the old session, the button, and a password or a code.
NOT_KEPT = frozenset({"csrfmiddlewaretoken", "act"}) | PROOF_FIELDS
# Widgets whose value is a list.
SEVERAL = (
    forms.MultipleHiddenInput,
    forms.SelectMultiple,
    forms.CheckboxSelectMultiple,
)
# Django's reasons for refusing a form that another site sent. It gets no second try.
FROM_ANOTHER_SITE = ("Origin checking failed", "Referer checking failed")


def keeps_unsent_text(
    *form_classes: type[forms.Form],
) -> Callable[[View[Arguments]], AnyView[Arguments]]:
    """Let a view answer with what was typed if its reader is signed out.

    The page shows the fields of these forms, with their labels. Name every form that
    the view receives.
    """

    def keeping(view: View[Arguments]) -> AnyView[Arguments]:
        @login_not_required
        @wraps(view)
        def kept(
            request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs
        ) -> HttpResponse:
            if request.user.is_authenticated:
                return view(request, *args, **kwargs)  # type: ignore[arg-type]
            if request.method == "POST":
                return _unsent_text_page(request, form_classes)
            return redirect_to_login(request.get_full_path())

        kept.kept_forms = form_classes  # type: ignore[attr-defined]
        return kept

    return keeping


def token_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is wrong. It is Django's CSRF_FAILURE_VIEW."""
    match = request.resolver_match
    form_classes = getattr(match.func, "kept_forms", None) if match else None
    if form_classes is not None and not reason.startswith(FROM_ANOTHER_SITE):
        return _unsent_text_page(request, form_classes)
    return csrf.csrf_failure(request, reason)


def second_factor_missing(request: HttpRequest) -> HttpResponse:
    """Keep what was typed by a person who has to set up a second factor first (403)."""
    match = request.resolver_match
    form_classes = getattr(match.func, "kept_forms", None) if match else None
    if form_classes is None:
        return redirect("account_second_factors")
    return _unsent_text_page(request, form_classes, needs_second_factor=True)


def sent_before_page(request: HttpRequest, made_url: str) -> HttpResponse:
    """Show what was typed in a form that was sent before with other content (409)."""
    match = request.resolver_match
    form_classes = getattr(match.func, "kept_forms", ()) if match else ()
    return _unsent_text_page(request, form_classes, made_url=made_url, status=409)


def _unsent_text_page(
    request: HttpRequest,
    form_classes: Sequence[type[forms.Form]],
    *,
    status: int = 403,
    **said: object,
) -> HttpResponse:
    kept = list(_kept_forms(form_classes, request.POST))
    named = {form.add_prefix(name) for form in kept for name in form.fields}
    others = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in named | NOT_KEPT | ({FIELD} if "made_url" in said else set())
        for value in values
    ]
    context = {
        "kept_forms": [form for form in kept if form.fields],
        "hidden": others,
        "action_url": request.get_full_path(),
        "had_files": request.content_type == "multipart/form-data",
        **said,
    }
    template = "accounts/unsent_text/unsent_text.html"
    return render(request, template, context, status=status)


def _kept_forms(
    form_classes: Sequence[type[forms.Form]], sent: QueryDict
) -> Iterator[KeptForm]:
    named: set[str] = set()
    for form_class in form_classes:
        for prefix, title in _prefixes(form_class, sent):
            form = KeptForm(form_class, sent, prefix=prefix, title=title)
            form.leave_out(named)
            named |= {form.add_prefix(name) for name in form.fields}
            yield form


def _prefixes(
    form_class: type[forms.Form], sent: QueryDict
) -> Iterable[tuple[str | None, str]]:
    """Return the prefix of each row of the form that was sent, with its title."""
    rows_in = getattr(form_class, "rows_in", None)
    return rows_in(sent) if rows_in else [(form_class.prefix, "")]


class KeptForm(forms.Form):
    """What was sent for one form: typed fields are shown, all others are hidden.

    A choice is shown only if the form itself has its list. Other lists hold what the
    person who reads this page may not see, since they are signed out.
    """

    use_required_attribute = False

    def __init__(
        self,
        form_class: type[forms.Form],
        sent: QueryDict,
        *,
        prefix: str | None,
        title: str,
    ) -> None:
        super().__init__(prefix=prefix, auto_id="kept_%s")
        self.row_title = title
        for name, declared in form_class.base_fields.items():
            if self.add_prefix(name) in sent:
                self._keep(name, copy.deepcopy(declared), sent)

    def leave_out(self, named: Collection[str]) -> None:
        """Remove fields that another form has already, such as the version."""
        for name in list(self.fields):
            if self.add_prefix(name) in named:
                del self.fields[name]

    def _keep(self, name: str, field: forms.Field, sent: QueryDict) -> None:
        values = sent.getlist(self.add_prefix(name))
        if not any(values) or not _is_shown(field):
            field.widget = forms.MultipleHiddenInput()
        is_list = isinstance(field.widget, SEVERAL)
        self.fields[name] = field
        self.initial[name] = values if is_list else values[-1]


def _is_shown(field: forms.Field) -> bool:
    """Return whether a person typed it, or chose it from a list of the form."""
    if field.widget.is_hidden or isinstance(field, forms.ModelChoiceField):
        return False
    return not hasattr(field.widget, "choices") or bool(list(field.widget.choices))
