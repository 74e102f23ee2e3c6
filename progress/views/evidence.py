"""Files of evidence: received with the editor's form, and given out as downloads."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.dates import utc_day
from accounts.requests import UserRequest
from commitments.models import MemberCommitment
from progress import limits
from progress.actions.evidence import SentFile, add_evidence_file
from progress.entries.text import EvidenceItem
from progress.evidence.file_names import safe_name
from progress.forms.evidence import EvidenceRows, add_rows, named_ids
from progress.models import Evidence
from progress.views.uploads import sent_files


@require_safe
def evidence_file(request: UserRequest, pk: UUID) -> HttpResponse:
    """Serve a file to readers who may see an entry that carries it."""
    files = Evidence.objects.files_visible_to(request.user, request.at)
    return file_response(get_object_or_404(files, pk=pk))


def file_response(evidence: Evidence) -> HttpResponse:
    """Return a delegation's file as a download, which never becomes part of a page.

    The headers keep a browser from running anything in it, and caches from keeping it.
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


# ---- What an editor's form brings beside its text ------------------------------------


def receive_evidence(
    request: UserRequest,
    member_commitment: MemberCommitment,
    *,
    is_checked: bool = True,
    blank: int = 0,
) -> EvidenceRows:
    """Return the form's rows, with a row more for each file and each item chosen.

    Files are kept at once, even if something else in the form is wrong: an officer
    must not have to choose a file again because of a date. Without `is_checked` the
    rows are as typed, with `blank` empty rows more.
    """
    data = request.POST.copy()
    files, problems = _keep_files(request, member_commitment)
    chosen = {pk for given in data.getlist("attach") if (pk := _uuid(given))}
    visible = Evidence.objects.visible_to(request.user, request.at)
    ours = visible.filter(member=member_commitment.member_id)
    named = ours.filter(pk__in=named_ids(data) | chosen)
    items = {row.pk: EvidenceItem.of(row) for row in named}
    add_rows(data, [*(items[pk] for pk in items if pk in chosen), *files])
    known = {**items, **{file.id: file for file in files if file.id}}
    today = utc_day(request.at)
    if is_checked:
        return EvidenceRows.sent(data, today=today, known=known, problems=problems)
    return EvidenceRows.keeping(
        data, today=today, known=known, problems=problems, blank=blank
    )


def _keep_files(
    request: UserRequest, member_commitment: MemberCommitment
) -> tuple[list[EvidenceItem], tuple[str, ...]]:
    """Keep the files that were sent. Return them, and why others were not kept."""
    files: list[EvidenceItem] = []
    problems: list[str] = []
    # One title for one file. Of several files, each file name is used as the title.
    is_one = len(request.FILES.getlist("files")) == 1
    title = request.POST.get("files-title", "") if is_one else ""
    for name, content in sent_files(request, "files"):
        if content is None:
            problems.append(_not_kept(name))
            continue
        try:
            added = add_evidence_file(
                member_commitment=member_commitment,
                file=SentFile(name, content, title),
                by=request.user,
                at=request.at,
            )
            files.append(EvidenceItem.of(added))
        except ValidationError as error:
            problems.extend(error.messages)
    return files, tuple(problems)


def _not_kept(name: str) -> str:
    return _(
        "%(name)s was rejected: a file may have at most 20 MB. You can send at most 20"
        " files and 100 MB at once."
    ) % {"name": safe_name(name, limit=limits.FILE_NAME)}


def _uuid(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None
