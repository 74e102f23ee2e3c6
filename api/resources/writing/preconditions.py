"""`If-Match`: a change names the version that the client was served."""

from contextlib import suppress
from typing import TypeVar

from django.http import Http404
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException

from accounts.versions import StaleRow
from api.problems import PreconditionFailed, PreconditionRequired, StateConflict
from api.requests import ActorRequest
from api.resources.entry_rows import entry_bytes
from api.tags import names_tag, tag_of
from progress.models import Entry

Refused = TypeVar("Refused", bound=APIException)


def required_if_match(request: ActorRequest) -> str:
    """Return the If-Match header of a change, which names what the client has read.

    Raises PreconditionRequired without one, and for `*`: that would name any version,
    so also one that the client has never read.
    """
    header = request.headers.get("If-Match", "")
    if not header.strip():
        raise PreconditionRequired
    named = parse_etags(header)
    if not named or "*" in named:
        raise PreconditionRequired(
            _("Send the ETag as you got it, in double quotes. `*` is not accepted.")
        )
    return header


def tag_of_entry(request: ActorRequest, entry: Entry) -> str:
    """Return the tag of what this reader is served of the entry now."""
    return tag_of(request.user, entry_bytes(request, entry.pk))


def is_as_served(request: ActorRequest, entry: Entry) -> bool:
    """Return whether If-Match names what this reader is served of the entry now.

    The caller has locked the entry. Raises PreconditionRequired.
    """
    return names_tag(required_if_match(request), tag_of_entry(request, entry))


def precondition_failed(request: ActorRequest, stale: StaleRow) -> PreconditionFailed:
    """Return the answer to a client that read another version."""
    return _tagged(PreconditionFailed(), request, stale)


def changed_by_another(request: ActorRequest, stale: StaleRow) -> StateConflict:
    """Return the answer to a client that sends again what another person changed."""
    sentence = _(
        "Another person has changed the entry with this reference since you sent it."
        " Read it, then change it with PATCH and If-Match."
    )
    return _tagged(StateConflict(sentence), request, stale)


def _tagged(error: Refused, request: ActorRequest, stale: StaleRow) -> Refused:
    """Return the error with the tag of what this reader would be served now, if any.

    The exception handler sends it as `ETag`.
    """
    with suppress(Http404):
        vars(error)["tag"] = tag_of_entry(request, stale.row)
    return error
