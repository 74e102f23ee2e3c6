"""`curl` with the options that the documents use. It refuses all others."""

import sys
from argparse import ArgumentParser, Namespace
from email.message import Message
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

FORM_TYPE = "application/x-www-form-urlencoded"


def options() -> Namespace:
    parser = ArgumentParser("curl", allow_abbrev=False)
    parser.add_argument("url")
    parser.add_argument("-s", "--silent", action="store_true")
    parser.add_argument("-i", "--include", action="store_true")
    parser.add_argument("-G", "--get", action="store_true")
    parser.add_argument("-N", "--no-buffer", action="store_true")
    parser.add_argument("-O", "--remote-name", action="store_true")
    parser.add_argument("-J", "--remote-header-name", action="store_true")
    parser.add_argument("--compressed", action="store_true")
    parser.add_argument("-X", "--request")
    parser.add_argument("-o", "--output")
    parser.add_argument("-D", "--dump-header")
    parser.add_argument("-H", "--header", action="append", default=[])
    parser.add_argument("-d", "--data", action="append", default=[])
    parser.add_argument("--data-binary", action="append", default=[])
    parser.add_argument("--data-urlencode", action="append", default=[])
    parser.add_argument("-F", "--form", action="append", default=[])
    parser.add_argument("--etag-save")
    parser.add_argument("--etag-compare")
    return parser.parse_args()


def content_of(value: str) -> bytes:
    """Return the bytes of a value, or those of a file or of the input."""
    if value == "@-":
        return sys.stdin.buffer.read()
    return Path(value[1:]).read_bytes() if value.startswith("@") else value.encode()


def form_of(parts: list[str]) -> tuple[bytes, str]:
    """Return a multipart body, and its type."""
    mark, lines = uuid4().hex, b""
    for part in parts:
        name, _equals, value = part.partition("=")
        value, *settings = value.split(";")
        told = f'form-data; name="{name}"'
        kind = "text/plain"
        if value.startswith("@"):
            told += f'; filename="{Path(value[1:]).name}"'
            kind = "application/octet-stream"
        for setting in settings:
            if setting.startswith("type="):
                kind = setting.removeprefix("type=")
        headers = f"Content-Disposition: {told}\r\nContent-Type: {kind}\r\n"
        lines += f"--{mark}\r\n{headers}\r\n".encode() + content_of(value) + b"\r\n"
    return lines + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def body_of(given: Namespace, headers: dict[str, str]) -> bytes | None:
    pairs = [pair.partition("=") for pair in given.data_urlencode]
    texts = [urlencode({name: value}).encode() for name, _equals, value in pairs]
    texts += [content_of(value) for value in given.data + given.data_binary]
    if given.form:
        body, kind = form_of(given.form)
        headers.setdefault("content-type", kind)
        return body
    if not texts:
        return None
    headers.setdefault("content-type", FORM_TYPE)
    return b"&".join(texts)


def show(given: Namespace, answer: HTTPResponse, body: bytes) -> None:
    lines = [f"HTTP/1.1 {answer.status} {answer.reason}"]
    lines += [f"{name}: {value}" for name, value in answer.getheaders()]
    head = "\r\n".join([*lines, "", ""]).encode()
    if given.dump_header and given.dump_header != "-":
        Path(given.dump_header).write_bytes(head)
    elif given.dump_header or given.include:
        sys.stdout.buffer.write(head)
    name = given.output
    if given.remote_name and given.remote_header_name:
        told = Message()
        told["Content-Disposition"] = answer.headers.get("Content-Disposition", "")
        name = Path(told.get_filename() or "answer").name
    if name:
        Path(name).write_bytes(body)
    else:
        sys.stdout.buffer.write(body)


def main() -> None:
    given = options()
    pairs = [header.partition(":") for header in given.header]
    headers = {name.strip().lower(): value.strip() for name, _colon, value in pairs}
    if given.compressed:
        headers["accept-encoding"] = "gzip"
    if given.etag_compare and Path(given.etag_compare).exists():
        headers["if-none-match"] = Path(given.etag_compare).read_text("utf-8").strip()
    body, url = body_of(given, headers), urlsplit(given.url)
    query = url.query
    if given.get and body is not None:
        query, body = "&".join(filter(None, [query, body.decode()])), None
    connection = HTTPConnection(url.netloc, timeout=30)
    method = given.request or ("GET" if body is None else "POST")
    path = f"{url.path}?{query}" if query else url.path
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    show(given, answer, answer.read())
    if given.etag_save and (tag := answer.headers.get("ETag")):
        Path(given.etag_save).write_text(f"{tag}\n", "utf-8")


if __name__ == "__main__":
    main()
