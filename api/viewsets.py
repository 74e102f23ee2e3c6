"""What every address shares: strict parameters, natural keys, UTC, private answers."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any, ClassVar, TypeVar

from django.db.models import Model, QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from rest_framework import viewsets
from rest_framework.exceptions import ParseError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import Scope
from api.filters import Filters
from api.paging import PARAMETERS
from api.parameters import is_text, require_parameters
from api.permissions import HasScope
from api.requests import ActorRequest
from api.schema import ProblemSchema

Row = TypeVar("Row", bound=Model)


class Endpoint(APIView):
    """An address of the API: what it does not know how to read, it refuses."""

    request: ActorRequest
    permission_classes = (IsAuthenticated, HasScope)
    # A key needs one of these; where none is named, any key will do.
    scopes: ClassVar[tuple[Scope, ...]] = ()
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    schema = ProblemSchema()

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Machines read UTC, whatever zone the person behind a session reads in."""
        with timezone.override(UTC):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not is_text(request.path):
            raise ParseError
        self.check_parameters(request)

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
        """No cache may hand one reader's answer to another, or keep it unasked."""
        answer: HttpResponseBase = super().finalize_response(
            request, response, *args, **kwargs
        )
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(answer, ["Authorization", "Cookie"])
        return answer


class Resource(Endpoint, viewsets.GenericViewSet[Row]):
    """Rows that can be listed and, by their natural key, read one by one."""

    filterset_class: ClassVar[type[Filters]]
    # The key as it stands in the address, and where each part of it is found.
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
