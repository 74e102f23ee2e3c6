"""The API's documentation page, made from the same schema that machines read.

It holds no data, so anyone can read it. The page uses our own templates. It needs no
script and no style from another site, and it can be printed.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import nh3
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

from accounts.models import Scope
from api.problems import PROBLEM_KINDS
from api.root import FOR_EVERYONE, openapi

SchemaPart = Mapping[str, Any]
MARKDOWN = MarkdownIt("commonmark", {"html": False})
TYPE_NAMES = {"array": "list", "boolean": "true or false", "integer": "number"}


@dataclass(frozen=True)
class Part:
    """A parameter of a request, or a field of an answer."""

    name: str
    type: str
    description: SafeString
    example: str
    # For parameters only: an answer always has all of its fields.
    is_required: bool = False


@dataclass(frozen=True)
class Operation:
    """One method of one address."""

    path: str
    method: str
    summary: str
    # Empty if it is that of the section.
    description: SafeString
    parameters: tuple[Part, ...]


@dataclass(frozen=True)
class DocsSection:
    """A resource, with its operations and the fields of its answers."""

    name: str
    description: SafeString
    operations: tuple[Operation, ...]
    fields: tuple[Part, ...]


# The scopes that a resource uses now. `accounts.Scope` also has those for later.
SCOPES = {
    Scope.READ_CLEAR: _("Read published entries labelled TLP:CLEAR."),
    Scope.READ_GREEN: _("Read published entries up to TLP:GREEN."),
    Scope.READ_OWN: _(
        "Read the entries of the key's own member, in every state and with every label."
    ),
    Scope.WRITE_ENTRIES: _(
        "Write the entries of the key's own member, and send them for clearance. It"
        " needs read:own too."
    ),
    Scope.MANAGE_WEBHOOKS: _("Keep webhooks, to which changes are sent."),
    Scope.COMPILE_REPORTS: _("Request reports, up to the label that the key may read."),
    Scope.READ_REPORTS: _("Read the reports that the key requested, and their files."),
}


@login_not_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    context = {
        "sections": sections(),
        "headers": headers(),
        "problems": PROBLEM_KINDS,
        "scopes": {scope.value: meaning for scope, meaning in SCOPES.items()},
    }
    answer = render(request, "api/docs/docs.html", context)
    if not request.user.is_authenticated:
        # Its header names no person, so every cache may keep it for a while.
        answer.headers["Cache-Control"] = FOR_EVERYONE
    return answer


@cache
def sections() -> tuple[DocsSection, ...]:
    """Return a section for each resource, in the order of the addresses."""
    schema = openapi()
    found: dict[str, list[tuple[str, str, SchemaPart]]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append((path, method, operation))
    return tuple(_section(schema, name, listed) for name, listed in found.items())


@cache
def headers() -> tuple[Part, ...]:
    """Return the headers that answers may have."""
    return tuple(
        Part(
            name=name,
            type=type_of(one["schema"]),
            description=_sentence(one["description"]),
            example=_example(one["example"]),
        )
        for name, one in openapi()["components"]["headers"].items()
    )


def _section(
    schema: SchemaPart, name: str, listed: list[tuple[str, str, SchemaPart]]
) -> DocsSection:
    first = listed[0][2]  # the list comes before what is below it
    description = _prose(first.get("description", ""))
    operations = [_operation(schema, *each) for each in listed]
    return DocsSection(
        name=name,
        description=description,
        operations=tuple(
            replace(one, description=SafeString())
            if one.description == description
            else one
            for one in operations
        ),
        fields=tuple(_fields(schema, _answer(schema, first))),
    )


def _prose(text: str) -> SafeString:
    """Return a text of ours as HTML. Our docstrings are Markdown."""
    return _cleaned(MARKDOWN.render(text))


def _sentence(text: str) -> SafeString:
    """Return the same without a paragraph around it."""
    return _cleaned(MARKDOWN.renderInline(text))


def _cleaned(html: str) -> SafeString:
    return mark_safe(nh3.clean(html, tags={"code", "em", "p"}))  # noqa: S308 - cleaned


def _operation(
    schema: SchemaPart, path: str, method: str, operation: SchemaPart
) -> Operation:
    return Operation(
        path=path,
        method=method.upper(),
        summary=operation["summary"],
        description=_prose(operation.get("description", "")),
        parameters=tuple(
            _parameter(schema, parameter)
            for parameter in operation.get("parameters", [])
        )
        + tuple(_body(schema, operation)),
    )


def _body(schema: SchemaPart, operation: SchemaPart) -> Iterator[Part]:
    """Yield the fields of the JSON object that an operation takes, if it takes one."""
    content = operation.get("requestBody", {}).get("content", {})
    for media in content.values():
        body = resolved(schema, media["schema"])
        for part in _fields(schema, body):
            is_required = part.name in body.get("required", ())
            yield replace(part, is_required=is_required)


def _parameter(schema: SchemaPart, parameter: SchemaPart) -> Part:
    values = parameter["schema"]
    return Part(
        name=parameter["name"],
        type=type_of(resolved(schema, values.get("items", values))),
        description=_sentence(parameter.get("description", "")),
        example=_example(parameter.get("example")),
        is_required=parameter.get("required", False),
    )


def _example(value: Any) -> str:
    """Return an example as it is written in an address, or else as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _answer(schema: SchemaPart, operation: SchemaPart) -> SchemaPart:
    """Return the schema of what an operation answers with, or of a row of its list.

    It has no properties if the operation answers with a file or with nothing.
    """
    for status, answer in operation["responses"].items():
        media = answer.get("content", {}).get("application/json")
        if status.startswith("2") and media:
            whole = resolved(schema, media["schema"])
            rows = whole.get("properties", {}).get("results")
            return resolved(schema, rows["items"]) if rows else whole
    return {}


def _fields(schema: SchemaPart, answer: SchemaPart) -> Iterator[Part]:
    for name, field in answer.get("properties", {}).items():
        example, *_more = field.get("examples", [None])
        yield Part(
            name=name,
            type=type_of(resolved(schema, field)),
            description=_sentence(field.get("description", "")),
            example=_example(example),
        )


def resolved(schema: SchemaPart, part: SchemaPart) -> SchemaPart:
    """Return the schema behind a `$ref`. Other alternatives are kept beside it."""
    while "$ref" in part:
        part = schema["components"]["schemas"][part["$ref"].rpartition("/")[2]]
    for several in ("allOf", "oneOf", "anyOf"):
        if several in part:
            each = [resolved(schema, alternative) for alternative in part[several]]
            return {**each[0], "alternatives": each[1:]}
    return part


def type_of(part: SchemaPart) -> str:
    """Return a type in a few words, or the values that can be chosen."""
    if "enum" in part:
        return ", ".join(str(choice) for choice in part["enum"] if choice)
    kind = part.get("type", "object")
    names = kind if isinstance(kind, list) else [kind]
    words = {**TYPE_NAMES, "string": part.get("format", "text")}
    return " or ".join(str(words.get(name, name)) for name in names)
