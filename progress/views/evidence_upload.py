"""What came with an editor's form beside its words: files, and items chosen again.

Files are kept at once, whatever is wrong elsewhere in the form: nobody chooses a file
twice because of a date.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.requests import UserRequest
from commitments.models import MemberCommitment
from progress import limits
from progress.actions.evidence import SentFile, add_evidence_file
from progress.entries.text import EvidenceItem
from progress.evidence.file_names import safe_name
from progress.forms.evidence import Known, add_rows, named_ids
from progress.models import Evidence
from progress.querysets.evidence import EvidenceQuerySet
from progress.views.uploads import sent_files

# Offered to be chosen again; more is found by its title.
MOST_OFFERED = 8
# Read for that: the same source often stands under several entries.
MOST_LOOKED_AT = 60


@dataclass(frozen=True)
class SentEvidence:
    """The form's data with a row for each file and choice, and what was wrong."""

    data: QueryDict
    known: Known
    problems: tuple[str, ...]


def receive_evidence(
    request: UserRequest, member_commitment: MemberCommitment
) -> SentEvidence:
    data = request.POST.copy()
    files, problems = _keep_files(request, member_commitment)
    chosen = {found for one in data.getlist("attach") if (found := _id(one))}
    rows = own_evidence(request, member_commitment).filter(
        pk__in=named_ids(data) | chosen
    )
    items = {row.pk: EvidenceItem.of(row) for row in rows}
    add_rows(data, [*(items[pk] for pk in items if pk in chosen), *files])
    known = {**items, **{file.id: file for file in files if file.id}}
    return SentEvidence(data, known, tuple(problems))


def _keep_files(
    request: UserRequest, member_commitment: MemberCommitment
) -> tuple[list[EvidenceItem], list[str]]:
    files: list[EvidenceItem] = []
    problems: list[str] = []
    # One title for one file; several go by their names.
    is_one = len(request.FILES.getlist("files")) == 1
    title = request.POST.get("files-title", "") if is_one else ""
    for name, content in sent_files(request, "files"):
        if content is None:
            problems.append(_not_kept(name))
            continue
        try:
            added = add_evidence_file(
                member_commitment=member_commitment,
                file=SentFile(name, content, title),
                by=request.user,
                at=request.at,
            )
            files.append(EvidenceItem.of(added))
        except ValidationError as error:
            problems.extend(error.messages)
    return files, problems


def _not_kept(name: str) -> str:
    return _(
        "%(name)s was not taken: a file may have at most 20 MB; at once go at most"
        " 20 files and 100 MB."
    ) % {"name": safe_name(name, limit=limits.FILE_NAME)}


def own_evidence(
    request: UserRequest, member_commitment: MemberCommitment
) -> EvidenceQuerySet:
    """What this delegation has, as far as the reader may see it."""
    visible = Evidence.objects.visible_to(request.user, request.at)
    return visible.filter(member=member_commitment.member_id)


def offered_evidence(
    request: UserRequest, member_commitment: MemberCommitment, *, standing: set[UUID]
) -> list[Evidence]:
    """The delegation's newest items, or those whose title was asked for.

    Not those that stand in the editor already, and each source once.
    """
    ours = own_evidence(request, member_commitment).exclude(pk__in=standing)
    words = request.POST.get("find", "").replace("\x00", "").strip()
    if words:
        ours = ours.filter(title__icontains=words)
    newest = ours.order_by("-added_at", "pk")[:MOST_LOOKED_AT]
    return list(_each_once(newest))[:MOST_OFFERED]


def _each_once(rows: Iterable[Evidence]) -> Iterator[Evidence]:
    seen: set[EvidenceItem] = set()
    for row in rows:
        item = EvidenceItem.of(row)
        if item not in seen:
            seen.add(item)
            yield row


def _id(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None
