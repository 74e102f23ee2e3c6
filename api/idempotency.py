"""`Idempotency-Key`: a POST that is sent again does nothing, and is answered alike.

A view of the API that accepts POST inherits `Idempotent`, before all other classes.
"""

import re
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import Any, ClassVar, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework.exceptions import APIException, ParseError
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.actions.idempotency import (
    Answer,
    KeyInUseError,
    KeyReusedError,
    SentRequest,
    answer_once,
)
from accounts.models import IdempotencyKey
from api.parsers import MOST_BYTES
from api.problems import IDEMPOTENCY_KEY_REUSED, Gone, StateConflict
from api.requests import ActorRequest
from progress.querysets.visibility import rights_of

HEADER = "Idempotency-Key"
# In the answer to a request that an earlier one had done.
REPLAYED = "Idempotent-Replayed"
KEPT_HEADERS = ("Content-Type", "Location", "Content-Location", "ETag", "Retry-After")
# Seconds until a request should be sent again whose first one is not answered yet.
WAIT = 2
_KEY = re.compile(r"[ -~]{1,255}")  # printable ASCII


KEY_PARAMETER = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    pattern=r"^[ -~]{1,255}$",
    description=_lazy(
        "A new random text for each new request, such as a UUID. The same request with"
        " the same key within 24 hours does nothing more, and has the first answer."
    ),
    examples=[OpenApiExample("A UUID", "8e03978e-40d5-43dd-bc93-6894a57f9324")],
)


class KeyReused(APIException):
    """The key came before, with another address or another body."""

    kind = IDEMPOTENCY_KEY_REUSED
    status_code = kind.status


class NotAnsweredYet(StateConflict):
    """The first request with this key is still being answered."""

    wait = WAIT


class Idempotent(APIView):
    """Answers a POST with a key that came before as it was answered then.

    Who sends it again must still have the key's scope and rights, and must still see
    what the answer shows.
    """

    # Described in the schema of each POST.
    post_parameters = (KEY_PARAMETER,)
    # The most bytes of a body with a key. The whole body is in memory for its hash.
    longest_body: ClassVar[int] = MOST_BYTES

    def subjects_of(self, data: Any) -> list[UUID]:
        """Return the ids of what an answer shows, from its data."""
        shown = data.get("id") if isinstance(data, dict) else None
        return [UUID(str(shown))] if shown else []

    def sees(self, subjects: list[UUID]) -> bool:
        """Return whether the reader may see all of these now."""
        rows = cast("Any", self).get_queryset()  # as each viewset defines it
        count: int = rows.filter(pk__in=subjects).count() if subjects else 0
        return count == len(set(subjects))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        has_key = request.method == "POST" and HEADER in request.headers
        # Before anything else reads the body, and so that all may read it afterwards.
        content = _body_of(request._request, self.longest_body) if has_key else b""  # noqa: SLF001
        super().initial(request, *args, **kwargs)
        if has_key:
            sent = _sent(cast("ActorRequest", request), content, self.longest_body)
            act = cast("Any", self).post
            cast("Any", self).post = partial(self._answer_once, sent, act)

    def _answer_once(
        self,
        sent: SentRequest,
        act: Callable[..., Any],
        request: Request,
        *args: Any,
        **kwargs: Any,
    ) -> HttpResponse:
        make = partial(self._make, partial(act, request, *args, **kwargs))
        try:
            kept, is_replay = answer_once(sent, make)
        except KeyReusedError as error:
            raise KeyReused from error
        except KeyInUseError as error:
            sentence = _("The first request with this key is not answered yet.")
            raise NotAnsweredYet(sentence) from error
        if is_replay:
            self._require_same_sight(sent, kept)
        answer = HttpResponse(
            bytes(kept.body), status=kept.status, headers=kept.headers
        )
        if is_replay:
            answer.headers[REPLAYED] = "true"
        return answer

    def _make(self, act: Callable[[], Any]) -> Answer:
        response = self.finalize_response(self.request, act())
        data = getattr(response, "data", None)
        subjects = self.subjects_of(data) if response.status_code < 300 else []
        if hasattr(response, "render"):
            response.render()
        return Answer(
            status=response.status_code,
            headers={
                name: response.headers[name]
                for name in KEPT_HEADERS
                if name in response.headers
            },
            body=cast("bytes", response.content),
            subjects=subjects,
            was_visible=self.sees(subjects),
        )

    def _require_same_sight(self, sent: SentRequest, kept: IdempotencyKey) -> None:
        """Require that the sender may still see what the kept answer shows.

        Raises Http404, Gone or StateConflict.
        """
        if kept.was_visible and not self.sees(kept.subjects):
            raise Http404
        if kept.is_erased:
            raise Gone(_("The answer showed a text that was erased by law."))
        if kept.rights_sha256 != sent.rights_sha256:
            sentence = _(
                "This request was done before, with other rights than you have now."
                " Read what it made at its own address."
            )
            raise StateConflict(sentence)


def _body_of(request: HttpRequest, most: int) -> bytes:
    """Return the body, or its beginning if it is longer than `most` bytes.

    Django's `body` refuses what is longer than a form may be. This sets its private
    attribute, so that parsers read what was read here. Tried with Django 5.2.
    """
    if not hasattr(request, "_body"):
        request._body = request.read(most + 1)  # noqa: SLF001
    return request.body


def _sent(request: ActorRequest, content: bytes, most: int) -> SentRequest:
    if len(content) > most:
        raise ParseError(_("The body is too long."))
    key = request.headers[HEADER]
    if not _KEY.fullmatch(key):
        raise ParseError(
            _("The Idempotency-Key must be 1 to 255 printable ASCII characters.")
        )
    about = f"POST {request.get_full_path()}\n{request.content_type}\n".encode()
    user = request.user
    scopes = None if user.scopes is None else sorted(user.scopes)
    rights = repr((scopes, sorted(user.roles), rights_of(user, request.at)))
    if (body := user.assessing_body) is not None:
        rights += repr({"body": body})
    return SentRequest(
        user=user,
        key=key,
        content_sha256=sha256(about + content).hexdigest(),
        rights_sha256=sha256(rights.encode()).hexdigest(),
        at=request.at,
    )
