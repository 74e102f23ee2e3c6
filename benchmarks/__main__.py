"""`python -m benchmarks`: see docs/benchmarks.md, or --help."""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

from benchmarks.databases import ROOT, make_database, running_cluster
from benchmarks.rows import lists, pages
from benchmarks.run import run_rows, say
from benchmarks.seeding.sizes import SIZES
from benchmarks.sites import open_site

SMALL = "10k"  # beside which growth is measured


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default=SMALL)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "benchmarks")
    parser.add_argument("--only", default="", help="rows whose name has this text")
    options = parser.parse_args(arguments)
    sizes = [SIZES[name] for name in dict.fromkeys((SMALL, options.size))]
    if options.size == "2k":
        sizes = sizes[1:]
    with running_cluster(options.folder, durable=False) as cluster:
        for size in sizes:
            make_database(cluster, size)
    with ExitStack() as stack:
        cluster = stack.enter_context(running_cluster(options.folder))
        static = ["collectstatic", "--no-input", "--verbosity", "0"]
        cluster.manage(make_database(cluster, sizes[0]), *static)
        sites = [stack.enter_context(open_site(cluster, size)) for size in sizes]
        every = [*lists.rows(), *pages.rows()]
        rows = [row for row in every if options.only in f"{row.part} {row.name}"]
        run_rows(rows, sites)
    say("done")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
