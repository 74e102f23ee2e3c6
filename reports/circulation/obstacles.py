"""What prevents an act on a draft, each in a sentence.

The pages show these sentences, and the actions refuse with them.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.day_sentences import instant_text
from progress.models import Handling, SilenceProcedure
from reports.models import Circulation, Report

_State = SilenceProcedure.State


def latest_of(draft: Report, circulations: Sequence[Circulation]) -> Circulation | None:
    """Return the last time that this draft went round. The newest comes first."""
    return next((one for one in circulations if one.draft_id == draft.pk), None)


def has_final(circulation: Circulation | None) -> bool:
    """Return whether there is a final report of the draft that went round."""
    return circulation is not None and hasattr(circulation.draft, "final")


def obstacles_to_circulation(
    draft: Report, circulations: Sequence[Circulation], *, at: datetime
) -> Iterator[ValidationError]:
    """Yield why a draft cannot go round now. `circulations` are those of its line."""
    yield from _unfit(draft)
    latest = latest_of(draft, circulations)
    if has_final(latest):
        yield ValidationError(
            _("This draft has become final. It does not go round again."), code="final"
        )
    yield from _outdated(draft, circulations)
    if latest is not None and latest.procedure.accepts_objections(at):
        yield ValidationError(
            _("This draft is in circulation already, until %(end)s."),
            code="running",
            params={"end": _text_of(latest.procedure.ends_at)},
        )


def obstacles_to_stop(
    draft: Report, circulations: Sequence[Circulation], *, at: datetime
) -> Iterator[ValidationError]:
    """Yield why the circulation of a draft cannot be stopped now."""
    latest = latest_of(draft, circulations)
    if latest is None:
        yield _not_circulated()
    elif latest.procedure.stopped_at is not None:
        yield ValidationError(_("It has been stopped already."), code="stopped")
    elif not latest.procedure.accepts_objections(at):
        yield ValidationError(
            _("The silence ended at %(end)s. There is nothing to stop any more."),
            code="ended",
            params={"end": _text_of(latest.procedure.ends_at)},
        )


def obstacles_to_final(
    draft: Report, circulations: Sequence[Circulation], *, at: datetime
) -> Iterator[ValidationError]:
    """Yield why a draft cannot become final now, apart from what it says."""
    latest = latest_of(draft, circulations)
    if has_final(latest):
        yield ValidationError(
            _("This draft has been made final already."), code="final"
        )
        return
    yield from _unfit(draft)
    if latest is None:
        yield _not_circulated()
        return
    yield from _outdated(draft, circulations)
    if unagreed := _not_agreed(latest.procedure, at=at):
        yield unagreed


def _unfit(draft: Report) -> Iterator[ValidationError]:
    """Yield why this report can neither go round nor become final."""
    if draft.final_of_id is not None:
        yield ValidationError(
            _("This report is final. Only drafts circulate."), code="not_a_draft"
        )
    elif draft.draft_number is None:
        yield ValidationError(
            _(
                "This is no numbered draft of the Presidency. Compile the report again,"
                " and circulate that."
            ),
            code="not_a_draft",
        )
    if draft.audience == Handling.AMBER:
        yield ValidationError(
            _("Only reports up to TLP:GREEN circulate. This one is TLP:AMBER."),
            code="amber",
        )
    if draft.state != Report.State.DONE:
        yield ValidationError(
            _("This draft is not compiled. Its state is “%(state)s”."),
            code="not_done",
            params={"state": draft.get_state_display()},
        )
    if draft.erased_at is not None:
        yield ValidationError(
            _(
                "A text in this draft was erased as the law requires. Compile a next"
                " draft."
            ),
            code="erased",
        )


def _outdated(
    draft: Report, circulations: Sequence[Circulation]
) -> Iterator[ValidationError]:
    """Yield that a later draft of the same line has gone round, if one has."""
    number = draft.draft_number or 0
    later = max((one.draft.draft_number or 0 for one in circulations), default=0)
    if later > number:
        yield ValidationError(
            _("Draft %(number)d has been circulated since. Go on with that one."),
            code="later_draft",
            params={"number": later},
        )


def _not_agreed(procedure: SilenceProcedure, *, at: datetime) -> ValidationError | None:
    """Return why silence has not agreed to a draft, or None if it has."""
    state = procedure.state_at(at)
    if state is _State.STOPPED:
        return ValidationError(
            _("The circulation was stopped. Circulate the draft again, or a next one."),
            code="stopped",
        )
    if state is _State.OBJECTED:
        return ValidationError(
            _("The silence was broken. Compile and circulate a next draft."),
            code="objected",
        )
    if state is _State.RUNNING:
        return ValidationError(
            _("Heads of delegation may object until %(end)s. Wait until then."),
            code="running",
            params={"end": _text_of(procedure.ends_at)},
        )
    return None


def _not_circulated() -> ValidationError:
    return ValidationError(
        _("This draft has not been circulated."), code="not_circulated"
    )


def _text_of(instant: datetime) -> str:
    return instant_text(timezone.localtime(instant))
