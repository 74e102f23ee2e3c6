"""Files of evidence, for exactly those who may see an entry that carries them."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from progress.models import Evidence


@require_safe
def evidence_file(request: UserRequest, pk: UUID) -> HttpResponse:
    files = Evidence.objects.files_visible_to(request.user, request.at)
    return file_response(get_object_or_404(files, pk=pk))


def file_response(evidence: Evidence) -> HttpResponse:
    """A delegation's file as a download: it never becomes part of a page of ours.

    Whatever a browser makes of it, it runs nothing, and no cache keeps it.
    """
    is_text = evidence.media_type.startswith("text/")
    charset = "; charset=utf-8" if is_text else ""
    disposition = content_disposition_header(True, evidence.file_name)
    return HttpResponse(
        bytes(evidence.file.content),
        headers={
            "Content-Type": f"{evidence.media_type}{charset}",
            "Content-Disposition": disposition or "attachment",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
