"""The contract: OpenAPI 3.1, made from the code and compared with docs/openapi.yaml."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from api.problems import CONTENT_TYPE, KINDS


class FaultOut(serializers.Serializer[Any]):
    """What is wrong with one parameter, or with one field of the body."""

    parameter = serializers.CharField(required=False)
    pointer = serializers.CharField(required=False)
    detail = serializers.CharField()
    code = serializers.CharField()


class ProblemOut(serializers.Serializer[Any]):
    """RFC 9457: the one shape in which anything that went wrong is said."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    errors = FaultOut(many=True)  # type: ignore[assignment]  # a field, as DRF reads it


class ProblemSchema(AutoSchema):
    """Adds to every operation what it may answer when something is wrong."""

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it
        """What the resource is, and which scopes open it to a key."""
        scopes = ", ".join(f"`{scope}`" for scope in getattr(self.view, "scopes", ()))
        needed = f"A key needs one of the scopes {scopes}." if scopes else ""
        return "\n\n".join(filter(None, [super().get_description(), needed]))

    def get_summary(self) -> str:
        name = self.get_tags()[0].replace("-", " ")
        return f"List {name}" if self._is_list_view() else f"Read one of the {name}"

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for body in bodies.values():
            body["description"] = body["description"] or "What was asked for."
        problem = self.resolve_serializer(ProblemOut(), "response").ref
        for status in self._problem_statuses():
            titles = [str(kind.title) for kind in KINDS if kind.status == status]
            bodies[str(status)] = {
                "description": ", or: ".join(titles),
                "content": {CONTENT_TYPE: {"schema": problem}},
            }
        return bodies

    def _problem_statuses(self) -> list[int]:
        is_keyed = "{" in self.path
        return [400, 401, 403, *([404] if is_keyed else []), 406]


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped base
    target_class = "api.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "g7p_<prefix>_<secret>",
        }
