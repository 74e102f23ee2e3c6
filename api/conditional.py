"""Conditional requests (RFC 9110, section 13): an entity tag on every answer to GET.

A client that sends the tag back in `If-None-Match` gets 304 and no body, for as long as
it would be served the same.
"""

from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from rest_framework.response import Response

from api.requests import ActorRequest
from api.tags import names_tag, tag_of


def with_tag(request: ActorRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """Give the answer to GET or HEAD its tag. Return 304 if the client names that tag.

    The tag is made of the body, unless the view has set one, as it does for a
    file with a stored hash. An
    answer that is streamed has none: it is not known before it is sent.
    """
    if request.method not in {"GET", "HEAD"} or answer.status_code != 200:
        return answer
    if "ETag" not in answer.headers:
        if answer.streaming:
            return answer
        if isinstance(answer, Response):
            answer.render()
        body: Any = answer
        answer.headers["ETag"] = tag_of(request.user, body.content)
    return _not_modified(request, answer) or answer


def _not_modified(
    request: ActorRequest, answer: HttpResponseBase
) -> HttpResponse | None:
    given, tag = request.headers.get("If-None-Match", ""), answer.headers["ETag"]
    if not names_tag(given, tag):
        return None
    unchanged = HttpResponseNotModified()
    # The headers of the 200, but for those that describe its body.
    for name, value in answer.headers.items():
        if not name.startswith("Content-"):
            unchanged.headers[name] = value
    if f"W/{tag}" in given:
        # The client has the compressed body, whose tag is weak.
        unchanged.headers["ETag"] = f"W/{tag}"
    return unchanged
