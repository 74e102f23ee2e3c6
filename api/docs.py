"""The documentation page: the contract as a person reads it, from our own server.

It is made from the same schema that machines read, in our own templates: no script, no
style from elsewhere, and it prints.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import Scope
from accounts.requests import UserRequest
from api.problems import KINDS
from api.resources.root import openapi

Json = Mapping[str, Any]
TYPE_NAMES = {"array": "list", "boolean": "true or false", "integer": "number"}


@dataclass(frozen=True)
class Part:
    """A parameter, or a field of an answer."""

    name: str
    type: str
    description: str
    # Must it be given? Of an answer, every field always is.
    is_needed: bool = False


@dataclass(frozen=True)
class Operation:
    """One method of one address."""

    path: str
    method: str
    summary: str
    parameters: tuple[Part, ...]


@dataclass(frozen=True)
class DocsSection:
    """A resource: what can be asked of it, and what it answers with."""

    name: str
    description: str
    operations: tuple[Operation, ...]
    fields: tuple[Part, ...]


# What can be used so far; `accounts.Scope` knows those to come.
SCOPES = {
    Scope.READ_CLEAR: _("Published entries for anyone (TLP:CLEAR)."),
    Scope.READ_GREEN: _("Published entries up to TLP:GREEN."),
    Scope.READ_OWN: _("The entries of its own member, in every state."),
    Scope.READ_REPORTS: _("Reports that the key may read, and their files."),
}


@require_safe
def docs(request: UserRequest) -> HttpResponse:
    context = {
        "sections": sections(),
        "problems": KINDS,
        "scopes": {scope.value: meaning for scope, meaning in SCOPES.items()},
    }
    return render(request, "api/docs/docs.html", context)


@cache
def sections() -> tuple[DocsSection, ...]:
    """Every resource in the schema, in the order of its addresses."""
    schema = openapi()
    found: dict[str, list[tuple[str, str, Json]]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append((path, method, operation))
    return tuple(_section(schema, name, listed) for name, listed in found.items())


def _section(
    schema: Json, name: str, listed: list[tuple[str, str, Json]]
) -> DocsSection:
    first = listed[0][2]  # the list comes before what is below it
    return DocsSection(
        name=name,
        description=first.get("description", ""),
        operations=tuple(_operation(*each) for each in listed),
        fields=tuple(_fields(schema, _answer(schema, first))),
    )


def _operation(path: str, method: str, operation: Json) -> Operation:
    return Operation(
        path=path,
        method=method.upper(),
        summary=operation["summary"],
        parameters=tuple(
            _parameter(parameter)
            for parameter in operation.get("parameters", [])
            if parameter["in"] == "query"
        ),
    )


def _parameter(parameter: Json) -> Part:
    # Of a choice the generator describes nothing but the words, which `type_of` lists.
    is_choice = "enum" in parameter["schema"]
    return Part(
        name=parameter["name"],
        type=type_of(parameter["schema"]),
        description="" if is_choice else parameter.get("description", ""),
        is_needed=parameter.get("required", False),
    )


def _answer(schema: Json, operation: Json) -> Json:
    """The schema of one row of the list that an operation answers with, if it does."""
    content = operation["responses"]["200"]["content"]
    if "application/json" not in content:  # a file
        return {"properties": {}}
    page = resolved(schema, content["application/json"]["schema"])
    return resolved(schema, page["properties"]["results"]["items"])


def _fields(schema: Json, answer: Json) -> Iterator[Part]:
    for name, field in answer["properties"].items():
        whole = resolved(schema, field)
        yield Part(name, type_of(whole), field.get("description", ""))


def resolved(schema: Json, part: Json) -> Json:
    """What a `$ref` stands for, through every step and through alternatives."""
    while "$ref" in part:
        part = schema["components"]["schemas"][part["$ref"].rpartition("/")[2]]
    for several in ("allOf", "oneOf", "anyOf"):
        if several in part:
            each = [resolved(schema, one) for one in part[several]]
            return {**each[0], "alternatives": each[1:]}
    return part


def type_of(part: Json) -> str:
    """A type in a word or two: the choices where there are any."""
    if "enum" in part:
        return ", ".join(str(choice) for choice in part["enum"] if choice)
    kind = part.get("type", "object")
    names = kind if isinstance(kind, list) else [kind]
    words = {**TYPE_NAMES, "string": part.get("format", "text")}
    return " or ".join(str(words.get(name, name)) for name in names)
