"""The world that is open to all, and how a secret is added to it.

The same objects have the same ids in every world, so that the answers of two worlds can
be compared.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from accounts.models import User
from commitments.models import MemberCommitment, Plan
from progress.actions.search import put_search_rows
from progress.models import (
    Comment,
    Entry,
    EntryEvidence,
    Evidence,
    EvidenceFile,
    ExternalRef,
    State,
    Status,
    Stocktake,
)
from tests.factories import CHAIR, make_entry, member_commitment_of, publish
from tests.leaks.canaries import canary, id_of, words
from tests.leaks.cast import BY_NAME

TEXTS = ("narrative", "next_steps", "obstacles")
FILE_WORDS = "The bytes of a file: "


class World:
    """One plan, its open stocktake, and the people who write there."""

    def __init__(self, plan: Plan, stocktake: Stocktake) -> None:
        self.plan = plan
        self.stocktake = stocktake
        self.now = datetime.now(UTC)

    def officer(self, member: str) -> User:
        return self._one_of(member, "officer")

    def head(self, member: str) -> User:
        return self._one_of(member, "head")

    def _one_of(self, member: str, role: str) -> User:
        names = {"JP": f"{role}_jp", "FR": f"{role}_fr", CHAIR: f"{role}_of_the_chair"}
        return BY_NAME[names[member]].user

    def reviewer(self, member: str) -> User:
        name = "second_reviewer" if member == CHAIR else "coordinator"
        return BY_NAME[name].user

    def owed(self, code: str, member: str) -> MemberCommitment:
        return member_commitment_of(self.plan, code, member)

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def entry(
        self, secret: str, code: str, member: str, state: State, **fields: Any
    ) -> Entry:
        """Make an entry whose whole text is canaries of one secret."""
        own = {name: words(secret, name) for name in TEXTS}
        values: dict[str, Any] = {
            "id": id_of(f"entry {secret}"),
            "by": self.officer(member),
            "stocktake": self.stocktake,
            "is_at_risk": True,
            "status": Status.IMPLEMENTED,
            "state": state,
        }
        entry = make_entry(self.owed(code, member), **{**values, **own, **fields})
        self.add_evidence(entry, secret)
        put_search_rows([entry])
        if not ExternalRef.objects.filter(entry=entry).exists():
            self.add_external_ref(entry, secret)
        return entry

    def add_external_ref(self, entry: Entry, secret: str) -> None:
        """What a system of its own member calls the entry."""
        ExternalRef.objects.create(
            entry=entry,
            member_id=entry.member_code,
            text=canary(secret, "external ref"),
            sender=entry.written_by,
            known_text_at=entry.written_at,
            known_text_by=entry.written_by,
        )

    def published(
        self, secret: str, code: str, member: str, *, hour: int, **fields: Any
    ) -> Entry:
        """Make and publish such an entry, at an hour that no other entry changes."""
        at = self.ago(7) + timedelta(hours=hour)
        times = {"written_at": self.ago(8), "submitted_at": at}
        # Its evidence has to be there before.
        entry = self.entry(secret, code, member, State.SUBMITTED, **times, **fields)
        publish(entry, by=self.reviewer(member), at=at)
        return entry

    def add_evidence(self, entry: Entry, secret: str) -> None:
        """A link, a citation and a file, under one entry."""
        common = {
            "added_at": entry.written_at,
            "added_by": entry.written_by,
            "member_id": entry.member_code,
        }
        content = f"{FILE_WORDS}{words(secret, 'file content')}".encode()
        kinds: list[dict[str, Any]] = [
            {"kind": "link", "url": f"https://example.org/{canary(secret, 'url')}"},
            {"kind": "citation", "citation": words(secret, "citation")},
            {
                "kind": "file",
                "file_name": f"{canary(secret, 'file name')}.txt",
                "media_type": "text/plain",
                "size": len(content),
                "sha256": sha256(content).hexdigest(),
            },
        ]
        for position, fields in enumerate(kinds):
            kind = fields["kind"]
            item = Evidence.objects.create(
                id=id_of(f"{kind} of {secret}"),
                title=words(secret, f"{kind} title"),
                **common,
                **fields,
            )
            if kind == "file":
                EvidenceFile.objects.create(evidence=item, content=content)
            EntryEvidence.objects.create(entry=entry, evidence=item, position=position)

    def comment(self, secret: str, entry: Entry, thread: Comment.Thread) -> None:
        """One remark, in a thread of an entry."""
        name = f"{thread} comment on {secret}"
        Comment.objects.create(
            id=id_of(name),
            entry=entry,
            thread=thread,
            body=words(secret, f"{thread} comment"),
            written_at=self.ago(0.5),
            written_by=self.officer(entry.member_code),
            member_id=entry.member_code,
        )
