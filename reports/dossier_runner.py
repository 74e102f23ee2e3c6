"""Makes a clearance dossier in a worker, and hands it over sealed.

No row, file or log holds a word of it. Nothing is retried: a person asks again.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from accounts.languages import language_of
from accounts.models import Member, User
from audit.record import record
from reports.dossiers.document import dossier_document
from reports.dossiers.handover import LIFETIME, hand_over, note_failure
from reports.dossiers.seal import seal
from reports.offered_languages import font_dirs, why_not_in
from reports.permissions import can_request_dossier
from reports.renderers.dossier import render_dossier

log = structlog.get_logger()


@dataclass(frozen=True)
class DossierMessage:
    """What the queue carries: no text, and only the public half of a key."""

    id: UUID
    user: UUID
    member: str
    public_key: str
    asked_at: datetime


def make_dossier(message: DossierMessage) -> bool:
    """Make the dossier, if it is still wanted and its requester still may read it."""
    now = timezone.now()
    user = User.objects.filter(pk=message.user).first()
    if user is None or now - message.asked_at >= LIFETIME:
        return False
    if not can_request_dossier(user, message.member):
        log.info("dossier refused", dossier=str(message.id))
        return False
    try:
        return _make(message, user, now)
    except Exception as error:  # noqa: BLE001 - its message could quote a text
        log.error("dossier failed", dossier=str(message.id), error=type(error).__name__)  # noqa: TRY400
        note_failure(message.id)
        return False


def _make(message: DossierMessage, user: User, now: datetime) -> bool:
    member = Member.objects.get(pk=message.member)
    language = user.own_language
    if why_not_in(language_of(language)):
        language = settings.LANGUAGE_CODE
    with override(language):
        document = dossier_document(member, user, now)
    content = render_dossier(document, font_dirs=font_dirs())
    sealed = seal(content, public_key=message.public_key, name=str(message.id))
    if not hand_over(message.id, sealed):
        return False
    with transaction.atomic():
        record(
            verb="dossier.make",
            target=member,
            by=user,
            at=now,
            member=member.pk,
            data={"entries": document["count"]},
        )
    return True
