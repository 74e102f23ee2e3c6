"""Run mutmut: change the code in small ways, and see whether a test fails each time.

`make mutation` calls this, and docs/mutation.md explains it. Each mutant is tested in a
process of its own. All of them use the same PostgreSQL and Valkey, started here once.
"""

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.services import prepare_environment, throw_away_services
from tests.source_files import ROOT

MUTMUT = [sys.executable, "-m", "mutmut"]
FOLDER = ROOT / "mutants"
# Killed by a test, by mypy, or because the tests then never end.
KILLED = {"killed", "caught by type check", "timeout"}


def main(modules: list[str]) -> int:
    """Test the mutants of these modules, or all of them from the start."""
    if not modules:
        shutil.rmtree(FOLDER, ignore_errors=True)
    with throw_away_services() as addresses:
        prepare_environment(addresses)
        # The processes share a database, so they run one after another.
        os.environ["PYTEST_XDIST_WORKER"] = "gw0"
        # mutmut runs mypy by its name.
        os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        patterns = [f"{module}.*" for module in modules]
        run = [*MUTMUT, "run", "--max-children", "1", *patterns]
        done = subprocess.run(run, cwd=ROOT, check=False)
    if done.returncode == 0:
        report(modules)
    return done.returncode


def report(modules: list[str]) -> None:
    """Print the mutants that survived, and the number of both kinds by module."""
    results = [*MUTMUT, "results", "--all", "true"]
    answer = subprocess.run(
        results, cwd=ROOT, capture_output=True, text=True, check=True
    )
    killed: Counter[str] = Counter()
    survived: Counter[str] = Counter()
    for line in answer.stdout.splitlines():
        mutant, _, status = line.strip().rpartition(": ")
        module = mutant.rpartition(".")[0]
        if modules and module not in modules:
            continue
        if status in KILLED:
            killed[module] += 1
        else:
            survived[module] += 1
            print(f"{mutant}: {status}")
    for module in sorted({*killed, *survived}):
        print(f"{module}: {killed[module]} killed, {survived[module]} survived")
    print(f"{killed.total()} mutants killed, {survived.total()} survived.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
