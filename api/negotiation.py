"""Which format an answer has: by `format`, by the Accept header, or the view's own."""

import re
from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.utils.mediatypes import media_type_matches

# How much a client likes a media type: from 0 (not at all) to 1.
_QUALITY = re.compile(r";\s*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*(?:;|$)")

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


class OfferedFormats(DefaultContentNegotiation):
    """Chooses by `format` where several are offered, or else by the Accept header."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer and its media type.

        Raises NotAcceptable, which lists what is offered.
        """
        offered = list(renderers)
        formats = list(dict.fromkeys(one.format for one in offered))
        asked = request.query_params.get("format")
        if asked and len(formats) > 1:
            for renderer in offered:
                if renderer.format == asked:
                    return renderer, renderer.media_type
            raise NotAcceptable(
                _("Choose one of these formats: %s.") % ", ".join(map(str, formats))
            )
        for accepts in self._by_preference(request):
            for renderer in offered:
                if any(media_type_matches(renderer.media_type, one) for one in accepts):
                    return renderer, renderer.media_type
        types = ", ".join(one.media_type for one in offered)
        raise NotAcceptable(_("This address offers these media types: %s.") % types)

    def _by_preference(self, request: Request) -> list[list[str]]:
        """Return what a client accepts, in groups, those that it likes best first.

        Of those it likes alike, a type that it names comes before `*/*`.
        """
        found: dict[tuple[float, bool], list[str]] = {}
        for accepted in self.get_accept_list(request):
            quality = _QUALITY.search(accepted)
            likes = float(quality[1]) if quality else 1.0
            if likes:
                found.setdefault((likes, "*" not in accepted), []).append(accepted)
        return [found[preference] for preference in sorted(found, reverse=True)]
