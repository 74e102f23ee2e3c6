"""Evidence: files taken in, and items put under an entry.

A file comes before the text that names it, in a transaction of its own: what was sent
is kept even where the text must be corrected first. Evidence is never edited. An item
that did not change keeps its row, which the check of its link hangs on.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from audit.record import record
from audit.transactions import retried
from commitments.models import MemberCommitment
from progress import limits
from progress.entries.text import EntryText, EvidenceItem
from progress.evidence.file_names import safe_name
from progress.evidence.file_types import FileProblem, FileProblemError, recognised
from progress.models import Entry, EntryEvidence, Evidence, EvidenceFile
from progress.permissions import can_draft

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SentFile:
    """A file as somebody sent it; without a title it goes by its name."""

    name: str
    content: bytes
    title: str = ""


@retried
def add_evidence_file(
    *, member_commitment: MemberCommitment, file: SentFile, by: User, at: datetime
) -> Evidence:
    """Keep a file as evidence of its delegation. The same one twice is one row.

    Raises PermissionDenied, or ValidationError with code `unfit` or `too_many`.
    """
    if not can_draft(by, member_commitment):
        raise PermissionDenied
    member = member_commitment.member_id
    described = _described(file)
    same = Evidence.objects.filter(member=member, **described).first()
    if same is not None:
        return same
    _require_quota(member, len(file.content), at)
    evidence = Evidence.objects.create(
        kind=Evidence.Kind.FILE,
        member_id=member,
        added_at=at,
        added_by=by,
        **described,
    )
    EvidenceFile.objects.create(evidence=evidence, content=file.content)
    # Not the name of the file: administrators read events, and no content.
    record(
        verb="evidence.add",
        target=member_commitment,
        by=by,
        at=at,
        member=member,
        data={"evidence": str(evidence.pk)},
    )
    return evidence


def _described(file: SentFile) -> dict[str, Any]:
    """What is kept of a file beside its bytes. Raises ValidationError if unfit."""
    name = safe_name(file.name, limit=limits.FILE_NAME)
    title = " ".join(file.title.split())
    title = "".join(sign for sign in title if sign.isprintable())
    return {
        "file_name": name,
        "media_type": _require_fit(name, file.content),
        "title": title[: limits.EVIDENCE_TITLE].strip() or name,
        "size": len(file.content),
        "sha256": sha256(file.content).hexdigest(),
    }


def _require_fit(name: str, content: bytes) -> str:
    try:
        return recognised(name, content, limit=limits.EVIDENCE_FILE_BYTES)
    except FileProblemError as error:
        raise ValidationError(
            _("%(name)s was not taken: %(problem)s")
            % {"name": name, "problem": sentence_of(error)},
            code="unfit",
        ) from error


def _require_quota(member: str, size: int, at: datetime) -> None:
    """Files cannot be taken back, so nobody may fill the disk with them in a day."""
    today = Evidence.objects.filter(member=member, added_at__gt=at - A_DAY)
    if (today.aggregate(sum=Sum("size"))["sum"] or 0) + size > limits.FILE_BYTES_A_DAY:
        raise ValidationError(
            _("Your delegation has added very many files today. Try again tomorrow."),
            code="too_many",
        )


def put_evidence(entry: Entry, text: EntryText, *, by: User, at: datetime) -> None:
    """Let the entry carry exactly these items, in this order.

    Raises ValidationError for an item that is not among the delegation's own.
    """
    links = entry.evidence_links.select_related("evidence").order_by("position")
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
    """The rows that items name: of this delegation, and visible to whoever asks."""
    named = {item.id for item in text.evidence if item.id is not None}
    ours = Evidence.objects.visible_to(by, at).filter(member=entry.member_code)
    known = {row.pk: row for row in ours.filter(pk__in=named)} if named else {}
    if known.keys() != named or any(_is_loose_file(item) for item in text.evidence):
        raise ValidationError(
            {"evidence": [_("An item is not among your delegation's evidence.")]}
        )
    return known


def _is_loose_file(item: EvidenceItem) -> bool:
    return item.kind == Evidence.Kind.FILE and item.id is None


def _rows(
    text: EntryText, known: Mapping[UUID, Evidence], carried: Iterable[Evidence]
) -> Iterator[Evidence]:
    """A row for each item, an existing one where it says the same; none twice."""
    by_content = {EvidenceItem.of(row): row for row in carried}
    seen: set[UUID] = set()
    for item in text.evidence:
        named = known.get(item.id) if item.id else None
        if named is not None and _says_the_same(named, item):
            row = named
        else:
            row = by_content.get(item) or _new_row(item)
        if row.pk not in seen:
            seen.add(row.pk)
            yield row


def _says_the_same(row: Evidence, item: EvidenceItem) -> bool:
    """A file is its bytes: what else an item says of it is the row's word."""
    return row.kind == Evidence.Kind.FILE or EvidenceItem.of(row) == item


def _new_row(item: EvidenceItem) -> Evidence:
    return Evidence(
        kind=item.kind,
        title=item.title,
        url=item.url,
        citation=item.citation,
        accessed_on=item.accessed_on,
    )


SENTENCES = {
    FileProblem.EMPTY: gettext_lazy("the file is empty."),
    FileProblem.TOO_BIG: gettext_lazy("a file may have at most 20 MB."),
    FileProblem.NOT_ALLOWED: gettext_lazy(
        "the types taken are PDF, PNG, JPEG, DOCX, XLSX, ODT, ODS, TXT and CSV."
    ),
    FileProblem.DIFFERS: gettext_lazy(
        "its content is not what its name says. Save it again as the type you mean."
    ),
    FileProblem.DAMAGED: gettext_lazy(
        "it is damaged, or made in a way that cannot be checked. Save it again."
    ),
    FileProblem.SEVERAL_AT_ONCE: gettext_lazy(
        "there is more in it than one document. Save it again, or send a PDF."
    ),
    FileProblem.MACROS: gettext_lazy("it holds macros. Save it without them."),
    FileProblem.LOCKED: gettext_lazy("it is protected by a password."),
    FileProblem.UNPACKS_TOO_BIG: gettext_lazy(
        "it unpacks to far more than its size. Save it again, or send a PDF."
    ),
    FileProblem.NOT_UTF_8: gettext_lazy("text must be saved as UTF-8."),
    FileProblem.MARKUP: gettext_lazy("web pages and scripts are not taken."),
}


def sentence_of(error: FileProblemError) -> str:
    """It goes on after "report.pdf was not taken: "."""
    sentence = str(SENTENCES[error.unfit])
    if error.unfit is FileProblem.DIFFERS and error.seems:
        seems = _("It looks like: %(what)s.") % {"what": error.seems}
        return f"{sentence} {seems}"
    return sentence
