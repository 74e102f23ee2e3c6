"""Answer a request of the API once, however often it is sent with the same key.

The answer is written in the transaction of what the request does. So a process that is
killed leaves both or neither, and a repeated request is answered as the first one was.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, connection

from accounts.models import IdempotencyKey, User
from audit.transactions import retried

# How long an answer is kept for a repeated request.
KEPT = timedelta(hours=24)
# SQLSTATE: lock_not_available, after `lock_timeout`.
_WAITED_TOO_LONG = "55P03"


class KeyReusedError(Exception):
    """The key came before, with another address or another body."""


class KeyInUseError(Exception):
    """The first request with this key is still being answered."""


@dataclass(frozen=True)
class SentRequest:
    """A request with a key: who sent it, hashes of its content and of their rights."""

    user: User
    key: str
    content_sha256: str
    rights_sha256: str
    at: datetime


@dataclass(frozen=True)
class Answer:
    """What a request is answered with, and the ids of what the answer shows."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    subjects: list[UUID]
    was_visible: bool


@retried
def answer_once(
    sent: SentRequest, make: Callable[[], Answer]
) -> tuple[IdempotencyKey, bool]:
    """Return the answer to a request, and whether an earlier one had it before.

    `make` does what the request asks for, and is called for the first one only. An
    answer of 300 or more is not kept, as nothing was done. A request that comes at the
    same time waits for the first. Raises KeyReusedError or KeyInUseError.
    """
    _wait_for_first(sent)
    kept = IdempotencyKey.objects.filter(user=sent.user, key=sent.key).first()
    if kept is not None and kept.answered_at > sent.at - KEPT:
        if kept.content_sha256 != sent.content_sha256:
            raise KeyReusedError
        return kept, True
    if kept is not None:
        kept.delete()
    answer = make()
    row = IdempotencyKey(
        user=sent.user,
        key=sent.key,
        content_sha256=sent.content_sha256,
        rights_sha256=sent.rights_sha256,
        subjects=answer.subjects,
        was_visible=answer.was_visible,
        status=answer.status,
        headers=dict(answer.headers),
        body=answer.body,
        answered_at=sent.at,
    )
    if answer.status < 300:
        row.save(force_insert=True)
    return row, False


def _wait_for_first(sent: SentRequest) -> None:
    """Lock the key until this transaction ends, or wait for the one that has it."""
    name = f"idempotency {sent.user.pk} {sent.key}"
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name]
            )
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == _WAITED_TOO_LONG:
            raise KeyInUseError from error
        raise


def erase_answers(subjects: Iterable[UUID], *, using: str) -> None:
    """Erase the kept answers that show one of these. Their keys stay used."""
    shown = IdempotencyKey.objects.using(using).filter(subjects__overlap=list(subjects))
    shown.update(body=b"", is_erased=True)


def delete_old_answers(*, at: datetime) -> None:
    """Delete answers that are no longer given again. Safe to repeat."""
    IdempotencyKey.objects.filter(answered_at__lte=at - KEPT).delete()
