"""The tables of scores as every format prints them: heads, rows and captions.

All words and numbers are those of the snapshot.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from progress.assessments.arithmetic import SCORE_VALUES, ScoreValue
from reports.scores.schema import ScoredFigure, ScoreTableName, ScoreTablePart
from reports.snapshot_schema import Facts

# The columns of words. All others are narrow, and of numbers.
WIDE: Final[dict[ScoreTableName, frozenset[int]]] = {
    "scores": frozenset({0}),
    "members": frozenset({0}),
    "areas": frozenset({0}),
    "means": frozenset({0}),
    "differences": frozenset({0, 1, 2, 4}),
}


@dataclass(frozen=True)
class PrintedScores:
    """One table: its rows of texts, and the rows of averages at its end."""

    name: ScoreTableName
    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    foot: Sequence[Sequence[str]] = ()

    @property
    def wide(self) -> frozenset[int]:
        """The numbers of the columns with words."""
        return WIDE[self.name]


@dataclass(frozen=True)
class PrintedBody:
    """What is printed of one body: a heading, sentences, tables and a last one."""

    key: str
    heading: str
    sentences: Sequence[str]
    tables: Sequence[PrintedScores]
    # The names of members by their codes, which head the columns.
    names: str


def printed_bodies(facts: Facts) -> list[PrintedBody]:
    """Return what is printed of each body, in order. Empty without scores."""
    if "scores" not in facts:
        return []
    return [_body(facts, table) for table in facts["scores"]["tables"]]


def legend_of(facts: Facts) -> str:
    """Return what the scores mean: "+1 Full compliance · 0 …".

    A stored snapshot keeps no order of keys, so the order is that of the scores.
    """
    labels = facts["scores"]["labels"]
    return " · ".join(
        f"{labels['scores'][value]} {labels['meanings'][value]}"
        for value in SCORE_VALUES
        if value
    )


def _body(facts: Facts, table: ScoreTablePart) -> PrintedBody:
    labels = facts["scores"]["labels"]
    differences = _differences(facts, table)
    found = [
        _scores(facts, table),
        _figures(facts, "members", labels["member"], table["of_members"]),
        _figures(facts, "areas", labels["area"], table["areas"]),
        _means(facts, table),
    ]
    sentences = [table["about"], table["guidelines"]]
    if not differences.rows:
        sentences.append(labels["no_differences"])
    return PrintedBody(
        key=table["code"],
        heading=table["name"],
        sentences=sentences,
        tables=[*found, *([differences] if differences.rows else [])],
        names=" · ".join(f"{one['code']} {one['name']}" for one in table["members"]),
    )


def _scores(facts: Facts, table: ScoreTablePart) -> PrintedScores:
    """Return members across, commitments down, and the averages of both."""
    labels = facts["scores"]["labels"]
    short = labels["average_short"], labels["percentage"], labels["rank"]
    codes = [member["code"] for member in table["members"]]
    rows = [
        [
            f"{row['code']} {row['name']}",
            *(labels["scores"][row["cells"].get(code, "")] for code in codes),
            *_ends(row),
        ]
        for row in table["commitments"]
    ]
    ends = zip(*(_ends(figure) for figure in table["of_members"]), strict=True)
    foot = [
        [name, *values, "", "", ""] for name, values in zip(short, ends, strict=True)
    ]
    heads = [labels["commitment"], *codes, *short]
    return PrintedScores("scores", labels["captions"]["scores"], heads, rows, foot)


def _ends(figure: ScoredFigure) -> tuple[str, str, str]:
    return figure["average"], figure["percentage"], figure["rank"]


def _figures(
    facts: Facts, name: ScoreTableName, head: str, figures: Sequence[ScoredFigure]
) -> PrintedScores:
    """Return figures by rank. Equal ranks keep their order; no rank comes last."""
    labels = facts["scores"]["labels"]
    rows = [
        [
            one["name"],
            one["rank"],
            one["average"],
            one["percentage"],
            str(one["scored"]),
        ]
        for one in sorted(figures, key=_place)
    ]
    heads = [
        head,
        labels["rank"],
        labels["average"],
        labels["percentage"],
        labels["scored"],
    ]
    return PrintedScores(name, labels["captions"][name], heads, rows)


def _place(figure: ScoredFigure) -> tuple[bool, int]:
    is_ranked = figure["rank"].isdecimal()
    return not is_ranked, int(figure["rank"]) if is_ranked else 0


def _means(facts: Facts, table: ScoreTablePart) -> PrintedScores:
    labels = facts["scores"]["labels"]
    rows = [
        [
            f"{mean['label']}. {mean['explanation']}",
            mean["average"],
            mean["percentage"],
            str(mean["of"]),
        ]
        for mean in table["means"]
    ]
    heads = [labels["mean"], labels["average"], labels["percentage"], labels["counted"]]
    return PrintedScores("means", labels["captions"]["means"], heads, rows)


def _differences(facts: Facts, table: ScoreTablePart) -> PrintedScores:
    labels, own = facts["scores"]["labels"], facts["labels"]
    names = {one["code"]: one["name"] for one in table["members"]}
    titles = {row["code"]: row["name"] for row in table["commitments"]}
    rows = [
        [
            f"{one['commitment']} {titles[one['commitment']]}",
            names[one["member"]],
            own["parts"][one["status"]],
            labels["scores"][one["score"]],
            own["named"]
            .replace("{name}", labels["degrees"][one["degree"]])
            .replace("{value}", labels["kinds"][one["kind"]]),
        ]
        for one in table["differences"]
    ]
    heads = [
        labels["commitment"],
        labels["member"],
        labels["status"],
        labels["score"],
        labels["difference"],
    ]
    return PrintedScores("differences", labels["captions"]["differences"], heads, rows)


class BodyColumn(NamedTuple):
    """A column of both CSV files: the scores of one body beside the positions."""

    name: str  # for machines: "score:university-observatory"
    heading: str
    scores: Mapping[tuple[str, str], ScoreValue]
    texts: Mapping[ScoreValue, str]


def score_columns(facts: Facts) -> Iterator[BodyColumn]:
    """Yield a column for each body. A report without scores has none."""
    if "scores" not in facts:
        return
    labels = facts["scores"]["labels"]
    for table in facts["scores"]["tables"]:
        yield BodyColumn(
            f"score:{table['code']}",
            labels["column"].replace("{body}", table["name"]),
            {
                (row["code"], member): score
                for row in table["commitments"]
                for member, score in row["cells"].items()
            },
            labels["scores"],
        )
