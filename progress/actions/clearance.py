"""Inside a delegation: from the officer's draft to the member's signature."""

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from audit.transactions import retried
from progress.actions.transition import apply, lock_for, require_reason
from progress.entries.signatures import CapitalApproval
from progress.models import Clearance, Entry, State, Stocktake
from progress.stocktakes.deadlines import is_accepted_at
from progress.transitions import Verb, next_state


@retried
def submit_entry(*, entry_id: UUID, version: int, by: User, at: datetime) -> Entry:
    """Send a draft to clearance, or on to the Presidency where its member skips that.

    Raises StaleRow, PermissionDenied, or ValidationError with code
    `illegal_transition`, `incomplete`, `unconfirmed`, `closed`, `too_late` or
    `chair_alone`.
    """
    entry = lock_for(Verb.SUBMIT, entry_id, version=version, by=by, at=at)
    _join_open_stocktake(entry, by=by, at=at)
    _require_complete(entry)
    _require_confirmed(entry)
    _require_open_for(entry, by=by, at=at)
    fields = ["stocktake"]
    if next_state(Verb.SUBMIT, entry) is State.SUBMITTED:
        fields += _reach_presidency(entry, by=by, at=at)
    return apply(entry, Verb.SUBMIT, by=by, at=at, fields=fields)


@retried
def send_back_entry(
    *, entry_id: UUID, version: int, reason: str, by: User, at: datetime
) -> Entry:
    """The head does not sign: back to the draft, with the reason."""
    entry = lock_for(Verb.SEND_BACK, entry_id, version=version, by=by, at=at)
    reason = require_reason(reason)
    return apply(entry, Verb.SEND_BACK, by=by, at=at, reason=reason)


@retried
def clear_entry(
    *,
    entry_id: UUID,
    version: int,
    by: User,
    at: datetime,
    capital_reference: str = "",
    capital_dated_on: date | None = None,
) -> Entry:
    """The head signs for the member: on to the Presidency.

    Raises StaleRow, PermissionDenied (also for text the head wrote), or
    ValidationError as `submit_entry`, or a dict for what is said of the capital's word.
    """
    entry = lock_for(Verb.CLEAR, entry_id, version=version, by=by, at=at)
    word = CapitalApproval(capital_reference.strip(), capital_dated_on)
    word.require_valid(at)
    _join_open_stocktake(entry, by=by, at=at)
    _require_open_for(entry, by=by, at=at)
    _sign(entry, word, by=by, at=at)
    fields = ["stocktake", *_reach_presidency(entry, by=by, at=at)]
    return apply(entry, Verb.CLEAR, by=by, at=at, fields=fields)


@retried
def recall_entry(*, entry_id: UUID, version: int, by: User, at: datetime) -> Entry:
    """The delegation takes its entry back. It then counts as not yet brought in."""
    entry = lock_for(Verb.RECALL, entry_id, version=version, by=by, at=at)
    if entry.state == State.SUBMITTED:
        entry.submitted_at = entry.submitted_by = None
    return apply(
        entry, Verb.RECALL, by=by, at=at, fields=["submitted_at", "submitted_by"]
    )


def _sign(entry: Entry, word: CapitalApproval, *, by: User, at: datetime) -> None:
    """One row a signature. What came in without a trail was sent by its writer."""
    submissions = entry.transitions.filter(verb=Verb.SUBMIT)
    sent = submissions.select_related("by").order_by("-at", "-pk").first()
    Clearance.objects.create(
        entry=entry,
        sent_by=sent.by if sent else entry.written_by,
        sent_at=sent.at if sent else entry.written_at,
        cleared_by=by,
        cleared_at=at,
        capital_reference=word.reference,
        capital_dated_on=word.dated_on,
    )


def _reach_presidency(entry: Entry, *, by: User, at: datetime) -> list[str]:
    """Keep the first time: an entry returned for improvement was not late for that."""
    if entry.submitted_at is None:
        entry.submitted_at, entry.submitted_by = at, by
    return ["submitted_at", "submitted_by"]


def _join_open_stocktake(entry: Entry, *, by: User, at: datetime) -> None:
    """An update of none joins the one that is open, which may have opened meanwhile.

    What corrects or withdraws an entry of none stays outside, or an old fact would
    count as current; but for the chair's own, whose reviewer the stocktake names.
    """
    joins = entry.kind == Entry.Kind.UPDATE or entry.member_code == by.chair_at(at)
    if entry.stocktake is None and joins:
        plan_id = entry.member_commitment.commitment.plan_id
        entry.stocktake = Stocktake.objects.open().filter(plan_id=plan_id).first()


def _require_complete(entry: Entry) -> None:
    problems = {
        "status": "" if entry.status else _("Choose a status."),
        "narrative": (
            "" if entry.narrative.strip() else _("Say in words what was done.")
        ),
    }
    missing = {
        field: [ValidationError(sentence, code="incomplete")]
        for field, sentence in problems.items()
        if sentence
    }
    if missing:
        raise ValidationError(missing)


def _require_confirmed(entry: Entry) -> None:
    """Rule 9: words carried forward are not news until somebody says they hold."""
    if entry.unchanged_since is not None and entry.confirmed_at is None:
        raise ValidationError(
            _(
                "This text is unchanged since %(day)s: confirm that it is still true,"
                " or edit it."
            ),
            code="unconfirmed",
            params={"day": date_format(entry.unchanged_since, "DATE_FORMAT")},
        )


def _require_open_for(entry: Entry, *, by: User, at: datetime) -> None:
    """Is there still time, and is there somebody to review it?

    Corrections and withdrawals are always possible. Nobody publishes their own
    member's entries, so the chair's need a stocktake: it names the second reviewer.
    """
    stocktake = entry.stocktake
    if stocktake is None:
        if entry.member_code == by.chair_at(at):
            raise ValidationError(
                _("Your member holds the chair: its entries need an open stocktake."),
                code="chair_alone",
            )
        return
    if entry.kind != Entry.Kind.UPDATE:
        return
    if stocktake.state is not Stocktake.State.OPEN:
        raise ValidationError(_("This stocktake is closed."), code="closed")
    if not is_accepted_at(stocktake, entry.member_code, at):
        raise ValidationError(
            _("The deadline and the days of grace have passed."), code="too_late"
        )
