"""The ledger's signed heads, and how to verify them."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.ledger.signing import fingerprint_of, public_key_of
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
        "checkpoints": Checkpoint.objects.order_by("-day")[:SHOWN],
        "public_key": public_key_of(settings.LEDGER_SIGNING_KEY),
    }
    return render(request, "progress/ledger/ledger.html", context)


@require_safe
def ledger_checkpoints(_request: UserRequest) -> HttpResponse:
    """Return all checkpoints as JSON: hashes and days, but no sequence numbers."""
    keys = [
        public_key_of(settings.LEDGER_SIGNING_KEY),
        *settings.LEDGER_FORMER_PUBLIC_KEYS,
    ]
    checkpoints = Checkpoint.objects.order_by("day")
    content = {
        "public_keys": {fingerprint_of(key): key for key in keys},
        "checkpoints": [
            {**row, "day": row["day"].isoformat()}
            for row in checkpoints.values("day", "sha256", "key_sha256", "signature")
        ],
    }
    headers = {"Content-Disposition": 'attachment; filename="ledger-checkpoints.json"'}
    return JsonResponse(content, headers=headers)
