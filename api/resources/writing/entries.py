"""Begin, change, move and correct entries: each request calls one action."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.models import Scope
from accounts.versions import StaleRow
from api.idempotency import Idempotent
from api.parsers import MOST_BYTES, MOST_BYTES_OF_MANY, LongJsonParser
from api.problems import MissingScope
from api.requests import ActorRequest
from api.resources.entry_rows import entry_row
from api.resources.writing.bodies import (
    EntryChangesIn,
    EntryIn,
    NothingIn,
    ReasonIn,
    read_changes,
    read_entries,
)
from api.resources.writing.fields import read_body
from api.resources.writing.imports import (
    DRY_RUN,
    ImportIn,
    ImportOut,
    import_entries,
)
from api.resources.writing.preconditions import (
    changed_by_another,
    is_as_served,
    precondition_failed,
    tag_of_entry,
)
from api.viewsets import Resource
from progress.actions.amendments import correct_entry, withdraw_entry
from progress.actions.clearance import recall_entry, submit_entry
from progress.actions.drafting import discard_entry
from progress.actions.matching import act_if_unchanged
from progress.actions.sending import (
    EntriesNotSent,
    SendOutcome,
    change_entry,
    send_entries,
)
from progress.models import Entry
from progress.transitions import RULES, Verb

# What a key may do to an entry, beside editing it. A head clears, and a reviewer
# returns and publishes, on a page and in person.
ACTIONS: Mapping[Verb, Callable[..., Entry]] = {
    Verb.SUBMIT: submit_entry,
    Verb.RECALL: recall_entry,
    Verb.DISCARD: discard_entry,
    Verb.CORRECT: correct_entry,
    Verb.WITHDRAW: withdraw_entry,
}
# These begin a new entry.
BEGINS = frozenset({SendOutcome.NEW, SendOutcome.CORRECTION})
WRITING = frozenset({"create", "import_", "partial_update", "destroy", *ACTIONS})
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the entry as you read it. A weak one is accepted.",
)


DRY_RUN_PARAMETER = OpenApiParameter(
    DRY_RUN,
    bool,
    description="Save nothing, and answer with what would be done.",
)


class WritableEntries(Idempotent, Resource[Entry]):
    """Adds to the resource `entries` what writes: methods, and a route for each verb.

    A key needs `write:entries`, and `read:own` as well: it reads what it writes.
    """

    def get_scopes(self) -> tuple[Scope, ...]:
        return (Scope.WRITE_ENTRIES,) if self._is_writing() else super().get_scopes()

    @property
    def longest_body(self) -> int:  # type: ignore[override]  # it depends on the action
        return MOST_BYTES_OF_MANY if self.action == "import_" else MOST_BYTES

    def subjects_of(self, data: Any) -> list[UUID]:
        """Return the entries of which an answer says something: for `Idempotent`."""
        if self.action != "import_":
            return [UUID(str(data["id"]))] if "id" in data else []
        return [row["entry"] for row in data.get("rows", ()) if row["entry"]]

    def state_problems(self) -> list[int]:
        """Return the statuses that depend on the present state, for the schema."""
        if not self._is_writing():
            return []
        is_of_one = self.action not in {"create", "import_"}
        return [409, 412, 428] if is_of_one else []

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if self._is_writing() and not self.request.user.may(Scope.READ_OWN):
            raise MissingScope([Scope.READ_OWN])

    def known_parameters(self) -> frozenset[str]:
        if self.action == "import_":
            return frozenset({DRY_RUN})
        return frozenset() if self._is_writing() else super().known_parameters()

    def _is_writing(self) -> bool:
        return self.action in WRITING

    @extend_schema(summary="Send an entry", request=EntryIn)
    def create(self, request: ActorRequest) -> Response:
        """Begin a draft, or send an entry again under its `external_ref`.

        A draft or a returned entry is then edited, and a published one is corrected.
        Sending never submits. Fields that are left out stay as they are.
        """
        read = read_entries(request, [request.data])
        for error in read.faults.values():
            raise error
        try:
            [result] = send_entries(sent=[read.sent[0]], by=request.user, at=request.at)
        except EntriesNotSent as refused:
            raise self._refusal(refused) from refused
        return self.answer(result.entry, is_new=result.outcome in BEGINS)

    def _refusal(self, refused: EntriesNotSent) -> Exception:
        [refusal] = refused.refusals.values()
        if isinstance(refusal, StaleRow):
            return changed_by_another(self.request, refusal)
        return refusal

    @extend_schema(
        summary="Send many entries",
        request=ImportIn,
        parameters=[DRY_RUN_PARAMETER],
        responses={200: ImportOut},
    )
    @action(
        detail=False,
        methods=["post"],
        url_path="import",
        url_name="import",
        parser_classes=(LongJsonParser,),
    )
    def import_(self, request: ActorRequest) -> Response:
        """Send up to 500 entries, each as `POST entries/` does: all of them, or none.

        If anything is wrong, `errors` points to everything in every row.
        """
        return Response(import_entries(request))

    @extend_schema(
        summary="Change an entry", request=EntryChangesIn, parameters=[IF_MATCH]
    )
    def partial_update(self, request: ActorRequest, id: UUID) -> Response:  # noqa: A002
        """Change fields of a draft or a returned entry.

        A field that is left out stays as it is, and null clears it.
        """
        sent = request.data

        def change(entry: Entry) -> Entry:
            changes = read_changes(request, sent)
            return change_entry(
                entry_id=entry.pk,
                version=entry.version,
                external_ref=changes.pop("external_ref", None),
                changes=changes,
                by=request.user,
                at=request.at,
            )

        return self.answer(self.act(id, Verb.EDIT, change))

    @extend_schema(
        summary="Discard an entry", parameters=[IF_MATCH], responses={204: None}
    )
    def destroy(self, request: ActorRequest, id: UUID) -> Response:  # noqa: A002
        """Discard a draft or a returned entry for good, as the verb `discard` does.

        Its own delegation can still read it.
        """
        self.act(id, Verb.DISCARD, self._doing(Verb.DISCARD))
        return Response(status=204)

    @extend_schema(summary="Submit an entry", request=NothingIn, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def submit(self, request: ActorRequest, id: UUID) -> Response:  # noqa: A002
        """Send a draft or a returned entry to the head of delegation for clearance.

        It goes to the Presidency at once if the member skips clearance.
        """
        return self.perform(id, Verb.SUBMIT)

    @extend_schema(summary="Recall an entry", request=NothingIn, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def recall(self, request: ActorRequest, id: UUID) -> Response:  # noqa: A002
        """Take back an entry that is in clearance or submitted. It is a draft again."""
        return self.perform(id, Verb.RECALL)

    @extend_schema(summary="Discard an entry", request=NothingIn, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def discard(self, request: ActorRequest, id: UUID) -> Response:  # noqa: A002
        """Discard a draft or a returned entry for good. It frees its `external_ref`."""
        return self.perform(id, Verb.DISCARD)

    @extend_schema(summary="Correct an entry", request=ReasonIn, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def correct(self, request: ActorRequest, id: UUID) -> Response:  # noqa: A002
        """Begin a draft that corrects a published entry, with a copy of its text."""
        return self.perform(id, Verb.CORRECT)

    @extend_schema(summary="Withdraw an entry", request=ReasonIn, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def withdraw(self, request: ActorRequest, id: UUID) -> Response:  # noqa: A002
        """Begin a draft that withdraws a published entry once it is published."""
        return self.perform(id, Verb.WITHDRAW)

    def perform(self, pk: UUID, verb: Verb) -> Response:
        entry = self.act(pk, verb, self._doing(verb))
        return self.answer(entry, is_new=entry.pk != pk)

    def _doing(self, verb: Verb) -> Callable[[Entry], Entry]:
        """Return what does this verb to a locked entry, with the reason of the body."""
        request = self.request
        body = ReasonIn() if RULES[verb].has_reason else NothingIn()
        sent = request.data

        def do(entry: Entry) -> Entry:
            return ACTIONS[verb](
                entry_id=entry.pk,
                version=entry.version,
                by=request.user,
                at=request.at,
                **read_body(body, sent),
            )

        return do

    def act(self, pk: UUID, verb: Verb, do: Callable[[Entry], Entry]) -> Entry:
        """Act on an entry if it is as If-Match says. Raises what the answer tells."""
        request = self.request
        try:
            return act_if_unchanged(
                entry_id=pk,
                verb=verb,
                is_as_served=lambda entry: is_as_served(request, entry),
                act=do,
                by=request.user,
                at=request.at,
            )
        except Entry.DoesNotExist as error:
            raise Http404 from error
        except StaleRow as stale:
            raise precondition_failed(request, stale) from stale

    def answer(self, entry: Entry, *, is_new: bool = False) -> Response:
        """Answer with the entry as GET serves it, and with its tag."""
        headers = {"ETag": tag_of_entry(self.request, entry)}
        if is_new:
            url = reverse("api:entry-detail", args=[entry.pk], request=self.request)
            headers["Location"] = url
        row = entry_row(self.request, entry.pk)
        return Response(row, status=201 if is_new else 200, headers=headers)
