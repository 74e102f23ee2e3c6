"""A web application whose list breaks in the middle: see test_broken_stream."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import django

django.setup()  # before our modules, which load models

from django.core.handlers.wsgi import WSGIRequest  # noqa: E402
from django.http import StreamingHttpResponse  # noqa: E402

from api.streams import CsvRenderer  # noqa: E402
from g7plan.middleware import CompressionMiddleware  # noqa: E402


def portions(*, is_broken: bool) -> Iterator[Sequence[Mapping[str, Any]]]:
    for number in range(20):
        if is_broken and number == 10:
            raise RuntimeError
        yield [{"number": f"{number}{one}"} for one in range(1_000)]


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/readyz":
        start("204 No Content", [])
        return []
    request = WSGIRequest(environ)
    rows = portions(is_broken=request.path == "/broken")
    whole = StreamingHttpResponse(
        CsvRenderer().write(["number"], rows), content_type="text/csv"
    )
    answer: Any = CompressionMiddleware(lambda _request: whole)(request)
    start("200 OK", list(answer.items()))
    parts: Iterable[bytes] = answer
    return parts
