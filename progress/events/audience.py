"""Which events are listed for whom: one row for each verb that is recorded.

A verb without a row is listed for no reader, and a test fails. Each row follows what
its readers may know anyway (rule 4):

- a delegation lists what concerns its own member;
- its officers and heads also list the keys and webhooks of the delegation;
- an assessing body lists its own work; every delegation lists what it publishes;
- the Presidency lists the acts of its office, in its own term, and nothing of what a
  delegation does before it submits;
- administrators list people, keys, reference data and upkeep, and nothing of entries.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import Final

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Presidency, User
from accounts.permissions import is_officer_in_person


class EventReader(Enum):
    """For whom a verb is listed."""

    DELEGATION = "delegation"
    DELEGATIONS = "delegations"
    BODY = "body"
    OFFICERS = "officers"
    PRESIDENCY = "presidency"
    ADMINISTRATORS = "administrators"


class EventSubject(StrEnum):
    """What an event is about, as the filter offers it."""

    ENTRIES = "entries"
    CONVERSATIONS = "conversations"
    SCORES = "scores"
    DELEGATION = "delegation"
    STOCKTAKES = "stocktakes"
    REPORTS = "reports"
    PRESIDENCY = "presidency"
    KEYS = "keys"
    PEOPLE = "people"
    REFERENCE = "reference"
    UPKEEP = "upkeep"


SUBJECT_LABELS: Final[Mapping[EventSubject, str | Promise]] = {
    EventSubject.ENTRIES: _("Entries"),
    EventSubject.CONVERSATIONS: _("Comments and questions"),
    EventSubject.SCORES: _("Scores"),
    EventSubject.DELEGATION: _("Work in the delegation"),
    EventSubject.STOCKTAKES: _("Stocktakes"),
    EventSubject.REPORTS: _("Reports"),
    EventSubject.PRESIDENCY: _("Handover"),
    EventSubject.KEYS: _("Keys and webhooks"),
    EventSubject.PEOPLE: _("People and sign-ins"),
    EventSubject.REFERENCE: _("Reference data"),
    EventSubject.UPKEEP: _("Upkeep"),
}


@dataclass(frozen=True)
class EventKind:
    """What a verb is about, what it says, and for whom it is listed."""

    subject: EventSubject
    sentence: str | Promise
    readers: frozenset[EventReader]


_OURS = frozenset({EventReader.DELEGATION})
_BODY = frozenset({EventReader.BODY})
# What the body shows to every delegation. What a delegation writes to it is theirs.
_BODY_AND_ALL = _BODY | {EventReader.DELEGATIONS}
_BODY_AND_OURS = _BODY | _OURS
_OFFICE = frozenset({EventReader.PRESIDENCY})
_BOTH = _OURS | _OFFICE
_UPKEEP = frozenset({EventReader.ADMINISTRATORS})
_KEYS = frozenset({EventReader.OFFICERS, EventReader.ADMINISTRATORS})
_NONE: frozenset[EventReader] = frozenset()


def _kinds(
    subject: EventSubject,
    *rows: tuple[str, str | Promise, frozenset[EventReader]],
) -> dict[str, EventKind]:
    return {
        verb: EventKind(subject, sentence, readers) for verb, sentence, readers in rows
    }


# Rows of reference data, and what can happen to each of them.
_REFERENCE_ACTS = {
    "create": _("Loaded reference data"),
    "correct": _("Corrected reference data by a load"),
    "add": _("Added reference data"),
    "edit": _("Changed reference data"),
}
_REFERENCE_ROWS = (
    "member", "presidency", "summit", "instrument", "commitment", "acronym",
    "assessingbody",
)  # fmt: skip

EVENT_KINDS: Final[Mapping[str, EventKind]] = {
    **_kinds(
        EventSubject.ENTRIES,
        ("entry.draft", _("Began a draft"), _OURS),
        ("entry.carry", _("Began a draft from the last text"), _OURS),
        ("entry.edit", _("Edited a draft"), _OURS),
        ("entry.confirm", _("Confirmed that a text is unchanged"), _OURS),
        ("entry.submit", _("Sent an entry for clearance"), _OURS),
        ("entry.send_back", _("Sent an entry back to the officer"), _OURS),
        ("entry.clear", _("Cleared an entry"), _OURS),
        ("entry.recall", _("Recalled an entry"), _OURS),
        ("entry.discard", _("Discarded a draft"), _OURS),
        ("entry.correct", _("Began a correction"), _OURS),
        ("entry.withdraw", _("Began a withdrawal"), _OURS),
        ("entry.return", _("Returned an entry"), _BOTH),
        ("entry.publish", _("Published an entry"), _BOTH),
        ("entry.release", _("Released an entry from a stocktake"), _BOTH),
        ("entry.erase", _("Erased the text of an entry by law"), _OURS),
        ("evidence.add", _("Added evidence"), _OURS),
        ("evidence.withhold", _("Withheld a file: a virus was found in it"), _OURS),
        ("evidence.release", _("Unblocked a file: no virus was found any more"), _OURS),
        ("sheet.apply", _("Applied a spreadsheet"), _OURS),
    ),
    **_kinds(
        EventSubject.CONVERSATIONS,
        ("comment.add", _("Commented on an entry"), _OURS),
        ("question.ask", _("Asked a question about an entry"), _OURS),
        ("question.answer", _("Answered a question"), _OURS),
    ),
    **_kinds(
        EventSubject.SCORES,
        ("guideline.save", _("Wrote a guideline"), _BODY),
        ("guideline.publish", _("Published a guideline"), _BODY_AND_ALL),
        ("assessment_table.begin", _("Began a score table"), _BODY),
        ("assessment_table.revise", _("Began a revision of a score table"), _BODY),
        ("assessment_table.discard", _("Discarded a score table"), _BODY),
        (
            "assessment_table.open_feedback",
            _("Opened a score table for feedback"),
            _BODY_AND_ALL,
        ),
        ("assessment_table.release", _("Released a score table"), _BODY_AND_ALL),
        ("assessment.edit", _("Edited a score"), _BODY),
        ("assessment.erase", _("Erased the words about a score by law"), _BODY),
        ("assessment_comment.add", _("Commented on a score"), _BODY_AND_OURS),
        ("assessment_comment.answer", _("Answered a comment"), _BODY_AND_OURS),
    ),
    **_kinds(
        EventSubject.DELEGATION,
        ("assignment.add", _("Let a contributor draft"), _OURS),
        ("assignment.remove", _("Took a commitment from a contributor"), _OURS),
        ("assignment.responsible", _("Named the responsible officer"), _OURS),
        ("member_commitment.edit", _("Changed lead authority or target date"), _OURS),
        ("focal_point.set", _("Named the focal point"), _OURS),
        ("acting_head.name", _("Named an acting head"), _OURS),
        ("acting_head.end", _("Ended the period of an acting head"), _OURS),
        ("public_agreement.give", _("Agreed to show an entry in public"), _OURS),
        ("public_agreement.withdraw", _("Withdrew an entry from public view"), _OURS),
        ("dossier.make", _("Made a dossier"), frozenset({EventReader.OFFICERS})),
    ),
    **_kinds(
        EventSubject.STOCKTAKES,
        ("stocktake.plan", _("Announced a stocktake"), _OFFICE),
        ("stocktake.edit", _("Changed the dates of a stocktake"), _OFFICE),
        ("stocktake.cancel", _("Cancelled a stocktake"), _OFFICE),
        ("stocktake.open", _("Opened a stocktake"), _OFFICE),
        ("stocktake.reviewer", _("Named the second reviewer"), _OFFICE),
        ("stocktake.extend", _("Gave more time"), _BOTH),
        ("stocktake.remind", _("Sent a reminder"), _BOTH),
        ("stocktake.close", _("Closed a stocktake"), _OFFICE),
    ),
    **_kinds(
        EventSubject.REPORTS,
        ("report.request", _("Asked for a report"), _OFFICE),
        ("report.cancel", _("Cancelled a report"), _OFFICE),
        ("report.retry", _("Tried a report again"), _OFFICE),
        ("report.requeue", _("Took up a report again"), _OFFICE),
        ("report.finish", _("Compiled a report"), _OFFICE),
        ("report.fail", _("Could not compile a report"), _OFFICE),
        ("report.circulate", _("Circulated a draft report"), _OFFICE),
        ("report.object", _("Objected to a draft report"), _OFFICE),
        ("report.stop_circulation", _("Stopped the circulation of a draft"), _OFFICE),
        ("report.approve", _("Approved a draft as final"), _OFFICE),
        ("report.final", _("Made a report final"), _OFFICE),
        ("schedule.add", _("Added a schedule of reports"), _OFFICE),
        ("schedule.edit", _("Changed a schedule of reports"), _OFFICE),
        ("schedule.stop", _("Stopped a schedule of reports"), _OFFICE),
        # What circulates has its own event, beside that of its procedure. The
        # delegation lists the procedure's: it names the member that objected.
        ("silence.object", _("Objected in a silence procedure"), _OURS),
        ("silence.start", _("Started a silence procedure"), _NONE),
        ("silence.stop", _("Stopped a silence procedure"), _NONE),
    ),
    **_kinds(
        EventSubject.PRESIDENCY,
        ("handover.give", _("Handed over the Presidency"), _OFFICE),
        ("handover.receive", _("Received the Presidency"), _OFFICE),
    ),
    **_kinds(
        EventSubject.KEYS,
        ("api_key.create", _("Made an API key"), _KEYS),
        ("api_key.rotate", _("Replaced the secret of an API key"), _KEYS),
        ("api_key.revoke", _("Revoked an API key"), _KEYS),
        ("webhook.create", _("Added a webhook"), _KEYS),
        ("webhook.change", _("Changed a webhook"), _KEYS),
        ("webhook.rotate_secret", _("Replaced the secret of a webhook"), _KEYS),
        ("webhook.delete", _("Deleted a webhook"), _KEYS),
        ("webhook.disable", _("Disabled a webhook"), _KEYS),
    ),
    **_kinds(
        EventSubject.PEOPLE,
        ("user.invite", _("Invited a person"), _UPKEEP),
        ("user.invite_again", _("Invited a person again"), _UPKEEP),
        ("user.create_administrator", _("Made an administrator"), _UPKEEP),
        ("user.change", _("Changed the account of a person"), _UPKEEP),
        (
            "user.set_password",
            pgettext_lazy("what was done", "Set a password"),
            _UPKEEP,
        ),
        ("user.make_sign_in_code", _("Sent a code for single sign-on"), _UPKEEP),
        ("user.link_identity", _("Linked single sign-on with an account"), _UPKEEP),
        ("user.end_identity", _("Ended a link with single sign-on"), _UPKEEP),
        ("user.deactivate", _("Deactivated an account"), _UPKEEP),
        ("user.reactivate", _("Reactivated an account"), _UPKEEP),
        ("user.export", _("Exported the data of a person"), _UPKEEP),
        ("user.erase", _("Erased the personal data of a person, by law"), _UPKEEP),
        ("user.sign_in", _("Signed in"), _UPKEEP),
        ("user.sign_in_refused", _("Was refused a sign-in"), _UPKEEP),
        ("user.sign_out", _("Signed out"), _UPKEEP),
        ("user.add_second_factor", _("Added a second factor"), _UPKEEP),
        ("user.remove_second_factor", _("Removed a second factor"), _UPKEEP),
        ("user.make_recovery_codes", _("Made recovery codes"), _UPKEEP),
        ("session.end", _("Ended sessions"), _UPKEEP),
        ("user.change_address", _("Changed the address of a person"), _UPKEEP),
        ("user.reset_sign_in", _("Reset the sign-in of a person"), _UPKEEP),
        ("user.end_role", _("Ended access after the last day of the roles"), _UPKEEP),
        ("grant.request", _("Asked for a second administrator"), _UPKEEP),
        ("grant.agree", _("Agreed as the second administrator"), _UPKEEP),
        ("grant.refuse", _("Refused a request about a person"), _UPKEEP),
        ("grant.clash", _("Invited an address that is in use"), _UPKEEP),
        ("grant.withdraw", _("Withdrew an invitation"), _UPKEEP),
        ("demo.add", _("Added a person of the illustrative data"), _UPKEEP),
        # A person's own settings and private addresses.
        ("notice_preference.set", _("Chose which notices to get"), _NONE),
        ("private_feed.make", _("Made a private feed"), _NONE),
        ("private_feed.revoke", _("Revoked a private feed"), _NONE),
    ),
    **_kinds(
        EventSubject.REFERENCE,
        ("plan.load", _("Loaded a plan"), _UPKEEP),
        *(
            (f"{row}.{act}", sentence, _UPKEEP)
            for row in _REFERENCE_ROWS
            for act, sentence in _REFERENCE_ACTS.items()
        ),
    ),
    **_kinds(
        EventSubject.UPKEEP,
        ("digest.retry", _("Sent a mail of notices again"), _UPKEEP),
        ("new_device_mail.retry", _("Sent a mail about a sign-in again"), _UPKEEP),
        ("webhook_delivery.retry", _("Tried a delivery again"), _UPKEEP),
        ("ledger.checkpoint", _("Signed the checkpoint of a day"), _UPKEEP),
        ("public_reading.propose", _("Proposed public reading"), _UPKEEP),
        ("public_reading.confirm", _("Confirmed public reading"), _UPKEEP),
        ("public_reading.end", _("Ended public reading"), _UPKEEP),
        ("system.restore", _("Restored everything from a backup"), _UPKEEP),
        ("system.resume", _("Ended the pause after a restore"), _UPKEEP),
        ("demo.load", _("Loaded illustrative data"), _UPKEEP),
        ("demo.remove", _("Removed illustrative data"), _UPKEEP),
    ),
}


@dataclass(frozen=True)
class EventGrant:
    """Some verbs, and the condition under which their events are listed."""

    verbs: frozenset[str]
    where: Q

    def narrowed(self, verbs: Collection[str]) -> Q:
        """Return the condition of the events with one of these verbs as well."""
        return self.where & Q(verb__in=sorted(self.verbs & set(verbs)))


def grants_of(reader: User, at: datetime) -> list[EventGrant]:
    """Return what is listed for a reader at an instant: nothing for most roles.

    One query for the Presidency, whose term bounds what it lists.
    """
    if reader.scopes is not None:
        return []
    grants = []
    if reader.delegation is not None:
        readers = {EventReader.DELEGATION}
        if is_officer_in_person(reader):
            readers.add(EventReader.OFFICERS)
        grants.append(EventGrant(verbs_for(readers), Q(member=reader.delegation)))
        grants.append(EventGrant(verbs_for({EventReader.DELEGATIONS}), Q()))
    if reader.assessing_body is not None:
        own = Q(data__body=reader.assessing_body)
        grants.append(EventGrant(verbs_for({EventReader.BODY}), own))
    if reader.is_presidency(at):
        grants += _grants_of_office(at)
    if reader.is_administrator:
        grants.append(EventGrant(verbs_for({EventReader.ADMINISTRATORS}), Q()))
    return grants


def verbs_for(readers: Collection[EventReader]) -> frozenset[str]:
    """Return the verbs that are listed for some of these readers."""
    return frozenset(
        verb
        for verb, kind in EVENT_KINDS.items()
        if not kind.readers.isdisjoint(readers)
    )


def _grants_of_office(at: datetime) -> Iterator[EventGrant]:
    """Yield what the Presidency lists. Reports that others asked for are left out."""
    term = Presidency.objects.at(at).get()
    in_term = Q(at__gte=term.starts_at)
    verbs = verbs_for({EventReader.PRESIDENCY})
    of_reports = frozenset(verb for verb in verbs if verb.startswith("report."))
    yield EventGrant(verbs - of_reports, in_term)
    yield EventGrant(of_reports, in_term & Q(data__is_of_presidency=True))
