"""What the invented entries say: fixtures/demo/entries.toml, in a member's terms."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Words:
    """One text that fits a commitment; placeholders stand for a member's own terms."""

    narrative: str
    next_steps: str = ""
    obstacles: str = ""

    def filled(self, terms: dict[str, str]) -> "Words":
        return Words(
            self.narrative.format_map(terms),
            self.next_steps.format_map(terms),
            self.obstacles.format_map(terms),
        )


@dataclass(frozen=True)
class Library:
    """Texts by commitment, by (commitment, member), and the members' own terms."""

    terms: dict[str, dict[str, str]]
    common: dict[str, list[Words]]
    own: dict[tuple[str, str], list[Words]]
    sources: dict[str, list[tuple[str, str]]]
    leads: dict[str, str]

    def words(self, commitment: str, member: str, turn: int) -> Words:
        """A member's own text first, where there is one; then the common ones."""
        common = self.common[commitment]
        offset = list(self.terms).index(member)
        rotated = [common[(offset + n) % len(common)] for n in range(len(common))]
        texts = [*self.own.get((commitment, member), []), *rotated]
        return texts[turn % len(texts)].filled(self.terms[member])

    def evidence(self, commitment: str, member: str) -> list[tuple[str, str]]:
        """Titles and links that a member names for a commitment."""
        return [
            (title.format_map(self.terms[member]), url.format_map(self.terms[member]))
            for title, url in self.sources[commitment]
        ]

    def lead(self, commitment: str, member: str) -> str:
        """The authority that leads on a commitment, by a member's own name for it."""
        return self.leads[commitment].format_map(self.terms[member])


def read_library(path: Path) -> Library:
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    own: dict[tuple[str, str], list[Words]] = {}
    for row in data["own"]:
        own.setdefault((row["commitment"], row["member"]), []).append(_words(row))
    return Library(
        terms=data["terms"],
        common={
            code: [_words(row) for row in part["texts"]]
            for code, part in data["commitments"].items()
        },
        own=own,
        sources={
            code: [(row["title"], row["url"]) for row in part["sources"]]
            for code, part in data["commitments"].items()
        },
        leads={code: part["lead"] for code, part in data["commitments"].items()},
    )


def _words(row: dict[str, str]) -> Words:
    return Words(
        row["narrative"].strip(),
        row.get("next_steps", "").strip(),
        row.get("obstacles", "").strip(),
    )
