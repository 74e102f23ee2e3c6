"""The bodies that write entries, and the entries that they send."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts.languages import TAG_LENGTH
from api.fields import ChoiceIn
from api.requests import ActorRequest
from api.resources.report_requests import DayIn, NameIn
from api.resources.writing.fields import (
    FlagIn,
    IdIn,
    LinkIn,
    TextIn,
    read_body,
)
from commitments.models import MemberCommitment
from progress import limits
from progress.actions.sending import ANY_STOCKTAKE, SentEntry
from progress.entries.text import EvidenceItem
from progress.models import Evidence, Handling, Status

# Their empty value is an empty text, and null clears them.
CLEARED = ("status", "narrative", "next_steps", "obstacles", "external_ref")
NAMES_OF_COMMITMENT = ("plan", "commitment", "member")


class EvidenceItemIn(serializers.Serializer[Any]):
    """An item of the member's evidence by its `id`, or a new link or citation."""

    id = IdIn(
        required=False,
        help_text=gettext_lazy("Id of an item of the member's evidence."),
    )
    title = TextIn(
        max_length=limits.EVIDENCE_TITLE,
        help_text=gettext_lazy("Title of a new link or citation."),
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

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "id" in attrs and len(attrs) > 1:
            raise serializers.ValidationError(
                _("Give the id alone, or the fields of a new item."), "several"
            )
        return attrs


class EntryTextIn(serializers.Serializer[Any]):
    """The fields of an entry that a delegation writes."""

    as_of = DayIn(
        required=False, help_text=gettext_lazy("The day on which the text is true.")
    )
    status = ChoiceIn(
        Status.choices,
        required=False,
        allow_null=True,
        help_text=gettext_lazy("Null or left out: not decided yet."),
    )
    is_at_risk = FlagIn(
        required=False,
        help_text=gettext_lazy("Whether the commitment may not be met in time."),
    )
    language = TextIn(
        allow_blank=False,
        max_length=TAG_LENGTH,
        help_text=gettext_lazy(
            "The language of the three texts, as a BCP 47 tag. Left out at first: the"
            " language of the member."
        ),
    )
    narrative = TextIn(
        allow_null=True,
        max_length=limits.NARRATIVE,
        help_text=gettext_lazy("What was done, in Markdown."),
    )
    next_steps = TextIn(
        allow_null=True,
        max_length=limits.NEXT_STEPS,
        help_text=gettext_lazy("What comes next, in Markdown."),
    )
    obstacles = TextIn(
        allow_null=True,
        max_length=limits.OBSTACLES,
        help_text=gettext_lazy("What makes it difficult, in Markdown."),
    )
    handling = ChoiceIn(
        Handling.choices,
        required=False,
        help_text=gettext_lazy("Who may read it once published. At first: green."),
    )
    evidence = EvidenceItemIn(  # type: ignore[call-arg]  # of the list
        many=True,
        required=False,
        allow_null=True,
        max_length=limits.EVIDENCE_ITEMS,
        help_text=gettext_lazy("All its evidence, in order. Null: none."),
    )
    external_ref = TextIn(
        allow_null=True,
        max_length=limits.EXTERNAL_REF,
        help_text=gettext_lazy(
            "What your own system calls the entry: unique among your member's entries"
            " that are neither superseded nor discarded."
        ),
    )


class EntryChangesIn(EntryTextIn):
    """The fields to change. A field that is left out stays, and null clears it."""


class EntryIn(EntryTextIn):
    """An entry as your system sends it."""

    member_commitment = IdIn(
        required=False,
        help_text=gettext_lazy("Id of the member commitment it is about."),
    )
    plan = NameIn(
        required=False,
        help_text=gettext_lazy(
            "Slug of the plan. With `commitment` and `member`, instead of"
            " `member_commitment`."
        ),
    )
    commitment = NameIn(
        required=False, help_text=gettext_lazy("Code of the commitment, such as 1.2.3.")
    )
    member = NameIn(
        required=False, help_text=gettext_lazy("Code of the member, such as JP.")
    )
    stocktake = NameIn(
        required=False,
        allow_null=True,
        help_text=gettext_lazy(
            "Slug of the stocktake that it must belong to, or null. An entry joins the"
            " open stocktake by itself: this is only compared."
        ),
    )
    as_of = DayIn(help_text=gettext_lazy("The day on which the text is true."))
    reason = TextIn(
        max_length=limits.REASON,
        help_text=gettext_lazy(
            "Why it is corrected, where the entry with this reference is published."
        ),
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        named = [name for name in NAMES_OF_COMMITMENT if name in attrs]
        if "member_commitment" in attrs and named:
            sentence = _("Give either this, or plan, commitment and member.")
            raise _refused("member_commitment", sentence, "several")
        if "member_commitment" not in attrs and len(named) < len(NAMES_OF_COMMITMENT):
            sentence = _("Give this, or plan, commitment and member.")
            raise _refused("member_commitment", sentence, "required")
        return attrs


class ReasonIn(serializers.Serializer[Any]):
    """Why the published entry is corrected or withdrawn."""

    reason = TextIn(
        required=True,
        max_length=limits.REASON,
        help_text=gettext_lazy("Readers see it with the published correction."),
    )


class NothingIn(serializers.Serializer[Any]):
    """No fields: the body may be left out."""


def _refused(name: str, sentence: str, code: str) -> serializers.ValidationError:
    error = serializers.ErrorDetail(sentence, code)
    return serializers.ValidationError({name: [error]})


def read_changes(request: ActorRequest, sent: object) -> dict[str, Any]:
    """Return the changes that the body names, as `EntryText` has them.

    `external_ref` is among them. Raises ValidationError, by pointer.
    """
    values = read_body(EntryChangesIn(), sent)
    known = _own_evidence(request, [values])
    return _changes(values, known)


@dataclass
class SentBodies:
    """The entries that some bodies send, and what is wrong with the other bodies."""

    sent: dict[int, SentEntry] = field(default_factory=dict)
    faults: dict[int, ValidationError] = field(default_factory=dict)


def read_entries(request: ActorRequest, bodies: Sequence[object]) -> SentBodies:
    """Return the entries of these bodies, each at its place in the list.

    The number of queries is the same for many as for one.
    """
    read, values = SentBodies(), dict[int, dict[str, Any]]()
    body = EntryIn()
    for place, sent in enumerate(bodies):
        try:
            values[place] = read_body(body, sent)
        except ValidationError as error:
            read.faults[place] = error
    owed = _find_owed(values.values())
    known = _own_evidence(request, values.values())
    for place, given in values.items():
        try:
            read.sent[place] = _sent_entry(given, owed, known)
        except ValidationError as error:
            read.faults[place] = error
    return read


Owed = Mapping[tuple[str, ...], MemberCommitment]


def _sent_entry(
    values: dict[str, Any], owed: Owed, known: Mapping[UUID, EvidenceItem]
) -> SentEntry:
    mine = owed.get(_key_of(values))
    faults: dict[str, list[ValidationError]] = {}
    if mine is None:
        is_by_id = "member_commitment" in values
        name = "member_commitment" if is_by_id else "commitment"
        sentence = _("There is no such member commitment. Check the spelling and case.")
        faults[name] = [ValidationError(sentence, "unknown_value")]
    try:
        changes = _changes(values, known)
    except ValidationError as error:
        faults |= error.error_dict
    if faults or mine is None:
        raise ValidationError(faults)
    return SentEntry(
        member_commitment=mine,
        external_ref=changes.pop("external_ref", ""),
        changes=changes,
        stocktake=values.get("stocktake", ANY_STOCKTAKE),
        reason=values.get("reason", ""),
    )


def _key_of(values: Mapping[str, Any]) -> tuple[str, ...]:
    if "member_commitment" in values:
        return (str(values["member_commitment"]),)
    return tuple(values[name] for name in NAMES_OF_COMMITMENT)


def _find_owed(bodies: Iterable[Mapping[str, Any]]) -> Owed:
    """Return the member commitments that these bodies name, by what names them."""
    keys = {_key_of(values) for values in bodies}
    rows = (
        MemberCommitment.objects.select_related("commitment__plan", "member")
        .defer("commitment__plan__source_text", "commitment__plan__preamble")
        .prefetch_related("assignments")
    )
    found: dict[tuple[str, ...], MemberCommitment] = {}
    if ids := [key[0] for key in keys if len(key) == 1]:
        found = {(str(mine.pk),): mine for mine in rows.filter(pk__in=ids)}
    named = [key for key in keys if len(key) > 1]
    if not named:
        return found
    plans, codes, members = (set(names) for names in zip(*named, strict=True))
    rows = rows.filter(
        commitment__plan__slug__in=plans,
        commitment__code__in=codes,
        member__in=members,
    )
    for mine in rows:
        commitment = mine.commitment
        found[(commitment.plan.slug, commitment.code, mine.member_id)] = mine
    return found


def _own_evidence(
    request: ActorRequest, bodies: Iterable[Mapping[str, Any]]
) -> Mapping[UUID, EvidenceItem]:
    """Return the items that these bodies name by id, of the reader's own member."""
    ids = {
        item["id"]
        for values in bodies
        for item in values.get("evidence") or ()
        if "id" in item
    }
    if not ids or request.user.delegation is None:
        return {}
    visible = Evidence.objects.visible_to(request.user, request.at)
    rows = visible.filter(member=request.user.delegation, pk__in=ids)
    rows = rows.select_related("scan")
    return {row.pk: EvidenceItem.of(row) for row in rows}


def _changes(
    values: Mapping[str, Any], known: Mapping[UUID, EvidenceItem]
) -> dict[str, Any]:
    """Return the values as `EntryText` has them. Null is an empty value."""
    names = EntryTextIn().fields.keys() & values.keys()
    changes = {name: values[name] for name in names}
    for name in CLEARED:
        if name in changes:
            changes[name] = changes[name] or ""
    if "evidence" in changes:
        items = cast("Sequence[dict[str, Any]]", changes["evidence"] or ())
        changes["evidence"] = tuple(_items(items, known))
    return changes


def _items(
    items: Sequence[dict[str, Any]], known: Mapping[UUID, EvidenceItem]
) -> Iterator[EvidenceItem]:
    """Yield the items of evidence. Raises ValidationError for ids that are unknown."""
    unknown = {
        f"evidence/{place}/id": ValidationError(
            _("This is not among the evidence of your member."), "unknown_value"
        )
        for place, item in enumerate(items)
        if "id" in item and item["id"] not in known
    }
    if unknown:
        raise ValidationError(unknown)
    for item in items:
        if "id" in item:
            yield known[item["id"]]
        else:
            yield EvidenceItem(**{"title": "", **item})
