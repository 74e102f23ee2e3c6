"""Files of evidence: received with the editor's form, and given out as downloads."""

from collections.abc import Iterable
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_safe

from accounts.enqueue import enqueue_soon
from accounts.permissions import is_assessor_in_person
from accounts.requests import UserRequest
from accounts.views.unsent_text import AnyView, Arguments
from audit.stored_files import checked_bytes
from commitments.models import MemberCommitment
from progress import limits
from progress.actions.evidence import SentFile, add_evidence_file
from progress.entries.text import EvidenceItem
from progress.evidence.file_names import safe_name
from progress.forms.evidence import EvidenceRows, Known, add_rows, named_ids
from progress.forms.uploads import (
    KeepFilesHandler,
    ReceivedFile,
    SkipFilesHandler,
    received_files,
)
from progress.models import Evidence, FileHold

# The most bytes of one request that are read, to keep the text beside a file that is
# far too large: a film, perhaps.
MOST_BYTES_READ = 1024 * 1024 * 1024


@require_safe
def evidence_file(request: UserRequest, pk: UUID) -> HttpResponse:
    """Serve a file to readers who may see an entry that carries it."""
    files = Evidence.objects.files_visible_to(request.user, request.at)
    file = get_object_or_404(files, pk=pk)
    held = held_file_page(request, file, base="base.html")
    return held or file_response(file)


def held_file_page(
    request: HttpRequest, evidence: Evidence, *, base: str
) -> HttpResponse | None:
    """Return the page that says why a file is held back, or None if it is not."""
    if (hold := evidence.hold) is FileHold.NONE:
        return None
    context = {"base": base, "evidence": evidence, "hold": hold.value}
    answer = render(
        request,
        "progress/evidence/file_held.html",
        context,
        status=HTTPStatus.CONFLICT,
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def check_soon(files: Iterable[Evidence]) -> None:
    """Ask a worker to check new files for viruses, where there is a scanner.

    While the broker is away, only the first one waits for it. The sweep finds them all.
    """
    if settings.CLAMAV_URL:
        all(enqueue_soon("progress.tasks.scan_file", file.pk) for file in files)


def file_response(evidence: Evidence) -> HttpResponse:
    """Return a delegation's file as a download, which never becomes part of a page.

    The headers keep a browser from running anything in it, and caches from keeping it.
    Who calls this has asked for its `hold` before: a file with a virus is not served.
    """
    if evidence.hold is not FileHold.NONE:
        raise RuntimeError("this file is held back")
    is_text = evidence.media_type.startswith("text/")
    charset = "; charset=utf-8" if is_text else ""
    disposition = content_disposition_header(True, evidence.file_name)
    return HttpResponse(
        checked_bytes(evidence.file, size=evidence.size, sha256=evidence.sha256),
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


def receives_files(view: AnyView[Arguments]) -> AnyView[Arguments]:
    """Let a view receive files. Put this above every other decorator.

    All other pages refuse files (`g7plan.uploads`). Here files are kept for people of a
    delegation, and for assessors, who send sheets; those of others are skipped. Django
    checks a form's token after it has read the form. A file that came without the right
    token is deleted when the request ends.
    """
    protected = csrf_protect(view)

    @csrf_exempt  # `protected` checks the token, once the handlers are chosen
    @wraps(view)
    def receiving(
        request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and int(length) > MOST_BYTES_READ:
            raise RequestDataTooBig
        # A form of another encoding has no files, and may have been read already.
        if request.content_type == "multipart/form-data":
            request.upload_handlers = [_handler_for(request)]
        return protected(request, *args, **kwargs)

    return receiving


def _handler_for(request: HttpRequest) -> KeepFilesHandler | SkipFilesHandler:
    user = request.user
    may_send = user.is_authenticated and (
        user.delegation is not None or is_assessor_in_person(user)
    )
    handler = KeepFilesHandler if may_send else SkipFilesHandler
    return handler(request)


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
    known = _add_chosen(request, member_commitment, data, files)
    sent: dict[str, Any] = {
        "today": request.today,
        "known": known,
        "problems": problems,
    }
    if not is_checked:
        return EvidenceRows.keeping(data, **sent, blank=blank)
    adopted_on = member_commitment.commitment.plan.adopted_on
    return EvidenceRows.sent(data, **sent, adopted_on=adopted_on)


def _add_chosen(
    request: UserRequest,
    member_commitment: MemberCommitment,
    data: QueryDict,
    files: list[EvidenceItem],
) -> Known:
    """Add a row for each item chosen and each file. Return the items of all rows."""
    chosen = {pk for given in data.getlist("attach") if (pk := _uuid(given))}
    items = _own_items(request, member_commitment, named_ids(data) | chosen)
    add_rows(data, [*(items[pk] for pk in items if pk in chosen), *files])
    return {**items, **{file.id: file for file in files if file.id}}


def _own_items(
    request: UserRequest, member_commitment: MemberCommitment, ids: set[UUID]
) -> dict[UUID, EvidenceItem]:
    """Return those of the delegation's own evidence that this person may see."""
    visible = Evidence.objects.visible_to(request.user, request.at)
    ours = visible.filter(member=member_commitment.member_id)
    rows = ours.filter(pk__in=ids).select_related("scan")
    return {row.pk: EvidenceItem.of(row) for row in rows}


def _keep_files(
    request: UserRequest, member_commitment: MemberCommitment
) -> tuple[list[EvidenceItem], tuple[str, ...]]:
    """Keep the files that were sent. Return them, and why others were not kept."""
    kept: list[Evidence] = []
    problems: list[str] = []
    # One title for one file. Of several files, each file name is used as the title.
    sent = request.FILES.getlist("files")
    title = request.POST.get("files-title", "") if len(sent) == 1 else ""
    for file in received_files(sent):
        if file.content is None:
            problems.append(_not_kept(file))
            continue
        try:
            added = add_evidence_file(
                member_commitment=member_commitment,
                file=SentFile(file.name, file.content, title),
                by=request.user,
                at=request.at,
            )
            kept.append(added)
        except ValidationError as error:
            problems.extend(error.messages)
    check_soon(kept)
    return [EvidenceItem.of(added) for added in kept], tuple(problems)


def _not_kept(file: ReceivedFile) -> str:
    name = safe_name(file.name, limit=limits.FILE_NAME)
    if file.is_fault_of_ours:
        sentence = _(
            "%(name)s was not kept: the server could not store it. Your text is kept."
            " Save it, and choose the file again later."
        )
        return sentence % {"name": name}
    return _(
        "%(name)s was rejected: a file may be at most 20 MB. You can send at most 20"
        " files and 100 MB at once."
    ) % {"name": name}


def _uuid(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None
