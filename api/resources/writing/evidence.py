"""Add evidence of the member: a file, a link or a citation."""

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.models import Scope
from api.idempotency import Idempotent
from api.parsers import StrictJsonParser
from api.problems import MissingScope
from api.requests import ActorRequest
from api.resources.report_requests import DayIn
from api.resources.writing.fields import IdIn, LinkIn, TextIn, read_body
from api.viewsets import Resource
from commitments.models import MemberCommitment
from progress import limits
from progress.actions.evidence import SentFile, add_evidence_file, add_evidence_item
from progress.entries.text import EvidenceItem
from progress.forms.uploads import (
    KeepFilesHandler,
    ReceivedFile,
    SkipFilesHandler,
    received_files,
)
from progress.models import Evidence
from progress.views.evidence import check_soon

# A file with what is sent around it.
MOST_BYTES_OF_A_FILE = limits.EVIDENCE_FILE_BYTES + 1_000_000
OWED_HELP = gettext_lazy("Id of the member commitment that it is about.")


class EvidenceIn(serializers.Serializer[Any]):
    """A link or a citation."""

    member_commitment = IdIn(help_text=OWED_HELP)
    title = TextIn(
        required=True,
        allow_blank=False,
        max_length=limits.EVIDENCE_TITLE,
        help_text=gettext_lazy("Its title."),
    )
    url = LinkIn(
        max_length=limits.URL, help_text=gettext_lazy("Complete address of a link.")
    )
    citation = TextIn(
        max_length=limits.CITATION, help_text=gettext_lazy("Words of a citation.")
    )
    accessed_on = DayIn(
        required=False,
        allow_null=True,
        help_text=gettext_lazy("The day on which the link was read."),
    )


# drf-spectacular would describe it as an address.
@extend_schema_field(OpenApiTypes.BINARY)
class FileIn(serializers.FileField):
    """A file in a form."""


class EvidenceFileIn(serializers.Serializer[Any]):
    """A file, as a form of the type multipart/form-data."""

    member_commitment = IdIn(help_text=OWED_HELP)
    title = TextIn(
        max_length=limits.EVIDENCE_TITLE,
        help_text=gettext_lazy("Its title. Left out: its file name."),
    )
    file = FileIn(
        help_text=gettext_lazy(
            "PDF, PNG, JPEG, DOCX, XLSX, ODT, ODS, TXT or CSV, of at most 20 MB."
        )
    )


class WritableEvidence(Idempotent, Resource[Evidence]):
    """Adds to the resource `evidence` what adds to it."""

    parser_classes = (StrictJsonParser, MultiPartParser)  # type: ignore[assignment]  # one more
    longest_body = MOST_BYTES_OF_A_FILE

    def initialize_request(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> Request:
        """Choose what to do with files before anything reads the body."""
        if request.META.get("CONTENT_TYPE", "").startswith("multipart/"):
            request.upload_handlers = [_handler_for(request)]
        return super().initialize_request(request, *args, **kwargs)

    def get_scopes(self) -> tuple[Scope, ...]:
        is_writing = self.action == "create"
        return (Scope.WRITE_ENTRIES,) if is_writing else super().get_scopes()

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if self.action == "create" and not self.request.user.may(Scope.READ_OWN):
            raise MissingScope([Scope.READ_OWN])

    def known_parameters(self) -> frozenset[str]:
        return frozenset() if self.action == "create" else super().known_parameters()

    @extend_schema(
        summary="Add evidence",
        request={
            "application/json": EvidenceIn,
            "multipart/form-data": EvidenceFileIn,
        },
    )
    def create(self, request: ActorRequest) -> Response:
        """Add a file, a link or a citation, which your entries then name by its `id`.

        The same content twice is one item. Evidence is never changed or removed.
        """
        is_form = (request.content_type or "").startswith("multipart/")
        added = self._add_file(request) if is_form else self._add_item(request)
        row = self.get_queryset().get(pk=added.pk)
        url = reverse("api:evidence-detail", args=[added.pk], request=request)
        headers = {"Location": url}
        return Response(self.get_serializer(row).data, status=201, headers=headers)

    def _add_item(self, request: ActorRequest) -> Evidence:
        values = read_body(EvidenceIn(), request.data)
        mine = _find_owed(values.pop("member_commitment"))
        item = EvidenceItem(**values)
        return add_evidence_item(
            member_commitment=mine, item=item, by=request.user, at=request.at
        )

    def _add_file(self, request: ActorRequest) -> Evidence:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > MOST_BYTES_OF_A_FILE:
            raise _too_big()
        fields = _fields_of(request)
        values = read_body(EvidenceFileIn(), fields)
        mine = _find_owed(values["member_commitment"])
        [file] = received_files([fields["file"]])
        sent = SentFile(file.name, _content_of(file), values.get("title", ""))
        try:
            added = add_evidence_file(
                member_commitment=mine, file=sent, by=request.user, at=request.at
            )
        except ValidationError as error:
            raise ValidationError({"file": error.error_list}) from error
        check_soon([added])
        return added


def _handler_for(request: HttpRequest) -> FileUploadHandler:
    """Return what keeps the files of a key or of a delegation, and skips others."""
    person: Any = request.user
    is_of_a_delegation = person.is_authenticated and person.delegation is not None
    if is_of_a_delegation or "Authorization" in request.headers:
        return KeepFilesHandler(request)
    return SkipFilesHandler(request)


def _fields_of(request: ActorRequest) -> dict[str, Any]:
    """Return the fields of a form. Raises ValidationError for what is sent twice."""
    sent = cast("Any", request.data)
    twice = [name for name in sent if len(sent.getlist(name)) > 1]
    if twice:
        sentence = _("Give this field only once.")
        raise ValidationError(
            {name: ValidationError(sentence, "repeated") for name in twice}
        )
    return {name: sent[name] for name in sent}


def _find_owed(pk: Any) -> MemberCommitment:
    rows = MemberCommitment.objects.select_related("commitment__plan", "member")
    if (mine := rows.filter(pk=pk).first()) is not None:
        return mine
    sentence = _("There is no such member commitment.")
    raise ValidationError(
        {"member_commitment": ValidationError(sentence, "unknown_value")}
    )


def _content_of(file: ReceivedFile) -> bytes:
    if file.content is not None:
        return file.content
    if file.is_fault_of_ours:
        raise APIException
    raise _too_big()


def _too_big() -> ValidationError:
    sentence = _("A file may be at most 20 MB.")
    return ValidationError({"file": ValidationError(sentence, "unfit")})
