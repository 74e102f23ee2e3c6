"""The tools of partners: they follow the changes, ask again for lists, write drafts."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import ClassVar
from uuid import uuid4

from locust import between, task
from requests import Response

from benchmarks.load.cast import Tool
from benchmarks.load.mix import (
    BETWEEN_CALLS,
    CALLED,
    CALLS,
    READING,
    WRITES_OF_100,
    WRITTEN,
)
from benchmarks.load.visitors import Visitor, chosen, today
from benchmarks.seeding.world import token_of

# Of a first copy of all changes, at most so many pages.
MOST_PAGES = 20


class PartnerTool(Visitor):
    """A program that holds a key, what it has read, and the tags of it."""

    wait_time = between(*BETWEEN_CALLS)
    waiting: ClassVar[list[Tool]] = []
    tool: Tool

    def on_start(self) -> None:
        self.tool = self.waiting.pop()
        self.member, self.address = self.tool.member, self.tool.address
        self.random = Random(self.tool.name)  # noqa: S311 - a mix, no secret
        self.tags: dict[str, str] = {}
        self.cursor = ""
        self.client.headers["Authorization"] = f"Bearer {token_of(self.tool.name)}"
        self.ask("API: me", CALLS["API: me"])
        self._follow_changes("API: changes, first copy")
        self.arrived.append(self.address)

    @task
    def work(self) -> None:
        if self.tool.can_write and self.happens(WRITES_OF_100):
            self.write()
        else:
            self.call(chosen(self, CALLED))

    def call(self, kind: str) -> None:
        if kind == "API: changes":
            self._follow_changes(kind)
            return
        since = datetime.now(UTC) - timedelta(hours=1)
        path = self.filled(CALLS[kind], since=f"{since:%Y-%m-%dT%H:00:00Z}")
        self._conditional(kind, path)

    def _conditional(self, kind: str, path: str) -> Response | None:
        """Ask with the tag of the last answer: 304 if nothing has changed."""
        tag = self.tags.get(path)
        headers = {"If-None-Match": tag} if tag else {}
        answer = self.ask(kind, path, headers=headers, expected=(200, 304))
        if answer is not None and "ETag" in answer.headers:
            self.tags[path] = answer.headers["ETag"]
        return answer

    def _follow_changes(self, kind: str) -> None:
        path = self.filled(CALLS["API: changes"])
        if self.cursor:
            path = f"{path}&since={self.cursor}"
        for _ in range(MOST_PAGES):
            answer = self._conditional(kind, path)
            if answer is None or answer.status_code == 304:
                return
            page = answer.json()
            self.cursor = page["next_cursor"]
            if not page["next"]:
                return
            path = f"{self.filled(CALLS['API: changes'])}&since={self.cursor}"

    def write(self) -> None:
        """Begin a draft, change it, and discard it: the next one has room then."""
        body = {
            "plan": self.facts["plan"],
            "commitment": self.facts["kept_for_tools"][self.member],
            "member": self.member,
            "as_of": today(),
            "status": "limited",
            "narrative": "Two agencies take part.",
        }
        answer = self.ask(
            "API: draft",
            WRITTEN["API: draft"],
            method="POST",
            json=body,
            headers={"Idempotency-Key": str(uuid4())},
            expected=(201,),
        )
        if answer is None:
            return
        path = self.filled(WRITTEN["API: edit"], entry=answer.json()["id"])
        self.think(READING)
        changed = self.ask(
            "API: edit",
            path,
            method="PATCH",
            json={"narrative": "Three agencies take part."},
            headers={"If-Match": answer.headers["ETag"]},
        )
        self.think(READING)
        tag = (changed or answer).headers["ETag"]
        self.ask(
            "API: discard",
            path,
            method="DELETE",
            headers={"If-Match": tag},
            expected=(200, 204),
        )
