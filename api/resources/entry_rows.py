"""Entries as the list of the API shows them: read as values, not as models.

`EntryOut` says what each value means. A test holds both to the same rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from django.db.models import Case, CharField, F, OuterRef, Subquery, Value, When
from django.http import Http404
from rest_framework.reverse import reverse

from api.compiled import CompiledQuery, OfIds
from api.renderers import FastJsonRenderer
from api.requests import ActorRequest
from progress.models import (
    Assignment,
    Entry,
    EntryAuthor,
    EntryEvidence,
    Evidence,
    ExternalRef,
    FileHold,
    State,
)
from progress.permissions import acts_on_entries, allowed_verbs
from progress.querysets.entries import PUBLICATION, EntryQuerySet
from progress.querysets.visibility import Rights, rights_of, visible_with
from progress.transitions import Verb

Row = dict[str, Any]

# Columns that an answer holds as they are, and those that it is made of.
_SHOWN = (
    "id", "state", "as_of", "is_at_risk", "language", "narrative", "next_steps",
    "obstacles", "handling", "written_at", "submitted_at", "published_at",
)  # fmt: skip
_COLUMNS = {name: name for name in _SHOWN} | {
    "owed_id": "member_commitment",
    "plan": "member_commitment__commitment__plan__slug",
    "commitment": "member_commitment__commitment__code",
    "member": "member_commitment__member_id",
    "stocktake": "stocktake__slug",
    "due_at": "stocktake__due_at",
    "second_reviewer_id": "stocktake__second_reviewer_id",
    "kind": "kind",
    "is_supersession_seen": "is_supersession_seen",
    "supersedes": "supersedes_id",
    "superseded_by": "superseded_by",
    "is_superseded": "is_superseded",
    "reason": "reason",
    "status": "status",
    "unchanged_since": "visible_unchanged_since",
    "has_live_successor": "has_live_successor",
    "written_by_id": "written_by_id",
    "carried_since": "unchanged_since",
    "external_ref": "external_ref_text",
    "confirmed_at": "confirmed_at",
}
_EVIDENCE_COLUMNS = {
    "entry_id": "entry_id",
    **{
        name: f"evidence__{name}"
        for name in (
            "id", "kind", "title", "url", "citation", "accessed_on", "file_name",
            "media_type", "size", "sha256",
        )
    },
    "verdict": "evidence__scan__verdict",
}  # fmt: skip
# In an address: the place of a file's id.
_ANY_ID = UUID(int=0)


@lru_cache(maxsize=256)
def redacted(rights: Rights) -> EntryQuerySet:
    """Return the entries that these rights show, with no trace of any other entry.

    An entry may supersede one that the reader may not see, an amber one for example.
    The reader then gets it as an ordinary update: without the other entry's id, without
    the reason for the change, and without the fact that there was a change. A
    withdrawal of an entry that the reader may not see is left out.

    Readers with equal rights share the query.
    """
    entries = Entry.objects.filter(visible_with(rights))
    redacted_kind = Case(
        When(is_supersession_seen=True, then=F("kind")),
        default=Value(Entry.Kind.UPDATE.value),
    )
    with_kind = entries.redacted_to(entries).annotate(
        redacted_kind=redacted_kind,
        publication=PUBLICATION,
        external_ref_text=_external_ref(rights),
    )
    return with_kind.with_successors().with_superseding(entries)


def _external_ref(rights: Rights) -> Subquery | Value:
    """Return an expression: what a system of the reader's own member calls an entry.

    Other readers do not even learn that there is a reference.
    """
    if rights.own_member is None:
        return Value(None, output_field=CharField())
    own = ExternalRef.objects.filter(entry=OuterRef("pk"), member=rights.own_member)
    return Subquery(own.values("text")[:1])


def entries_for(request: ActorRequest) -> EntryQuerySet:
    """Return the entries this reader may see, with no trace of any other entry."""
    return redacted(rights_of(request.user, request.at))


def entry_rows(request: ActorRequest, keys: Sequence[UUID]) -> list[Row]:
    """Return these entries in this order, without those the reader may not see."""
    if not keys:
        return []
    query = _entries(rights_of(request.user, request.at))
    found = {row["id"]: row for row in query.rows(ids=list(keys))}
    rows = [found[key] for key in keys if key in found]
    evidence = _evidence_of(request, list(found))
    allowed = _allowed_of(request, rows)
    return [
        _shown(row, evidence.get(row["id"], []), verbs)
        for row, verbs in zip(rows, allowed, strict=True)
    ]


def entry_row(request: ActorRequest, key: UUID) -> Row:
    """Return one entry. Raises Http404 where the reader may not see it."""
    rows = entry_rows(request, [key])
    if not rows:
        raise Http404
    return rows[0]


def entry_bytes(request: ActorRequest, key: UUID) -> bytes:
    """Return the body of `GET entries/{id}/` as this reader is served it now.

    It is what the entry's tag is made of: `tag_of(request.user, entry_bytes(…))`. GET
    sends that tag. A write compares `If-Match` with it, in its own transaction, after
    it has locked the row: then no other write can change the entry in between.

    The rights are those of the request, so nothing that its reader may not see is part
    of it. Raises Http404 where they may not see the entry.
    """
    return FastJsonRenderer().render(entry_row(request, key))


@lru_cache(maxsize=256)
def _entries(rights: Rights) -> CompiledQuery:
    return CompiledQuery.of(redacted(rights).filter(OfIds("pk")), _COLUMNS)


@lru_cache(maxsize=1)
def _evidence() -> CompiledQuery:
    links = EntryEvidence.objects.filter(OfIds("entry_id"))
    return CompiledQuery.of(links.order_by("entry_id", "position"), _EVIDENCE_COLUMNS)


def _evidence_of(
    request: ActorRequest, keys: Sequence[UUID]
) -> Mapping[UUID, list[Row]]:
    """Return the evidence of each entry, as `EvidenceOut` shows it."""
    address = reverse("api:evidence-file", args=[_ANY_ID], request=request)
    found: dict[UUID, list[Row]] = {}
    for row in _evidence().rows(ids=list(keys)):
        is_file = row["kind"] == Evidence.Kind.FILE
        verdict = row.pop("verdict") or ""
        row["file"] = address.replace(str(_ANY_ID), str(row["id"])) if is_file else None
        row["held"] = (is_file and FileHold.after(verdict).value) or None
        found.setdefault(row.pop("entry_id"), []).append(row)
    return found


def _shown(row: Row, evidence: list[Row], allowed: list[Verb]) -> Row:
    """Return the values of `EntryOut`, in its order."""
    is_seen = row["is_supersession_seen"]
    return {
        "id": row["id"],
        "member_commitment": {
            "id": row["owed_id"],
            "plan": row["plan"],
            "commitment": row["commitment"],
            "member": row["member"],
        },
        "stocktake": row["stocktake"],
        "kind": row["kind"] if is_seen else Entry.Kind.UPDATE,
        "supersedes": row["supersedes"] if is_seen else None,
        "superseded_by": row["superseded_by"],
        "reason": row["reason"] if is_seen else "",
        "external_ref": row["external_ref"],
        "state": row["state"],
        "is_current": _is_current(row),
        "as_of": row["as_of"],
        "status": row["status"] or None,
        "is_at_risk": row["is_at_risk"],
        "language": row["language"],
        "narrative": row["narrative"],
        "next_steps": row["next_steps"],
        "obstacles": row["obstacles"],
        "handling": row["handling"],
        "evidence": evidence,
        "unchanged_since": row["unchanged_since"],
        "written_at": row["written_at"],
        "submitted_at": row["submitted_at"],
        "published_at": row["published_at"],
        "is_late": _is_late(row),
        "allowed": allowed,
    }


def _is_current(row: Row) -> bool:
    """Return whether it is published and counts: see `EntryOut.get_is_current`."""
    is_withdrawal = row["kind"] == Entry.Kind.WITHDRAWAL
    is_published = row["state"] == State.PUBLISHED
    return is_published and not is_withdrawal and not row["is_superseded"]


def _is_late(row: Row) -> bool:
    """Return `Entry.is_late`."""
    if row["kind"] != Entry.Kind.UPDATE or None in (row["due_at"], row["submitted_at"]):
        return False
    return bool(row["submitted_at"] > row["due_at"])


# ---- The verbs that a reader may use


class _Others:
    """Rows of other tables that belong to the entries of a page, read when needed."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows

    @cached_property
    def authors(self) -> Mapping[UUID, list[Any]]:
        keys = [row["id"] for row in self.rows]
        return _by("entry_id", EntryAuthor.objects.filter(OfIds("entry_id", keys)))

    @cached_property
    def assignments(self) -> Mapping[UUID, list[Any]]:
        keys = [row["owed_id"] for row in self.rows]
        found = Assignment.objects.filter(OfIds("member_commitment_id", keys))
        return _by("member_commitment_id", found)


def _by(name: str, rows: Any) -> Mapping[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found


@dataclass(frozen=True)
class _Lazy:
    """What a related manager is asked for: all its rows."""

    read: Callable[[], list[Any]]

    def all(self) -> list[Any]:
        return self.read()


class _EntryFacts:
    """What `allowed_verbs` asks about an entry, from a row of the list."""

    def __init__(self, row: Row, others: _Others) -> None:
        self.state, self.kind = row["state"], row["kind"]
        self.is_withdrawal = self.kind == Entry.Kind.WITHDRAWAL
        self.has_live_successor = row["has_live_successor"]
        self.member_code, self.written_by_id = row["member"], row["written_by_id"]
        is_carried = row["carried_since"] is not None
        self.is_unconfirmed = is_carried and row["confirmed_at"] is None
        self.stocktake = row["stocktake"] and SimpleNamespace(
            second_reviewer_id=row["second_reviewer_id"]
        )
        self.authors = _Lazy(lambda: others.authors.get(row["id"], []))
        self.member_commitment = SimpleNamespace(
            assignments=_Lazy(lambda: others.assignments.get(row["owed_id"], []))
        )


def _allowed_of(request: ActorRequest, rows: Sequence[Row]) -> list[list[Verb]]:
    """Return for each row the verbs that the reader may use on it now."""
    if not acts_on_entries(request.user):
        return [[]] * len(rows)
    others = _Others(rows)
    return [
        allowed_verbs(
            request.user, cast("Entry", _EntryFacts(row, others)), at=request.at
        )
        for row in rows
    ]
