"""One component for each set of values, which fields and parameters refer to."""

import re
from collections.abc import Iterator
from typing import Any

Part = dict[str, Any]
SCHEMAS = "#/components/schemas/"
# drf-spectacular names a set of values after its field. These need a better name.
RENAMED = {"Language": "ReportLanguage"}
# It does not name the values of a parameter, or of a list that may be null. Those are
# named after the place where they come first, unless there is a better name here.
NAMES = {
    "EntriesLanguage": "EntryLanguage",
    "MeScopes": "Scope",
    "PositionsExpand": "Expansion",
    "ActionsFormat": "ListFormat",
}


def name_enums(schema: Part) -> None:
    """Move each set of values to a component with a name that stays, once."""
    schemas = schema["components"]["schemas"]
    for before, after in RENAMED.items():
        if before in schemas:
            schemas[after] = schemas.pop(before)
    _refer(schema)
    schemas.pop("Null", None)
    names = {
        frozenset(part["enum"]): name
        for name, part in schemas.items()
        if "enum" in part
    }
    for component, whole in [*schemas.items()]:
        for field, part in whole.get("properties", {}).items():
            _move_values(schemas, names, part, part, _camel(f"{component}_{field}"))
    for operation_id, parameter in parameters_of(schema):
        name = _camel(f"{operation_id.removesuffix('_list')}_{parameter['name']}")
        _move_values(schemas, names, parameter["schema"], parameter, name)
    schema["components"]["schemas"] = dict(sorted(schemas.items()))


def parameters_of(schema: Part) -> Iterator[tuple[str, Part]]:
    """Yield each parameter, with the id of its operation."""
    for methods in schema["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                yield operation["operationId"], parameter


def _refer(part: Any) -> None:
    """Rename what refers to a renamed component, and say null where it is meant."""
    if isinstance(part, list):
        for one in part:
            _refer(one)
    elif isinstance(part, dict):
        name = str(part.get("$ref", "")).removeprefix(SCHEMAS)
        if name == "Null":
            part.clear()
            part["type"] = "null"
        elif name in RENAMED:
            part["$ref"] = SCHEMAS + RENAMED[name]
        for one in part.values():
            _refer(one)


def _move_values(
    schemas: Part,
    names: dict[frozenset[Any], str],
    whole: Part,
    described: Part,
    name: str,
) -> None:
    """Let a schema, or the items of a list, refer to its values by a name.

    `described` is what has the description: the schema itself, or its parameter.
    """
    values = whole.get("items", whole)
    if "enum" not in values:
        return
    text, meanings = _split(described.get("description", ""))
    meanings = _split(values.get("description", ""))[1] or meanings
    described.pop("description", None)
    name = NAMES.get(name, name)
    known = names.setdefault(frozenset(values["enum"]), name)
    if known == name:
        schemas[name] = {**values, "description": meanings}
    values.clear()
    values["$ref"] = SCHEMAS + known
    if text:
        described["description"] = text


def _split(text: str) -> tuple[str, str]:
    """Return a description, and the list of what the values mean."""
    if text.startswith("* "):
        return "", text
    before, _break, meanings = text.partition("\n\n* ")
    return before, meanings and f"* {meanings}"


def _camel(name: str) -> str:
    return re.sub("(?:^|_)([a-zA-Z])", lambda found: found[1].upper(), name)
