"""The page of the search, and the suggestions while a person types."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from commitments.official_texts import official_texts
from g7plan.search.page import SearchPage, address_of
from progress.forms.search import QUERY_LENGTH, SearchForm, plan_asked
from progress.models import Stocktake
from progress.views.chips import filter_chips

MOST_SUGGESTED = 8


@require_safe
def search(request: UserRequest) -> HttpResponse:
    """Show what the words in the address find, and where."""
    texts = official_texts()
    form = SearchForm(
        request.GET,
        texts=texts,
        stocktakes=_stocktakes(request, plan_asked(request.GET, texts)),
        reads_entries=request.user.reads_entries,
    )
    form.offer_suggestions(reverse("search-suggestions"))
    is_valid = form.is_valid()
    context: dict[str, object] = {
        "form": form,
        "searches_here": True,
        "scope_sentence": _scope_sentence(reads_entries=request.user.reads_entries),
    }
    if is_valid:
        names = form.filter_names
        context["filters"] = filter_chips(form, request.GET, names=names)
        if form.has_words:
            context["found"] = SearchPage(request, form, texts)
    status = 200 if is_valid else 400
    return render(request, "g7plan/search/search.html", context, status=status)


def _stocktakes(request: UserRequest, plan: str) -> list[Stocktake]:
    """Return the stocktakes to choose from. One query, or none without a plan."""
    if not plan:
        return []
    rows = Stocktake.objects.visible_to(request.user).filter(plan__slug=plan)
    return list(rows.only("slug", "title").order_by("-opens_at", "pk"))


def _scope_sentence(*, reads_entries: bool) -> str:
    if reads_entries:
        return _(
            "Search official texts, members and instruments, and the entries you can"
            " read with their evidence."
        )
    return _("Search official texts, members and instruments.")


@require_safe
def search_suggestions(request: HttpRequest) -> JsonResponse:
    """Suggest pages by what is official: the same for every reader."""
    typed = request.GET.get("q", "")[:QUERY_LENGTH]
    suggested = official_texts().suggest(typed, most=MOST_SUGGESTED)
    count = len(suggested)
    return JsonResponse(
        {
            "summary": ngettext("%(count)s suggestion", "%(count)s suggestions", count)
            % {"count": count},
            "suggestions": [
                {
                    "label": text.title,
                    "code": text.shown_code,
                    "kind": str(text.kind.label),
                    "url": address_of(text),
                }
                for text in suggested
            ],
        }
    )
