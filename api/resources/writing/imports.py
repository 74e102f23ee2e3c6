"""Send many entries at once: all of them, or none and every reason why."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts.versions import StaleRow
from api.problems import FORBIDDEN, Fault, InvalidParameters
from api.requests import ActorRequest
from api.resources.writing.bodies import EntryIn, SentBodies, read_entries
from api.resources.writing.fields import at_place
from progress import limits
from progress.actions.saving_many import Refusal
from progress.actions.sending import (
    EntriesNotSent,
    SendOutcome,
    SendResult,
    send_entries,
)

DRY_RUN = "dry_run"
FLAGS = {"true": True, "false": False}


class ImportIn(serializers.Serializer[Any]):
    """Entries to send together."""

    rows = EntryIn(  # type: ignore[call-arg]  # of the list
        many=True,
        min_length=1,
        max_length=limits.SENT_ENTRIES,
        help_text=gettext_lazy("The entries. No two are about one member commitment."),
    )


class ImportedRowOut(serializers.Serializer[Any]):
    """The result for one entry of the request, in its order."""

    outcome = serializers.ChoiceField(
        [(outcome.value, outcome.value) for outcome in SendOutcome],
        help_text=gettext_lazy("What was done with the entry."),
    )
    entry = serializers.UUIDField(
        allow_null=True,
        help_text=gettext_lazy(
            "Id of the entry that has the text now. Null in a dry run for a new one."
        ),
    )


class ImportOut(serializers.Serializer[Any]):
    """What was done, or what would be done."""

    dry_run = serializers.BooleanField(
        help_text=gettext_lazy("Whether nothing was saved.")
    )
    counts = serializers.DictField(
        child=serializers.IntegerField(min_value=0),
        help_text=gettext_lazy("The number of entries by outcome."),
    )
    rows = ImportedRowOut(many=True)


def is_dry_run(request: ActorRequest) -> bool:
    """Return whether nothing is to be saved. Raises InvalidParameters."""
    given = request.query_params.get(DRY_RUN, "false")
    if given not in FLAGS:
        detail = _("Use one of these values: %s.") % ", ".join(FLAGS)
        raise InvalidParameters([Fault(detail, "invalid_choice", parameter=DRY_RUN)])
    return FLAGS[given]


def import_entries(request: ActorRequest) -> dict[str, Any]:
    """Send the entries of the body, and return the values of `ImportOut`.

    Raises ValidationError with everything that is wrong in any row, by pointer.
    """
    is_trial = is_dry_run(request)
    read = read_entries(request, _rows(cast("dict[str, Any]", request.data)))
    places = list(read.sent)
    refusals: Mapping[int, Refusal] = {}
    results: list[SendResult] = []
    try:
        results = send_entries(
            sent=list(read.sent.values()),
            by=request.user,
            at=request.at,
            # With a faulty row nothing is saved, but the others are looked at.
            is_trial=is_trial or bool(read.faults),
        )
    except EntriesNotSent as refused:
        refusals = {places[at]: refusal for at, refusal in refused.refusals.items()}
    if read.faults or refusals:
        raise ValidationError(_all_faults(read, refusals))
    return _report(results, is_trial=is_trial)


def _rows(sent: Mapping[str, Any]) -> list[Any]:
    """Return the rows of a body. What is in them is read one by one."""
    faults = {
        name: ValidationError(_("This field is unknown here."), "unknown")
        for name in sent.keys() - {"rows"}
    }
    rows = sent.get("rows")
    if not isinstance(rows, list) or not 1 <= len(rows) <= limits.SENT_ENTRIES:
        sentence = _("Give a list of 1 to %(limit)d entries.")
        faults["rows"] = ValidationError(
            sentence % {"limit": limits.SENT_ENTRIES}, "invalid"
        )
    if faults or not isinstance(rows, list):
        raise ValidationError(faults)
    return rows


def _all_faults(
    read: SentBodies, refusals: Mapping[int, Refusal]
) -> dict[str, list[ValidationError]]:
    """Return everything that is wrong, by pointer, in the order of the rows."""
    found: dict[int, ValidationError] = dict(read.faults)
    found |= {place: _as_fault(refusal) for place, refusal in refusals.items()}
    faults: dict[str, list[ValidationError]] = {}
    for place in sorted(found):
        faults |= at_place(found[place], f"rows/{place}")
    return faults


def _as_fault(refusal: Refusal) -> ValidationError:
    if isinstance(refusal, StaleRow):
        return ValidationError(
            _("Another person has changed the entry since you sent it."), "conflict"
        )
    if isinstance(refusal, PermissionDenied):
        return ValidationError(str(FORBIDDEN.title), "forbidden")
    return refusal


def _report(results: list[SendResult], *, is_trial: bool) -> dict[str, Any]:
    counts = Counter(result.outcome for result in results)
    begun = {SendOutcome.NEW, SendOutcome.CORRECTION} if is_trial else set()
    return {
        "dry_run": is_trial,
        "counts": {outcome.value: counts[outcome] for outcome in SendOutcome},
        "rows": [
            {
                "outcome": result.outcome.value,
                "entry": None if result.outcome in begun else result.entry.pk,
            }
            for result in results
        ],
    }
