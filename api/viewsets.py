"""What all addresses of the API share: strict parameters, UTC and private caching.

`Resource` adds lists and natural keys.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from rest_framework import viewsets
from rest_framework.exceptions import AuthenticationFailed, ParseError
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
from api.paging import PARAMETERS, Row
from api.parameters import is_text, require_parameters
from api.parsers import StrictJsonParser
from api.permissions import HasScope
from api.requests import ActorRequest
from api.schema import ProblemSchema


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
        downloads = ["downloads"] if self.is_download else []
        return ["requests", *searches, *downloads]

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
        patch_vary_headers(answer, (*self.vary, "Accept-Encoding"))
        announce_end(self.request, answer)
        return with_tag(self.request, answer)


class Resource(Endpoint, viewsets.GenericViewSet[Row]):
    """A list of rows, and each row by its natural key."""

    filterset_class: ClassVar[type[Filters]]
    # The key's place in the address, and the column that each part of it names.
    key: ClassVar[str]
    lookups: ClassVar[Mapping[str, str]]

    def known_parameters(self) -> frozenset[str]:
        if self.detail:
            return frozenset()
        return self.filterset_class.names() | PARAMETERS

    def repeatable_parameters(self) -> frozenset[str]:
        return self.filterset_class.repeatable_names()

    def get_object(self) -> Row:
        rows: QuerySet[Row] = self.get_queryset()
        key = {self.lookups[name]: value for name, value in self.kwargs.items()}
        return get_object_or_404(rows, **key)
