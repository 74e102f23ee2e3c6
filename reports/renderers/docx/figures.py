"""The statuses in figures: tables by action, sub-area and member, and pictures."""

from collections.abc import Iterable, Sequence
from typing import Final

from progress.positions.figures import Before, Part
from reports.renderers.bars import (
    ORDER,
    Stretch,
    in_words,
    stretches_before,
    stretches_now,
)
from reports.renderers.docx.elements import (
    RunStyle,
    TableCell,
    TableStyle,
    cell,
    run,
    words_cell,
)
from reports.renderers.docx.pictures import PictureName
from reports.renderers.docx.positions import positions
from reports.renderers.docx.story import WIDE_MM, WIDTH_MM, Story
from reports.snapshot_schema import FigureRow

COLUMNS: Final[tuple[Before, ...]] = (*ORDER, "not_reported")
NAME_MM: Final = 52.0
NARROW_NAME_MM: Final = 32.0
# Tables of fewer rows are kept on one page.
LEAST_SPLIT: Final = 20

Bar = tuple[str, list[Stretch]]


# ---- Pictures ------------------------------------------------------------------------


def standing_bars(story: Story, rows: Iterable[FigureRow]) -> list[Bar]:
    """Return bars of the last known statuses, each with its name."""
    return [(row["name"], stretches_now(row, story.labels)) for row in rows]


def moved_bars(story: Story, since: str) -> list[Bar]:
    """Return the bars of all statuses then and now."""
    row, labels = story.facts["figures"]["overall"], story.labels
    then = labels["at_compared"].replace("{what}", since)
    return [
        (then, stretches_before(row, labels)),
        (labels["now"], stretches_now(row, labels)),
    ]


def add_picture(story: Story, name: PictureName, title: str, bars: list[Bar]) -> None:
    """Write a picture with its caption. Its alternative text has all its numbers."""
    story.caption(title)
    words = " ".join(in_words(bar_name, bar, story.labels) for bar_name, bar in bars)
    content, said = story.pictures[name], f"{title}. {words}"
    story.write("Picture", story.picture(content, name, WIDTH_MM, title, said))


# ---- Tables --------------------------------------------------------------------------


def status_headers(story: Story) -> list[TableCell]:
    """Return the headers of the columns of statuses."""
    parts = story.labels["parts"]
    return [words_cell(parts[part], "NumberHeading") for part in COLUMNS]


def number_cell(
    count: int, *, is_total: bool = False, style: str = "TableNumber"
) -> TableCell:
    """Return a cell with a number. A zero is quiet."""
    how = RunStyle("" if count else "Quiet", is_strong=is_total)
    return cell(run(str(count), how), style=style)


def last_known(row: FigureRow, part: Before) -> int:
    """Return how many positions have this part as their last known status."""
    return row["parts"][part] if part == "not_reported" else row["in_all"][part]


def status_table(
    story: Story,
    rows: Sequence[FigureRow],
    total: FigureRow | None = None,
) -> None:
    """Write the last known statuses of some rows, with their sum."""
    labels, has_older = story.labels, story.facts["stocktake"] is not None
    names = [labels["older_short"]] if has_older else []
    names += [labels["cells"], labels["at_risk"], labels["overdue_short"]]
    header = [words_cell("", "TableHeading"), *status_headers(story)]
    header += [words_cell(name, "NumberHeading") for name in names]

    def line(row: FigureRow, *, is_total: bool = False) -> list[TableCell]:
        counts = [last_known(row, part) for part in COLUMNS]
        counts += [row["parts"]["no_update"]] if has_older else []
        counts += [row["cells"], row["at_risk_in_all"], row["overdue"]]
        name = cell(story.row_name(row, is_strong=is_total))
        return [name, *(number_cell(count, is_total=is_total) for count in counts)]

    lines = [header, *map(line, rows)]
    if total is not None:
        lines.append(line(total, is_total=True))
    story.table(_style(len(header), len(lines)), lines)


def moved_table(story: Story, since: str) -> None:
    """Write the numbers of the picture of all statuses then and now."""
    row, labels = story.facts["figures"]["overall"], story.labels
    then = labels["at_compared"].replace("{what}", since)
    before = [row["before"][part] for part in COLUMNS]
    now = [last_known(row, part) for part in COLUMNS]
    lines = [[words_cell("", "TableHeading"), *status_headers(story)]]
    for name, counts in ((then, before), (labels["now"], now)):
        lines.append([words_cell(name), *map(number_cell, counts)])
    story.table(_style(len(lines[0]), len(lines), is_wide=False), lines)


def mix(story: Story) -> None:
    """Write the tables of statuses by action, sub-area and member."""
    labels, figures = story.labels, story.facts["figures"]
    story.section(labels["mix"])
    if not story.is_of_many and "matrix" not in story.sections:
        positions(story)
    rows, total = [figures["overall"]], None
    if figures["actions"] and not story.facts["scope"]["action"]:
        rows, total = figures["actions"], figures["overall"]
    story.caption(labels["status_mix"], "table-mix")
    status_table(story, rows, total)
    if len(figures["sub_areas"]) > 1:
        story.caption(labels["by_sub_area"], "table-sub-areas")
        status_table(story, figures["sub_areas"])
    if len(figures["members"]) > 1:
        story.caption(labels["by_member"], "table-members")
        status_table(story, figures["members"], figures["overall"])
    if story.facts["stocktake"] is not None:
        _in_stocktake(story)


def _in_stocktake(story: Story) -> None:
    """Write what is counted where only entries of this stocktake count."""
    labels, figures = story.labels, story.facts["figures"]
    parts: tuple[Part, ...] = (*ORDER, "no_update", "not_reported")
    names = [*(labels["parts"][part] for part in parts), labels["cells"]]
    names.append(labels["at_risk"])
    header = [words_cell("", "TableHeading")]
    header += [words_cell(name, "NumberHeading") for name in names]
    story.caption(labels["in_stocktake"], "table-stocktake")
    rows = [*figures["actions"], figures["overall"]]
    story.table(
        _style(len(header), 1 + len(rows)),
        [
            header,
            *(
                [
                    cell(story.row_name(row)),
                    *(number_cell(row["parts"][part]) for part in parts),
                    number_cell(row["cells"]),
                    number_cell(row["at_risk"]),
                ]
                for row in rows
            ),
        ],
    )


def _style(columns: int, rows: int, *, is_wide: bool = True) -> TableStyle:
    """Return a table with a wide first column. A low one is on one page."""
    width, first = (WIDE_MM, NAME_MM) if is_wide else (WIDTH_MM, NARROW_NAME_MM)
    rest = (width - first) / (columns - 1)
    return TableStyle([first, *[rest] * (columns - 1)], is_whole=rows < LEAST_SPLIT)
