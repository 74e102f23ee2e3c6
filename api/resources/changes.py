"""The resource `changes`: what was published, removed and erased since a cursor."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.compiled import CompiledQuery, OfIds
from api.filters import (
    Filters,
    StrictFilterBackend,
    choice_filter,
    instrument_filter,
    instrument_owner_filter,
    member_filter,
    plan_filter,
)
from api.paging import DEFAULT_SIZE, MAX_SIZE, page_size_of
from api.parameters import require_parameters
from api.problems import CursorExpired, Fault, InvalidParameters
from api.resources.entries import EntryOut
from api.resources.entry_rows import entry_rows
from api.resources.evidence import READ_SCOPES
from api.resources.member_commitments import MemberCommitmentRef
from api.resources.scores.assessments import AssessmentOut, cells_for
from api.viewsets import Resource
from commitments.models import MemberCommitment
from progress.changes.change import (
    AnyChange,
    ChangeFilters,
    ChangeKind,
    ChangePage,
    ChangeSubject,
)
from progress.changes.cursors import ExpiredCursorError, InvalidCursorError
from progress.changes.reading import read_changes
from progress.models import Entry

KIND_HELP = gettext_lazy(
    "What happened. A score is `released`, and an entry is `published`."
)
ABOUT_HELP = gettext_lazy("What it is about: an entry, or an assessment.")
ENTRY_ID_HELP = gettext_lazy(
    "Id of the entry that was published, left your sight or was erased. About an"
    " assessment, it is the id of the assessment: a program that knows entries only has"
    " nothing with this id."
)
ASSESSMENT_ID_HELP = gettext_lazy(
    "Id of the assessment that was released, left your sight or was erased. Null about"
    " an entry."
)
SUPERSEDES_HELP = gettext_lazy(
    "Id of the entry or the assessment that it replaces: remove that one. Null if there"
    " is none that you may see, and for the other kinds."
)
ASSESSMENT_HELP = gettext_lazy(
    "The released assessment, as `assessments` gives it now. Null for the other kinds."
)
ENTRY_HELP = gettext_lazy(
    "The published entry, as `entries` gives it now. Null for the other kinds."
)
# The kinds that show the whole row, and the rows by their keys.
SHOWN_KINDS = frozenset({ChangeKind.PUBLISHED, ChangeKind.RELEASED})
ShownRows = Mapping[UUID, dict[str, Any]]
_OWED = {
    "id": "pk",
    "plan": "commitment__plan__slug",
    "commitment": "commitment__code",
    "member": "member_id",
}


# It describes the rows of `_shown`; a test holds both equal.
class ChangeOut(serializers.Serializer[Any]):
    """What happened to an entry or an assessment, as far as its reader may know."""

    kind = serializers.ChoiceField(choices=ChangeKind.choices, help_text=KIND_HELP)
    about = serializers.ChoiceField(choices=ChangeSubject.choices, help_text=ABOUT_HELP)
    at = serializers.DateTimeField()
    entry_id = serializers.UUIDField(help_text=ENTRY_ID_HELP)
    assessment_id = serializers.UUIDField(allow_null=True, help_text=ASSESSMENT_ID_HELP)
    member_commitment = MemberCommitmentRef()
    supersedes = serializers.UUIDField(allow_null=True, help_text=SUPERSEDES_HELP)
    entry = EntryOut(allow_null=True, help_text=ENTRY_HELP)
    assessment = AssessmentOut(allow_null=True, help_text=ASSESSMENT_HELP)


class ChangeFilterSet(Filters):
    """The filters of changes. They are checked here; `read_changes` applies them."""

    plan = plan_filter("commitment__plan__slug")
    instrument = instrument_filter("commitment__instruments__slug")
    instrument_owner = instrument_owner_filter("commitment")
    member = member_filter("member__code")
    about = choice_filter(
        "about",
        ChangeSubject.choices,
        help_text=gettext_lazy("Only those about entries, or about assessments."),
    )


class ChangePaging(BasePagination):
    """Answers with `next_cursor`, which is always there: the next poll begins at it."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        url = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous", "next_cursor"],
            "properties": {
                "results": schema,
                "next": {
                    **url,
                    "description": _("URL of the next page, if there is more already."),
                },
                "previous": {"type": "null", "description": _("Always null.")},
                "next_cursor": {
                    "type": "string",
                    "description": _(
                        "Keep it, and send it as `since` to get what is new. It stays"
                        " the same while nothing is."
                    ),
                },
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": MAX_SIZE}
        return [
            {
                "name": "since",
                "in": "query",
                "description": _(
                    "The `next_cursor` of the last answer. Without it, or if it is"
                    " empty, you get all changes from the start."
                ),
                "schema": {"type": "string", "minLength": 0},
            },
            {
                "name": "page_size",
                "in": "query",
                "description": _("Number of rows on a page."),
                "schema": {**size, "default": DEFAULT_SIZE},
            },
        ]


class ChangeViewSet(Resource[Entry]):
    """What was published, released, removed or erased, in order, from a cursor on.

    `about` says whether it is an entry or an assessment. `removed`: the entry was
    withdrawn, or replaced by one that you may not see; an assessment was replaced by
    one that you may not see, or has no score any more.
    `erased`: its text was erased by law, and you must delete your copies. All changes
    from the start, up to those with `at` ≤ `known_at`, give what `positions` and
    `assessments` show at that `known_at`.
    """

    queryset = Entry.objects.none()
    scopes = READ_SCOPES
    serializer_class = ChangeOut
    filterset_class = ChangeFilterSet
    pagination_class = ChangePaging
    # Its pages are cheap, and a client needs the cursor of each.
    is_streamed = False

    def known_parameters(self) -> frozenset[str]:
        return self.filterset_class.names() | {"since", "page_size"}

    def check_parameters(self, request: Request) -> None:
        """Check all but an empty `since`, which means the start."""
        given = request.query_params.copy()
        if given.getlist("since") == [""]:
            del given["since"]
        known = self.known_parameters()
        repeatable = self.repeatable_parameters()
        require_parameters(given, known=known, repeatable=repeatable)

    def state_problems(self) -> Sequence[int]:
        return [410]

    def _read(self, size: int) -> ChangePage:
        """Return the page asked for. Raises InvalidParameters or CursorExpired."""
        rows = MemberCommitment.objects.none()
        valid = StrictFilterBackend().valid_filters(self.request, rows, self)
        given = valid.form.cleaned_data
        filters = ChangeFilters(
            plan=given.get("plan") or None,
            instrument=given.get("instrument") or None,
            instrument_owner=given.get("instrument_owner") or None,
            members=tuple(given.get("member") or ()),
            about=ChangeSubject(given["about"]) if given.get("about") else None,
        )
        since = self.request.query_params.get("since") or None
        try:
            return read_changes(
                self.request.user,
                self.request.at,
                since=since,
                filters=filters,
                size=size,
            )
        except InvalidCursorError as error:
            detail = _(
                "This cursor does not belong to this key and these filters. Send the"
                " next_cursor unchanged, or start again without a cursor."
            )
            fault = Fault(detail, "invalid_cursor", parameter="since")
            raise InvalidParameters([fault]) from error
        except ExpiredCursorError as error:
            raise CursorExpired from error

    def _address_after(self, cursor: str) -> str:
        given = dict(self.request.query_params.lists())
        query = urlencode({**given, "since": cursor}, doseq=True)
        return self.request.build_absolute_uri(f"{self.request.path}?{query}")

    def _rows(self, changes: Sequence[AnyChange]) -> list[dict[str, Any]]:
        """Return the values of `ChangeOut` for each change."""
        if not changes:
            return []
        shown = {**self._entries(changes), **self._assessments(changes)}
        keys = {one.member_commitment_id for one in changes}
        owed = {row["id"]: row for row in _owed().rows(ids=sorted(keys))}
        return [_shown(change, shown, owed) for change in changes]

    def _entries(self, changes: Sequence[AnyChange]) -> ShownRows:
        keys = [one.key for one in changes if one.kind == ChangeKind.PUBLISHED]
        return {row["id"]: row for row in entry_rows(self.request, keys)}

    def _assessments(self, changes: Sequence[AnyChange]) -> ShownRows:
        keys = [one.key for one in changes if one.kind == ChangeKind.RELEASED]
        if not keys:
            return {}
        cells = cells_for(self.request).filter(pk__in=keys)
        context = self.get_serializer_context()
        shown = AssessmentOut(cells, many=True, context=context).data
        return {UUID(row["id"]): row for row in shown}

    def list(self, request: Request, *_args: Any, **_named: Any) -> Response:
        page = self._read(page_size_of(request))
        following = self._address_after(page.cursor) if page.has_more else None
        body = {
            "results": self._rows(page.changes),
            "next": following,
            "previous": None,
            "next_cursor": page.cursor,
        }
        links = {"Link": f'<{following}>; rel="next"'} if following else None
        return Response(body, headers=links)


@lru_cache(maxsize=1)
def _owed() -> CompiledQuery:
    return CompiledQuery.of(MemberCommitment.objects.filter(OfIds("pk")), _OWED)


def _shown(
    change: AnyChange, shown: ShownRows, owed: Mapping[UUID, dict[str, Any]]
) -> dict[str, Any]:
    is_assessment = change.about == ChangeSubject.ASSESSMENT
    is_entry = change.about == ChangeSubject.ENTRY
    row = shown.get(change.key) if change.kind in SHOWN_KINDS else None
    return {
        "kind": change.kind.value,
        "about": change.about.value,
        "at": change.at,
        "entry_id": change.key,
        "assessment_id": change.key if is_assessment else None,
        "member_commitment": owed[change.member_commitment_id],
        "supersedes": change.supersedes,
        "entry": row if is_entry else None,
        "assessment": row if is_assessment else None,
    }
