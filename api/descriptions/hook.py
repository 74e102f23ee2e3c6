"""Describes every field, parameter and header of the schema: a hook of drf-spectacular.

What it says is in the tables of this folder.
"""

from typing import Any

from api.descriptions.enums import SCHEMAS, name_enums, parameters_of
from api.descriptions.headers import add_headers
from api.descriptions.links import add_links
from api.descriptions.tables import words_of_field, words_of_parameter
from api.descriptions.words import FieldWords
from api.parameters import VALUE_LENGTH

Part = dict[str, Any]


def describe_schema(result: Part, **_more: Any) -> Part:
    """Return the schema with all that the tables of this folder say."""
    name_enums(result)
    schemas = result["components"]["schemas"]
    asked = _asked(result)
    for name, component in schemas.items():
        fields = component.get("properties", {})
        for field, part in fields.items():
            if name not in asked:
                _drop_request_words(part)
            if words := words_of_field(name, field):
                fields[field] = _described(schemas, part, words)
    for operation_id, parameter in parameters_of(result):
        _describe_parameter(
            parameter, words_of_parameter(operation_id, parameter["name"])
        )
    add_headers(result)
    add_links(result)
    return result


def _asked(result: Part) -> set[str]:
    """Return the names of the components that the body of a request may have."""
    schemas, found = result["components"]["schemas"], set[str]()
    waiting = [
        operation.get("requestBody", {})
        for methods in result["paths"].values()
        for operation in methods.values()
    ]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()
            name = str(part.get("$ref", "")).removeprefix(SCHEMAS)
            if name in schemas and name not in found:
                found.add(name)
                waiting.append(schemas[name])
    return found


def _drop_request_words(part: Part) -> None:
    """Drop what means something in a request only."""
    part.pop("readOnly", None)
    part.pop("minLength", None)


def _described(schemas: Part, part: Part, words: FieldWords) -> Part:
    """Return the schema of a field with its words and its bounds."""
    if "$ref" in part:
        part["allOf"] = [{"$ref": part.pop("$ref")}]
    part["description"] = part.get("description") or words.text
    _bound(part.get("items", part), words)
    if not is_object(schemas, part):
        part["examples"] = [words.example]
    return part


def _describe_parameter(parameter: Part, words: FieldWords | None) -> None:
    schema = parameter["schema"]
    text = schema.get("items", schema)
    if parameter["in"] == "query" and text.get("type") == "string":
        text.setdefault("minLength", 1)
        text["maxLength"] = VALUE_LENGTH
    if words is None:
        return
    _bound(text, words)
    parameter["description"] = parameter.get("description") or words.text
    parameter.pop("examples", None)
    parameter["example"] = words.example


def _bound(text: Part, words: FieldWords) -> None:
    kinds = text.get("type", ())
    if "string" not in ([kinds] if isinstance(kinds, str) else kinds):
        return
    if words.longest:
        text["maxLength"] = min(words.longest, text.get("maxLength", words.longest))
    if words.pattern:
        text["pattern"] = words.pattern


def is_object(schemas: Part, part: Part) -> bool:
    """Return whether a field is an object with fields of its own, or a list of them.

    The examples of those are its example.
    """
    part = part.get("items", part)
    several = [part, *part.get("allOf", ()), *part.get("oneOf", ())]
    names = [str(one.get("$ref", "")).removeprefix(SCHEMAS) for one in several]
    return any("properties" in schemas.get(name, {}) for name in names)
