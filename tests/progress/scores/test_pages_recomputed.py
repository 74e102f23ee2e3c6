"""Every figure on the pages of scores, recomputed from the page's own CSV download."""

import csv
import io
import random
import re
from html import unescape

import pytest

from progress.assessments.arithmetic import SCORE_VALUES
from progress.models import Score
from tests.factories import make_body
from tests.progress.assessments.hand_checked import LINES, MEMBERS, SCORES
from tests.progress.assessments.recompute import (
    RawCell,
    Recomputed,
    Share,
    ranks,
    recompute,
)
from tests.progress.assessments.scoring import released_table

PAGES = "/plans/hand-checked/scores/university-observatory/"
MINUS = "\N{MINUS SIGN}"
PRINTED = {"'+1": "1", "0": "0", f"{MINUS}1": "-1", "n/a": "not_applicable", "": ""}
UNSEEN = re.compile(
    r'<span class="(?:visually-hidden|small muted)">.*?</span>', re.DOTALL
)


def drawn(seed: int) -> dict[tuple[str, str], str]:
    """Return a table of scores: by hand, or drawn, with many ties and blanks."""
    if not seed:
        return SCORES
    chance = random.Random(seed)  # noqa: S311 - a test
    return {key: chance.choice(SCORE_VALUES) for key in SCORES}


def rows_in(html: str) -> list[list[str]]:
    """Return the cells of all rows of all tables, as a reader sees them."""
    return [
        [
            " ".join(unescape(re.sub(r"<[^>]*>", " ", cell)).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", UNSEEN.sub("", html), re.DOTALL)
    ]


def cells_in(content: bytes) -> list[RawCell]:
    """Return the scores of a download."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    headings, *body = rows[rows.index([]) + 1 :]
    members = [re.sub(r".*\((\w\w)\)", r"\1", heading) for heading in headings[4:-4]]
    return [
        RawCell(row[2], member, row[0], row[1], PRINTED[text])
        for row in body
        if row[2]
        for member, text in zip(members, row[4:-4], strict=True)
    ]


def shown(share: Share, rank: int | str | None = "") -> list[str]:
    """Return a figure as pages print it; without a rank where it has none."""
    average = share.average.replace("-", MINUS) or "–"
    percentage = f"{share.percentage}%" if share.of else "–"
    return [average, percentage, *([] if rank == "" else [str(rank or "–")])]


@pytest.fixture(params=[0, 1, 2], ids=["by hand", "drawn", "drawn again"])
def recomputed(request, scored_stocktake, observer, signed_in, check):
    """A browser, and the figures from the CSV that it downloads."""
    scores = {key: score for key, score in drawn(request.param).items() if score}
    assert set(scores.values()) == set(Score.values)
    released_table(make_body(), scored_stocktake, scores, phase="final")
    browser = signed_in(observer)
    content = b"".join(browser.get(f"{PAGES}?format=csv"))
    code, said = check(content)
    assert code == 0, said
    cells = cells_in(content)
    assert {(cell.commitment, cell.member): cell.score for cell in cells} == {
        **dict.fromkeys(SCORES, ""),
        **scores,
    }
    return browser, recompute(cells)


def page(browser, path: str = "", **query: str) -> list[list[str]]:
    answer = browser.get(f"{PAGES}{path}", query)
    assert answer.status_code == 200
    return rows_in(answer.text)


def check_ranking(rows, shares: dict[str, Share]) -> None:
    """Check the rows of a ranking: the short ones are in its chart."""
    by_name = ranks(shares)
    of_table = [row for row in rows if len(row) == 9]
    of_chart = [row for row in rows if len(row) == 5]
    for name, share in shares.items():
        average, percentage, rank = shown(share, by_name[name])
        here = [row for row in of_table if row[0] == name]
        assert [row[1:4] for row in here] == [[rank, average, percentage]]
        there = [row for row in of_chart if row[0] == name]
        counted = [name, rank, average, percentage, str(share.of)]
        assert there == [counted]
    order = [row[1] for row in of_table[1:]]
    numbers = [int(rank) for rank in order if rank != "–"]
    assert numbers == sorted(numbers)
    assert "–" not in order[: len(numbers)]


def test_the_figures_of_each_page_follow_from_its_download(recomputed, members):
    browser, again = recomputed
    names = {code: members[code].name for code in MEMBERS}
    check_score_table(page(browser), again)
    members_by_name = {names[code]: share for code, share in again.members.items()}
    check_ranking(page(browser, "ranking/"), members_by_name)
    titles = {"1.1": "Border security", "1.2": "Aviation security"}
    areas = {
        f"{code} {titles.get(code, f'Action number {code}')}": share
        for code, share in again.areas.items()
    }
    check_ranking(page(browser, "ranking/", by="area"), areas)
    for area, of_members in again.members_in_areas.items():
        in_area = {names[code]: share for code, share in of_members.items()}
        check_ranking(page(browser, "ranking/", area=area), in_area)
    rows = page(browser, "over-time/")
    found = {row[0]: row[1] for row in rows if len(row) == 2}
    for name, share in members_by_name.items():
        assert found[name] == shown(share)[0]


def check_score_table(rows: list[list[str]], again: Recomputed) -> None:
    ranked = ranks(again.commitments)
    by_code: dict[str, list[str]] = {}
    for row in rows:
        by_code.setdefault(row[0].split(" ")[0], row)
    for line in LINES:
        share = again.commitments[line.commitment]
        printed = shown(share, ranked[line.commitment])
        assert by_code[line.commitment][-3:] == printed
    of_areas = ranks(again.areas)
    for area, share in again.areas.items():
        assert by_code[area][1:] == shown(share, of_areas[area])
    assert by_code["1"][1:] == shown(again.actions["1"], None)
    by_name = {row[0]: row for row in rows}
    head = next(row for row in rows if "JP" in row)
    codes = head[1 : 1 + len(MEMBERS)]
    of_members = ranks(again.members)
    expected = [shown(again.members[code], of_members[code]) for code in codes]
    foot = [row for row in rows if row[0] in {"Average of the member", "%", "Rank"}]
    assert [list(row) for row in zip(*(row[1:9] for row in foot), strict=True)] == (
        expected
    )
    for label, name in (
        ("Mean of all scored cells", "cells"),
        ("Mean of the averages of commitments", "commitments"),
        ("Mean of the averages of members", "members"),
    ):
        of = str(again.means_of[name])
        assert by_name[label][1:] == [*shown(again.means[name]), of]
