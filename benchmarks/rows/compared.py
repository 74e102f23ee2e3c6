"""Pages of an earlier commit beside the same pages of this one, in one run."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.databases import ROOT, Cluster, make_database
from benchmarks.measuring import Cost, Job, alternate
from benchmarks.rows.pages import CHAIR
from benchmarks.run import say
from benchmarks.sites import Site, open_site

BEFORE_THE_MATRIX, BEFORE = "eff4bab", "04bf5a4"
REPETITIONS = 15


@dataclass(frozen=True)
class Comparison:
    """A page, and at most which share of its earlier CPU time it may take."""

    commit: str
    path: str
    role: str
    member: str
    share: float


COMPARISONS = (
    Comparison(BEFORE_THE_MATRIX, "/matrix/", "officer", "JP", 0.5),
    Comparison(BEFORE_THE_MATRIX, "/matrix/", "coordinator", CHAIR, 0.5),
    Comparison(BEFORE, "/matrix/", "officer", "JP", 0.5),
    Comparison(BEFORE, "/matrix/", "coordinator", CHAIR, 0.5),
    Comparison(BEFORE, "/", "officer", "JP", 0.6),
    Comparison(BEFORE, "/", "head", "JP", 0.6),
    Comparison(BEFORE, "/", "coordinator", CHAIR, 0.6),
    Comparison(BEFORE, "/", "observer", "", 0.6),
    Comparison(BEFORE, "/tasks/", "officer", "JP", 0.6),
    Comparison(BEFORE, "/tasks/", "head", "JP", 0.6),
)


@dataclass(frozen=True)
class Compared:
    comparison: Comparison
    before: Cost
    now: Cost

    @property
    def share(self) -> float:
        return self.now.cpu / self.before.cpu


@contextmanager
def checkout(folder: Path, commit: str) -> Iterator[Path]:
    """Check an earlier commit out beside the data, until the block ends."""
    place = folder / f"commit-{commit}"
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "prune"], check=True)
    if not place.exists():
        command = [*git, "add", "--quiet", "--detach", str(place), commit]
        subprocess.run(command, check=True)
    try:
        yield place
    finally:
        subprocess.run([*git, "remove", "--force", str(place)], check=False)


def compare(cluster: Cluster, now: Site, commit: str, root: Path) -> list[Compared]:
    """Open each page at the commit and here, in turn, on data of the same seed."""
    cluster.manage(
        make_database(cluster, now.size, root), "collectstatic", "--no-input",
        "--verbosity", "0", root=root,
    )  # fmt: skip
    with open_site(cluster, now.size, root=root) as before:
        return [
            _compare(one, before, now) for one in COMPARISONS if one.commit == commit
        ]


def _compare(comparison: Comparison, before: Site, now: Site) -> Compared:
    jobs = [site.of_product(_opens(site, comparison)) for site in (before, now)]
    alternate(jobs, REPETITIONS)
    found = Compared(comparison, jobs[0].typical, jobs[1].typical)
    say(
        f"{comparison.path} {comparison.role}: {found.share:.0%} of {comparison.commit}"
        f" ({found.before.cpu * 1000:.0f} -> {found.now.cpu * 1000:.0f} ms)"
    )
    return found


def _opens(site: Site, comparison: Comparison) -> Job:
    person = site.person(comparison.role, comparison.member)
    return partial(person.require, comparison.path)
