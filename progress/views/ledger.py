"""The ledger's signed heads, and how to verify them."""

from itertools import islice

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.ledger.checkpoints import good_checkpoints
from progress.ledger.keys import public_keys
from progress.models import Checkpoint, LedgerRecord

SHOWN = 31


@require_safe
def ledger(request: UserRequest) -> HttpResponse:
    """Show the signed heads; to the Presidency, also the present one.

    Anyone who watched the present head could count the amber publications.
    """
    head = None
    if request.user.is_presidency(request.at):
        head = LedgerRecord.objects.order_by("-sequence").first()
    context = {
        "head": head,
        "checkpoints": list(islice(good_checkpoints(newest_first=True), SHOWN)),
        "public_key": settings.LEDGER_PUBLIC_KEY,
    }
    return render(request, "progress/ledger/ledger.html", context)


@require_safe
def ledger_checkpoints(_request: UserRequest) -> HttpResponse:
    """Return all checkpoints as JSON: hashes and days, but no sequence numbers."""
    content = {
        "public_keys": public_keys(),
        "checkpoints": [_as_json(row) for row in good_checkpoints()],
    }
    headers = {"Content-Disposition": 'attachment; filename="ledger-checkpoints.json"'}
    return JsonResponse(content, headers=headers)


def _as_json(checkpoint: Checkpoint) -> dict[str, str]:
    """Return its signed fields and its signature."""
    trail = checkpoint.trail_sha256
    return {
        "day": checkpoint.day.isoformat(),
        "sha256": checkpoint.sha256,
        **({"trail_sha256": trail} if trail else {}),
        "key_sha256": checkpoint.key_sha256,
        "signature": checkpoint.signature,
    }
