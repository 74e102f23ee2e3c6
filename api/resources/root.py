"""The way in, the contract, and what answers where nothing is."""

from collections.abc import Mapping
from functools import cache
from threading import Lock
from typing import Any

from django.http import Http404
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.requests import ActorRequest
from api.viewsets import Endpoint


class RootView(Endpoint):
    """Every resource and its address."""

    # Names of resources, each with the name of its route.
    places: Mapping[str, str] = {}

    @extend_schema(exclude=True)
    def get(self, request: ActorRequest) -> Response:
        return Response(
            {
                name: reverse(f"api:{route}", request=request)
                for name, route in self.places.items()
            }
        )


class SchemaView(Endpoint):
    """The contract as OpenAPI 3.1: the same for every reader."""

    renderer_classes = (JSONRenderer, OpenApiJsonRenderer)

    @extend_schema(exclude=True)
    def get(self, request: ActorRequest) -> Response:
        return Response(openapi())


class NothingHereView(Endpoint):
    """Any other address below this one: refused in the API's own shape."""

    def check_parameters(self, request: Request) -> None:
        """That there is nothing here comes before what it was asked with."""

    def http_method_not_allowed(  # type: ignore[override]  # as DRF has it
        self, request: Request, *args: Any, **kwargs: Any
    ) -> Response:
        raise Http404


# Two threads that make it at once spoil it for each other, and it would stay so.
_MAKING = Lock()


def openapi() -> dict[str, Any]:
    """The schema, made once a process, in the language of the contract."""
    with _MAKING:
        return _made()


@cache
def _made() -> dict[str, Any]:
    with translation.override("en"):
        generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # untyped there
        schema: dict[str, Any] = generator.get_schema(public=True)  # type: ignore[no-untyped-call]  # nor this
    return schema
