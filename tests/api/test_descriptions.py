"""Tests of what the schema says of every field, parameter and header."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from api.descriptions.hook import is_object
from api.descriptions.tables import FIELDS
from api.root import openapi

COMPONENTS = openapi()["components"]
SCHEMAS = COMPONENTS["schemas"]


def fields() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, component in SCHEMAS.items():
        for field, part in component.get("properties", {}).items():
            yield f"{name}.{field}", part


def parameters() -> Iterator[tuple[str, dict[str, Any]]]:
    for methods in openapi()["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                yield f"{operation['operationId']}.{parameter['name']}", parameter


def headers() -> Iterator[tuple[str, dict[str, Any]]]:
    yield from COMPONENTS["headers"].items()


def texts(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the parts of a schema that are text with no fixed values."""
    for one in (part, part.get("items", {}), *part.get("oneOf", ())):
        kinds = one.get("type", ())
        if "string" in ([kinds] if isinstance(kinds, str) else kinds):
            yield one


def is_example_of(schema: dict[str, Any], example: Any) -> bool:
    whole = {**schema, "components": COMPONENTS}
    return not list(Draft202012Validator(whole).iter_errors(example))


def test_every_field_has_a_description_and_an_example():
    """After a new field: say in api/descriptions/ what it is. See CONTRIBUTING.md."""
    for name, part in fields():
        assert part.get("description"), name
        if not is_object(SCHEMAS, part):
            (example,) = part["examples"]
            assert is_example_of(part, example), (name, example)


def test_every_parameter_has_a_description_and_an_example():
    for name, parameter in parameters():
        assert parameter.get("description"), name
        assert is_example_of(parameter["schema"], parameter["example"]), name


def test_every_header_has_a_description_and_an_example():
    for name, header in headers():
        assert header["description"], name
        assert is_example_of(header["schema"], header["example"]), name


def test_every_text_is_bounded():
    every = [*fields(), *((name, one["schema"]) for name, one in parameters())]
    every += [(name, header["schema"]) for name, header in headers()]
    for name, part in every:
        for text in texts(part):
            assert {"maxLength", "pattern", "format", "enum"} & set(text), name


def test_no_two_sets_of_values_are_the_same():
    found = [frozenset(one["enum"]) for one in SCHEMAS.values() if "enum" in one]
    assert len(found) == len(set(found))


def test_every_set_of_values_is_a_component_with_a_plain_name():
    for name, part in [*fields(), *((name, p["schema"]) for name, p in parameters())]:
        assert "enum" not in part, name
        assert "enum" not in part.get("items", {}), name
    for name in SCHEMAS:
        assert not re.search("(Out|In|Enum|List|Paginated.*)$", name), name


def test_the_words_of_a_field_that_is_gone_are_gone():
    known = {name for name, _part in fields()}
    bare = {name.partition(".")[2] for name in known}
    own = {name for name in FIELDS if "." in name}
    assert own <= known
    assert set(FIELDS) - own <= bare | {
        name.partition(".")[2] for name, _parameter in parameters()
    }


@pytest.mark.parametrize("name", ["readOnly", "x-spec-enum-id"])
def test_no_field_has_words_that_say_nothing(name):
    assert not [field for field, part in fields() if name in part]
