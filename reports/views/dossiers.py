"""The page of the clearance dossier: to request it, wait for it, and download it once.

The request is held by the session alone, with the key that opens the dossier.
"""

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.enqueue import enqueue_soon
from accounts.requests import UserRequest
from reports.dossiers.document import entries_in_clearance
from reports.dossiers.handover import LIFETIME, DossierRequest, take
from reports.dossiers.seal import KeyPair, NotOpenedError, open_sealed
from reports.permissions import can_request_dossier

HELD = "dossier"  # its place in the session
RENDER = "reports.tasks.render_dossier"


@require_safe
@never_cache
def dossier(request: UserRequest) -> HttpResponse:
    """Show how far the requested dossier is, or how to request one."""
    member = _member_or_404(request)
    asked = _asked(request, member)
    context = {
        "count": entries_in_clearance(request.user, request.at).count(),
        "state": asked.state(request.at) if asked else "",
        "ends_at": asked.asked_at + LIFETIME if asked else None,
    }
    name = "_dossier_progress" if request.htmx else "dossier"
    return render(request, f"reports/dossiers/{name}.html", context)


@require_POST
def dossier_request(request: UserRequest) -> HttpResponse:
    """Ask a worker for a dossier. An earlier request of the session is forgotten."""
    member = _member_or_404(request)
    if not entries_in_clearance(request.user, request.at).exists():
        messages.error(request, _("No text of your delegation is in clearance."))
        return redirect("reports:dossier")
    key = KeyPair.new()
    asked = DossierRequest(uuid4(), key.private, member, request.at)
    request.session[HELD] = asked.as_session()
    enqueue_soon(
        RENDER,
        asked.id,
        str(request.user.pk),
        member,
        key.public,
        asked.asked_at.isoformat(),
    )
    return redirect("reports:dossier")


@require_POST
def dossier_file(request: UserRequest) -> HttpResponse:
    """Send the dossier once, and forget its key."""
    member = _member_or_404(request)
    asked = _asked(request, member)
    sealed = take(asked.id) if asked else None
    request.session.pop(HELD, None)
    if asked is None or sealed is None:
        messages.error(
            request, _("This dossier has expired or was downloaded. Request it again.")
        )
        return redirect("reports:dossier")
    try:
        content = open_sealed(sealed, private_key=asked.private_key, name=str(asked.id))
    except NotOpenedError as error:
        raise Http404 from error
    return HttpResponse(
        content,
        headers={
            "Content-Type": "application/pdf",
            "Content-Disposition": f'attachment; filename="dossier-{member}.pdf"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def _member_or_404(request: UserRequest) -> str:
    """Return the member whose dossier this reader may request."""
    member = request.user.delegation
    if member is None or not can_request_dossier(request.user, member):
        raise Http404
    return member


def _asked(request: UserRequest, member: str) -> DossierRequest | None:
    """Return the session's request, unless its person has changed the delegation."""
    held = request.session.get(HELD)
    asked = DossierRequest.from_session(held) if held else None
    return asked if asked and asked.member == member else None
