"""Evidence for an entry, and the download of its files."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from accounts.models import Scope
from api.negotiation import OCTETS, IgnoreAcceptHeader, as_octets
from api.problems import StateConflict
from api.requests import ActorRequest
from api.tags import tag_of
from api.viewsets import Endpoint
from progress.evidence.file_types import FILE_TYPES
from progress.models import Evidence, FileHold
from progress.views.evidence import file_response

READ_SCOPES = (Scope.READ_CLEAR, Scope.READ_GREEN, Scope.READ_OWN)
MEDIA_TYPES = sorted({file_type.media_type for file_type in FILE_TYPES.values()})

HELD_SENTENCES = {
    FileHold.CHECKING: _(
        "This file is being checked for viruses. Try again in a few minutes."
    ),
    FileHold.VIRUS: _("A virus was found in this file, so it is withheld."),
}

HELD_HELP = _(
    "Why its file cannot be downloaded: `checking` for viruses, or `virus` if one was"
    " found. Null if it can be, or if there is no file."
)
HELD_CHOICES = tuple(hold.value for hold in HELD_SENTENCES)


class EvidenceOut(serializers.ModelSerializer[Evidence]):
    """A link, a citation or a file. Fields of the other two kinds are empty or null."""

    file = serializers.SerializerMethodField()
    held = serializers.SerializerMethodField(help_text=HELD_HELP)

    class Meta:
        model = Evidence
        fields = read_only_fields = (
            "id",
            "kind",
            "title",
            "url",
            "citation",
            "accessed_on",
            "file_name",
            "media_type",
            "size",
            "sha256",
            "file",
            "held",
        )

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_file(self, evidence: Evidence) -> str | None:
        """URL of the file's content. Null unless the kind is file."""
        if evidence.kind != Evidence.Kind.FILE:
            return None
        request = self.context["request"]
        return reverse("api:evidence-file", args=[evidence.pk], request=request)

    @extend_schema_field(serializers.ChoiceField(HELD_CHOICES, allow_null=True))
    def get_held(self, evidence: Evidence) -> str | None:
        return evidence.hold.value or None


class EvidenceFileView(Endpoint):
    """Answers with the content of a file of evidence."""

    scopes = READ_SCOPES
    is_download = True
    content_negotiation_class = IgnoreAcceptHeader

    @extend_schema(
        operation_id="evidence_file_retrieve",
        summary="Download an evidence file",
        tags=["evidence"],
        responses={
            (200, media_type): OpenApiTypes.BINARY
            for media_type in [OCTETS, *MEDIA_TYPES]
        },
    )
    def get(self, request: ActorRequest, id: UUID) -> HttpResponse:  # noqa: A002
        """The file as the delegation uploaded it. The entry gives its SHA-256.

        Its media type is its own. With `Accept: application/octet-stream`, it is that.

        A key can download it if it may read an entry with this evidence, or if its own
        member added the evidence.

        The answer is 409 while the file is checked for viruses, and if one was found.
        """
        files = Evidence.objects.files_visible_to(request.user, request.at)
        file = get_object_or_404(files, pk=id)
        if (hold := file.hold) is not FileHold.NONE:
            raise StateConflict(HELD_SENTENCES[hold])
        answer = file_response(file)
        answer.headers["ETag"] = tag_of(request.user, file.sha256.encode())
        return as_octets(request, answer)
