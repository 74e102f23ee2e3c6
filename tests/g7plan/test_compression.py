"""Tests of compressed answers over a real connection: pages, files, streams, tags."""

import gzip
import hashlib
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from django.views.decorators.http import condition

pytestmark = pytest.mark.enable_socket

TEXT = b"A sentence about progress. " * 200
TYPES = {
    "text/html; charset=utf-8": True,
    "text/csv": True,
    "text/calendar": True,
    "application/json": True,
    "application/problem+json": True,
    "application/x-ndjson": True,
    "application/atom+xml": True,
    "application/vnd.oai.openapi; charset=utf-8": True,
    "application/pdf": False,
    "application/octet-stream": False,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": False,
    "image/png": False,
}


@login_not_required
def typed(request: HttpRequest) -> HttpResponse:
    return HttpResponse(TEXT, content_type=request.GET["type"])


@login_not_required
@condition(etag_func=lambda _request: '"abcW/"')
def tagged(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(TEXT, content_type="application/json")


@login_not_required
def streamed(_request: HttpRequest) -> StreamingHttpResponse:
    pieces = (TEXT for _number in range(3))
    return StreamingHttpResponse(pieces, content_type="text/csv")


@login_not_required
def encoded(_request: HttpRequest) -> HttpResponse:
    headers = {"Content-Encoding": "br"}
    return HttpResponse(TEXT, content_type="text/css", headers=headers)


urlpatterns = [
    path("typed/", typed),
    path("tagged/", tagged),
    path("streamed/", streamed),
    path("encoded/", encoded),
]


class SilentHandler(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Write no log."""


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """The whole application behind a real socket; its views are the ones above."""
    application = WSGIHandler()
    with make_server(
        "127.0.0.1", 0, application, handler_class=SilentHandler
    ) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def ask(server, settings) -> Any:
    settings.ROOT_URLCONF = __name__

    def asked(address: str, method: str = "GET", **headers: str) -> HTTPResponse:
        connection = HTTPConnection("127.0.0.1", server, timeout=30)
        connection.request(
            method,
            address,
            headers={n.replace("_", "-"): v for n, v in headers.items()},
        )
        answer = connection.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        connection.close()
        return answer

    return asked


@pytest.mark.parametrize(("content_type", "is_compressed"), TYPES.items())
def test_text_is_compressed_and_files_stay_as_they_are(
    ask, content_type, is_compressed
):
    address = f"/typed/?type={content_type.replace('+', '%2B').replace(' ', '%20')}"
    answer = ask(address, Accept_Encoding="gzip")
    assert answer.headers["Content-Type"] == content_type
    if is_compressed:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert len(answer.body) < len(TEXT) / 10
        assert gzip.decompress(answer.body) == TEXT
    else:
        assert "Content-Encoding" not in answer.headers
        assert answer.body == TEXT
    assert answer.headers["Content-Length"] == str(len(answer.body))


def test_a_client_that_cannot_decompress_gets_plain_text(ask):
    answer = ask("/typed/?type=text/html", Accept_Encoding="br")
    assert answer.body == TEXT
    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_the_size_of_the_same_page_varies(ask):
    answers = [ask("/typed/?type=text/html", Accept_Encoding="gzip") for _ in range(8)]
    assert len({len(answer.body) for answer in answers}) > 1
    assert {gzip.decompress(answer.body) for answer in answers} == {TEXT}


def test_head_has_the_headers_of_get_and_no_content(ask):
    answer = ask("/typed/?type=text/html", "HEAD", Accept_Encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.body == b""


def test_a_stream_is_compressed_as_a_stream(ask):
    answer = ask("/streamed/", Accept_Encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Content-Length" not in answer.headers
    assert gzip.decompress(answer.body) == TEXT * 3


def test_what_is_compressed_already_is_not_compressed_again(ask):
    answer = ask("/encoded/", Accept_Encoding="gzip, br")
    assert answer.headers["Content-Encoding"] == "br"
    assert hashlib.sha256(answer.body).digest() == hashlib.sha256(TEXT).digest()


def test_a_tag_that_compression_made_weak_still_matches(ask):
    answer = ask("/tagged/", Accept_Encoding="gzip")
    tag = answer.headers["ETag"]
    assert tag == 'W/"abcW/"'
    for sent in (tag, '"abcW/"', f'"other", {tag}', f'{tag},W/"other"'):
        headers = {"Accept_Encoding": "gzip"}
        assert ask("/tagged/", If_Match=sent, **headers).status == 200, sent
        assert ask("/tagged/", If_None_Match=sent, **headers).status == 304, sent
    assert ask("/tagged/", If_Match='W/"other"').status == 412
    assert ask("/tagged/", If_None_Match='W/"other"').status == 200


def test_a_tag_stays_strong_without_compression(ask):
    assert ask("/tagged/", Accept_Encoding="identity").headers["ETag"] == '"abcW/"'
