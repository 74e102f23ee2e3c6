"""Legal erasure of entries, scores and people, and its repetition after a restore."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connections, transaction

from accounts.actions.erasure import erase_person, erased_address
from accounts.dates import utc_day
from accounts.models import User
from audit.owner import OWNER
from audit.record import record
from g7plan.backup.erasure_list import FORMAT, ErasedKind, ErasureLine, keep_outside
from g7plan.privacy.relations import DELETED, relations
from progress.actions.assessments.erasure import (
    erase_score_text,
    erase_score_words,
    has_been_read,
)
from progress.actions.erasure import erase_entry_text, erase_unpublished_text
from progress.actions.focal_points import forget_contact
from progress.ledger.erasure import ErasureScope, erasure_notice, erasure_scope_of
from progress.ledger.score_erasure import (
    ScoreErasureScope,
    ScoreText,
    body_of_text,
    find_score_text,
    score_erasure_scope_of,
)
from progress.models import (
    Assessment,
    AssessmentComment,
    Entry,
    Guideline,
    State,
    Tombstone,
)
from reports.erasure import ErasedEntry, erase_from_reports

ERASED_AGAIN = "erased again"
ERASED_ALREADY = "erased already"
NOT_THERE = "not in the backup"


def erase_published(
    scope: ErasureScope, *, reason: str, by: str, at: datetime
) -> tuple[list[UUID], ErasureLine, bool]:
    """Erase all or nothing, with the triggers of append-only tables switched off.

    The line is in the list before anything is erased: an erasure that is not in the
    list would be undone by a restore. Returns the reports that held the text, the line,
    and whether the list has it. Raises BackupError.
    """
    erasure = ErasureLine(FORMAT, ErasedKind.ENTRY, scope.entry.pk, reason, by, at)
    with transaction.atomic(using=OWNER):
        reports = _erase_published(scope, reason=reason, by=by, at=at)
        is_kept = keep_outside(erasure)
    _record_entry(scope.entry, by=by, at=at)
    return reports, erasure, is_kept


def _erase_published(
    scope: ErasureScope, *, reason: str, by: str, at: datetime
) -> list[UUID]:
    _switch_triggers_off()
    mark = erasure_notice(utc_day(at), reason)
    reports = erase_from_reports(ErasedEntry.of(scope.entry), mark=mark, at=at)
    erase_entry_text(scope, reason=reason, by=by, at=at)
    return reports


def erase_score(
    scope: ScoreErasureScope, *, reason: str, by: str, at: datetime
) -> tuple[ErasureLine, bool]:
    """Erase the words of a score, a guideline or a comment: all or nothing.

    No report has any of them. Returns the line, and whether the list has it. Raises
    BackupError.
    """
    text = scope.subject
    erasure = ErasureLine(FORMAT, _SCORE_KINDS[type(text)], text.pk, reason, by, at)
    with transaction.atomic(using=OWNER):
        _switch_triggers_off()
        erase_score_text(scope, reason=reason, by=by, at=at)
        is_kept = keep_outside(erasure)
    _record_score(text, by=by, at=at)
    return erasure, is_kept


_SCORE_KINDS = {
    Assessment: ErasedKind.SCORE,
    Guideline: ErasedKind.GUIDELINE,
    AssessmentComment: ErasedKind.COMMENT,
}


def erase_account(
    person: User, *, reason: str, by: str, at: datetime
) -> tuple[ErasureLine, bool]:
    """Erase a person, all or nothing, on the owner's connection.

    The caller has checked it. Returns the line, and whether the list has it. Raises
    BackupError.
    """
    erasure = ErasureLine(FORMAT, ErasedKind.PERSON, person.pk, reason, by, at)
    with transaction.atomic(using=OWNER):
        _erase_account(person, at=at)
        is_kept = keep_outside(erasure)
    _record_person(person, reason=reason, by=by, at=at)
    return erasure, is_kept


def _erase_account(person: User, *, at: datetime) -> None:
    rows = [
        relation.rows_of(person)
        for relation in relations()
        if relation.label in DELETED
    ]
    forget_contact(person, using=OWNER)
    erase_person(person, rows=rows, at=at)


def repeat(erasures: Sequence[ErasureLine], *, at: datetime) -> Counter[str]:
    """Erase again what a restore brought back, and return how many of each outcome.

    Safe to repeat.
    """
    return Counter(_REPEATED_BY[erasure.kind](erasure, at) for erasure in erasures)


def _repeat_person(erasure: ErasureLine, at: datetime) -> str:
    """Erase a person again, who may be active in the backup."""
    person = User.objects.people().filter(pk=erasure.id).first()
    if person is None:
        return NOT_THERE
    if person.email == erased_address(person):
        return ERASED_ALREADY
    with transaction.atomic(using=OWNER):
        _erase_account(person, at=at)
    _record_person(person, reason=erasure.reason, by=erasure.by, at=at)
    return ERASED_AGAIN


def _repeat_entry(erasure: ErasureLine, at: datetime) -> str:
    entries = Entry.objects.select_related(
        "member_commitment__commitment__plan", "ledger_record"
    )
    entry = entries.filter(pk=erasure.id).first()
    if entry is None:
        return NOT_THERE
    if Tombstone.objects.filter(entry=entry).exists():
        return ERASED_ALREADY
    scope = erasure_scope_of(entry)
    with transaction.atomic(using=OWNER):
        if entry.state == State.PUBLISHED:
            _erase_published(scope, reason=erasure.reason, by=erasure.by, at=at)
        else:
            # It was published and erased after the backup.
            _switch_triggers_off()
            erase_unpublished_text(scope, reason=erasure.reason, at=at)
    _record_entry(entry, by=erasure.by, at=at)
    return ERASED_AGAIN


def _repeat_score(erasure: ErasureLine, at: datetime) -> str:
    """Erase the words of a score again, which may be a draft in the backup."""
    text = find_score_text(erasure.id)
    if text is None:
        return NOT_THERE
    if Tombstone.objects.filter(pk=text.pk).exists():
        return ERASED_ALREADY
    scope = score_erasure_scope_of(text)
    with transaction.atomic(using=OWNER):
        _switch_triggers_off()
        if has_been_read(text):
            erase_score_text(scope, reason=erasure.reason, by=erasure.by, at=at)
        else:
            erase_score_words(scope, reason=erasure.reason, at=at)
    _record_score(text, by=erasure.by, at=at)
    return ERASED_AGAIN


_REPEATED_BY: dict[ErasedKind, Callable[[ErasureLine, datetime], str]] = {
    ErasedKind.ENTRY: _repeat_entry,
    ErasedKind.PERSON: _repeat_person,
    **dict.fromkeys(_SCORE_KINDS.values(), _repeat_score),
}


def _switch_triggers_off() -> None:
    connections[OWNER].connection.execute(
        "SET LOCAL session_replication_role = replica"
    )


def _record_entry(entry: Entry, *, by: str, at: datetime) -> None:
    sha256 = entry.ledger_record.content_sha256 if entry.ledger_record else ""
    record(
        verb="entry.erase",
        target=entry,
        by=None,
        at=at,
        member=entry.member_code,
        data={"by": by, "content_sha256": sha256},
    )


def _record_score(text: ScoreText, *, by: str, at: datetime) -> None:
    record(
        verb="assessment.erase",
        target=text,
        by=None,
        at=at,
        data={"by": by, "body": body_of_text(text)},
    )


def _record_person(person: User, *, reason: str, by: str, at: datetime) -> None:
    person.refresh_from_db()
    record(
        verb="user.erase",
        target=person,
        by=None,
        at=at,
        member=person.member_id or "",
        data={"by": by, "reason": reason},
    )
