"""The rows that audit events are about, read for many events at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from accounts.models import ActingHead, PendingGrant
from audit.models import Event
from partners.messages import MessageTarget
from partners.models import WebhookEndpoint
from progress.models import (
    AssessmentComment,
    AssessmentTable,
    Comment,
    Entry,
    EntryEvidence,
    Handover,
    PublicReading,
    Question,
    State,
    Stocktake,
)
from reports.models import Circulation, Report

Events = Sequence[Event]
Targets = dict[int, MessageTarget]


def targets_of(events: Iterable[Event]) -> Mapping[int, Sequence[MessageTarget]]:
    """Return the row of each event, by the event's key.

    For a file it is each entry that cites it, the newest first. An event whose row is
    gone, or which makes no notice, is left out.
    """
    by_noun: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_noun[event.verb.partition(".")[0]].append(event)
    found: dict[int, Sequence[MessageTarget]] = _citing(by_noun.pop("evidence", ()))
    for noun, some in by_noun.items():
        if (finder := _FINDERS.get(noun)) is not None:
            found |= {key: [target] for key, target in finder(some).items()}
    return found


def _entries(keys: Iterable[UUID | str]) -> Mapping[str, Entry]:
    """Return the entries by key as text, each with what decides whom it concerns."""
    rows = Entry.objects.select_related("member_commitment", "stocktake")
    found = rows.prefetch_related("authors").without_text().filter(pk__in=set(keys))
    return {str(entry.pk): entry for entry in found}


def _entry_targets(events: Events) -> Targets:
    entries = _entries(event.target_id for event in events)
    return {
        event.pk: MessageTarget(entry=entries[event.target_id])
        for event in events
        if event.target_id in entries
    }


def _citing(events: Events) -> dict[int, Sequence[MessageTarget]]:
    """Return the entries that cite each file that was withheld, the newest first."""
    files = {one.pk: one.target_id for one in events if one.verb == "evidence.withhold"}
    if not files:
        return {}
    links = EntryEvidence.objects.filter(evidence__in=set(files.values()))
    links = links.exclude(entry__state=State.DISCARDED)
    cited: dict[str, list[UUID]] = defaultdict(list)
    newest_first = links.order_by("-entry__written_at", "entry")
    for file, entry in newest_first.values_list("evidence_id", "entry_id"):
        cited[str(file)].append(entry)
    entries = _entries(entry for some in cited.values() for entry in some)
    return {
        key: [MessageTarget(entry=entries[str(entry)]) for entry in cited[file]]
        for key, file in files.items()
    }


def _comment_targets(events: Events) -> Targets:
    """Find each comment by entry, thread, author and time: the event has no more."""
    rows = Comment.objects.filter(
        entry__in={event.target_id for event in events},
        written_at__in={event.at for event in events},
    )
    comments: dict[tuple[object, ...], Comment] = {}
    for comment in rows.defer("body").order_by("pk"):
        author, at = comment.written_by_id, comment.written_at
        key = (str(comment.entry_id), comment.thread, author, at)
        comments.setdefault(key, comment)
    entries = _entries(comment.entry_id for comment in comments.values())
    found: Targets = {}
    for event in events:
        thread = event.data.get("thread")
        said = comments.get((event.target_id, thread, event.actor_id, event.at))
        if said is not None:
            entry = entries[str(said.entry_id)]
            found[event.pk] = MessageTarget(entry=entry, comment=said)
    return found


def _question_targets(events: Events) -> Targets:
    questions = _by_key(Question.objects.defer("body", "answer"), events)
    entries = _entries(question.entry_id for question in questions.values())
    return {
        event.pk: MessageTarget(
            entry=entries[str(question.entry_id)], question=question
        )
        for event in events
        if (question := questions.get(event.target_id)) is not None
    }


def _stocktake_targets(events: Events) -> Targets:
    stocktakes = _by_key(Stocktake.objects.all(), events)
    return {
        event.pk: MessageTarget(stocktake=stocktakes[event.target_id])
        for event in events
        if event.target_id in stocktakes
    }


def _handover_targets(events: Events) -> Targets:
    handovers = _by_key(Handover.objects.select_related("presidency"), events)
    return {
        event.pk: MessageTarget(presidency=handovers[event.target_id].presidency)
        for event in events
        if event.target_id in handovers
    }


def _acting_head_targets(events: Events) -> Targets:
    acting_heads = _by_key(ActingHead.objects.all(), events)
    return {
        event.pk: MessageTarget(acting_head=acting_heads[event.target_id])
        for event in events
        if event.target_id in acting_heads
    }


def _grant_targets(events: Events) -> Targets:
    grants = _by_key(PendingGrant.objects.all(), events)
    return {
        event.pk: MessageTarget(pending_grant=grants[event.target_id])
        for event in events
        if event.target_id in grants
    }


def _webhook_targets(events: Events) -> Targets:
    endpoints = _by_key(WebhookEndpoint.objects.select_related("user"), events)
    return {
        event.pk: MessageTarget(webhook_endpoint=endpoints[event.target_id])
        for event in events
        if event.target_id in endpoints
    }


def _public_reading_targets(events: Events) -> Targets:
    readings = _by_key(PublicReading.objects.all(), events)
    return {
        event.pk: MessageTarget(public_reading=readings[event.target_id])
        for event in events
        if event.target_id in readings
    }


def _report_targets(events: Events) -> Targets:
    """Return each report, with its circulation if the act was about one."""
    reports = _by_key(Report.objects.defer("snapshot"), events)
    named = {one for event in events if (one := event.data.get("circulation"))}
    rounds = Circulation.objects.filter(pk__in=named).select_related("procedure")
    circulations = {str(one.pk): one for one in rounds}
    return {
        event.pk: MessageTarget(
            report=reports[event.target_id],
            circulation=circulations.get(event.data.get("circulation", "")),
        )
        for event in events
        if event.target_id in reports
    }


def _assessment_table_targets(events: Events) -> Targets:
    tables = _by_key(AssessmentTable.objects.all(), events)
    return {
        event.pk: MessageTarget(assessment_table=tables[event.target_id])
        for event in events
        if event.target_id in tables
    }


def _assessment_comment_targets(events: Events) -> Targets:
    """Return each comment on a score, or answer to one, with its table."""
    said = AssessmentComment.objects.select_related("assessment__table", "answers")
    comments = _by_key(said.defer("text", "answers__text"), events)
    return {
        event.pk: MessageTarget(
            assessment_table=comment.assessment.table, assessment_comment=comment
        )
        for event in events
        if (comment := comments.get(event.target_id)) is not None
    }


def _by_key(rows: Any, events: Events) -> Mapping[str, Any]:
    found = rows.filter(pk__in={event.target_id for event in events})
    return {str(row.pk): row for row in found}


# By the noun of the verb.
_FINDERS: dict[str, Callable[[Events], Targets]] = {
    "entry": _entry_targets,
    "comment": _comment_targets,
    "question": _question_targets,
    "stocktake": _stocktake_targets,
    "handover": _handover_targets,
    "acting_head": _acting_head_targets,
    "grant": _grant_targets,
    "webhook": _webhook_targets,
    "public_reading": _public_reading_targets,
    "report": _report_targets,
    "assessment_table": _assessment_table_targets,
    "assessment_comment": _assessment_comment_targets,
}
