"""What all simulated visitors share: asking, filling in, thinking.

locust patches what blocks, also `time.sleep`: a visitor who waits holds up no other.
"""

import re
import time
from collections.abc import Collection, Mapping
from random import Random
from typing import Any, ClassVar, cast

from locust import HttpUser
from requests import Response

from benchmarks.load.mix import choose

# Until a request counts as not answered, in seconds.
PATIENCE = 60.0
WORDS = ("border", "database", "passenger", "aviation", "finance", "cyber")
_FILES = re.compile(r"""(?:href|src)="(/static/[^"]+\.(?:css|js))\"""")


class Visitor(HttpUser):
    """A browser or a machine behind a proxy that names its network address."""

    abstract = True
    # Set by `run`: see `prepare.add_cast`.
    facts: Mapping[str, Any] = {}
    random = Random()  # noqa: S311 - a mix, no secret
    address, member = "", ""
    # How many have come: they have signed in, or read what they follow.
    arrived: ClassVar[list[str]] = []

    def ask(
        self,
        kind: str,
        path: str,
        *,
        method: str = "GET",
        expected: Collection[int] = (200,),
        **options: Any,
    ) -> Response | None:
        """Return the answer if its status is expected. Redirects are not followed.

        Each request has a connection of its own, as behind a usual proxy: one that is
        kept may be closed by the server just when the next request is sent.
        """
        headers = {"X-Forwarded-For": self.address, "Connection": "close"}
        headers |= options.pop("headers", {})
        answer: Any
        with self.client.request(
            method,
            path,
            name=kind,
            headers=headers,
            allow_redirects=False,
            timeout=PATIENCE,
            catch_response=True,
            **options,
        ) as answer:
            if answer.status_code in expected:
                answer.success()
                return cast("Response", answer)
            why = getattr(answer, "error", None) or answer.status_code
            answer.failure(f"{why} {method} {path}, {type(self).__name__}")
            return None

    def follow(self, kind: str, answer: Response | None) -> Response | None:
        """Open where a redirect leads, up to three of them."""
        for _ in range(3):
            if answer is None or answer.status_code == 200:
                break
            where = answer.headers["Location"]
            answer = self.ask(kind, where, expected=(200, 302))
        return answer

    def filled(self, template: str, **given: str) -> str:
        """Return an address, its parts chosen by chance where they are not given."""
        facts, pick = self.facts, self.random.choice
        parts = {
            "plan": facts["plan"],
            "stocktake": facts["stocktake"],
            "code": pick(facts["codes"]),
            "member": self.member or pick(facts["members"]),
            "entry": pick(facts["entries"]),
            "file": pick(facts["files"]),
            "word": pick(WORDS),
        }
        return template.format(**{**parts, **given})

    def think(self, seconds: tuple[float, float]) -> None:
        time.sleep(self.random.uniform(*seconds))

    def happens(self, of_100: int) -> bool:
        return self.random.uniform(0, 100) < of_100

    def load_files(self, page: str) -> None:
        """Load the style sheets and scripts of a first visit. Later they are kept."""
        for path in dict.fromkeys(_FILES.findall(page)):
            self.ask("style or script", path)


def chosen(visitor: Visitor, weights: Mapping[str, int]) -> str:
    """Return a kind that there is something to ask for."""
    has_files = bool(visitor.facts["files"])
    possible = {
        name: weight
        for name, weight in weights.items()
        if has_files or "file" not in name
    }
    return choose(possible, visitor.random)


def today() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime())
