"""The page `/verify/`: whether a code or a file is of a genuine report.

It needs no account, no cookie and no script. What is sent comes in the body of a POST:
a code in an address would be in logs and histories.
"""

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.requests import UserRequest
from reports.verify.answers import VerifyAnswer, answer_to, answer_to_stranger
from reports.verify.held import Held, HeldAs, held_code, held_hash
from reports.verify.sentences import sentences_of, title_of
from reports.verify.uploads import (
    FIELD,
    MOST_BYTES,
    MOST_BYTES_READ,
    HashedFile,
    HashFilesHandler,
)

MOST_MEGABYTES = MOST_BYTES // 1024 // 1024
REFUSED = {"too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
# The fields of a form, and what they hold. The script of the page sends the last one.
TYPED: Mapping[str, Callable[[str], Held]] = {
    "code": held_code,
    "sha256": held_hash,
    "file_sha256": partial(held_hash, kind=HeldAs.FILE),
}


@csrf_exempt  # a check changes nothing, and its token would be in a cookie
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    if request.content_type == "multipart/form-data":
        request.upload_handlers = [HashFilesHandler(request)]
    try:
        held = _held(request)
    except ValidationError as refusal:
        status = REFUSED.get(str(refusal.code), HTTPStatus.UNPROCESSABLE_ENTITY)
        return _page(request, status=status, problem=refusal)
    return _page(request, answer=_answer(request, held))


def _length_of(request: HttpRequest) -> int:
    given = request.META.get("CONTENT_LENGTH") or ""
    return int(given) if given.isdecimal() else 0


def _held(request: HttpRequest) -> Held:
    """Return the one thing that was sent. Raises ValidationError for none, or two.

    A body that is far too long is not read.
    """
    if _length_of(request) > MOST_BYTES_READ:
        raise _too_large()
    files = [cast("HashedFile", file) for file in request.FILES.getlist(FIELD)]
    if any((file.size or 0) > MOST_BYTES for file in files):
        raise _too_large()
    found = [held_hash(file.sha256, HeldAs.FILE) for file in files]
    typed = {name: request.POST.get(name, "").strip() for name in TYPED}
    found += [read(typed[name]) for name, read in TYPED.items() if typed[name]]
    if not found:
        raise ValidationError(_("Type a code, or choose a file."), "nothing")
    if len(found) > 1:
        raise ValidationError(_("Check one code or one file at a time."), "several")
    return found[0]


def _too_large() -> ValidationError:
    sentence = _("The file is too large. Choose a file of at most %(limit)d MB.")
    return ValidationError(sentence, "too_large", {"limit": MOST_MEGABYTES})


def _answer(request: HttpRequest, held: Held) -> VerifyAnswer:
    if isinstance(request.user, User):
        return answer_to(request.user, held, cast("UserRequest", request).at)
    return answer_to_stranger(held)


def _page(
    request: HttpRequest,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    answer: VerifyAnswer | None = None,
    problem: ValidationError | None = None,
) -> HttpResponse:
    context = {
        "answer": answer,
        "title": title_of(answer) if answer else "",
        "sentences": sentences_of(answer) if answer else [],
        "problem": problem.messages[0] if problem else "",
        "most_bytes": MOST_BYTES,
        "most_megabytes": MOST_MEGABYTES,
    }
    return render(request, "reports/verify/verify.html", context, status=status)
