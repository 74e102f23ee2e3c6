"""Published entries, each with every row that led to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from benchmarks.seeding.attached import Attached
from benchmarks.seeding.chains import Ledger, Trail, hidden, instant
from benchmarks.seeding.stocktakes import Window
from benchmarks.seeding.tables import NULL, escaped
from benchmarks.seeding.texts import Texts
from benchmarks.seeding.world import (
    PLAN,
    SKIPS_CLEARANCE,
    InForce,
    Owed,
    Person,
    World,
)

STATUSES = ("not_started", "limited", "substantial", "implemented", "not_applicable")
# Before the publication: when its draft began, was sent, and was cleared.
DRAFTED, SENT, CLEARED = timedelta(days=12), timedelta(days=5), timedelta(days=3)
RETURNED = timedelta(days=4)
WRITTEN_AT_ONCE = 10_000
NOTHING_YET = InForce("", "", "", ("", ""), "")


@dataclass
class Draft:
    """One entry on its way."""

    id: str
    owed: Owed
    kind: str
    # Identifier and slug of its stocktake, both empty without one.
    stocktake: tuple[str, str]
    supersedes: str
    supersedes_handling: str
    published_at: datetime
    writer: Person
    signatory: Person
    reviewer: Person
    reviewer_member: str
    as_of: str
    handling: str
    status: str
    texts: tuple[str, str, str]
    unchanged_since: str
    is_at_risk: bool
    is_returned: bool

    def before(self, time: timedelta) -> str:
        return instant(self.published_at - time)

    @property
    def reason(self) -> str:
        return "" if self.kind == "update" else "A figure was wrong."

    @property
    def needs_clearance(self) -> bool:
        return self.owed.member != SKIPS_CLEARANCE


class Histories:
    """Writes published entries in the order of the ledger."""

    def __init__(self, world: World, ledger: Ledger, trail: Trail) -> None:
        self.world, self.ledger, self.trail = world, ledger, trail
        self.texts = Texts(world.random)
        self.attached = Attached(world, trail, self.texts)
        # The hash of each plan's wording, as the trail has it.
        self.wordings: dict[str, str] = {}

    def fill(self, window: Window) -> None:
        """Publish every entry of a window, evenly over its time."""
        slots = list(_slots(self.world.owed, window))
        start = window.part(0.06)
        step = (window.part(0.97) - start) / max(len(slots), 1)
        for number, (owed, which) in enumerate(slots, 1):
            # What happens by chance to an entry is the same at each size.
            self.world.random.seed(f"{owed.id} {which}")
            self.publish(self._draft(owed, window, start + step * (number - 1)))
            if number % WRITTEN_AT_ONCE == 0:
                self.world.tables.write()
        self.world.tables.write()

    def _draft(self, owed: Owed, window: Window, at: datetime) -> Draft:
        chance = self.world.random.random()
        kind = "update"
        if len(owed.in_force) > 1 and chance < 0.04:
            kind = "withdrawal" if chance < 0.01 else "correction"
        whose, reviewer = self.world.reviewer(owed.member, at)
        officers = self.world.people[owed.member, "officer"]
        newest = owed.in_force[-1] if owed.in_force else NOTHING_YET
        is_free = kind == "update" and 0.5 < chance < 0.55 and whose != SKIPS_CLEARANCE
        stocktake = ("", "") if is_free else (window.ids[owed.plan], window.slug)
        draft = Draft(
            id=self.world.new_id(),
            owed=owed,
            kind=kind,
            stocktake=stocktake if kind == "update" else newest.stocktake,
            supersedes="" if kind == "update" else newest.id,
            supersedes_handling="" if kind == "update" else newest.handling,
            published_at=at,
            writer=officers[int(chance * 1000) % len(officers)],
            signatory=self.world.people[owed.member, "head"][0],
            reviewer=reviewer,
            reviewer_member=whose,
            as_of="" if kind == "update" else newest.as_of,
            handling=_handling(self.world.random.random()),
            status="",
            texts=("", "", ""),
            unchanged_since="",
            is_at_risk=0.1 < chance < 0.17,
            is_returned=0.2 < chance < 0.24,
        )
        self._write(draft, chance)
        return draft

    def _write(self, draft: Draft, chance: float) -> None:
        """Give the entry its day, its status and its texts, new or carried forward."""
        owed = draft.owed
        if 0.3 < chance < 0.33 and owed.texts[0] and draft.kind == "update":
            draft.texts = owed.texts
            draft.unchanged_since = owed.unchanged_since
        else:
            draft.texts = (
                self.texts.narrative(owed.text_language),
                self.texts.short(owed.text_language, 2) if chance < 0.6 else "",
                self.texts.short(owed.text_language, 1) if chance > 0.75 else "",
            )
            if chance > 0.93:
                owed.status = (owed.status + 1) % len(STATUSES)
        draft.as_of = draft.as_of or draft.before(DRAFTED)[:10]
        draft.status = STATUSES[owed.status]
        if draft.kind == "update":
            owed.texts = draft.texts
            owed.unchanged_since = draft.unchanged_since or draft.as_of

    def publish(self, draft: Draft) -> None:
        evidence = self.attached.evidence(draft)
        content = _content(draft, evidence)
        kind = "withdrawal" if draft.kind == "withdrawal" else "publication"
        record = self.ledger.append(kind, instant(draft.published_at), content)
        self._add_entry(draft)
        salt = self.world.new_salt()
        steps = Steps(self.world, draft, bytes.fromhex(salt)).add(
            self.attached.returned(draft, evidence)
        )
        self.trail.append(
            "publication",
            draft.id,
            salt,
            {"record": record, "wording": self.wordings[draft.owed.plan], **steps},
        )
        self.attached.news(draft)
        _put_in_force(draft, record)

    def _add_entry(self, draft: Draft) -> None:
        narrative, next_steps, obstacles = draft.texts
        published_at, drafted_at = instant(draft.published_at), draft.before(DRAFTED)
        is_carried = bool(draft.unchanged_since)
        self.world.tables.rows["progress_entry"].append(
            (
                draft.id, draft.owed.id, draft.stocktake[0] or NULL, draft.kind,
                draft.supersedes or NULL, draft.reason, "published",
                "4" if draft.needs_clearance else "3", draft.as_of, draft.status,
                "t" if draft.is_at_risk else "f", draft.owed.language,
                escaped(narrative), next_steps, obstacles, draft.handling,
                draft.unchanged_since or NULL, drafted_at if is_carried else NULL,
                draft.writer.id if is_carried else NULL, drafted_at, draft.writer.id,
                _submitted_at(draft), _submitter(draft).id, published_at,
                draft.reviewer.id, draft.reviewer_member,
                "t" if draft.needs_clearance else "f", str(self.ledger.sequence),
                draft.supersedes_handling,
            )
        )  # fmt: skip


def _slots(every: list[Owed], window: Window) -> Iterator[tuple[Owed, int]]:
    """Yield what is published one after another: whose, and its number there."""
    ours = [owed for owed in every if owed.plan == PLAN]
    others = [owed for owed in every if owed.plan != PLAN]
    for turn in window.turns():
        for part, rounds in zip((ours, others), turn, strict=True):
            yield from ((owed, which) for which in rounds for owed in part)


def _handling(chance: float) -> str:
    if chance < 0.15:
        return "amber"
    return "green" if chance < 0.8 else "clear"


def _submitted_at(draft: Draft) -> str:
    """Return when it first reached the Presidency."""
    if draft.is_returned:
        return draft.before(SENT)
    return draft.before(CLEARED if draft.needs_clearance else SENT)


def _submitter(draft: Draft) -> Person:
    return draft.signatory if draft.needs_clearance else draft.writer


def _put_in_force(draft: Draft, record: str) -> None:
    in_force = draft.owed.in_force
    if draft.supersedes:
        in_force.pop()
    if draft.kind != "withdrawal":
        in_force.append(
            InForce(draft.id, draft.as_of, record, draft.stocktake, draft.handling)
        )
    del in_force[:-6]  # withdrawals are rare: earlier ones never show again


def _content(draft: Draft, evidence: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the ledger's record covers."""
    narrative, next_steps, obstacles = draft.texts
    drafted_at = draft.before(DRAFTED)
    is_carried = bool(draft.unchanged_since)
    content = {
        "id": draft.id,
        "plan": draft.owed.plan,
        "commitment": draft.owed.code,
        "member": draft.owed.member,
        "stocktake": draft.stocktake[1] or None,
        "kind": draft.kind,
        "supersedes": draft.supersedes or None,
        "reason": draft.reason,
        "as_of": draft.as_of,
        "status": draft.status,
        "is_at_risk": draft.is_at_risk,
        "narrative": narrative,
        "next_steps": next_steps,
        "obstacles": obstacles,
        "handling": draft.handling,
        "evidence": evidence,
        "unchanged_since": draft.unchanged_since or None,
        "confirmed_at": drafted_at if is_carried else None,
        "confirmed_by": draft.writer.id if is_carried else None,
        "written_at": drafted_at,
        "written_by": draft.writer.id,
        "submitted_at": _submitted_at(draft),
        "submitted_by": _submitter(draft).id,
        "published_at": instant(draft.published_at),
        "published_by": draft.reviewer.id,
        "publisher_member": draft.reviewer_member,
        "was_clearance_needed": draft.needs_clearance,
    }
    if draft.owed.language:
        content["language"] = draft.owed.language
    return content


class Steps:
    """The rows that led to a publication, and their part of the trail's content."""

    def __init__(self, world: World, draft: Draft, salt: bytes) -> None:
        self.tables, self.draft, self.salt = world.tables, draft, salt
        self.content: dict[str, list[dict[str, Any]]] = {
            "authors": [], "transitions": [], "clearances": [], "rounds": [],
            "releases": [],
        }  # fmt: skip

    def add(self, returned_text: str) -> dict[str, list[dict[str, Any]]]:
        draft = self.draft
        if not draft.unchanged_since:
            self._author()
        self._transition("edit", "", "draft", draft.before(DRAFTED), draft.writer)
        if draft.is_returned:
            self._first_round(returned_text)
        self._reach_presidency("returned" if draft.is_returned else "draft")
        self._transition(
            "publish",
            "submitted",
            "published",
            instant(draft.published_at),
            draft.reviewer,
        )
        return self.content

    def _author(self) -> None:
        number, draft = self.tables.number("progress_entryauthor"), self.draft
        at = draft.before(DRAFTED)
        self.tables.rows["progress_entryauthor"].append(
            (str(number), draft.id, draft.writer.id, at)
        )
        self.content["authors"].append(
            {"id": number, "user": draft.writer.id, "first_changed_at": at}
        )

    def _transition(
        self, verb: str, before: str, after: str, at: str, by: Person, reason: str = ""
    ) -> None:
        number = self.tables.number("progress_transition")
        self.tables.rows["progress_transition"].append(
            (str(number), self.draft.id, verb, before, after, reason, at, by.id)
        )
        hash_of_reason = hidden(self.salt, f"transitions.{number}.reason", reason)
        self.content["transitions"].append(
            {
                "id": number, "verb": verb, "before": before, "after": after,
                "at": at, "by": by.id, "reason": hash_of_reason,
            }
        )  # fmt: skip

    def _first_round(self, text: str) -> None:
        """Send it too early: it comes back with a reason."""
        draft, reason = self.draft, "Please name the law."
        sent = draft.before(SENT + timedelta(hours=1))
        cleared = draft.before(SENT)
        if draft.needs_clearance:
            self._transition("submit", "draft", "in_clearance", sent, draft.writer)
            self._clear(sent, cleared)
        else:
            self._transition("submit", "draft", "submitted", cleared, draft.writer)
        at = draft.before(RETURNED)
        self._transition("return", "submitted", "returned", at, draft.reviewer, reason)
        number = self.tables.number("progress_round")
        self.tables.rows["progress_round"].append(
            (str(number), draft.id, "1", reason, escaped(text), at, draft.reviewer.id)
        )
        self.content["rounds"].append(
            {
                "id": number, "number": 1, "returned_at": at,
                "returned_by": draft.reviewer.id,
                "reason": hidden(self.salt, f"rounds.{number}.reason", reason),
                "text": hidden(self.salt, f"rounds.{number}.text", text),
            }
        )  # fmt: skip

    def _reach_presidency(self, before: str) -> None:
        draft = self.draft
        sent = draft.before(
            SENT - timedelta(days=1, hours=1) if before == "returned" else SENT
        )
        if not draft.needs_clearance:
            self._transition("submit", before, "submitted", sent, draft.writer)
            return
        self._transition("submit", before, "in_clearance", sent, draft.writer)
        self._clear(sent, draft.before(CLEARED))

    def _clear(self, sent: str, cleared: str) -> None:
        draft, number = self.draft, self.tables.number("progress_clearance")
        self._transition("clear", "in_clearance", "submitted", cleared, draft.signatory)
        reference = f"Ref {number}" if number % 5 == 0 else ""
        self.tables.rows["progress_clearance"].append(
            (
                str(number), draft.id, sent, draft.writer.id, cleared,
                draft.signatory.id, reference, cleared[:10] if reference else NULL,
            )
        )  # fmt: skip
        self.content["clearances"].append(
            {
                "id": number, "sent_at": sent, "sent_by": draft.writer.id,
                "cleared_at": cleared, "cleared_by": draft.signatory.id,
                "capital_dated_on": cleared[:10] if reference else None,
                "capital_reference": hidden(
                    self.salt, f"clearances.{number}.capital_reference", reference
                ),
            }
        )  # fmt: skip
