"""Legal erasure: the one way in which what was published is changed, and leaves a mark.

Called by `manage.py erase_entry` in a transaction of the owner's connection that has
set the refusals of append-only tables aside.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.dates import utc_day
from progress.ledger.erasure import ErasureScope, mark_of
from progress.models import (
    Clearance,
    Comment,
    Entry,
    Evidence,
    EvidenceFile,
    LinkCheck,
    Question,
    Release,
    Round,
    State,
    Tombstone,
    Transition,
)

OWNER = "owner"
# Where a whole sentence would not fit.
ERASED = "[erased]"
TEXTS = ("narrative", "next_steps", "obstacles")


def erase_words(
    holding: ErasureScope, *, reason: str, by: str, at: datetime
) -> Tombstone:
    """Replace every word of a published entry, and of what was said about it.

    Raises ValidationError with code `not_published`, `erased` or `required`.
    """
    entry = holding.entry
    require_erasable(entry, reason=reason, by=by)
    assert entry.ledger_record is not None  # noqa: S101 - it is published
    mark = mark_of(utc_day(at), reason)
    Entry.objects.using(OWNER).filter(pk=entry.pk).update(
        **{name: mark for name in TEXTS if getattr(entry, name)},
        reason=ERASED if entry.reason else "",
    )
    _erase_evidence(holding)
    _erase_talk(entry, mark)
    return Tombstone.objects.using(OWNER).create(
        entry=entry,
        content_sha256=entry.ledger_record.content_sha256,
        reason=reason,
        erased_at=at,
        erased_by=by,
    )


def require_erasable(entry: Entry, *, reason: str, by: str) -> None:
    if not reason.strip() or not by.strip():
        raise ValidationError(_("Say why, and who does it."), code="required")
    if entry.state != State.PUBLISHED:
        raise ValidationError(
            _("Only what is published is erased: this entry can be discarded."),
            code="not_published",
        )
    if Tombstone.objects.filter(entry=entry).exists():
        raise ValidationError(_("This entry is erased already."), code="erased")


def _erase_evidence(holding: ErasureScope) -> None:
    """An item becomes a citation of nothing: no address, no name, no file is left."""
    evidence = holding.evidence
    EvidenceFile.objects.using(OWNER).filter(evidence__in=evidence).delete()
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


def _erase_talk(entry: Entry, mark: str) -> None:
    """What was asked, answered, remarked and given as a reason quotes the words."""
    for one in Round.objects.using(OWNER).filter(entry=entry):
        texts = {name: mark for name in TEXTS if one.text.get(name)}
        text = {**one.text, **texts, "evidence": []}
        Round.objects.using(OWNER).filter(pk=one.pk).update(reason=ERASED, text=text)
    transitions = Transition.objects.using(OWNER).filter(entry=entry)
    transitions.exclude(reason="").update(reason=ERASED)
    Comment.objects.using(OWNER).filter(entry=entry).update(body=ERASED)
    questions = Question.objects.using(OWNER).filter(entry=entry)
    questions.update(body=ERASED)
    questions.exclude(answer="").update(answer=ERASED)
    Release.objects.using(OWNER).filter(entry=entry).update(reason=ERASED)
    clearances = Clearance.objects.using(OWNER).filter(entry=entry)
    clearances.exclude(capital_reference="").update(capital_reference=ERASED)
