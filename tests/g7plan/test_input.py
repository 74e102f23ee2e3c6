"""Tests of unsafe input: false headers, unexpected data, and caching of answers."""

from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from g7plan.wsgi import Entrance, logged_path

pytestmark = pytest.mark.django_db

# Two codecs decode bytes to bytes, one fails, the last gives text no database stores.
CHARSETS = ["zlib", "hex", "undefined", "utf-7"]


@pytest.fixture
def browser():
    """A client whose requests arrive as from the web server, before any middleware."""
    client = Client()
    handler: Any = client.handler
    application: Any = Entrance(lambda environ, _start: handler(environ))
    client.handler = cast("Any", lambda environ: application(environ, None))
    return client


@pytest.mark.parametrize("charset", CHARSETS)
def test_every_address_is_read_as_utf_8(browser, charset):
    headers = {"Content-Type": f"text/plain; Charset={charset}"}
    answer = browser.get("/accounts/login/?next=%2Ba%41", headers=headers)
    assert answer.status_code == 200


@pytest.mark.parametrize("charset", CHARSETS)
def test_every_form_is_read_as_utf_8(browser, charset):
    body = encode_multipart(BOUNDARY, {"login": "+2AA-@tests.example", "password": "x"})
    content_type = f"{MULTIPART_CONTENT}; charset={charset}"
    answer = browser.generic("POST", "/accounts/login/", body, content_type)
    assert answer.status_code == 200
    assert "+2AA-@tests.example" in answer.content.decode()


def test_a_cookie_with_a_null_character_is_passed_over():
    headers = {"Cookie": r'sessionid="\000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"'}
    answer = Client().get("/accounts/login/", headers=headers)
    assert answer.status_code == 200


@pytest.mark.parametrize(("size", "status"), [(10, 200), (3_000_000, 400)])
def test_a_file_nobody_asked_for_is_not_kept(size, status):
    sent = {"login": "x", "file": SimpleUploadedFile("report.pdf", b"x" * size)}
    answer = Client().post("/accounts/login/", sent)
    assert answer.status_code == status
    if status == 200:
        assert not answer.wsgi_request.FILES


def test_no_cache_between_keeps_what_a_reader_was_shown(signed_in, officer_jp, plan):
    browser = signed_in(officer_jp)
    for url in ("/", "/tasks/", "/matrix/", "/people/me/", "/nowhere/"):
        assert browser.get(url)["Cache-Control"] == "private, no-cache", url


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/plans/ise-shima-2016-ct/", "/plans/ise-shima-2016-ct/"),
        ("/x\n01:02 well\x1b[31m", "/x%0A01%3A02%20well%1B%5B31m"),
        ("/\xe6\x97\xa5/", "/%E6%97%A5/"),
        (
            "/accounts/password/reset/key/1a2b-d7x9k3-0f/",
            "/accounts/password/reset/key/.../",
        ),
    ],
)  # fmt: skip
def test_an_address_is_logged_in_one_line_and_without_a_key(path, line):
    assert logged_path(path) == line
