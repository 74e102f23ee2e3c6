"""The texts of the demonstration: fixtures/demo/, entries of each member and scores."""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class SampleText:
    """A text on a commitment, with placeholders for a member's own terms."""

    narrative: str
    next_steps: str = ""
    obstacles: str = ""
    language: str = "en"

    def filled(self, terms: dict[str, str]) -> "SampleText":
        return replace(
            self,
            narrative=self.narrative.format_map(terms),
            next_steps=self.next_steps.format_map(terms),
            obstacles=self.obstacles.format_map(terms),
        )


@dataclass(frozen=True)
class Library:
    """Texts by commitment, by (commitment, member), and the members' own terms."""

    terms: dict[str, dict[str, str]]
    common: dict[str, list[SampleText]]
    own: dict[tuple[str, str], list[SampleText]]
    sources: dict[str, list[tuple[str, str]]]
    leads: dict[str, str]

    def sample(self, commitment: str, member: str, turn: int) -> SampleText:
        """Return a member's own text first, if there is one, and then common ones."""
        common = self.common[commitment]
        offset = list(self.terms).index(member)
        rotated = [common[(offset + n) % len(common)] for n in range(len(common))]
        texts = [*self.own.get((commitment, member), []), *rotated]
        return texts[turn % len(texts)].filled(self.terms[member])

    def evidence(self, commitment: str, member: str) -> list[tuple[str, str]]:
        """Return the titles and links of a member's evidence on a commitment."""
        return [
            (title.format_map(self.terms[member]), url.format_map(self.terms[member]))
            for title, url in self.sources[commitment]
        ]

    def lead(self, commitment: str, member: str) -> str:
        """Return a member's lead authority for a commitment."""
        return self.leads[commitment].format_map(self.terms[member])


def read_library(path: Path) -> Library:
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    own: dict[tuple[str, str], list[SampleText]] = {}
    for row in data["own"]:
        own.setdefault((row["commitment"], row["member"]), []).append(_sample(row))
    return Library(
        terms=data["terms"],
        common={
            code: [_sample(row) for row in part["texts"]]
            for code, part in data["commitments"].items()
        },
        own=own,
        sources={
            code: [(row["title"], row["url"]) for row in part["sources"]]
            for code, part in data["commitments"].items()
        },
        leads={code: part["lead"] for code, part in data["commitments"].items()},
    )


def _sample(row: dict[str, str]) -> SampleText:
    return SampleText(
        row["narrative"].strip(),
        row.get("next_steps", "").strip(),
        row.get("obstacles", "").strip(),
        row.get("language", "en"),
    )


@dataclass(frozen=True)
class DemoComment:
    """A delegation's comment on a score of its own, with the answer if there is one."""

    member: str
    code: str
    text: str
    answer: str = ""


@dataclass(frozen=True)
class ScoreData:
    """What fixtures/demo/scores.toml holds."""

    bodies: dict[str, dict[str, str]]
    criteria: dict[str, dict[str, str]]
    # The last one waits for an answer.
    comments: list[DemoComment]


def read_scores(path: Path) -> ScoreData:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    comments = [DemoComment(**row) for row in data["comments"]]
    return ScoreData(data["bodies"], data["commitments"], comments)
