"""Content negotiation for addresses that answer with a file."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

# The media type of any file: programs made from our schema know how to read it.
OCTETS = "application/octet-stream"


class IgnoreAcceptHeader(DefaultContentNegotiation):
    """Uses the view's first renderer, whatever the Accept header asks for.

    A file keeps its own media type, but see `as_octets`. The renderer is used for
    problems only.
    """

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, first.media_type


def as_octets(request: Request, file: HttpResponse) -> HttpResponse:
    """Return an answer with a file, as the type of any file if the client asks so."""
    if request.headers.get("Accept") == OCTETS:
        file.headers["Content-Type"] = OCTETS
    patch_vary_headers(file, ["Accept"])
    return file
