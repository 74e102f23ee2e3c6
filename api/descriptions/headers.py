"""Headers of answers, and which answers have them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Part = dict[str, Any]
WHOLE_NUMBER = {"type": "integer", "minimum": 0}


@dataclass(frozen=True)
class Header:
    """A header of some answers. An answer of these statuses may have it."""

    text: str
    example: Any
    schema: Part
    # As in the schema: "200", or "*" for every answer.
    statuses: tuple[str, ...] = ("*",)
    # Without any, all operations. Otherwise only lists, or only these methods.
    only_lists: bool = False
    methods: tuple[str, ...] = ()


def _text(longest: int) -> Part:
    return {"type": "string", "maxLength": longest}


HEADERS = {
    "X-Request-ID": Header(
        "Identifies the request in our log. Quote it when you report a fault.",
        "6b1f0c2d9e8a4f7c",
        _text(100),
    ),
    "WWW-Authenticate": Header(
        "How to authenticate: with a key, as a bearer token.",
        "Bearer",
        _text(200),
        ("401",),
    ),
    "ETag": Header(
        "The entity tag of the answer. Send it back in `If-None-Match`, or to change"
        " what you read in `If-Match`. A refusal has the tag of what is there now.",
        '"9b2f6c1e5d8a4f70"',
        _text(200),
        ("200", "201", "304", "409", "412"),
    ),
    "Allow": Header(
        "The methods that this address has.", "GET, HEAD", _text(100), ("405",)
    ),
    "Retry-After": Header(
        "How long to wait before the next request, in seconds.",
        30,
        WHOLE_NUMBER,
        ("202", "409", "429", "503"),
    ),
    "RateLimit-Policy": Header(
        "The limits of the key: `q` requests are allowed in any `w` seconds.",
        '"requests";q=600;w=60',
        _text(500),
    ),
    "RateLimit": Header(
        "What is left: `r` more requests in the next `t` seconds.",
        '"requests";r=598;t=40',
        _text(500),
    ),
    "Idempotent-Replayed": Header(
        "Present if an earlier request with this `Idempotency-Key` had this answer.",
        "true",
        {"type": "string", "enum": ["true"]},
        ("200", "201", "202", "204"),
        methods=("post",),
    ),
    "Link": Header(
        "The next and the previous page, as in the body (RFC 8288).",
        '<https://stocktake.example.org/api/v1/plans/?cursor=Wz>; rel="next"',
        _text(20_000),
        ("200",),
        only_lists=True,
    ),
    "Location": Header(
        "Address of what the request has made.",
        "https://stocktake.example.org/api/v1/reports/019594d2-5c3e-7a41-b3c8-9a0f6d1e2b47/",
        {"type": "string", "format": "uri"},
        ("201", "202"),
    ),
}


def add_headers(schema: Part) -> None:
    """Name in every answer the headers that it may have."""
    schema["components"]["headers"] = {
        name: {
            "description": header.text,
            "schema": header.schema,
            "example": header.example,
        }
        for name, header in sorted(HEADERS.items())
    }
    for methods in schema["paths"].values():
        for method, operation in methods.items():
            for status, answer in operation["responses"].items():
                named = {
                    name: {"$ref": f"#/components/headers/{name}"}
                    for name in _names(method, operation, status)
                }
                answer["headers"] = {**answer.get("headers", {}), **named}


def _names(method: str, operation: Part, status: str) -> Iterator[str]:
    is_list = any(one["name"] == "page_size" for one in operation.get("parameters", ()))
    for name, header in sorted(HEADERS.items()):
        fits = not header.methods or method in header.methods
        if fits and (is_list or not header.only_lists) and _has(header, status):
            yield name


def _has(header: Header, status: str) -> bool:
    return bool({"*", status} & set(header.statuses))
