"""Pages of a person's private addresses, and what is served at those addresses."""

from http import HTTPStatus
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Scope
from accounts.requests import UserRequest
from accounts.views.recently_signed_in import recently_signed_in
from accounts.views.unsent_text import keeps_unsent_text
from partners.actions.feeds import make_feed, note_feed_use, revoke_feed
from partners.feeds.addresses import digest_of
from partners.feeds.changes import changes_of
from partners.feeds.deadlines import deadlines_of
from partners.forms import FeedForm
from partners.models import PrivateFeed
from partners.permissions import can_have_feeds

ROUTES = {
    PrivateFeed.Kind.CHANGES: "partners:feed-changes",
    PrivateFeed.Kind.DEADLINES: "partners:feed-deadlines",
}
CONTENTS = {
    PrivateFeed.Kind.CHANGES: (changes_of, "application/atom+xml; charset=utf-8"),
    PrivateFeed.Kind.DEADLINES: (deadlines_of, "text/calendar; charset=utf-8"),
}
# A feed leaves the product for a service outside. Whatever its person may read, it
# holds what every reader up to TLP:GREEN may read. Of a draft that goes round it says
# until when, and no more: see `partners.feeds.deadlines`.
SCOPES = frozenset({Scope.READ_CLEAR, Scope.READ_GREEN})
# No cache keeps the page or the content, and no link tells its address.
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


# ---- A person's pages ----------------------------------------------------------------


@require_safe
def feed_list(request: UserRequest) -> HttpResponse:
    """List the person's own addresses. The addresses themselves are not stored."""
    _require_reader(request)
    feeds = PrivateFeed.objects.visible_to(request.user)
    feeds = feeds.select_related("instrument", "member", "plan")
    context = {"feeds": feeds.order_by("-created_at", "-pk")}
    return render(request, "partners/feeds/feed_list.html", context)


@keeps_unsent_text(FeedForm)
@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def feed_new(request: UserRequest) -> HttpResponse:
    """Make an address, and show it once."""
    _require_reader(request)
    form = FeedForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, form)
    try:
        feed, token = make_feed(content=form.content, by=request.user, at=request.at)
    except ValidationError as error:
        form.add_error(None, error)
        return _form_page(request, form)
    address = urljoin(settings.SITE_URL, reverse(_route_of(feed), args=[token]))
    context = {"feed": feed, "address": address}
    answer = _private(render(request, "partners/feeds/feed_made.html", context))
    answer.made_url = reverse("partners:feed-list")  # type: ignore[attr-defined]
    return answer


def _form_page(request: UserRequest, form: FeedForm) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"form": form}
    return render(request, "partners/feeds/feed_new.html", context, status=status)


def _route_of(feed: PrivateFeed) -> str:
    return ROUTES[PrivateFeed.Kind(feed.kind)]


@require_http_methods(["GET", "HEAD", "POST"])
def feed_revoke(request: UserRequest, pk: UUID) -> HttpResponse:
    own = PrivateFeed.objects.visible_to(request.user).select_related("plan")
    feed = get_object_or_404(own, pk=pk)
    if request.method != "POST":
        context = {"feed": feed}
        return render(request, "partners/feeds/feed_revoke.html", context)
    revoke_feed(feed_id=feed.pk, by=request.user, at=request.at)
    messages.success(request, _("The address is revoked. It no longer works."))
    return redirect("partners:feed-list")


def _require_reader(request: UserRequest) -> None:
    if not can_have_feeds(request.user):
        raise PermissionDenied


# ---- What is served ------------------------------------------------------------------


@login_not_required
@require_safe
def feed_content(request: HttpRequest, token: str, kind: str) -> HttpResponse:
    """Serve the content of a private address, with the rights of its person now.

    Who has the address needs no cookie. One that is unknown, revoked or of a
    deactivated account is answered alike. The content is in the person's language, not
    in that of the program that asks.
    """
    at = request.at  # type: ignore[attr-defined]  # by our middleware
    feed = PrivateFeed.objects.at_address(digest_of(token)).filter(kind=kind).first()
    if feed is None:
        text = _("There is nothing at this address.")
        return HttpResponse(text, "text/plain", 404, headers=PRIVATE)
    feed.user.scopes = SCOPES
    content, content_type = CONTENTS[PrivateFeed.Kind(kind)]
    language = feed.user.own_language
    with override(language):
        body = content(feed, at)
    note_feed_use(feed=feed, at=at)
    keyed = salted_hmac("partners.feeds", feed.pk.bytes + body, algorithm="sha256")
    tag = f'"{keyed.hexdigest()}"'
    told = {"ETag": tag, "Content-Language": language}
    answer = HttpResponse(body, content_type, headers=told)
    answered = get_conditional_response(request, etag=tag, response=answer)
    return _private(answered or answer)


def _private(answer: HttpResponse) -> HttpResponse:
    for name, value in PRIVATE.items():
        answer.headers[name] = value
    return answer
