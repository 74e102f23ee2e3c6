"""What belongs to a published entry: evidence, events, notices, comments, questions."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from benchmarks.seeding.chains import Trail, canonical, hidden, instant
from benchmarks.seeding.tables import NULL
from benchmarks.seeding.texts import Texts
from benchmarks.seeding.world import Owed, Person, World

if TYPE_CHECKING:
    from benchmarks.seeding.histories import Draft

# Before the publication, and after it.
ADDED, SENT = timedelta(days=11), timedelta(days=5)
ASKED_AFTER, ANSWERED_AFTER = timedelta(days=2), timedelta(days=6)
COMMENTED, READ_AFTER = timedelta(days=3, hours=-2), timedelta(days=1)


class Attached:
    def __init__(self, world: World, trail: Trail, texts: Texts) -> None:
        self.world, self.trail, self.texts = world, trail, texts
        self.rows = world.tables.rows

    # ---- Evidence ----------------------------------------------------------------
    def evidence(self, draft: Draft) -> list[dict[str, Any]]:
        """Link evidence of the member commitment. Return what the ledger covers."""
        pool, chance = draft.owed.evidence, self.world.random.random()
        if chance < 0.33 or not pool:
            pool.append(self._new_evidence(draft))
            del pool[:-3]
        count = 2 if chance < 0.18 else int(chance < 0.6)
        linked = pool[::-1][:count]
        for position, item in enumerate(linked):
            number = self.world.tables.number("progress_entryevidence")
            self.rows["progress_entryevidence"].append(
                (str(number), draft.id, item["id"], str(position))
            )
        return linked

    def _new_evidence(self, draft: Draft) -> dict[str, Any]:
        at = draft.before(ADDED)
        pk, chance = self.world.new_id(), self.world.random.random()
        item: dict[str, Any] = {
            "id": pk, "kind": "citation", "title": f"Source {pk[:8]}", "url": "",
            "citation": "", "accessed_on": None, "file_name": "", "media_type": "",
            "size": None, "sha256": "", "member": draft.owed.member, "added_at": at,
            "added_by": draft.writer.id,
        }  # fmt: skip
        if chance < 0.7:
            item |= {
                "kind": "link",
                "url": f"https://documents.example/{pk}",
                "accessed_on": at[:10],
            }
            self._check_link(pk, at)
        elif chance < 0.95:
            item["citation"] = f"Official Journal, number {pk[:4]}, page {pk[4:8]}."
        else:
            self._store_file(item)
        columns = (item[name] for name in _EVIDENCE)
        self.rows["progress_evidence"].append(
            [NULL if value is None else str(value) for value in columns]
        )
        return item

    def _check_link(self, pk: str, at: str) -> None:
        due_at = instant(self.world.anchor + timedelta(days=365))
        self.rows["progress_linkcheck"].append(
            (pk, due_at, NULL, NULL, at, "200", "", "0", at, NULL)
        )

    def _store_file(self, item: dict[str, Any]) -> None:
        content = f"Figures of {item['id']}. ".encode() * 8
        item |= {
            "kind": "file", "file_name": f"figures-{item['id'][:8]}.txt",
            "media_type": "text/plain", "size": len(content),
            "sha256": sha256(content).hexdigest(),
        }  # fmt: skip
        self.rows["progress_evidencefile"].append((item["id"], f"\\\\x{content.hex()}"))

    # ---- Rounds ------------------------------------------------------------------
    def returned(self, draft: Draft, evidence: list[dict[str, Any]]) -> str:
        """Return the text of the round in which the entry was returned, if it was."""
        if not draft.is_returned:
            return ""
        narrative, next_steps, obstacles = draft.texts
        return canonical(
            {
                "as_of": draft.as_of, "status": draft.status,
                "is_at_risk": draft.is_at_risk, "language": draft.owed.language,
                "narrative": narrative, "next_steps": next_steps,
                "obstacles": obstacles, "handling": draft.handling,
                "evidence": [
                    {name: item[name] for name in _RETURNED} for item in evidence
                ],
            }
        )  # fmt: skip

    # ---- News --------------------------------------------------------------------
    def news(self, draft: Draft) -> None:
        """Add the events of a publication, and now and then what people say of it."""
        chance = self.world.random.random()
        at = instant(draft.published_at)
        event = self.event("publish", draft.id, draft.owed, at, draft.reviewer)
        if chance < 0.2:
            sent_at = draft.before(SENT)
            self.event("submit", draft.id, draft.owed, sent_at, draft.writer)
        if chance < 0.1:
            times = at, instant(draft.published_at + READ_AFTER)
            self.notice(
                f"event:{event}", "published", draft.writer, draft.owed.member,
                draft.id, times,
            )  # fmt: skip
        if chance > 0.98:
            self._talk(draft)
        if chance < 0.01 and draft.handling != "amber" and draft.kind == "update":
            self._question(draft)

    def event(
        self, verb: str, entry: str, owed: Owed, at: str, by: Person, state: str = ""
    ) -> int:
        number = self.world.tables.number("audit_event")
        after = state or {"publish": "published"}.get(verb, "in_clearance")
        data = f'{{"version": 4, "state": "{after}"}}'
        self.rows["audit_event"].append(
            (
                str(number), at, by.id, by.email, f"entry.{verb}", "progress.Entry",
                entry, owed.name, owed.member, "", "", data,
            )
        )  # fmt: skip
        return number

    def notice(
        self, key: str, kind: str, user: Person, member: str, entry: str,
        times: tuple[str, str],
    ) -> None:  # fmt: skip
        """Add a notice. `times`: of the event, and of its reading (empty: unread)."""
        created_at, read_at = times
        self.rows["partners_notice"].append(
            (
                self.world.new_id(), user.id, kind, key, "delegation", member, entry,
                NULL, NULL, NULL, NULL, NULL, created_at, read_at or NULL, NULL,
            )
        )  # fmt: skip

    def comment(
        self, entry: str, thread: str, at: str, by: Person, member: str
    ) -> None:
        self.rows["progress_comment"].append(
            (
                self.world.new_id(), entry, thread, "Is this figure of this year?", at,
                by.id, member,
            )
        )  # fmt: skip

    def _talk(self, draft: Draft) -> None:
        """One comment in each of the two threads, and a reply of the Presidency."""
        before = draft.before(ADDED)
        member = draft.owed.member
        self.comment(draft.id, "delegation", before, draft.writer, member)
        self.comment(
            draft.id, "presidency", draft.before(COMMENTED), draft.writer, member
        )
        reply = draft.before(timedelta(days=2))
        self.comment(
            draft.id, "presidency", reply, draft.reviewer, draft.reviewer_member
        )

    def _question(self, draft: Draft) -> None:
        """A question of another delegation, and the answer."""
        asker = "CA" if draft.owed.member != "CA" else "DE"
        pk, asked_at = self.world.new_id(), instant(draft.published_at + ASKED_AFTER)
        answered_at = instant(draft.published_at + ANSWERED_AFTER)
        due_on = asked_at[:10]
        asked_by = self.world.people[asker, "officer"][0].id
        body, answer = "Which law is meant?", "The law of last year."
        self.rows["progress_question"].append(
            (
                pk, draft.id, asker, body, due_on, asked_at, asked_by, answer,
                answered_at, draft.writer.id, "2",
            )
        )  # fmt: skip
        salt = self.world.new_salt()
        content = {
            "entry": draft.id, "member": asker, "due_on": due_on, "asked_at": asked_at,
            "asked_by": asked_by, "body": hidden(bytes.fromhex(salt), "body", body),
        }  # fmt: skip
        self.trail.append("question", pk, salt, content)
        salt = self.world.new_salt()
        content = {
            "entry": draft.id, "answered_at": answered_at,
            "answered_by": draft.writer.id,
            "answer": hidden(bytes.fromhex(salt), "answer", answer),
        }  # fmt: skip
        self.trail.append("answer", pk, salt, content)


_EVIDENCE = (
    "id", "kind", "title", "url", "citation", "accessed_on", "file_name", "media_type",
    "size", "sha256", "member", "added_at", "added_by",
)  # fmt: skip
_RETURNED = (
    "title", "url", "citation", "accessed_on", "file_name", "media_type", "size",
    "sha256", "id",
)  # fmt: skip
