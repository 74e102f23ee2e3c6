"""What drf-spectacular needs for our OpenAPI 3.1 schema.

A test compares the schema with docs/openapi.yaml.
"""

from typing import Any, cast

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from api.deprecation import is_deprecated
from api.permissions import Scoped
from api.problems import CONTENT_TYPE, PROBLEM_KINDS

# Formats of whole lists: see `api.streams`.
STREAMED_TYPES = frozenset({"text/csv", "application/jsonl", "application/x-ndjson"})


class FaultOut(serializers.Serializer[Any]):
    """What is wrong with one parameter, or with one field of the body."""

    parameter = serializers.CharField(required=False)
    pointer = serializers.CharField(required=False)
    detail = serializers.CharField()
    code = serializers.CharField()


class ProblemOut(serializers.Serializer[Any]):
    """A problem as RFC 9457 defines it. Every error has this shape."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    request_id = serializers.CharField()
    errors = FaultOut(many=True)  # type: ignore[assignment]  # a field, as DRF reads it


class ProblemSchema(AutoSchema):
    """Adds the possible problems to every operation, and gives components plain names.

    `api.descriptions` says what each field, parameter and header is.
    """

    def get_serializer_name(
        self, serializer: serializers.Serializer[Any], direction: Any
    ) -> str:
        """Return `Entry` for `EntryOut`, and `EntryRequest` for `EntryIn`."""
        name = serializer.__class__.__name__
        if name.endswith("In"):
            return f"{name.removesuffix('In')}Request"
        return name.removesuffix("Out")

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}Page"

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it
        """Return what the resource is, and which scopes a key needs."""
        view = cast("Scoped", self.view)
        scopes = ", ".join(f"`{scope}`" for scope in view.get_scopes())
        needed = f"A key needs one of these scopes: {scopes}." if scopes else ""
        return "\n\n".join(filter(None, [super().get_description(), needed]))

    def get_operation_id(self) -> str:
        """Return `entries_submit` for the verb `submit`. It never changes."""
        name: str = super().get_operation_id()
        action = getattr(self.view, getattr(self.view, "action", None) or "", None)
        return name.removesuffix("_create") if hasattr(action, "mapping") else name

    def get_summary(self) -> str:
        if self._is_list_view():
            return f"List {self.get_tags()[0].replace('-', ' ')}"
        rows = getattr(self.view, "queryset", None)
        return f"Read one {rows.model._meta.verbose_name}" if rows is not None else ""

    def is_deprecated(self) -> bool:
        return is_deprecated(self.method, self.path)

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super()._get_parameters()
        if self.method != "GET":
            return parameters
        known = {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}
        return [*parameters, known]

    def get_override_parameters(self) -> list[Any]:
        """Return the parameters of the view, and those of each of its POSTs."""
        own = getattr(self.view, "post_parameters", ()) if self.method == "POST" else ()
        return [*super().get_override_parameters(), *own]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for body in bodies.values():
            for media_type in STREAMED_TYPES & body.get("content", {}).keys():
                body["content"][media_type] = {"schema": {"type": "string"}}
            body["description"] = body["description"] or "The request succeeded."
        if self.method == "GET":
            bodies["304"] = {"description": "You have this answer already."}
        problem = self.resolve_serializer(ProblemOut(), "response").ref
        for status in self._problem_statuses():
            titles = [
                str(kind.title) for kind in PROBLEM_KINDS if kind.status == status
            ]
            bodies[str(status)] = {
                "description": " Or: ".join(f"{title}." for title in titles),
                "content": {CONTENT_TYPE: {"schema": problem}},
            }
        return bodies

    def _problem_statuses(self) -> list[int]:
        is_keyed = "{" in self.path
        found = {404} if is_keyed else set()
        body = [409, 410, 415, 422] if self.method == "POST" else []
        change = [415, 422] if self.method == "PATCH" else []
        state: list[int] = getattr(self.view, "state_problems", list)()
        found = {*found, *body, *change, *state}
        return sorted({400, 401, 403, *found, 405, 406, 429, 503})


class BrowserSessionScheme(SessionScheme):  # type: ignore[no-untyped-call]  # as below
    target_class = "api.authentication.BrowserSessionAuthentication"


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped base
    target_class = "api.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "g7p_<prefix>_<secret>",
        }
