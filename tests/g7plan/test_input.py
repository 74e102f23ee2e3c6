"""Tests of unsafe input: false headers, unexpected data, and caching of answers."""

import ipaddress
import os
import subprocess
import sys
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from audit.models import Event
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


# ---- The id of a request


@pytest.mark.parametrize(
    ("trusted", "given", "is_used"),
    [
        ([], "from-a-stranger", False),
        (["203.0.113.0/24"], "from-a-stranger", False),
        (["127.0.0.0/8"], "0123abcd-from-our-proxy", True),
        (["127.0.0.1", "2001:db8::/32"], "0123abcd-from-our-proxy", True),
        (["127.0.0.1"], "short", False),
        (["127.0.0.1"], "with a line end\n", False),
        (["127.0.0.1"], "a" * 65, False),
        (["127.0.0.1"], "01234567\n", False),
    ],
)
def test_only_a_trusted_proxy_gives_a_request_its_id(
    officer_jp, settings, trusted, given, is_used
):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network(network) for network in trusted]
    answer = Client(headers={"X-Request-ID": given}).post(
        "/accounts/login/", {"login": officer_jp.email, "password": "wrong"}
    )
    assert (answer["X-Request-ID"] == given) is is_used
    event = Event.objects.get(verb="user.sign_in_refused")
    assert (event.request_id == given) is is_used
    assert event.request_id == answer["X-Request-ID"]


def test_an_address_that_is_none_stops_the_start():
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "import django; django.setup()"],
        env={**os.environ, "TRUSTED_PROXIES": "127.0.0.1,proxy.example"},
        capture_output=True,
        text=True,
        check=False,
    ).stderr
    assert "TRUSTED_PROXIES: 'proxy.example' does not appear to be an IPv4" in said
