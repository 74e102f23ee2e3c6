"""Compares two schemas of the API: within a version, it only grows.

A program that was written for the earlier schema must work with the later one. So
nothing that it may send is refused later, and nothing that it may read is missing or of
another kind. New operations, optional parameters, fields of answers, and new values in
answers are growth. docs/api.md promises this to partners.
"""

from collections.abc import Iterator
from typing import Any

Part = dict[str, Any]
SCHEMAS = "#/components/schemas/"
# A later limit that is smaller, or greater, refuses what was accepted.
UPPER = ("maxLength", "maximum", "maxItems")
LOWER = ("minLength", "minimum", "minItems")


def breaks(before: Part, after: Part) -> list[str]:
    """Return what in the later schema would break a client of the earlier one."""
    return list(Comparison(before, after).breaks())


class Comparison:
    """Two schemas, side by side."""

    def __init__(self, before: Part, after: Part) -> None:
        self.before, self.after = before, after

    def breaks(self) -> Iterator[str]:
        for path, methods in self.before["paths"].items():
            later = self.after["paths"].get(path)
            if later is None:
                yield f"{path}: removed"
                continue
            for method, operation in methods.items():
                where = f"{method.upper()} {path}"
                if method not in later:
                    yield f"{where}: removed"
                else:
                    yield from self.of_operation(where, operation, later[method])

    def of_operation(self, where: str, before: Part, after: Part) -> Iterator[str]:
        if before["operationId"] != after["operationId"]:
            yield f"{where}: operationId {before['operationId']} renamed"
        for way_in in before.get("security", ()):
            if way_in not in after.get("security", ()):
                yield f"{where}: {', '.join(way_in)} no longer opens it"
        yield from self.of_parameters(where, before, after)
        yield from self.of_body(where, before, after)
        for status, answer in before["responses"].items():
            later = after["responses"].get(status)
            if later is None:
                yield f"{where}: status {status} removed"
            else:
                yield from self.of_answer(f"{where} {status}", answer, later)

    def of_parameters(self, where: str, before: Part, after: Part) -> Iterator[str]:
        earlier, later = _by_name(before), _by_name(after)
        for name, parameter in later.items():
            if parameter.get("required") and not earlier.get(name, {}).get("required"):
                yield f"{where}: parameter {name[1]} now required"
        for name, parameter in earlier.items():
            if name not in later:
                yield f"{where}: parameter {name[1]} removed"
                continue
            yield from self.of_asked(
                f"{where} ?{name[1]}", parameter["schema"], later[name]["schema"]
            )

    def of_body(self, where: str, before: Part, after: Part) -> Iterator[str]:
        earlier = before.get("requestBody", {})
        later = after.get("requestBody", {})
        if later.get("required") and not earlier.get("required"):
            yield f"{where}: body now required"
        for media, part in earlier.get("content", {}).items():
            given = later.get("content", {}).get(media)
            if given is None:
                yield f"{where}: body {media} removed"
            else:
                yield from self.of_asked(
                    f"{where} body", part["schema"], given["schema"]
                )

    def of_answer(self, where: str, before: Part, after: Part) -> Iterator[str]:
        for name in before.get("headers", {}):
            if name not in after.get("headers", {}):
                yield f"{where}: header {name} removed"
        for media, part in before.get("content", {}).items():
            given = after.get("content", {}).get(media)
            if given is None:
                yield f"{where}: {media} removed"
            else:
                yield from self.of_served(
                    f"{where} {media}", part["schema"], given["schema"], ()
                )

    # ---- What a client sends: everything that was accepted still is

    def of_asked(self, where: str, before: Part, after: Part) -> Iterator[str]:
        earlier, later = _plain(self.before, before), _plain(self.after, after)
        gone = _kinds(earlier) - _kinds(later)
        if gone and _kinds(later):
            yield f"{where}: no longer takes {', '.join(sorted(gone))}"
        if "enum" in later:
            values = earlier.get("enum")
            missing = set(values or ()) - set(later["enum"])
            if values is None or missing:
                yield f"{where}: values {sorted(missing) or 'fixed'} refused"
        for name in ("pattern", "format"):
            if name in later and later[name] != earlier.get(name):
                yield f"{where}: {name} narrowed"
        yield from _narrowed_limits(where, earlier, later)
        yield from self.of_asked_fields(where, earlier, later)
        if "items" in earlier and "items" in later:
            yield from self.of_asked(f"{where}[]", earlier["items"], later["items"])

    def of_asked_fields(self, where: str, before: Part, after: Part) -> Iterator[str]:
        required = set(before.get("required", ()))
        for name in after.get("required", ()):
            if name not in required:
                yield f"{where}.{name}: now required"
        for name, part in before.get("properties", {}).items():
            given = after.get("properties", {}).get(name)
            if given is None:
                yield f"{where}.{name}: removed"
            else:
                yield from self.of_asked(f"{where}.{name}", part, given)

    # ---- What a client reads: everything that was there still is

    def of_served(
        self, where: str, before: Part, after: Part, within: tuple[str, ...]
    ) -> Iterator[str]:
        if (name := before.get("$ref")) is not None:
            if name in within:  # a component inside itself
                return
            within = (*within, name)
        earlier, later = _plain(self.before, before), _plain(self.after, after)
        added = _kinds(later) - _kinds(earlier)
        if _kinds(earlier) and (added or not _kinds(later)):
            yield f"{where}: may now be {', '.join(sorted(added)) or 'anything'}"
        if earlier.get("format") != later.get("format"):
            yield f"{where}: format changed"
        if "enum" in earlier and "enum" not in later:
            yield f"{where}: values no longer fixed"
        yield from self.of_served_fields(where, earlier, later, within)
        if "items" in earlier and "items" in later:
            yield from self.of_served(
                f"{where}[]", earlier["items"], later["items"], within
            )

    def of_served_fields(
        self, where: str, before: Part, after: Part, within: tuple[str, ...]
    ) -> Iterator[str]:
        required = set(before.get("required", ()))
        for name, part in before.get("properties", {}).items():
            given = after.get("properties", {}).get(name)
            if given is None:
                yield f"{where}.{name}: removed"
                continue
            if name in required and name not in after.get("required", ()):
                yield f"{where}.{name}: may now be left out"
            yield from self.of_served(f"{where}.{name}", part, given, within)


def _by_name(operation: Part) -> dict[tuple[str, str], Part]:
    parameters = operation.get("parameters", ())
    return {(one["in"], one["name"]): one for one in parameters}


def _narrowed_limits(where: str, before: Part, after: Part) -> Iterator[str]:
    for name in UPPER:
        if name in after and after[name] < before.get(name, float("inf")):
            yield f"{where}: {name} narrowed"
    for name in LOWER:
        if name in after and after[name] > before.get(name, 0):
            yield f"{where}: {name} narrowed"


def _plain(document: Part, part: Part) -> Part:
    """Return a schema without references, with its alternatives in one."""
    if "$ref" in part:
        name = part["$ref"].removeprefix(SCHEMAS)
        part = document["components"]["schemas"][name]
    others = [
        _plain(document, one)
        for several in ("allOf", "oneOf", "anyOf")
        for one in part.get(several, ())
    ]
    kinds = set[str]().union(*map(_kinds, [part, *others]))
    merged: Part = {}
    for one in [*others, part]:
        merged |= one
    return {**merged, "type": sorted(kinds)}


def _kinds(part: Part) -> set[str]:
    kinds = part.get("type", [])
    return {kinds} if isinstance(kinds, str) else set(kinds)
