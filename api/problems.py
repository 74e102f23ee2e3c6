"""Every error is answered in one shape: application/problem+json (RFC 9457).

`type` is the absolute address of the problem's description on the documentation page,
which anyone can read. `errors` names each faulty parameter, or points (RFC 6901) to
each faulty field of the body. `request_id` is an extension of the shape: our log has
the request under that id.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatch
from math import ceil
from typing import Any

import structlog
from django.core.exceptions import (
    NON_FIELD_ERRORS,
    PermissionDenied,
    SuspiciousOperation,
    ValidationError,
)
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.encoding import escape_uri_path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback
from structlog.contextvars import get_contextvars

from audit.outages import RETRY_AFTER_SECONDS, is_outage

CONTENT_TYPE = "application/problem+json"
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ProblemKind:
    """A kind of problem: its name in `type`, its HTTP status, and what it means."""

    slug: str
    status: int
    title: str | Promise
    meaning: str | Promise


UNREADABLE = ProblemKind(
    "bad-request",
    400,
    gettext_lazy("The request cannot be read"),
    gettext_lazy("The address or the body of the request is malformed."),
)
INVALID_PARAMETER = ProblemKind(
    "invalid-parameter",
    400,
    gettext_lazy("A parameter is not valid"),
    gettext_lazy(
        "A query parameter is unknown, is given twice, or has a value that cannot be"
        " read or does not exist. No parameter is ever ignored."
    ),
)
UNAUTHENTICATED = ProblemKind(
    "unauthenticated",
    401,
    gettext_lazy("Authentication is required"),
    gettext_lazy(
        "The request has no key and no signed-in user, or the key is malformed,"
        " unknown, expired or revoked."
    ),
)
FORBIDDEN = ProblemKind(
    "forbidden",
    403,
    gettext_lazy("This is not allowed"),
    gettext_lazy("You may see this, but you may not do what the request asks for."),
)
MISSING_SCOPE = ProblemKind(
    "missing-scope",
    403,
    gettext_lazy("The key lacks a scope"),
    gettext_lazy("The key needs one of the scopes that the detail names."),
)
NOT_FOUND = ProblemKind(
    "not-found",
    404,
    gettext_lazy("Not found"),
    gettext_lazy(
        "There is nothing at this address, or nothing that you may see. The answer is"
        " the same in both cases. Every address ends in a slash."
    ),
)
METHOD_NOT_ALLOWED = ProblemKind(
    "method-not-allowed",
    405,
    gettext_lazy("The method is not allowed here"),
    gettext_lazy("The Allow header names the methods you can use."),
)
NOT_ACCEPTABLE = ProblemKind(
    "not-acceptable",
    406,
    gettext_lazy("The format is not available"),
    gettext_lazy("The Accept header includes no format that this address offers."),
)
CONFLICT = ProblemKind(
    "conflict",
    409,
    gettext_lazy("The state does not allow this"),
    gettext_lazy(
        "What the request asks for is not possible in the present state. Read the"
        " resource again, and decide."
    ),
)
GONE = ProblemKind(
    "gone",
    410,
    gettext_lazy("The file was erased"),
    gettext_lazy(
        "The file contained a text that was erased by law. It will not be available"
        " again."
    ),
)
CURSOR_EXPIRED = ProblemKind(
    "cursor-expired",
    410,
    gettext_lazy("The cursor has expired"),
    gettext_lazy(
        "The cursor is too old, or what the key may read has changed since. Start again"
        " without a cursor, and replace what you have."
    ),
)
PRECONDITION_FAILED = ProblemKind(
    "precondition-failed",
    412,
    gettext_lazy("It has changed since you read it"),
    gettext_lazy(
        "The If-Match header names another version than the present one. Read it again,"
        " and decide whether your change still fits."
    ),
)
UNSUPPORTED_MEDIA_TYPE = ProblemKind(
    "unsupported-media-type",
    415,
    gettext_lazy("The type of the body is not supported"),
    gettext_lazy("Send JSON, and set the Content-Type header to application/json."),
)
INVALID = ProblemKind(
    "invalid",
    422,
    gettext_lazy("The request is not valid"),
    gettext_lazy("Each item of errors points to a field that is not valid."),
)
IDEMPOTENCY_KEY_REUSED = ProblemKind(
    "idempotency-key-reused",
    422,
    gettext_lazy("The Idempotency-Key was used for another request"),
    gettext_lazy(
        "The key came before, with another address or another body. Send a new key."
    ),
)
PRECONDITION_REQUIRED = ProblemKind(
    "precondition-required",
    428,
    gettext_lazy("Say which version you read"),
    gettext_lazy(
        "Send the ETag of what you read as If-Match. So no change of another is lost."
    ),
)
TOO_MANY_REQUESTS = ProblemKind(
    "too-many-requests",
    429,
    gettext_lazy("Too many requests"),
    gettext_lazy("Wait for as many seconds as the Retry-After header says."),
)
UNEXPECTED = ProblemKind(
    "unexpected",
    500,
    gettext_lazy("The server has an error"),
    gettext_lazy(
        "Please report it with its request_id, which is also in the X-Request-ID"
        " header. Our log has the details under that id."
    ),
)
UNAVAILABLE = ProblemKind(
    "unavailable",
    503,
    gettext_lazy("The service is not available at the moment"),
    gettext_lazy(
        "The database or the storage of files does not answer, or is busy. Wait for the"
        " seconds of the Retry-After header, then send the request again."
    ),
)
PROBLEM_KINDS = (
    UNREADABLE,
    INVALID_PARAMETER,
    UNAUTHENTICATED,
    FORBIDDEN,
    MISSING_SCOPE,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    CONFLICT,
    GONE,
    CURSOR_EXPIRED,
    PRECONDITION_FAILED,
    UNSUPPORTED_MEDIA_TYPE,
    INVALID,
    IDEMPOTENCY_KEY_REUSED,
    PRECONDITION_REQUIRED,
    TOO_MANY_REQUESTS,
    UNEXPECTED,
    UNAVAILABLE,
)
# The first of each status.
_OF_STATUS = {kind.status: kind for kind in reversed(PROBLEM_KINDS)}

_PLAIN: dict[type[Exception], ProblemKind] = {
    Http404: NOT_FOUND,
    PermissionDenied: FORBIDDEN,
    # Django raises this for requests that look like an attack: thousands of parameters,
    # for example.
    SuspiciousOperation: UNREADABLE,
}


# The codes of a ValidationError that speaks of the state of a row, not of the body.
STATE_CODES = {"illegal_transition", "draft_exists", "recall_first", "file_held"}
STATE_CODES |= {"closed", "too_late", "chair_alone"}
STATE_CODES |= {"too_many_webhooks", "too_many_requested"}


@dataclass(frozen=True)
class Fault:
    """An item of `errors`: what is wrong with one parameter or one field."""

    detail: str
    code: str
    parameter: str | None = None
    pointer: str | None = None

    def as_json(self) -> dict[str, str]:
        where = {"parameter": self.parameter, "pointer": self.pointer}
        given = {name: place for name, place in where.items() if place is not None}
        return {**given, "detail": self.detail, "code": self.code}


@dataclass(frozen=True)
class Problem:
    """The answer to an exception, before it is serialized."""

    kind: ProblemKind
    detail: str
    faults: tuple[Fault, ...] = ()


class InvalidParameters(exceptions.APIException):
    """Some query parameters are unknown or have invalid values."""

    status_code = 400

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = tuple(faults)


class StateConflict(exceptions.APIException):
    """The present state of a row does not allow what is asked for."""

    status_code = 409


class PreconditionFailed(exceptions.APIException):
    """The row has changed since the client read it."""

    status_code = 412


class PreconditionRequired(exceptions.APIException):
    """The request does not say which version of the row the client read."""

    status_code = 428


class CursorExpired(exceptions.APIException):
    """The cursor is too old, or the rights of the reader have changed since."""

    status_code = 410


class Gone(exceptions.APIException):
    """The file contained a text that was erased."""

    status_code = 410


class MissingScope(exceptions.PermissionDenied):
    """The key needs one of these scopes and has none of them."""

    def __init__(self, scopes: Sequence[str]) -> None:
        super().__init__(
            _("The key needs one of these scopes: %s.") % ", ".join(scopes)
        )


def problem_response(error: Exception, context: Mapping[str, Any]) -> Response:
    """Return the answer to an exception. This is DRF's exception handler."""
    problem = problem_of(error)
    set_rollback()
    if problem.kind is UNEXPECTED:
        log.error("api.unexpected", exc_info=error)
    return Response(
        problem_body(problem, context["request"]),
        status=problem.kind.status,
        headers=dict(_headers(error, context)),
        content_type=CONTENT_TYPE,
    )


def problem_body(problem: Problem, request: HttpRequest | Request) -> dict[str, Any]:
    """Return the JSON of a problem that a request has met."""
    docs = request.build_absolute_uri(reverse("api:docs"))
    return {
        "type": f"{docs}#problem-{problem.kind.slug}",
        "title": str(problem.kind.title),
        "status": problem.kind.status,
        "detail": problem.detail,
        "instance": escape_uri_path(request.path),
        "request_id": get_contextvars().get("request_id", ""),
        "errors": [fault.as_json() for fault in problem.faults],
    }


def _headers(error: Exception, context: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if authenticate := getattr(error, "auth_header", None):
        yield "WWW-Authenticate", authenticate
    if isinstance(error, exceptions.MethodNotAllowed):
        yield "Allow", ", ".join(context["view"].allowed_methods)
    if tag := getattr(error, "tag", None):
        yield "ETag", tag
    wait = RETRY_AFTER_SECONDS if is_outage(error) else getattr(error, "wait", None)
    if wait is not None:
        yield "Retry-After", str(ceil(wait))


@singledispatch
def problem_of(error: Exception) -> Problem:
    """Return the problem for an exception. Any unknown one becomes `UNEXPECTED`.

    Never its own message: that may name something that the reader must not know of.
    """
    if is_outage(error):
        return Problem(UNAVAILABLE, str(UNAVAILABLE.meaning))
    matching = (kind for known, kind in _PLAIN.items() if isinstance(error, known))
    kind = next(matching, UNEXPECTED)
    return Problem(kind, str(kind.meaning))


@problem_of.register
def _of_api(error: exceptions.APIException) -> Problem:
    kind = getattr(error, "kind", _OF_STATUS.get(error.status_code, UNEXPECTED))
    has_own_detail = error.detail != error.default_detail
    return Problem(kind, str(error.detail if has_own_detail else kind.meaning))


@problem_of.register
def _of_parameters(error: InvalidParameters) -> Problem:
    detail = " ".join(f"{fault.parameter}: {fault.detail}" for fault in error.faults)
    return Problem(INVALID_PARAMETER, detail, error.faults)


@problem_of.register
def _of_cursor(_error: CursorExpired) -> Problem:
    return Problem(CURSOR_EXPIRED, str(CURSOR_EXPIRED.meaning))


@problem_of.register
def _of_missing_scope(error: MissingScope) -> Problem:
    return Problem(MISSING_SCOPE, str(error.detail))


@problem_of.register
def _of_validation(error: ValidationError) -> Problem:
    faults = tuple(_faults(error))
    kind = CONFLICT if getattr(error, "code", None) in STATE_CODES else INVALID
    return Problem(kind, " ".join(fault.detail for fault in faults), faults)


def _faults(error: ValidationError) -> Iterator[Fault]:
    if not hasattr(error, "error_dict"):
        yield from (_fault(item, None) for item in error.error_list)
        return
    for field, items in error.error_dict.items():
        pointer = None if field == NON_FIELD_ERRORS else f"/{field}"
        yield from (_fault(item, pointer) for item in items)


def _fault(error: ValidationError, pointer: str | None) -> Fault:
    return Fault(error.messages[0], error.code or "invalid", pointer=pointer)
