"""Entries in progress in every state, with their comments, events and notices."""

from datetime import timedelta

from benchmarks.seeding.chains import instant
from benchmarks.seeding.histories import STATUSES, Histories
from benchmarks.seeding.stocktakes import Window
from benchmarks.seeding.tables import NULL, escaped
from benchmarks.seeding.world import PLAN, SKIPS_CLEARANCE, Owed, World

# The states of ten member commitments of the first plan, in turn; empty: none.
STATES = (
    "draft", "in_clearance", "submitted", "", "returned", "submitted", "", "draft",
    "discarded", "",
)  # fmt: skip
# In every other plan, for few of the members: what waits is mostly of today's plan.
ELSEWHERE = ("draft", "in_clearance", "discarded", "returned")
_STEPS = {
    "draft": (("edit", "", "draft"),),
    "in_clearance": (("edit", "", "draft"), ("submit", "draft", "in_clearance")),
    "discarded": (("edit", "", "draft"), ("discard", "draft", "discarded")),
}


class AtWork:
    """Adds entries that are not published yet, after the last publication."""

    def __init__(self, world: World, histories: Histories, last: Window) -> None:
        self.world, self.histories, self.last = world, histories, last
        self.attached = histories.attached
        self._days = 0

    def add(self) -> None:
        ours = [owed for owed in self.world.owed if owed.plan == PLAN]
        for number, owed in enumerate(ours):
            if state := STATES[number % len(STATES)]:
                self._add(owed, state)
        others = [owed for owed in self.world.owed if owed.plan != PLAN]
        for number, owed in enumerate(others):
            if number % 7 == 0 and owed.member in {"CA", "DE", "US", "EU"}:
                self._add(owed, ELSEWHERE[number // 7 % len(ELSEWHERE)])

    def _add(self, owed: Owed, state: str) -> None:
        world = self.world
        world.random.seed(owed.id)
        self._days = self._days % 9 + 1
        at = instant(world.anchor - timedelta(days=self._days, hours=len(owed.code)))
        entry, writer = world.new_id(), world.people[owed.member, "officer"][0]
        if state == "in_clearance" and owed.member == SKIPS_CLEARANCE:
            state = "draft"
        is_sent = state in {"submitted", "returned"}
        is_open = owed.plan == PLAN
        narrative = self.histories.texts.narrative(owed.text_language)
        world.tables.rows["progress_entry"].append(
            (
                entry, owed.id, self.last.ids[PLAN] if is_open else NULL, "update",
                NULL, "", state, "1", at[:10], STATUSES[owed.status], "f",
                owed.language, escaped(narrative),
                "", "", "green", NULL, NULL, NULL, at, writer.id,
                at if is_sent else NULL, writer.id if is_sent else NULL, NULL, NULL,
                NULL, NULL, NULL, "",
            )
        )  # fmt: skip
        number = world.tables.number("progress_entryauthor")
        world.tables.rows["progress_entryauthor"].append(
            (str(number), entry, writer.id, at)
        )
        self._move(entry, owed, state, at)
        if is_open:
            self._talk(entry, owed, state, at)

    def _move(self, entry: str, owed: Owed, state: str, at: str) -> None:
        """Add the transitions, the clearance and the round that led to the state."""
        world, rows = self.world, self.world.tables.rows
        writer = world.people[owed.member, "officer"][0]
        head = world.people[owed.member, "head"][0]
        steps = list(_STEPS.get(state, _STEPS["in_clearance"]))
        if state in {"submitted", "returned"}:
            if owed.member == SKIPS_CLEARANCE:
                steps = [_STEPS["draft"][0], ("submit", "draft", "submitted")]
            else:
                steps.append(("clear", "in_clearance", "submitted"))
                number = str(world.tables.number("progress_clearance"))
                rows["progress_clearance"].append(
                    (number, entry, at, writer.id, at, head.id, "", NULL)
                )
        reason = "Please name the law."
        if state == "returned":
            steps.append(("return", "submitted", "returned"))
        reviewer = world.reviewer(owed.member, world.anchor)[1]
        who = {"clear": head, "return": reviewer}
        for verb, before, after in steps:
            number = str(world.tables.number("progress_transition"))
            why = reason if verb == "return" else ""
            by = who.get(verb, writer).id
            rows["progress_transition"].append(
                (number, entry, verb, before, after, why, at, by)
            )
        if state == "returned":
            number = str(world.tables.number("progress_round"))
            text = f'{{"as_of": "{at[:10]}", "narrative": "Before."}}'
            rows["progress_round"].append(
                (number, entry, "1", reason, text, at, reviewer.id)
            )

    def _talk(self, entry: str, owed: Owed, state: str, at: str) -> None:
        """Comments on some, an event of each, and unread notices of those returned."""
        writer = self.world.people[owed.member, "officer"][0]
        whose, reviewer = self.world.reviewer(owed.member, self.world.anchor)
        event = self.attached.event(state, entry, owed, at, writer, state)
        if state == "returned":
            self.attached.notice(
                f"event:{event}", "returned", writer, owed.member, entry, (at, "")
            )
        if owed.position % 3 == 0:
            self.attached.comment(entry, "delegation", at, writer, owed.member)
            if state in {"submitted", "returned"}:
                self.attached.comment(entry, "presidency", at, writer, owed.member)
        elif owed.position % 3 == 1 and state in {"submitted", "returned"}:
            self.attached.comment(entry, "presidency", at, reviewer, whose)
