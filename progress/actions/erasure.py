"""Legal erasure: the only way to change a published entry. It leaves a mark.

`manage.py erase_entry` calls this on the owner's connection, in a transaction that has
switched off the triggers of append-only tables.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Max, Model
from django.utils.translation import gettext as _

from accounts.actions.idempotency import erase_answers
from accounts.dates import utc_day
from accounts.typed.text import is_seen
from audit.owner import OWNER
from audit.stored_files import delete_after_commit
from progress.actions.ledger import take_ledger_lock
from progress.actions.search import put_search_rows
from progress.actions.trail import append_to_trail
from progress.entries.text import TEXT_LIMITS
from progress.ledger.erasure import ERASED, ErasureScope, erasure_notice
from progress.models import (
    Assessment,
    AssessmentComment,
    Clearance,
    Comment,
    Entry,
    Evidence,
    EvidenceFile,
    EvidenceScan,
    ExternalRef,
    Guideline,
    LedgerRecord,
    LinkCheck,
    Question,
    Release,
    Round,
    State,
    Tombstone,
    TrailRecord,
    Transition,
)

# The column of a tombstone, by what it is of.
_COLUMNS: dict[type[Model], str] = {
    Entry: "entry",
    Assessment: "assessment",
    Guideline: "guideline",
    AssessmentComment: "comment",
}


def erase_entry_text(
    scope: ErasureScope, *, reason: str, by: str, at: datetime
) -> Tombstone:
    """Replace the text of a published entry, and all texts about it.

    Raises ValidationError with code `not_published`, `erased` or `required`.
    """
    entry = scope.entry
    require_erasable(entry, reason=reason, by=by)
    erase_unpublished_text(scope, reason=reason, at=at)
    _destroy_salts(entry)
    assert entry.ledger_record is not None  # noqa: S101 - it is published
    content_sha256 = entry.ledger_record.content_sha256
    return put_tombstone(
        entry, content_sha256=content_sha256, reason=reason, by=by, at=at
    )


def erase_unpublished_text(scope: ErasureScope, *, reason: str, at: datetime) -> None:
    """Replace the text of an entry that no record confirms, and all texts about it.

    A restore brings such an entry back, if it was published and erased afterwards.
    """
    entry = scope.entry
    mark = erasure_notice(utc_day(at), reason)
    Entry.objects.using(OWNER).filter(pk=entry.pk).update(
        **{name: mark for name in TEXT_LIMITS if getattr(entry, name)},
        reason=ERASED if entry.reason else "",
    )
    _erase_evidence(scope)
    put_search_rows(Entry.objects.using(OWNER).filter(pk=entry.pk), using=OWNER)
    _erase_texts_about(entry, mark)
    erase_answers([entry.pk, *scope.evidence], using=OWNER)


def put_tombstone(
    subject: Model, *, content_sha256: str, reason: str, by: str, at: datetime
) -> Tombstone:
    """Write the tombstone of an erased text, with its place among the changes.

    Nothing is published from here to the commit. So no reader of changes gets a later
    publication before this erasure. The trail gets its row.
    """
    take_ledger_lock(using=OWNER)
    head = LedgerRecord.objects.using(OWNER).aggregate(number=Max("sequence"))
    last = Tombstone.objects.using(OWNER).aggregate(number=Max("number"))
    tombstone = Tombstone.objects.using(OWNER).create(
        id=subject.pk,
        content_sha256=content_sha256,
        reason=reason,
        erased_at=at,
        erased_by=by,
        number=(last["number"] or 0) + 1,
        ledger_head=head["number"] or 0,
        **{_COLUMNS[type(subject)]: subject},
    )
    append_to_trail(TrailRecord.Kind.ERASURE, subject.pk, using=OWNER)
    return tombstone


def require_erasable(entry: Entry, *, reason: str, by: str) -> None:
    require_reason_and_name(reason, by)
    if entry.state != State.PUBLISHED:
        raise ValidationError(
            _("Only a published entry can be erased. Discard this one instead."),
            code="not_published",
        )
    if Tombstone.objects.filter(entry=entry).exists():
        raise ValidationError(_("This entry has already been erased."), code="erased")


def require_reason_and_name(reason: str, by: str) -> None:
    """Raise ValidationError with code `required` if one of them has no words."""
    if not is_seen(reason) or not is_seen(by):
        raise ValidationError(
            _("Give the reason, and the name of the person who erases."),
            code="required",
        )


def _erase_evidence(scope: ErasureScope) -> None:
    """Turn each item into a citation without content: no link, no name, no file."""
    evidence = scope.evidence
    files = EvidenceFile.objects.using(OWNER).filter(evidence__in=evidence)
    delete_after_commit(files.values_list("object_key", flat=True), using=OWNER)
    files.delete()
    EvidenceScan.objects.using(OWNER).filter(evidence__in=evidence).delete()
    LinkCheck.objects.using(OWNER).filter(evidence__in=evidence).delete()
    Evidence.objects.using(OWNER).filter(pk__in=evidence).update(
        kind=Evidence.Kind.CITATION,
        title=ERASED,
        citation=ERASED,
        url="",
        accessed_on=None,
        file_name="",
        media_type="",
        size=None,
        sha256="",
    )


def _erase_texts_about(entry: Entry, mark: str) -> None:
    """Erase rounds, reasons, comments, questions and references: they may quote it."""
    for returned in Round.objects.using(OWNER).filter(entry=entry):
        texts = {name: mark for name in TEXT_LIMITS if returned.text.get(name)}
        text = {**returned.text, **texts, "evidence": []}
        rows = Round.objects.using(OWNER).filter(pk=returned.pk)
        rows.update(reason=ERASED, text=text)
    transitions = Transition.objects.using(OWNER).filter(entry=entry)
    transitions.exclude(reason="").update(reason=ERASED)
    Comment.objects.using(OWNER).filter(entry=entry).update(body=ERASED)
    questions = Question.objects.using(OWNER).filter(entry=entry)
    questions.update(body=ERASED)
    questions.exclude(answer="").update(answer=ERASED)
    Release.objects.using(OWNER).filter(entry=entry).update(reason=ERASED)
    clearances = Clearance.objects.using(OWNER).filter(entry=entry)
    clearances.exclude(capital_reference="").update(capital_reference=ERASED)
    ExternalRef.objects.using(OWNER).filter(entry=entry).delete()


def _destroy_salts(entry: Entry) -> None:
    """Empty the salts with which the trail hashed these texts.

    A short text could be found again from its hash and salt.
    """
    questions = Question.objects.using(OWNER).filter(entry=entry)
    subjects = {entry.pk, *questions.values_list("pk", flat=True)}
    kind = TrailRecord.Kind
    TrailRecord.objects.using(OWNER).filter(
        kind__in=[kind.PUBLICATION, kind.QUESTION, kind.ANSWER],
        subject__in=[str(subject) for subject in subjects],
    ).update(salt="")
