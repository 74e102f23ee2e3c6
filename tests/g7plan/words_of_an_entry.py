"""Everything that can hold the words of an entry, with one word that is unique."""

from progress.models import (
    Clearance,
    Comment,
    EntryEvidence,
    Evidence,
    Release,
    Round,
    Transition,
)
from tests.conversations import make_question

CANARY = "kestrel7381"


def add_evidence(entry, by, position, **fields):
    values = {"kind": "citation", "title": f"Title {CANARY}", **fields}
    evidence = Evidence.objects.create(
        member_id="JP", added_at=entry.written_at, added_by=by, **values
    )
    EntryEvidence.objects.create(entry=entry, evidence=evidence, position=position)
    return evidence


def talk(entry, people, stocktake, now, former):
    by, head, chair = people["JP"], people["head"], people["chair"]
    said = {"narrative": CANARY, "next_steps": CANARY, "obstacles": CANARY}
    Round.objects.create(
        entry=entry, number=1, reason=CANARY, returned_at=now, returned_by=chair,
        text={**said, "evidence": [{"id": str(former.pk), "title": CANARY}]},
    )  # fmt: skip
    Transition.objects.create(
        entry=entry, verb="return", before="submitted", after="returned",
        reason=CANARY, at=now, by=chair,
    )  # fmt: skip
    for thread in Comment.Thread:
        Comment.objects.create(
            entry=entry, thread=thread, body=CANARY, written_at=now, written_by=by,
            member_id="JP",
        )  # fmt: skip
    make_question(
        entry, by=people["FR"], asked_at=now, body=CANARY, due_on=now.date(),
        answer=CANARY, answered_at=now, answered_by=by,
    )  # fmt: skip
    Release.objects.create(
        entry=entry, stocktake=stocktake, reason=CANARY, released_at=now,
        released_by=chair,
    )  # fmt: skip
    Clearance.objects.create(
        entry=entry, sent_at=now, sent_by=by, cleared_at=now, cleared_by=head,
        capital_reference=CANARY,
    )  # fmt: skip
