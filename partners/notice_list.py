"""The lines of a person's list of notices."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from partners.models import Notice
from partners.sentences import address_of, sentence_of


@dataclass(frozen=True)
class NoticeLine:
    id: UUID
    sentence: str
    url: str
    at: datetime
    is_unread: bool


def lines_of(notices: Iterable[Notice]) -> list[NoticeLine]:
    return [
        NoticeLine(
            id=notice.pk,
            sentence=sentence_of(notice),
            url=address_of(notice),
            at=notice.created_at,
            is_unread=notice.read_at is None,
        )
        for notice in notices
    ]
