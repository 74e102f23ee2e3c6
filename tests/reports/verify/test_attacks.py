"""Tests of what a stranger may send to `/verify/`: large, wrong, twice, and often."""

import io
import logging
import time
import tracemalloc
from hashlib import sha256

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from accounts.limits.counting import buckets_of, use
from accounts.limits.table import LIMITS, Limit
from reports.codes import new_code
from reports.verify.answers import answer_to_stranger
from reports.verify.held import held_code
from reports.verify.uploads import MOST_BYTES, MOST_BYTES_READ, HashFilesHandler
from reports.views.verify import verify

pytestmark = pytest.mark.django_db
VERIFY = "/verify/"
GUESSES = 10_000
TOO_LARGE = "The file is too large. Choose a file of at most 25 MB."
NOT_FINAL = "Not a final report of this system"
BOUNDARY = "boundary"
BEFORE = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n'
    "Content-Type: application/octet-stream\r\n\r\n"
).encode()
AFTER = f"\r\n--{BOUNDARY}--\r\n".encode()


def file(content=b"x", name="report.pdf"):
    return SimpleUploadedFile(name, content)


class LongForm(io.RawIOBase):
    """A form with a file of zeros that exists nowhere: it is made as it is read."""

    def __init__(self, size):
        self.parts = [BEFORE, size, AFTER]
        self.length = len(BEFORE) + size + len(AFTER)
        self.taken = 0

    def read(self, size=-1):
        if not self.parts:
            return b""
        first = self.parts[0]
        if isinstance(first, bytes):
            got, self.parts[0] = first[:size], first[size:]
        else:
            got, self.parts[0] = bytes(min(size, first)), first - min(size, first)
        if not self.parts[0]:
            self.parts.pop(0)
        self.taken += len(got)
        return got


def long_request(size):
    sent = LongForm(size)
    environ = {
        **RequestFactory().post(VERIFY).environ,
        "wsgi.input": sent,
        "CONTENT_LENGTH": str(sent.length),
        "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
    }
    request = WSGIRequest(environ)
    request.user = AnonymousUser()
    return request, sent


def send_long(size):
    request, sent = long_request(size)
    return verify(request), sent


def test_a_file_of_25_mb_is_hashed(monkeypatch):
    def refuse(*_args, **_options):
        raise AssertionError("a file was made")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    monkeypatch.setattr("django.core.files.temp.NamedTemporaryFile", refuse)
    answer, sent = send_long(MOST_BYTES)
    assert answer.status_code == 200
    assert NOT_FINAL in answer.text
    assert sent.taken == sent.length


def test_a_file_is_never_whole_in_memory():
    request, _sent = long_request(MOST_BYTES)
    request.upload_handlers = [HashFilesHandler(request)]
    tracemalloc.start()
    try:
        [file] = request.FILES.getlist("file")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert file.sha256 == sha256(bytes(MOST_BYTES)).hexdigest()
    assert file.size == MOST_BYTES
    assert peak < 2_000_000


def test_a_file_of_one_byte_more_is_refused_in_words():
    answer, sent = send_long(MOST_BYTES + 1)
    assert answer.status_code == 413
    assert TOO_LARGE in answer.text
    assert sent.taken == sent.length


def test_a_body_that_is_much_longer_is_refused_before_it_is_read():
    answer, sent = send_long(MOST_BYTES_READ)
    assert answer.status_code == 413
    assert TOO_LARGE in answer.text
    assert sent.taken == 0


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Type a code, or choose a file."),
        ({"code": "  ", "sha256": "\t"}, "Type a code, or choose a file."),
        ({"other": file()}, "Type a code, or choose a file."),
        ({"code": new_code(), "file": file()}, "Check one code or one file at a time."),
        ({"file": [file(), file()]}, "Check one code or one file at a time."),
        ({"code": "a", "sha256": "b"}, "Check one code or one file at a time."),
    ],
)
def test_a_form_without_one_thing_to_check_is_refused_in_words(sent, sentence, client):
    answer = client.post(VERIFY, sent)
    assert answer.status_code == 422
    assert sentence in answer.text


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ('{"code": "0123456789ABCDEF"}', "application/json"),
        ("code=0123456789ABCDEF", "text/plain"),
        (b"\xff\xfe\x00", "application/octet-stream"),
        ("", "multipart/form-data; boundary=x"),
    ],
)
def test_another_type_of_body_is_not_read(body, content_type, client):
    answer = client.post(VERIFY, body, content_type=content_type)
    assert answer.status_code == 422
    assert "Type a code, or choose a file." in answer.text


@pytest.mark.parametrize("cut", [40, len(BEFORE) + 2])
def test_an_upload_that_breaks_off_finds_nothing(cut, client):
    body = (BEFORE + b"some bytes of a document" + AFTER)[:cut]
    content_type = f"multipart/form-data; boundary={BOUNDARY}"
    answer = client.post(VERIFY, body, content_type=content_type)
    assert answer.status_code in {200, 400, 422}
    assert "A genuine" not in answer.text


def test_an_address_carries_nothing(client):
    """Neither a query nor a HEAD checks anything."""
    plain = client.get(VERIFY)
    assert client.get(f"{VERIFY}?code={new_code()}").text == plain.text
    assert client.head(VERIFY).content == b""
    assert 'id="answer"' not in plain.text
    for method in ("put", "patch", "delete", "options"):
        assert getattr(client, method)(VERIFY).status_code == 405


def test_no_cookie_is_needed_or_set(client):
    strict = type(client)(enforce_csrf_checks=True)
    for answer in (strict.get(VERIFY), strict.post(VERIFY, {"code": new_code()})):
        assert answer.status_code == 200
        assert not answer.cookies
        assert "csrfmiddlewaretoken" not in answer.text


def test_what_was_sent_is_in_no_log_and_not_on_the_page(client, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    code, name = new_code(), "a-file-with-a-name.pdf"
    answers = [client.post(VERIFY, {"code": code})]
    answers += [client.post(VERIFY, {"file": file(name=name)})]
    answers += [client.post(f"{VERIFY}nowhere/", {"code": code})]
    said = [caplog.text, *capfd.readouterr(), *(answer.text for answer in answers)]
    assert not [text for text in said if code in text or name in text]


# ---- Often ---------------------------------------------------------------------------


MOST = 3


@pytest.fixture
def limited(monkeypatch):
    """As the table says, but with small numbers."""
    fewer = {
        "verifications": Limit(MOST, 60),
        "verifications-address": Limit(2 * MOST, 60),
    }
    monkeypatch.setattr(settings, "RATE_LIMITS", {**LIMITS, **fewer})


def guess(client, **options):
    return client.post(VERIFY, {"code": new_code()}, **options)


def test_a_network_address_that_tries_too_often_is_told_to_wait(limited, client):
    for _n in range(2 * MOST):
        assert guess(client).status_code == 200
    refused = guess(client)
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert "asked too often" in refused.text
    # The page itself is still there, and so it is for others.
    assert client.get(VERIFY).status_code == 200
    assert guess(client, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_a_file_that_comes_too_often_is_not_read(limited, client):
    for _n in range(2 * MOST):
        guess(client)
    answer = client.post(VERIFY, {"file": file(bytes(100_000))})
    assert answer.status_code == 429
    assert not hasattr(answer.wsgi_request, "_files")


def test_a_person_is_limited_at_every_address(limited, signed_in, officer_jp):
    client = signed_in(officer_jp)
    for number in range(MOST):
        address = f"192.0.2.{number}"
        assert guess(client, REMOTE_ADDR=address).status_code == 200
    assert guess(client, REMOTE_ADDR="192.0.2.200").status_code == 429


@pytest.mark.long
def test_of_ten_thousand_guesses_few_are_looked_up_and_none_is_right(monkeypatch):
    """The limit lets the first of each minute through."""
    monkeypatch.setattr(settings, "RATE_LIMITS", LIMITS)
    address = buckets_of(["verifications"], None, "192.0.2.9")
    began = time.monotonic()
    codes = [new_code() for _n in range(GUESSES) if use(*address).wait == 0]
    minutes = 1 + (time.monotonic() - began) // 60
    assert len(codes) <= LIMITS["verifications-address"].most * minutes
    assert not [
        code for code in codes if answer_to_stranger(held_code(code)).is_genuine
    ]
