"""Evidence: add a file, and set the items of an entry.

A file is added before the text that names it, in a transaction of its own. So it is
kept even if the text must be corrected first. Evidence is never edited. An item that
did not change keeps its row, because the check of its link belongs to that row.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.dates import utc_day
from accounts.models import User
from accounts.typed.text import clean_name, cleaned_or_problem
from audit.record import record
from audit.stored_files import keep_bytes
from commitments.models import MemberCommitment
from progress import limits
from progress.actions.instants import recorded_act
from progress.actions.scans import plan_scans
from progress.entries.text import EntryText, EvidenceItem, require_valid
from progress.evidence.file_names import safe_name
from progress.evidence.file_types import FileProblem, FileProblemError, media_type_of
from progress.models import Entry, EntryEvidence, Evidence, EvidenceFile
from progress.permissions import can_draft

A_DAY = timedelta(days=1)
# What makes a link or a citation the same as another.
_CONTENT = ("kind", "title", "url", "citation", "accessed_on")


@dataclass(frozen=True)
class SentFile:
    """A file as it was sent. Without a title its file name is used."""

    name: str
    content: bytes
    title: str = ""


@recorded_act
def add_evidence_file(
    *, member_commitment: MemberCommitment, file: SentFile, by: User, at: datetime
) -> Evidence:
    """Keep a file as evidence of its delegation. The same file twice is one row.

    Raises PermissionDenied, or ValidationError with code `unfit` or `too_many`.
    """
    if not can_draft(by, member_commitment):
        raise PermissionDenied
    member = member_commitment.member_id
    columns = _columns_of(file)
    same = Evidence.objects.filter(member=member, **columns).first()
    if same is not None:
        return same
    _require_quota(member, len(file.content), at)
    evidence = Evidence.objects.create(
        kind=Evidence.Kind.FILE,
        member_id=member,
        added_at=at,
        added_by=by,
        **columns,
    )
    EvidenceFile.objects.create(evidence=evidence, **asdict(keep_bytes(file.content)))
    plan_scans(at=at, only=evidence)
    _record(evidence, member_commitment, by=by, at=at)
    return evidence


@recorded_act
def add_evidence_item(
    *, member_commitment: MemberCommitment, item: EvidenceItem, by: User, at: datetime
) -> Evidence:
    """Keep a link or a citation as evidence of its delegation, for its entries to name.

    The same item twice is one row. Raises PermissionDenied or ValidationError.
    """
    if not can_draft(by, member_commitment):
        raise PermissionDenied
    row = _new_row(_sound_item(item, member_commitment, at))
    member = member_commitment.member_id
    columns = {name: getattr(row, name) for name in _CONTENT}
    same = Evidence.objects.filter(member=member, **columns).first()
    if same is not None:
        return same
    row.member_id, row.added_at, row.added_by = member, at, by
    row.save(force_insert=True)
    _record(row, member_commitment, by=by, at=at)
    return row


def _sound_item(
    item: EvidenceItem, member_commitment: MemberCommitment, at: datetime
) -> EvidenceItem:
    """Return the item as it is stored. Raises ValidationError with every problem."""
    adopted_on = member_commitment.commitment.plan.adopted_on
    text = EntryText(as_of=adopted_on, evidence=(item,))
    try:
        text = require_valid(text, adopted_on=adopted_on, today=utc_day(at))
    except ValidationError as error:
        raise ValidationError(error.error_dict["evidence"]) from error
    [sound] = text.evidence
    return sound


def _record(
    evidence: Evidence, member_commitment: MemberCommitment, *, by: User, at: datetime
) -> None:
    # Without the file name: administrators read events, and may not read content.
    record(
        verb="evidence.add",
        target=member_commitment,
        by=by,
        at=at,
        member=member_commitment.member_id,
        data={"evidence": str(evidence.pk)},
    )


def _columns_of(file: SentFile) -> dict[str, Any]:
    """Return what is kept of a file beside its bytes. Raises ValidationError."""
    name = safe_name(file.name, limit=limits.FILE_NAME)
    return {
        "file_name": name,
        "media_type": _require_accepted(name, file.content),
        "title": _sound_title(file.title, name) or name,
        "size": len(file.content),
        "sha256": sha256(file.content).hexdigest(),
    }


def _sound_title(title: str, file_name: str) -> str:
    """Return the title as it is stored. Raises ValidationError."""
    title, problem = cleaned_or_problem(clean_name, title, limit=limits.EVIDENCE_TITLE)
    if problem:
        sentence = _(
            "%(name)s was not kept, because of its title. %(problem)s Then choose the"
            " file again."
        )
        about = {"name": file_name, "problem": problem}
        raise ValidationError(sentence % about, code="title")
    return title


def _require_accepted(name: str, content: bytes) -> str:
    """Return the media type of a file. Raises ValidationError for a refused file."""
    try:
        return media_type_of(name, content, limit=limits.EVIDENCE_FILE_BYTES)
    except FileProblemError as error:
        raise ValidationError(
            _("%(name)s was rejected: %(problem)s")
            % {"name": name, "problem": PROBLEM_SENTENCES[error.problem]},
            code="unfit",
        ) from error


def _require_quota(member: str, size: int, at: datetime) -> None:
    """Refuse a file if the delegation has added too many bytes in a day.

    Files cannot be removed, so a delegation must not be able to fill the disk.
    """
    today = Evidence.objects.filter(member=member, added_at__gt=at - A_DAY)
    if (today.aggregate(sum=Sum("size"))["sum"] or 0) + size > limits.FILE_BYTES_A_DAY:
        raise ValidationError(
            _(
                "Your delegation has reached the daily limit of 1 GB for files. Try"
                " again in 24 hours, or send a smaller file."
            ),
            code="too_many",
        )


def put_evidence(entry: Entry, text: EntryText, *, by: User, at: datetime) -> None:
    """Set the items of the entry: exactly these, in this order.

    Raises ValidationError for an item that is not one of the delegation's own.
    """
    links = entry.evidence_links.select_related("evidence__scan").order_by("position")
    carried = [link.evidence for link in links]
    known = _known(entry, text, by=by, at=at)
    rows = list(_rows(text, known, carried))
    new = [row for row in rows if row.pk not in known and row not in carried]
    for row in new:
        row.member_id, row.added_at, row.added_by = entry.member_code, at, by
    Evidence.objects.bulk_create(new)
    if rows == carried:
        return
    entry.evidence_links.all().delete()
    EntryEvidence.objects.bulk_create(
        EntryEvidence(entry=entry, evidence=row, position=position)
        for position, row in enumerate(rows)
    )


def _known(
    entry: Entry, text: EntryText, *, by: User, at: datetime
) -> Mapping[UUID, Evidence]:
    """Return the rows that items name: of this delegation, and visible to `by`."""
    named = {item.id for item in text.evidence if item.id is not None}
    ours = Evidence.objects.visible_to(by, at).filter(member=entry.member_code)
    found = ours.filter(pk__in=named).select_related("scan")
    known = {row.pk: row for row in found} if named else {}
    if known.keys() != named or any(
        _is_file_without_row(item) for item in text.evidence
    ):
        raise ValidationError(
            {
                "evidence": [
                    _(
                        "An item is not among your delegation's evidence. Remove it, or"
                        " add it again."
                    )
                ]
            }
        )
    return known


def _is_file_without_row(item: EvidenceItem) -> bool:
    return item.kind == Evidence.Kind.FILE and item.id is None


def _rows(
    text: EntryText, known: Mapping[UUID, Evidence], carried: Iterable[Evidence]
) -> Iterator[Evidence]:
    """Yield a row for each item, once: an existing row if its content is the same."""
    by_content = {EvidenceItem.of(row): row for row in carried}
    seen: set[UUID] = set()
    for item in text.evidence:
        named = known.get(item.id) if item.id else None
        if named is not None and _has_same_content(named, item):
            row = named
        else:
            row = by_content.get(item) or _new_row(item)
        if row.pk not in seen:
            seen.add(row.pk)
            yield row


def _has_same_content(row: Evidence, item: EvidenceItem) -> bool:
    """Return whether a row has an item's content. A file's row cannot be changed."""
    return row.kind == Evidence.Kind.FILE or EvidenceItem.of(row) == item


def _new_row(item: EvidenceItem) -> Evidence:
    return Evidence(
        kind=item.kind,
        title=item.title,
        url=item.url,
        citation=item.citation,
        accessed_on=item.accessed_on,
    )


# Each sentence follows "report.pdf was rejected: ".
PROBLEM_SENTENCES = {
    FileProblem.EMPTY: gettext_lazy("the file is empty."),
    FileProblem.TOO_BIG: gettext_lazy("a file may be at most 20 MB."),
    FileProblem.NOT_ALLOWED: gettext_lazy(
        "its type is not accepted. Send PDF, PNG, JPEG, DOCX, XLSX, ODT, ODS, TXT or"
        " CSV."
    ),
    FileProblem.DIFFERS: gettext_lazy(
        "its content does not match its file name extension. Save it again as the type"
        " you want to send."
    ),
    FileProblem.DAMAGED: gettext_lazy(
        "it is damaged, or it cannot be checked. Save it again, or send a PDF."
    ),
    FileProblem.SEVERAL_AT_ONCE: gettext_lazy(
        "it contains more than one document. Save it again, or send a PDF."
    ),
    FileProblem.MACROS: gettext_lazy("it contains macros. Save it without macros."),
    FileProblem.LOCKED: gettext_lazy(
        "it is protected by a password. Save it without a password."
    ),
    FileProblem.UNPACKS_TOO_BIG: gettext_lazy(
        "it is too large when unpacked. Save it again, or send a PDF."
    ),
    FileProblem.NOT_UTF_8: gettext_lazy("it is not in UTF-8. Save the text as UTF-8."),
    FileProblem.MARKUP: gettext_lazy(
        "web pages and scripts are not accepted. Send a PDF."
    ),
}
