"""Write guidelines of a body, and publish them."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import AssessingBody, User
from accounts.versions import StaleRow, require_version
from audit.record import add_events, event_of
from commitments.models import Commitment, Plan
from progress import limits
from progress.actions.instants import recorded_act
from progress.assessments.permissions import can_decide_for
from progress.entries.text import require_plain_text
from progress.models import Guideline


@recorded_act
def save_guideline(
    *, commitment: Commitment, text: str, version: int, by: User, at: datetime
) -> Guideline:
    """Save the next guideline of the user's body for a commitment, not published yet.

    `version` is that of the unpublished guideline, or 0 where there is none yet. If
    nothing differs, nothing is written. Raises PermissionDenied, StaleRow with the
    unpublished guideline as it is now, or ValidationError: a dict of `text`.
    """
    body = by.assessing_body
    if body is None:
        raise PermissionDenied
    text = require_plain_text(
        text, field="text", limit=limits.GUIDELINE, is_required=False
    )
    own = Guideline.objects.filter(body=body, commitment=commitment)
    draft = own.filter(published_at=None).select_for_update(of=("self",)).first()
    if draft is None:
        if version:
            raise StaleRow(None)
        return _begin(body, commitment, text, by=by, at=at)
    require_version(draft, version)
    if draft.text == text:
        return draft
    draft.text, draft.written_at, draft.written_by = text, at, by
    draft.version += 1
    draft.save(update_fields=["text", "written_at", "written_by", "version"])
    _record("save", [draft], by=by, at=at)
    return draft


def _begin(
    body: str, commitment: Commitment, text: str, *, by: User, at: datetime
) -> Guideline:
    """Insert the next guideline. A colleague may have begun it just now."""
    own = Guideline.objects.filter(body=body, commitment=commitment)
    last = own.order_by("-number").first()
    new = Guideline(
        body_id=body,
        commitment=commitment,
        number=last.number + 1 if last else 1,
        text=text,
        written_at=at,
        written_by=by,
    )
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError as error:
        raise StaleRow(own.filter(published_at=None).first()) from error
    _record("save", [new], by=by, at=at)
    return new


@recorded_act
def publish_guideline(*, guideline: Guideline, by: User, at: datetime) -> Guideline:
    """Publish a guideline. It never changes from then on.

    `guideline` is as the caller has read it. Raises Guideline.DoesNotExist (also for
    what `by` may not know of), StaleRow, PermissionDenied, or ValidationError with code
    `published` or `empty`.
    """
    visible = Guideline.objects.visible_to(by, at)
    locked = visible.select_for_update(of=("self",)).get(pk=guideline.pk)
    require_version(locked, guideline.version)
    if not can_decide_for(by, locked.body_id):
        raise PermissionDenied
    if locked.is_published:
        raise ValidationError(
            _("This guideline is published already."), code="published"
        )
    if not locked.text:
        raise ValidationError(_("Write the guideline first."), code="empty")
    _publish([locked], by=by, at=at)
    return locked


@recorded_act
def publish_guidelines(
    *, body: AssessingBody, plan: Plan, by: User, at: datetime
) -> list[Guideline]:
    """Publish every guideline of a body for a plan that has a text and waits.

    Raises PermissionDenied, or ValidationError with code `empty` if there is none.
    """
    if not can_decide_for(by, body.pk):
        raise PermissionDenied
    waiting = (
        Guideline.objects.filter(body=body, commitment__plan=plan, published_at=None)
        .exclude(text="")
        .order_by("pk")
    )
    locked = list(waiting.select_for_update(of=("self",)))
    if not locked:
        raise ValidationError(_("No guideline waits to be published."), code="empty")
    _publish(locked, by=by, at=at)
    return locked


def _publish(guidelines: list[Guideline], *, by: User, at: datetime) -> None:
    for guideline in guidelines:
        guideline.published_at = max(at, guideline.written_at)
        guideline.published_by = by
        guideline.version += 1
    fields = ["published_at", "published_by", "version"]
    Guideline.objects.bulk_update(guidelines, fields)
    _record("publish", guidelines, by=by, at=at)


def _record(
    verb: str, guidelines: Iterable[Guideline], *, by: User, at: datetime
) -> None:
    """Record who did what to which guidelines, without their text."""
    events = [
        event_of(
            verb=f"guideline.{verb}",
            target=guideline,
            by=by,
            at=at,
            data={"body": guideline.body_id, "version": guideline.version},
        )
        for guideline in guidelines
    ]
    add_events(events)
