"""Change cells of a draft table: one by PATCH, or many at once by an import."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.models import Scope
from accounts.versions import StaleRow
from api.idempotency import Idempotent
from api.parsers import MOST_BYTES, MOST_BYTES_OF_MANY, LongJsonParser
from api.problems import PreconditionFailed
from api.renderers import FastJsonRenderer
from api.requests import ActorRequest
from api.resources.scores.bodies_in import AssessmentChangesIn, changed_text
from api.resources.scores.imports import (
    AssessmentImportIn,
    AssessmentImportOut,
    import_assessments,
)
from api.resources.writing.entries import DRY_RUN_PARAMETER
from api.resources.writing.fields import read_body
from api.resources.writing.imports import DRY_RUN
from api.resources.writing.preconditions import required_if_match
from api.tags import names_tag, tag_of
from api.viewsets import Resource
from progress.actions.assessments.cells import save_cell
from progress.assessments.permissions import can_on_cell
from progress.assessments.transitions import TableVerb
from progress.models import Assessment

WRITING = frozenset({"partial_update", "import_"})
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the assessment as you read it. A weak one is accepted.",
)


class WritableAssessments(Idempotent, Resource[Assessment]):
    """Adds to the resource `assessments` what writes. A key needs `write:assessments`.

    Feedback, release and revision are decided by people of the body, on a page.
    """

    def get_scopes(self) -> tuple[Scope, ...]:
        is_writing = self._is_writing()
        return (Scope.WRITE_ASSESSMENTS,) if is_writing else super().get_scopes()

    @property
    def longest_body(self) -> int:  # type: ignore[override]  # it depends on the action
        return MOST_BYTES_OF_MANY if self.action == "import_" else MOST_BYTES

    def subjects_of(self, data: Any) -> list[UUID]:
        """Return the cells of which an answer says something: for `Idempotent`."""
        return [row["assessment"] for row in data.get("rows", ())]

    def state_problems(self) -> list[int]:
        return [409, 412, 428] if self.action == "partial_update" else []

    def known_parameters(self) -> frozenset[str]:
        if self.action == "import_":
            return frozenset({DRY_RUN})
        return frozenset() if self._is_writing() else super().known_parameters()

    def _is_writing(self) -> bool:
        return self.action in WRITING

    @extend_schema(
        summary="Change an assessment",
        request=AssessmentChangesIn,
        parameters=[IF_MATCH],
    )
    def partial_update(self, request: ActorRequest, id: UUID) -> Response:  # noqa: A002
        """Change fields of a cell of a draft table.

        A field that is left out stays as it is, and null clears it.
        """
        cell = self.get_object()
        if not can_on_cell(TableVerb.EDIT, request.user, cell):
            raise PermissionDenied
        self._require_match(cell)
        values = read_body(AssessmentChangesIn(), request.data)
        try:
            save_cell(
                assessment=cell,
                version=cell.version,
                fields=changed_text(cell, values),
                by=request.user,
                at=request.at,
            )
        except Assessment.DoesNotExist as error:
            raise Http404 from error
        except StaleRow as stale:
            raise self._changed_since() from stale
        saved = self.get_object()
        headers = {"ETag": self._tag_of(saved)}
        return Response(self.get_serializer(saved).data, headers=headers)

    @extend_schema(
        summary="Change many assessments",
        request=AssessmentImportIn,
        parameters=[DRY_RUN_PARAMETER],
        responses={200: AssessmentImportOut},
    )
    @action(
        detail=False,
        methods=["post"],
        url_path="import",
        url_name="import",
        parser_classes=(LongJsonParser,),
    )
    def import_(self, request: ActorRequest) -> Response:
        """Change up to 500 cells of a draft table: all of them, or none.

        If anything is wrong, `errors` points to everything in every row.
        """
        return Response(import_assessments(request))

    def _require_match(self, cell: Assessment) -> None:
        """Require that If-Match names what the sender is served of the cell now.

        Raises PreconditionRequired or PreconditionFailed.
        """
        if not names_tag(required_if_match(self.request), self._tag_of(cell)):
            raise self._changed_since()

    def _changed_since(self) -> PreconditionFailed:
        """Return the refusal, with the tag of what the sender would be served now."""
        error = PreconditionFailed()
        vars(error)["tag"] = self._tag_of(self.get_object())
        return error

    def _tag_of(self, cell: Assessment) -> str:
        served = FastJsonRenderer().render(self.get_serializer(cell).data)
        return tag_of(self.request.user, served)
