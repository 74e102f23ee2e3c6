"""What all addresses of the API share: strict parameters, UTC and private caching.

`Resource` adds lists and natural keys.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from functools import partial
from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework import viewsets
from rest_framework.exceptions import AuthenticationFailed, ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.limits.counting import CountedUse
from accounts.models import Scope
from api.conditional import with_tag
from api.deprecation import announce_end
from api.filters import Filters
from api.limits import (
    TooManyRequests,
    count_refused_key,
    count_request,
    limit_headers,
)
from api.negotiation import OfferedFormats
from api.paging import PARAMETERS, Row, keys_of
from api.parameters import is_text, require_parameters
from api.parsers import StrictJsonParser
from api.permissions import HasScope
from api.problems import Fault, InvalidParameters
from api.requests import ActorRequest
from api.schema import ProblemSchema
from api.streams import (
    PORTION,
    STREAMED,
    StreamRenderer,
    columns_of,
    in_portions,
    stream,
)


class Endpoint(APIView):
    """Base of every view of the API. It refuses parameters that it does not know."""

    request: ActorRequest
    permission_classes: Sequence[type[BasePermission]] = (IsAuthenticated, HasScope)
    parser_classes = (StrictJsonParser,)
    # A key needs one of these scopes. If there are none, any key may ask.
    scopes: ClassVar[tuple[Scope, ...]] = ()
    # Whether it sends files, which are limited more closely than other requests.
    is_download: ClassVar[bool] = False
    # What is left of the reader's limits, once the request is counted.
    verdict: CountedUse | None = None
    # The request headers that decide who reads.
    vary: ClassVar[tuple[str, ...]] = ("Authorization", "Cookie")
    content_negotiation_class: type[DefaultContentNegotiation] = OfferedFormats
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    schema = ProblemSchema()

    def get_scopes(self) -> tuple[Scope, ...]:
        """Return the scopes of which a key needs one for this request."""
        return self.scopes

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer in UTC, whatever the time zone of a signed-in user."""
        with timezone.override(UTC):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not is_text(request.path):
            raise ParseError
        if request.method not in self.allowed_methods:
            # The query of a method that is not allowed has no meaning.
            self.http_method_not_allowed(request)
        self.check_parameters(request)

    def perform_authentication(self, request: Request) -> None:
        """Authenticate, and count the request, whatever it is answered with.

        Raises TooManyRequests.
        """
        asked = cast("ActorRequest", request)
        try:
            super().perform_authentication(request)
        except AuthenticationFailed:
            count_refused_key(asked)
            raise
        self.verdict = count_request(asked, self.get_limits())
        if self.verdict.wait:
            raise TooManyRequests(self.verdict.wait)

    def get_limits(self) -> list[str]:
        """Return the names of the limits that count this request."""
        searches = ["searches"] if "search" in self.request.query_params else []
        renderer = getattr(self.request, "accepted_renderer", None)
        is_file = self.is_download or isinstance(renderer, StreamRenderer)
        return ["requests", *searches, *(["downloads"] if is_file else [])]

    def check_parameters(self, request: Request) -> None:
        require_parameters(
            request.query_params,
            known=self.known_parameters(),
            repeatable=self.repeatable_parameters(),
        )

    def known_parameters(self) -> frozenset[str]:
        return frozenset()

    def repeatable_parameters(self) -> frozenset[str]:
        return frozenset()

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Keep shared caches from giving one reader's answer to another.

        The reader's own cache must ask again before it uses an answer. It may name the
        answer's tag, and gets 304 if it would get the same again.
        """
        answer: HttpResponseBase = super().finalize_response(
            request, response, *args, **kwargs
        )
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        for name, text in limit_headers(self.verdict) if self.verdict else ():
            answer.headers[name] = text
        patch_vary_headers(answer, (*self.vary, "Accept", "Accept-Encoding"))
        announce_end(self.request, answer)
        return with_tag(self.request, answer)


class Resource(Endpoint, viewsets.GenericViewSet[Row]):
    """A list of rows, and each row by its natural key."""

    filterset_class: ClassVar[type[Filters]]
    # The key's place in the address, and the column that each part of it names.
    key: ClassVar[str]
    lookups: ClassVar[Mapping[str, str]]
    # Whether the list is offered whole, in the formats of `api.streams`.
    is_streamed: ClassVar[bool] = True

    def known_parameters(self) -> frozenset[str]:
        if self.detail:
            return frozenset()
        formats = {"format"} if self.is_streamed else set()
        return self.filterset_class.names() | PARAMETERS | formats

    def get_renderers(self) -> list[Any]:
        """Return the renderers: a list is offered as a whole as well."""
        renderers: list[Any] = super().get_renderers()
        if self.is_streamed and getattr(self, "action", None) == "list":
            renderers += [renderer() for renderer in STREAMED]
        return renderers

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if isinstance(request.accepted_renderer, StreamRenderer):
            self.get = self.head = self.list_whole

    def list_whole(self, request: ActorRequest, **_named: Any) -> HttpResponseBase:
        """Answer with all rows of the list, in the format that the client asks for."""
        detail = _("All rows come at once. Leave this out.")
        faults = [
            Fault(detail, "unpaged", parameter=name)
            for name in sorted(PARAMETERS & request.query_params.keys())
        ]
        if faults:
            raise InvalidParameters(faults)
        renderer: Any = request.accepted_renderer
        rows = self.filter_queryset(self.get_queryset())
        ordered = rows.order_by(*(key.term for key in keys_of(rows)))
        parts: Iterator[bytes] = iter(())
        if request.method == "GET":
            read = partial(self.read_whole, ordered)
            parts = stream(renderer, self.columns(), read)
        answer = StreamingHttpResponse(parts)
        resource = request.path.strip("/").rpartition("/")[2]
        name = f"{resource}-{request.at:%Y%m%dT%H%M%SZ}.{renderer.format}"
        answer.headers["Content-Type"] = renderer.content_type
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def columns(self) -> list[str]:
        """Return the columns of CSV."""
        return columns_of(self.get_serializer())

    def read_whole(self, ordered: Any) -> Iterator[Sequence[Mapping[str, Any]]]:
        """Yield all rows as the list shows them, in portions."""
        for rows in in_portions(ordered.iterator(chunk_size=PORTION)):
            yield self.get_serializer(rows, many=True).data

    def repeatable_parameters(self) -> frozenset[str]:
        return self.filterset_class.repeatable_names()

    def get_object(self) -> Row:
        rows: QuerySet[Row] = self.get_queryset()
        key = {self.lookups[name]: value for name, value in self.kwargs.items()}
        return get_object_or_404(rows, **key)
