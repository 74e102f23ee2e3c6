"""The index of the API, its schema, and the answer to all other addresses."""

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

# Anyone may read the schema and the documentation: every cache may keep them so long.
FOR_EVERYONE = "public, max-age=300"


class RootView(Endpoint):
    """Lists every resource with its address."""

    # Each resource's name, with the name of its route.
    route_names: Mapping[str, str] = {}

    @extend_schema(exclude=True)
    def get(self, request: ActorRequest) -> Response:
        return Response(
            {
                name: reverse(f"api:{route}", request=request)
                for name, route in self.route_names.items()
            }
        )


class SchemaView(Endpoint):
    """Answers with the schema in OpenAPI 3.1, which is the same for everyone.

    It holds no data, so anyone can read it, and shared caches may keep it for a while.
    """

    renderer_classes = (JSONRenderer, OpenApiJsonRenderer)
    authentication_classes = ()
    permission_classes = ()
    # What an answer depends on, beside its address.
    vary = ("Accept",)

    @extend_schema(exclude=True)
    def get(self, request: ActorRequest) -> Response:
        return Response(openapi(), headers={"Cache-Control": FOR_EVERYONE})


class NotFoundView(Endpoint):
    """Answers 404 as problem+json to every address that does not exist."""

    def check_parameters(self, request: Request) -> None:
        """Check nothing: the answer is 404, whatever the parameters."""

    def http_method_not_allowed(  # type: ignore[override]  # as DRF has it
        self, request: Request, *args: Any, **kwargs: Any
    ) -> Response:
        raise Http404


# Two threads must not generate the schema at the same time. drf-spectacular keeps state
# while it works, so both would get a wrong schema, and the cache would keep it.
_GENERATING = Lock()


def openapi() -> dict[str, Any]:
    """Return the schema, in English. It is generated once in each process."""
    with _GENERATING:
        return _generated()


@cache
def _generated() -> dict[str, Any]:
    with translation.override("en"):
        generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # untyped there
        schema: dict[str, Any] = generator.get_schema(public=True)  # type: ignore[no-untyped-call]  # nor this
    return schema
